"""A worksheet of past decisions → rows, as far as its cells reach. Read in a process of its own."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from review.errors import Fault, Text
from review.readers.past_rows import Line, PastRow, by_columns
from review.readers.workbook_bounds import refused

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]+[0-9]+(?::[A-Z]+[0-9]+)?)[\"']")


def past_rows(content: bytes) -> Iterator[PastRow | Fault]:
    """The rows of the first worksheet that can be seen; before them a fault for each worksheet that is passed over. Raises SheetError."""
    # Loaded where workbooks are opened alone: the caller has no need of it.
    from review.readers.openpyxl_alone import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = next((each for each in book.worksheets if each.sheet_state == "visible"), book.worksheets[0])
        sheet.reset_dimensions()
        merged = _merged(content, sheet)
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part makes it stumble on
        raise refused("不是可读的 Excel 工作簿", "is not a readable workbook") from error
    for other in book.worksheets:
        if other is not sheet:
            yield Fault(
                other.title, Text("工作表未导入，只导入第一张", "was not imported: only the first worksheet is")
            )
    yield from by_columns(_lines(sheet, merged))


def _lines(sheet: Any, merged: dict[int, str]) -> Iterator[Line]:
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
        yield Line(f"{sheet.title}!{number}", list(row), f"{sheet.title}!{found}" if found else "")


def _merged(content: bytes, sheet: Any) -> dict[int, str]:
    """The first merged range on each row of a worksheet that is read row by row."""
    from review.readers.openpyxl_alone import CellRange

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.read(sheet._worksheet_path)
    found: dict[int, str] = {}
    for each in _MERGED.finditer(part):
        covered = CellRange(each[1].decode())
        for row in range(covered.min_row, covered.max_row + 1):
            found.setdefault(row, covered.coord)
    return found
