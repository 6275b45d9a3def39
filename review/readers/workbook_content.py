"""What a filled template states (工作簿内容), cell by cell; every fault names its cell (`能源!C7`). Read in a process of its own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from review.errors import Fault, Text, quoted
from review.readers.workbook_before import stated_before
from review.readers.workbook_bounds import refused
from review.readers.workbook_grid import grid_of, stated_on
from review.readers.workbook_layout import INSTRUCTIONS, OPTIONS, Worksheet, worksheets
from review.readers.workbook_rows import Cell

# Worksheets that WPS keeps to itself in what it saves.
_OF_WPS = "WpsReserved_"


@dataclass(frozen=True)
class WorkbookContent:
    """What a filled template states: cell, path and value of each; what cannot be read; what was passed over."""

    stated: tuple[Cell, ...]
    faults: tuple[Fault, ...]
    passed_over: tuple[Fault, ...]


def workbook_content(content: bytes) -> Iterator[WorkbookContent]:
    """The content of a workbook. Raises SheetError where the file as a whole is no filled template."""
    faults: list[Fault] = []
    passed_over: list[Fault] = []
    stated = tuple(_once(_cells(_opened(content), faults, passed_over), faults))
    yield WorkbookContent(stated, tuple(faults), tuple(passed_over))


def _opened(content: bytes) -> Any:
    """The workbook, with at least one worksheet of the template to be seen. Raises SheetError."""
    # Loaded where workbooks are opened alone: the caller has no need of it.
    from review.readers.openpyxl_alone import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=False, data_only=False, keep_vba=False, keep_links=False)
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part makes it stumble on
        raise refused(
            "不是可读的 Excel 工作簿，请用模板另存为 .xlsx",
            "is not a readable workbook: save it from the template as .xlsx",
        ) from error
    known = [each.title for each in worksheets()]
    if not any(sheet.title in known and _is_seen(sheet) for sheet in book.worksheets):
        found, allowed = quoted(each[:40] for each in book.sheetnames[:5]), quoted(known)
        raise refused(
            f"没有模板的工作表，只有：{found.zh}；可用：{allowed.zh}",
            f"has no worksheet of the template, only: {found.en}; known: {allowed.en}",
        )
    return book


def _is_seen(sheet: Any) -> bool:
    return bool(sheet.sheet_state == "visible")


def _cells(book: Any, faults: list[Fault], passed_over: list[Fault]) -> Iterator[Cell]:
    """Every cell that states something: its name, the path it is of, the value. Adds to `faults` what cannot be read.

    What is no worksheet of the template is passed over, and what is hidden, which nobody saw being filled in: it is added to
    `passed_over`, where it holds anything.
    """
    known = {each.title: each for each in worksheets()}
    for title in book.sheetnames:
        sheet, worksheet, unread = book[title], known.get(title), list[Fault]()
        if worksheet is not None and _is_seen(sheet):
            yield from _stated(sheet, worksheet, faults, passed_over)
        elif worksheet is not None:
            if any(_stated(sheet, worksheet, unread, [])) or unread:
                words = Text("工作表已隐藏，其中的内容未读取", "the worksheet is hidden: what it holds was not read")
                passed_over.append(Fault(title, words))
        elif title not in (INSTRUCTIONS, OPTIONS) and not title.startswith(_OF_WPS):
            words = Text("不是模板的工作表，未读取", "is no worksheet of the template: it was not read")
            passed_over.append(Fault(title, words))


def _stated(sheet: Any, worksheet: Worksheet, faults: list[Fault], passed_over: list[Fault]) -> Iterator[Cell]:
    grid = grid_of(sheet)
    found = (
        stated_before(sheet, worksheet.path, faults)
        if grid is None
        else stated_on(sheet, worksheet, grid, faults, passed_over)
    )
    return ((f"{sheet.title}!{where}", target, value) for where, target, value in found)


def _once(cells: Iterator[Cell], faults: list[Fault]) -> Iterator[Cell]:
    """The cells, each path of which is stated in one of them: what a second one says is a fault, and is not read."""
    first: dict[str, str] = {}
    for where, path, value in cells:
        if path in first:
            words = Text(
                f"与 {first[path]} 是同一项，填了两次：请只留一处",
                f"is the same field as {first[path]}, filled in twice: leave one of them",
            )
            faults.append(Fault(where, words))
        else:
            first[path] = where
            yield where, path, value
