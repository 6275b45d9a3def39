"""A worksheet of past decisions → rows, as far as its cells reach. Read in a process of its own."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from review.errors import Fault, Text
from review.readers.cell_names import column_letter
from review.readers.past_rows import Line, PastRow, by_columns
from review.readers.workbook_bounds import refused
from review.readers.workbook_cells import stated

_ROW, _COLUMN = re.compile(rb"<(?:\w+:)?row(?:\s[^>]*)?>"), re.compile(rb"<(?:\w+:)?col\s[^>]*>")
_NUMBER = re.compile(rb"\sr=[\"']([0-9]{1,7})[\"']")
_HIDDEN = re.compile(rb"\shidden=[\"'](?:1|true)[\"']|\s(?:ht|width)=[\"']0(?:\.0+)?[\"']")
_END = {name: re.compile(rb"\s%s=[\"']([0-9]{1,5})[\"']" % name.encode()) for name in ("min", "max")}
_LAST_COLUMN = 16_384
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]+[0-9]+(?::[A-Z]+[0-9]+)?)[\"']")


def past_rows(content: bytes) -> Iterator[PastRow | Fault]:
    """The rows of the first worksheet that can be seen; before them a fault for each worksheet that is passed over. Raises SheetError."""
    # Loaded where workbooks are opened alone: the caller has no need of it.
    from review.readers.openpyxl_alone import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = next((each for each in book.worksheets if each.sheet_state == "visible"), book.worksheets[0])
        sheet.reset_dimensions()
        part = _part(content, sheet)
        merged, hidden = _merged(part), _hidden_rows(part)
        columns = _hidden_columns(part)
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part makes it stumble on
        raise refused("不是可读的 Excel 工作簿", "is not a readable workbook") from error
    for other in book.worksheets:
        if other is not sheet:
            yield Fault(
                other.title, Text("工作表未导入，只导入第一张", "was not imported: only the first worksheet is")
            )
    yield from by_columns(_lines(sheet, merged, hidden, columns))


def _lines(sheet: Any, merged: Mapping[int, str], hidden: Collection[int], columns: Collection[int]) -> Iterator[Line]:
    """The lines, whatever extent the file claims for the worksheet."""
    rows = enumerate(sheet.iter_rows(), 1)
    while True:
        try:
            number, row = next(rows)
        except StopIteration:
            return
        except MemoryError:
            raise
        except Exception as error:  # a part that is cut short is only met when its rows are read
            raise refused(
                "Excel 工作簿已损坏，无法读完", "the workbook is damaged and cannot be read to its end"
            ) from error
        found = merged.get(number)
        unseen = [f"{number}:{number}"] if number in hidden and any(stated(cell.value) for cell in row) else []
        unseen += (
            f"{column_letter(at)}:{column_letter(at)}"
            for at, cell in enumerate(row, 1)
            if at in columns and stated(cell.value)
        )
        yield Line(
            f"{sheet.title}!{number}",
            list(row),
            f"{sheet.title}!{found}" if found else "",
            tuple(f"{sheet.title}!{each}" for each in unseen),
        )


def _part(content: bytes, sheet: Any) -> bytes:
    """The XML of a worksheet that is read row by row: that reading tells nothing of what is merged or hidden."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(sheet._worksheet_path)


def _merged(part: bytes) -> dict[int, str]:
    """The first merged range on each row."""
    from review.readers.openpyxl_alone import CellRange

    found: dict[int, str] = {}
    for each in _MERGED.finditer(part):
        covered = CellRange(each[1].decode())
        for row in range(covered.min_row, covered.max_row + 1):
            found.setdefault(row, covered.coord)
    return found


def _hidden_rows(part: bytes) -> frozenset[int]:
    """The numbers of hidden rows; a row without a number is the one after the row before it."""
    found, number = set(), 0
    for each in _ROW.finditer(part):
        said = _NUMBER.search(each[0])
        number = int(said[1]) if said else number + 1
        if _HIDDEN.search(each[0]):
            found.add(number)
    return frozenset(found)


def _hidden_columns(part: bytes) -> frozenset[int]:
    """The numbers of hidden columns: those that are alike are described together."""
    found: set[int] = set()
    for each in _COLUMN.finditer(part):
        ends = [_END[name].search(each[0]) for name in ("min", "max")]
        first, last = (int(end[1]) if end else 0 for end in ends)
        if _HIDDEN.search(each[0]):
            found.update(range(first, min(last, _LAST_COLUMN) + 1))
    return frozenset(found)
