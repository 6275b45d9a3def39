"""The extra `portfolio`: what it brings is imported where it is first used, and its lack is a clear error."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from review.errors import Fault, PortfolioError, Text

_BRINGS = {"pyspark": "spark", "psycopg": "postgres"}


def need(module: str) -> Any:
    """The module of that name. Raises PortfolioError saying which extra to install."""
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
