"""Signatures of decisions that go through several steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
REFUSAL = "the record is append-only"


def upgrade() -> None:
    op.create_table(
        "signature",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("project", POSITION, nullable=False),
        sa.Column("review", POSITION, nullable=False),
        sa.Column("proposal", POSITION, nullable=True),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("drafter", PLAIN, nullable=False),
        sa.Column("request", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["position"], ["event.position"]),
        sa.ForeignKeyConstraint(["project"], ["project.id"]),
        sa.ForeignKeyConstraint(["review"], ["review.position"]),
        sa.ForeignKeyConstraint(["proposal"], ["signature.position"]),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("request"),
    )
    for column in ("project", "review", "proposal"):
        op.create_index(f"ix_signature_{column}", "signature", [column], unique=False)
    op.create_index("signature_act", "signature", ["act", "proposal"], unique=False)
    op.create_index("signature_drafter", "signature", ["act", "drafter"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER signature_no_{act.lower()} BEFORE {act} ON signature BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
        op.execute(
            "CREATE TRIGGER signature_no_replace BEFORE INSERT ON signature WHEN EXISTS (SELECT 1 FROM signature WHERE position = NEW.position) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    else:
        op.execute("CREATE TRIGGER signature_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON signature FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()")
