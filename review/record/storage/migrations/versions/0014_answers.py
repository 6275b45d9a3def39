"""What officers say of findings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSAL = "the record is append-only"


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("project", POSITION, nullable=False),
        sa.Column("review", POSITION, nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["position"], ["event.position"]),
        sa.ForeignKeyConstraint(["project"], ["project.id"]),
        sa.ForeignKeyConstraint(["review"], ["review.position"]),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("request"),
    )
    for column in ("project", "review"):
        op.create_index(f"ix_answer_{column}", "answer", [column], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER answer_no_{act.lower()} BEFORE {act} ON answer BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
        op.execute(
            "CREATE TRIGGER answer_no_replace BEFORE INSERT ON answer WHEN EXISTS (SELECT 1 FROM answer WHERE position = NEW.position) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    else:
        op.execute("CREATE TRIGGER answer_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON answer FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()")
