"""The extra `portfolio`: what it brings is imported where it is first used, and its lack is a clear error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any

from review.errors import Fault, PortfolioError, Text
from review.portfolio.columns import Column

_BRINGS = {"pyspark": "spark", "psycopg": "postgres"}


def need(module: str) -> Any:
    """The module of that name. Raises PortfolioError saying which extra to install."""
    loaded = sys.modules.get(module)
    if loaded is not None:
        return loaded
    try:
        return import_module(module)
    except ImportError as error:
        extra = _BRINGS.get(module.split(".")[0], "portfolio")
        raise PortfolioError(
            [
                Fault(
                    module.split(".")[0],
                    Text(
                        f"缺少 {error.name or module}；请安装：pip install 'two-high-review[{extra}]'",
                        f"{error.name or module} is not installed: pip install 'two-high-review[{extra}]'",
                    ),
                )
            ]
        ) from error


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


def whole(column: Any) -> Any:
    """A column of a table as one array: what is in one piece already is not copied."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
