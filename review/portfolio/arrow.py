"""Columns as Arrow: the one form in which tables are handed from place to place, as in it nothing becomes a float or NaN."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from review.portfolio.columns import Column
from review.portfolio.extra import need


def arrow_type(each: Column) -> Any:
    """The Arrow type of a column."""
    pa = need("pyarrow")
    if each.kind == "figure":
        return pa.decimal128(*each.digits)
    return {"truth": pa.bool_(), "text": pa.string(), "number": pa.int64(), "day": pa.date32()}[each.kind]


def schema(columns: Iterable[Column]) -> Any:
    """The Arrow schema of columns."""
    return need("pyarrow").schema([(each.name, arrow_type(each)) for each in columns])


def table(columns: Sequence[Column], values: Mapping[str, list[Any]]) -> Any:
    """An Arrow table of columns; a figure that its column does not hold exactly is an error of Arrow's, never rounded."""
    pa = need("pyarrow")
    return pa.table([pa.array(values[each.name], arrow_type(each)) for each in columns], schema=schema(columns))
