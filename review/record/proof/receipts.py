"""Receipts (存证): one recorded review with its decisions, and the proof that they are in the record.

`receipt_verifier.py` checks a receipt with nothing but the Python standard library.
"""

from __future__ import annotations

import json
from typing import Any, NotRequired, TypedDict, cast

from sqlalchemy import Connection, select

from review.drafting.typed import Values
from review.errors import Fault, NotRecorded, Text
from review.record.storage import chain
from review.record.storage.contents import read_review, read_sheet_bytes
from review.record.storage.journal import Row, body_of, table
from review.record.storage.tables import Decision, Event, Step

SCHEMA = "two-high/receipt/1"


class CheckpointNamed(TypedDict):
    """The head of the chain at a position, and the root of the tree over all digests up to it; the tree's `peaks` where they are told too."""

    position: int
    head: str
    root: str
    peaks: NotRequired[list[str]]


class EventShown(TypedDict):
    """An event with its body as values, whose shape is that of its kind."""

    position: int
    at: str
    actor: str
    kind: str
    body: Any
    previous: str
    digest: str


class Entry(TypedDict):
    """An event, and the path from its digest to the root."""

    event: EventShown
    path: list[str]


class Receipt(TypedDict):
    """A recorded review with what proves it: the sheet's values, the review's bytes as text, entries, and the checkpoint they lead to."""

    schema: str
    review: int
    sheet: Values
    document: str
    entries: list[Entry]
    checkpoint: CheckpointNamed
    head_path: list[str]


def receipt(connection: Connection, review: int) -> Receipt:
    """A review, the decisions on it and the later steps of its project, each with its path to the root at the head of the chain.

    Raises NotRecorded.
    """
    recorded = read_review(connection, review)
    events, decisions, steps = table(Event), table(Decision), table(Step)
    digests = list(connection.execute(select(events.c.digest).order_by(events.c.position)).scalars())
    later = [
        *connection.execute(select(decisions.c.position).where(decisions.c.review == review)).scalars(),
        *connection.execute(
            select(steps.c.position).where(steps.c.project == recorded.project, steps.c.position > review)
        ).scalars(),
    ]
    wanted = [review, *sorted(later)]
    found = (
        connection.execute(select(events).where(events.c.position.in_(wanted)).order_by(events.c.position))
        .mappings()
        .all()
    )
    _, peaks = chain.grow(0, [], digests)
    return {
        "schema": SCHEMA,
        "review": review,
        "sheet": json.loads(read_sheet_bytes(connection, recorded.sheet)),
        "document": recorded.content.decode(),
        "entries": [_entry(dict(event), digests) for event in found],
        "checkpoint": {"position": len(digests), "head": digests[-1], "root": chain.root_of(peaks)},
        "head_path": chain.inclusion_path(len(digests) - 1, digests),
    }


def _entry(event: Row, digests: list[str]) -> Entry:
    shown = cast(EventShown, {**event, "body": body_of(event)})
    return {"event": shown, "path": chain.inclusion_path(event["position"] - 1, digests)}


def read_checkpoint(content: bytes, file: str = "--checkpoint") -> CheckpointNamed:
    """A checkpoint stored elsewhere in a file, as `two-high checkpoint` wrote it. Raises NotRecorded where it is none."""
    try:
        found = json.loads(content)
        if (
            type(found["position"]) is int
            and found["position"] > 0
            and isinstance(found["head"], str)
            and isinstance(found["root"], str)
        ):
            read: CheckpointNamed = {"position": found["position"], "head": found["head"], "root": found["root"]}
            peaks = found.get("peaks")
            if isinstance(peaks, list) and all(isinstance(each, str) for each in peaks):
                read["peaks"] = peaks
            return read
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    words = Text(
        "不是检查点：应为含 position、head、root 的 JSON",
        "is no checkpoint: it should be JSON with position, head and root",
    )
    raise NotRecorded([Fault(file, words)])
