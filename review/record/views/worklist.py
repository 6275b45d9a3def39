"""The work list (两高项目工作清单), 四（三）: how every two-high project stands, newest first, page by page; exported as xlsx or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypedDict

from sqlalchemy import Connection, exists, func, or_, select, tuple_

from review.clock import begin_of_day, local_time
from review.errors import Fault, Refused, Text
from review.record.projects.profile import sortable
from review.record.projects.standing import (
    Conditions,
    Disposition,
    LastDecision,
    ProjectState,
    approval_of,
    outcome_of,
    short_of,
)
from review.record.storage.bodies import Approvals, Figure
from review.record.storage.journal import table
from review.record.storage.tables import Event, Standing
from review.record.storage.text_limits import validate_words
from review.record.views.edition_names import edition_names
from review.record.views.spreadsheets import Cell, as_workbook, number_or_text
from review.sheet import describe
from review.sheet.project import NATURES, STAGES
from review.terms import BAND_WORDS, LIST_WORDS, MATTER_WORDS, OUTCOMES, RECOMMENDATION_WORDS, TRUTH_WORDS

LARGEST_PAGE = 500
PENDING = "pending"
_WORDS = ("stage", "recommendation", "outcome", "sector", "industry", "park", "band", "text")


@dataclass(frozen=True)
class Filters:
    """What a page shows; None asks nothing. `on_list` false: those taken off; None: both. `outcome` may be `pending`.

    `as_of`: how projects stood at the end of that day of the office, by what had been recorded by then.
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
    text: str | None = None
    reviewed: bool | None = None
    as_of: date | None = None


class Guidance(TypedDict):
    """Whether work guidance (工作指导) is required of a project, and whether its document is recorded."""

    required: bool | None
    recorded: bool


class Line(TypedDict):
    """A line of the list. `energy_tce` is in tce/a, `voc_t` in t/a; `offsets_short` are sources of which less is held than asked.
    `approval` is the approval in force: of the newest version, or of an earlier one while the newest awaits its decision.

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


@dataclass(frozen=True)
class Page:
    """Lines of the list, newest first; `cursor` asks for the next page, None at the end."""

    lines: tuple[Line, ...]
    cursor: str | None


def page(connection: Connection, filters: Filters | None = None, *, cursor: str | None = None, limit: int = 50) -> Page:
    """One page of the list. Raises Refused for a cursor that this list did not give."""
    filters = filters or Filters()
    validate_words({name: getattr(filters, name) for name in _WORDS})
    rows = table(Standing)
    query = current(filters).limit(min(limit, LARGEST_PAGE) + 1)
    if cursor is not None:
        position, ordinal = _place(cursor)
        query = query.where(tuple_(rows.c.position, rows.c.ordinal) < tuple_(position, ordinal))
    found = connection.execute(query).all()
    more = len(found) > min(limit, LARGEST_PAGE)
    shown = found[:-1] if more else found
    standings: list[ProjectState] = [json.loads(row.detail) for row in shown]
    names = edition_names(connection, [each["review"] for each in standings if each["review"] is not None])
    return Page(
        tuple(line(each, names) for each in standings),
        f"{shown[-1].position}.{shown[-1].ordinal}" if more else None,
    )


def counts(connection: Connection, filters: Filters | None = None, by: str | None = None) -> dict[str | None, int]:
    """How many projects there are under these filters, by a column such as `recommendation` or `stage`, or all together under None."""
    validate_words({name: getattr(filters, name) for name in _WORDS} if filters else {})
    column = table(Standing).c[by] if by else None
    query = current(filters or Filters()).order_by(None)
    if column is None:
        return {None: int(connection.execute(query.with_only_columns(func.count())).scalar_one())}
    return {
        value: int(many)
        for value, many in connection.execute(query.with_only_columns(column, func.count()).group_by(column))
    }


def waiting(day: date) -> dict[str, Filters]:
    """What waits for somebody, as filters of the list: reviews without a decision, what is to be supplied, met, or overdue on that day."""
    return {
        "pending": Filters(outcome=PENDING, reviewed=True),
        "supplements": Filters(open_supplements=True),
        "conditions": Filters(open_conditions=True),
        "overdue": Filters(on_list=None, overdue_on=day),
    }


def each_standing(connection: Connection, filters: Filters | None = None) -> Iterator[ProjectState]:
    """How every project stands, newest first; read in batches."""
    batches = {"stream_results": True, "yield_per": LARGEST_PAGE}
    for row in connection.execute(current(filters or Filters()), execution_options=batches):
        yield json.loads(row.detail)


def each_line(connection: Connection, filters: Filters | None = None) -> Iterator[Line]:
    """Every line of the list, newest first."""
    names = edition_names(connection)
    return (line(each, names) for each in each_standing(connection, filters))


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


def current(filters: Filters) -> Any:
    """The last standing of each project, newest first, filtered."""
    rows = table(Standing)
    later = rows.alias("later")
    newer = select(1).where(later.c.project == rows.c.project, later.c.position > rows.c.position)
    query = select(rows.c.position, rows.c.ordinal, rows.c.detail)
    if filters.as_of is not None and filters.as_of < date.max:
        events = table(Event)
        end = begin_of_day(filters.as_of + timedelta(days=1))
        last = select(func.coalesce(func.max(events.c.position), 0)).where(events.c.at < end).scalar_subquery()
        newer = newer.where(later.c.position <= last)
        query = query.where(rows.c.position <= last)
    query = query.where(~exists(newer))
    query = query.order_by(rows.c.position.desc(), rows.c.ordinal.desc())
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
        query = query.where(
            rows.c.industry.startswith(filters.industry.upper().lstrip("ABCDEFGHIJKLMNOPQRST"), autoescape=True)
        )
    if filters.energy_from_tce is not None:
        query = query.where(rows.c.energy_from_tce >= sortable(filters.energy_from_tce))
    for name in ("open_conditions", "open_supplements"):
        if (asked := getattr(filters, name)) is not None:
            query = query.where(rows.c[name] > 0 if asked else rows.c[name] == 0)
    if filters.reviewed is not None:
        query = query.where(rows.c.review.is_not(None) if filters.reviewed else rows.c.review.is_(None))
    if filters.overdue_on is not None:
        query = query.where(rows.c.due < filters.overdue_on.isoformat())
    if filters.text:
        query = query.where(
            or_(*(rows.c[name].contains(filters.text, autoescape=True) for name in ("name", "code", "applicant")))
        )
    return query


def line(standing: ProjectState, names: Mapping[int, str]) -> Line:
    """The line of a project in its state: what an officer looks for, flat but for lists. `names` are those of `edition_names`."""
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
    }


COLUMNS = {
    "project": "项目编号", "code": "项目代码", "name": "项目名称", "applicant": "建设单位", "industry": "行业", "sector": "两高行业",
    "park": "园区", "stage": "阶段", "nature": "建设性质", "two_high": "两高", "energy_tce": "综合能源消费量(tce)", "voc_t": "VOCs(t/a)",
    "band": "能效水平", "approvals": "审批手续", "guidance": "工作指导", "review": "审查编号", "as_of": "审查日", "ruleset": "规则版本",
    "recommendation": "审查建议", "provisional": "数值待核对", "outcome": "决定", "disposition": "处置意见", "open_conditions": "未落实条件",
    "open_supplements": "待补充", "offsets_short": "替代量不足的来源", "state": "状态", "on_list": "在清单", "why": "列入或移出原因", "since": "自",
}  # fmt: skip

_CHOICES: Mapping[str, Mapping[str, Any]] = {
    "stage": STAGES, "nature": NATURES, "recommendation": RECOMMENDATION_WORDS, "outcome": OUTCOMES, "state": {"open": Text("在办", "open"), **LIST_WORDS},
    "band": BAND_WORDS,
}  # fmt: skip
_APPROVALS = {
    "filing": "备案/核准",
    "eia": "环评批复",
    "permit": "排污许可",
    "acceptance": "竣工环保验收",
    "energy_review": MATTER_WORDS["energy_review"].zh,
}


def export_rows(lines: Iterator[Line]) -> Iterator[list[str]]:
    """The list as rows of text: Chinese headings, then a row a project."""
    yield list(COLUMNS.values())
    for each in lines:
        values: Mapping[str, object] = each
        yield [cell_text(_worded(name, values[name])) for name in COLUMNS]


# What is a number in a workbook; a figure that is not settled is text.
_NUMBERS = ("project", "review")
_FIGURES = ("energy_tce", "voc_t")


def _cells(each: Line) -> list[Cell]:
    values: Mapping[str, Any] = each
    cells: list[Cell] = []
    for name in COLUMNS:
        value = values[name]
        if name in _NUMBERS and isinstance(value, int):
            cells.append(value)
        elif name in _FIGURES and isinstance(value, str):
            cells.append(number_or_text(value))
        else:
            cells.append(cell_text(_worded(name, value)))
    return cells


def _worded(name: str, value: Any) -> Any:
    """A value of the list in the office's words, where it is a code; times in Shanghai's."""
    if name in _CHOICES and isinstance(value, str):
        words = _CHOICES[name].get(value)
        return words.zh if isinstance(words, Text) else words[0] if words else value
    if name == "approvals" and isinstance(value, dict):
        return {_APPROVALS.get(each, each): stated for each, stated in value.items()}
    if name == "open_supplements" and isinstance(value, list):
        return [describe(each).label.zh if isinstance(each, str) else each for each in value]
    if name == "since" and isinstance(value, str):
        return local_time(value)
    return value


def cell_text(value: Any) -> str:
    """A value as text in one cell. A leading sign or tab would be read as a formula: it gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return TRUTH_WORDS[value].zh
    if isinstance(value, dict):
        text = (
            str(value["zh"])
            if "zh" in value
            else "；".join(f"{name}={cell_text(each)}" for name, each in value.items())
        )
    elif isinstance(value, list):
        text = "；".join(cell_text(each) for each in value)
    else:
        text = str(value)
    text = "".join(c if c.isprintable() else " " for c in text)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def as_csv(lines: Iterator[Line]) -> bytes:
    """The list as CSV: UTF-8 with the mark that Excel asks for."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(export_rows(lines))
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(lines: Iterator[Line]) -> bytes:
    """The list as a workbook of one worksheet: text as in the CSV file, numbers as numbers."""
    return as_workbook("两高项目工作清单", COLUMNS.values(), (_cells(each) for each in lines), frozen="D2")
