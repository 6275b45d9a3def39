"""Working days (工作日): weekends are off, holidays of a year that was entered are off, and its make-up days (调休上班) are worked.

A period counted in days does not count the day on which it begins (民法典 第二百零一条); periods of an approval are counted in working days
(行政许可法 第八十二条).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from review.errors import Fault, Refused, Text

# Terms of an approval are some weeks; what is longer was typed wrongly.
LONGEST_TERM = 250
_SATURDAY = 5
_WEEK, _WORKED = 7, 5
_MOST_DAYS = 366


@dataclass(frozen=True)
class YearDays:
    """The days of a year that are no weekend's: `holidays` are off, `workdays` are Saturdays and Sundays that are worked."""

    year: int
    holidays: frozenset[date]
    workdays: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Calendar:
    """The office's calendar: the years that were entered. Of another year weekends alone are off."""

    years: tuple[YearDays, ...] = field(default=())

    @cached_property
    def _off(self) -> frozenset[date]:
        """Days from Monday to Friday that are not worked."""
        return frozenset(day for each in self.years for day in each.holidays if day.weekday() < _SATURDAY)

    @cached_property
    def _worked(self) -> frozenset[date]:
        return frozenset(day for each in self.years for day in each.workdays)

    def is_working_day(self, day: date) -> bool:
        return day in self._worked if day.weekday() >= _SATURDAY else day not in self._off

    def between(self, first: date, last: date) -> int:
        """How many working days there are after `first`, up to and with `last`; 0 where `last` is not after `first`."""
        if last <= first:
            return 0
        weeks, rest = divmod((last - first).days, _WEEK)
        days = (first + timedelta(days=each + 1) for each in range(rest))
        count = weeks * _WORKED + sum(day.weekday() < _SATURDAY for day in days)
        count -= sum(first < day <= last for day in self._off)
        return count + sum(first < day <= last for day in self._worked)

    def after(self, day: date, count: int) -> date:
        """The working day that is so many working days after `day`, which itself does not count. Raises ValueError for a count below 1."""
        if count < 1:
            raise ValueError("a period has at least one day")
        found = day
        while (lacking := count - self.between(day, found)) > 0:
            found += timedelta(days=lacking)
        while not self.is_working_day(found):
            found -= timedelta(days=1)
        return found

    def not_entered(self, first: date, last: date) -> tuple[int, ...]:
        """The years from `first` to `last` of which no holidays were entered."""
        there = {each.year for each in self.years}
        return tuple(year for year in range(first.year, last.year + 1) if year not in there)


def _by_field(field: str, day: date) -> str:
    return field


def year_days(
    year: int, holidays: Iterable[date], workdays: Iterable[date], place: Callable[[str, date], str] = _by_field
) -> YearDays:
    """The calendar of a year, examined. Raises Refused for a day of another year, a day that is both, a make-up day that is no weekend's, no holiday at all.

    `place` says where a day of `holidays` or `workdays` stands: the field, unless it was read from lines.
    """
    found = YearDays(year, frozenset(holidays), frozenset(workdays))
    faults = [
        Fault(place(name, day), Text(f"{day} 不是 {year} 年的日期", f"{day} is no day of {year}"))
        for name, days in (("holidays", found.holidays), ("workdays", found.workdays))
        for day in sorted(days)
        if day.year != year
    ]
    faults += [
        Fault(
            place("workdays", day),
            Text(f"{day} 又是假日又是调休上班日", f"{day} is a holiday and a make-up day at once"),
        )
        for day in sorted(found.holidays & found.workdays)
    ]
    faults += [
        Fault(
            place("workdays", day),
            Text(f"{day} 不是周六、周日，本来就上班", f"{day} is no Saturday or Sunday: it is worked anyway"),
        )
        for day in sorted(found.workdays - found.holidays)
        if day.weekday() < _SATURDAY
    ]
    if not found.holidays:
        where = place("holidays", min(found.workdays)) if found.workdays else "holidays"
        faults.append(Fault(where, Text(f"须写明 {year} 年的假日", f"the holidays of {year} are required")))
    if faults:
        raise Refused(faults)
    return found


def days_from(first: date, last: date) -> tuple[date, ...]:
    """Every day from `first` to `last`, both included. Raises ValueError where the last is before the first, or a year is exceeded."""
    many = (last - first).days + 1
    if not 0 < many <= _MOST_DAYS:
        raise ValueError("a range has its first day first and is at most a year long")
    return tuple(first + timedelta(days=each) for each in range(many))
