"""Cases: steps, holders, absences, the office's calendar and the caller's inbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from two_high_client.answers.cases import AbsenceShown, CalendarWhole, InboxWhole, StepMade
from two_high_client.declarations import new_key, nothing, of, one
from two_high_client.operations import Asked
from two_high_client.words import Step
from two_high_client.writing import body

Day = date | str


class CaseCalls:
    """Calls about cases. A day is a date, or text such as 2026-11-26."""

    @one("POST", "/projects/{project}/steps", of(StepMade))
    def take_step(
        self,
        project: int,
        step: Step,
        *,
        day: Day | None = None,
        condition: str | None = None,
        document: str | None = None,
        reason: str | None = None,
        key: str | None = None,
    ) -> Asked:
        """Record a step of a project, such as `accepted`."""
        said = body(step=step, day=day, condition=condition, document=document, reason=reason)
        return Asked({"project": project}, body=said, key=key or new_key())

    @one("POST", "/projects/{project}/holder", of(StepMade))
    def hand_over(self, project: int, holder: str, *, note: str | None = None, key: str | None = None) -> Asked:
        """Give a case to a person known to the office, by login or subject."""
        return Asked({"project": project}, body=body(holder=holder, note=note), key=key or new_key())

    @one("GET", "/inbox", of(InboxWhole))
    def inbox(self) -> Asked:
        """What asks for the caller, as a deputy too."""
        return Asked()

    @one("GET", "/absences", of(list[AbsenceShown]))
    def absences(self) -> Asked:
        """Absences with their deputies."""
        return Asked()

    @one("POST", "/absences", of(StepMade))
    def add_absence(self, person: str, deputy: str, begins: Day, ends: Day, *, reason: str | None = None) -> Asked:
        """Enter an absence with a deputy, both days included; persons by login or subject."""
        return Asked(body=body(person=person, deputy=deputy, begins=begins, ends=ends, reason=reason))

    @one("DELETE", "/absences/{absence}", nothing)
    def end_absence(self, absence: str | int) -> Asked:
        """Take an absence out."""
        return Asked({"absence": absence})

    @one("GET", "/calendar", of(CalendarWhole))
    def calendar(self) -> Asked:
        """The office's calendar and its term of review."""
        return Asked()

    @one("PUT", "/calendar/{year}", nothing)
    def set_calendar(self, year: int, holidays: Sequence[Day], workdays: Sequence[Day] = ()) -> Asked:
        """Enter a year's holidays, and its Saturdays and Sundays that are worked."""
        return Asked({"year": year}, body=body(holidays=[*holidays], workdays=[*workdays]))

    @one("PUT", "/terms", nothing)
    def set_terms(self, review_days: int) -> Asked:
        """Set the term of review in working days."""
        return Asked(body=body(review_days=review_days))
