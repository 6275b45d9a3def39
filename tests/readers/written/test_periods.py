"""Periods of ledgers as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.errors import SheetError
from review.readers.written.periods import month_of, quarter_of, read_period, year_of


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026年11月", "2026-11-01", "2026-11-30"), ("2026-11", "2026-11-01", "2026-11-30"), ("2026.2", "2026-02-01", "2026-02-28"),
        ("２０２４年２月份", "2024-02-01", "2024-02-29"), ("2026年第四季度", "2026-10-01", "2026-12-31"), ("2026年1季度", "2026-01-01", "2026-03-31"),
        ("2026Q3", "2026-07-01", "2026-09-30"), ("2026-q2", "2026-04-01", "2026-06-30"), ("2026年", "2026-01-01", "2026-12-31"),
        ("2026年度", "2026-01-01", "2026-12-31"), (" 2026 ", "2026-01-01", "2026-12-31"), ("9998", "9998-01-01", "9998-12-31"),
        ("0001-01", "0001-01-01", "0001-01-31"),
    ],
)  # fmt: skip
def test_a_period_is_read(text: str, first: str, last: str) -> None:
    found = read_period(text)
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "26年11月", "2026-13", "2026-00", "2026Q5", "2026年第五季度", "2026-11-01", "今年", "0000", "9999", "2026-11月", "202611", "²026"]
)  # fmt: skip
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(SheetError, match="2026-Q4"):
        read_period(text)


@given(st.dates(date(2, 1, 1), date(9997, 12, 31)))
def test_a_period_reads_itself_back_and_its_neighbours_touch_it(day: date) -> None:
    for found in (month_of(day), quarter_of(day), year_of(day)):
        assert found.first <= day <= found.last
        assert read_period(found.code) == read_period(found.words.zh) == read_period(found.words.en) == found
        assert found.next.before == found.before.next == found
        assert (found.next.first - found.last).days == 1
