"""Sheets being filled in, with their versions: what is under way, beside the record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("id", POSITION, autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("made", sa.String(), nullable=False),
        sa.Column("made_key", sa.String(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("saved", sa.String(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("replaces", POSITION, nullable=True),
        sa.Column("submitted", POSITION, nullable=True),
        sa.Column("away", sa.Boolean(), nullable=False),
        sa.Column("request", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("request"),
    )
    op.create_index("draft_listed", "draft", ["away", "saved"], unique=False)
    op.create_table(
        "draft_version",
        sa.Column("draft", POSITION, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("request", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["draft"], ["draft.id"]),
        sa.PrimaryKeyConstraint("draft", "version"),
    )
