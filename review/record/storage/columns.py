"""Kinds of columns that the tables of the record share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Integer, Text
from sqlmodel import Field

# SQLite makes a row id of INTEGER alone; a bigint elsewhere.
Position = BigInteger().with_variant(Integer, "sqlite")
# Compared byte by byte on every database, whatever its locale.
Plain = Text().with_variant(Text(collation="C"), "postgresql")


def number_key(**options: Any) -> Any:
    """A number that is given, not counted up by the database: the key of a table."""
    return Field(sa_type=Position, primary_key=True, sa_column_kwargs={"autoincrement": False}, **options)


def position_column(**options: Any) -> Any:
    return Field(sa_type=Position, **options)
