"""Figures to be checked first (先核对的数值): those without official evidence that most projects' latest reviews rest on."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from review.errors import Text
from review.law.table_words import figure_words
from review.record.editions.in_force import edition_of_digest
from review.record.storage.journal import table, unpacked
from review.record.storage.tables import StoredReview
from review.verdict.summary import unchecked

MOST_REVIEWS = 300
_Figure = tuple[str, Text, str]


@dataclass(frozen=True)
class UncheckedFigure:
    """A figure in words, and the document cited for it: in so many projects' latest reviews the recommendation would be another without it."""

    document: str
    words: Text
    evidence: str
    reviews: int


@dataclass(frozen=True)
class Unchecked:
    """The figures that most reviews rest on, first; `provisional` of the `reviews` looked at, the latest ones, rest on any."""

    reviews: int
    provisional: int
    figures: tuple[UncheckedFigure, ...]


def unchecked_figures(connection: Connection, most: int = MOST_REVIEWS) -> Unchecked:
    """The unchecked figures that the latest reviews of the projects looked at last rest on. Raises RecordDamaged."""
    rows = table(StoredReview)
    latest = (
        select(func.max(rows.c.position).label("position"))
        .group_by(rows.c.project)
        .order_by(func.max(rows.c.position).desc())
        .limit(most)
    )
    query = select(rows.c.position, rows.c.digest, rows.c.ruleset).where(
        rows.c.position.in_(select(latest.subquery().c.position))
    )
    found = list(connection.execute(query.order_by(rows.c.position)))
    cited = [_cited(connection, each) for each in found]
    counts = Counter(figure for figures in cited for figure in figures)
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0][0], each[0][1].zh))
    figures = tuple(UncheckedFigure(*figure, many) for figure, many in ordered)
    return Unchecked(len(found), sum(bool(each) for each in cited), figures)


# What reviews cite, by their digest: their bytes stay as they are.
_BY_DIGEST: dict[str, tuple[_Figure, ...]] = {}
_MOST = 2000


def _cited(connection: Connection, review: Any) -> tuple[_Figure, ...]:
    """The document, words and evidence of each unchecked figure that a review's recommendation rests on, memoised."""
    found = _BY_DIGEST.get(review.digest)
    if found is None:
        rows = table(StoredReview)
        content = connection.execute(select(rows.c.content).where(rows.c.position == review.position)).scalar_one()
        cited = unchecked(json.loads(unpacked(content)))
        edition = edition_of_digest(connection, review.ruleset)
        found = tuple(
            (each["document"], figure_words(edition, each["document"], each["quote"]), each["evidence"])
            for each in cited
        )
        while len(_BY_DIGEST) >= _MOST:
            _BY_DIGEST.pop(next(iter(_BY_DIGEST)), None)
        _BY_DIGEST[review.digest] = found
    return found
