"""A record that a test gives back is used again: the next test finds nothing of the one before."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from review.record.access.keys import create_key, list_keys
from review.record.storage.migrations import migrate
from review.record.storage.store import Store, open_store
from tests.databases import MIGRATE, Databases, Migrated
from tests.postgresql import MOST_IDLE, Connections

pytestmark = pytest.mark.record

CHANGES = (
    "ALTER TABLE event DISABLE TRIGGER event_no_change", "DROP TABLE job CASCADE", "GRANT SELECT ON event TO PUBLIC",
    "CREATE FUNCTION more() RETURNS INTEGER LANGUAGE sql AS 'SELECT 1'", "ALTER DATABASE {} SET default_transaction_read_only = on",
)  # fmt: skip
SCHEMA = (
    "SELECT tgname, tgenabled FROM pg_trigger", "SELECT relname, relacl FROM pg_class", "SELECT proname, prosrc FROM pg_proc",
    "SELECT name, setting FROM pg_settings WHERE name = 'default_transaction_read_only'",
)  # fmt: skip


def with_a_key(store: Store) -> str:
    return create_key(store, "审批系统（示例）", "system", "test")


def keys(address: str) -> int:
    store = open_store(address, create=False)
    with store.reading() as connection:
        found = len(list_keys(connection))
    store.close()
    return found


def schema(address: str) -> list[list[str]]:
    with psycopg.connect(address) as connection:
        return [sorted(map(repr, connection.execute(each.encode()))) for each in SCHEMA]


def dumped(address: str) -> list[str]:
    with closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as connection:
        return [*connection.iterdump()]


def test_a_record_made_by_statements_is_what_migrations_make(databases: Databases, tmp_path: Path) -> None:
    made = []
    for name in ("first", "second", "third"):
        (tmp_path / name).mkdir()
        made.append(databases.new("sqlite", tmp_path / name))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MIGRATE, Migrated(migrate))
        for each in made[:2]:
            open_store(each).close()
        patch.setattr(MIGRATE, migrate)
        open_store(made[2]).close()
    assert dumped(made[0]) == dumped(made[1]) == dumped(made[2])


def test_a_record_is_filled_anew_with_what_was_asked_for(databases: Databases, tmp_path: Path) -> None:
    for fill, found in ((with_a_key, 1), (None, 0), (with_a_key, 1), (None, 0)):
        address, _ = databases.copy("postgresql", tmp_path, *([fill] if fill else []))
        assert keys(address) == found
        store = open_store(address)
        create_key(store, "另一把（示例）", "auditor", "test")
        store.close()
        databases.drop(address)


@pytest.mark.parametrize("change", CHANGES)
def test_a_record_of_another_schema_is_not_used_again(databases: Databases, tmp_path: Path, change: str) -> None:
    address, _ = databases.copy("postgresql", tmp_path)
    before = schema(address)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(change.format(connection.info.dbname).encode())
    assert schema(address) != before
    databases.drop(address)
    following, _ = databases.copy("postgresql", tmp_path)
    assert schema(following) == before
    databases.drop(following)


SESSION = (
    "SET search_path TO pg_catalog", "SELECT pg_advisory_lock(7)", "CREATE TEMP TABLE passing (n INTEGER)", "LISTEN news",
    "DECLARE reading CURSOR WITH HOLD FOR SELECT 1",
)  # fmt: skip
LEFT = (
    "SHOW search_path", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
    "SELECT to_regclass('passing')", "SELECT pg_listening_channels()", "SELECT name FROM pg_cursors WHERE name <> ''",
)  # fmt: skip


def left(connection: psycopg.Connection[Any]) -> list[list[Any]]:
    return [connection.execute(each.encode()).fetchall() for each in LEFT]


def test_a_connection_is_used_again_with_nothing_left_of_its_session(databases: Databases, tmp_path: Path) -> None:
    address, _ = databases.copy("postgresql", tmp_path)
    connections = Connections()
    first = connections.connect(None, None, [address], {})
    process, before = first.info.backend_pid, left(first)
    for each in SESSION:
        first.execute(each.encode())
    first.commit()
    first.read_only, first.isolation_level = True, psycopg.IsolationLevel.SERIALIZABLE
    assert all(one != other for one, other in zip(left(first), before, strict=True))
    first.close()
    again = connections.connect(None, None, [address], {})
    assert again.info.backend_pid == process and left(again) == before
    assert (again.autocommit, again.read_only, again.isolation_level) == (False, None, None)
    # What was cut off is not handed out.
    again.close()
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 30000)", [process])
    last = connections.connect(None, None, [address], {})
    assert last.info.backend_pid != process
    last.close()
    connections.leave()
    databases.drop(address)


def test_connections_that_are_not_used_again_are_closed(databases: Databases, tmp_path: Path) -> None:
    address, _ = databases.copy("postgresql", tmp_path)
    connections = Connections()
    taken = [connections.connect(None, None, [address], {}) for _ in range(MOST_IDLE + 3)]
    for each in taken:
        each.close()
    assert [each.closed for each in taken] == [True] * 3 + [False] * MOST_IDLE
    connections.leave()
    assert all(each.closed for each in taken)
    databases.drop(address)


def test_whoever_comes_late_to_a_record_finds_none(databases: Databases, tmp_path: Path) -> None:
    address, _ = databases.copy("postgresql", tmp_path)
    with psycopg.connect(address) as connection:
        databases.drop(address)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)
