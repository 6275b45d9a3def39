"""Consultations of units and their replies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class UnitShown:
    """A unit that was asked."""

    name: str
    contact: str | None


@dataclass(frozen=True, kw_only=True)
class ReplyShown:
    """A reply as it was recorded; `stands`: no later reply of the unit has taken its place."""

    id: str
    at: str
    by: str
    unit: str
    day: str
    opinion: str
    words: str | None
    attachment: str | None
    reason: str | None
    stands: bool


@dataclass(frozen=True, kw_only=True)
class EndingShown:
    """The end of a consultation."""

    id: str
    act: str
    at: str
    by: str
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class ConsultationShown:
    """A consultation with all replies; `awaited` are the units that have not replied."""

    id: str
    at: str
    by: str
    project: int
    day: str
    units: tuple[UnitShown, ...]
    question: str
    due: str
    working_days: int | None
    state: str
    awaited: tuple[str, ...]
    overdue: bool  # open, and a reply was due before today
    replies: tuple[ReplyShown, ...]
    ending: EndingShown | None


@dataclass(frozen=True, kw_only=True)
class ProjectConsultations:
    """The consultations on a project, in order."""

    consultations: tuple[ConsultationShown, ...]


@dataclass(frozen=True, kw_only=True)
class ConsultationMade:
    """What was recorded: the number of the event."""

    id: str
