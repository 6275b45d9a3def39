"""Checkpoints and verifications of the record, and what a paper's code belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from two_high_client.answers.document import Both


@dataclass(frozen=True, kw_only=True)
class BreakFound:
    """Where the record is broken, or what is to be looked at."""

    position: int
    table: str
    key: str
    message: Both


@dataclass(frozen=True, kw_only=True)
class ComparedCheckpoint:
    """A checkpoint from outside, and whether the record agrees with it."""

    position: int
    head: str
    agrees: bool


@dataclass(frozen=True, kw_only=True)
class AnchorsFound:
    """How many checkpoints were compared, and the event of the newest."""

    checkpoints: int
    newest: int


@dataclass(frozen=True, kw_only=True)
class VerificationFound:
    """What a verification found; `remarks` break nothing."""

    events: int
    reviews: int
    checkpoints: int
    head: str
    intact: bool
    breaks: tuple[BreakFound, ...]
    remarks: tuple[BreakFound, ...]
    entries: int
    compared: tuple[ComparedCheckpoint, ...]
    anchors: AnchorsFound


@dataclass(frozen=True, kw_only=True)
class VerificationShown:
    """A verification, under way or over; `found` is null until it is over."""

    id: str
    made: str
    actor: str
    state: str
    done: int
    total: int
    ended: str | None
    detail: str | None
    quick: bool
    found: VerificationFound | None


@dataclass(frozen=True, kw_only=True)
class Verifications:
    """Verifications, newest first."""

    items: tuple[VerificationShown, ...]


@dataclass(frozen=True, kw_only=True)
class CheckpointShown:
    """The head of the chain at `position`, and the root of the tree over all digests up to it; signed, where there is a `signature`."""

    position: int
    head: str
    root: str
    peaks: tuple[str, ...] | None = None
    schema_: str | None = None
    at: str | None = None  # when it was signed, UTC
    key: str | None = None  # public key
    signature: str | None = None
    cosignatures: tuple[Mapping[str, Any], ...] | None = None
    consistency: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class PaperFound:
    """The review and decision that a paper shows, and what has taken their place since; null where nothing has."""

    code: str
    project: int
    version: int
    review: str
    decision: str | None
    later_decision: str | None  # a decision made since
    later_review: str | None  # a review made since
    attached: int  # the event up to which it shows attachments, answers and consultations; 0: none
    later_attached: int | None  # the last event that changed them since
