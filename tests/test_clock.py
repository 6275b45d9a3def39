"""The clock: the office's day begins at midnight in Shanghai, and what the record writes sorts as time does."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from review import clock


def at(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: datetime.fromisoformat(text).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2026-11-23T15:59:59.999999", date(2026, 11, 23)),
        ("2026-11-23T16:00:00", date(2026, 11, 24)),
        ("2026-11-23T16:00:00.000001", date(2026, 11, 24)),
    ],
)
def test_the_office_s_day_begins_at_midnight_in_shanghai(monkeypatch: pytest.MonkeyPatch, utc: str, day: date) -> None:
    at(monkeypatch, utc)
    assert clock.today() == day


def test_a_timestamp_is_text_that_sorts_and_is_shown_as_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, "2026-12-31T23:59:59.000000")
    first, later = clock.timestamp(), clock.timestamp(1.5)
    assert (first, later) == ("2026-12-31T23:59:59.000000Z", "2027-01-01T00:00:00.500000Z") and first < later
    assert clock.local_time(first) == "2027-01-01 07:59"


def test_the_end_of_a_key_is_to_the_second_with_its_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, "2026-12-31T23:59:59.987654")
    assert clock.whole_seconds(1) == "2027-01-01T23:59:59+00:00"
