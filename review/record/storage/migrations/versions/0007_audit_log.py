"""The audit log. Sessions that are open and decisions that wait were begun before it: it is told of them as it begins."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import rfc8785
import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSAL = "the record is append-only"
COLUMNS = ("number", "at", "kind", "who", "session", "address", "channel", "by", "minute", "count", "previous")


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("number", POSITION, autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("session", sa.String(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("minute", sa.String(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("audit_session", "audit_entry", ["session"], unique=False)
    op.create_index("audit_minute", "audit_entry", ["minute"], unique=False)
    op.create_index("audit_kind", "audit_entry", ["kind", "number"], unique=False)
    op.create_table(
        "failed_attempt",
        sa.Column("minute", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("minute", "kind", "address", "who"),
    )
    _begun_before()
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entry_no_{act.lower()} BEFORE {act} ON audit_entry BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        op.execute(
            "CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry WHEN EXISTS (SELECT 1 FROM audit_entry WHERE number = NEW.number) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()"
        )


def _begun_before() -> None:
    """An entry for each open session, and for each waiting decision of somebody who was signed in, under a number of its own."""
    connection = op.get_bind()
    at = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    sessions = connection.execute(sa.text("SELECT id, login FROM session ORDER BY id")).all()
    waiting = connection.execute(
        sa.text(
            "SELECT id, login FROM pending_decision WHERE state = 'waiting' AND session IS NULL AND login LIKE 'person:%' ORDER BY id"
        )
    ).all()
    begun = [(each.id, each.login) for each in sessions]
    begun += [(f"pending:{each.id}", each.login.removeprefix("person:")) for each in waiting]
    entries = sa.table("audit_entry", *(sa.column(name) for name in (*COLUMNS, "digest")))
    previous = "sha256:" + "0" * 64
    for number, (session, login) in enumerate(begun, 1):
        row: dict[str, Any] = dict.fromkeys(COLUMNS) | {
            "number": number, "at": at, "kind": "carried", "who": login, "session": session, "count": 1, "previous": previous,
        }  # fmt: skip
        previous = "sha256:" + hashlib.sha256(rfc8785.dumps(row)).hexdigest()
        connection.execute(sa.insert(entries), [{**row, "digest": previous}])
    for each in waiting:
        connection.execute(
            sa.text("UPDATE pending_decision SET session = :session WHERE id = :id"),
            {"session": f"pending:{each.id}", "id": each.id},
        )
