"""The ledger of two-high projects (两高项目台账) of a month, a quarter or a year: what came in, what was decided, how each project stood at the end.

What belongs to a period is what was recorded in it, by local time, so that the ledger of a period that is over never changes; what was due
is counted by the calendar as it was entered by then. Days that were stated for the past (an imported decision) stand as they were stated.
The time of an event counts, not the `clock` that its body may state: only the former ascends, so that a period is one stretch of events.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypedDict

from sqlalchemy import Connection, and_, exists, false, func, or_, select, true, union

from review.clock import local_time, today
from review.readers.written.periods import CalendarPeriod
from review.record.calendar.deadlines import reckoning_of
from review.record.projects.standing import SETTLING
from review.record.storage.contents import position_at
from review.record.storage.journal import table
from review.record.storage.tables import Decision, Event, Project, Standing, StoredReview
from review.record.views.edition_names import edition_names
from review.record.views.worklist import Filters, Line, current, line

BATCH = 500


class LedgerDecision(TypedDict):
    """A decision of the period: its number, what was decided, on which day as stated, by whom, and why."""

    decision: int
    outcome: str
    decided_on: str
    officer: str
    second: str | None
    departs: bool
    reason: str | None


class LedgerLine(TypedDict):
    """A project of the ledger: `first` is the local day of its first entry in the record, `submissions` how many versions of it were recorded in
    the period and `decisions` those of the period, both as the figures count them, `stood` its line of the work list at the end."""

    first: str
    submissions: int
    decisions: list[LedgerDecision]
    stood: Line


class LedgerTotals(TypedDict):
    """The period in figures. `running_before` and `running_after`: projects on the list that await a decision that settles them, when the period
    began and at its end; `came`: projects recorded in it; `submissions`: versions, new ones of earlier projects too; `decided`: decisions by outcome."""

    listed: int
    running_before: int
    came: int
    submissions: int
    decided: dict[str, int]
    departs: int
    running_after: int


@dataclass(frozen=True)
class Bounds:
    """A period in the record: events after `begin` up to `end`; `day` is the last of it that has come."""

    begin: int
    end: int
    day: date


@dataclass(frozen=True)
class LedgerPage:
    """Lines in the order in which projects were first recorded; `next` is the project after which the next page begins, None at the end."""

    lines: tuple[LedgerLine, ...]
    next: int | None


def bounds_of(connection: Connection, period: CalendarPeriod) -> Bounds:
    """Where a period begins and ends in the record; of one that is not over, what has been recorded by now."""
    before = None if period.first == date.min else period.first - timedelta(days=1)
    return Bounds(
        0 if before is None else position_at(connection, before) or 0,
        position_at(connection, period.last) or 0,
        min(period.last, today()),
    )


def ledger_page(connection: Connection, bounds: Bounds, *, after: int = 0, limit: int = 50) -> LedgerPage:
    """Projects on the list at the end of the period, those that left it in it, and any other of which its figures count something."""
    standings = table(Standing)
    query = _of_period(connection, bounds).where(standings.c.project > after).order_by(standings.c.project)
    found = [json.loads(row.detail) for row in connection.execute(query.limit(limit + 1))]
    shown = found[:limit]
    projects = [int(each["project"]) for each in shown]
    names = edition_names(connection, [each["review"] for each in shown if each["review"] is not None])
    reckoning = reckoning_of(connection, bounds.day, bounds.end)
    first, versions = _first(connection, projects), _submissions(connection, bounds, projects)
    decisions = _decisions(connection, bounds, projects)
    lines = tuple(
        LedgerLine(
            first=first[number],
            submissions=versions.get(number, 0),
            decisions=decisions.get(number, []),
            stood=line(each, names, reckoning),
        )
        for number, each in zip(projects, shown, strict=True)
    )
    return LedgerPage(lines, projects[-1] if len(found) > limit else None)


def each_ledger_line(connection: Connection, bounds: Bounds) -> Iterator[LedgerLine]:
    """Every line, in order."""
    after: int | None = 0
    while after is not None:
        found = ledger_page(connection, bounds, after=after, limit=BATCH)
        yield from found.lines
        after = found.next


def ledger_totals(connection: Connection, bounds: Bounds, period: CalendarPeriod) -> LedgerTotals:
    """The figures of the period. Projects that were settled not to be two-high are left out of all of them."""
    decisions, reviews, projects = table(Decision), table(StoredReview), table(Project)
    taken = (
        select(decisions.c.outcome, decisions.c.departs, func.count().label("many"))
        .join(reviews, reviews.c.position == decisions.c.review)
        .where(_counts(bounds, decisions.c.position, reviews.c.project))
        .group_by(decisions.c.outcome, decisions.c.departs)
    )
    decided: dict[str, int] = {}
    departs = 0
    for row in connection.execute(taken):
        decided[row.outcome] = decided.get(row.outcome, 0) + int(row.many)
        departs += int(row.many) if row.departs else 0
    sent = select(func.count()).select_from(reviews).where(_counts(bounds, reviews.c.position, reviews.c.project))
    came = select(func.count()).select_from(projects).where(_counts(bounds, projects.c.position, projects.c.id))
    query = _of_period(connection, bounds)
    return {
        "listed": _scalar(connection, query.order_by(None).with_only_columns(func.count())),
        "running_before": 0 if period.first == date.min else _running(connection, period.first - timedelta(days=1)),
        "came": _scalar(connection, came),
        "submissions": _scalar(connection, sent),
        "decided": decided,
        "departs": departs,
        "running_after": _running(connection, period.last),
    }


def _counts(bounds: Bounds, position: Any, project: Any) -> Any:
    """What was recorded in the period of a project that may be two-high after it: the figures and the lines count it alike."""
    after = table(Standing).alias("after")
    stood = select(1).where(after.c.position == position, after.c.project == project, _may_be_two_high(after))
    return and_(position > bounds.begin, position <= bounds.end, exists(stood))


def _counted(bounds: Bounds) -> Any:
    """The projects of which the figures of the period count something: that came in, was sent or was decided."""
    decisions, reviews, projects = table(Decision), table(StoredReview), table(Project)
    decided = select(reviews.c.project).join(decisions, decisions.c.review == reviews.c.position)
    return union(
        select(projects.c.id).where(_counts(bounds, projects.c.position, projects.c.id)),
        select(reviews.c.project).where(_counts(bounds, reviews.c.position, reviews.c.project)),
        decided.where(_counts(bounds, decisions.c.position, reviews.c.project)),
    )


def _may_be_two_high(rows: Any) -> Any:
    column = rows.c.two_high
    return or_(column.is_(None), column == true())


def _of_period(connection: Connection, bounds: Bounds) -> Any:
    rows = table(Standing)
    before = rows.alias("before")
    earlier = select(before.c.on_list).where(before.c.project == rows.c.project, before.c.position <= bounds.begin)
    stood = earlier.order_by(before.c.position.desc(), before.c.ordinal.desc()).limit(1).scalar_subquery()
    left = and_(
        rows.c.on_list == false(),
        rows.c.position > bounds.begin,
        _may_be_two_high(rows),
        func.coalesce(stood, true()) == true(),
    )
    query = current(connection, Filters(on_list=None, as_of=bounds.day))
    return query.where(or_(rows.c.on_list == true(), left, rows.c.project.in_(_counted(bounds)))).order_by(None)


def _running(connection: Connection, day: date) -> int:
    """How many projects on the list await a decision that settles them at the end of a day."""
    rows = table(Standing)
    query = current(connection, Filters(as_of=day)).order_by(None)
    query = query.where(or_(rows.c.review.is_not(None), rows.c.clocked == true()))
    query = query.where(or_(rows.c.outcome.is_(None), rows.c.outcome.not_in(sorted(SETTLING))))
    return _scalar(connection, query.with_only_columns(func.count()))


def _scalar(connection: Connection, query: Any) -> int:
    return int(connection.execute(query).scalar_one())


def _first(connection: Connection, numbers: Iterable[int]) -> dict[int, str]:
    projects, events = table(Project), table(Event)
    query = select(projects.c.id, events.c.at).join(events, events.c.position == projects.c.position)
    found = connection.execute(query.where(projects.c.id.in_(numbers)))
    return {int(row.id): local_time(row.at)[:10] for row in found}


def _submissions(connection: Connection, bounds: Bounds, numbers: Iterable[int]) -> dict[int, int]:
    reviews = table(StoredReview)
    query = select(reviews.c.project, func.count().label("many")).where(reviews.c.project.in_(numbers))
    query = query.where(_counts(bounds, reviews.c.position, reviews.c.project))
    return {int(row.project): int(row.many) for row in connection.execute(query.group_by(reviews.c.project))}


def _decisions(connection: Connection, bounds: Bounds, numbers: Iterable[int]) -> dict[int, list[LedgerDecision]]:
    decisions, reviews = table(Decision), table(StoredReview)
    query = select(decisions, reviews.c.project).join(reviews, reviews.c.position == decisions.c.review)
    query = query.where(reviews.c.project.in_(numbers))
    query = query.where(_counts(bounds, decisions.c.position, reviews.c.project))
    found: dict[int, list[LedgerDecision]] = {}
    for row in connection.execute(query.order_by(decisions.c.position)):
        found.setdefault(int(row.project), []).append(
            {
                "decision": int(row.position), "outcome": row.outcome, "decided_on": row.decided_on, "officer": row.officer,
                "second": row.second, "departs": bool(row.departs), "reason": row.reason,
            }
        )  # fmt: skip
    return found
