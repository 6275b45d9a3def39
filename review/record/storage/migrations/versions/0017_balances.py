"""Retired lines among the sources; what projects add and count for in the balances, derived for what was recorded before."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from alembic import op

from review.record.storage.added import added_rows

revision = "0017"
down_revision = "0016"

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSAL = "the record is append-only"
KEYS = {"counted": "position", "added": "review"}
MEDIA = ("energy", "coal", "carbon", "voc", "nox", "so2", "cod", "nh3n")
GROUPS = ("whole", "billionths", "quintillionths")
BATCH = 200


def upgrade() -> None:
    for name in ("enterprise", "line"):
        op.add_column("source", sa.Column(name, sa.Text(), nullable=True))
    counted = op.create_table(
        "counted",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("project", POSITION, nullable=False),
        sa.Column("approved", POSITION, nullable=True),
        sa.Column("approved_on", sa.String(), nullable=True),
        sa.Column("pending", POSITION, nullable=True),
        sa.ForeignKeyConstraint(["position"], ["event.position"]),
        sa.ForeignKeyConstraint(["project"], ["project.id"]),
        sa.ForeignKeyConstraint(["approved"], ["review.position"]),
        sa.ForeignKeyConstraint(["pending"], ["review.position"]),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("counted_project", "counted", ["project", "position"], unique=False)
    added = op.create_table(
        "added",
        sa.Column("review", POSITION, autoincrement=False, nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("amounts", sa.Text(), nullable=False),
        *(sa.Column(f"{medium}_{name}", sa.BigInteger(), nullable=True) for medium in MEDIA for name in GROUPS),
        sa.ForeignKeyConstraint(["review"], ["review.position"]),
        sa.PrimaryKeyConstraint("review"),
    )
    for table, found in ((counted, _counted()), (added, _added())):
        for rows in found:
            if rows:
                op.bulk_insert(table, rows)
    for name, key in KEYS.items():
        _append_only(name, f"{key} = NEW.{key}")

# How a damaged row shows itself.
_DAMAGED = (zlib.error, ValueError, ArithmeticError, LookupError, TypeError, AttributeError, RecursionError)


def _batches(query: str) -> Iterator[list[Any]]:
    """The rows of a query by position, some at a time."""
    after = 0
    while rows := op.get_bind().execute(sa.text(query), {"after": after, "most": BATCH}).all():
        yield list(rows)
        after = rows[-1].position


def _counted() -> Iterator[list[Any]]:
    """What each project counted for after each event of it. What is damaged is left out: `verify` tells of it."""
    query = (
        "SELECT standing.position, standing.detail FROM standing JOIN event ON event.position = standing.position "
        "WHERE event.kind IN ('review', 'decision', 'step', 'consultation') AND standing.position > :after ORDER BY standing.position LIMIT :most"
    )
    for rows in _batches(query):
        made = []
        for row in rows:
            with suppress(*_DAMAGED):
                made.append(_counts(row.position, json.loads(row.detail)))
        yield made


def _counts(position: int, standing: Any) -> dict[str, Any]:
    """Which review of a project is approved and which waits for a decision, as version 0017 had it."""
    found: dict[str, Any] = {"position": position, "project": standing["project"]}
    if standing["state"] in ("withdrawn", "lapsed", "closed"):
        return found | {"approved": None, "approved_on": None, "pending": None}
    decision = standing["decision"]
    outcome = decision["outcome"] if decision and decision["review"] == standing["review"] else None
    approval = decision if outcome == "approve" else standing.get("approval")
    return found | {
        "approved": approval["review"] if approval else None,
        "approved_on": approval["decided_on"] if approval else None,
        "pending": standing["review"] if outcome in (None, "supplement", "defer") else None,
    }


def _added() -> Iterator[list[Any]]:
    """What each review's project adds. What is damaged is left out: `verify` tells of it."""
    query = (
        "SELECT review.position, review.content, sheet.content AS sheet FROM review JOIN sheet ON sheet.digest = review.sheet "
        "WHERE review.position > :after ORDER BY review.position LIMIT :most"
    )
    for rows in _batches(query):
        made: list[Any] = []
        for row in rows:
            with suppress(*_DAMAGED):
                sheet, document = (json.loads(zlib.decompress(each)) for each in (row.sheet, row.content))
                made += added_rows(row.position, sheet, document)
        yield made


def _append_only(table: str, same: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()"
        )
