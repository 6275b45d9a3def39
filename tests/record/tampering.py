"""Changing a record behind the product's back: plain SQL, with every trigger and foreign key out of the way."""

from __future__ import annotations

import sqlite3
from typing import Any

from review.record.storage.store import Store


def tamper(store: Store, *statements: str | tuple[str, tuple[Any, ...]]) -> None:
    """Run statements on the record's database; `?` stands for a value."""
    pairs = [(each, ()) if isinstance(each, str) else each for each in statements]
    if store.is_sqlite:
        _sqlite(store.full_url.removeprefix("sqlite:///"), pairs)
    else:
        _postgresql(store.full_url.replace("+psycopg", ""), pairs)


def _sqlite(path: str, pairs: list[tuple[str, tuple[Any, ...]]]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement, values in pairs:
            assert connection.execute(statement, values).rowcount, statement
        # Whoever does this covers the traces.
        for _, made in triggers:
            connection.execute(made)
    finally:
        connection.close()


def _postgresql(url: str, pairs: list[tuple[str, tuple[Any, ...]]]) -> None:
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement, values in pairs:
            assert connection.execute(statement.replace("?", "%s").encode(), values).rowcount, statement
