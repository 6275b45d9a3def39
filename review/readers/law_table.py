"""A table of figures in a file (.xlsx, .csv) → rows of text, with the place of each; what a spreadsheet has made unreadable is refused."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from review.errors import Fault, RulesetError, SheetError, Text
from review.law.files import Sheet, csv_sheet, sheet_of
from review.readers.file_types import bare_name, no_sheet
from review.readers.workbook_bounds import refused
from review.readers.workbook_cells import cell_value, is_merged, merged
from review.readers.workbook_opening import opened_alone

_WORKBOOK = b"PK\x03\x04"
_FIGURE = "figure"


def read_law_table(name: str, content: bytes) -> Sheet:
    """The rows of a CSV file (UTF-8 or GBK), or of the first visible worksheet. Raises RulesetError with the place of each fault."""
    shown = bare_name(name)
    if (found := no_sheet(content)) is not None:
        words = Text(
            f"是 {found.zh}，不是表格；可用：.xlsx、.csv", f"is a {found.en}, not a table; taken are .xlsx and .csv"
        )
        raise RulesetError([Fault(shown, words)])
    if not content.startswith(_WORKBOOK):
        return csv_sheet(content, shown)
    try:
        [(rows, lines)] = opened_alone(worksheet_rows, content)
    except SheetError as error:
        raise RulesetError([Fault(each.where or shown, each.text) for each in error.faults]) from error
    return sheet_of(rows, lines, shown)


def worksheet_rows(content: bytes) -> Iterator[tuple[list[list[str]], list[int]]]:
    """The rows of the first worksheet that can be seen, as text, and their numbers. Raises SheetError."""
    # Loaded where workbooks are opened alone: the caller has no need of it.
    from review.readers.openpyxl_alone import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), data_only=False, keep_links=False)
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part makes it stumble on
        raise refused("不是可读的 Excel 工作簿", "is not a readable workbook") from error
    sheet = next((each for each in book.worksheets if each.sheet_state == "visible"), book.worksheets[0])
    faults = [is_merged(f"{sheet.title}!{each.coord}") for each in merged(sheet)]
    rows, lines = list[list[str]](), list[int]()
    for number, row in enumerate(sheet.iter_rows(), 1):
        values = [_text(cell, f"{sheet.title}!{cell.coordinate}", faults) for cell in row]
        if any(values):
            hidden = sheet.row_dimensions[number].hidden if number in sheet.row_dimensions else False
            if hidden:
                words = Text(
                    "这一行被隐藏而有内容，请取消隐藏后核对",
                    "the row is hidden and holds something: show it and check it",
                )
                faults.append(Fault(f"{sheet.title}!{number}", words))
            rows.append(values)
            lines.append(number)
    if faults:
        raise SheetError(faults)
    yield rows, lines


def _text(cell: Any, where: str, faults: list[Fault]) -> str:
    value = cell.value
    kind = "day" if getattr(cell, "is_date", False) else _FIGURE if isinstance(value, int | float) else "words"
    found = cell_value(cell, kind, where, faults)
    if isinstance(found, bool):
        return "yes" if found else "no"
    return (
        ""
        if found is None
        else format(found, "f")
        if kind == _FIGURE and not isinstance(found, str)
        else str(found).strip()
    )
