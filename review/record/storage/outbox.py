"""The outbox (待发通知): word of an event or a signed checkpoint for every hook that asked for its kind, put there in its own transaction.

So no event is recorded without it, and none is sent of what was not recorded. Sending is another's work: it leases what is due,
and says how it went. A message has the same id however often it is sent, so that a receiver knows it again.

Each hook has a queue of its own: while one process has leased messages to a hook, no other gets any to the same one. Messages are
first sent in the order of their events; one that fails is tried again by its own times, and later ones go on meanwhile.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypedDict

from sqlalchemy import Connection, and_, func, insert, select, true, update

from review.clock import timestamp
from review.errors import Fault, NotRecorded, Refused, Text
from review.record.storage.lease_queue import LeaseQueue, next_try
from review.record.storage.operations import Delivery
from review.record.storage.tables import Hook
from review.terms import HOOK_KINDS

# The trace of the request that is being answered, `TRACE-ID-FLAGS` of W3C's traceparent; messages of what it records carry it on.
TRACE: ContextVar[str | None] = ContextVar("trace", default=None)
_EVENT, _CHECKPOINT, _TEST = "event", "checkpoint", "test"
_REMOVED = "removed"
_DELIVERIES: Any = Delivery.__table__  # type: ignore[attr-defined]
_QUEUE = LeaseQueue(_DELIVERIES, ("waiting",), ("due", "position"), due="due")
_HOOKS: Any = Hook.__table__  # type: ignore[attr-defined]
_ACTIVE = (
    select(_HOOKS)
    .where(_HOOKS.c.position.in_(select(func.max(_HOOKS.c.position)).group_by(_HOOKS.c.hook)), _HOOKS.c.act != _REMOVED)
    .order_by(_HOOKS.c.position)
)


@dataclass(frozen=True)
class Waiting:
    """A message to be sent: of which event or signed checkpoint (`kind`), to which hook, and how often it was tried."""

    id: str
    hook: str
    position: int
    attempts: int
    kind: str = _EVENT
    trace: str | None = None

    @property
    def is_checkpoint(self) -> bool:
        return self.kind == _CHECKPOINT

    @property
    def is_test(self) -> bool:
        return self.kind == _TEST


class ActiveHook(TypedDict):
    """A hook that is not removed; `kinds` are kinds of event, separated by a space, `position` is that of its last event."""

    hook: str
    url: str
    kinds: str
    position: int


class Queue(TypedDict):
    """How a hook's queue stands: messages that wait and that were given up, when one last arrived (UTC), and the last that failed.

    `error` is the last failing attempt's HTTP status or why it failed, `failed` when that was; all None where there was none.
    """

    waiting: int
    dead: int
    arrived: str | None
    failed: str | None
    error: str | None


NO_QUEUE: Queue = {"waiting": 0, "dead": 0, "arrived": None, "failed": None, "error": None}


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
    """The hooks that are not removed, what was added or changed last at the end."""
    return [
        {"hook": row["hook"], "url": row["url"], "kinds": row["kinds"], "position": row["position"]}
        for row in connection.execute(_ACTIVE).mappings()
    ]


def put_out(connection: Connection, kind: str, position: int, at: str) -> None:
    """Put word of an event, or of a signed checkpoint, into the outbox, in its transaction."""
    if kind not in HOOK_KINDS:
        return
    of, sign = (_CHECKPOINT, "c") if kind == _CHECKPOINT else (_EVENT, "")
    rows = [
        {
            "id": f"msg_{sign}{position}_{each['hook']}", "kind": of, "hook": each["hook"], "position": position, "state": "waiting", "attempts": 0, "due": at,
            "leased": "", "status": None, "detail": None, "last": None, "trace": TRACE.get(),
        }
        for each in active_hooks(connection) if kind in each["kinds"].split()
    ]  # fmt: skip
    if rows:
        connection.execute(insert(_DELIVERIES), rows)


def put_test(connection: Connection, hook: str) -> str:
    """Put a test message to a hook into the outbox, which is tried one time. Returns its id. Raises NotRecorded."""
    if hook not in {each["hook"] for each in active_hooks(connection)}:
        raise NotRecorded([Fault("hook", Text("没有这个回调", "there is no such hook"))])
    position = connection.execute(select(func.max(_HOOKS.c.position)).where(_HOOKS.c.hook == hook)).scalar_one()
    number, now = f"msg_t{secrets.token_hex(8)}_{hook}", timestamp()
    row = {"id": number, "kind": _TEST, "hook": hook, "position": position, "state": "waiting", "attempts": 0, "due": now, "leased": "", "made": now}  # fmt: skip
    connection.execute(insert(_DELIVERIES), [row])
    return number


def hooks_due(connection: Connection) -> list[str]:
    """The hooks that something is due to and no process is sending to."""
    rows, now = _DELIVERIES.c, timestamp()
    waits = rows.state == "waiting"
    busy = select(rows.hook).where(waits, rows.leased > now)
    due = select(rows.hook).where(waits, rows.due <= now, rows.leased <= now, rows.hook.not_in(busy))
    return list(connection.execute(due.distinct().order_by(rows.hook)).scalars())


def lease(connection: Connection, hook: str, most: int, seconds: float) -> list[Waiting]:
    """Take up to so many messages to a hook that are due, for so long; none while another process has some of it.

    For the writer alone: no other process gets any to that hook meanwhile.
    """
    if hook not in hooks_due(connection):
        return []
    rows, _ = _QUEUE.lease(connection, most, seconds, among=_DELIVERIES.c.hook == hook)
    return [
        Waiting(row["id"], row["hook"], row["position"], row["attempts"], row["kind"], row["trace"]) for row in rows
    ]


def release(connection: Connection, messages: Iterable[Waiting]) -> None:
    """Give back what was leased and not tried. For the writer alone."""
    for each in messages:
        _QUEUE.change(connection, each.id, {"leased": ""})


def made_at(connection: Connection, number: str) -> str | None:
    """When a test message was asked for (UTC); None of another message."""
    found: str | None = connection.execute(select(_DELIVERIES.c.made).where(_DELIVERIES.c.id == number)).scalar()
    return found


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
    # A test is to say how it went, not to arrive at last.
    over = status == 410 or message.is_test or made >= attempts
    state = "delivered" if delivered else "dead" if over else "waiting"
    values = {
        "state": state,
        "attempts": made,
        "due": next_try(message.attempts, wait_seconds),
        "leased": "",
        "status": status,
        "detail": detail,
        "last": timestamp(),
    }
    _QUEUE.change(connection, message.id, values)
    return state


def send_again(connection: Connection, number: str, *, hook: str | None = None) -> None:
    """Put a dead or delivered message back, with its id. `hook`: whose it must be. Raises NotRecorded, Refused."""
    row = connection.execute(select(_DELIVERIES.c.state, _DELIVERIES.c.hook).where(_DELIVERIES.c.id == number)).first()
    if row is None or hook not in (None, row.hook):
        raise NotRecorded([Fault("delivery", Text("没有这条通知", "there is no such message"))])
    if row.state == "waiting":
        raise Refused([Fault("delivery", Text("该通知正在等待发送", "the message is waiting to be sent"))])
    _put_back(connection, _DELIVERIES.c.id == number)


def send_dead_again(connection: Connection, hook: str) -> int:
    """Put every dead message to a hook back, each with its id. Returns how many there were. Raises NotRecorded."""
    if hook not in {each["hook"] for each in active_hooks(connection)}:
        raise NotRecorded([Fault("hook", Text("没有这个回调", "there is no such hook"))])
    return _put_back(connection, and_(_DELIVERIES.c.hook == hook, _DELIVERIES.c.state == "dead"))


def _put_back(connection: Connection, which: Any) -> int:
    values = {"state": "waiting", "attempts": 0, "due": timestamp(), "leased": ""}
    return connection.execute(update(_DELIVERIES).where(which).values(**values)).rowcount


def give_up(connection: Connection, hook: str) -> None:
    """Nothing more goes to a hook that is removed."""
    mine = and_(_DELIVERIES.c.hook == hook, _DELIVERIES.c.state == "waiting")
    connection.execute(update(_DELIVERIES).where(mine).values(state="dead", leased="", detail="removed"))


def deliveries(
    connection: Connection, *, state: str | None, before: int | None, limit: int, hook: str | None = None
) -> DeliveriesPage:
    """A page of messages, in that state, to that hook, of events before `before`; more than `limit` where one event has more."""
    mine = and_(
        true() if state is None else _DELIVERIES.c.state == state,
        true() if hook is None else _DELIVERIES.c.hook == hook,
    )
    query = select(_DELIVERIES).where(mine).order_by(_DELIVERIES.c.position.desc(), _DELIVERIES.c.id).limit(limit)
    if before is not None:
        query = query.where(_DELIVERIES.c.position < before)
    rows = list(connection.execute(query).mappings())
    if len(rows) == limit:
        # An event's messages are not torn apart: those of the last one come whole with the next page, or fill this one alone.
        last = rows[-1]["position"]
        whole = [row for row in rows if row["position"] != last]
        rows = whole or list(connection.execute(_of_event(mine, last)).mappings())
    items: list[DeliveryShown] = [
        {
            "id": row["id"], "hook": row["hook"], "position": str(row["position"]), "state": row["state"], "attempts": row["attempts"],
            "due": row["due"], "status": row["status"], "detail": row["detail"], "last": row["last"],
        }
        for row in rows
    ]  # fmt: skip
    return {
        "items": items,
        "next": rows[-1]["position"] if len(rows) and _more(connection, mine, rows[-1]["position"]) else None,
    }


def _of_event(which: Any, position: int) -> Any:
    return select(_DELIVERIES).where(which, _DELIVERIES.c.position == position).order_by(_DELIVERIES.c.id)


def _more(connection: Connection, which: Any, before: int) -> bool:
    query = select(_DELIVERIES.c.id).where(which, _DELIVERIES.c.position < before)
    return connection.execute(query.limit(1)).first() is not None


def depths(connection: Connection) -> dict[str, int]:
    """How many messages are in each state but `delivered`."""
    return _QUEUE.depths(connection, ("waiting", "dead"))


def queues(connection: Connection) -> dict[str, Queue]:
    """How the queue of every hook stands that has ever had a message."""
    rows = _DELIVERIES.c
    query = select(rows.hook, rows.state, func.count()).group_by(rows.hook, rows.state)
    counted: dict[str, dict[str, int]] = {}
    for hook, state, many in connection.execute(query):
        counted.setdefault(hook, {})[state] = many
    return {hook: _queue(connection, hook, many) for hook, many in counted.items()}


def _queue(connection: Connection, hook: str, many: Mapping[str, int]) -> Queue:
    rows = _DELIVERIES.c
    arrived = select(func.max(rows.last)).where(rows.hook == hook, rows.state == "delivered")
    failed = (
        select(rows.last, rows.status, rows.detail)
        .where(rows.hook == hook, rows.state.in_(("waiting", "dead")), rows.last.is_not(None))
        .order_by(rows.last.desc())
        .limit(1)
    )
    row = connection.execute(failed).first()
    return {
        "waiting": many.get("waiting", 0),
        "dead": many.get("dead", 0),
        "arrived": connection.execute(arrived).scalar(),
        "failed": row.last if row else None,
        "error": (row.detail or f"HTTP {row.status}") if row else None,
    }
