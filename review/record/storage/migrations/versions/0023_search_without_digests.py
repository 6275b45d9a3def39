"""Search without digests: its index is made anew from the record in the background, as a code of two characters was found in them."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.execute("DELETE FROM search_text")
