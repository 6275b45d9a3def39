"""The calendar and the term of review as the office enters them, and as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from review.errors import Refused, RulesetError
from review.record.calendar.settings import read_calendar, read_review_days, set_review_days, set_year
from review.record.calendar.working_days import year_days
from review.record.calendar.written import read_calendar_file, read_days
from review.record.storage.actors import acting
from review.record.storage.store import Store
from review.record.views.logs import Filters, list_events
from tests.record.projects import OFFICER

YEAR = year_days(2026, [date(2026, 10, 1)], [date(2026, 10, 10)])
FILE = "日期,类别,说明\n2026-10-01至2026-10-03,休,国庆\n2026年10月10日,班,\n2027-01-01,放假,元旦\n"


def test_a_year_is_an_event_and_the_last_one_counts(store: Store) -> None:
    assert set_year(store, YEAR, acting(OFFICER)) and not set_year(store, YEAR, acting(OFFICER))
    other = year_days(2026, [date(2026, 10, 2)], [])
    with pytest.raises(Refused, match=r"少了 2 天（2026-10-01、2026-10-10）"):
        set_year(store, other, acting(OFFICER))
    assert set_year(store, other, acting(OFFICER), replaces=True)
    with store.reading() as connection:
        assert read_calendar(connection).years == (other,)
        assert len(list_events(connection, Filters(kind="setting"), 10)) == 2


def test_the_term_is_that_of_the_law_unless_the_office_sets_another(store: Store) -> None:
    with store.reading() as connection:
        assert read_review_days(connection) == 20
    for days in (0, 251):
        with pytest.raises(Refused):
            set_review_days(store, days, acting(OFFICER))
    assert set_review_days(store, 250, acting(OFFICER)) and set_review_days(store, 1, acting(OFFICER))
    with store.reading() as connection:
        assert read_review_days(connection) == 1


@pytest.mark.parametrize("year", [1999, 2100])
def test_a_year_beyond_the_office_s_time_is_refused(store: Store, year: int) -> None:
    with pytest.raises(Refused):
        set_year(store, year_days(year, [date(year, 10, 1)], []), acting(OFFICER))


def test_days_are_read_as_people_write_them() -> None:
    assert read_days("2026年10月1日 至 2026-10-03、2026/12/31\n2026.1.1", "holidays") == [
        date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 3), date(2026, 12, 31), date(2026, 1, 1),
    ]  # fmt: skip
    assert read_days("  ", "workdays") == []


@pytest.mark.parametrize("text", ["10月1日", "2026-10-03至2026-10-01", "2026-10-01至2026-10-02至2026-10-03", "国庆"])
def test_what_is_no_list_of_days_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_days(text, "holidays")
    assert [each.where for each in refused.value.faults] == ["holidays"]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_file_is_read_year_by_year(encoding: str) -> None:
    first, second = read_calendar_file("日历.csv", FILE.encode(encoding))
    assert first == year_days(2026, [date(2026, 10, each) for each in (1, 2, 3)], [date(2026, 10, 10)])
    assert second == year_days(2027, [date(2027, 1, 1)], [])


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("日期,说明\n2026-10-01,休\n", "日历.csv"),
        ("日期,类别\n2026-10-01,也许\n", "日历.csv:2"),
        ("日期,类别\n10月1日,休\n", "日历.csv:2"),
        ("日期,类别\n2026-10-41,休\n", "日历.csv:2"),
        ("日期,类别\n2026-10-07至2026-10-01,休\n", "日历.csv:2"),
        ("日期,类别\n2026-10-01至2026-10-03,休\n2026-10-10,班\n2026-10-03,班\n", "日历.csv:2、日历.csv:4"),
        ("日期,类别\n2026-10-01,休\n2026-10-12,班\n", "日历.csv:3"),
        ("日期,类别\n2026-10-01,休\n2027-01-02,班\n", "日历.csv:3"),
        ("日期,类别\n", "日历.csv"),
        ("", "日历.csv"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_its_line(content: str, where: str) -> None:
    with pytest.raises((Refused, RulesetError)) as refused:
        read_calendar_file("日历.csv", content.encode())
    assert [each.where for each in refused.value.faults] == [where]
