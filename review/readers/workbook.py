"""A filled template → a sheet; every fault names its cell (`能源!G7`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from review.drafting.typed import Left, Typed, typed
from review.errors import Fault, SheetError
from review.law.place import AREAS, area_code
from review.readers.workbook_content import WorkbookContent, workbook_content
from review.readers.workbook_opening import opened_alone
from review.sheet import ProjectSheet, describe, parse_sheet
from review.sheet.parsing import first_of
from review.sheet.paths import put


def read_workbook(content: bytes, tell: Callable[[Fault], None] = lambda note: None) -> ProjectSheet:
    """The sheet in a filled template; `tell` is told of every worksheet that was passed over.

    Raises SheetError; faults name the cell where there is one.
    """
    raw: dict[str, Any] = {}
    cells: dict[str, str] = {}
    found = _content(content)
    for each in found.passed_over:
        tell(each)
    if found.faults:
        raise SheetError(first_of(found.faults))
    for cell, target, value in found.stated:
        cells[target] = cell
        put(raw, target, _as_key(target, value))
    try:
        return parse_sheet(raw)
    except SheetError as error:
        named = [Fault(f"{cells[f.where]} ({f.where})" if f.where in cells else f.where, f.text) for f in error.faults]
        raise SheetError(named) from None


def read_typed(content: bytes) -> Typed:
    """All that can be read of a filled template, faulty or not, with the cell of each value; what cannot be read is among `left`.

    Raises SheetError only where the file as a whole is no filled template.
    """
    raw: dict[str, Any] = {}
    cells: dict[str, str] = {}
    left: list[Left] = []
    found = _content(content)
    for cell, target, value in found.stated:
        try:
            put(raw, target, _as_key(target, value))
            cells[target] = cell
        except SheetError as error:
            left += [Left(cell, str(value), fault.text) for fault in error.faults]
    unread = [Left(fault.where, "", fault.text) for fault in (*found.passed_over, *found.faults)]
    return typed(raw, cells, (*unread, *left))


def _as_key(path: str, value: Any) -> Any:
    """What is chosen from an edition's table, by its key; any other value as it is."""
    chosen = isinstance(value, str) and not path.endswith("]") and describe(path).table == AREAS
    return area_code(value) if chosen else value


def _content(content: bytes) -> WorkbookContent:
    [found] = opened_alone(workbook_content, content)
    return found
