"""What the city may still add of energy, coal, carbon and pollutants."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class QuotaMade:
    """A recorded quota; without an `id` it was so already."""

    id: str | None


@dataclass(frozen=True, kw_only=True)
class SideShown:
    """What projects add together, how many there are, and how many of them do not state it."""

    amount: str
    projects: int
    not_stated: int


@dataclass(frozen=True, kw_only=True)
class QuotaShown:
    """A quota as it was entered."""

    amount: str
    document: str
    reason: str
    position: int
    at: str  # UTC
    actor: str


@dataclass(frozen=True, kw_only=True)
class ThisShown:
    """What one review's project adds (null: not stated), and as what it is counted."""

    amount: str | None
    counted: str | None


@dataclass(frozen=True, kw_only=True)
class BalanceShown:
    """A medium in a period, in `unit`. `quota` is null where none was entered; with `left_at_most` no more is left than `left`."""

    medium: str
    unit: str
    first_year: int
    last_year: int
    quota: QuotaShown | None
    approved: SideShown
    pending: SideShown
    left: str | None
    left_at_most: bool
    this: ThisShown | None
    left_after: str | None


@dataclass(frozen=True, kw_only=True)
class UnstatedProject:
    """A project that does not state what it adds of a medium."""

    project: int
    name: str
    review: int
