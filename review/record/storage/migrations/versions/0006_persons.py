"""Known persons, settings that weaken, and the session of who decided what waits for a second person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
REFUSAL = "the record is append-only"


def upgrade() -> None:
    op.create_table(
        "known_person",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("subject", PLAIN, nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["position"], ["event.position"]),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("ix_known_person_subject", "known_person", ["subject"], unique=False)
    op.create_table(
        "weakening_setting",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("setting", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["position"], ["event.position"]),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("ix_weakening_setting_setting", "weakening_setting", ["setting"], unique=False)
    op.add_column("pending_decision", sa.Column("session", sa.String(), nullable=True))
    for table in ("known_person", "weakening_setting"):
        _append_only(table)


def _append_only(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE position = NEW.position) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()"
        )
