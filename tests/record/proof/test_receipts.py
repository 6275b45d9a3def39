"""Receipts and backups: what leaves the record can be proved without it, and brought back whole."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from review.errors import NotRecorded, RecordUnavailable, Refused
from review.record.proof import receipt_verifier
from review.record.proof.receipts import read_checkpoint, receipt
from review.record.proof.verification import verify
from review.record.storage.backup import backup, restore
from review.record.storage.journal import checkpoint, table
from review.record.storage.store import Store
from review.record.storage.tables import RECORD_TABLES, Event
from tests.conftest import Filled
from tests.databases import DATABASES, Databases
from tests.record.projects import drawing, project, recorded, some_of_everything


def exported(store: Store, review: int) -> dict[str, Any]:
    with store.reading() as connection:
        found: dict[str, Any] = json.loads(json.dumps(receipt(connection, review)))
    return found


def test_a_receipt_proves_a_review_with_its_decisions(filled_by: Filled) -> None:
    store, numbers = filled_by(some_of_everything)
    proven = receipt_verifier.check(exported(store, numbers["plant"]), None)
    assert [line.split(":")[0] for line in proven] == ["review 6", "decision 7", "step 9", "checkpoint 17"]
    assert "rectify" in proven[1]


def test_the_verifier_needs_nothing_but_the_standard_library(filled_by: Filled, tmp_path: Path) -> None:
    store, numbers = filled_by(some_of_everything)
    with store.writing() as connection:
        kept = checkpoint(connection)
    shutil.copy(receipt_verifier.__file__, tmp_path / "verifier.py")
    (tmp_path / "receipt.json").write_text(json.dumps(exported(store, numbers["first"])), encoding="utf-8")
    (tmp_path / "checkpoint.json").write_text(json.dumps(kept), encoding="utf-8")
    # -I -S: no environment, no site packages.
    command = [sys.executable, "-I", "-S", "verifier.py", "receipt.json", "checkpoint.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "成立" in done.stdout and "agrees with your checkpoint" in done.stdout


def edit_decision(found: dict[str, Any]) -> None:
    found["entries"][1]["event"]["body"]["outcome"] = "approve"


def edit_sheet(found: dict[str, Any]) -> None:
    found["sheet"]["project"]["name"] = "改过的"


def edit_review(found: dict[str, Any]) -> None:
    found["document"] = found["document"].replace('"fail"', '"pass"').replace('"missing"', '"pass"')


def edit_path(found: dict[str, Any]) -> None:
    found["entries"][0]["path"][0] = "0" * 64


def edit_time(found: dict[str, Any]) -> None:
    found["entries"][0]["event"]["at"] = "2020-01-01T00:00:00.000000Z"


def edit_place(found: dict[str, Any]) -> None:
    found["review"] = 1


def edit_root(found: dict[str, Any]) -> None:
    found["checkpoint"]["root"] = "sha256:" + "0" * 64


def leave_out_review(found: dict[str, Any]) -> None:
    del found["entries"][0]


def edit_head(found: dict[str, Any]) -> None:
    found["checkpoint"]["head"] = "sha256:" + "f" * 64


def edit_size(found: dict[str, Any]) -> None:
    # Another shape of tree: of two sizes of one shape the root alone does not tell.
    found["checkpoint"]["position"] *= 2


EDITS = [
    edit_head,
    edit_size,
    edit_decision,
    edit_sheet,
    edit_review,
    edit_path,
    edit_time,
    edit_place,
    edit_root,
    leave_out_review,
]


@pytest.mark.parametrize("edit", EDITS, ids=[each.__name__ for each in EDITS])
def test_an_edited_receipt_does_not_hold(filled_by: Filled, edit: Callable[[dict[str, Any]], None]) -> None:
    store, numbers = filled_by(some_of_everything)
    found = exported(store, numbers["plant"])
    edit(found)
    with pytest.raises(receipt_verifier.Unproven):
        receipt_verifier.check(found, None)


def test_a_receipt_of_another_record_differs_from_a_kept_checkpoint(filled_by: Filled) -> None:
    store, numbers = filled_by(some_of_everything)
    found = exported(store, numbers["plant"])
    mine = {**found["checkpoint"], "root": "sha256:" + "1" * 64}
    with pytest.raises(receipt_verifier.Unproven, match="differs from your checkpoint"):
        receipt_verifier.check(found, mine)
    with pytest.raises(receipt_verifier.Unproven, match="another position"):
        receipt_verifier.check(found, {**mine, "position": 3})


def test_a_receipt_with_a_key_twice_is_unusable(tmp_path: Path) -> None:
    (tmp_path / "receipt.json").write_text(
        '{"schema": "two-high/receipt/1", "schema": "two-high/receipt/1"}', encoding="utf-8"
    )
    assert receipt_verifier.main([str(tmp_path / "receipt.json")]) == 2


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"schema": "two-high/receipt/1"}',
        "1e999",
        '{"schema": "two-high/receipt/1", "checkpoint": 1, "entries": [3]}',
    ],
)
def test_what_is_no_receipt_is_unusable(tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "receipt.json").write_text(content, encoding="utf-8")
    assert receipt_verifier.main([str(tmp_path / "receipt.json")]) in (1, 2)
    assert "Traceback" not in capsys.readouterr().err
    assert receipt_verifier.main([]) == receipt_verifier.main([str(tmp_path / "none.json")]) == 2


def test_what_is_not_recorded_has_no_receipt(filled: Store) -> None:
    with pytest.raises(NotRecorded):
        exported(filled, 4)
    for content in (
        b'{"position": 0, "head": "x", "root": "y"}',
        b"[" * 100000,
        b"",
        b"[]",
        b'{"position": "1"}',
        b"\xff",
    ):
        with pytest.raises(NotRecorded, match="is no checkpoint"):
            read_checkpoint(content)


def everything(store: Store) -> dict[str, list[Any]]:
    with store.reading() as connection:
        return {
            each.name: [tuple(row) for row in connection.execute(select(each).order_by(*each.primary_key.columns))]
            for each in RECORD_TABLES
        }


@pytest.mark.parametrize("into", DATABASES)
def test_a_backup_restores_to_either_database(
    filled: Store, into: str, opened: Callable[..., Store], tmp_path: Path, databases: Databases
) -> None:
    file, other = tmp_path / "backup.sqlite", tmp_path / "other"
    assert backup(filled, file)["event"] == 17
    other.mkdir()
    target = opened(databases.new(into, other))
    restore(file, target)
    assert everything(target) == everything(opened(str(file))) == everything(filled)
    with target.reading() as connection:
        assert verify(connection).breaks == ()
    assert recorded(target, project("Z-1")).id == 18


def test_a_backup_is_consistent_while_others_write(filled: Store, opened: Callable[..., Store], tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            recorded(filled, drawing(f"W-{number}", "1"))
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        files = [tmp_path / f"backup-{number}.sqlite" for number in range(4)]
        sizes = [backup(filled, file)["event"] for file in files]
    finally:
        stop.set()
        writer.join()
    assert sizes == sorted(sizes)
    for file, size in zip(files, sizes, strict=True):
        with opened(str(file), create=False).reading() as connection:
            result = verify(connection)
        assert (result.breaks, result.events) == ((), size)


def test_a_backup_has_the_name_that_was_asked_for(filled: Store, tmp_path: Path) -> None:
    file = tmp_path / "q?z#1 %20.sqlite"
    backup(filled, file)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("q")] == [file.name]


def test_nothing_is_overwritten_by_backup_or_restore(filled: Store, tmp_path: Path) -> None:
    file = tmp_path / "backup.sqlite"
    backup(filled, file)
    content = file.read_bytes()
    with pytest.raises(Refused, match="exists already"):
        backup(filled, file)
    with pytest.raises(Refused, match="not empty"):
        restore(file, filled)
    with pytest.raises(RecordUnavailable):
        restore(tmp_path / "none.sqlite", filled)
    with pytest.raises(RecordUnavailable):
        backup(filled, tmp_path / "no" / "folder" / "backup.sqlite")
    assert file.read_bytes() == content
    assert sorted(path.name for path in tmp_path.iterdir() if "unfinished" in path.name) == []
    with filled.reading() as connection:
        assert len(connection.execute(select(table(Event))).all()) == 17
