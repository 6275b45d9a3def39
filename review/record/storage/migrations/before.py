"""What the database held before a migration (迁移前备份), set aside whole: beside the file of SQLite, in a schema of its own on PostgreSQL."""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from review.clock import utc_now
from review.errors import Fault, RecordUnavailable, Text, system_words

_LOG = logging.getLogger("review.record")


def set_aside(file: Path | None, connection: Connection, revision: str) -> str:
    """Copy all that the database holds, at this revision, before it is migrated within the caller's transaction. Returns where to.

    The file of the copy is for its owner alone. Raises RecordUnavailable where it cannot be made: then nothing is migrated.
    """
    mark = f"{revision}-{utc_now():%Y%m%dT%H%M%S%fZ}"
    place = _schema(connection, mark) if file is None else _file(file, mark)
    _LOG.info("schema %s is migrated; what it held stands in %s", revision, place)
    return place


def _file(file: Path, mark: str) -> str:
    copy = file.with_name(f"{file.name}.before-{mark}")
    try:
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            # Another connection: what the caller's transaction has not stored yet is not seen.
            with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
        except BaseException:
            copy.unlink()
            raise
    except (OSError, sqlite3.Error) as error:
        words = Text(
            f"迁移前的备份无法写入（{system_words(error) if isinstance(error, OSError) else error}）；未迁移",
            f"the backup before the migration cannot be written ({error}); nothing was migrated",
        )
        raise RecordUnavailable([Fault("--database", words)]) from error
    return str(copy)


def _schema(connection: Connection, mark: str) -> str:
    quoted = connection.dialect.identifier_preparer.quote
    schema = f"before_{mark}".replace("-", "_").lower()
    connection.execute(text(f"CREATE SCHEMA {quoted(schema)}"))
    for name in inspect(connection).get_table_names():
        connection.execute(text(f"CREATE TABLE {quoted(schema)}.{quoted(name)} AS TABLE {quoted(name)}"))
    return schema
