"""Days of cases, of conditions, whose a case is; absences with a deputy."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
REFUSAL = "the record is append-only"
# What events of before did not state is null in their rows.
COLUMNS: dict[str, Any] = {"clocked": sa.Boolean(), "condition_due": sa.String(), "holder": PLAIN}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("standing", sa.Column(name, kind, nullable=True))
    for name in ("due", *COLUMNS):
        op.create_index(f"standing_{name}", "standing", [name, "position"], unique=False)
    op.create_table(
        "absence",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("absence", POSITION, nullable=True),
        sa.Column("person", PLAIN, nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("deputy", PLAIN, nullable=False),
        sa.Column("deputy_name", sa.Text(), nullable=False),
        sa.Column("begins", sa.String(), nullable=False),
        sa.Column("ends", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["position"], ["event.position"]),
        sa.ForeignKeyConstraint(["absence"], ["absence.position"]),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("ix_absence_absence", "absence", ["absence"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER absence_no_{act.lower()} BEFORE {act} ON absence BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
        op.execute(
            "CREATE TRIGGER absence_no_replace BEFORE INSERT ON absence WHEN EXISTS (SELECT 1 FROM absence WHERE position = NEW.position) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    else:
        op.execute("CREATE TRIGGER absence_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON absence FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()")
