"""Periods of the office's ledgers as people write them (台账期间的写法): 2026年11月, 2026-11; 2026年第四季度, 2026Q4; 2026年, 2026."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from review.errors import Text
from review.readers.written.answers import fold, not_read

_YEAR = re.compile(r"(?P<year>[0-9]{4})\s*(?:年度?)?")
_QUARTER = re.compile(
    r"(?P<year>[0-9]{4})\s*(?:年\s*第?\s*(?P<named>[1-4一二三四])\s*季度?|\s*-?\s*[Qq](?P<figure>[1-4]))"
)
_MONTH = re.compile(r"(?P<year>[0-9]{4})\s*(?:年\s*(?P<named>[0-9]{1,2})\s*月份?|[-./](?P<figure>[0-9]{1,2}))")
_FIGURES = {"一": 1, "二": 2, "三": 3, "四": 4}
# The day after a period ends has to be a day, too.
_LAST_YEAR = 9998
_TAKEN = (
    "应写成 2026年11月、2026年第四季度或 2026年",
    "it should be written as 2026-11, 2026-Q4 or 2026",
)


@dataclass(frozen=True)
class CalendarPeriod:
    """A month, a quarter or a year; both days are included. `months` is how many it has: 1, 3 or 12."""

    first: date
    months: int

    @property
    def last(self) -> date:
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> CalendarPeriod:
        return CalendarPeriod(_months_on(self.first, self.months), self.months)

    @property
    def before(self) -> CalendarPeriod:
        return CalendarPeriod(_months_on(self.first, -self.months), self.months)

    @property
    def code(self) -> str:
        """As addresses write it: 2026-11, 2026-Q4, 2026."""
        year = f"{self.first.year:04}"
        if self.months == 1:
            return f"{year}-{self.first.month:02}"
        return f"{year}-Q{self._quarter}" if self.months == 3 else year

    @property
    def words(self) -> Text:
        """As the office writes it."""
        year, code = f"{self.first.year:04}", self.code
        if self.months == 1:
            return Text(f"{year}年{self.first.month}月", code)
        return Text(f"{year}年第{'一二三四'[self._quarter - 1]}季度" if self.months == 3 else f"{year}年", code)

    @property
    def _quarter(self) -> int:
        return (self.first.month + 2) // 3


def month_of(day: date) -> CalendarPeriod:
    """The month that a day is of."""
    return CalendarPeriod(day.replace(day=1), 1)


def quarter_of(day: date) -> CalendarPeriod:
    """The quarter that a day is of."""
    return CalendarPeriod(date(day.year, day.month - (day.month - 1) % 3, 1), 3)


def year_of(day: date) -> CalendarPeriod:
    """The year that a day is of."""
    return CalendarPeriod(date(day.year, 1, 1), 12)


def read_period(text: str) -> CalendarPeriod:
    """The period that a text writes. Raises SheetError, without a place, for what is none."""
    folded = fold(text)
    for pattern, months in ((_YEAR, 12), (_QUARTER, 3), (_MONTH, 1)):
        if found := pattern.fullmatch(folded):
            parts = found.groupdict()
            year, written = int(parts["year"]), parts.get("named") or parts.get("figure") or "1"
            which = _FIGURES.get(written) or int(written)
            if 1 <= year <= _LAST_YEAR and 1 <= which <= 12:
                return CalendarPeriod(date(year, (which - 1) * months + 1, 1), months)
    raise not_read(text, *_TAKEN)


def _months_on(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    return date(max(count // 12, 1), count % 12 + 1, 1)
