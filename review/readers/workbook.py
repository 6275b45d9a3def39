"""A filled template → a sheet; every fault names its cell (`能源!G7`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from review.drafting.typed import Left, Typed, typed
from review.errors import Fault, SheetError
from review.readers.workbook_content import WorkbookContent, workbook_content
from review.readers.workbook_opening import opened_alone
from review.readers.written.fields import Edition
from review.readers.written.sheet import Tell, edition_today, readings_told, unheard, written_sheet
from review.sheet import ProjectSheet
from review.sheet.parsing import first_of
from review.sheet.paths import put


def read_workbook(
    content: bytes, tell: Tell = unheard, *, edition: Edition = edition_today, said: Tell = unheard
) -> ProjectSheet:
    """The sheet in a filled template; `tell` is told of every worksheet that was passed over, `said` of what was read as what.

    `edition` is asked for where a name of one of its tables is to be read. Raises SheetError; faults name the cell where there is one.
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
        put(raw, target, value)
    try:
        sheet, readings = written_sheet(raw, edition)
    except SheetError as error:
        raise SheetError([Fault(_in_cell(each.where, cells), each.text) for each in error.faults]) from None
    for each in readings_told(readings):
        said(Fault(_in_cell(each.where, cells), each.text))
    return sheet


def _in_cell(where: str, cells: Mapping[str, str]) -> str:
    return f"{cells[where]} ({where})" if where in cells else where


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
