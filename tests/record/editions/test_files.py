"""Scans in the record: by digest, with the proposal that they belong to; backed up, restored, verified, bounded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from review.errors import Conflict, Refused, RulesetError
from review.law.amendments import ADD, Amended, Amendment, amendment_json
from review.record.editions.drawing_up import proposal_for
from review.record.editions.gathering import drop, gather, gathered, propose_gathered
from review.record.editions.proposals import confirm, proposal_file, propose, read_proposal
from review.record.proof.verification import verify
from review.record.storage.backup import backup, restore
from review.record.storage.chain import canonical
from review.record.storage.files import LARGEST_FILE, MOST_FILES, MOST_IN_RECORD, Scan, scan, validate_files
from review.record.storage.journal import table
from review.record.storage.operations import LawDraft
from review.record.storage.store import Store, open_store
from review.record.storage.tables import StoredFile
from tests.record.offices import KEEPER, NEXT_YEAR, PAPER, PROPOSER, SCAN, staffed, with_scan
from tests.record.tampering import tamper

OTHER = scan("附表（示例）.png", b"\x89PNG\r\n\x1a\n fictional table")


def change(value: str = "1.5", file: Scan | None = SCAN) -> Amendment:
    paper = replace(PAPER, file=file.digest if file else None)
    return Amendment("parameters", {"parameter": "offset_ratio"}, {"value": value}, "law", "倍量提高（示例）", paper)


def proposed(store: Store, *scans: Scan, most_files: int = MOST_IN_RECORD) -> int:
    staffed(store)
    drawn = proposal_for(store, with_scan(SCAN))
    return propose(store, drawn, "按通知修改（示例）", PROPOSER, scans=scans, most_files=most_files)


def breaks(store: Store) -> list[tuple[str, str]]:
    with store.reading() as connection:
        return [(each.table, each.text.zh) for each in verify(connection, rejudging=False).breaks]


def test_a_scan_comes_with_its_proposal_and_is_read_back_whole(store: Store) -> None:
    number = proposed(store, SCAN, OTHER)
    with store.reading() as connection:
        assert read_proposal(connection, number).files == (SCAN.named,), "a file that no change names is not stored"
        assert proposal_file(connection, number, SCAN.digest) == (SCAN.named, SCAN.content)
        assert connection.execute(select(table(StoredFile).c.digest)).scalars().all() == [SCAN.digest]
    confirm(store, number, KEEPER)
    assert breaks(store) == []


def test_a_scan_that_the_record_has_need_not_be_sent_again(store: Store) -> None:
    first = proposed(store, SCAN)
    second = propose(store, proposal_for(store, Amended(NEXT_YEAR, (change("1.6"),))), "再提（示例）", PROPOSER)
    with store.reading() as connection:
        assert read_proposal(connection, second).files == read_proposal(connection, first).files
    assert breaks(store) == []


def test_a_scan_that_is_nowhere_is_refused(store: Store) -> None:
    with pytest.raises(Refused, match="没有附上"):
        proposed(store)


def test_the_record_holds_no_more_bytes_of_files_than_it_may(store: Store) -> None:
    with pytest.raises(Refused, match="上限为 10 字节"):
        proposed(store, SCAN, most_files=10)


def test_one_file_and_one_event_are_bounded() -> None:
    with pytest.raises(Refused, match="一个文件最多"):
        scan("大.pdf", b"%PDF-".ljust(LARGEST_FILE + 1))
    assert len(scan("大.pdf", b"%PDF-".ljust(LARGEST_FILE)).content) == LARGEST_FILE
    validate_files([SCAN.named] * MOST_FILES)
    with pytest.raises(Refused, match="最多 50 个文件"):
        validate_files([SCAN.named] * (MOST_FILES + 1))
    with pytest.raises(Refused, match="合计 60,000,001 字节"):
        validate_files([{**SCAN.named, "bytes": 60_000_000}, {**SCAN.named, "bytes": 1}])


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE file SET content = (SELECT content FROM ruleset LIMIT 1)", "原文被改动：与其摘要不符"),
        ("UPDATE file SET content = x'00'", "原文已损坏，无法读取"),
        ("DELETE FROM file", "文件“通知（示例）.pdf”缺失"),
        ("UPDATE file SET digest = 'sha256:0'", "文件“通知（示例）.pdf”缺失"),
    ],
)
def test_a_file_that_was_put_in_place_of_another_is_found(store: Store, statement: str, words: str) -> None:
    proposed(store, SCAN)
    if not store.is_sqlite:
        statement = statement.replace("x'00'", "'\\x00'::bytea")
    tamper(store, statement)
    assert ("file", words) in breaks(store)


def test_files_are_in_the_backup_and_come_back(store: Store, tmp_path: Path) -> None:
    number = proposed(store, SCAN)
    backup(store, tmp_path / "backup.sqlite")
    other = open_store(str(tmp_path / "other.sqlite"))
    restore(tmp_path / "backup.sqlite", other)
    with other.reading() as connection:
        assert proposal_file(connection, number, SCAN.digest) == (SCAN.named, SCAN.content)
    assert breaks(other) == []
    other.close()


def test_what_is_gathered_is_proposed_once_and_is_gone_then(store: Store) -> None:
    staffed(store)
    gather(store, "jia", [change(file=OTHER)], [OTHER])
    gather(store, "jia", [change()], [SCAN])
    with store.reading() as connection:
        found = gathered(connection, "jia")
        assert found.amendments == (change(),) and found.files == (SCAN.named,), "one change a row, its scan alone"
        assert gathered(connection, "yi").amendments == ()
    with pytest.raises(Conflict):
        propose_gathered(store, "jia", found.version - 1, NEXT_YEAR, "按通知修改（示例）", PROPOSER)
    number = propose_gathered(store, "jia", found.version, NEXT_YEAR, "按通知修改（示例）", PROPOSER)
    with store.reading() as connection:
        after = gathered(connection, "jia")
        assert (after.amendments, after.files) == ((), ()) and after.version > found.version
        assert read_proposal(connection, number).files == (SCAN.named,)
    with pytest.raises(Refused, match="还没有改动"):
        propose_gathered(store, "jia", after.version, NEXT_YEAR, "按通知修改（示例）", PROPOSER)


def test_what_is_taken_off_takes_its_scan_along(store: Store) -> None:
    gather(store, "jia", [change()], [SCAN])
    with pytest.raises(Conflict):
        drop(store, "jia", [0], 7)
    drop(store, "jia", [0], 1)
    with store.reading() as connection:
        found = gathered(connection, "jia")
        assert (found.amendments, found.files, found.version) == ((), (), 2)


NOTHING_STATED = Amendment(
    "limits", {"id": "newone", "from": "2026-01-01"}, {}, "evidence", "按文件（示例）", PAPER, act=ADD
)


def test_what_could_not_be_proposed_is_not_gathered(store: Store) -> None:
    gather(store, "jia", [change()], [SCAN])
    with pytest.raises(RulesetError, match=r"^limits .*newone.*: set 应列出新的单元格"):
        gather(store, "jia", [NOTHING_STATED])
    with store.reading() as connection:
        assert gathered(connection, "jia").amendments == (change(),)


def test_a_stored_change_that_cannot_be_proposed_is_shown_named_and_taken_off(store: Store) -> None:
    staffed(store)
    content = canonical([amendment_json(each) for each in (NOTHING_STATED, change(file=None))]).decode()
    with store.writing() as connection:
        row = {"author": "jia", "saved": "2026-11-01T00:00:00Z", "version": 1, "content": content}
        connection.execute(insert(table(LawDraft)), [row])
    with store.reading() as connection:
        assert gathered(connection, "jia").amendments == (NOTHING_STATED, change(file=None))
    with pytest.raises(RulesetError, match=r"^limits .*newone.*: set 应列出新的单元格"):
        propose_gathered(store, "jia", 1, NEXT_YEAR, "按通知修改（示例）", PROPOSER)
    drop(store, "jia", [0], 1)
    assert propose_gathered(store, "jia", 2, NEXT_YEAR, "按通知修改（示例）", PROPOSER)
