"""Decisions that wait for a second person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pending_decision",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("review", POSITION, nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("ruling", sa.Text(), nullable=False),
        sa.Column("expected", POSITION, nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("made", sa.String(), nullable=False),
        sa.Column("expires", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("ended", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("request"),
    )
    op.create_index("ix_pending_decision_review", "pending_decision", ["review"], unique=False)
