"""The cells of a workbook: what each states, which rows hold anything, what is merged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from review.errors import Fault, Text
from review.quantities import plain
from review.readers.cell_names import column_letter
from review.readers.written.days import day_of_number

# What a number of a cell keeps: a double holds no more digits for certain.
_DIGITS = 15
# A workbook counts its days from 1900 or, as those of old Macintoshes do, from 1904.
_CALENDAR_OF_1904 = datetime(1904, 1, 1)
# What of a number format shows nothing: colours and conditions, the width of a character, a fill.
_UNSHOWN = re.compile(r"\[[^\]]*\]|_.|\*.")
_PLACES = re.compile(r"[#0?,.]*[#0?](?:E\+0+)?")
_QUOTED = re.compile(r'"[^"]*"|\\.')
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+\d{2,}", re.ASCII)


def rows_with(sheet: Any, columns: Iterable[int], first: int) -> list[int]:
    """The numbers of the rows from `first` on that state something in one of the columns: a border or colour states nothing.

    Only the cells that the file contains are read, however far below the rest one of them is.
    """
    wanted = frozenset(columns)
    return sorted(
        {
            row
            for (row, column), cell in sheet._cells.items()
            if row >= first and column in wanted and stated(cell.value)
        }
    )


def rows_shown(sheet: Any, columns: Iterable[int], first: int, faults: list[Fault]) -> list[int]:
    """The rows of `rows_with` that can be seen. Adds to `faults` hidden rows and columns that state something: nobody saw it being filled in."""
    wanted = tuple(columns)
    hidden = {column for column in wanted if _is_hidden_column(sheet, column)}
    for column in sorted(hidden):
        if rows_with(sheet, (column,), first):
            letter = column_letter(column)
            faults.append(is_hidden(f"{sheet.title}!{letter}:{letter}"))
    found = rows_with(sheet, (column for column in wanted if column not in hidden), first)
    shown = [row for row in found if not _is_hidden_row(sheet, row)]
    faults += (is_hidden(f"{sheet.title}!{row}:{row}") for row in found if row not in shown)
    return shown


def is_hidden(where: str) -> Fault:
    """The fault of hidden rows or columns that hold something, by worksheet and range."""
    return Fault(
        where,
        Text(
            "已隐藏，但其中有内容，未读取：请取消隐藏，核对后再提交",
            "is hidden and holds something, which was not read: show it, check it and send the workbook again",
        ),
    )


def _is_hidden_row(sheet: Any, row: int) -> bool:
    # What a file does not say of a row is not made up by looking.
    found = sheet.row_dimensions.get(row)
    return found is not None and bool(found.hidden or found.height == 0)


def _is_hidden_column(sheet: Any, column: int) -> bool:
    """Whether a column is hidden: columns that are alike are described together, by the first of them."""
    return any(
        each.min is not None and each.min <= column <= each.max and (each.hidden or each.width == 0)
        for each in sheet.column_dimensions.values()
    )


def stated(value: Any) -> bool:
    """Whether a cell's value states anything."""
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


def merged(sheet: Any) -> Iterator[Any]:
    """The merged ranges that show something: it stands in the first cell alone, however many the range covers."""
    return (each for each in sheet.merged_cells.ranges if stated(sheet.cell(each.min_row, each.min_col).value))


def is_merged(where: str) -> Fault:
    """The fault of a merged range, by worksheet and cells."""
    return Fault(
        where,
        Text(
            "是合并单元格，只有左上角一格有内容：请拆分单元格，逐格填写",
            "is merged, and only its first cell holds anything: split the cells and fill in each",
        ),
    )


def cell_value(cell: Any, kind: str, where: str, faults: list[Fault]) -> Any:
    """What a cell states: text as it was typed, a number exactly, a date as 2025-03-01, a truth; None where it is empty.

    What the text means is for the reader of what people write. Adds to `faults` what a spreadsheet has made unreadable.
    """
    value = cell.value
    if not stated(value):
        return None
    if cell.data_type == "f":
        faults.append(Fault(where, Text("是公式，请粘贴为数值", "is a formula: paste its value")))
        return None
    if cell.data_type == "e":
        faults.append(Fault(where, Text(f"是错误值 {value}", f"is the error {value}")))
        return None
    if isinstance(value, date):
        return _date(value, kind, where, faults)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        day = day_of_number(value, from_1904=_counts_from_1904(cell)) if kind == "day" else None
        return day.isoformat() if day else _number(repr(value), kind, cell.number_format, where, faults)
    return text_value(str(value), kind, where, faults)


def _counts_from_1904(cell: Any) -> bool:
    return bool(cell.parent.parent.epoch == _CALENDAR_OF_1904)


def text_value(text: str, kind: str, where: str, faults: list[Fault]) -> str | None:
    """The text of a cell; None, and a fault, for an id whose digits a spreadsheet has cut off."""
    if kind == "text" and _SCIENTIFIC.fullmatch(text.strip()):
        faults.append(
            Fault(
                where,
                Text(
                    f"编号已被电子表格改成科学计数法 {text.strip()}，原来的各位数字已失，请设为文本后重新填写",
                    f"a spreadsheet has made {text.strip()} of it and lost its digits: format the cell as text and type it again",
                ),
            )
        )
        return None
    return text


def _date(value: date, kind: str, where: str, faults: list[Fault]) -> str | None:
    """A cell that a spreadsheet holds as a date. What was typed where no day is asked for cannot be known."""
    if kind == "day":
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    faults.append(
        Fault(
            where,
            Text(
                "已被电子表格改成日期，原来填写的内容已失，请设为文本后重新填写",
                "a spreadsheet has made a date of it and lost what was typed: format the cell as text and type it again",
            ),
        )
    )
    return None


def _number(text: str, kind: str, shown_by: str, where: str, faults: list[Fault]) -> Any:
    """A numeric cell is a double: its shortest form is what was typed, up to 15 digits; beyond, it cannot be known."""
    number = Decimal(text)
    if len(number.normalize().as_tuple().digits) > _DIGITS or number.adjusted() >= _DIGITS:
        faults.append(
            Fault(
                where,
                Text(
                    f"数字超过 {_DIGITS} 位，Excel 已不能精确保存，请设为文本后重新填写",
                    f"has more than {_DIGITS} digits, which Excel does not keep exactly: format the cell as text and type it again",
                ),
            )
        )
        return None
    whole = number == number.to_integral_value()
    return _as_shown(number, shown_by, where, faults) if kind == "figure" else str(int(number)) if whole else text


def _as_shown(number: Decimal, shown_by: str, where: str, faults: list[Fault]) -> Any:
    """A figure as its format shows it: as a percentage, with a unit; None, and a fault, where it shows another number (8.5 for 85,000)."""
    section = _UNSHOWN.sub("", shown_by.partition(";")[0])
    if section in ("General", "@"):
        return number
    places = _PLACES.search(section)
    before, after = (section[: places.start()], section[places.end() :]) if places else ("", section)
    literal = re.sub(r'["\\\s]', "", before + after)
    if (
        places is None
        or after.startswith(",")
        or "!" in section
        or re.search(r'[#0?]["\\]\.', section)
        or any(each.isdigit() for each in literal)
    ):
        words = Text(
            "的单元格格式使显示的数字与实际的不同，请改为常规格式后核对",
            "is shown as another number than the cell holds: set its format to General and check it",
        )
        faults.append(Fault(where, words))
        return None
    # A percent sign that is quoted is shown beside the number as it is; any other shows a hundred times as much.
    shown = number.scaleb(2 * _QUOTED.sub("", before + after).count("%"))
    return f"{plain(shown)}{literal.strip('¥￥$()-+')}" if literal else number
