"""Sign-offs (签批): a decision that goes from its drafter through a reviewer to who issues it, read from the events that are its signatures.

Each signature is given to one content of the record; what was said stays, however the sign-off ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, select

from review.errors import Text
from review.record.access.known_people import Known
from review.record.cases.open_signatures import ISSUED, OPEN, open_proposal, open_proposals, returned_proposals
from review.record.cases.persons import Named, Person
from review.record.cases.rulings import Ruling
from review.record.projects.standing import ENDED, require_state
from review.record.storage.actors import Actor, Channel
from review.record.storage.beside_tables import StoredSignature
from review.record.storage.event_marks import PersonNamed
from review.record.storage.journal import body_of, table
from review.record.storage.signing_bodies import RulingStated, SignatureBody, SignedContent
from review.record.storage.tables import Event
from review.record.storage.text_limits import LARGEST_NUMBER

_TEXTS = ("outcome", "reason", "clause", "responsible")
# Fewer than the numbers that a statement of either database can bind.
_AT_ONCE = 500


@dataclass(frozen=True)
class Signature:
    """A signature or another step of a sign-off as it was recorded: its number, when (UTC), at which step, and by whom; for whom as a deputy."""

    id: int
    at: str
    act: str
    step: int
    actor: Actor
    opinion: str | None
    deputy_for: Known | None

    @property
    def by(self) -> Known:
        return Known(self.actor.principal, self.actor.name)


@dataclass(frozen=True)
class SignOff:
    """A decision that is proposed, `id` the number of that event: what was decided, seeing which last decision, and what became of it.

    `steps` are those that were needed at the last of its steps; `content` is what all of it is given to.
    """

    id: int
    project: int
    review: int
    ruling: Ruling
    expected: int
    steps: int
    content: SignedContent
    signatures: tuple[Signature, ...]

    @property
    def drafter(self) -> Signature:
        return self.signatures[0]

    @property
    def last(self) -> Signature:
        return self.signatures[-1]

    @property
    def is_open(self) -> bool:
        return self.last.act in OPEN

    @property
    def due_step(self) -> int:
        """The step that waits to be signed."""
        return self.last.step + 1

    @property
    def signed(self) -> tuple[Signature, ...]:
        """Those who signed, in the order of the steps, the drafter first."""
        return tuple(each for each in self.signatures if each.act in (*OPEN, ISSUED))


def sign_offs_of(connection: Connection, review: int, before: int = LARGEST_NUMBER) -> list[SignOff]:
    """Every sign-off on a review by the events before one, oldest first."""
    rows = table(StoredSignature)
    query = select(rows.c.position).where(rows.c.review == review, rows.c.position < before)
    return _read(connection, connection.execute(query).scalars())


def read_sign_off(connection: Connection, proposal: int, before: int = LARGEST_NUMBER) -> SignOff | None:
    """The sign-off of that number by the events before one; None where there is none."""
    rows = table(StoredSignature)
    query = select(rows.c.position).where(
        (rows.c.proposal == proposal) | (rows.c.position == proposal), rows.c.position < before
    )
    return next((each for each in _read(connection, connection.execute(query).scalars()) if each.id == proposal), None)


def open_on(connection: Connection, review: int) -> SignOff | None:
    """The sign-off of a review that waits for a signature, if one does."""
    proposal = open_proposal(connection, review)
    return None if proposal is None else read_sign_off(connection, proposal)


def open_sign_offs(connection: Connection) -> list[SignOff]:
    """All that wait for a signature and can have one, oldest first: on the latest review of a project that has not ended."""
    return _running(connection, open_proposals(connection))


def returned_to(connection: Connection, subject: str) -> list[SignOff]:
    """What was sent back to that person and can still be decided anew: nothing came after, the project has not ended."""
    return _running(connection, returned_proposals(connection, subject))


def _running(connection: Connection, proposals: Sequence[int]) -> list[SignOff]:
    rows = table(StoredSignature)
    positions: list[int] = []
    for start in range(0, len(proposals), _AT_ONCE):
        some = proposals[start : start + _AT_ONCE]
        query = select(rows.c.position).where(rows.c.position.in_(some) | rows.c.proposal.in_(some))
        positions += connection.execute(query).scalars()
    found = _read(connection, positions)
    return [each for each in found if require_state(connection, each.project)["state"] not in ENDED]


def _read(connection: Connection, positions: Iterable[int]) -> list[SignOff]:
    """The sign-offs that these events make up, oldest first."""
    numbers, events = sorted(positions), table(Event)
    steps: dict[int, list[tuple[Mapping[str, Any], SignatureBody]]] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        query = select(events).where(events.c.position.in_(numbers[start : start + _AT_ONCE]))
        for row in connection.execute(query.order_by(events.c.position)).mappings():
            body: SignatureBody = body_of(dict(row))
            steps.setdefault(body["proposal"] or row["position"], []).append((dict(row), body))
    return [_sign_off(number, found) for number, found in sorted(steps.items())]


def _sign_off(number: int, steps: Sequence[tuple[Mapping[str, Any], SignatureBody]]) -> SignOff:
    first, last = steps[0][1], steps[-1][1]
    return SignOff(
        number, first["project"]["id"], first["review"], ruling_read(first["ruling"]), first["content"]["decision"], last["steps"], first["content"],
        tuple(_signature(row, body) for row, body in steps),
    )  # fmt: skip


def _signature(row: Mapping[str, Any], body: SignatureBody) -> Signature:
    by, deputy_for = body["by"], body["deputy_for"]
    actor = Actor(row["actor"], by["principal"], cast(Channel, by["channel"]), by.get("session"))
    absent = Known(deputy_for["subject"], deputy_for["name"]) if deputy_for else None
    return Signature(row["position"], row["at"], body["act"], body["step"], actor, body["opinion"], absent)


def ruling_written(ruling: Ruling) -> RulingStated:
    """A ruling as an event states it."""
    return {
        "outcome": ruling.outcome, "reason": ruling.reason, "clause": ruling.clause, "responsible": ruling.responsible,
        "on_behalf_of": _written(ruling.on_behalf_of), "due": ruling.due.isoformat() if ruling.due else None,
        "conditions": [each.as_json() for each in ruling.conditions],
    }  # fmt: skip


def ruling_read(stated: RulingStated) -> Ruling:
    """The ruling that an event states."""
    named: Any = stated["on_behalf_of"]
    texts: Mapping[str, Any] = stated
    return Ruling(
        **{name: texts[name] for name in _TEXTS}, on_behalf_of=Person(**named) if isinstance(named, dict) else named,
        due=date.fromisoformat(stated["due"]) if stated["due"] else None, conditions=tuple(Text(**each) for each in stated["conditions"]),
    )  # fmt: skip


def _written(named: Named) -> str | dict[str, str | None] | None:
    return {"subject": named.subject, "name": named.name} if isinstance(named, Person) else named


def named(person: Known) -> PersonNamed:
    """A person as an event names one."""
    return {"name": person.name, "subject": person.subject}
