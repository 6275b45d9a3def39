"""Databases for tests. A record is made once in a test process and copied for each test: SQLite's as a file, PostgreSQL's row by row."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from review.record.storage.migrations import migrate
from review.record.storage.store import Store, open_store
from tests.postgresql import Connections, PostgreSQL, Rows

DATABASES = ("sqlite", "postgresql")
Fill = Callable[[Store], Any]
_NUMBERS = count(1)
MIGRATE = "review.record.storage.store.migrate"


class Compiled(dict[Any, Any]):
    """Statements compiled to SQL, by the kind of database: a test's record has an engine of its own, which would compile each of them anew."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), compiled)


@contextmanager
def compiled_once(connections: Connections | None = None) -> Iterator[None]:
    """Let the engines of this process have one cache of compiled statements, and these connections to PostgreSQL."""
    cache, make = Compiled(), sqlalchemy.create_engine

    def engine(*arguments: Any, **options: Any) -> sqlalchemy.Engine:
        made = make(*arguments, **options)
        made.update_execution_options(compiled_cache=cache)
        if connections and made.dialect.name == "postgresql":
            sqlalchemy.event.listen(made, "do_connect", connections.connect)
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("review.record.storage.store.create_engine", engine)
        yield


class Migrated:
    """`migrate` for the tests of one process: SQLite's schema is made by all migrations once, and from then on by the statements that it holds."""

    def __init__(self, migrate: Callable[[sqlalchemy.Connection], None]) -> None:
        self._migrate = migrate
        self._statements: list[str] = []

    def __call__(self, connection: sqlalchemy.Connection) -> None:
        if connection.dialect.name != "sqlite" or sqlalchemy.inspect(connection).get_table_names():
            self._migrate(connection)
        elif self._statements:
            for each in self._statements:
                connection.exec_driver_sql(each)
        else:
            self._migrate(connection)
            raw = connection.connection.dbapi_connection
            assert isinstance(raw, sqlite3.Connection)
            self._statements += [each for each in raw.iterdump() if each not in ("BEGIN TRANSACTION;", "COMMIT;")]


@contextmanager
def migrated_once() -> Iterator[None]:
    """Let new records of this process in SQLite be migrated once: that takes a tenth of a second each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MIGRATE, Migrated(migrate))
        yield


def empty(_: Store) -> None:
    """Fills nothing in: the record is migrated and that is all."""


@dataclass(frozen=True)
class Made:
    """A record that was filled: SQLite's file or PostgreSQL's rows, and what the filling function returned."""

    returned: Any
    file: Path | None = None
    rows: Rows | None = None


class Databases:
    """Makes databases of either kind for the tests of one process. `server` starts PostgreSQL where it is not running yet, and gives its address."""

    def __init__(self, server: Callable[[], str], folder: Path, connections: Connections) -> None:
        self._postgresql = PostgreSQL(server, connections)
        self._folder = folder
        self._made: dict[tuple[str, Fill], Made] = {}

    def new(self, kind: str, folder: Path) -> str:
        """The address of a database without a record; SQLite's file is not there yet."""
        return f"sqlite:///{folder / 'record.sqlite'}" if kind == "sqlite" else self._postgresql.new()

    def copy(self, kind: str, folder: Path, fill: Fill = empty) -> tuple[str, Any]:
        """The address of a record that `fill` has filled, and what `fill` returned. `fill` runs once a kind; its records are told apart by it."""
        if (kind, fill) not in self._made:
            self._made[kind, fill] = self._fill(kind, fill)
        made = self._made[kind, fill]
        if made.file is None:
            return self._postgresql.record(made.rows), made.returned
        address = self.new(kind, folder)
        shutil.copyfile(made.file, address.removeprefix("sqlite:///"))
        return address, made.returned

    def drop(self, address: str) -> None:
        """Remove a database that a test is over with: thousands would have to be written to the disk and removed at the end."""
        if not address.startswith("sqlite"):
            self._postgresql.drop(address)

    def close(self) -> None:
        """Leave the server of PostgreSQL."""
        self._postgresql.close()

    def _fill(self, kind: str, fill: Fill) -> Made:
        folder = self._folder / f"{kind}-{next(_NUMBERS)}"
        folder.mkdir()
        address = self.new(kind, folder) if fill is empty else self.copy(kind, folder)[0]
        store = open_store(address)
        try:
            returned = fill(store)
        finally:
            store.close()
        if kind == "postgresql":
            if fill is empty:
                self._postgresql.keep(address)
                return Made(returned)
            rows = self._postgresql.rows(address)
            self.drop(address)
            return Made(returned, rows=rows)
        file = Path(address.removeprefix("sqlite:///"))
        assert list(folder.iterdir()) == [file], "SQLite left a journal beside its file"
        return Made(returned, file=file)
