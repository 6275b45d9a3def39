"""Notes on projects, consultations of units, and by when the first awaited reply of a project is due."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSAL = "the record is append-only"


def upgrade() -> None:
    op.add_column("standing", sa.Column("consultation_due", sa.String(), nullable=True))
    op.create_index("standing_consultation_due", "standing", ["consultation_due", "position"], unique=False)
    op.create_table(
        "note",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("added", POSITION, nullable=True),
        sa.Column("project", POSITION, nullable=False),
        sa.Column("review", POSITION, nullable=True),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("path", sa.String(), nullable=True),
        sa.Column("request", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["position"], ["event.position"]),
        sa.ForeignKeyConstraint(["added"], ["note.position"]),
        sa.ForeignKeyConstraint(["project"], ["project.id"]),
        sa.ForeignKeyConstraint(["review"], ["review.position"]),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("request"),
    )
    op.create_table(
        "consultation",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("asked", POSITION, nullable=True),
        sa.Column("project", POSITION, nullable=False),
        sa.Column("request", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["position"], ["event.position"]),
        sa.ForeignKeyConstraint(["asked"], ["consultation.position"]),
        sa.ForeignKeyConstraint(["project"], ["project.id"]),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("request"),
    )
    for table, columns in (("note", ("added", "project", "review")), ("consultation", ("asked", "project"))):
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column], unique=False)
        _refuse_changes(table)


def _refuse_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE position = NEW.position) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()"
        )
