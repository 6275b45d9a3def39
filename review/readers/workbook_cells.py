"""The cells of a workbook: what each states, which rows hold anything, what is merged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from review.errors import Fault, Text
from review.sheet.fields import iso_day
from review.terms import FLAGS

# What a number of a cell keeps: a double holds no more digits for certain.
_DIGITS = 15
_DAY = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+\d{2,}", re.ASCII)


def rows_with(sheet: Any, columns: Iterable[int], first: int) -> list[int]:
    """The numbers of the rows from `first` on that state something in one of the columns: a border or colour states nothing.

    Only the cells that the file has are looked at, however far below the rest one of them stands.
    """
    wanted = frozenset(columns)
    return sorted(
        {
            row
            for (row, column), cell in sheet._cells.items()
            if row >= first and column in wanted and stated(cell.value)
        }
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
    """What a cell states: text, a number as it was typed, a date, a truth; None where it is empty. Adds to `faults` what cannot be read."""
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
        return _number(repr(value), kind, where, faults)
    return text_value(str(value), kind, where, faults)


def text_value(text: str, kind: str, where: str, faults: list[Fault]) -> Any:
    """What the text of a cell states: a truth in words as one, a day as spreadsheets write it (2022/2/11) in the form 2022-02-11."""
    if kind in ("flag", "conforms"):
        return FLAGS.get(text.strip().lower(), text.strip())
    if kind == "day":
        return _day(text)
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


def _day(text: str) -> str:
    found = _DAY.fullmatch(text.strip())
    day = iso_day(f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}") if found else None
    return day.isoformat() if day else text


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


def _number(text: str, kind: str, where: str, faults: list[Fault]) -> Any:
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
    return (str(int(number)) if whole else text) if kind not in ("figure",) else number
