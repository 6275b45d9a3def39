"""Files and what they are attached to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FileShown:
    """A file as the record names it."""

    digest: str
    name: str
    media: str
    bytes: int


@dataclass(frozen=True, kw_only=True)
class AttachedToShown:
    """What a file is attached to. Of a figure and a decision the review is named too; of each but a source the project."""

    project: int | None
    review: str | None
    path: str | None
    decision: str | None
    source: str | None


@dataclass(frozen=True, kw_only=True)
class WithdrawalShown:
    """The end of an attachment; the file stays in the record."""

    id: str
    at: str
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file as it was attached, and its end, if it has one."""

    id: str
    at: str
    by: str
    to: AttachedToShown
    file: FileShown
    page: str | None
    place: str | None
    note: str | None
    withdrawn: WithdrawalShown | None


@dataclass(frozen=True, kw_only=True)
class AttachmentMade:
    """What was recorded: the number of the event."""

    id: str
