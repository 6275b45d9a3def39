"""A queue for each hook with the secret before and test messages; second factors, attempts to sign in, known places, quotas over all workers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("hook_secret", sa.Column("previous", sa.String(), nullable=True))
    op.add_column("hook_secret", sa.Column("until", sa.String(), nullable=True))
    op.add_column("delivery", sa.Column("made", sa.String(), nullable=True))
    op.add_column("delivery", sa.Column("trace", sa.String(), nullable=True))
    op.create_index("delivery_leased", "delivery", ["state", "leased"], unique=False)
    op.create_index("delivery_of_hook", "delivery", ["hook", "state", "last"], unique=False)
    op.create_table(
        "second_factor",
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("made", sa.String(), nullable=False),
        sa.Column("confirmed", sa.String(), nullable=True),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("login"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("login", "code"),
    )
    op.create_table(
        "sign_in_count",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("many", sa.Integer(), nullable=False),
        sa.Column("until", sa.String(), nullable=False),
        sa.Column("forgotten", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_index("sign_in_count_forgotten", "sign_in_count", ["forgotten"], unique=False)
    op.create_table(
        "known_place",
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("last", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("login", "place"),
    )
    op.create_table(
        "rate_taken",
        sa.Column("minute", sa.String(), nullable=False),
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("minute", "caller"),
    )
    op.create_table(
        "single_session",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("made", sa.String(), nullable=False),
        sa.Column("expires", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
