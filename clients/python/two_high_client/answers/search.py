"""What a search finds."""

from __future__ import annotations

from dataclasses import dataclass

from two_high_client.answers.document import Both


@dataclass(frozen=True, kw_only=True)
class FoundText:
    """A text in which a word stands, and where it stands."""

    place: Both
    words: str


@dataclass(frozen=True, kw_only=True)
class SearchHit:
    """A `project`, `source` or `proposal`, or an event of the office for auditors and administrators, by its kind."""

    kind: str
    id: str  # its number, or the id of a source
    title: Both
    found: tuple[FoundText, ...]


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    """A page of hits, by when the words came up last, the latest first."""

    items: tuple[SearchHit, ...]
    next: str | None  # `after` of the next page; null at the end
    behind: int  # events that are not in the index yet
