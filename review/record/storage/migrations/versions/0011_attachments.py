"""Files attached to projects, reviews, figures, decisions and sources."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
REFUSAL = "the record is append-only"


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("added", POSITION, nullable=True),
        sa.Column("project", POSITION, nullable=True),
        sa.Column("review", POSITION, nullable=True),
        sa.Column("decision", POSITION, nullable=True),
        sa.Column("path", sa.String(), nullable=True),
        sa.Column("source", PLAIN, nullable=True),
        sa.Column("request", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["position"], ["event.position"]),
        sa.ForeignKeyConstraint(["added"], ["attachment.position"]),
        sa.ForeignKeyConstraint(["project"], ["project.id"]),
        sa.ForeignKeyConstraint(["review"], ["review.position"]),
        sa.ForeignKeyConstraint(["decision"], ["decision.position"]),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("request"),
    )
    for column in ("added", "project", "source"):
        op.create_index(f"ix_attachment_{column}", "attachment", [column], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER attachment_no_{act.lower()} BEFORE {act} ON attachment BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
        op.execute(
            "CREATE TRIGGER attachment_no_replace BEFORE INSERT ON attachment WHEN EXISTS (SELECT 1 FROM attachment WHERE position = NEW.position) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    else:
        op.execute("CREATE TRIGGER attachment_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON attachment FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()")
