"""Files by digest: scans of the documents that figures rest on; and the changes of the law that a person gathers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSAL = "the record is append-only"


def upgrade() -> None:
    op.create_table(
        "file",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("position", POSITION, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["position"], ["event.position"]),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_file_position", "file", ["position"], unique=False)
    op.create_table(
        "law_draft",
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("saved", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("author"),
    )
    op.create_table(
        "law_draft_file",
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["author"], ["law_draft.author"]),
        sa.PrimaryKeyConstraint("author", "digest"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER file_no_{act.lower()} BEFORE {act} ON file BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
        op.execute(
            "CREATE TRIGGER file_no_replace BEFORE INSERT ON file WHEN EXISTS (SELECT 1 FROM file WHERE digest = NEW.digest) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    else:
        op.execute("CREATE TRIGGER file_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON file FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()")
