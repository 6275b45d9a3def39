"""Energy (能源), products (产品) and VOCs (挥发性有机物) of the sheet."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from review.quantities import UNITS, read_unit
from review.sheet.fields import (
    LONGEST_LIST,
    Amount,
    AsAbsent,
    AsStated,
    Day,
    Figure,
    Flag,
    OrNone,
    Part,
    Words,
    WordsOrNone,
    field,
    refuse,
    shown,
)
from review.sheet.project import Document, MaybeEnergyReview

USES = {"fuel": ("燃料、动力", "fuel"), "feedstock": ("原料用能", "feedstock"), "export": ("输出", "exported")}
AREAS = {
    "fuqing": ("福清市", "Fuqing"),
    "fuzhou": ("福州市其他县（市、区）", "elsewhere in Fuzhou"),
    "other": ("福州市以外", "elsewhere"),
}


def _unit(value: Any) -> Any:
    if value is None:
        return None
    unit = read_unit(value) if isinstance(value, str) and len(value) < 40 else None
    if unit is None:
        known = ", ".join(UNITS)
        raise refuse(
            "unit", f"未知计量单位 {shown(value)}；可用：{known}", f"unknown unit {shown(value)}; known: {known}"
        )
    return unit.name


EnergyUnit = Annotated[
    str | None, BeforeValidator(_unit), WithJsonSchema({"type": ["string", "null"], "examples": list(UNITS)})
]


class EnergyItem(Part):
    """能源品种: one carrier and its annual quantity."""

    carrier: Words = field(
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
    electricity_mwh: Amount = field("年用电量", "electricity", unit="MWh/a", example="52000")
    coal_t: Amount = field("年煤炭消费量", "coal", unit="t/a", meaning=("实物量", "physical tonnes"), example="80000")
    primary_factor_kgce_per_kwh: Amount = field(
        "电力等价系数", "primary-energy factor", unit="kgce/kWh", example="0.2989"
    )
    review: MaybeEnergyReview = field("节能审查意见", "energy review")
    guidance: Document | None = field(
        "工作指导记录", "guidance given", meaning=("本单位已开展工作指导的记录", "the office's record")
    )
    online_monitoring: Flag = field(
        "能耗在线监测",
        "energy online monitoring",
        meaning=("已建或承诺投产前建成", "in place, or committed"),
        example=True,
    )
    status_report: Flag = field("能源利用状况报告", "status report filed", example=True)
    manager_appointed: Flag = field("能源管理岗位和负责人", "energy manager appointed", example=True)


class Product(Part):
    """产品: capacity, output and energy per unit."""

    name: Words = field("产品名称", "product", example="合成氨")
    benchmark: WordsOrNone = field(
        "标杆表行",
        "benchmark row",
        meaning=("能效标杆表的行编号；表中没有写 none", "row id; none where the table has no such product"),
        example="ammonia-other-lump",
    )
    capacity: Amount = field("设计产能", "capacity", example="300000")
    output: Amount = field("产量", "output", example="280000")
    output_unit: Words = field("产量单位", "output unit", example="t")
    unit_energy: Figure = field(
        "单位产品能耗",
        "energy per unit of product",
        meaning=("以“单位”一栏计；可为负", "in the unit beside it; may be negative"),
        example="1150",
    )
    unit: Words = field(
        "单位产品能耗的单位", "its unit", meaning=("默认为标杆表的单位", "the row's by default"), example="kgce/t"
    )
    advanced_level: Figure = field(
        "先进水平", "advanced level", meaning=("标杆表无此产品时填写", "where the table has none"), example="1100"
    )
    advanced_source: Document | None = field("先进水平依据", "its source")


class Offset(Part):
    """倍量替代来源: one draw on one reduction source."""

    source: Words = field("来源编号", "source id", example="S-2024-001")
    project: Words = field("减排项目", "reduction project", example="某涂装线水性化改造（虚构）")
    area: Literal["fuqing", "fuzhou", "other"] | None = field("所在区域", "area", choices=AREAS, example="fuqing")
    reduction_t: Amount = field("核定削减量", "verified reduction", unit="t/a", example="9")
    allocated_t: Amount = field("本项目使用量", "used by this project", unit="t/a", example="6")
    completed: Day = field("完成日期", "completed on", example="2024-06-30")
    document: WordsOrNone = field(
        "依据文号",
        "document",
        meaning=("确认削减量的文号；没有写 none", "the number; none where there is none"),
        example="榕融环〔2024〕5 号（示例）",
    )


class Voc(Part):
    """VOCs: emission, offsets and controls."""

    emission_t: Amount = field("VOCs 年排放量", "VOC emission", unit="t/a", example="12.5")
    added_t: Amount = field("其中新增量", "of it added", unit="t/a", example="3")
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


MaybeVoc = Annotated[Annotated[Voc, AsStated] | AsAbsent, OrNone] | None
