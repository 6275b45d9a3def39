"""The keys that sign, signed checkpoints, and word of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "signing_key",
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("made", sa.String(), nullable=False),
        sa.Column("ended", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("public"),
    )
    op.create_table(
        "signed_checkpoint",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )
    op.add_column("delivery", sa.Column("kind", sa.String(), server_default="event", nullable=False))
