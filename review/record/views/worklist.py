"""The work list (两高项目工作清单), 四（三）: how every two-high project stands, newest first or by what is due, page by page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any, TypedDict

from sqlalchemy import Connection, and_, bindparam, exists, func, literal_column, or_, select, true, tuple_, union

from review.errors import Fault, Refused, Text
from review.record.access.known_people import person_of
from review.record.calendar.deadlines import Deadline, Reckoning, reckoning_of
from review.record.projects.profile import sortable
from review.record.projects.standing import approval_of, outcome_of, short_of
from review.record.projects.state import Conditions, Disposition, LastDecision, ProjectState
from review.record.storage.bodies import Approvals, CaseClock, Figure
from review.record.storage.contents import position_at, position_before
from review.record.storage.event_marks import PersonNamed
from review.record.storage.journal import table
from review.record.storage.tables import Standing
from review.record.storage.text_limits import validate_words
from review.record.views.edition_names import edition_names
from review.terms import DEADLINE_WORDS, LIST_WORDS

LARGEST_PAGE = 500
PENDING, ME = "pending", "me"
_ROWS = table(Standing)
_LATER = _ROWS.alias("later")
_NEWER = select(1).where(_LATER.c.project == _ROWS.c.project, _LATER.c.position > _ROWS.c.position)
_ORDERED = select(_ROWS.c.position, _ROWS.c.ordinal, _ROWS.c.detail).order_by(
    _ROWS.c.position.desc(), _ROWS.c.ordinal.desc()
)
_LAST = _ORDERED.where(~exists(_NEWER))
# The place of a project in the list by due days.
_DUE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9]{19}", re.ASCII)
TEXT_FILTERS = ("stage", "recommendation", "outcome", "sector", "industry", "park", "band", "text")


@dataclass(frozen=True)
class Filters:
    """What a page shows; None asks nothing. `on_list` false: those taken off; None: both. `outcome` may be `pending`.

    `overdue_on`: a disposition is overdue on that day; `late_on`: anything is. `holders`: subjects of whose the cases are.
    `changed_since`: of which something was recorded at that time (UTC, as events have it) or later.
    `as_of`: how projects stood at the end of that day of the office, by what had been recorded by then, and what was due then.
    """

    on_list: bool | None = True
    stage: str | None = None
    recommendation: str | None = None
    outcome: str | None = None
    sector: str | None = None
    industry: str | None = None
    park: str | None = None
    band: str | None = None
    energy_from_tce: Decimal | None = None
    open_conditions: bool | None = None
    open_supplements: bool | None = None
    overdue_on: date | None = None
    late_on: date | None = None
    holders: tuple[str, ...] | None = None
    text: str | None = None
    reviewed: bool | None = None
    as_of: date | None = None
    changed_since: str | None = None


class Guidance(TypedDict):
    """Whether work guidance (工作指导) is required of a project, and whether its document is recorded."""

    required: bool | None
    recorded: bool


class Line(TypedDict):
    """A line of the list. `energy_tce` is in tce/a, `voc_t` in t/a; `offsets_short` are sources of which less is held than asked.
    `approval` is the approval in force: of the newest version, or of an earlier one while the newest awaits its decision.

    `deadlines` are what is overdue first, then what is due first; `clock` the days of the case, `holder` whose it is, each None where not recorded.

    `why` has the `code` of LIST_WORDS and its words, `since` is UTC.
    """

    project: int
    code: str | None
    name: str
    applicant: str | None
    uscc: str | None
    industry: str | None
    sector: str | None
    park: str | None
    stage: str | None
    nature: str | None
    two_high: bool | None
    energy_tce: Figure
    voc_t: Figure
    band: str | None
    approvals: Approvals
    guidance: Guidance
    review: int | None
    version: int
    as_of: str | None
    ruleset: str | None
    recommendation: str | None
    provisional: bool | None
    outcome: str | None
    decision: LastDecision | None
    approval: LastDecision | None
    disposition: Disposition | None
    open_conditions: Conditions
    open_supplements: list[str]
    offsets_short: list[str]
    state: str
    on_list: bool
    why: dict[str, str]
    since: str
    clock: CaseClock | None
    holder: PersonNamed | None
    deadlines: list[Deadline]
    overdue: bool


@dataclass(frozen=True)
class Page:
    """Lines of the list, newest first; `cursor` asks for the next page, None at the end."""

    lines: tuple[Line, ...]
    cursor: str | None


def page(
    connection: Connection,
    filters: Filters | None = None,
    *,
    cursor: str | None = None,
    limit: int = 50,
    by_due: bool = False,
) -> Page:
    """One page of the list, newest first; `by_due`: what has been overdue longest first, then what is due first, then the others.

    Raises Refused for a cursor that this list did not give.
    """
    filters = filters or Filters()
    validate_words({name: getattr(filters, name) for name in TEXT_FILTERS})
    limit, reckoning = min(limit, LARGEST_PAGE), reckoning_then(connection, filters)
    dated = dated_states(connection, filters, reckoning) if by_due else []
    first = cursor is None or _DUE.fullmatch(cursor) is not None
    left = [each for each in dated if cursor is None or each.place > cursor] if by_due and first else []
    standings, last = [each.standing for each in left[:limit]], left[min(limit, len(left)) - 1].place if left else None
    more = len(left) > limit
    if not more:
        rows = _ROWS
        query = current(connection, filters).limit(limit - len(standings) + 1)
        if dated:
            # Numbers of our own, written into the query: there can be more than a database takes as parameters.
            query = query.where(rows.c.project.not_in(_literal(each.standing["project"] for each in dated)))
        if cursor is not None and not (by_due and first):
            position, ordinal = _place(cursor)
            query = query.where(tuple_(rows.c.position, rows.c.ordinal) < tuple_(position, ordinal))
        found = connection.execute(query).all()
        more = len(found) > limit - len(standings)
        shown = found[:-1] if more else found
        standings += [json.loads(row.detail) for row in shown]
        last = f"{shown[-1].position}.{shown[-1].ordinal}" if shown else last
    names = edition_names(connection, [each["review"] for each in standings if each["review"] is not None])
    return Page(tuple(line(each, names, reckoning) for each in standings), last if more else None)


@dataclass(frozen=True)
class Dated:
    """A project of which something is due: how it stands, what is due, and its `place` among those of one list."""

    standing: ProjectState
    deadlines: tuple[Deadline, ...]

    @property
    def place(self) -> str:
        return f"{self.deadlines[0]['due']}.{self.standing['project']:019d}"

    @property
    def overdue(self) -> bool:
        return any(each["overdue"] for each in self.deadlines)


def dated_states(connection: Connection, filters: Filters, reckoning: Reckoning) -> list[Dated]:
    """The projects under these filters of which something is due on a known day, by that day; those where a clock has stopped are left out."""
    rows = _ROWS
    # Each part for itself, and none that asks whether something is null: so an index answers it, where all at once would have every row read.
    parts = (rows.c.clocked == true(), rows.c.condition_due > "", rows.c.due > "", rows.c.consultation_due > "")
    query = current(connection, filters).where(_among(*parts)).order_by(None)
    states: list[ProjectState] = [json.loads(row.detail) for row in connection.execute(query)]
    found = [Dated(each, tuple(one for one in reckoning.deadlines(each) if one["due"] is not None)) for each in states]
    return sorted((each for each in found if each.deadlines), key=lambda each: each.place)


def reckoning_then(connection: Connection, filters: Filters) -> Reckoning:
    """What days are counted by in a list: the calendar and the term as they stood when its projects did."""
    return reckoning_of(connection, filters.as_of, position_at(connection, filters.as_of))


def _among(*parts: Any) -> Any:
    """That any part holds of a row, of those whose events an index finds part by part, whatever the order of the list."""
    rows = _ROWS
    found = [select(rows.c.position).where(part) for part in parts]
    return and_(rows.c.position.in_(union(*found) if len(found) > 1 else found[0]), or_(*parts))


def overdue_counts(connection: Connection) -> dict[str, int]:
    """How many deadlines are overdue today, by kind, none left out."""
    found = dated_states(connection, Filters(on_list=None), reckoning_of(connection))
    overdue = [one["kind"] for each in found for one in each.deadlines if one["overdue"]]
    return {kind: overdue.count(kind) for kind in DEADLINE_WORDS}


def _literal(numbers: Iterable[int]) -> Any:
    return bindparam("projects", sorted(numbers), unique=True, expanding=True, literal_execute=True)


def holders_of(connection: Connection, asked: str, caller: str) -> tuple[str, ...]:
    """The subjects of whose cases are asked for: `me`, a login or a subject; somebody unknown by now has the cases of before."""
    if asked == ME:
        return (caller,)
    known = person_of(connection, asked)
    return (known.subject,) if known is not None else (asked, f"person:{asked}")


def counts(connection: Connection, filters: Filters | None = None, by: str | None = None) -> dict[str | None, int]:
    """How many projects there are under these filters, by a column such as `recommendation` or `stage`, or all together under None."""
    validate_words({name: getattr(filters, name) for name in TEXT_FILTERS} if filters else {})
    column = _ROWS.c[by] if by else None
    query = current(connection, filters or Filters()).order_by(None)
    if column is None:
        return {None: int(connection.execute(query.with_only_columns(func.count())).scalar_one())}
    return {
        value: int(many)
        for value, many in connection.execute(query.with_only_columns(column, func.count()).group_by(column))
    }


def waiting(day: date) -> dict[str, Filters]:
    """What waits for somebody, as filters of the list: reviews without a decision, what is to be supplied, met, or overdue on that day in any way."""
    return {
        "pending": Filters(outcome=PENDING, reviewed=True),
        "supplements": Filters(open_supplements=True),
        "conditions": Filters(open_conditions=True),
        "overdue": Filters(on_list=None, late_on=day),
    }


def each_standing(connection: Connection, filters: Filters | None = None) -> Iterator[ProjectState]:
    """How every project stands, newest first; read in batches."""
    batches = {"stream_results": True, "yield_per": LARGEST_PAGE}
    for row in connection.execute(current(connection, filters or Filters()), execution_options=batches):
        yield json.loads(row.detail)


def each_line(connection: Connection, filters: Filters | None = None, *, by_due: bool = False) -> Iterator[Line]:
    """Every line of the list, newest first; `by_due`: what has been overdue longest first, then what is due first, then the others."""
    filters = filters or Filters()
    names, reckoning = edition_names(connection), reckoning_then(connection, filters)
    dated = dated_states(connection, filters, reckoning) if by_due else []
    first = {each.standing["project"] for each in dated}
    left = (each for each in each_standing(connection, filters) if each["project"] not in first)
    return (line(each, names, reckoning) for each in chain((each.standing for each in dated), left))


def _place(cursor: str) -> tuple[int, int]:
    position, _, ordinal = cursor.partition(".")
    if not (
        position.isascii()
        and position.isdigit()
        and ordinal.isascii()
        and ordinal.isdigit()
        and len(position) < 19
        and len(ordinal) < 10
    ):
        raise Refused([Fault("cursor", Text("不是本清单给出的页码", "is not a cursor that this list gave"))])
    return int(position), int(ordinal)


def current(connection: Connection, filters: Filters) -> Any:
    """The last standing of each project, newest first, filtered."""
    rows, query = _ROWS, _LAST
    if (last := position_at(connection, filters.as_of)) is not None:
        query = _ORDERED.where(rows.c.position <= last, ~exists(_NEWER.where(_LATER.c.position <= last)))
    if filters.on_list is not None:
        query = query.where(rows.c.on_list.is_(filters.on_list))
    for name in ("stage", "recommendation", "sector", "park", "band"):
        if (value := getattr(filters, name)) is not None:
            query = query.where(rows.c[name] == value)
    if filters.outcome is not None:
        query = query.where(
            rows.c.outcome.is_(None) if filters.outcome == PENDING else rows.c.outcome == filters.outcome
        )
    if filters.industry is not None:
        query = query.where(*begins_with(rows.c.industry, filters.industry.upper().lstrip("ABCDEFGHIJKLMNOPQRST")))
    if filters.energy_from_tce is not None:
        query = query.where(rows.c.energy_from_tce >= sortable(filters.energy_from_tce))
    for name in ("open_conditions", "open_supplements"):
        if (asked := getattr(filters, name)) is not None:
            # Written out as their indexes have it: a parameter could be anything.
            query = query.where(rows.c[name] > literal_column("0") if asked else rows.c[name] == 0)
    if filters.reviewed is not None:
        query = query.where(rows.c.review.is_not(None) if filters.reviewed else rows.c.review.is_(None))
    if filters.overdue_on is not None:
        query = query.where(_among(rows.c.due < filters.overdue_on.isoformat()))
    if filters.changed_since is not None:
        query = query.where(rows.c.position > position_before(connection, filters.changed_since))
    if filters.holders is not None:
        query = query.where(rows.c.holder.in_(filters.holders))
    if filters.late_on is not None:
        reckoning = reckoning_of(connection, filters.late_on, position_at(connection, filters.as_of))
        found = dated_states(connection, Filters(on_list=None, as_of=filters.as_of), reckoning)
        query = query.where(rows.c.project.in_(_literal(each.standing["project"] for each in found if each.overdue)))
    if filters.text:
        query = query.where(
            or_(*(rows.c[name].icontains(filters.text, autoescape=True) for name in ("name", "code", "applicant")))
        )
    return query


def begins_with(column: Any, beginning: str) -> Iterator[Any]:
    """That a code begins so; of digits alone also between which codes it then is, which an index answers."""
    yield column.startswith(beginning, autoescape=True)
    if beginning.isascii() and beginning.isdigit():
        yield column >= beginning
        # The next beginning of that length or less: of nines alone there is none.
        if least := beginning.rstrip("9"):
            yield column < f"{least[:-1]}{int(least[-1]) + 1}"


def line(standing: ProjectState, names: Mapping[int, str], reckoning: Reckoning) -> Line:
    """The line of a project in its state: what an officer looks for, flat but for lists. `names` are those of `edition_names`."""
    deadlines = reckoning.deadlines(standing)
    profile, listed = standing["profile"], standing["list"]
    review = profile["review"]
    disposition = standing["disposition"]
    why = LIST_WORDS[listed["why"]]
    return {
        "project": standing["project"],
        "code": profile["code"],
        "name": profile["name"],
        "applicant": profile["applicant"],
        "uscc": profile["uscc"],
        "industry": profile["industry"],
        "sector": profile["sector"],
        "park": profile["park"],
        "stage": profile["stage"],
        "nature": profile["nature"],
        "two_high": profile["two_high"],
        "energy_tce": profile["energy_tce"],
        "voc_t": profile["voc_t"],
        "band": profile["band"],
        "approvals": profile["approvals"],
        "guidance": {"required": profile["guidance_required"], "recorded": profile["guidance_recorded"]},
        "review": standing["review"],
        "version": standing["version"],
        "as_of": review["as_of"] if review else None,
        "ruleset": names.get(standing["review"] or 0, review["ruleset"]) if review else None,
        "recommendation": review["recommendation"] if review else None,
        "provisional": review["provisional"] if review else None,
        "outcome": outcome_of(standing),
        "decision": standing["decision"],
        "approval": approval_of(standing),
        "disposition": disposition,
        "open_conditions": standing["conditions"],
        "open_supplements": review["supplement"] if review else [],
        "offsets_short": short_of(standing),
        "state": standing["state"],
        "on_list": listed["on"],
        "why": {"code": listed["why"], **why.as_json()},
        "since": listed["since"],
        "clock": standing.get("clock"),
        "holder": standing.get("holder"),
        "deadlines": deadlines,
        "overdue": any(each["overdue"] for each in deadlines),
    }
