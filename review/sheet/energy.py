"""Energy (能源) of the sheet."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema, model_validator

from review.errors import quoted
from review.quantities import UNITS, read_unit
from review.sheet.fields import LONGEST_LIST, OFFICE, Amount, Flag, Part, Words, field, refuse, require_within, shown
from review.sheet.identifiers import Identifier
from review.sheet.project import Document, MaybeDocument, MaybeEnergyReview

USES = {"fuel": ("燃料、动力", "fuel"), "feedstock": ("原料用能", "feedstock"), "export": ("输出", "exported")}


def _unit(value: Any) -> Any:
    if value is None:
        return None
    unit = read_unit(value) if isinstance(value, str) and len(value) < 40 else None
    if unit is None:
        known = quoted(UNITS)
        raise refuse(
            "unit",
            f"未知计量单位 {shown(value).zh}；可用：{known.zh}",
            f"unknown unit {shown(value).en}; known: {known.en}",
        )
    return unit.name


EnergyUnit = Annotated[
    str | None, BeforeValidator(_unit), WithJsonSchema({"type": ["string", "null"], "examples": list(UNITS)})
]


class EnergyItem(Part):
    """能源品种: one carrier and its annual quantity."""

    carrier: Identifier = field(
        "能源品种", "carrier", meaning=("折标系数表中的编号", "id of the coefficient table"), example="raw_coal"
    )
    name: Words = field("名称", "name", example="烟煤")
    quantity: Amount = field("实物量", "quantity", example="120000")
    unit: EnergyUnit = field("计量单位", "unit", example="t")
    use: Literal["fuel", "feedstock", "export"] | None = field(
        "用途", "use", meaning=("默认 fuel", "fuel by default"), choices=USES, example="fuel"
    )
    new_renewable: Flag = field("新增可再生能源电力", "newly added renewable electricity", example=False)
    factor: Amount = field(
        "实测折标系数",
        "measured coefficient",
        unit="表列单位",
        meaning=("按折标系数表的单位填写；电力不得填写", "in the table's unit; never for electricity"),
        example="0.70",
    )

    @model_validator(mode="after")
    def _electricity_has_no_factor(self) -> Self:
        if self.carrier == "electricity" and self.factor is not None:
            raise refuse("electricity_factor", "电力按当量值折算，不得填写 factor；等价系数请填 energy.primary_factor_kgce_per_kwh",
                         "electricity counts at its calorific value and takes no factor; a primary factor goes into energy.primary_factor_kgce_per_kwh")  # fmt: skip
        return self


class Energy(Part):
    """能源: items, stated totals, the energy review and what follows from it."""

    items: tuple[EnergyItem, ...] | None = field("能源明细", "energy items", longest=LONGEST_LIST)
    total_tce: Amount = field(
        "年综合能源消费量",
        "comprehensive energy consumption",
        unit="tce/a",
        meaning=("当量值，含原料用能", "calorific value, feedstock included"),
        example="61250.4",
    )
    added_tce: Amount = field(
        "年综合能源消费增量",
        "added energy consumption",
        unit="tce/a",
        meaning=("当量值；项目实施后比实施前增加的量", "calorific value; what the project adds to what was there"),
        example="800",
        since=2,
    )
    same_site_process: Flag = field(
        "地点、工艺和设备未改变",
        "same site, process and equipment",
        meaning=(
            "建设地点、主要生产工艺和设备未改变",
            "the site, the main production process and equipment are unchanged",
        ),
        example=False,
        since=2,
    )
    total_tce_primary: Amount = field(
        "等价值总量",
        "total at primary-energy value",
        unit="tce/a",
        meaning=("年综合能源消费量，电力按等价值", "electricity at its primary-energy value"),
        example="70355.2",
        since=2,
    )
    approved_tce: Amount = field(
        "节能审查批复的消费量",
        "consumption approved by the energy review",
        unit="tce/a",
        meaning=("节能审查批复的年综合能源消费量（当量值）", "a year, at calorific value"),
        example="61000",
        since=2,
    )
    electricity_mwh: Amount = field("年用电量", "electricity", unit="MWh/a", example="52000")
    coal_t: Amount = field("年煤炭消费量", "coal", unit="t/a", meaning=("实物量", "physical tonnes"), example="80000")
    primary_factor_kgce_per_kwh: Amount = field(
        "电力等价系数", "primary-energy factor", unit="kgce/kWh", example="0.2989"
    )
    review: MaybeEnergyReview = field("节能审查意见", "energy review")
    review_exempt: Document | None = field(
        "不单独进行节能审查的依据",
        "ground for no review of its own",
        meaning=("涉密、用能工艺简单的行业等", "secret projects, industries of simple energy use and the like"),
        since=2,
    )
    ndrc_key_field: Flag = field(
        "属国家审查的重点领域",
        "in a key field of the NDRC",
        meaning=(
            "属国家发展改革委审查的重点领域",
            "in a field whose reviews the National Development and Reform Commission makes",
        ),
        example=False,
        by=OFFICE,
        since=2,
    )
    major_change: Flag = field(
        "较节能审查意见发生重大变动", "major change since the energy review", example=False, since=2
    )
    change_decision: MaybeDocument = field(
        "同意变更或重新审查的决定",
        "decision on the change",
        meaning=("没有写 none", "none where there is none"),
        since=2,
    )
    acceptance: MaybeDocument = field(
        "节能验收", "energy acceptance", meaning=("未验收写 none", "none where not done"), since=2
    )
    guidance: Document | None = field(
        "工作指导记录", "guidance given", meaning=("本单位已开展工作指导的记录", "the office's record"), by=OFFICE
    )
    online_monitoring: Flag = field(
        "能耗在线监测",
        "energy online monitoring",
        meaning=("已建或承诺投产前建成", "in place, or committed"),
        example=True,
    )
    status_report: Flag = field("能源利用状况报告", "status report filed", example=True)
    manager_appointed: Flag = field("能源管理岗位和负责人", "energy manager appointed", example=True)

    @model_validator(mode="after")
    def _adds_no_more_than_it_uses(self, info: ValidationInfo) -> Self:
        require_within(self, "added_tce", "total_tce", info)
        return self
