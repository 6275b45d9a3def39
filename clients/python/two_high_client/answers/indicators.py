"""The city's indicators, and versions of projects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from two_high_client.answers.document import Both


@dataclass(frozen=True, kw_only=True)
class AddedShown:
    """What new projects add: energy in tce/a, VOC and its offsets in t/a; how many there are, and how many do not state a figure."""

    energy_tce: str
    voc_t: str
    voc_offset_t: str
    projects: int
    not_stated: int


@dataclass(frozen=True, kw_only=True)
class AddedBoth:
    """What approved projects add, and those that await their decision."""

    approved: AddedShown
    pending: AddedShown


@dataclass(frozen=True, kw_only=True)
class IndicatorsShown:
    """The city's indicators beside the plan's targets."""

    schema_: str
    ruleset: str
    projects: int
    capacity_at_benchmark: tuple[Mapping[str, Any], ...]
    added: AddedBoth
    reductions: tuple[Mapping[str, Any], ...]
    notes: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class VersionDecisionShown:
    """A decision on the review of a version."""

    position: int
    review: int
    outcome: str
    departs: bool
    officer: str
    second: str | None
    on_behalf_of: str | None
    decided_on: str
    reason: str | None
    clause: str | None


@dataclass(frozen=True, kw_only=True)
class VersionShown:
    """A version of a project by its review, with the decisions on it."""

    review: int
    version: int
    as_of: str
    recommendation: str
    digest: str
    sheet: str
    decisions: tuple[VersionDecisionShown, ...]


@dataclass(frozen=True, kw_only=True)
class FieldDifference:
    """A field that differs between two versions, as people read it."""

    path: str
    label: Both
    unit: str | None
    before: Both
    after: Both
