"""Decisions that wait for a second person."""

from __future__ import annotations

from dataclasses import dataclass

from two_high_client.answers.document import Both
from two_high_client.answers.reviews import DecisionMade
from two_high_client.answers.sign_offs import RulingShown


@dataclass(frozen=True, kw_only=True)
class PendingShown:
    """A decision that waits; it lapses after `expires` (UTC)."""

    id: str
    review: str
    officer: str
    ruling: RulingShown
    made: str
    expires: str


@dataclass(frozen=True, kw_only=True)
class ToSee:
    """What the second person is to look at: a failure by its rule and subject, a short source as rule `source`."""

    rule: str
    subject: str
    title: Both | None


@dataclass(frozen=True, kw_only=True)
class ReturnedShown:
    """A decision that was sent back, and why."""

    officer: str
    by: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class PendingOnReview:
    """What waits on a review, what is to be looked at to confirm it, and what was sent back last; null where nothing."""

    pending: PendingShown | None
    to_see: tuple[ToSee, ...]
    returned: ReturnedShown | None


@dataclass(frozen=True, kw_only=True)
class DecidedOrWaiting:
    """A decision as it was recorded, or as it waits for a second person."""

    decision: DecisionMade | None
    pending: PendingShown | None
