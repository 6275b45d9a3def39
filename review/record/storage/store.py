"""The database of the record: SQLite in one file by default, PostgreSQL by URL, with the same behaviour.

One writer at a time: the chain has one order. Readers see one consistent state and do not wait for the writer.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from review.errors import RecordUnavailable, joined, system_words
from review.record.storage.change_mark import FileMark
from review.record.storage.database_errors import require_texts, translated, unavailable
from review.record.storage.key_file import KeyFile, place_of
from review.record.storage.migrations import HEAD, migrate
from review.record.storage.migrations.before import set_aside
from review.record.storage.operations import OPERATION_TABLES
from review.record.storage.tables import RECORD_TABLES

VARIABLE = "TWO_HIGH_DATABASE"
DEFAULT = "sqlite:///two-high.sqlite"
BUSY_SECONDS = 30
# The lock that a writer on PostgreSQL holds until its transaction ends: "2high" in ASCII.
_WRITER = 0x3268696768
# Every column of the schema that this account may use, and whether a revision is noted. SQLAlchemy's own inspection, and PostgreSQL's
# information_schema, would take as long as all else that opening a record does.
_COLUMNS = {
    "sqlite": text(
        "SELECT master.name AS table_name, info.name AS column_name FROM sqlite_master AS master JOIN pragma_table_info(master.name) AS info WHERE master.type = 'table'"
    ),
    "postgresql": text(
        "SELECT relation.relname AS table_name, info.attname AS column_name FROM pg_class AS relation "
        "JOIN pg_namespace AS room ON room.oid = relation.relnamespace JOIN pg_attribute AS info ON info.attrelid = relation.oid "
        "WHERE room.nspname = current_schema() AND relation.relkind IN ('r', 'p', 'v', 'f') AND info.attnum > 0 AND NOT info.attisdropped "
        "AND (pg_has_role(relation.relowner, 'USAGE') OR has_column_privilege(relation.oid, info.attnum, 'SELECT, INSERT, UPDATE, REFERENCES'))"
    ),
}
_NOTED = {
    "sqlite": text("SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = 'alembic_version'"),
    "postgresql": text("SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL"),
}
_NUMBER = text("SELECT version_num FROM alembic_version")
_WANTED = frozenset((each.name, column.name) for each in (*RECORD_TABLES, *OPERATION_TABLES) for column in each.columns)
_LAST = text("SELECT position, digest FROM event ORDER BY position DESC LIMIT 1")


class Store:
    """A record's database, migrated to this version's schema. Safe to share between threads."""

    def __init__(self, engine: Engine, key_file: KeyFile) -> None:
        self.key_file = key_file
        # In place: an engine or connection that is made of another by options asks the listeners of both at each statement.
        engine.update_execution_options(record_key_file=key_file)
        self._engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        if self.is_sqlite:
            event.listen(engine, "before_cursor_execute", require_texts)
        self._file_mark = FileMark(self.file, _file) if self.file else None
        self._closing: list[Callable[[], None]] = []
        # False of a record that can be looked at alone.
        self.can_write = True

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is the only writer. All or nothing of it is stored. Raises RecordUnavailable, Refused for a text with U+0000."""
        with translated(), self._engine.begin() as connection:
            if self.is_sqlite:
                # IMMEDIATE takes the write lock from the start: a reader that turns writer could only fail.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                _require_same_file(connection)
            else:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITER})
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view: what is recorded meanwhile is not seen. Raises RecordUnavailable, Refused for a text with U+0000."""
        with translated(), self._engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                if self.is_sqlite:
                    connection.exec_driver_sql("BEGIN")
                    _require_same_file(connection)
                yield connection

    def mark(self) -> Hashable | None:
        """What was read after an equal mark still holds; None where that cannot be told. Raises RecordUnavailable."""
        if self._file_mark is not None:
            return self._file_mark.now()
        with translated(), self._engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            # With its digest: a record that was restored in place can come to the same position by another history.
            last = connection.execute(_LAST).first()
            return (0, "") if last is None else (last.position, last.digest)

    @property
    def file(self) -> Path | None:
        """The file of the record; None on PostgreSQL."""
        return Path(self._engine.url.database or "") if self.is_sqlite else None

    @property
    def url(self) -> str:
        """Where the record is, without its password."""
        return self._engine.url.render_as_string(hide_password=True)

    @property
    def full_url(self) -> str:
        """Where the record is, for another process of ours: with the password, so never shown."""
        return self._engine.url.render_as_string(hide_password=False)

    def also_close(self, close: Callable[[], None]) -> None:
        """What is to be done too when the record is closed."""
        self._closing.append(close)

    @property
    def address(self) -> URL:
        """Where the record is, part by part."""
        return self._engine.url

    def close(self) -> None:
        if self._file_mark is not None:
            self._file_mark.close()
        self._engine.dispose()
        for each in self._closing:
            each()


def open_store(
    url: str | None = None,
    *,
    create: bool = True,
    busy_seconds: float = BUSY_SECONDS,
    read_only: bool = False,
    key_file: str | None = None,
) -> Store:
    """The record at a URL, a file path, or what TWO_HIGH_DATABASE names; made on first use unless `create` is false.

    `read_only`: to be looked at alone, as on media that cannot be written: `can_write` says whether it can. `key_file`: by default what TWO_HIGH_KEY_FILE names, else
    beside the record. It is read when its keys are first needed.

    Raises RecordUnavailable where it cannot be reached, is not there, or was made by a newer version.
    """
    address = _address(url or os.environ.get(VARIABLE) or DEFAULT)
    if address.get_backend_name() == "sqlite":
        path = Path(address.database or "")
        if not create and not path.is_file():
            raise unavailable(f"没有记录：{path}", f"there is no record at {path}")
        if read_only and not _writable(path):
            return _looked_at(path, str(place_of(address, key_file)))
        if path.is_file() and not _writable(path):
            raise _cannot_be_written(path)
        engine = _sqlite_engine(address, path, busy_seconds)
    else:
        # A writer waits as long for another as it does on SQLite.
        limits = {
            "connect_timeout": max(2, int(busy_seconds)),
            "options": f"-c lock_timeout={int(busy_seconds * 1000)}",
        }
        engine = create_engine(address, pool_pre_ping=True, connect_args=limits)
    store = Store(engine, KeyFile(place_of(address, key_file)))
    try:
        _bring_up(store, create)
    except BaseException:
        store.close()
        raise
    return store


def _address(url: str) -> URL:
    """A SQLAlchemy URL; a plain path is a SQLite file."""
    try:
        address = make_url(url) if "://" in url else URL.create("sqlite", database=url)
        if address.get_backend_name() == "postgresql":
            return address.set(drivername="postgresql+psycopg")
        if address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:"):
            return address.set(drivername="sqlite", query={})
    except (ArgumentError, NoSuchModuleError, ValueError):
        pass
    raise unavailable(
        "数据库地址不可用；应为 sqlite:///文件 或 postgresql://用户@主机/库",
        "the database address cannot be used; give sqlite:///FILE or postgresql://USER@HOST/NAME",
    )


def _sqlite_engine(address: URL, path: Path, busy_seconds: float) -> Engine:
    if not path.exists():
        try:
            # For its owner alone; SQLite makes the files beside it likewise.
            path.touch(mode=0o600)
        except OSError as error:
            raise unavailable(
                f"无法建立 {path}：{system_words(error)}", f"{path} cannot be made: {error.strerror}"
            ) from error
    # mode=rw: a file that has gone is an error, not a new and empty record.
    name = f"file:{quote(str(path.absolute()))}?mode=rw"
    engine = create_engine(
        address,
        creator=lambda: sqlite3.connect(
            name, uri=True, timeout=busy_seconds, isolation_level=None, check_same_thread=False
        ),
    )
    _prepare_sqlite(engine, path)
    return engine


def _cannot_be_written(path: Path) -> RecordUnavailable:
    return unavailable(
        f"记录 {path} 不可写，未记录任何内容；写入须有该文件及其文件夹的写权限，否则请复制到可写的文件夹（连同 -wal）再用",
        f"the record {path} cannot be written, and nothing was recorded: have write access to the file and its folder, or copy it (with -wal) to a folder that can be written",
    )


def _writable(path: Path) -> bool:
    """Whether SQLite can open a file as it does a record in use: it writes beside it too."""
    return os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK)


def _looked_at(path: Path, key_file: str) -> Store:
    """A record on media that cannot be written: as it is, where its file is whole and of this version; else a copy of it, brought up.

    Raises RecordUnavailable.
    """
    log = path.with_name(f"{path.name}-wal")
    if not (log.exists() and log.stat().st_size):
        # Nothing can change there: neither locks nor a log are looked for.
        name = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
        engine = create_engine(
            URL.create("sqlite", database=str(path)),
            creator=lambda: sqlite3.connect(name, uri=True, isolation_level=None, check_same_thread=False),
        )
        event.listen(engine, "connect", lambda connection, pooled: pooled.info.update(file=(path, _file(path))))
        store = Store(engine, KeyFile(Path(key_file)))
        try:
            with store.reading() as connection:
                if _revision(connection) == HEAD:
                    store.can_write = False
                    return store
        except BaseException:
            store.close()
            raise
        store.close()
    folder = tempfile.TemporaryDirectory(prefix="two-high-")
    try:
        copied = Path(folder.name) / path.name
        shutil.copyfile(path, copied)
        if log.exists():
            shutil.copyfile(log, copied.with_name(log.name))
        opened = open_store(str(copied), create=False, key_file=key_file)
    except OSError as error:
        folder.cleanup()
        raise unavailable(
            f"{path} 不可写，须复制后查看，而无法复制：{system_words(error)}",
            f"{path} cannot be written and must be copied to be read, which failed: {error.strerror}",
        ) from error
    except BaseException:
        folder.cleanup()
        raise
    opened.also_close(folder.cleanup)
    return opened


def _file(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _require_same_file(connection: Connection) -> None:
    """A file that was moved or replaced would take what is written with it, acknowledged and lost: such a connection is closed."""
    path, opened = connection.info["file"]
    if _file(path) != opened:
        connection.invalidate()
        raise unavailable(f"数据库文件 {path} 被移走或替换；未记录任何内容，请稍后重试",
                          f"the database file {path} was moved or replaced; nothing was recorded: try again")  # fmt: skip


def _prepare_sqlite(engine: Engine, path: Path) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, pooled: Any) -> None:
        pooled.info["file"] = (path, _file(path))
        # FULL: what was acknowledged outlives a power cut, not only the process.
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "recursive_triggers=ON",
            "cache_size=-32000",
        ):
            connection.execute(f"PRAGMA {pragma}").close()


def _bring_up(store: Store, create: bool) -> None:
    with store.reading() as connection:
        revision = _revision(connection)
        if revision == HEAD:
            _require_schema(connection)
            return
    if revision is None and not create:
        raise unavailable("该数据库中没有记录", "the database holds no record")
    with store.writing() as connection:
        # Another process may have been quicker.
        revision = _revision(connection)
        if revision is not None and revision != HEAD:
            set_aside(store.file, connection, revision)
        if revision != HEAD:
            migrate(connection)
            _require_schema(connection)


def _require_schema(connection: Connection) -> None:
    """Raises RecordUnavailable where a table or column of this version is not there: what it would hold could not be recorded."""
    there = {(table, column) for table, column in connection.execute(_COLUMNS[connection.dialect.name])}
    if missing := sorted(f"{table}.{column}" for table, column in _WANTED - there):
        names = joined(missing[:10])
        raise unavailable(
            f"数据库结构不完整，缺少：{names.zh}；请恢复备份",
            f"the database's schema is not whole, it lacks: {names.en}; restore a backup",
        )


def ready(store: Store) -> None:
    """Raises RecordUnavailable unless the database has this version's schema and stores what is written: it is written to, nothing changes."""
    with store.writing() as connection:
        if _revision(connection) != HEAD:
            raise unavailable(
                "数据库结构不是本版本的，请重新启动", "the database has another version's schema: start again"
            )
        connection.execute(text("UPDATE alembic_version SET version_num = version_num"))


def free_bytes(store: Store) -> int | None:
    """The bytes that are free on the disk of the record; None on PostgreSQL, whose disk is its own affair."""
    return None if store.file is None else shutil.disk_usage(store.file.absolute().parent).free


def record_bytes(store: Store) -> int:
    """The bytes that the record takes, what is not yet folded into its file included. Raises RecordUnavailable."""
    if store.file is not None:
        files = (Path(f"{store.file}{suffix}") for suffix in ("", "-wal"))
        return sum(each.stat().st_size for each in files if each.exists())
    with store.reading() as connection:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def _revision(connection: Connection) -> str | None:
    if connection.execute(_NOTED[connection.dialect.name]).first() is None:
        return None
    return connection.execute(_NUMBER).scalar()
