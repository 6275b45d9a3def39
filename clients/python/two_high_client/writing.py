"""How what is sent becomes JSON: decimals keep every digit, floats are refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from two_high_client.errors import ProblemError, SheetError

# A project sheet: JSON values, or JSON text as it is.
Sheet = Mapping[str, Any] | str | bytes
# A person: the name, or `subject` and `name`.
Named = str | Mapping[str, str]


def sheet_bytes(sheet: Sheet) -> bytes:
    """A sheet as the bytes that are sent. Raises SheetError for a float: it is not exact."""
    if isinstance(sheet, str):
        return sheet.encode("utf-8", "surrogatepass")
    return sheet if isinstance(sheet, bytes) else json_bytes(sheet)


def stated(**values: Any) -> dict[str, Any]:
    """The values that are stated: None is left out. A name that is Python's own ends with an underscore."""
    return {name.rstrip("_"): value for name, value in values.items() if value is not None}


def body(**values: Any) -> bytes:
    """The body of a call: the values that are stated. Raises SheetError for a float."""
    return json_bytes(stated(**values))


def json_bytes(value: Any) -> bytes:
    """JSON values as bytes; decimals and days as text. Raises SheetError for a float and for what JSON cannot say."""
    _require_no_float(value, "")
    return json.dumps(value, ensure_ascii=False, default=_told).encode("utf-8", "surrogatepass")


def _told(value: Any) -> Any:
    if isinstance(value, Decimal | date):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    kind = type(value).__name__
    raise SheetError([ProblemError(detail=f"不能写成 JSON：{kind} / cannot be written as JSON: {kind}")])


def _require_no_float(value: Any, path: str) -> None:
    if isinstance(value, float):
        words = "浮点数不精确，请用 Decimal 或文字 / a float is not exact: give a Decimal or text"
        raise SheetError([ProblemError(detail=words, path=path)])
    if isinstance(value, Mapping):
        for name, each in value.items():
            _require_no_float(each, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list | tuple):
        for place, each in enumerate(value):
            _require_no_float(each, f"{path}[{place}]")
