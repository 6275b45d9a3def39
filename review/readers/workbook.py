"""A filled template → a sheet; every fault names its cell (`能源!C7`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from review.drafting.typed import Left, Typed, typed
from review.errors import Fault, SheetError
from review.law.names import is_of_gate
from review.readers.asking import Edition, Tell, edition_today, unheard
from review.readers.workbook_content import WorkbookContent, workbook_content
from review.readers.workbook_layout import titles
from review.readers.workbook_opening import opened_alone
from review.readers.written.sheet import readings_told, written_sheet
from review.sheet import ProjectSheet
from review.sheet.parsing import first_of
from review.sheet.paths import item_of, put, section_of

_ROW = re.compile("[0-9]+$")


def read_workbook(
    content: bytes, tell: Tell = unheard, *, edition: Edition = edition_today, said: Tell = unheard
) -> ProjectSheet:
    """The sheet in a filled template; `tell` is called with every worksheet that was passed over, `said` with every reading that differs from what was written.

    `edition` is asked for where a name of one of its tables is to be read. Raises SheetError; faults name the cell where there is one.
    """
    found = _content(content)
    for each in found.passed_over:
        tell(each)
    return sheet_of(found, edition, said)


def sheet_of(found: WorkbookContent, edition: Edition, said: Tell = unheard) -> ProjectSheet:
    """The sheet that the content of a workbook states; `edition` and `said` as for `read_workbook`. Raises SheetError."""
    raw: dict[str, Any] = {}
    cells: dict[str, str] = {}
    if found.faults:
        raise SheetError(first_of(found.faults))
    faults: list[Fault] = []
    for cell, target, value in found.stated:
        cells[target] = cell
        try:
            put(raw, target, value)
        except SheetError as error:
            faults += (Fault(cell, each.text) for each in error.faults)
    if faults:
        raise SheetError(first_of(faults))
    try:
        sheet, readings = written_sheet(raw, edition)
    except SheetError as error:
        raise SheetError(_placed(error.faults, cells)) from None
    for each in _placed(readings_told(readings), cells):
        said(each)
    return sheet


def _placed(faults: Iterable[Fault], cells: Mapping[str, str]) -> list[Fault]:
    """Faults of fields with the cells of these as their places."""
    return [Fault(_cell(each.where, cells), each.text) for each in faults]


def _cell(where: str, cells: Mapping[str, str]) -> str:
    """The cell that states a field; of what none states, the row of its part where that states anything, else the worksheet."""
    if where in cells or not where:
        return cells.get(where, where)
    beside = next((cell for path, cell in cells.items() if path.startswith(f"{where}.")), None)
    item = item_of(where) or item_of(f"{where}[0]")
    title = titles().get(item.list if item else "") or titles().get(section_of(where), where)
    row = _ROW.search(beside) if beside and (is_of_gate(where) or item_of(where)) else None
    return f"{beside.partition('!')[0]}!{row[0]}:{row[0]}" if beside and row else title


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
            put(raw, target, value)
            cells[target] = cell
        except SheetError as error:
            left += [Left(cell, str(value), fault.text) for fault in error.faults]
    unread = [Left(fault.where, "", fault.text) for fault in (*found.passed_over, *found.faults)]
    return typed(raw, cells, (*unread, *left))


def _content(content: bytes) -> WorkbookContent:
    [found] = opened_alone(workbook_content, content)
    return found
