"""Recorded reviews, decisions on them, and reviews judged again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from two_high_client.answers.document import Both, Recommendation, Review, SupplementShown
from two_high_client.errors import Problem


@dataclass(frozen=True, kw_only=True)
class ReviewRecorded:
    """A recorded review with its numbers."""

    id: str
    project: int  # the project's number
    version: int  # which version of the project
    replaces: str | None  # the review that this one took the place of
    digest: str  # of the review's bytes
    review: Review


@dataclass(frozen=True, kw_only=True)
class ReviewRead(ReviewRecorded):
    """A recorded review as it was read; `etag` goes into a decision as `if_match`."""

    etag: str


@dataclass(frozen=True, kw_only=True)
class SupplementAsked(SupplementShown):
    """An item of a review's supplement list, and where the sheet states it, what is wrong with what is stated."""

    put_right: Both | None  # None: to be stated


@dataclass(frozen=True, kw_only=True)
class ReviewSupplement:
    """What a review asks to be stated, checked or put right."""

    supplement: tuple[SupplementAsked, ...]


@dataclass(frozen=True, kw_only=True)
class ReviewLine:
    """A recorded review in a list."""

    id: str
    project: int
    version: int
    as_of: date
    recommendation: Recommendation
    digest: str


@dataclass(frozen=True, kw_only=True)
class DecisionMade:
    """A recorded decision; `short` names sources of which the project holds less than it asks."""

    id: str
    review: str
    departs: bool  # departs from the recommendation
    conditions: tuple[Both, ...]
    short: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ItemAnswer:
    """What became of one sheet of a batch: `review` (and its numbers, where it was recorded), or `problem`."""

    index: int  # its place in the batch, from 0
    status: int  # the HTTP status it would have had alone
    review: Review | None = None
    recommendation: Recommendation | None = None  # instead of the review where brief=true
    id: str | None = None
    project: int | None = None
    version: int | None = None
    replaces: str | None = None
    digest: str | None = None
    replayed: bool | None = None  # recorded before under the same key
    problem: Problem | None = None


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """A review judged again. `difference` is null where nothing differs; `layer` names what is not what it was."""

    review: str
    project: int
    version: int
    as_of: date
    difference: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class ReplayedAlone(Replayed):
    """One review judged again; `notes` say where nothing was compared, or by supposition alone."""

    notes: tuple[Both, ...]
