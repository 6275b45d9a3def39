"""Drafts of sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from two_high_client.answers.document import Both, Recommendation


@dataclass(frozen=True, kw_only=True)
class DraftShown:
    """A draft without its content; times are UTC. `submitted` is the review that it became; `away`: put away."""

    id: int
    title: str
    made: str
    made_by: str
    saved: str
    saved_by: str
    version: int
    replaces: str | None
    submitted: str | None
    away: bool


@dataclass(frozen=True, kw_only=True)
class DraftFault:
    """What is wrong with what is filled in, and where."""

    path: str
    detail: Both


@dataclass(frozen=True, kw_only=True)
class DraftWhole(DraftShown):
    """A draft at one of its versions (`shown`), with what is wrong with it, and what was sent that found no place in a sheet."""

    shown: int
    at: str
    by: str
    values: Mapping[str, Any]
    faults: tuple[DraftFault, ...]
    left: tuple[DraftFault, ...]


@dataclass(frozen=True, kw_only=True)
class DraftVersionLine:
    """A version of a draft: when (UTC), by whom, and how it came about."""

    version: int
    at: str
    by: str
    how: str


@dataclass(frozen=True, kw_only=True)
class DraftSubmitted:
    """The review that a draft became."""

    id: str
    recommendation: Recommendation
