"""Working days: weekends, holidays, make-up days; periods counted in them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.errors import Refused
from review.record.calendar.working_days import Calendar, YearDays, days_from, year_days

# The autumn of a made-up year: a week off from Thursday on, and the Saturday after it worked.
AUTUMN = YearDays(2026, frozenset(days_from(date(2026, 10, 1), date(2026, 10, 7))), frozenset({date(2026, 10, 10)}))
CALENDAR = Calendar((AUTUMN,))
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    years = []
    for year in draw(st.lists(st.integers(2025, 2028), unique=True, max_size=4)):
        days = st.dates(date(year, 1, 1), date(year, 12, 31))
        workdays = draw(st.frozensets(days.filter(lambda day: day.weekday() > 4), max_size=8))
        holidays = draw(st.frozensets(days, min_size=1, max_size=30)) - workdays
        years.append(YearDays(year, holidays, workdays))
    return Calendar(tuple(years))


@given(calendars(), DAYS, st.integers(1, 60))
def test_so_many_working_days_after_a_day_is_a_working_day_with_so_many_between(
    calendar: Calendar, day: date, count: int
) -> None:
    found = calendar.after(day, count)
    assert calendar.is_working_day(found)
    assert calendar.between(day, found) == count
    assert calendar.between(day, found - timedelta(days=1)) == count - 1


@given(calendars(), st.tuples(DAYS, DAYS, DAYS).map(sorted))
def test_counting_is_additive(calendar: Calendar, days: list[date]) -> None:
    first, middle, last = days
    assert calendar.between(first, middle) + calendar.between(middle, last) == calendar.between(first, last)


@given(calendars(), DAYS, st.integers(0, 400))
def test_counting_is_looking_at_each_day(calendar: Calendar, first: date, many: int) -> None:
    days = [first + timedelta(days=each + 1) for each in range(many)]
    assert calendar.between(first, first + timedelta(days=many)) == sum(map(calendar.is_working_day, days))


@given(calendars())
def test_a_make_up_day_is_worked_and_a_holiday_is_not(calendar: Calendar) -> None:
    for year in calendar.years:
        assert all(map(calendar.is_working_day, year.workdays))
        assert not any(map(calendar.is_working_day, year.holidays))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-09-30", True),
        ("2026-10-01", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),
        ("2026-10-11", False),
    ],
)
def test_days_around_the_week_off(day: str, worked: bool) -> None:
    assert CALENDAR.is_working_day(date.fromisoformat(day)) is worked


@pytest.mark.parametrize(
    ("calendar", "day", "count", "due"),
    [
        (Calendar(), "2026-11-26", 5, "2026-12-03"),
        (Calendar(), "2026-11-27", 1, "2026-11-30"),
        (Calendar(), "2026-11-28", 1, "2026-11-30"),
        (CALENDAR, "2026-09-30", 1, "2026-10-08"),
        (CALENDAR, "2026-09-30", 3, "2026-10-10"),
        (CALENDAR, "2026-09-30", 4, "2026-10-12"),
        (CALENDAR, "2026-12-28", 5, "2027-01-04"),
    ],
)
def test_a_period_does_not_count_the_day_on_which_it_begins(calendar: Calendar, day: str, count: int, due: str) -> None:
    assert calendar.after(date.fromisoformat(day), count) == date.fromisoformat(due)


def test_of_a_year_that_was_not_entered_weekends_alone_are_off_and_it_is_told() -> None:
    assert CALENDAR.is_working_day(date(2027, 10, 1))
    assert CALENDAR.not_entered(date(2026, 12, 28), date(2027, 1, 4)) == (2027,)
    assert CALENDAR.not_entered(date(2026, 1, 1), date(2026, 12, 31)) == ()


@pytest.mark.parametrize("count", [0, -1])
def test_a_period_has_at_least_one_day(count: int) -> None:
    with pytest.raises(ValueError, match="at least one day"):
        Calendar().after(date(2026, 11, 26), count)


def test_nothing_is_between_a_day_and_one_before_it() -> None:
    assert Calendar().between(date(2026, 11, 27), date(2026, 11, 26)) == 0


@pytest.mark.parametrize(
    ("holidays", "workdays", "where"),
    [
        ([], [date(2026, 10, 10)], "holidays"),
        ([date(2027, 1, 1)], [], "holidays"),
        ([date(2026, 10, 1)], [date(2027, 1, 2)], "workdays"),
        ([date(2026, 10, 10)], [date(2026, 10, 10)], "workdays"),
        ([date(2026, 10, 1)], [date(2026, 10, 9)], "workdays"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(holidays: list[date], workdays: list[date], where: str) -> None:
    with pytest.raises(Refused) as refused:
        year_days(2026, holidays, workdays)
    assert [each.where for each in refused.value.faults] == [where]


@pytest.mark.parametrize(
    ("first", "last"), [(date(2026, 10, 2), date(2026, 10, 1)), (date(2026, 1, 1), date(2027, 1, 2))]
)
def test_a_range_of_days_has_an_order_and_an_end(first: date, last: date) -> None:
    with pytest.raises(ValueError, match="range"):
        days_from(first, last)
