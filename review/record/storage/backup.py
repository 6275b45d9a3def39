"""Backup and restore (备份、恢复): a record copied whole, row by row, from one consistent view, into a SQLite file or an empty database."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from sqlalchemy import insert, select

from review.errors import Fault, RecordUnavailable, Refused, Text, system_words
from review.record.storage.audit_tables import AUDIT_TABLES
from review.record.storage.database_errors import unavailable
from review.record.storage.operations import OPERATION_TABLES
from review.record.storage.store import Store, open_store
from review.record.storage.tables import RECORD_TABLES, StoredFile

BATCH = 500
# A file is as large as thousands of other rows.
FILES = 1
# By the name of the table.
RowCounts = dict[str, int]


def backup(store: Store, file: Path) -> RowCounts:
    """Copy the record into a new SQLite file, while others go on writing. Returns the number of rows of each table.

    The file is itself a record: `verify --database FILE` verifies it. Raises Refused where it exists, RecordUnavailable.
    """
    if file.exists():
        raise Refused(
            [Fault(str(file), Text("文件已存在，备份不覆盖任何文件", "exists already: a backup overwrites nothing"))]
        )
    unfinished = file.with_name(f"{file.name}.unfinished-{os.getpid()}")
    try:
        target = open_store(str(unfinished))
        try:
            counts = copy(store, target)
        finally:
            target.close()
        # A link, unlike a rename, fails where another backup of the same name was quicker.
        os.link(unfinished, file)
    except OSError as error:
        raise unavailable(
            f"无法写入备份：{system_words(error)}", f"the backup cannot be written: {error.strerror}", str(file)
        ) from error
    finally:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{unfinished}{suffix}").unlink(missing_ok=True)
    return counts


def restore(file: Path, store: Store) -> RowCounts:
    """Copy a backup into an empty record, on either database. Raises Refused where the record is not empty."""
    source = opened_backup(file)
    try:
        return copy(source, store)
    finally:
        source.close()


def opened_backup(file: Path) -> Store:
    """A backup, opened to be read. Raises RecordUnavailable, naming the file."""
    try:
        return open_store(str(file), create=False, read_only=True)
    except RecordUnavailable as error:
        raise RecordUnavailable([replace(each, where=str(file)) for each in error.faults]) from error


def copy(source: Store, target: Store) -> RowCounts:
    """Every row of a record into an empty one, in one transaction. Returns how many rows of each table."""
    counts: RowCounts = {}
    with source.reading() as reader, target.writing() as writer:
        events = RECORD_TABLES[0]
        if writer.execute(select(events).limit(1)).first() is not None:
            words = Text(
                "目标记录不是空的，请换一个数据库", "the record to restore into is not empty: name another database"
            )
            raise Refused([Fault("--database", words)])
        for each in (*RECORD_TABLES, *AUDIT_TABLES, *OPERATION_TABLES):
            counts[each.name] = 0
            batch = FILES if each is StoredFile.__table__ else BATCH  # type: ignore[attr-defined]
            query = select(each).order_by(*each.primary_key.columns)
            found = reader.execute(query, execution_options={"stream_results": True, "yield_per": batch})
            for rows in found.mappings().partitions(batch):
                writer.execute(insert(each), [dict(row) for row in rows])
                counts[each.name] += len(rows)
    return counts
