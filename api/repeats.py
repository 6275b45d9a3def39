"""Calls that are made again (重复提交): the key under which a sender's call is recorded once, and what says that it was."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header, Response

from review.errors import Fault, Refused, Text
from review.record.access.callers import Principal
from review.record.storage.journal import by_request
from review.record.storage.sender_keys import Made
from review.record.storage.store import Store
from review.record.storage.tables import StoredReview

REPLAYED = "Idempotent-Replayed"
# How the key of a sheet of a batch ends.
_OF_A_BATCH = re.compile(r"#[0-9]+\Z")
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


def key_in_batch(key: str | None, index: int) -> str | None:
    """The key of a sheet by its place in a batch that was sent under `key`."""
    return f"{key}#{index}" if key else None


def require_no_batch_key(store: Store, key: str | None) -> None:
    """Raises Refused for the key of a single sheet that is written as a sheet of a batch has it, unless a review is recorded under it already."""
    if key is None or not _OF_A_BATCH.search(key):
        return
    with store.reading() as connection:
        known = by_request(connection, StoredReview, key)
    if known is None:
        words = Text(
            "不能以 # 和数字结尾：批量提交的各份用这样的编号",
            "ends in # and a number, as the keys of sheets of a batch do: use another",
        )
        raise Refused([Fault("request", words)])
