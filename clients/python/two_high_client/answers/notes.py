"""Notes on projects, findings and figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NoteEndShown:
    """That a note was withdrawn; its text stays."""

    id: str
    at: str
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Note:
    """A note as it was written, and its end, if it has one."""

    id: str
    at: str
    by: str
    project: int
    review: str | None
    rule: str | None
    subject: str | None
    path: str | None
    text: str
    withdrawn: NoteEndShown | None


@dataclass(frozen=True, kw_only=True)
class NoteMade:
    """What was recorded: the number of the event."""

    id: str
