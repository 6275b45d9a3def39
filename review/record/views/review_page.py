"""What a recorded review is shown with: its sheet, judged again, its sources then and now, decisions, other versions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TypedDict, cast

from sqlalchemy import Connection, select

from review.drafting.typed import Values
from review.facts import Case, Facts, build_facts
from review.facts.register_keys import asked, by_source, keys_of
from review.facts.spellings import with_one_bracket
from review.law.edition import Ruleset
from review.quantities import exact as exact_arithmetic
from review.quantities import plain
from review.record.projects.standing import latest
from review.record.projects.state import ProjectState
from review.record.register.balances import account
from review.record.register.lines import HolderLine
from review.record.storage.contents import read_review, read_ruleset, read_sheet_bytes, reason_of
from review.record.storage.journal import table
from review.record.storage.tables import Decision, StoredReview
from review.replay.recorded import RecordedReview, sheet_from
from review.sheet import ProjectSheet
from review.verdict.document import BalanceRead, ReviewDocument, Wording
from review.verdict.judging import Review, judge

MOST_VERSIONS, MOST_DECISIONS = 50, 50


class AccountNow(TypedDict):
    """A source as it stands now, in t/a; `held_t` is what the review's own project holds."""

    verified_t: str
    drawn_t: str
    free_t: str
    held_t: str


class SourceThenAndNow(TypedDict):
    """A source that the sheet draws on: what it asks (t/a), the balance that the review read, the account now, and who else holds of it."""

    source: str
    asked_t: str | None
    then: BalanceRead | None
    now: AccountNow | None
    holders: list[HolderLine]


class DecisionLine(TypedDict):
    """A decision on a review; `previous` is the decision on it before this one."""

    position: int
    review: int
    previous: int | None
    outcome: str
    departs: bool
    reason: str | None
    clause: str | None
    officer: str
    on_behalf_of: str | None
    second: str | None
    decided_on: str
    responsible: str | None
    due: str | None
    conditions: list[Wording]
    request: str | None


class VersionLine(TypedDict):
    """A version of a project by its review."""

    position: int
    version: int
    as_of: str
    recommendation: str


@dataclass(frozen=True)
class ReviewPage:
    """A recorded review with what is shown beside it; `content` are the values of the sheet's canonical JSON, `reason` why it is as of another day."""

    recorded: RecordedReview
    document: ReviewDocument
    sheet: ProjectSheet
    content: Values
    standing: ProjectState
    sources: tuple[SourceThenAndNow, ...]
    decisions: tuple[DecisionLine, ...]
    versions: tuple[VersionLine, ...]
    reason: str | None

    @property
    def is_latest(self) -> bool:
        return self.standing["review"] == self.recorded.id


def read_review_page(connection: Connection, number: int) -> ReviewPage:
    """A review with what is shown beside it. Raises NotRecorded, RecordDamaged."""
    recorded = read_review(connection, number)
    document, raw = recorded.document(), read_sheet_bytes(connection, recorded.sheet)
    sheet = sheet_from(raw)
    standing = latest(connection, recorded.project)
    assert standing is not None
    return ReviewPage(
        recorded, document, sheet, json.loads(raw), standing, _sources(connection, recorded, document, sheet),
        decisions_on(connection, number), _versions(connection, recorded.project), reason_of(connection, number),
    )  # fmt: skip


def case_and_facts(connection: Connection, whole: ReviewPage) -> tuple[Case, Facts]:
    """What the review was made from, its edition among it, and the facts of that."""
    case = whole.recorded.case(whole.sheet, read_ruleset(connection, whole.recorded.ruleset))
    with exact_arithmetic():
        return case, build_facts(case)


def judged_again(connection: Connection, number: int) -> tuple[RecordedReview, Review, bool]:
    """A recorded review judged again from the record alone, and whether it is the same to the byte. Raises NotRecorded, RecordDamaged."""
    recorded = read_review(connection, number)
    return recorded, *_judged(
        recorded, read_sheet_bytes(connection, recorded.sheet), read_ruleset(connection, recorded.ruleset)
    )


# Somebody goes from one finding of a review to the next: the record is read each time, and judged again where it holds something else.
@lru_cache(maxsize=8)
def _judged(recorded: RecordedReview, sheet: bytes, ruleset: Ruleset) -> tuple[Review, bool]:
    edition = recorded.edition(ruleset)
    review = judge(sheet_from(sheet), edition, recorded.as_of, recorded.register(), exact_only=True)
    return review, review.to_bytes() == recorded.content


def decisions_on(connection: Connection, review: int) -> tuple[DecisionLine, ...]:
    """The decisions on a review, the last first; their conditions as JSON values."""
    rows = table(Decision)
    query = select(rows).where(rows.c.review == review).order_by(rows.c.position.desc()).limit(MOST_DECISIONS)
    return tuple(
        cast(DecisionLine, {**row, "conditions": json.loads(row["conditions"])})
        for row in connection.execute(query).mappings()
    )


def _versions(connection: Connection, project: int) -> tuple[VersionLine, ...]:
    rows = table(StoredReview)
    names = ("position", "version", "as_of", "recommendation")
    query = (
        select(*(rows.c[name] for name in names))
        .where(rows.c.project == project)
        .order_by(rows.c.position.desc())
        .limit(MOST_VERSIONS)
    )
    return tuple(cast(VersionLine, dict(row)) for row in connection.execute(query).mappings())


def _sources(
    connection: Connection, recorded: RecordedReview, document: ReviewDocument, sheet: ProjectSheet
) -> tuple[SourceThenAndNow, ...]:
    """The sources that a sheet draws on, each once by whatever spellings of its id, as the register counts them."""
    spelled: dict[str, list[str]] = {}
    for key in keys_of(sheet):
        spelled.setdefault(with_one_bracket(key), []).append(key)
    wanted = by_source(asked(sheet))
    read = document["register"]["balances"] if document["register"] else {}
    return tuple(
        _source(
            connection,
            keys[0],
            recorded.project,
            wanted.get(one),
            next((read[each] for each in keys if each in read), None),
        )
        for one, keys in spelled.items()
    )


def _source(
    connection: Connection, source: str, project: int, wanted: Decimal | None, then: BalanceRead | None
) -> SourceThenAndNow:
    """A source: what the sheet of a project asks of it, the balance that its review read, and how it stands now, in t/a."""
    now = account(connection, source)
    return {
        "source": source,
        "asked_t": None if wanted is None else plain(wanted),
        "then": then,
        "now": None
        if now.verified_t is None
        else {
            "verified_t": plain(now.verified_t),
            "drawn_t": plain(now.drawn_t),
            "free_t": plain(now.free_for(None)),
            "held_t": plain(now.mine(project)),
        },
        "holders": [
            {
                "project": each.project,
                "name": _name(connection, each.project),
                "asked_t": plain(each.asked_t),
                "held_t": plain(each.held_t),
            }
            for each in now.holdings
            if each.project != project
        ],
    }


def _name(connection: Connection, project: int) -> str:
    standing = latest(connection, project)
    return standing["profile"]["name"] if standing else str(project)
