"""What the JSON API needs: hooks and accounts of the record, and the tables of what is under way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RECORD = ("hook", "account")
REFUSAL = "the record is append-only"


def upgrade() -> None:
    _record()
    _operations()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_triggers()
    else:
        for table in RECORD:
            op.execute(
                f'CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}" '
                "FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()"
            )


def _sqlite_triggers() -> None:
    for table in RECORD:
        for act in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON \"{table}\" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
        op.execute(
            f'CREATE TRIGGER {table}_no_replace BEFORE INSERT ON "{table}" WHEN EXISTS (SELECT 1 FROM "{table}" WHERE position = NEW.position) '
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _record() -> None:
    op.create_table(
        "hook",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("hook", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kinds", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["position"], ["event.position"]),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("ix_hook_hook", "hook", ["hook"], unique=False)
    op.create_table(
        "account",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["position"], ["event.position"]),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("ix_account_login", "account", ["login"], unique=False)


def _operations() -> None:
    op.create_table(
        "hook_secret",
        sa.Column("hook", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("hook"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("hook", sa.String(), nullable=False),
        sa.Column("position", POSITION, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", sa.String(), nullable=False),
        sa.Column("leased", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("last", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("delivery_due", "delivery", ["state", "due"], unique=False)
    op.create_index("delivery_listed", "delivery", ["state", "position"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("made", sa.String(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("request", sa.String(), nullable=True),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("editions", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("after", POSITION, nullable=False),
        sa.Column("upto", POSITION, nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("leased", sa.String(), nullable=False),
        sa.Column("ended", sa.String(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("request"),
    )
    op.create_index("job_state", "job", ["state", "leased"], unique=False)
    op.create_table(
        "job_result",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("review", POSITION, autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["job.id"]),
        sa.PrimaryKeyConstraint("job", "review"),
    )
    op.create_table(
        "credential",
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("login"),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("made", sa.String(), nullable=False),
        sa.Column("expires", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_session_login", "session", ["login"], unique=False)
