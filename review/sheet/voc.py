"""VOCs (挥发性有机物) of the sheet, and the offsets of their emission."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import ValidationInfo, model_validator

from review.sheet.fields import (
    LONGEST_LIST,
    OFFICE,
    Amount,
    AsAbsent,
    AsStated,
    Day,
    Flag,
    OrNone,
    Part,
    Words,
    field,
    require_within,
)
from review.sheet.identifiers import Identifier, IdentifierOrNone
from review.sheet.project import Document


class Offset(Part):
    """倍量替代来源: one draw on one reduction source."""

    source: Identifier = field("来源编号", "source id", example="S-2024-001")
    project: Words = field("减排项目", "reduction project", example="某涂装线水性化改造（虚构）")
    area: Identifier = field(
        "所在区域", "area", meaning=("规则集区域表中的一个", "one of the areas of the ruleset"), table="areas"
    )
    reduction_t: Amount = field("核定削减量", "verified reduction", unit="t/a", example="9")
    allocated_t: Amount = field("本项目使用量", "used by this project", unit="t/a", example="6")
    completed: Day = field("完成日期", "completed on", example="2024-06-30")
    document: IdentifierOrNone = field(
        "依据文号",
        "document",
        meaning=("确认削减量的文号；没有写 none", "the number; none where there is none"),
        example="示环〔2024〕5 号（示例）",
    )
    area_accepted: Document | None = field(
        "“区域内”认定",
        "area accepted",
        meaning=("本单位经办人对“区域内”的认定", "the officer's finding that it lies within the region"),
        by=OFFICE,
        since=2,
    )


class Voc(Part):
    """VOCs: emission, offsets and controls."""

    emission_t: Amount = field("VOCs 年排放量", "VOC emission", unit="t/a", example="12.5")
    added_t: Amount = field("其中新增量", "of it added", unit="t/a", example="3")
    replaced_t: Amount = field(
        "以新带老削减量",
        "reduced by the new",
        unit="t/a",
        meaning=("新增量未扣除此项", "the amount added is before it"),
        example="1.2",
        since=2,
    )
    offsets: tuple[Offset, ...] | None = field("倍量替代来源", "offsets", longest=LONGEST_LIST)
    coatings_used: Flag = field("使用涂料、胶粘剂、油墨等", "coatings, adhesives or inks used", example=True)
    low_voc_materials: Flag = field("使用低（无）VOCs 原辅材料", "low-VOC materials", example=True)
    online_monitoring: Flag = field(
        "VOCs 在线监控设备",
        "VOC online monitoring",
        meaning=("已安装或承诺投运前安装", "in place, or committed"),
        example=True,
    )
    ecocloud: Flag = field("接入市生态云平台", "connected to the eco-cloud", example=True)
    floating_roof_tanks: Flag = field("有浮顶罐", "floating-roof tanks", example=False)
    full_contact_double_seal: Flag = field(
        "全接液浮盘和高效双重密封", "full-contact floats and double seals", example=True
    )
    liquid_loading: Flag = field("有油品装卸", "oil loading", example=False)
    vapour_recovery: Flag = field("油气回收", "vapour recovery", example=True)

    @model_validator(mode="after")
    def _adds_no_more_than_it_emits(self, info: ValidationInfo) -> Self:
        require_within(self, "added_t", "emission_t", info)
        return self


MaybeVoc = Annotated[Annotated[Voc, AsStated] | AsAbsent, OrNone] | None
