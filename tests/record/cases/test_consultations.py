"""Consultations and notes on both databases: proven row by row; what an insider tells anew is found; what hooks are told."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from review.clock import today
from review.record.cases.attaching import attach
from review.record.cases.attachments import AttachedTo
from review.record.cases.consultations import UnitAsked, read_consultation
from review.record.cases.consulting import Asking, Replied, ask_units, close_consultation, record_reply
from review.record.cases.notes import Noted, withdraw_note, write_note
from review.record.proof.verification import verify
from review.record.storage.files import scan
from review.record.storage.store import Store
from review.record.work import webhooks
from tests.conftest import Filled
from tests.record.ending import ended_at_once
from tests.record.projects import OFFICER, drawing, project, recorded
from tests.record.tampering import tamper
from tests.security.rewriting import History, rewrite

pytestmark = pytest.mark.record

UNITS = (UnitAsked("市生态环境局（示例）", "示例科 0591-0000000"), UnitAsked("市水利局（示例）"))
FIRST = UNITS[0].name


def consulted(store: Store) -> int:
    """1 the shipped editions, 2 a review, 3 another project's, 4 a file, 5 units are asked, 6 and 7 replies of one, 8 the end, 9 a note, 10 its end, 11 a note on a finding."""
    review = recorded(store, drawing("A-1", "4"))
    recorded(store, project("B-1"))
    file = attach(store, AttachedTo(review=review.id), scan("复函.pdf", b"%PDF-1.7 fictional"), OFFICER).id
    number = ask_units(store, review.project, Asking(UNITS, "总量是否落实（示例）", 5), OFFICER, request="k-1").id
    record_reply(store, number, Replied(FIRST, "agree", attachment=file), OFFICER)
    record_reply(store, number, Replied(FIRST, "object", "总量不足（示例）", reason="来文更正（示例）"), OFFICER)
    close_consultation(store, number, OFFICER, reason="电话确认（示例）")
    note = write_note(store, Noted(project=review.project), "备注（示例）", OFFICER).id
    withdraw_note(store, note, "写错（示例）", OFFICER)
    write_note(store, Noted(review=review.id, finding=("voc-offset", "voc")), "条目备注（示例）", OFFICER)
    return number


@pytest.fixture
def with_consultation(filled_by: Filled) -> tuple[Store, int]:
    return filled_by(consulted)


def breaks(store: Store) -> list[tuple[str, str]]:
    with store.reading() as connection:
        return [(each.table, each.text.zh) for each in verify(connection, rejudging=False).breaks]


def test_it_stands_as_it_was_at_each_event(with_consultation: tuple[Store, int]) -> None:
    store, number = with_consultation
    assert breaks(store) == []
    with store.reading() as connection:
        states = [read_consultation(connection, number, upto) for upto in range(5, 9)]
        rows = "SELECT consultation_due FROM standing WHERE position >= 5 ORDER BY position"
        due = connection.exec_driver_sql(rows).scalars().all()
    assert [(each.state, len(each.awaited), len(each.replies)) for each in states] == [
        ("open", 2, 0), ("open", 1, 1), ("open", 1, 2), ("closed", 1, 2),
    ]  # fmt: skip
    assert due == [*[states[0].due.isoformat()] * 3, None]


@pytest.mark.parametrize(
    ("table", "statement", "words"),
    [
        ("consultation", "UPDATE consultation SET act = 'withdrawn' WHERE position = 8", "这一行被改动：act"),
        ("consultation", "DELETE FROM consultation WHERE position = 7", "缺少这一行"),
        ("standing", "UPDATE standing SET consultation_due = '2099-01-01' WHERE position = 5", "这一行被改动：consultation_due"),
        ("note", "UPDATE note SET rule = 'fuel-ban' WHERE position = 11", "这一行被改动：rule"),
        ("note", "DELETE FROM note WHERE position = 10", "缺少这一行"),
    ],
)  # fmt: skip
def test_a_row_that_was_changed_is_named(
    with_consultation: tuple[Store, int], table: str, statement: str, words: str
) -> None:
    store, _ = with_consultation
    tamper(store, statement)
    assert (table, words) in breaks(store)


def stating(position: int, **values: object) -> Callable[[History], None]:
    return lambda history: history[position - 1].body.update(values)


@pytest.mark.parametrize(
    ("edit", "table", "words"),
    [
        (stating(5, units=[FIRST, FIRST]), "consultation", "同一单位写了两次，或联系人与单位不对应"),
        (stating(5, units=[], contacts=[]), "consultation", "没有写明单位，或单位过多"),
        (stating(5, question=" "), "consultation", "没有写明征求意见的内容"),
        (stating(5, day="2099-01-01", due="2099-01-02"), "consultation", "发出之日晚于记录之日"),
        (stating(5, due="2000-01-01"), "consultation", "期限早于发出之日"),
        (stating(6, act="answered"), "consultation", "“answered”不是征求意见的步骤"),
        (stating(6, unit="市林业局"), "consultation", "没有征求“市林业局”的意见"),
        (stating(6, opinion="maybe"), "consultation", "“maybe”不是可用的答复"),
        (stating(6, opinion="object"), "consultation", "有条件同意或不同意而没有写明"),
        (stating(6, day="2000-01-01"), "consultation", "不能记录这一答复：不能早于征求意见之日"),
        (stating(6, attachment=5), "consultation", "答复的文件不是该项目此前的附件"),
        (stating(6, project={"id": 3, "new": False}), "consultation", "所属的征求意见不是该项目的"),
        (stating(7, reason=None), "consultation", "不能记录这一答复："),
        (stating(8, reason=None), "consultation", "不能办结或撤回："),
        (stating(9, note=""), "note", "备注没有内容"),
        (stating(9, act="said"), "note", "“said”不是备注也不是撤回"),
        (stating(10, reason=" "), "note", "撤回没有理由"),
        (stating(10, project={"id": 3, "new": False}), "note", "所撤回的不是此前的备注"),
        (stating(11, finding={"rule": "no-rule", "subject": "voc"}), "note", "该审查没有这一条目"),
        (stating(11, review=None), "note", "条目或字段应属于一项审查"),
    ],
)
def test_a_history_told_anew_that_the_product_would_not_have_recorded_is_found(
    with_consultation: tuple[Store, int], edit: Callable[[History], None], table: str, words: str
) -> None:
    store, _ = with_consultation
    rewrite(store, edit)
    assert any(each == table and text.startswith(words) for each, text in breaks(store)), breaks(store)


def test_closed_and_withdrawn_at_once_it_ends_withdrawn(store: Store, url: str) -> None:
    """From several processes: it is withdrawn once and for good, and closed only before."""
    review = recorded(store, drawing("A-1", "4"))
    for _ in range(4):
        number = ask_units(store, review.project, Asking(UNITS, "总量是否落实（示例）", 5), OFFICER).id
        ended = ended_at_once(url, number, ["closed", "withdrawn"] * 2)
        [withdrawn] = [made for act, made in ended if act == "withdrawn" and made is not None]
        closed = [made for act, made in ended if act == "closed" and made is not None]
        assert len(closed) < 2 and all(each < withdrawn for each in closed)
        with store.reading() as connection:
            found = read_consultation(connection, number)
            due = "SELECT consultation_due FROM standing ORDER BY position DESC LIMIT 1"
            assert (found.state, connection.exec_driver_sql(due).scalar()) == ("withdrawn", None)
    assert breaks(store) == []


def test_hooks_are_told_without_contacts_and_questions(with_consultation: tuple[Store, int]) -> None:
    store, number = with_consultation
    with store.reading() as connection:
        asked, replied = (json.loads(webhooks.message(connection, each)) for each in (number, number + 1))
    assert (asked["type"], asked["data"]["act"], asked["data"]["day"]) == (
        "consultation.recorded", "asked", today().isoformat(),
    )  # fmt: skip
    assert asked["data"]["units"] == [each.name for each in UNITS] and "0591" not in json.dumps(asked)
    assert (replied["data"]["asked"], replied["data"]["unit"], replied["data"]["opinion"]) == (
        str(number),
        FIRST,
        "agree",
    )
