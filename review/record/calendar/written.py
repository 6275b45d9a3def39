"""A calendar as people write it (日历的写法): lists of days and ranges, `2026-10-01至2026-10-07、2026-12-31`; a table with the columns 日期 and 类别."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from review.errors import Fault, Refused, SheetError, Text
from review.readers.law_table import read_law_table
from review.readers.written.answers import fold
from review.readers.written.days import written_day
from review.record.calendar.working_days import YearDays, days_from, year_days

_APART = re.compile(r"[、,;，；\s]+")
_RANGE = re.compile(r"\s*(?:至|~|～|\bto\b)\s*")
_HOLIDAY, _WORKED = ("休", "放假", "假日", "holiday"), ("班", "上班", "调休上班", "workday")
_COLUMNS = ("日期", "类别")


def read_days(text: str, where: str) -> list[date]:
    """The days that a list writes. Raises Refused with `where`."""
    found: list[date] = []
    for part in filter(None, _APART.split(_RANGE.sub("至", text.strip()))):
        try:
            found += _days(part)
        except SheetError as error:
            raise Refused([Fault(where, each.text) for each in error.faults]) from error
    return found


def read_calendar_file(name: str, content: bytes) -> list[YearDays]:
    """The years of a .csv or .xlsx file with a day in each row, 休 or 班 beside it, in order. Raises Refused, RulesetError."""
    sheet = read_law_table(name, content)
    # Of each day the rows that state it, by the place of the row.
    days: dict[str, dict[date, list[str]]] = {"holidays": {}, "workdays": {}}
    if not set(_COLUMNS) <= set(sheet.columns):
        words = Text(
            "首行应有“日期”和“类别”（休、班）", "the first row should have the columns 日期 and 类别 (休 or 班)"
        )
        raise Refused([Fault(name, words)])
    if not sheet.rows:
        raise Refused([Fault(name, Text("没有一行日期", "holds no day"))])
    for number, row in enumerate(sheet.rows):
        where, kind = sheet.at(number), fold(row["类别"])
        if kind not in (*_HOLIDAY, *_WORKED):
            raise Refused([Fault(where, Text(f"“{kind[:20]}”应为 休 或 班", f"“{kind[:20]}” should be 休 or 班"))])
        of_kind = days["holidays" if kind in _HOLIDAY else "workdays"]
        for day in read_days(row["日期"], where):
            of_kind.setdefault(day, []).append(where)
    return _by_year(days["holidays"], days["workdays"])


def _by_year(holidays: Mapping[date, list[str]], workdays: Mapping[date, list[str]]) -> list[YearDays]:
    def rows(_: str, day: date) -> str:
        return "、".join(dict.fromkeys((*holidays.get(day, ()), *workdays.get(day, ()))))

    years = sorted({day.year for day in (*holidays, *workdays)})
    return [
        year_days(year, (d for d in holidays if d.year == year), (d for d in workdays if d.year == year), rows)
        for year in years
    ]


def _days(part: str) -> tuple[date, ...]:
    ends = [written_day(each) for each in part.split("至")]
    if len(ends) == 1:
        return (ends[0],)
    try:
        first, last = ends
        return days_from(first, last)
    except ValueError as error:
        words = Text(
            f"“{part[:60]}”不是一段日期，应写成 2026-10-01至2026-10-07",
            f"“{part[:60]}” is no range: write 2026-10-01至2026-10-07",
        )
        raise SheetError([Fault("", words)]) from error
