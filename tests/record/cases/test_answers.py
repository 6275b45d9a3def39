"""Answers to findings on both databases: proven row by row; what an insider tells anew is found; one answer a key."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from review.errors import Conflict
from review.record.cases.answers import Stand, answer_finding, list_answers, standing_answers
from review.record.cases.attaching import attach
from review.record.cases.attachments import AttachedTo
from review.record.proof.verification import verify
from review.record.storage.files import scan
from review.record.storage.store import Store
from tests.conftest import Filled
from tests.record.projects import OFFICER, drawing, project, recorded
from tests.record.tampering import tamper
from tests.security.rewriting import History, rewrite

pytestmark = pytest.mark.record

FINDING = ("voc-offset", "voc")


def answered(store: Store) -> int:
    """1 the shipped editions, 2 a review, 3 another project's, 4 a file, 5 an answer that doubts, 6 one that overrules. Returns the review's number."""
    review = recorded(store, drawing("A-1", "4"))
    recorded(store, project("B-1"))
    file = attach(store, AttachedTo(review=review.id), scan("报告.pdf", b"%PDF-1.7 fictional"), OFFICER).id
    answer_finding(store, review.id, FINDING, Stand("doubted", "未盖章（示例）"), OFFICER)
    overruled = Stand("overruled", "另有文件（示例）", "3.10-7", file, "3")
    answer_finding(store, review.id, FINDING, overruled, OFFICER, request="k-1")
    return review.id


@pytest.fixture
def with_answers(filled_by: Filled) -> tuple[Store, int]:
    return filled_by(answered)


def breaks(store: Store) -> list[tuple[str, str]]:
    with store.reading() as connection:
        return [(each.table, each.text.zh) for each in verify(connection, rejudging=False).breaks]


def test_the_last_answer_stands_and_the_states_of_projects_are_as_before(with_answers: tuple[Store, int]) -> None:
    store, review = with_answers
    assert breaks(store) == []
    with store.reading() as connection:
        found = list_answers(connection, review)
        assert [each.stand.answer for each in found] == ["doubted", "overruled"]
        assert standing_answers(connection, review) == {FINDING: found[1]}
        assert standing_answers(connection, review, upto=found[0].id) == {FINDING: found[0]}
        assert max(connection.exec_driver_sql("SELECT position FROM standing").scalars()) == 3


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE answer SET answer = 'agreed' WHERE position = 5", "这一行被改动：answer"),
        ("UPDATE answer SET rule = 'fuel-ban' WHERE position = 5", "这一行被改动：rule"),
        ("DELETE FROM answer WHERE position = 6", "缺少这一行"),
    ],
)
def test_a_row_that_was_changed_is_named(with_answers: tuple[Store, int], statement: str, words: str) -> None:
    store, _ = with_answers
    tamper(store, statement)
    assert ("answer", words) in breaks(store)


def stating(position: int, **values: object) -> Callable[[History], None]:
    return lambda history: history[position - 1].body.update(values)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (stating(5, answer="maybe"), "“maybe”不是可用的意见"),
        (stating(5, reason=" "), "意见没有理由"),
        (stating(6, clause=None), "不予采纳而没有依据条款"),
        (stating(6, attachment=5), "所依据的不是该项目此前的附件"),
        (stating(6, attachment=7), "所依据的不是该项目此前的附件"),
        (stating(6, finding={"rule": "no-rule", "subject": "voc"}), "该审查没有这一条目"),
        (stating(6, project={"id": 3, "new": False}), "所属审查不是该项目的"),
    ],
)
def test_a_history_told_anew_that_the_product_would_not_have_recorded_is_found(
    with_answers: tuple[Store, int], edit: Callable[[History], None], words: str
) -> None:
    store, _ = with_answers
    rewrite(store, edit)
    assert ("answer", words) in breaks(store)


def test_the_same_key_and_answer_is_recorded_once(with_answers: tuple[Store, int]) -> None:
    store, review = with_answers
    again = answer_finding(store, review, FINDING, Stand("overruled", "另有文件（示例）", "3.10-7", 4, "3"), OFFICER, request="k-1")  # fmt: skip
    assert (again.id, again.again) == (6, True)
    with pytest.raises(Conflict, match="换用新的编号"):
        answer_finding(store, review, FINDING, Stand("agreed"), OFFICER, request="k-1")
