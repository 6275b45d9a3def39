"""Where a verification begins (核验起点): at a signed checkpoint that was stored elsewhere. Nothing before it is verified.

The checkpoint says what the chain and its tree were then; what the product's own rules need to know of before (settings, persons, absences,
editions, sources and what was drawn on them) is taken as the record states it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from review.errors import Fault, NotRecorded, Text
from review.record.proof.breaks import UNEXAMINED, Break, broken, is_digest, raw
from review.record.proof.outside import Anchor
from review.record.storage import chain
from review.record.storage.journal import body_of, table
from review.record.storage.tables import Draw, Event

# The kinds of event whose bodies later events are judged by.
_KINDS = ("account", "person", "setting", "absence", "edition", "source")


@dataclass(frozen=True)
class Start:
    """The last event that is not verified: its number, the digest that the record has for it, the peaks of the tree up to it, its time.

    `known` are the events of before, in order, whose bodies later events are judged by; the event itself is the last of them.
    `holdings` are what each project held of each source by then, in t/a, as the record has them. Of the whole record `position` is 0.
    """

    position: int = 0
    head: str = chain.START
    peaks: tuple[str, ...] = ()
    at: str = ""
    known: tuple[Mapping[str, Any], ...] = ()
    holdings: tuple[tuple[str, int, Any], ...] = ()


WHOLE = Start()


def start_from(connection: Connection, anchor: Anchor, outside: Iterable[Anchor] = ()) -> Start:
    """What is known where the record comes to a checkpoint.

    Raises NotRecorded for one that is not signed, has not the peaks of its tree, or is beyond the record, and where one of `outside`, with
    which the record is to be compared, is before it.
    """
    for each in outside:
        if each.position < anchor.position:
            words = Text(
                f"检查点在第 {each.position} 号，早于起点第 {anchor.position} 号，不能比对；请核验整个记录",
                f"the checkpoint is at {each.position}, before the start at {anchor.position}, and cannot be compared: verify the whole record",
            )
            raise NotRecorded([Fault(each.name, words)])
    peaks = anchor.checkpoint.get("peaks")
    # A tree has a peak for each bit of its size: others are none of a record with so many events, whatever their root.
    if anchor.key is None or peaks is None or len(peaks) != anchor.position.bit_count():
        words = Text(
            "不是签名检查点，不能从它开始核验；请用锚点文件夹中的 checkpoint-….json",
            "is no signed checkpoint, and nothing can be verified from it: take a checkpoint-….json of the folder of anchors",
        )
        raise NotRecorded([Fault(anchor.name, words)])
    events, draws = table(Event), table(Draw)
    query = raw(events).where(events.c.position <= anchor.position).order_by(events.c.position)
    last = connection.execute(query.where(events.c.position == anchor.position)).mappings().first()
    if last is None:
        words = Text(
            f"检查点在第 {anchor.position} 号事件，记录中没有这一事件：末尾被截断，或检查点属于另一记录；请核验整个记录",
            f"the checkpoint is at event {anchor.position}, which the record does not have: its end was cut off, or the checkpoint is of another record; verify the whole record",
        )
        raise NotRecorded([Fault(anchor.name, words)])
    known = connection.execute(query.where(events.c.kind.in_(_KINDS), events.c.position < anchor.position)).mappings()
    held = raw(draws).where(draws.c.position <= anchor.position).order_by(draws.c.position, draws.c.ordinal)
    holdings = {(row["source"], row["project"]): row["held_t"] for row in connection.execute(held).mappings()}
    return Start(
        anchor.position,
        last["digest"] if is_digest(last["digest"]) else chain.START,
        tuple(peaks),
        last["at"],
        (*map(dict, known), dict(last)),
        tuple((source, project, held_t) for (source, project), held_t in holdings.items()),
    )


def known_breaks(start: Start) -> Iterator[Break]:
    """A break for each event of before that is read and was edited."""
    for event in start.known:
        try:
            body_of(event)
            edited = chain.event_digest(event) != event["digest"]
        except UNEXAMINED:
            edited = True
        if edited:
            position = event["position"]
            words = ("事件被改动：内容与其摘要不符", "the event was edited: it does not have its digest")
            yield broken(position, Event, position, *words)
