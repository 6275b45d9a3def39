"""The register of reduction sources and retired lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Holder:
    """What a project asks and holds of a source, t a year."""

    project: int
    name: str
    asked_t: str
    held_t: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """A registered source or retired line with its balance, in `unit`."""

    source: str
    name: str | None
    enterprise: str | None
    line: str | None
    area: str
    pollutant: str
    unit: str
    verified_t: str
    drawn_t: str
    free_t: str
    document: str
    completed: str | None
    position: int
    holders: tuple[Holder, ...]


@dataclass(frozen=True, kw_only=True)
class ClaimStated:
    """What the sheet of the project that drew first says."""

    name: str | None
    document: str | None
    verified_t: str | None


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What is drawn on by `key` and not registered, in `unit`."""

    key: str
    pollutant: str
    source: str
    unit: str
    asked_t: str
    holders: tuple[Holder, ...]
    stated: ClaimStated


@dataclass(frozen=True, kw_only=True)
class SourceMade:
    """A recorded entry; `changed`: the holdings it changed."""

    id: str
    changed: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class SourceHistory:
    """A source with its entries, newest first, and what projects drew on it; `next` is the `before` of the next page of movements."""

    source: Mapping[str, Any]
    entries: tuple[Mapping[str, Any], ...]
    movements: tuple[Mapping[str, Any], ...]
    next: int | None
