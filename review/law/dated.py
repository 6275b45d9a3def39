"""Dated content (有期内容): what of rows, terms, bases and rules is in force on a day; from and until are both included, blank is open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

Entry = TypeVar("Entry", bound=Mapping[str, Any])
FROM, UNTIL = "from", "until"
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Period:
    """From the first day to the last, both included; None: open."""

    first: date = date.min
    last: date = date.max

    def covers(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.first <= day <= self.last

    def overlaps(self, other: Period) -> bool:
        """Whether the two have a day in common."""
        return self.first <= other.last and other.first <= self.last

    @property
    def after(self) -> date | None:
        """The day after its last one; None where it is open."""
        return None if self.last == date.max else self.last + DAY


def day(text: object) -> date | None:
    """The day that `YYYY-MM-DD` writes; None for anything else: days that do not exist, days of a week such as 2026-W53-5.

    Days of content are compared as they are written.
    """
    if not isinstance(text, str) or not _ISO.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def period(entry: Mapping[str, Any]) -> Period:
    """The period of an entry with `from` and `until`, each of which may be blank or absent. Its days are real ones."""
    first, last = day(entry.get(FROM) or None), day(entry.get(UNTIL) or None)
    return Period(first or date.min, last or date.max)


def undated(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The entry without its period."""
    return {key: value for key, value in entry.items() if key not in (FROM, UNTIL)}


def in_force(entries: Iterable[Entry], on: date) -> list[dict[str, Any]]:
    """The entries in force on a day, without their periods."""
    return [undated(each) for each in entries if period(each).covers(on)]


def readings_in_force(readings: Iterable[Entry], key: str, on: date) -> list[dict[str, Any]]:
    """Of each name the reading that began last, in the order of first appearance; one that has ended leaves none."""
    latest: dict[str, Entry] = {}
    order: dict[str, None] = {}
    for each in readings:
        name = str(each[key])
        order[name] = None
        begun = period(each).first
        if begun <= on and (name not in latest or begun >= period(latest[name]).first):
            latest[name] = each
    return [undated(latest[name]) for name in order if name in latest and period(latest[name]).covers(on)]


def days_of(entries: Iterable[Mapping[str, Any]]) -> set[date]:
    """Every day on which an entry begins, and each day after one ends: the days on which content changes."""
    found = [period(each) for each in entries]
    return {each.first for each in found if each.first != date.min} | {each.after for each in found if each.after}


def last_day(begins: date, others: Sequence[date]) -> date | None:
    """The last day of what begins on a day, where it ends as the next begins; None where none does."""
    later = [each for each in others if each > begins]
    return min(later) - DAY if later else None
