"""Indexes by which the register finds a source however the brackets of its id are written: 榕减〔2024〕1 and 榕减(2024)1 are one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

BRACKETS = (("([［【〖（〈", "〔"), (")]］】〗）〉", "〕"))


def upgrade() -> None:
    one = "source"
    for brackets, instead in BRACKETS:
        for bracket in brackets:
            one = f"replace({one}, '{bracket}', '{instead}')"
    op.drop_index("draw_source", table_name="draw")
    op.drop_index("draw_last", table_name="draw")
    op.create_index("draw_source", "draw", [sa.text(one), "source", "project", "position"], unique=False)
    op.create_index("draw_last", "draw", [sa.text(one), "position", "ordinal"], unique=False)
    op.create_index("source_one", "source", [sa.text(one), "position"], unique=False)
