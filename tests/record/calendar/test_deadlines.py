"""The term of review: which notice stops it, from which day it runs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from review.record.calendar.deadlines import Reckoning
from review.record.calendar.working_days import Calendar
from review.record.projects.standing import NO_DAYS

# Mondays of November 2026: 2, 9, 16, 23, 30.
TODAY = date(2027, 3, 1)


def review_term(today: date = TODAY, **days: str) -> Any:
    standing: Any = {
        "state": "open", "review": 1, "decision": None, "conditions": [], "disposition": None, "clock": {**NO_DAYS, **days},
    }  # fmt: skip
    (found,) = (each for each in Reckoning(Calendar(), 20, today).deadlines(standing) if each["kind"] == "review")
    return found


def test_a_notice_within_the_term_stops_it() -> None:
    found = review_term(received="2026-11-02", accepted="2026-11-02", noticed="2026-11-04")
    assert (found["state"], found["working_days_left"], found["overdue"]) == ("stopped", 19, False)


def test_a_notice_from_before_the_acceptance_stops_nothing() -> None:
    found = review_term(received="2026-11-02", noticed="2026-11-04", accepted="2026-11-16")
    assert (found["state"], found["due"], found["overdue"]) == ("running", "2026-12-14", True)


def test_a_notice_that_came_too_late_does_not_keep_a_case_from_being_accepted() -> None:
    # Due on 9 November, five working days after receipt; it counts as accepted on the day of receipt.
    found = review_term(received="2026-11-02", noticed="2026-11-27")
    assert (found["state"], found["deemed"], found["due"]) == ("running", True, "2026-11-30")


@pytest.mark.parametrize(("noticed", "state"), [("2026-11-09", "not_stated"), ("2026-11-10", "running")])
def test_the_fifth_working_day_is_in_time_and_the_sixth_is_not(noticed: str, state: str) -> None:
    assert review_term(received="2026-11-02", noticed=noticed)["state"] == state
