"""Decisions as auditors look through them, on the wire."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.wire.enumerated import OutcomeCode
from api.wire.reviews import Number


class DecisionShown(BaseModel):
    """一项决定 / a decision with the project as it stood then; `fails` are the rules by which its review has a failing finding."""

    decision: Number
    at: str = Field(description="记录时间，UTC / recorded at, UTC")
    decided_on: str = Field(examples=["2026-03-01"])
    officer: str
    on_behalf_of: str | None
    second: str | None
    recommendation: str
    outcome: OutcomeCode
    departs: bool = Field(description="与审查建议不同 / otherwise than recommended")
    reason: str | None
    clause: str | None
    last: bool = Field(description="该项目最后的决定 / the project's last decision")
    project: Number
    code: str | None
    name: str
    applicant: str | None
    industry: str | None
    sector: str | None
    park: str | None
    review: Number
    version: int
    as_of: str
    reference: str | None = Field(description="导入时的原案号 / reference of an imported case")
    fails: list[str]


class DecisionsPage(BaseModel):
    """一页决定，按记录顺序；抽样时为抽出的 / a page of decisions in order; of a sample all that were drawn."""

    items: list[DecisionShown]
    next: int | None = Field(description="后一页的 after / `after` of the next page; null at the end")
    upto: int | None = Field(
        description="抽样时记录到的事件 / the last event when a sample was drawn: with it the same one is drawn again"
    )


class TallyShown(BaseModel):
    """次数 / how often: all decisions, those that depart, and by outcome."""

    decisions: int
    departs: int
    outcomes: dict[str, int]


class DecisionStatistics(BaseModel):
    """决定的统计 / decisions counted; what no sheet states is counted under an empty name. `overruled`: approvals that depart, by failing rule."""

    all: TallyShown
    officers: dict[str, TallyShown]
    industries: dict[str, TallyShown]
    parks: dict[str, TallyShown]
    months: dict[str, TallyShown]
    overruled: dict[str, int]
