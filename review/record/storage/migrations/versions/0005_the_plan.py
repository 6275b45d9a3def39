"""The plan's text, attached to the record; verifications in the background beside replays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSAL = "the record is append-only"


def upgrade() -> None:
    op.create_table(
        "plan",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("text_digest", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["position"], ["event.position"]),
        sa.PrimaryKeyConstraint("position"),
    )
    op.add_column("job", sa.Column("kind", sa.String(), server_default="replay", nullable=False))
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER plan_no_{act.lower()} BEFORE {act} ON plan BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
        op.execute(
            "CREATE TRIGGER plan_no_replace BEFORE INSERT ON plan WHEN EXISTS (SELECT 1 FROM plan WHERE position = NEW.position) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER plan_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON plan FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()"
        )
