"""The record as it was first: tables, and triggers that refuse every change and every deletion."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEYS = {
    "event": ("position",), "checkpoint": ("position",), "project": ("id",), "ruleset": ("digest",), "sheet": ("digest",),
    "source": ("position",), "draw": ("position", "ordinal"), "project_code": ("code",), "review": ("position",),
    "standing": ("position", "ordinal"), "step": ("position",), "decision": ("position",), "finding": ("review", "ordinal"), "access_key": ("position",), "access_end": ("position",),
}  # fmt: skip
REFUSAL = "the record is append-only"


def upgrade() -> None:
    _tables()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_triggers()
    else:
        _postgres_triggers()


def _sqlite_triggers() -> None:
    for table, key in KEYS.items():
        for act in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON \"{table}\" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
        # INSERT OR REPLACE deletes without asking the triggers above.
        same = " AND ".join(f'"{column}" = NEW."{column}"' for column in key)
        op.execute(
            f'CREATE TRIGGER {table}_no_replace BEFORE INSERT ON "{table}" WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {same}) '
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _postgres_triggers() -> None:
    op.execute(f"CREATE FUNCTION record_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$")
    for table in KEYS:
        op.execute(
            f'CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()"
        )


def _tables() -> None:
    op.create_table(
        "event",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_table(
        "checkpoint",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("peaks", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["position"],
            ["event.position"],
        ),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_table(
        "project",
        sa.Column("id", POSITION, autoincrement=False, nullable=False),
        sa.Column("position", POSITION, nullable=False),
        sa.ForeignKeyConstraint(
            ["position"],
            ["event.position"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "ruleset",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("position", POSITION, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["position"],
            ["event.position"],
        ),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "sheet",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("position", POSITION, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["position"],
            ["event.position"],
        ),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "source",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("source", PLAIN, nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("pollutant", sa.String(), nullable=False),
        sa.Column("verified_t", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("completed", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["position"],
            ["event.position"],
        ),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("request"),
    )
    op.create_index("source_latest", "source", ["source", "position"], unique=False)
    op.create_table(
        "draw",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("source", PLAIN, nullable=False),
        sa.Column("project", POSITION, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("asked_t", sa.String(), nullable=False),
        sa.Column("held_t", sa.String(), nullable=False),
        sa.Column("drawn_t", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["position"],
            ["event.position"],
        ),
        sa.ForeignKeyConstraint(
            ["project"],
            ["project.id"],
        ),
        sa.PrimaryKeyConstraint("position", "ordinal"),
    )
    op.create_index("draw_last", "draw", ["source", "position", "ordinal"], unique=False)
    op.create_index("draw_source", "draw", ["source", "project", "position"], unique=False)
    op.create_index(("ix_draw_project"), "draw", ["project"], unique=False)
    op.create_table(
        "project_code",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("project", POSITION, nullable=False),
        sa.Column("position", POSITION, nullable=False),
        sa.ForeignKeyConstraint(
            ["position"],
            ["event.position"],
        ),
        sa.ForeignKeyConstraint(
            ["project"],
            ["project.id"],
        ),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "review",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("project", POSITION, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("replaces", POSITION, nullable=True),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("as_of", sa.String(), nullable=False),
        sa.Column("recommendation", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["position"],
            ["event.position"],
        ),
        sa.ForeignKeyConstraint(
            ["project"],
            ["project.id"],
        ),
        sa.ForeignKeyConstraint(
            ["replaces"],
            ["review.position"],
        ),
        sa.ForeignKeyConstraint(
            ["ruleset"],
            ["ruleset.digest"],
        ),
        sa.ForeignKeyConstraint(
            ["sheet"],
            ["sheet.digest"],
        ),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("request"),
    )
    op.create_index(("ix_review_project"), "review", ["project"], unique=False)
    op.create_table(
        "standing",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("project", POSITION, nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=True),
        sa.Column("industry", sa.String(), nullable=True),
        sa.Column("sector", sa.String(), nullable=True),
        sa.Column("park", sa.String(), nullable=True),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("two_high", sa.Boolean(), nullable=True),
        sa.Column("band", sa.String(), nullable=True),
        sa.Column("on_list", sa.Boolean(), nullable=False),
        sa.Column("review", POSITION, nullable=True),
        sa.Column("recommendation", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("energy_from_tce", PLAIN, nullable=False),
        sa.Column("open_conditions", sa.Integer(), nullable=False),
        sa.Column("open_supplements", sa.Integer(), nullable=False),
        sa.Column("due", sa.String(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["position"],
            ["event.position"],
        ),
        sa.ForeignKeyConstraint(
            ["project"],
            ["project.id"],
        ),
        sa.PrimaryKeyConstraint("position", "ordinal"),
    )
    op.create_index("standing_outcome", "standing", ["outcome", "position"], unique=False)
    op.create_index("standing_project", "standing", ["project", "position"], unique=False)
    op.create_index("standing_recommendation", "standing", ["recommendation", "position"], unique=False)
    op.create_index("standing_stage", "standing", ["stage", "position"], unique=False)
    op.create_table(
        "step",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("project", POSITION, nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=True),
        sa.Column("condition", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["position"],
            ["event.position"],
        ),
        sa.ForeignKeyConstraint(
            ["project"],
            ["project.id"],
        ),
        sa.ForeignKeyConstraint(
            ["sheet"],
            ["sheet.digest"],
        ),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("request"),
    )
    op.create_index(("ix_step_project"), "step", ["project"], unique=False)
    op.create_table(
        "decision",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("review", POSITION, nullable=False),
        sa.Column("previous", POSITION, nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("departs", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("clause", sa.Text(), nullable=True),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", sa.Text(), nullable=True),
        sa.Column("second", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.String(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=True),
        sa.Column("due", sa.String(), nullable=True),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("request", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["position"],
            ["event.position"],
        ),
        sa.ForeignKeyConstraint(
            ["previous"],
            ["decision.position"],
        ),
        sa.ForeignKeyConstraint(
            ["review"],
            ["review.position"],
        ),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("request"),
    )
    op.create_index(("ix_decision_review"), "decision", ["review"], unique=False)
    op.create_table(
        "finding",
        sa.Column("review", POSITION, autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("force", sa.String(), nullable=False),
        sa.Column("margin", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["review"],
            ["review.position"],
        ),
        sa.PrimaryKeyConstraint("review", "ordinal"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "access_key",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("expires", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["position"], ["event.position"]),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "access_end",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["position"], ["event.position"]),
        sa.ForeignKeyConstraint(["key"], ["access_key.key"]),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("key"),
    )
