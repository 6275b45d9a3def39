"""Approvals that rest on a figure since corrected, and who adopted an edition, on the wire."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api.wire.document import Both
from api.wire.proposals import Person
from api.wire.reviews import Number


class Adopted(BaseModel):
    """The event that adopted an edition. What a record begins with has neither proposal nor persons."""

    event: Number
    at: str = Field(description="UTC", examples=["2026-11-24T09:00:00.000000Z"])
    proposal: Number | None
    proposer: Person | None
    confirmer: Person | None


class Cell(BaseModel):
    """A column with what was and what is; null where the row was not there."""

    column: str = Field(examples=["value"])
    then: str | None = Field(examples=["1.2"])
    now: str | None = Field(examples=["1.5"])


class ChangeShown(BaseModel):
    """A change of an edition: old → new, why, by which document, page and of which day; "" where not stated."""

    kind: str = Field(examples=["parameter"])
    table: str
    name: str = Field(examples=["offset_ratio"])
    state: str
    why: str = Field(description="law、error、setting、evidence、undeclared", examples=["error"])
    document: str
    page: str
    issued: str
    reason: Both | None
    cells: list[Cell]


class FlipShown(BaseModel):
    """A finding that the corrected figure would flip."""

    rule: str
    subject: str
    then: str
    now: str


class OutcomesShown(BaseModel):
    """The recommendation as recorded, and by the corrected figure."""

    then: str
    now: str


class CorrectedFigure(BaseModel):
    """An approval and one figure, since corrected, that it rests on."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "review": "17", "project": 17, "version": 1, "code": "2503-350181-04-01-123456", "name": "虚构化工项目", "as_of": "2026-12-01",
                "decision": "18", "decided_on": "2026-12-02", "officer": "审查岗甲", "ruleset": "city@2026", "edition": "city@2026-o1",
                "begins": "2027-01-01",
                "adopted": {
                    "event": "31", "at": "2026-12-20T09:00:00.000000Z", "proposal": "30", "proposer": {"name": "规则员甲", "subject": "jia"},
                    "confirmer": {"name": "规则员乙", "subject": "yi"},
                },
                "change": {
                    "kind": "parameter", "table": "parameters", "name": "offset_ratio", "state": "changed", "why": "error",
                    "document": "通知（示例）（示〔2026〕1 号）", "page": "3", "issued": "2026-11-01", "reason": {"zh": "录入有误", "en": "录入有误"},
                    "cells": [{"column": "value", "then": "1.2", "now": "1.5"}],
                },
                "rests": [], "flips": [{"rule": "voc-offset", "subject": "voc", "then": "pass", "now": "fail"}],
                "recommendation": {"then": "approve", "now": "reject"}, "error": None,
            }
        }
    )  # fmt: skip
    review: Number
    project: int
    version: int
    code: str | None
    name: str
    as_of: str
    decision: Number
    decided_on: str
    officer: str
    ruleset: str = Field(description="审查所用的版本 / the edition that the review was judged by")
    edition: str = Field(description="更正它的版本 / the edition that corrects it")
    begins: str = Field(description="更正版本的施行日 / the first day of that edition")
    adopted: Adopted
    change: ChangeShown
    rests: list[str] = Field(description="依据该数值而结论不变的规则 / rules whose findings rest on it and stay")
    flips: list[FlipShown]
    recommendation: OutcomesShown | None
    error: str | None = Field(
        None, description="不能按更正后的数值重审的原因 / why it could not be judged by the corrected figure"
    )


class CorrectedPage(BaseModel):
    """Approvals in order of their decisions; `next` is the `after` of the next page, which can be there after an empty one."""

    items: list[CorrectedFigure]
    next: int | None
