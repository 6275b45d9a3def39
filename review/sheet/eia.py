"""The gates (环评关口) of the environmental impact assessment."""

from __future__ import annotations

from typing import Self, get_args

from pydantic import ValidationInfo, model_validator

from review.sheet.fields import OFFICE, Flag, Part, Words, at_intake, field, refuse
from review.sheet.identifiers import Number
from review.sheet.nothing import says_nothing
from review.sheet.project import Conforms, MaybeDocument
from review.terms import STATUS_WORDS, TRUTH_WORDS

_NOT_APPLICABLE = STATUS_WORDS["not_applicable"]


class Gate(Part):
    """四（三）的一道环评关口: does it conform, by which document."""

    conforms: Conforms = field(
        "是否符合",
        "conforms",
        meaning=(
            "true 符合，false 不符合，not_applicable 不适用（须说明）",
            "true, false, or not_applicable with a note",
        ),
        example=True,
    )
    document: Number = field("依据文号", "document", example="环评报告书 5.2 节（示例）")
    note: Words = field("说明", "note", example="本行业无碳达峰管控要求")

    @model_validator(mode="after")
    def _applies_or_says_why(self, info: ValidationInfo) -> Self:
        unsaid = self.note is None or (at_intake(info) and says_nothing(self.note))
        if self.conforms == "not_applicable" and unsaid:
            raise refuse(
                "gate_note",
                f"写“{_NOT_APPLICABLE.zh}”时须在“说明”一栏写明理由",
                f"“{_NOT_APPLICABLE.en}” needs its reason in the note",
            )
        return self


class AlwaysGate(Gate):
    """A gate that applies to every project."""

    @model_validator(mode="after")
    def _applies_or_says_why(self, info: ValidationInfo) -> Self:
        if self.conforms == "not_applicable":
            raise refuse(
                "gate_always",
                f"本项对所有项目适用，不得写“{_NOT_APPLICABLE.zh}”；可用：{TRUTH_WORDS[True].zh}、{TRUTH_WORDS[False].zh}",
                f"this applies to every project: {TRUTH_WORDS[True].en} or {TRUTH_WORDS[False].en}, never “{_NOT_APPLICABLE.en}”",
            )
        return self


class Eia(Part):
    """环评关口: the nine gates of 四（三）, those that the Code adds, and what became of the approval."""

    laws: AlwaysGate | None = field("生态环境保护法律法规", "environmental laws")
    zoning: AlwaysGate | None = field("生态环境分区管控", "environmental zoning")
    regional_reduction: Gate | None = field("区域污染物总量削减要求", "regional reduction")
    total_control: AlwaysGate | None = field("重点污染物排放总量控制", "total control of key pollutants")
    carbon_peak: Gate | None = field("碳排放达峰目标", "carbon peak target")
    access_list: Gate | None = field("生态环境准入清单", "access list")
    planning: Gate | None = field("相关规划环评", "planning EIA")
    sector_conditions: Gate | None = field("行业建设项目环境准入条件", "sector access conditions")
    approval_principles: Gate | None = field("环评文件审批原则", "approval principles")
    discharge_standards: AlwaysGate | None = field("达标排放措施", "measures to meet discharge standards", since=2)
    own_legacy: Gate | None = field(
        "原有污染的防治",
        "own pollution of before",
        meaning=("改建、扩建、技改项目对原有污染和生态破坏的防治", "of a project that alters what stands"),
        since=2,
    )
    report_quality: AlwaysGate | None = field("报告质量", "quality of the report", by=OFFICE, since=2)
    region_open: Gate | None = field(
        "所在地区未被暂停审批",
        "approvals not suspended in the region",
        meaning=("不新增重点污染物的可写 not_applicable", "not_applicable where no key pollutant is added"),
        by=OFFICE,
        since=2,
    )
    major_change: Flag = field("较环评批复发生重大变动", "major change since the EIA approval", example=False, since=2)
    change_approval: MaybeDocument = field(
        "重新报批的批复",
        "approval of the change",
        meaning=("没有写 none", "none where there is none"),
        since=2,
    )
    reexamined: MaybeDocument = field(
        "超过五年的重新审核",
        "re-examination after five years",
        meaning=("批复满五年方开工的重新审核意见；没有写 none", "none where there is none"),
        since=2,
    )


# Gates that cannot be stated not to apply.
ALWAYS = frozenset(name for name, info in Eia.model_fields.items() if AlwaysGate in get_args(info.annotation))
