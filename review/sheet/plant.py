"""Coal (用煤), capacity (产能), the nine EIA gates (环评) and data centres (数据中心) of the sheet."""

from typing import Annotated, Literal, Self

from pydantic import model_validator

from review.sheet.fields import (
    LONGEST_LIST,
    Amount,
    AsAbsent,
    AsStated,
    Flag,
    Number,
    OrNone,
    Part,
    Words,
    WordsOrNone,
    field,
    refuse,
)
from review.sheet.project import Conforms, ReasonedDocument

FUELS = {
    "coal": ("煤", "coal"), "petcoke": ("石油焦", "petroleum coke"), "heavy_oil": ("重油、渣油", "heavy oil"), "biomass": ("生物质", "biomass"),
    "natural_gas": ("天然气", "natural gas"), "lpg": ("液化石油气", "LPG"), "hydrogen": ("氢", "hydrogen"), "electricity": ("电", "electricity"),
    "central_heat": ("集中供热", "central heat"), "other": ("其他", "other"),
}  # fmt: skip
Fuel = Literal[
    "coal", "petcoke", "heavy_oil", "biomass", "natural_gas", "lpg", "hydrogen", "electricity", "central_heat", "other"
]


class Boiler(Part):
    """锅炉."""

    name: Words = field("锅炉名称", "boiler", example="1#锅炉")
    capacity_t_per_h: Amount = field("容量", "capacity", unit="t/h", example="75")
    fuel: Fuel | None = field("燃料", "fuel", choices=FUELS, example="natural_gas")
    ultra_low: Flag = field(
        "超低排放", "ultra-low emission", meaning=("已达到或承诺投产前达到", "in place, or committed"), example=True
    )


class Kiln(Part):
    """工业炉窑."""

    name: Words = field("炉窑名称", "kiln", example="1#熔窑")
    fuel: Fuel | None = field("燃料", "fuel", choices=FUELS, example="natural_gas")
    deep_treatment: Flag = field(
        "深度治理", "deep treatment", meaning=("已完成或承诺投产前完成", "in place, or committed"), example=True
    )


class PowerUnit(Part):
    """煤电机组（含自备）."""

    name: Words = field("机组名称", "unit", example="1#机组")
    capacity_mw: Amount = field("装机容量", "capacity", unit="MW", example="660")
    supply_gce_per_kwh: Amount = field("供电煤耗", "net coal consumption", unit="gce/kWh", example="268")
    in_provincial_plan: Flag = field("列入省能源发展专项规划", "in the provincial plan", example=True)
    existing: Flag = field("已有机组", "already standing", example=False)


class Coal(Part):
    """用煤设备."""

    boilers: tuple[Boiler, ...] | None = field("锅炉", "boilers", longest=LONGEST_LIST)
    kilns: tuple[Kiln, ...] | None = field("工业炉窑", "kilns", longest=LONGEST_LIST)
    power_units: tuple[PowerUnit, ...] | None = field("煤电机组", "coal power units", longest=LONGEST_LIST)


class Retired(Part):
    """置换（退出）产能."""

    enterprise: Words = field("退出企业", "enterprise", example="某水泥厂（虚构）")
    capacity_t: Amount = field("退出产能", "capacity", unit="t/a", example="1500000")
    document: WordsOrNone = field(
        "置换方案公告",
        "announcement",
        meaning=("公告文号；没有写 none", "its number; none where there is none"),
        example="闽工信公告〔2024〕3 号（示例）",
    )
    closed_before_operation: Flag = field(
        "投产前关停",
        "closed before operation",
        meaning=("已关停或承诺投产前关停", "closed, or committed"),
        example=True,
    )


class Capacity(Part):
    """产能置换."""

    new_t: Amount = field("新增产能", "new capacity", unit="t/a", example="1000000")
    required: Flag = field("需产能置换", "replacement required", example=True)
    ratio: Amount = field("置换比例", "ratio", meaning=("退出产能与新增产能之比", "retired to new"), example="1.5")
    exemption: ReasonedDocument | None = field("免于置换依据", "ground for exemption")
    retired: tuple[Retired, ...] | None = field("置换产能", "retired capacity", longest=LONGEST_LIST)


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
    def _says_why_not_applicable(self) -> Self:
        if self.conforms == "not_applicable" and self.note is None:
            raise refuse(
                "gate_note", "写 not_applicable 时须在 note 说明理由", "not_applicable needs its reason in note"
            )
        return self


class AlwaysGate(Gate):
    """A gate that applies to every project."""

    @model_validator(mode="after")
    def _always_applies(self) -> Self:
        if self.conforms == "not_applicable":
            raise refuse(
                "gate_always",
                "本项对所有项目适用，不得写 not_applicable；可用：true、false",
                "this applies to every project: true or false, never not_applicable",
            )
        return self


class Eia(Part):
    """环评关口: the nine gates of 四（三）."""

    laws: AlwaysGate | None = field("生态环境保护法律法规", "environmental laws")
    zoning: AlwaysGate | None = field("生态环境分区管控", "environmental zoning")
    regional_reduction: Gate | None = field("区域污染物总量削减要求", "regional reduction")
    total_control: AlwaysGate | None = field("重点污染物排放总量控制", "total control of key pollutants")
    carbon_peak: Gate | None = field("碳排放达峰目标", "carbon peak target")
    access_list: Gate | None = field("生态环境准入清单", "access list")
    planning: Gate | None = field("相关规划环评", "planning EIA")
    sector_conditions: Gate | None = field("行业建设项目环境准入条件", "sector access conditions")
    approval_principles: Gate | None = field("环评文件审批原则", "approval principles")


class DataCentre(Part):
    """数据中心."""

    racks: Amount = field("标准机架数", "standard racks", unit="个", example="5000")
    green: Flag = field(
        "绿色数据中心", "green data centre", meaning=("达到绿色数据中心要求", "meets the requirements"), example=True
    )


MaybeCoal = Annotated[Annotated[Coal, AsStated] | AsAbsent, OrNone] | None
MaybeCapacity = Annotated[Annotated[Capacity, AsStated] | AsAbsent, OrNone] | None
MaybeDataCentre = Annotated[Annotated[DataCentre, AsStated] | AsAbsent, OrNone] | None
