"""The plan's text as the office attached it (方案原文): stored whole in the record, never changed; the latest counts, earlier ones stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, select

from review.canonical_json import digest_of
from review.errors import Fault, Refused
from review.law.before import ruleset_before
from review.law.edition import Ruleset
from review.law.plan_text import PlanText, quote_faults, read_plan
from review.record.storage.actors import Actor, acting
from review.record.storage.contents import body_at
from review.record.storage.journal import append, drafted, packed, table, unpacked
from review.record.storage.office_bodies import PlanBody
from review.record.storage.store import Store
from review.record.storage.tables import Event, StoredPlan
from review.record.storage.text_limits import validate_words


@dataclass(frozen=True)
class Attached:
    """An attached text: the position of its event, when and by whom, its digest and the text itself."""

    position: int
    at: str
    actor: str
    digest: str
    plan: PlanText


def attach_plan(store: Store, content: bytes, editions: Iterable[Ruleset], by: str | Actor) -> tuple[int, bool]:
    """Attach the plan's text of a ruleset, if every quote of its editions stands in it. Returns its position, and whether it is newly attached.

    Raises Refused with every quote that it does not have, RecordUnavailable.
    """
    actor, found = acting(by), tuple(editions)
    validate_words({"officer": actor.name}, required=("officer",))
    plan = read_plan(content)
    faults: dict[Fault, None] = {}
    for each in found:
        faults.update(dict.fromkeys(quote_faults(each, plan)))
    if faults:
        raise Refused(list(faults))
    digest = digest_of(content)
    with store.writing() as connection:
        last = _latest(connection, found[0].id)
        if last is not None and last["text_digest"] == digest:
            return int(last["position"]), False
        body: PlanBody = {"text_digest": digest, "form": plan.form, "ruleset_id": found[0].id}
        draft = drafted("plan", actor, body)
        draft.contents[StoredPlan] = [{"content": packed(content)}]
        return append(connection, draft), True


def latest_plan(connection: Connection, ruleset: str) -> Attached | None:
    """The text of a ruleset's plan that counts; None where none is attached. Raises RecordDamaged."""
    row = _latest(connection, ruleset)
    if row is None:
        return None
    return Attached(row["position"], row["at"], row["actor"], row["text_digest"], _read(unpacked(row["content"])))


@lru_cache(maxsize=2)
def _read(content: bytes) -> PlanText:
    return read_plan(content)


def _latest(connection: Connection, ruleset: str) -> Any:
    """The row of the latest text of a ruleset's plan, with when and by whom it was attached."""
    rows, events = table(StoredPlan), table(Event)
    positions = connection.execute(select(rows.c.position).order_by(rows.c.position.desc())).scalars().all()
    mine = (each for each in positions if body_at(connection, each).get("ruleset_id", ruleset_before()) == ruleset)
    query = select(rows, events.c.at, events.c.actor).join(events, events.c.position == rows.c.position)
    return connection.execute(query.where(rows.c.position == next(mine, None))).mappings().first()
