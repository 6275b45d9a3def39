"""What a recorded review is shown with: its sheet, judged again, its sources then and now, decisions, other versions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from review.facts import Case, Facts, build_facts
from review.law.edition import Ruleset
from review.quantities import exact as exact_arithmetic
from review.quantities import plain
from review.record.projects.standing import latest
from review.record.register.balances import account, asked, sources_of
from review.record.storage.contents import read_review, read_ruleset, read_sheet_bytes
from review.record.storage.journal import table
from review.record.storage.tables import Decision, StoredReview
from review.replay.recorded import RecordedReview, edition_asked, sheet_from
from review.sheet import ProjectSheet
from review.verdict.judging import Review, judge

MOST_VERSIONS, MOST_DECISIONS = 50, 50


@dataclass(frozen=True)
class Whole:
    """A recorded review with what is shown beside it; `content` is the sheet's canonical JSON."""

    kept: RecordedReview
    document: dict[str, Any]
    sheet: ProjectSheet
    content: dict[str, Any]
    standing: dict[str, Any]
    sources: tuple[dict[str, Any], ...]
    decisions: tuple[dict[str, Any], ...]
    versions: tuple[dict[str, Any], ...]

    @property
    def is_latest(self) -> bool:
        return bool(self.standing["review"] == self.kept.id)


def read_whole(connection: Connection, number: int) -> Whole:
    """A review with what is shown beside it. Raises NotRecorded, RecordDamaged."""
    kept = read_review(connection, number)
    document, raw = kept.document(), read_sheet_bytes(connection, kept.sheet)
    sheet = sheet_from(raw)
    standing = latest(connection, kept.project)
    assert standing is not None
    return Whole(
        kept, document, sheet, json.loads(raw), standing, tuple(_source(connection, each, kept, document, sheet) for each in sources_of(sheet)),
        decisions_on(connection, number), _versions(connection, kept.project),
    )  # fmt: skip


def edition_and_facts(connection: Connection, whole: Whole) -> tuple[Ruleset, Facts]:
    """The edition and the facts that the review was made from."""
    ruleset = read_ruleset(connection, whole.kept.ruleset)
    with exact_arithmetic():
        return ruleset, build_facts(Case(whole.sheet, ruleset, whole.kept.as_of, whole.kept.register()))


def judged_again(connection: Connection, number: int) -> tuple[RecordedReview, Review, bool]:
    """A recorded review judged again from the record alone, and whether it is the same to the byte. Raises NotRecorded, RecordDamaged."""
    kept = read_review(connection, number)
    sheet = sheet_from(read_sheet_bytes(connection, kept.sheet))
    ruleset = edition_asked(read_ruleset(connection, kept.ruleset), kept.document())
    review = judge(sheet, ruleset, kept.as_of, kept.register(), exact_only=True)
    return kept, review, review.to_bytes() == kept.content


def decisions_on(connection: Connection, review: int) -> tuple[dict[str, Any], ...]:
    """The decisions on a review, the last first; their conditions as JSON values."""
    rows = table(Decision)
    query = select(rows).where(rows.c.review == review).order_by(rows.c.position.desc()).limit(MOST_DECISIONS)
    return tuple({**row, "conditions": json.loads(row["conditions"])} for row in connection.execute(query).mappings())


def _versions(connection: Connection, project: int) -> tuple[dict[str, Any], ...]:
    rows = table(StoredReview)
    names = ("position", "version", "as_of", "recommendation")
    query = (
        select(*(rows.c[name] for name in names))
        .where(rows.c.project == project)
        .order_by(rows.c.position.desc())
        .limit(MOST_VERSIONS)
    )
    return tuple(dict(row) for row in connection.execute(query).mappings())


def _source(
    connection: Connection, source: str, kept: RecordedReview, document: Mapping[str, Any], sheet: ProjectSheet
) -> dict[str, Any]:
    """A source that the sheet draws on: what it asks, the balance that the review read, and how it stands now, in t/a."""
    now = account(connection, source)
    wanted = asked(sheet).get(source)
    register = document["register"] or {"balances": {}}
    return {
        "source": source,
        "asked_t": None if wanted is None else plain(wanted),
        "then": register["balances"].get(source),
        "now": None
        if now.verified_t is None
        else {
            "verified_t": plain(now.verified_t),
            "drawn_t": plain(now.drawn_t),
            "free_t": plain(now.free_for(None)),
            "held_t": plain(now.mine(kept.project)),
        },
        "holders": [
            {
                "project": each.project,
                "name": _name(connection, each.project),
                "asked_t": plain(each.asked_t),
                "held_t": plain(each.held_t),
            }
            for each in now.holdings
            if each.project != kept.project
        ],
    }


def _name(connection: Connection, project: int) -> str:
    standing = latest(connection, project)
    return str(standing["profile"]["name"]) if standing else str(project)
