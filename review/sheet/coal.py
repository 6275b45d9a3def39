"""Coal (用煤) of the sheet: boilers, kilns and power units."""

from typing import Annotated, Literal

from review.sheet.fields import (
    LONGEST_LIST,
    Amount,
    AsAbsent,
    AsStated,
    Flag,
    OrNone,
    Part,
    Words,
    field,
)

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
    heating: Flag = field("供热锅炉", "for heating", example=False, since=2)
    existing: Flag = field("已建成", "already standing", example=False, since=2)


class Kiln(Part):
    """工业炉窑."""

    name: Words = field("炉窑名称", "kiln", example="1#熔窑")
    fuel: Fuel | None = field("燃料", "fuel", choices=FUELS, example="natural_gas")
    deep_treatment: Flag = field(
        "深度治理", "deep treatment", meaning=("已完成或承诺投产前完成", "in place, or committed"), example=True
    )
    existing: Flag = field("已建成", "already standing", example=False, since=2)


class PowerUnit(Part):
    """煤电机组（含自备）."""

    name: Words = field("机组名称", "unit", example="1#机组")
    capacity_mw: Amount = field("装机容量", "capacity", unit="MW", example="660")
    supply_gce_per_kwh: Amount = field("供电煤耗", "net coal consumption", unit="gce/kWh", example="268")
    in_provincial_plan: Flag = field("列入省能源发展专项规划", "in the provincial plan", example=True)
    existing: Flag = field("已有机组", "already standing", example=False)
    captive: Flag = field("自备机组", "captive", example=False, since=2)


class Coal(Part):
    """用煤设备."""

    boilers: tuple[Boiler, ...] | None = field("锅炉", "boilers", longest=LONGEST_LIST)
    kilns: tuple[Kiln, ...] | None = field("工业炉窑", "kilns", longest=LONGEST_LIST)
    power_units: tuple[PowerUnit, ...] | None = field("煤电机组", "coal power units", longest=LONGEST_LIST)


MaybeCoal = Annotated[Annotated[Coal, AsStated] | AsAbsent, OrNone] | None
