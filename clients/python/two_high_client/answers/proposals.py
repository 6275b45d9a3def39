"""Proposed changes of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from two_high_client.answers.attachments import FileShown
from two_high_client.answers.cases import PersonShown
from two_high_client.answers.document import Both


@dataclass(frozen=True, kw_only=True)
class EditionProposed:
    """A proposed edition, and what it changes of the one `before` it."""

    name: str
    digest: str
    from_: str
    until: str | None
    title: Both
    changes: tuple[Mapping[str, Any], ...]  # each with then, now, why and document
    before: str | None
    conflicts: tuple[str, ...]  # changes of the office that were not carried onto it


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A proposal as it stands; its end with who ended it and why."""

    id: str
    at: str
    proposer: PersonShown
    reason: str
    state: str
    ended: str | None
    by: str | None
    ending: str | None
    files: tuple[FileShown, ...]
    editions: tuple[EditionProposed, ...]


@dataclass(frozen=True, kw_only=True)
class ProposalMade:
    """What was recorded: the number of the event."""

    id: str


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A preview in the background, with its counts."""

    id: str
    made: str
    actor: str
    state: str
    done: int
    total: int
    ended: str | None
    detail: str | None
    proposal: int
    summary: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class PreviewedProjects:
    """The preview of a proposal, and the projects that it tells something of, in order of review."""

    preview: Preview
    items: tuple[Mapping[str, Any], ...]
    next: int | None
