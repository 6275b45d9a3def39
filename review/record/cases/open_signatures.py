"""Signatures that wait (待签批): which proposals of decisions are open, and which were returned, by the rows of their events alone."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, exists, select

from review.errors import Conflict, Fault, Text
from review.record.storage.beside_tables import StoredSignature
from review.record.storage.contents import body_at
from review.record.storage.journal import table
from review.record.storage.tables import Decision, Standing

PROPOSED, AGREED, ISSUED, RETURNED, WITHDRAWN = ACTS = ("proposed", "agreed", "issued", "returned", "withdrawn")
# After these a signature is waited for.
OPEN = (PROPOSED, AGREED)
_OVER = (ISSUED, RETURNED, WITHDRAWN)
_ROWS, _DECISIONS, _STANDINGS = table(StoredSignature), table(Decision), table(Standing)
_LATER = _ROWS.alias("later")
# Whether a signature is on the review by which its project stands now: a version that was split off again counts no more.
_ON_THE_LATEST = (
    select(_STANDINGS.c.review)
    .where(_STANDINGS.c.project == _ROWS.c.project)
    .order_by(_STANDINGS.c.position.desc())
    .limit(1)
    .scalar_subquery()
    == _ROWS.c.review
)
_LAST = select(_ROWS).where(_ROWS.c.review == bindparam("review")).order_by(_ROWS.c.position.desc()).limit(1)
# Two runs through one index: to ask of each proposal whether it is over takes several times as long.
_WAITING = (
    select(_ROWS.c.position)
    .where(
        _ROWS.c.position.in_(
            select(_ROWS.c.position)
            .where(_ROWS.c.act == PROPOSED)
            .except_(select(_ROWS.c.proposal).where(_ROWS.c.act.in_(_OVER)))
        ),
        _ON_THE_LATEST,
    )
    .order_by(_ROWS.c.position)
)
_SENT_BACK = (
    select(_ROWS.c.proposal)
    .where(
        _ROWS.c.act == RETURNED,
        _ROWS.c.drafter == bindparam("drafter"),
        ~exists(select(1).where(_LATER.c.review == _ROWS.c.review, _LATER.c.position > _ROWS.c.position)),
        ~exists(select(1).where(_DECISIONS.c.review == _ROWS.c.review, _DECISIONS.c.position > _ROWS.c.position)),
        _ON_THE_LATEST,
    )
    .order_by(_ROWS.c.position)
)


def open_proposal(connection: Connection, review: int) -> int | None:
    """The proposal on a review that waits for a signature, if one does."""
    row = connection.execute(_LAST, {"review": review}).mappings().first()
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
    return list(connection.execute(_WAITING).scalars())


def returned_proposals(connection: Connection, drafter: str) -> list[int]:
    """The proposals that were sent back to a person: no other step, decision or version came after."""
    return list(connection.execute(_SENT_BACK, {"drafter": drafter}).scalars())
