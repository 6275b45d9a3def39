"""A queue for each hook, a secret before the present one, and test messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("hook_secret", sa.Column("previous", sa.String(), nullable=True))
    op.add_column("hook_secret", sa.Column("until", sa.String(), nullable=True))
    op.add_column("delivery", sa.Column("made", sa.String(), nullable=True))
    op.create_index("delivery_leased", "delivery", ["state", "leased"], unique=False)
    op.create_index("delivery_of_hook", "delivery", ["hook", "state", "last"], unique=False)
