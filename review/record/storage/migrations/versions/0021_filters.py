"""Indexes for the filters of lists: the work list, decisions, reviews, events, the log of who came in, messages to hooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

PLAIN = (
    ("standing_sector", "standing", ["sector", "position"]),
    ("standing_industry", "standing", ["industry", "position"]),
    ("standing_park", "standing", ["park", "position"]),
    ("standing_band", "standing", ["band", "position"]),
    ("decision_outcome", "decision", ["outcome", "position"]),
    ("decision_departs", "decision", ["departs", "position"]),
    ("decision_day", "decision", ["decided_on", "position"]),
    ("review_recommendation", "review", ["recommendation", "position"]),
    ("review_day", "review", ["as_of", "position"]),
    ("event_kind", "event", ["kind", "position"]),
    ("audit_who", "audit_entry", ["who", "number"]),
    ("audit_by", "audit_entry", ["by", "number"]),
    ("audit_address", "audit_entry", ["address", "number"]),
    ("delivery_placed", "delivery", ["position", "id"]),
)
# Rows that few filters but theirs ask for, told apart by what a query says word for word.
FEW = (
    ("standing_off_list", {"sqlite": "on_list IS 0", "postgresql": "on_list IS false"}),
    ("standing_unreviewed", {"sqlite": "review IS NULL", "postgresql": "review IS NULL"}),
    ("standing_conditions", {"sqlite": "open_conditions > 0", "postgresql": "open_conditions > 0"}),
    ("standing_supplements", {"sqlite": "open_supplements > 0", "postgresql": "open_supplements > 0"}),
)


def upgrade() -> None:
    for name, table, columns in PLAIN:
        op.create_index(name, table, columns, unique=False)
    for name, few in FEW:
        op.create_index(
            name, "standing", ["position", "ordinal"], unique=False,
            sqlite_where=sa.text(few["sqlite"]), postgresql_where=sa.text(few["postgresql"]),
        )  # fmt: skip
