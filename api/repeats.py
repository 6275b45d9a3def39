"""Calls that are made again (重复提交): the key under which a sender's call is recorded once, and what says that it was."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Response

from review.record.access.callers import Principal
from review.record.storage.sender_keys import Made

REPLAYED = "Idempotent-Replayed"
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key", min_length=1, max_length=150, description="提交编号：同一编号和内容只记录一次 / recorded once",
        examples=["case-2026-0001"],
    ),
]  # fmt: skip


def replayed(again: bool) -> dict[str, str]:
    """The header that says of an answer that it was given before under the same key."""
    return {REPLAYED: "true"} if again else {}


def made_answer(made: Made, response: Response) -> dict[str, str]:
    """The number of what was recorded, as text; the answer's header says where that was before under the same key."""
    response.headers.update(replayed(made.again))
    return {"id": str(made.id)}


def request_key(principal: Principal, key: str | None) -> str | None:
    """A sender's key, of that sender alone."""
    return f"{principal.key}:{key}" if key else None
