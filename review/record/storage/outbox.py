"""The outbox (待发通知): word of an event or a signed checkpoint for every hook that asked for its kind, put there in its own transaction.

So no event is recorded without it, and none is sent of what was not recorded. Sending is another's work: it leases what is due,
and says how it went. A message has the same id however often it is sent, so that a receiver knows it again.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, TypedDict

from sqlalchemy import Connection, and_, func, insert, select, update

from review.clock import timestamp
from review.errors import Fault, NotRecorded, Refused, Text
from review.record.storage.lease_queue import LeaseQueue
from review.record.storage.operations import Delivery
from review.record.storage.tables import Hook
from review.terms import HOOK_KINDS

_EVENT, _CHECKPOINT = "event", "checkpoint"
STATES = ("waiting", "delivered", "dead")
LONGEST_WAIT_SECONDS = 86_400
_GROWTH = 4
_DELIVERIES: Any = Delivery.__table__  # type: ignore[attr-defined]
_QUEUE = LeaseQueue(_DELIVERIES, ("waiting",), ("due", "position"), due="due")
_HOOKS: Any = Hook.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Waiting:
    """A message to be sent: of which event or signed checkpoint (`kind`), to which hook, and how often it was tried."""

    id: str
    hook: str
    position: int
    attempts: int
    kind: str = _EVENT

    @property
    def is_checkpoint(self) -> bool:
        return self.kind == _CHECKPOINT


class ActiveHook(TypedDict):
    """A hook that is not removed; `kinds` are kinds of event, separated by a space."""

    hook: str
    url: str
    kinds: str


class DeliveryShown(TypedDict):
    """A message of one event to one hook; `position` is the event's number as text, times are UTC."""

    id: str
    hook: str
    position: str
    state: str
    attempts: int
    due: str
    status: int | None
    detail: str | None
    last: str | None


class DeliveriesPage(TypedDict):
    """A page of messages, newest event first; `next`: the event that the next page goes on before, None at the end."""

    items: list[DeliveryShown]
    next: int | None


def active_hooks(connection: Connection) -> list[ActiveHook]:
    """The hooks that are not removed, oldest first."""
    last = select(func.max(_HOOKS.c.position)).group_by(_HOOKS.c.hook)
    query = select(_HOOKS).where(_HOOKS.c.position.in_(last), _HOOKS.c.act == "added").order_by(_HOOKS.c.position)
    return [
        {"hook": row["hook"], "url": row["url"], "kinds": row["kinds"]} for row in connection.execute(query).mappings()
    ]


def put_out(connection: Connection, kind: str, position: int, at: str) -> None:
    """Put word of an event, or of a signed checkpoint, into the outbox, in its transaction."""
    if kind not in HOOK_KINDS:
        return
    of, sign = (_CHECKPOINT, "c") if kind == _CHECKPOINT else (_EVENT, "")
    rows = [
        {
            "id": f"msg_{sign}{position}_{each['hook']}", "kind": of, "hook": each["hook"], "position": position, "state": "waiting", "attempts": 0, "due": at,
            "leased": "", "status": None, "detail": None, "last": None,
        }
        for each in active_hooks(connection) if kind in each["kinds"].split()
    ]  # fmt: skip
    if rows:
        connection.execute(insert(_DELIVERIES), rows)


def anything_due(connection: Connection) -> bool:
    """Whether there is something to lease."""
    return _QUEUE.anything_free(connection)


def lease(connection: Connection, most: int, seconds: float) -> list[Waiting]:
    """Take up to so many messages that are due, for so long. For the writer alone: no other process gets them meanwhile."""
    rows, _ = _QUEUE.lease(connection, most, seconds)
    return [Waiting(row["id"], row["hook"], row["position"], row["attempts"], row["kind"]) for row in rows]


def settle(
    connection: Connection,
    message: Waiting,
    status: int | None,
    detail: str | None,
    *,
    attempts: int,
    wait_seconds: float,
) -> str:
    """Keep how an attempt went: 2xx is delivered, 410 is dead, anything else is tried again later, until the attempts are used up.

    Returns the state it is in now.
    """
    made = message.attempts + 1
    delivered = status is not None and 200 <= status < 300
    state = "delivered" if delivered else "dead" if status == 410 or made >= attempts else "waiting"
    wait = min(wait_seconds * _GROWTH**message.attempts, LONGEST_WAIT_SECONDS)
    # Spread out, so that what failed together does not come back together.
    due = timestamp(wait * random.uniform(0.8, 1.2))
    values = {
        "state": state,
        "attempts": made,
        "due": due,
        "leased": "",
        "status": status,
        "detail": detail,
        "last": timestamp(),
    }
    _QUEUE.change(connection, message.id, values)
    return state


def send_again(connection: Connection, number: str) -> None:
    """Put a dead or delivered message back, with its id. Raises NotRecorded, Refused."""
    row = connection.execute(select(_DELIVERIES.c.state).where(_DELIVERIES.c.id == number)).first()
    if row is None:
        raise NotRecorded([Fault("delivery", Text("没有这条通知", "there is no such message"))])
    if row.state == "waiting":
        raise Refused([Fault("delivery", Text("该通知正在等待发送", "the message is waiting to be sent"))])
    values = {"state": "waiting", "attempts": 0, "due": timestamp(), "leased": ""}
    connection.execute(update(_DELIVERIES).where(_DELIVERIES.c.id == number).values(**values))


def give_up(connection: Connection, hook: str) -> None:
    """Nothing more goes to a hook that is removed."""
    mine = and_(_DELIVERIES.c.hook == hook, _DELIVERIES.c.state == "waiting")
    connection.execute(update(_DELIVERIES).where(mine).values(state="dead", leased="", detail="removed"))


def deliveries(connection: Connection, *, state: str | None, before: int | None, limit: int) -> DeliveriesPage:
    """A page of messages, in that state, of events before `before`."""
    query = select(_DELIVERIES).order_by(_DELIVERIES.c.position.desc(), _DELIVERIES.c.id).limit(limit)
    if state is not None:
        query = query.where(_DELIVERIES.c.state == state)
    if before is not None:
        query = query.where(_DELIVERIES.c.position < before)
    rows = list(connection.execute(query).mappings())
    if len(rows) == limit:
        # An event's messages are not torn apart: those of the last one come whole with the next page, or fill this one alone.
        whole = [row for row in rows if row["position"] != rows[-1]["position"]]
        rows = whole or rows
    items: list[DeliveryShown] = [
        {
            "id": row["id"], "hook": row["hook"], "position": str(row["position"]), "state": row["state"], "attempts": row["attempts"],
            "due": row["due"], "status": row["status"], "detail": row["detail"], "last": row["last"],
        }
        for row in rows
    ]  # fmt: skip
    return {
        "items": items,
        "next": rows[-1]["position"] if len(rows) and _more(connection, state, rows[-1]["position"]) else None,
    }


def _more(connection: Connection, state: str | None, before: int) -> bool:
    query = select(_DELIVERIES.c.id).where(_DELIVERIES.c.position < before)
    if state is not None:
        query = query.where(_DELIVERIES.c.state == state)
    return connection.execute(query.limit(1)).first() is not None


def depths(connection: Connection) -> dict[str, int]:
    """How many messages are in each state but `delivered`."""
    return _QUEUE.depths(connection, ("waiting", "dead"))
