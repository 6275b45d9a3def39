"""How often rules came out how (规则适用情况), in the latest reviews by an edition: bounded, however long the record."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from review.record.storage.journal import table
from review.record.storage.tables import StoredFinding, StoredReview

MOST_REVIEWS = 1000


@dataclass(frozen=True)
class Usage:
    """Findings of a rule by status, in so many reviews, the latest ones by the edition."""

    reviews: int
    statuses: dict[str, int]


def usage_of(connection: Connection, digest: str, rule: str, most: int = MOST_REVIEWS) -> Usage:
    """The findings of a rule in the latest reviews by the edition of that digest."""
    reviews, findings = table(StoredReview), table(StoredFinding)
    latest = (
        select(reviews.c.position).where(reviews.c.ruleset == digest).order_by(reviews.c.position.desc()).limit(most)
    )
    numbers = [int(number) for number in connection.execute(latest).scalars()]
    if not numbers:
        return Usage(0, {})
    query = (
        select(findings.c.status, func.count())
        .join(reviews, reviews.c.position == findings.c.review)
        .where(findings.c.review >= numbers[-1], reviews.c.ruleset == digest, findings.c.rule == rule)
        .group_by(findings.c.status)
    )
    return Usage(len(numbers), {str(status): int(many) for status, many in connection.execute(query)})
