"""Decisions that wait for a second person, on the wire."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.wire.document import Both
from api.wire.reading import read
from api.wire.reviews import DecisionMade, Number
from api.wire.sign_offs import RulingShown, Ticked
from review.record.cases.second_person import Pending
from review.record.cases.sign_offs import ruling_written


class SecondRequest(BaseModel):
    """What the second person has looked at, one by one: every mandatory failure that is overridden, every short source (rule `source`)."""

    model_config = ConfigDict(extra="forbid", strict=True)
    seen: list[Ticked] = Field(
        [],
        max_length=500,
        description="已逐项查看的 / what was looked at",
        examples=[[{"rule": "eia-laws", "subject": "eia"}]],
    )


class PendingShown(BaseModel):
    """A decision that waits; it lapses after `expires` (UTC)."""

    id: str = Field(examples=["0123456789abcdef"])
    review: Number
    officer: str
    ruling: RulingShown
    made: str
    expires: str


class ToSee(BaseModel):
    """What the second person is to look at: a failure by its rule and subject, a short source as rule `source`."""

    rule: str
    subject: str
    title: Both | None


class ReturnedShown(BaseModel):
    """A decision that was sent back, and why."""

    officer: str
    by: str
    detail: str


class PendingOnReview(BaseModel):
    """What waits on a review, what is to be looked at to confirm it, and what was sent back last; null where nothing."""

    pending: PendingShown | None
    to_see: list[ToSee]
    returned: ReturnedShown | None


class DecidedOrWaiting(BaseModel):
    """A decision as it was recorded, or as it waits for a second person."""

    decision: DecisionMade | None
    pending: PendingShown | None


def seen_from(content: Any) -> frozenset[tuple[str, str]]:
    """What was looked at, by rule and subject. Raises Refused."""
    return frozenset((each.rule, each.subject) for each in read(SecondRequest, content).seen)


def pending_json(found: Pending) -> dict[str, Any]:
    """A waiting decision as JSON values."""
    return {
        "id": found.id,
        "review": str(found.review),
        "officer": found.officer,
        "ruling": ruling_written(found.ruling),
        "made": found.made,
        "expires": found.expires,
    }
