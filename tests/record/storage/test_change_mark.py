"""The mark of the record: another one after everything that is recorded, by whomever."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from review.record.access.keys import create_key, revoke_key
from review.record.storage.store import Store
from tests.record.projects import OFFICER
from tests.record.tampering import tamper


def test_it_is_the_same_until_something_is_recorded(url: str, opened: Callable[..., Store]) -> None:
    store, other = opened(url), opened(url)
    marks = [store.mark()]
    assert marks[0] is not None and store.mark() == marks[0]
    for writer in (store, other):
        key = create_key(writer, "甲（示例）", "officer", OFFICER)
        marks.append(store.mark())
        assert store.mark() == marks[-1]
        revoke_key(writer, key.split(".")[1], "示例", OFFICER)
        marks.append(store.mark())
    assert len(set(marks)) == len(marks) == 5


def test_reading_changes_no_mark(store: Store) -> None:
    mark = store.mark()
    with store.reading():
        pass
    assert store.mark() == mark


def test_another_history_of_the_same_length_has_another_mark(url: str, opened: Callable[..., Store]) -> None:
    """As after a record was restored in place and went on from there."""
    store = opened(url)
    create_key(store, "甲（示例）", "officer", OFFICER)
    first = store.mark()
    tamper(store, "UPDATE event SET digest = 'sha256:another'")
    assert store.mark() not in (None, first)


def test_a_file_in_another_s_place_has_another_mark(tmp_path: Path, opened: Callable[..., Store]) -> None:
    path = tmp_path / "record.sqlite"
    opened(f"sqlite:///{path}").close()
    store = opened(f"sqlite:///{path}")
    first = store.mark()
    copied = tmp_path / "copy.sqlite"
    shutil.copyfile(path, copied)
    copied.replace(path)
    assert first is not None and store.mark() not in (None, first)


def test_it_does_not_wait_for_who_holds_the_file(tmp_path: Path, opened: Callable[..., Store]) -> None:
    """Nothing can be told then: what was read is read anew, and that waits."""
    path = tmp_path / "record.sqlite"
    opened(f"sqlite:///{path}").close()
    store = opened(f"sqlite:///{path}")
    store._engine.dispose()
    with sqlite3.connect(path, isolation_level=None) as holder:
        holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        holder.execute("BEGIN IMMEDIATE")
        holder.execute("UPDATE alembic_version SET version_num = version_num")
        assert store.mark() is None
        holder.execute("ROLLBACK")
    holder.close()
    assert store.mark() is not None
