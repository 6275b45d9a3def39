"""Approvals that rest on a figure since corrected (所依据数值后经更正的批准): which, on what, old → new, and by which edition.

Which figures count as corrected stands in `editions/corrections.py`. An approval rests on one where its review, judged by its own edition
with the corrected figure alone, says anything else: a finding flips, or states or cites another figure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypedDict

from sqlalchemy import Connection, and_, or_, select, true

from review.errors import NotRecorded, RecordDamaged, SheetError, Text
from review.law.comparison import WHY_WORDS, difference_of, explained
from review.law.edition import Ruleset
from review.law.listing import CellListed, ChangeListed, change_json, place_words
from review.law.tables import COLUMN_WORDS
from review.record.editions.corrections import GROUNDS, Correction, Corrections
from review.record.editions.in_force import Law, edition_of_digest, law_of
from review.record.editions.provenance import AdoptionShown, adoptions
from review.record.projects.standing import latest
from review.record.storage.contents import read_review, read_sheet_bytes
from review.record.storage.journal import table
from review.record.storage.tables import Decision, StoredReview
from review.record.views.spreadsheets import as_csv_file
from review.record.views.worklist_export import cell_text
from review.replay.attribution import Attribution
from review.replay.recorded import RecordedReview, sheet_from
from review.replay.resting import Resting, resting
from review.terms import RECOMMENDATION_WORDS, STATUS_WORDS
from review.verdict.judging import judge

_LOOKED_AT = 200


class FlipShown(TypedDict):
    """A finding that the corrected figure would flip."""

    rule: str
    subject: str
    then: str
    now: str


class Outcomes(TypedDict):
    """The recommendation as recorded, and by the corrected figure."""

    then: str
    now: str


class CorrectedFigure(TypedDict):
    """An approval and one corrected figure that it rests on; numbers of events are text.

    `ruleset` is the edition that the review was judged by, `edition` the one that corrects it, in force from `begins`. `rests` are rules
    whose findings rest on the figure and stay, `flips` those that would flip. `error`: why it could not be judged by the corrected figure.
    """

    review: str
    project: int
    version: int
    code: str | None
    name: str
    as_of: str
    decision: str
    decided_on: str
    officer: str
    ruleset: str
    edition: str
    begins: str
    adopted: AdoptionShown
    change: ChangeListed
    rests: list[str]
    flips: list[FlipShown]
    recommendation: Outcomes | None
    error: str | None


class CorrectedPage(TypedDict):
    """Approvals with figures since corrected, in order of their decisions; `next`: the decision that the next page goes on after, None at the end."""

    items: list[CorrectedFigure]
    next: int | None


@dataclass(frozen=True)
class Period:
    """The approvals considered: decided on, or reviewed as of, a day between `since` and `until`, both included; None: open."""

    since: date | None = None
    until: date | None = None

    def includes(self, column: Any) -> Any:
        """The condition that a day of the record is within."""
        bounds = [column >= self.since.isoformat()] if self.since else []
        return and_(true(), *bounds, *([column <= self.until.isoformat()] if self.until else []))


@dataclass(frozen=True)
class _Approval:
    """An approval that is the last decision on its review."""

    decision: int
    decided_on: str
    officer: str
    review: int


def list_corrected(connection: Connection, period: Period, *, after: int = 0, limit: int = 50) -> CorrectedPage:
    """Approvals of a period with figures since corrected, of decisions after a number; a page ends with a whole approval.

    It looks at no more than some hundred approvals: a page can be shorter than `limit`, or empty, with more to come.
    """
    known = _corrections(connection)
    approvals = _approvals(connection, period, after)
    items: list[CorrectedFigure] = []
    for approval in approvals:
        items += _corrected(connection, known, approval)
        if len(items) >= limit:
            return {"items": items, "next": approval.decision}
    return {"items": items, "next": approvals[-1].decision if len(approvals) == _LOOKED_AT else None}


def each_corrected(connection: Connection, period: Period) -> Iterator[CorrectedFigure]:
    """Every approval of a period with a figure since corrected, in order of the decisions."""
    known, after = _corrections(connection), 0
    while approvals := _approvals(connection, period, after):
        for approval in approvals:
            yield from _corrected(connection, known, approval)
        after = approvals[-1].decision


def _corrections(connection: Connection) -> Corrections:
    return Corrections(law_of(connection), adoptions(connection))


def _approvals(connection: Connection, period: Period, after: int) -> list[_Approval]:
    """Approvals of a period that are the last decision on their review, in order of number."""
    rows, reviews = table(Decision), table(StoredReview)
    others = rows.alias()
    later = select(others.c.position).where(others.c.review == rows.c.review, others.c.position > rows.c.position)
    query = (
        select(rows.c.position, rows.c.decided_on, rows.c.officer, rows.c.review)
        .join(reviews, reviews.c.position == rows.c.review)
        .where(rows.c.outcome == "approve", rows.c.position > after, ~later.exists())
        .where(or_(period.includes(rows.c.decided_on), period.includes(reviews.c.as_of)))
    )
    return [_Approval(*row) for row in connection.execute(query.order_by(rows.c.position).limit(_LOOKED_AT))]


def _corrected(connection: Connection, known: Corrections, approval: _Approval) -> Iterator[CorrectedFigure]:
    """An approval with each corrected figure that it rests on. Raises RecordDamaged, NotRecorded where its review cannot be read."""
    recorded = read_review(connection, approval.review)
    old = edition_of_digest(connection, recorded.ruleset)
    for each in known.since(old, recorded.id, recorded.as_of):
        differs, error = _judged(connection, recorded, old, each)
        if differs or error:
            yield _line(connection, known.law, approval, recorded, old, each, differs, error)


@lru_cache(maxsize=16)
def _mixtures(old: Ruleset, new: Ruleset) -> Attribution:
    return Attribution.between(old, new)


def _judged(
    connection: Connection, recorded: RecordedReview, old: Ruleset, correction: Correction
) -> tuple[Resting | None, str | None]:
    """What a review says otherwise by its own edition with the corrected figure alone; or why that cannot be told."""
    mixed = _mixtures(old, correction.edition).mixture(frozenset({correction.change}))
    if mixed is None:
        return None, "更正后的数值不能单独代入原版本 / the corrected figure cannot stand in the edition by itself"
    try:
        sheet = sheet_from(read_sheet_bytes(connection, recorded.sheet))
        now = judge(sheet, mixed, recorded.as_of, recorded.register(), exact_only=True)
    except (SheetError, RecordDamaged, NotRecorded) as error:
        return None, str(error)
    return resting(recorded.document(), json.loads(now.to_bytes())), None


def _line(
    connection: Connection, law: Law, approval: _Approval, recorded: RecordedReview, old: Ruleset, correction: Correction,
    differs: Resting | None, error: str | None,
) -> CorrectedFigure:  # fmt: skip
    standing = latest(connection, recorded.project)
    assert standing is not None, "a project with a review has a state"
    profile, new = standing["profile"], correction.edition
    told = explained(difference_of(correction.before, new, correction.change), correction.entry)
    overall = differs.recommendation if differs else None
    return {
        "review": str(recorded.id), "project": recorded.project, "version": recorded.version, "code": profile["code"], "name": profile["name"],
        "as_of": recorded.as_of.isoformat(), "decision": str(approval.decision), "decided_on": approval.decided_on, "officer": approval.officer,
        "ruleset": law.name_of(old.name, old.digest), "edition": new.name, "begins": new.content["from"],
        "adopted": correction.adoption.as_json(), "change": change_json(told), "rests": list(differs.rests) if differs else [],
        "flips": [
            {"rule": key[0], "subject": key[1], "then": then, "now": now}
            for key, (then, now) in (differs.flips.items() if differs else ())
        ],
        "recommendation": None if overall is None else {"then": overall[0], "now": overall[1]},
        "error": error,
    }  # fmt: skip


def value_cells(change: ChangeListed) -> list[CellListed]:
    """The columns of a change that are figures; those that say where they are from only where nothing else differs."""
    return [each for each in change["cells"] if each["column"] not in GROUNDS] or change["cells"]


_COLUMNS = (
    "审查", "项目", "项目代码", "名称", "审查日", "决定", "决定日期", "经办人", "原用版本", "数值", "栏目", "原为", "更正为", "原因", "说明", "文件", "页码",
    "文件日期", "更正版本", "施行日", "采用事件", "提案人", "确认人", "依据而不变的规则", "会变的规则", "建议", "未能重审",
)  # fmt: skip


def corrected_as_csv(lines: Iterator[CorrectedFigure]) -> bytes:
    """The list as CSV, a row a column that changed: UTF-8 with the mark that Excel asks for, Chinese headings."""
    return as_csv_file(_COLUMNS, ([cell_text(value) for value in row] for each in lines for row in _rows(each)))


def _word(words: Mapping[str, Text], code: str) -> str:
    return words[code].zh if code in words else code


def _figure(change: ChangeListed) -> str:
    return f"{place_words(change['kind'], change['table']).zh} {change['name']}"


def _turn(words: Mapping[str, Text], both: FlipShown | Outcomes) -> str:
    return f"{_word(words, both['then'])} → {_word(words, both['now'])}"


def _rows(each: CorrectedFigure) -> Iterator[tuple[Any, ...]]:
    change, adopted, overall = each["change"], each["adopted"], each["recommendation"]
    persons = ((adopted[role] or {"name": None})["name"] for role in ("proposer", "confirmer"))
    ending = (
        WHY_WORDS[change["why"]].zh, change["reason"] and change["reason"]["zh"], change["document"], change["page"], change["issued"], each["edition"],
        each["begins"], adopted["event"], *persons, "；".join(each["rests"]),
        "；".join(f"{flip['rule']} {flip['subject']}：{_turn(STATUS_WORDS, flip)}" for flip in each["flips"]),
        _turn(RECOMMENDATION_WORDS, overall) if overall else None, each["error"],
    )  # fmt: skip
    for cell in value_cells(change):
        yield (
            each["review"], each["project"], each["code"], each["name"], each["as_of"], each["decision"], each["decided_on"], each["officer"],
            each["ruleset"], _figure(change), _word(COLUMN_WORDS, cell["column"]), cell["then"], cell["now"], *ending,
        )  # fmt: skip
