"""Steps of cases, absences, the calendar and the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from two_high_client.answers.document import Both


@dataclass(frozen=True, kw_only=True)
class PersonShown:
    """A person: name, and the subject that the office knows."""

    name: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class StepMade:
    """The number of a recorded step."""

    id: str


@dataclass(frozen=True, kw_only=True)
class InboxItem:
    """Something that asks for the caller."""

    kind: str
    project: int | None
    review: int | None
    proposal: int | None
    consultation: int | None
    name: str | None
    words: Both
    deputy_for: PersonShown | None  # whose it is, where the caller is a deputy


@dataclass(frozen=True, kw_only=True)
class InboxWhole:
    """The caller's inbox, what is most urgent first."""

    items: tuple[InboxItem, ...]
    counts: Mapping[str, int]
    deputy_for: tuple[PersonShown, ...]


@dataclass(frozen=True, kw_only=True)
class AbsenceShown:
    """An absence, both days included."""

    id: str
    person: PersonShown
    deputy: PersonShown
    begins: str
    ends: str
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class CalendarYearShown:
    """A year as it was entered."""

    holidays: tuple[str, ...]
    workdays: tuple[str, ...] = ()
    year: int


@dataclass(frozen=True, kw_only=True)
class CalendarWhole:
    """The office's calendar and its term of review. Of a year that is not here weekends alone are off."""

    years: tuple[CalendarYearShown, ...]
    review_days: int
    review_days_source: Both  # what the default rests on
