"""Carbon (碳排放) of the sheet, and what replaces its emission."""

from __future__ import annotations

from typing import Self

from pydantic import ValidationInfo, model_validator

from review.sheet.fields import LONGEST_LIST, Amount, Part, field, require_within
from review.sheet.identifiers import Identifier, IdentifierOrNone
from review.sheet.project import MaybeDocument

_UNIT = "t CO₂/a"


class CarbonReplacement(Part):
    """碳排放减量替代来源: one draw on one reduction source."""

    source: Identifier = field("来源编号", "source id", example="C-2026-001")
    reduction_t: Amount = field("核定削减量", "verified reduction", unit=_UNIT, example="12000")
    allocated_t: Amount = field("本项目使用量", "used by this project", unit=_UNIT, example="10000")
    document: IdentifierOrNone = field(
        "依据文号",
        "document",
        meaning=("确认削减量的文号；没有写 none", "the number; none where there is none"),
        example="榕发改〔2026〕7 号（示例）",
    )


class Carbon(Part):
    """碳排放: emission, what of it is added, its evaluation and what replaces it."""

    total_t: Amount = field("年碳排放总量", "carbon emission", unit=_UNIT, example="150000")
    added_t: Amount = field(
        "其中新增量",
        "of it added",
        unit=_UNIT,
        meaning=("新建项目只填总量的，新增量即总量", "of a new project that states the total alone, the total"),
        example="10000",
    )
    evaluated: MaybeDocument = field(
        "碳排放评价结果", "carbon evaluation", meaning=("未评价写 none", "none where not evaluated")
    )
    replacement: tuple[CarbonReplacement, ...] | None = field(
        "碳排放减量替代来源", "carbon replacement", longest=LONGEST_LIST
    )

    @model_validator(mode="after")
    def _adds_no_more_than_it_emits(self, info: ValidationInfo) -> Self:
        require_within(self, "added_t", "total_t", info)
        return self
