"""Attachments on both databases: proven row by row, in backups, bounded, recorded once; what an insider tells anew is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from review.cli.attachments import _file_name
from review.errors import Conflict, RecordDamaged, Refused
from review.papers.papers import read_paper
from review.record.cases import attaching
from review.record.cases.attaching import Looked, attach, withdraw_attachment
from review.record.cases.attachments import AttachedTo, attachment_file, list_attachments, on_project, on_source
from review.record.proof.paper_code import code_of, look_up
from review.record.proof.verification import verify
from review.record.storage.backup import backup, restore
from review.record.storage.files import scan
from review.record.storage.journal import packed
from review.record.storage.outbox import Waiting
from review.record.storage.store import Store, open_store
from review.record.views.logs import EVENT_WORDS, Filters, list_events
from review.record.work import webhooks
from tests.conftest import Filled
from tests.record.projects import OFFICER, decide, drawing, overruled, recorded, registered
from tests.record.tampering import tamper
from tests.security.rewriting import History, rewrite

REPORT, LETTER, EXTRA = (
    scan(f"{name}（示例）.pdf", f"%PDF-1.7 fictional {name}".encode()) for name in ("报告", "来函", "另件")
)


def attached(store: Store) -> dict[str, int]:
    """1 a source, 2 the shipped editions, 3 a review, 4 a decision; 5 to 9 a file on each part of the record, 10 the withdrawal of the first."""
    registered(store, "10")
    review = recorded(store, drawing("A-1", "6"))
    decision = decide(store, review.id, overruled("defer"), OFFICER)
    numbers = [
        attach(store, to, file, OFFICER, Looked("3", "表 1", "说明（示例）")).id
        for to, file in (
            (AttachedTo(project=review.project), REPORT),
            (AttachedTo(review=review.id), LETTER),
            (AttachedTo(review=review.id, path="voc.emission_t"), REPORT.digest),
            (AttachedTo(decision=decision.id), LETTER),
            (AttachedTo(source="Ｓ－1"), REPORT),
        )
    ]
    withdraw_attachment(store, numbers[0], "附错（示例）", OFFICER)
    return {"project": review.project, "review": review.id, "decision": decision.id, "first": numbers[0]}


@pytest.fixture
def with_files(filled_by: Filled) -> tuple[Store, dict[str, int]]:
    return filled_by(attached)


def breaks(store: Store) -> list[tuple[int, str, str]]:
    with store.reading() as connection:
        return [(each.position, each.table, each.text.zh) for each in verify(connection, rejudging=False).breaks]


def test_what_was_attached_is_proven_and_the_states_of_projects_are_as_before(
    with_files: tuple[Store, dict[str, int]],
) -> None:
    store, numbers = with_files
    assert breaks(store) == []
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT position FROM standing ORDER BY position").scalars().all()
        found = list_attachments(connection, on_project(numbers["project"]))
        then = list_attachments(connection, on_project(numbers["project"]), upto=numbers["first"])
        [source] = list_attachments(connection, on_source("S-1"))
    assert max(rows) == numbers["decision"]
    assert [each.withdrawn is not None for each in found] == [True, False, False, False]
    assert [(each.id, each.withdrawn) for each in then] == [(numbers["first"], None)], (
        "as it stood before it was withdrawn"
    )
    assert source.to.source == "S-1" and source.to.project is None


@pytest.mark.parametrize(
    ("statement", "table", "words"),
    [
        ("UPDATE file SET content = (SELECT content FROM file ORDER BY position DESC LIMIT 1) WHERE position = 5", "file", "原文被改动：与其摘要不符"),
        ("DELETE FROM file WHERE position = 5", "file", "文件“报告（示例）.pdf”缺失"),
        ("INSERT INTO file (digest, position, content) SELECT 'sha256:0', 9, content FROM file WHERE position = 5", "file", "多出这一行：没有事件记载它"),
        ("INSERT INTO file (digest, position, content) SELECT 'sha256:0', 3, content FROM file WHERE position = 5", "file", "多出这一行：没有事件记载它"),
        ("UPDATE attachment SET path = 'voc.added_t' WHERE position = 7", "attachment", "这一行被改动：path"),
        ("UPDATE attachment SET added = 6 WHERE position = 10", "attachment", "这一行被改动：added"),
        ("DELETE FROM attachment WHERE position = 10", "attachment", "缺少这一行"),
        ("UPDATE attachment SET act = 'withdrawn' WHERE position = 5", "attachment", "这一行被改动：act"),
    ],
)  # fmt: skip
def test_what_is_changed_missing_or_too_many_is_named(
    with_files: tuple[Store, dict[str, int]], statement: str, table: str, words: str
) -> None:
    store, _ = with_files
    tamper(store, statement)
    assert (table, words) in [each[1:] for each in breaks(store)]


def stating(position: int, **values: object) -> Callable[[History], None]:
    return lambda history: history[position - 1].body.update(values)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (stating(10, reason=" "), "撤回应写明理由，不带文件"),
        (stating(10, added=9), "所撤回的不是此前的附件"),
        (stating(5, act="withdrawn", added=5, reason="x", files=[]), "所撤回的不是此前的附件"),
        (stating(9, act="moved"), "“moved”不是附加也不是撤回"),
        (stating(6, files=[]), "一次附加应只有一个文件"),
        (stating(9, project={"id": 3, "new": False}), "应属于项目或来源之一"),
        (stating(8, path="voc.emission_t"), "字段应属于一项审查"),
        (stating(8, review=None), "所属决定不是该审查的"),
        (lambda history: history.append(history[9]), "该附件此前已撤回"),
    ],
)
def test_a_history_told_anew_that_the_product_would_not_have_recorded_is_found(
    with_files: tuple[Store, dict[str, int]], edit: Callable[[History], None], words: str
) -> None:
    store, _ = with_files
    rewrite(store, edit)
    assert words in [each[2] for each in breaks(store)]


def test_files_are_in_the_backup_and_come_back(with_files: tuple[Store, dict[str, int]], tmp_path: Path) -> None:
    store, numbers = with_files
    counts = backup(store, tmp_path / "backup.sqlite")
    assert (counts["attachment"], counts["file"]) == (6, 2), "a file is stored once, however often it is attached"
    other = open_store(str(tmp_path / "other.sqlite"))
    restore(tmp_path / "backup.sqlite", other)
    with store.reading() as here, other.reading() as there:
        among = on_project(numbers["project"])
        found = list_attachments(here, among)
        assert list_attachments(there, among) == found
        assert all(attachment_file(there, each.id) == attachment_file(here, each.id) for each in found)
    assert breaks(other) == []
    other.close()


def test_the_same_key_and_file_is_recorded_once(store: Store) -> None:
    project = AttachedTo(project=recorded(store, drawing("A-1", "6")).project)
    first = attach(store, project, REPORT, OFFICER, request="k-1")
    again = attach(store, project, REPORT, OFFICER, request="k-1")
    assert (again.id, first.again, again.again) == (first.id, False, True)
    for file, where in ((LETTER, Looked()), (REPORT, Looked("3"))):
        with pytest.raises(Conflict, match="换用新的编号"):
            attach(store, project, file, OFFICER, where, request="k-1")
    end = withdraw_attachment(store, first.id, "附错（示例）", OFFICER, request="k-2")
    assert withdraw_attachment(store, first.id, "附错（示例）", OFFICER, request="k-2").id == end.id
    with pytest.raises(Conflict):
        withdraw_attachment(store, first.id, "另一理由（示例）", OFFICER, request="k-2")
    with pytest.raises(Conflict):
        attach(store, project, REPORT, OFFICER, request="k-2")


def test_there_are_no_more_than_a_paper_can_list_and_the_record_can_hold(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attaching, "MOST_ATTACHED", 2)
    project = AttachedTo(project=recorded(store, drawing("A-1", "6")).project)
    with pytest.raises(Refused, match="管理员提高上限"):
        attach(store, project, REPORT, OFFICER, most_files=10)
    first = attach(store, project, REPORT, OFFICER)
    attach(store, project, LETTER, OFFICER)
    withdraw_attachment(store, first.id, "附错（示例）", OFFICER)
    with pytest.raises(Refused, match="不能再附"):
        attach(store, project, EXTRA, OFFICER)


def test_auditors_read_it_and_hooks_are_told(store: Store) -> None:
    hook = webhooks.add_hook(store, "https://approval.example/hook", ("attachment",), OFFICER)["hook"]
    registered(store, "10")
    review = recorded(store, drawing("A-1", "6"))
    number = attach(store, AttachedTo(review=review.id, path="voc.emission_t"), REPORT, OFFICER).id
    other = attach(store, AttachedTo(source="S-1"), LETTER, OFFICER).id
    end = withdraw_attachment(store, number, "附错（示例）", OFFICER).id
    with store.reading() as connection:
        lines = list_events(connection, Filters(kind="attachment", project=review.project), 10)
        assert [(each["position"], each["project"], each["review"]) for each in lines] == [
            (end, review.project, review.id),
            (number, review.project, review.id),
        ]
        waiting = connection.exec_driver_sql("SELECT position FROM delivery ORDER BY position").scalars().all()
        said = [json.loads(webhooks.message_of(connection, Waiting("m", hook, each, 0))) for each in waiting]
    assert EVENT_WORDS["attachment"].zh == "附件"
    assert [each["type"] for each in said] == ["attachment.recorded"] * 3 and waiting == [number, other, end]
    assert (said[0]["data"]["review"], said[0]["data"]["path"], said[0]["data"]["file"]["digest"]) == (str(review.id), "voc.emission_t", REPORT.digest)  # fmt: skip
    assert (said[1]["data"]["project"], said[1]["data"]["source"]) == (None, "S-1")
    assert (said[2]["data"]["act"], said[2]["data"]["added"]) == ("withdrawn", str(number))


def test_a_code_with_another_number_of_attachments_is_no_paper_s(with_files: tuple[Store, dict[str, int]]) -> None:
    store, made = with_files
    with store.reading() as connection:
        code = code_of(connection, made["review"], None, made["first"] + 5)
        head, letters = code.split("-", 1)
        number = head.partition("A")[2]
        found = look_up(connection, code)
        assert found is not None and found.attached == int(number)
        for other in (int(number) + 1, 10**19 - 1):
            assert look_up(connection, f"{head.partition('A')[0]}A{other}-{letters}") is None


def test_a_paper_from_before_the_decision_is_made_again_without_it(with_files: tuple[Store, dict[str, int]]) -> None:
    store, made = with_files
    with store.reading() as connection:
        early = code_of(connection, made["review"])
        assert read_paper(connection, made["review"], decision=0, attached=0).code == early
        assert read_paper(connection, made["review"], attached=0).code != early


def test_a_file_that_was_changed_is_not_sent_out(with_files: tuple[Store, dict[str, int]]) -> None:
    store, made = with_files
    tamper(store, ("UPDATE file SET content = ?", (packed(b"%PDF-1.7 forged"),)))
    with store.reading() as connection, pytest.raises(RecordDamaged, match="verify"):
        attachment_file(connection, made["first"])


def test_a_byte_behind_a_file_is_found(with_files: tuple[Store, dict[str, int]]) -> None:
    store, _ = with_files
    with store.reading() as connection:
        content, digest = connection.execute(text("SELECT content, digest FROM file LIMIT 1")).one()
    tamper(store, ("UPDATE file SET content = ? WHERE digest = ?", (content + b"x", digest)))
    with store.reading() as connection:
        assert [(each.table, "is damaged" in each.text.en) for each in verify(connection).breaks] == [("file", True)]


@pytest.mark.parametrize("stem", ["短", "长" * 200, "a" * 199 + "长"])
def test_every_file_system_takes_the_name_of_a_file(stem: str, tmp_path: Path) -> None:
    name = _file_name(12, f"{stem}.pdf")
    tmp_path.joinpath(name).write_bytes(b"")
    assert name.startswith("12-") and name.endswith(".pdf")
