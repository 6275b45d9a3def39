"""Anniversaries and months: the same day later, and the last day of a month that is shorter."""

from __future__ import annotations

from datetime import date

import pytest

from review.facts.days import anniversary, months_after


@pytest.mark.parametrize(
    ("day", "years", "then"),
    [
        ("2024-01-31", 2, "2026-01-31"), ("2024-02-28", 2, "2026-02-28"), ("2024-02-29", 2, "2026-02-28"),
        ("2024-02-29", 4, "2028-02-29"), ("2023-02-28", 1, "2024-02-28"), ("2021-12-30", 5, "2026-12-30"),
    ],
)  # fmt: skip
def test_an_anniversary_is_the_same_day(day: str, years: int, then: str) -> None:
    assert anniversary(date.fromisoformat(day), years) == date.fromisoformat(then)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2025-08-31", 6, "2026-02-28"), ("2025-09-01", 6, "2026-03-01"), ("2025-08-30", 3, "2025-11-30"),
        ("2025-12-31", 1, "2026-01-31"), ("2025-10-31", 1, "2025-11-30"), ("2025-12-15", 12, "2026-12-15"),
    ],
)  # fmt: skip
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day: str, months: int, then: str) -> None:
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(then)
