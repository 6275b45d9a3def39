"""The feed of events (事件流): every recorded event in order of its number, read by programs that must miss none.

Numbers are given by the one writer at a time and seen when they are committed, so that none appears below one that was read before:
a reader that goes on from the last number it read sees each event exactly once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from sqlalchemy import Connection, func, select

from review.errors import Conflict, Fault, Text
from review.record.storage.journal import table
from review.record.storage.tables import Event
from review.record.views.logs import EventLine, Filters, list_events
from review.record.work.webhooks import said_of


class FedEvent(TypedDict):
    """An event as it is fed: `said` is what hooks are told of it, None where the stored body cannot be read.

    What comes after `said` is for auditors, None for other systems. `at` is UTC; `digest` is over the event and `previous`, the digest
    of the event before it.
    """

    position: int
    at: str
    kind: str
    actor: str
    project: int | None
    review: int | None
    digest: str
    previous: str
    said: Mapping[str, Any] | None
    principal: str | None
    channel: str | None
    session: str | None
    second_session: str | None
    product: str | None
    body: str | None


@dataclass(frozen=True)
class FeedPage:
    """Events in order; `after` is the number to go on from: the last event of a page that is followed by `more`, else of the record."""

    events: tuple[FedEvent, ...]
    after: int
    more: bool


def feed(connection: Connection, filters: Filters, *, after: int, limit: int, whole: bool) -> FeedPage:
    """The events after a number, at most so many. `whole`: with what auditors see, the body and how who acted was recognised.

    Raises Conflict where the record ends before that number: whoever read so far has read another record.
    """
    # Both are of one consistent state: what is recorded meanwhile has a higher number than the last.
    last = int(connection.execute(select(func.max(table(Event).c.position))).scalar() or 0)
    if after > last:
        words = Text(
            f"记录止于第 {last} 号事件：可能已由备份恢复，或是另一份记录；请比对摘要，从最后一件相同的事件继续",
            f"the record ends at event {last}: it was restored from a backup, or is another record; compare the digests, and read on from the last event that is the same",
        )
        raise Conflict([Fault("after", words, "feed-beyond")])
    found = list_events(connection, filters, limit + 1, after=after)
    shown, more = found[:limit], len(found) > limit
    return FeedPage(tuple(_fed(each, whole) for each in shown), shown[-1]["position"] if more else last, more)


def _fed(line: EventLine, whole: bool) -> FedEvent:
    return {
        "position": line["position"],
        "at": line["at"],
        "kind": line["kind"],
        "actor": line["actor"],
        "project": line["project"],
        "review": line["review"],
        "digest": line["digest"],
        "previous": line["previous"],
        "said": _said(line),
        "principal": line["principal"] if whole else None,
        "channel": line["channel"] if whole else None,
        "session": line["session"] if whole else None,
        "second_session": line["second_session"] if whole else None,
        "product": line["product"] if whole else None,
        "body": line["body"] if whole else None,
    }


def _said(line: EventLine) -> Mapping[str, Any] | None:
    """What hooks are told. A body that was tampered with is fed all the same: that nothing can be said of it is for `verify` to explain."""
    try:
        return said_of(line["kind"], line["position"], line["actor"], json.loads(line["body"]))
    except (ValueError, TypeError, KeyError):
        return None
