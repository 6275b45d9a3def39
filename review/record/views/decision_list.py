"""Decisions as auditors look through them (决定清单): filtered, page by page, as a file, a sample that anybody can draw again, counted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from sqlalchemy import Connection, and_, bindparam, exists, func, select

from review.clock import local_time
from review.record.cases.imported_rows import IMPORTED, imported_reference
from review.record.storage.journal import table
from review.record.storage.tables import Decision, Event, Standing, StoredFinding, StoredReview
from review.record.views.spreadsheets import Cell, as_csv_file, as_workbook
from review.record.views.worklist import begins_with
from review.record.views.worklist_export import CodeNames, cell_text
from review.terms import OUTCOMES, RECOMMENDATION_WORDS

BATCH = 500
LARGEST_SAMPLE = 500
_ROWS, _REVIEWS, _STANDINGS, _EVENTS = table(Decision), table(StoredReview), table(Standing), table(Event)
_FINDINGS = table(StoredFinding)
# Decisions with their review, the project as it stood after them, and their event.
_JOINED = (
    _ROWS.join(_REVIEWS, _REVIEWS.c.position == _ROWS.c.review)
    .join(_STANDINGS, and_(_STANDINGS.c.position == _ROWS.c.position, _STANDINGS.c.project == _REVIEWS.c.project))
    .join(_EVENTS, _EVENTS.c.position == _ROWS.c.position)
)
_LATER, _THEIRS = _ROWS.alias("later"), _REVIEWS.alias("theirs")
# Whether no later decision is on the same project.
_IS_LAST = ~exists(
    select(1).where(
        _LATER.c.position > _ROWS.c.position,
        _LATER.c.review == _THEIRS.c.position,
        _THEIRS.c.project == _REVIEWS.c.project,
    )
)
_LINES = select(
    _ROWS, _EVENTS.c.at, _REVIEWS.c.project, _REVIEWS.c.version, _REVIEWS.c.as_of, _REVIEWS.c.request.label("submitted"),
    _REVIEWS.c.recommendation.label("recommended"), _IS_LAST.label("last"), _STANDINGS.c.code, _STANDINGS.c.name,
    _STANDINGS.c.applicant, _STANDINGS.c.industry, _STANDINGS.c.sector, _STANDINGS.c.park,
)  # fmt: skip
_FAILING = (
    select(_FINDINGS.c.review, _FINDINGS.c.rule)
    .where(_FINDINGS.c.review.in_(bindparam("reviews", expanding=True)), _FINDINGS.c.status == "fail")
    .order_by(_FINDINGS.c.review, _FINDINGS.c.ordinal)
)


@dataclass(frozen=True)
class DecisionFilters:
    """Which decisions are wanted; None: any. Days are those of the decision, both inclusive.

    `officer`, `second` and `reference` are parts of a name or of the reference of an imported case; `rule` is one by which the review
    has a finding that fails; `industry` the beginning of a code; `departs`: otherwise than recommended; `last`: the project's last; `upto`: recorded up to that event, so that a sample is drawn of the same decisions later.
    """

    officer: str | None = None
    second: str | None = None
    reference: str | None = None
    since: date | None = None
    until: date | None = None
    outcome: str | None = None
    departs: bool | None = None
    last: bool | None = None
    rule: str | None = None
    industry: str | None = None
    park: str | None = None
    project: int | None = None
    upto: int | None = None


class DecisionLine(TypedDict):
    """A decision: its number, day and persons, what was recommended and decided, why, and the project as it stood then.

    `at` is when it was recorded (UTC), `reference` that of an imported case, `fails` the rules by which the review has a failing finding.
    """

    decision: int
    at: str
    decided_on: str
    officer: str
    on_behalf_of: str | None
    second: str | None
    recommendation: str
    outcome: str
    departs: bool
    reason: str | None
    clause: str | None
    last: bool
    project: int
    code: str | None
    name: str
    applicant: str | None
    industry: str | None
    sector: str | None
    park: str | None
    review: int
    version: int
    as_of: str
    reference: str | None
    fails: list[str]


class Tally(TypedDict):
    """How often something was decided: all decisions, by outcome, and those that depart from the recommendation."""

    decisions: int
    departs: int
    outcomes: dict[str, int]


class Statistics(TypedDict):
    """Decisions counted: all together, by officer, industry, park and month of the day of decision, and how many approvals pass over each failing rule."""

    all: Tally
    officers: dict[str, Tally]
    industries: dict[str, Tally]
    parks: dict[str, Tally]
    months: dict[str, Tally]
    overruled: dict[str, int]


def list_decisions(
    connection: Connection, filters: DecisionFilters, limit: int, *, before: int | None = None, after: int | None = None
) -> list[DecisionLine]:
    """Decisions: the latest before a number, newest first; or those after one, in order."""
    rows = _ROWS
    query = _query(filters).limit(limit)
    if after is not None:
        query = query.where(rows.c.position > after).order_by(rows.c.position)
    else:
        query = query.order_by(rows.c.position.desc())
        query = query if before is None else query.where(rows.c.position < before)
    return _lines(connection, query)


def each_decision(connection: Connection, filters: DecisionFilters) -> Iterator[DecisionLine]:
    """Every decision that is wanted, in order."""
    last = 0
    while found := list_decisions(connection, filters, BATCH, after=last):
        yield from found
        last = found[-1]["decision"]


def sampled(connection: Connection, filters: DecisionFilters, many: int, seed: str) -> list[DecisionLine]:
    """A random sample that anybody draws again with the same seed, filters and `upto`: the decisions whose SHA-256 over seed and digest of their event is least."""
    rows, events = _ROWS, _EVENTS
    query = _joined(select(rows.c.position, events.c.digest), filters)
    drawn = sorted(
        (hashlib.sha256(f"{seed}\n{row.digest}".encode()).digest(), int(row.position))
        for row in connection.execute(query)
    )[: min(many, LARGEST_SAMPLE)]
    chosen = [position for _, position in drawn]
    return _lines(connection, _query(DecisionFilters()).where(rows.c.position.in_(chosen)).order_by(rows.c.position))


def last_event(connection: Connection) -> int:
    """The last event of the record: with it as `upto` a sample is drawn again later."""
    return int(connection.execute(select(func.max(table(Event).c.position))).scalar() or 0)


def statistics(connection: Connection, filters: DecisionFilters) -> Statistics:
    """The wanted decisions counted. Each part is in order of its names; an industry or park that no sheet states is counted under ""."""
    rows, standings, findings = _ROWS, _STANDINGS, _FINDINGS
    parts = {
        "officers": rows.c.officer,
        "industries": func.coalesce(standings.c.industry, ""),
        "parks": func.coalesce(standings.c.park, ""),
        "months": func.substr(rows.c.decided_on, 1, 7),
    }
    counted: dict[str, dict[str, Tally]] = {}
    for name, column in parts.items():
        query = _joined(
            select(column.label("part"), rows.c.outcome, rows.c.departs, func.count().label("many")), filters
        )
        tallies: dict[str, Tally] = {}
        for row in connection.execute(query.group_by(column, rows.c.outcome, rows.c.departs)):
            _count(tallies.setdefault(str(row.part), _none()), row)
        counted[name] = dict(sorted(tallies.items()))
    whole = _none()
    for tally in counted["months"].values():
        whole["decisions"] += tally["decisions"]
        whole["departs"] += tally["departs"]
        for outcome, many in tally["outcomes"].items():
            whole["outcomes"][outcome] = whole["outcomes"].get(outcome, 0) + many
    query = _joined(select(findings.c.rule, func.count(rows.c.position.distinct()).label("many")), filters)
    query = query.where(findings.c.review == rows.c.review, findings.c.status == "fail")
    query = query.where(rows.c.departs, rows.c.outcome == "approve")
    overruled = {
        row.rule: int(row.many) for row in connection.execute(query.group_by(findings.c.rule).order_by(findings.c.rule))
    }
    return {
        "all": whole,
        "officers": counted["officers"],
        "industries": counted["industries"],
        "parks": counted["parks"],
        "months": counted["months"],
        "overruled": overruled,
    }


def _none() -> Tally:
    return {"decisions": 0, "departs": 0, "outcomes": {}}


def _count(tally: Tally, row: Any) -> None:
    tally["decisions"] += int(row.many)
    tally["departs"] += int(row.many) if row.departs else 0
    tally["outcomes"][row.outcome] = tally["outcomes"].get(row.outcome, 0) + int(row.many)


def _joined(query: Any, filters: DecisionFilters) -> Any:
    """A query over decisions with their event, review and the project as it stood after them, filtered."""
    return query.select_from(_JOINED).where(*_conditions(filters))


def _conditions(filters: DecisionFilters) -> Iterator[Any]:
    rows, reviews, standings = _ROWS, _REVIEWS, _STANDINGS
    if filters.officer is not None:
        yield rows.c.officer.icontains(filters.officer, autoescape=True)
    if filters.second is not None:
        yield rows.c.second.icontains(filters.second, autoescape=True)
    if filters.reference is not None:
        # Rows that came without a reference have a digest in its place.
        yield reviews.c.request.startswith(IMPORTED)
        yield ~reviews.c.request.startswith(f"{IMPORTED}sha256:")
        yield func.substr(reviews.c.request, len(IMPORTED) + 1).icontains(filters.reference, autoescape=True)
    if filters.since is not None or filters.until is not None:
        # Looked up by the index of days, else a page of few days would have every decision read.
        days = [rows.c.decided_on >= filters.since.isoformat()] if filters.since else []
        days += [rows.c.decided_on <= filters.until.isoformat()] if filters.until else []
        yield rows.c.position.in_(select(rows.c.position).where(*days))
    if filters.outcome is not None:
        yield rows.c.outcome == filters.outcome
    if filters.departs is not None:
        yield rows.c.departs.is_(filters.departs)
    if filters.last is not None:
        yield _IS_LAST if filters.last else ~_IS_LAST
    if filters.rule is not None:
        failed = table(StoredFinding).alias("failed")
        failing = select(1).where(
            failed.c.review == rows.c.review, failed.c.rule == filters.rule, failed.c.status == "fail"
        )
        yield exists(failing)
    if filters.industry is not None:
        yield from begins_with(standings.c.industry, filters.industry)
    if filters.park is not None:
        yield standings.c.park == filters.park
    if filters.project is not None:
        yield reviews.c.project == filters.project
    if filters.upto is not None:
        yield rows.c.position <= filters.upto


def _query(filters: DecisionFilters) -> Any:
    return _joined(_LINES, filters)


def _lines(connection: Connection, query: Any) -> list[DecisionLine]:
    found = connection.execute(query).all()
    failing: dict[int, list[str]] = {}
    wanted = {row.review for row in found}
    for row in connection.execute(_FAILING, {"reviews": [*wanted]}) if wanted else ():
        if row.rule not in failing.setdefault(row.review, []):
            failing[row.review].append(row.rule)
    return [
        {
            "decision": row.position, "at": row.at, "decided_on": row.decided_on, "officer": row.officer, "on_behalf_of": row.on_behalf_of,
            "second": row.second, "recommendation": row.recommended, "outcome": row.outcome, "departs": bool(row.departs), "reason": row.reason,
            "clause": row.clause, "last": bool(row.last), "project": row.project, "code": row.code, "name": row.name, "applicant": row.applicant,
            "industry": row.industry, "sector": row.sector, "park": row.park, "review": row.review, "version": row.version, "as_of": row.as_of,
            "reference": imported_reference(row.submitted), "fails": failing.get(row.review, []),
        }
        for row in found
    ]  # fmt: skip


# The columns of the exported list, in order.
COLUMNS: Mapping[str, str] = {
    "decision": "决定编号", "decided_on": "决定日", "officer": "决定人", "on_behalf_of": "代表", "second": "复核人", "recommendation": "审查建议",
    "outcome": "决定", "departs": "与建议不同", "reason": "理由", "clause": "条款", "last": "该项目最后的决定", "project": "项目编号", "code": "项目代码",
    "name": "项目名称", "applicant": "建设单位", "industry": "行业", "sector": "两高行业", "park": "园区", "review": "审查编号", "version": "版次",
    "as_of": "审查日", "reference": "原案号", "fails": "不符合的规则", "at": "记录时间",
}  # fmt: skip
_NUMBERS = ("decision", "project", "review", "version")


def decisions_as_csv(lines: Iterator[DecisionLine], names: CodeNames) -> bytes:
    """The list as CSV: UTF-8 with the mark that Excel asks for, Chinese headings and words."""
    return as_csv_file(COLUMNS.values(), (_cells(each, names) for each in lines))


def decisions_as_xlsx(lines: Iterator[DecisionLine], names: CodeNames) -> bytes:
    """The list as a workbook of one worksheet: numbers as numbers, all else as in the CSV file."""
    return as_workbook("决定清单", COLUMNS.values(), (_cells(each, names) for each in lines), frozen="D2")


def _named(value: Any, names: Mapping[str, str]) -> Any:
    """A code by its name, or each of several; one of which nothing says the name as it is."""
    if isinstance(value, list):
        return [names.get(each, each) for each in value]
    return names.get(value, value)


def _cells(each: DecisionLine, names: CodeNames) -> list[Cell]:
    coded: Mapping[str, Any] = each
    values: Mapping[str, Any] = {
        **each,
        **{column: _named(coded[column], found) for column, found in names.items()},
        "recommendation": RECOMMENDATION_WORDS[each["recommendation"]].zh,
        "outcome": OUTCOMES[each["outcome"]].zh,
        "at": local_time(each["at"]),
    }
    return [values[name] if name in _NUMBERS else cell_text(values[name]) for name in COLUMNS]
