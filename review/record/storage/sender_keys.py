"""A sender's own key (提交编号): what came twice under one key is recorded once, and another content under it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from review.errors import Conflict, Fault, Text
from review.record.storage.contents import body_at
from review.record.storage.journal import by_request


@dataclass(frozen=True)
class Made:
    """What was recorded: the number of the event; `again`: recorded before under the same key."""

    id: int
    again: bool = False


def recorded_before(connection: Connection, model: Any, body: Mapping[str, Any], what: str) -> Made | None:
    """The event recorded under the key of a body (`request`), None where it is new or has none. Raises Conflict where it says anything else."""
    row = by_request(connection, model, body["request"]) if body["request"] else None
    if row is None:
        return None
    recorded: Mapping[str, Any] = body_at(connection, row["position"])
    if any(recorded.get(name) != value for name, value in body.items()):
        raise used_otherwise(what, row["position"])
    return Made(int(row["position"]), again=True)


def used_otherwise(what: str, position: int) -> Conflict:
    """The key came with another content than the event of that number, which is `what` in English."""
    words = Text(
        f"该提交编号已用于记录 {position}，而内容不同；请换用新的编号",
        f"this key was used for {what} {position} with another content: use a new key",
    )
    return Conflict([Fault("request", words)])
