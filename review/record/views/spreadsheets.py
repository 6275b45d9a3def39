"""Lists as files (导出): text stays text, whatever it begins with; in workbooks figures are numbers where a spreadsheet holds them exactly."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from review.quantities import plain

# A spreadsheet counts in binary floating point: what has more digits would be another figure there.
_MOST_DIGITS = 15
Cell = str | int | Decimal
# What a spreadsheet reads as the beginning of a formula.
_FORMULA = ("=", "+", "-", "@")


def number_or_text(figure: str) -> Cell:
    """A figure of the record as a number, or as it is written where a spreadsheet would change it."""
    value = Decimal(figure)
    exact = len(value.normalize().as_tuple().digits) <= _MOST_DIGITS and abs(value.adjusted()) <= _MOST_DIGITS
    return value if exact else figure


def as_csv_file(headings: Iterable[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file: UTF-8 with the mark that Excel asks for. Text that would be read as a formula gets an apostrophe before it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([_in_csv(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _in_csv(value: Cell) -> Cell:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return plain(value) if isinstance(value, Decimal) else value


def as_workbook(title: str, headings: Iterable[str], rows: Iterable[Sequence[Cell]], frozen: str = "A2") -> bytes:
    """A workbook (.xlsx) of one worksheet: the headings, then a row a line."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = frozen
    for row in ([*headings], *rows):
        cells = []
        value: Any
        for value in row:
            # openpyxl writes a Decimal by its digits, which its types do not say.
            cell = WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                cell.data_type = "s"
                # It stays text where somebody opens the cell and closes it again.
                cell.quotePrefix = value.startswith(_FORMULA)
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
