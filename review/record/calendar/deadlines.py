"""Days by which something of a case is due (期限): the notice, the review, conditions, a disposition, replies of units; how many days are left.

The notice is due five working days after receipt; where it was neither sent nor the case accepted by then, the case counts as accepted
since receipt (行政许可法 第三十二条, 节能审查办法 第十四条). The term of review begins with acceptance. It stops on the day that the
notice is sent and goes on when the supplement arrives; neither of these two days counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict

from sqlalchemy import Connection

from review.clock import today
from review.errors import joined
from review.record.calendar.settings import read_calendar, read_review_days
from review.record.calendar.working_days import Calendar
from review.record.projects.standing import NO_DAYS, case_runs, conditions_due, replies_awaited
from review.record.projects.state import ProjectState
from review.verdict.document import Wording

NOTICE_DAYS = 5
_ONE = timedelta(days=1)


class Deadline(TypedDict):
    """Something that is due. `kind` is a key of DEADLINE_WORDS, `about` the condition's words, or the units that have yet to reply.

    `state`: `running`, `stopped` (the supplement is awaited) or `not_stated` (no day from which it runs was recorded). `working_days_left`: 0 on
    the last day; None where it is overdue or not stated. `days_overdue`: days of the calendar since `due`, 0 where it is not overdue.
    `deemed`: counted from receipt, as nothing was told within the days of the notice. `not_entered`: years that it touches of which no
    holidays were entered.
    """

    kind: str
    about: Wording | None
    due: str | None
    state: str
    working_days_left: int | None
    overdue: bool
    days_overdue: int
    deemed: bool
    not_entered: list[int]


@dataclass(frozen=True)
class Reckoning:
    """What days are counted by: the office's calendar, its term of review in working days, and today."""

    calendar: Calendar
    review_days: int
    today: date

    def deadlines(self, standing: ProjectState) -> list[Deadline]:
        """What is due of a project, what is overdue longest first, then what is due first; what is not known comes last."""
        found = [*self._of_case(standing), *self._of_decision(standing), *self._of_consultations(standing)]
        return sorted(found, key=lambda each: (each["due"] is None, each["due"] or ""))

    def _of_case(self, standing: ProjectState) -> Iterator[Deadline]:
        if not case_runs(standing):
            return
        days = standing.get("clock", NO_DAYS)
        received, accepted, noticed, resumed = (
            date.fromisoformat(each) if each else None
            for each in (days["received"], days["accepted"], days["noticed"], days["resumed"])
        )
        notice_due = self.calendar.after(received, NOTICE_DAYS) if received else None
        deemed = False
        if received is not None and notice_due is not None:
            told = min((each for each in (accepted, noticed) if each is not None), default=None)
            deemed = (told or self.today) > notice_due
            if told is None:
                yield self._due("notice", notice_due, received)
        elif accepted is None and noticed is None:
            yield self._not_stated("notice")
        began = received if deemed else accepted
        yield self._not_stated("review") if began is None else self._review(began, noticed, resumed, deemed)

    def _review(self, began: date, noticed: date | None, resumed: date | None, deemed: bool) -> Deadline:
        due = self.calendar.after(began, self.review_days)
        # A notice from before the term cannot stop it, and none that came too late keeps a case from being accepted.
        if noticed is not None and began <= noticed <= due and not deemed:
            stopped = max(began, noticed - _ONE)
            if resumed is None:
                left = self.review_days - self.calendar.between(began, stopped)
                return {
                    **self._not_stated("review"), "state": "stopped", "working_days_left": left, "deemed": deemed,
                    "not_entered": list(self.calendar.not_entered(began, stopped)),
                }  # fmt: skip
            due = self.calendar.after(began, self.review_days + self.calendar.between(stopped, resumed))
        return {**self._due("review", due, began), "deemed": deemed}

    def _of_decision(self, standing: ProjectState) -> Iterator[Deadline]:
        due = conditions_due(standing)
        for each in standing["conditions"]:
            if each["zh"] in due:
                yield {**self._due("condition", date.fromisoformat(due[each["zh"]]), self.today), "about": each}
        disposition = standing["disposition"]
        if disposition is not None and disposition["due"] is not None and not disposition["closed"]:
            yield self._due("disposition", date.fromisoformat(disposition["due"]), self.today)

    def _of_consultations(self, standing: ProjectState) -> Iterator[Deadline]:
        for each in replies_awaited(standing):
            units = joined(each["units"])
            yield {**self._due("consultation", date.fromisoformat(each["due"]), self.today), "about": units.as_json()}

    def _due(self, kind: str, due: date, since: date) -> Deadline:
        overdue = due < self.today
        return {
            "kind": kind, "about": None, "due": due.isoformat(), "state": "running",
            "working_days_left": None if overdue else self.calendar.between(self.today, due), "overdue": overdue,
            "days_overdue": (self.today - due).days if overdue else 0, "deemed": False,
            "not_entered": list(self.calendar.not_entered(min(since, due), due)),
        }  # fmt: skip

    def _not_stated(self, kind: str) -> Deadline:
        return {
            "kind": kind, "about": None, "due": None, "state": "not_stated", "working_days_left": None, "overdue": False,
            "days_overdue": 0, "deemed": False, "not_entered": [],
        }  # fmt: skip


def reckoning_of(connection: Connection, day: date | None = None, upto: int | None = None) -> Reckoning:
    """What days are counted by, on that day (today in Shanghai by default): as the record has it, or had it at a position."""
    return Reckoning(read_calendar(connection, upto), read_review_days(connection, upto), day or today())
