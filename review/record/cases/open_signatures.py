"""Signatures that wait (待签批): which proposals of decisions are open, and which were returned, by the rows of their events alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, exists, select

from review.errors import Conflict, Fault, Text
from review.record.storage.beside_tables import StoredSignature
from review.record.storage.contents import body_at
from review.record.storage.journal import table
from review.record.storage.tables import Decision, Standing

PROPOSED, AGREED, ISSUED, RETURNED, WITHDRAWN = ACTS = ("proposed", "agreed", "issued", "returned", "withdrawn")
# After these a signature is waited for.
OPEN = (PROPOSED, AGREED)
_OVER = (ISSUED, RETURNED, WITHDRAWN)
# To make an alias of a table takes as long as to run a statement.
_LATER = table(StoredSignature).alias("later")


def open_proposal(connection: Connection, review: int) -> int | None:
    """The proposal on a review that waits for a signature, if one does."""
    rows = table(StoredSignature)
    query = select(rows).where(rows.c.review == review).order_by(rows.c.position.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    return None if row is None or row["act"] not in OPEN else row["proposal"] or row["position"]


def require_none_open(connection: Connection, review: int) -> None:
    """Raises Conflict where a decision on the review waits for a signature."""
    proposal = open_proposal(connection, review)
    if proposal is not None:
        name = body_at(connection, proposal)["drafter"]["name"]
        words = Text(
            f"{name} 拟的一项决定正在签批；请先签批、退回，或由其撤回",
            f"a decision drafted by {name} waits to be signed: sign or return it, or let it be withdrawn",
        )
        raise Conflict([Fault("pending", words, "sign-off-open")])


def open_proposals(connection: Connection) -> list[int]:
    """The proposals that wait for a signature, on the latest review of their projects, oldest first."""
    rows = table(StoredSignature)
    # Two runs through one index: to ask of each proposal whether it is over takes several times as long.
    proposed = select(rows.c.position).where(rows.c.act == PROPOSED)
    over = select(rows.c.proposal).where(rows.c.act.in_(_OVER))
    query = select(rows.c.position).where(rows.c.position.in_(proposed.except_(over)), _on_the_latest(rows))
    return list(connection.execute(query.order_by(rows.c.position)).scalars())


def returned_proposals(connection: Connection, drafter: str) -> list[int]:
    """The proposals that were sent back to a person: no other step, decision or version came after."""
    rows, decisions = table(StoredSignature), table(Decision)
    again = select(1).where(_LATER.c.review == rows.c.review, _LATER.c.position > rows.c.position)
    decided = select(1).where(decisions.c.review == rows.c.review, decisions.c.position > rows.c.position)
    query = select(rows.c.proposal).where(
        rows.c.act == RETURNED, rows.c.drafter == drafter, ~exists(again), ~exists(decided), _on_the_latest(rows)
    )
    return list(connection.execute(query.order_by(rows.c.position)).scalars())


def _on_the_latest(rows: Any) -> Any:
    """Whether a signature is on the review by which its project stands now: a version that was split off again counts no more."""
    standings = table(Standing)
    stands = select(standings.c.review).where(standings.c.project == rows.c.project)
    return stands.order_by(standings.c.position.desc()).limit(1).scalar_subquery() == rows.c.review
