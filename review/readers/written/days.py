"""Days as people write them (日期的写法): 2025年3月1日, 2025.3.1, 2025/3/1, 20250301; a spreadsheet's day numbers.

The year has four digits and comes first. A time of day, up to 24:00, is of the day that is written.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from review.errors import SheetError, Text
from review.readers.written.answers import Read, fold, not_read, refuse, two_readings

_TIME = r"(?:(?:\s+|T|(?<=[日号]))(?:(?P<hour>[0-9]{1,2})[:时](?P<minute>[0-9]{1,2})?分?(?::?(?P<second>[0-9]{1,2})(?:\.0+)?秒?)?))?"
_DAY = re.compile(
    r"(?P<year>[0-9]{4})\s*(?:年\s*(?P<a>[0-9]{1,2})\s*月\s*(?P<b>[0-9]{1,2})\s*[日号]|"
    r"(?P<mark>[-./])\s*(?P<c>[0-9]{1,2})\s*(?P=mark)\s*(?P<d>[0-9]{1,2}))" + _TIME,
)
_DIGITS = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?P<c>[0-9]{2})(?P<d>[0-9]{2})")
_SHORT_YEAR = re.compile(r"['’]?[0-9]{2}\s*[年\-./]\s*[0-9]{1,2}\s*[月\-./]\s*[0-9]{1,2}\s*日?")
_NO_YEAR = re.compile(r"[0-9]{1,2}\s*月\s*[0-9]{1,2}\s*[日号]")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-./]([0-9]{1,2})[-./]([0-9]{4})")
_TAKEN = ("应写成 2025年3月1日 或 2025-03-01", "it should be written as 2025-03-01")
# Day numbers are days from 1950 on: below, four digits are a year; they end with the century.
_FIRST, _LAST = date(1950, 1, 1), date(2099, 12, 31)
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}


def read_day(text: str) -> Read:
    """The day that a text writes, as 2025-03-01. Raises SheetError for what is none, or leaves open which."""
    folded = fold(text)
    day = _written(folded)
    if day is None:
        raise _unread(text, folded)
    iso = day.isoformat()
    return Read(iso, None if folded == iso else Text(iso, iso))


def written_day(text: str) -> date:
    """The day that a text writes. Raises SheetError, without a place."""
    if not fold(text):
        raise refuse("必须填写", "is required")
    return date.fromisoformat(read_day(text).value)


def day_of_number(number: float, *, from_1904: bool) -> date | None:
    """The day of a spreadsheet's day number by the calendar of its workbook; None for a number that is none (a year, a count)."""
    whole = int(number // 1)
    first, last = ((each - _EPOCHS[from_1904]).days for each in (_FIRST, _LAST))
    return _EPOCHS[from_1904] + timedelta(days=whole) if first <= whole <= last else None


def _written(folded: str) -> date | None:
    found = _DAY.fullmatch(folded) or _DIGITS.fullmatch(folded)
    if found is None:
        return None
    parts = found.groupdict()
    month, day = (parts.get("a") or parts["c"]), (parts.get("b") or parts["d"])
    if not _is_time(*(int(parts.get(name) or 0) for name in ("hour", "minute", "second"))):
        return None
    try:
        return date(int(parts["year"]), int(month), int(day))
    except ValueError:
        return None


def _is_time(hour: int, minute: int, second: int) -> bool:
    return (hour < 24 and minute < 60 and second < 60) or (hour, minute, second) == (24, 0, 0)


def _unread(text: str, folded: str) -> SheetError:
    if found := _YEAR_LAST.fullmatch(folded):
        first, second, year = found.groups()
        return two_readings(
            text, Text(f"{year}年{first}月{second}日", f"month {first}, day {second}"),
            Text(f"{year}年{second}月{first}日", f"month {second}, day {first}"), *_TAKEN,
        )  # fmt: skip
    if _SHORT_YEAR.fullmatch(folded):
        return not_read(text, f"年份须写四位，{_TAKEN[0]}", f"the year has four digits: {_TAKEN[1]}")
    if _NO_YEAR.fullmatch(folded):
        return not_read(text, f"没有年份，{_TAKEN[0]}", f"the year is missing: {_TAKEN[1]}")
    return not_read(text, f"应为日期，{_TAKEN[0]}", f"should be a date: {_TAKEN[1]}")
