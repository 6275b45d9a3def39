"""A project's versions (各版项目表): every sheet that was reviewed, with its review and the decisions on it; newest first."""

from __future__ import annotations

from typing import TypedDict, cast

from sqlalchemy import Connection, select

from review.errors import Fault, NotRecorded, Text
from review.law.place import area_words_at_hand
from review.record.storage.contents import read_sheet_bytes
from review.record.storage.journal import table
from review.record.storage.tables import Decision, StoredReview
from review.replay.recorded import sheet_from
from review.sheet import ProjectSheet
from review.sheet.comparison import Difference, differences


class VersionDecision(TypedDict):
    """A decision on the review of a version."""

    position: int
    review: int
    outcome: str
    departs: bool
    officer: str
    second: str | None
    on_behalf_of: str | None
    decided_on: str
    reason: str | None
    clause: str | None


class VersionWhole(TypedDict):
    """A version by its `review`, with the digest of its `sheet` and the decisions on it, oldest first."""

    review: int
    version: int
    as_of: str
    recommendation: str
    digest: str
    sheet: str
    decisions: list[VersionDecision]


def versions(connection: Connection, project: int, *, before: int | None = None, limit: int = 20) -> list[VersionWhole]:
    """The versions of a project below `before`, newest first."""
    reviews, rulings = table(StoredReview), table(Decision)
    names = ("position", "version", "as_of", "recommendation", "digest", "sheet")
    query = select(*(reviews.c[name] for name in names)).where(reviews.c.project == project)
    if before is not None:
        query = query.where(reviews.c.version < before)
    found = list(connection.execute(query.order_by(reviews.c.version.desc()).limit(limit)).mappings())
    made: dict[int, list[VersionDecision]] = {row["position"]: [] for row in found}
    ruling_columns = (
        "position",
        "review",
        "outcome",
        "departs",
        "officer",
        "second",
        "on_behalf_of",
        "decided_on",
        "reason",
        "clause",
    )
    query = (
        select(*(rulings.c[name] for name in ruling_columns))
        .where(rulings.c.review.in_(list(made)))
        .order_by(rulings.c.position)
    )
    for row in connection.execute(query).mappings():
        made[row["review"]].append(cast(VersionDecision, dict(row)))
    return [
        {
            "review": row["position"], "version": row["version"], "as_of": row["as_of"], "recommendation": row["recommendation"],
            "digest": row["digest"], "sheet": row["sheet"], "decisions": made[row["position"]],
        }
        for row in found
    ]  # fmt: skip


def compare_versions(connection: Connection, project: int, old: int, new: int) -> tuple[Difference, ...]:
    """What differs between the sheets of two versions of a project. Raises NotRecorded."""
    words = {"areas": area_words_at_hand()}
    return differences(_sheet(connection, project, old), _sheet(connection, project, new), words)


def _sheet(connection: Connection, project: int, version: int) -> ProjectSheet:
    rows = table(StoredReview)
    query = select(rows.c.sheet).where(rows.c.project == project, rows.c.version == version)
    digest = connection.execute(query).scalar()
    if digest is None:
        raise NotRecorded(
            [Fault("version", Text(f"该项目没有第 {version} 版", f"the project has no version {version}"))]
        )
    return sheet_from(read_sheet_bytes(connection, digest))
