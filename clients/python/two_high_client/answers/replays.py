"""Replays of many reviews in the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from two_high_client.answers.document import Both


@dataclass(frozen=True, kw_only=True)
class ReplayRequest:
    """Which reviews to replay, against what."""

    against: str | None = None  # another edition
    as_of: str | None = None  # by the edition in force on that day
    since: str | None = None  # as of this day or later
    until: str | None = None  # as of this day or earlier
    project: int | None = None  # this project alone


@dataclass(frozen=True, kw_only=True)
class ReplaySummary:
    """Counts over a replay."""

    reviews: int
    identical: int
    errors: int
    layers: Mapping[str, int]
    flipped_reviews: int
    flips: int
    by_rule: Mapping[str, Mapping[str, int]]
    by_cause: Mapping[str, int]
    by_kind: Mapping[str, int]
    recommendations: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class ReplayJob:
    """A replay of many reviews, under way or over."""

    id: str
    made: str
    actor: str
    asked: ReplayRequest
    state: str
    done: int  # reviews replayed
    total: int  # of how many
    summary: ReplaySummary
    ended: str | None
    detail: str | None  # why it failed


@dataclass(frozen=True, kw_only=True)
class ReplayReach:
    """What a replay compares; where it compares nothing, or by supposition, `notes` say so."""

    reviews: int  # reviews of the span
    same: int  # judged by that very edition as of that day: nothing is compared
    outside: int  # with a day of review that the edition's period does not touch
    notes: tuple[Both, ...]


@dataclass(frozen=True, kw_only=True)
class ReplayRead(ReplayJob):
    """A replay of many reviews with what it compares; `reach` is null where its edition is not in the record."""

    reach: ReplayReach | None


@dataclass(frozen=True, kw_only=True)
class ReplaysPage:
    """Replay jobs, newest first."""

    items: tuple[ReplayJob, ...]
