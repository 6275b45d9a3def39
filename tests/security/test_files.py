"""Files that the product makes are for its own account alone; nothing is migrated that was not set aside before; a schema is whole or refused."""

from __future__ import annotations

import re
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect, text

from api.server import ADMINISTRATOR
from review.errors import RecordUnavailable
from review.record.storage import migrations
from review.record.storage.backup import backup
from review.record.storage.migrations import HEAD
from review.record.storage.store import Store, open_store
from tests.api.conftest import administrator_key, forked, stop
from tests.record.projects import some_of_everything

pytestmark = pytest.mark.record


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


@pytest.mark.record
def test_record_and_backup_are_for_their_owner_alone(tmp_path: Path, opened: Callable[..., Store]) -> None:
    store = opened(str(tmp_path / "record.sqlite"))
    some_of_everything(store)
    backup(store, tmp_path / "backup.sqlite")
    found = {each.name: mode(each) for each in tmp_path.iterdir()}
    assert set(found) == {"record.sqlite", "record.sqlite-wal", "record.sqlite-shm", "backup.sqlite"}
    assert set(found.values()) == {0o600}


def of_before(url: str) -> str:
    """An empty record as the version before made it. Returns its revision."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
    engine.dispose()
    return "0004"


@pytest.mark.record
def test_what_the_database_held_is_set_aside_before_it_is_migrated(new_url: str, opened: Callable[..., Store]) -> None:
    revision = of_before(new_url)
    store = opened(new_url)
    with store.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD
    if store.file is not None:
        [copy] = store.file.parent.glob(f"*.before-{revision}-*")
        assert mode(copy) == 0o600
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(revision,)]
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    else:
        with store.reading() as connection:
            [schema] = [each for each in inspect(connection).get_schema_names() if each.startswith("before_")]
            assert connection.execute(text(f"SELECT version_num FROM {schema}.alembic_version")).scalar() == revision
            there = set(inspect(connection).get_table_names(schema))
        assert {"alembic_version", "event", "review"} <= there
    # Nothing is set aside where nothing is migrated.
    opened(new_url)
    if store.file is not None:
        assert len(list(store.file.parent.glob("*.before-*"))) == 1


@pytest.mark.record
def test_nothing_is_migrated_where_it_cannot_be_set_aside(
    tmp_path: Path, opened: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "record.sqlite"
    revision = of_before(f"sqlite:///{file}")
    monkeypatch.setattr("review.record.storage.migrations.before.utc_now", lambda: _At())
    with pytest.raises(RecordUnavailable, match="nothing was migrated"):
        opened(str(file))
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(revision,)]


class _At:
    """A time whose words are too long for the name of a file."""

    def __format__(self, words: str) -> str:
        return "9" * 300


@pytest.mark.record
def test_a_schema_that_lacks_a_column_is_refused_at_open(url: str) -> None:
    store = open_store(url)
    with store.writing() as connection:
        connection.execute(text("ALTER TABLE job DROP COLUMN detail"))
        connection.execute(text("DROP TABLE job_result"))
    store.close()
    with pytest.raises(RecordUnavailable, match=r"job\.detail, job_result\.content"):
        open_store(url)


@pytest.mark.record
@pytest.mark.server
def test_the_first_password_stands_in_a_file_alone(tmp_path: Path) -> None:
    file = tmp_path / "first.txt"
    server = forked(f"sqlite:///{tmp_path / 'record.sqlite'}", first_password_file=str(file))
    stop(server)
    written = file.read_text(encoding="utf-8")
    found = re.search(rf"first password: {ADMINISTRATOR} (\S+)$", written, re.MULTILINE)
    printed = "".join(server.printed)
    assert found and mode(file) == 0o600
    assert found[1] not in printed and administrator_key(server.printed) is None and str(file) in printed
    again = forked(f"sqlite:///{tmp_path / 'record.sqlite'}", first_password_file=str(file))
    stop(again)
    assert file.read_text(encoding="utf-8") == written
