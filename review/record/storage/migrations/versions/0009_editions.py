"""Editions of the rules that the office adopted, and the steps that led to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSAL = "the record is append-only"
# By the columns that name a row.
KEYS = {"edition_step": ("position",), "adopted_edition": ("position", "ordinal")}


def upgrade() -> None:
    op.create_table(
        "edition_step",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("proposal", POSITION, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["position"], ["event.position"]),
        sa.ForeignKeyConstraint(["proposal"], ["edition_step.position"]),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("ix_edition_step_proposal", "edition_step", ["proposal"], unique=False)
    op.create_table(
        "adopted_edition",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("begins", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["position"], ["event.position"]),
        sa.ForeignKeyConstraint(["digest"], ["ruleset.digest"]),
        sa.PrimaryKeyConstraint("position", "ordinal"),
    )
    for table, keys in KEYS.items():
        _append_only(table, " AND ".join(f"{key} = NEW.{key}" for key in keys))


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
