"""Indicators, versions of projects, movements of sources, clauses: lists that are looked at, on the wire."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from api.wire.document import Both
from api.wire.enumerated import ClauseKind, OutcomeCode, RecommendationCode
from api.wire.office import WorklistLine


class AddedShown(BaseModel):
    """What new projects add: energy in tce/a, VOC and its offsets in t/a; how many there are, and how many do not state a figure."""

    energy_tce: str
    voc_t: str
    voc_offset_t: str
    projects: int
    not_stated: int


class AddedBoth(BaseModel):
    """What approved projects add, and those that await their decision."""

    approved: AddedShown
    pending: AddedShown


class IndicatorsShown(BaseModel):
    """The city's indicators beside the plan's targets."""

    schema_: str = Field(alias="schema", examples=["two-high/indicators/1"])
    ruleset: str
    projects: int
    capacity_at_benchmark: list[dict[str, Any]]
    added: AddedBoth
    reductions: list[dict[str, Any]]
    notes: list[dict[str, Any]]


class CountedPage(BaseModel):
    """The projects that the indicators add up, newest first; `next` is the cursor of the next page, null at the end."""

    items: list[WorklistLine]
    next: str | None


class VersionDecisionShown(BaseModel):
    """A decision on the review of a version."""

    position: int
    review: int
    outcome: OutcomeCode
    departs: bool
    officer: str
    second: str | None
    on_behalf_of: str | None
    decided_on: str
    reason: str | None
    clause: str | None


class VersionShown(BaseModel):
    """A version of a project by its review, with the decisions on it."""

    review: int
    version: int
    as_of: str
    recommendation: RecommendationCode
    digest: str
    sheet: str
    decisions: list[VersionDecisionShown]


class VersionsPage(BaseModel):
    """Versions of a project, newest first; `next` is the `before` of the next page, null at the end."""

    items: list[VersionShown]
    next: int | None


class FieldDifference(BaseModel):
    """A field that differs between two versions, as people read it."""

    path: str
    label: Both
    unit: str | None
    before: Both
    after: Both


class SourceHistory(BaseModel):
    """A source with its entries, newest first, and what projects drew on it; `next` is the `before` of the next page of movements."""

    source: dict[str, Any]
    entries: list[dict[str, Any]]
    movements: list[dict[str, Any]]
    next: int | None


class ClauseShown(BaseModel):
    """A clause of the plan and what carries it."""

    number: str = Field(examples=["3.10-7"])
    article: str
    heading: str
    kind: ClauseKind = Field(examples=["rule"])
    quote: str
    rules: list[str]
    authorities: list[str]
