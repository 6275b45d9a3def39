"""A seeded generator of sheets: a province's portfolio of projects, as far as anyone can invent one. Every figure and name is made up (虚构).

Sheet `number` of a seed is always the same, whatever is made before or beside it. Distributions:

- **Industry**: 16 classes, about two thirds of them two-high (building materials 22 %, chemical 18 %, steel 9 %, petrochemical 6 %, non-ferrous 6 %, coal power 4 %); the
  rest fibre, pharmaceuticals, dyeing, paper, printing, furniture, oil storage, data centres and food.
- **Stage**: proposed 60 %, under construction 15 %, existing 25 %. **Nature**: new 55 %, expansion 20 %, technical renovation 15 %, rebuild 6 %, relocation 4 %.
- **Energy**: one to four items (coal, gas, electricity, heat, diesel), quantities log-normal so that the median project is near 8,000 tce and one in eight above
  50,000; one in four states a total too, now and then (1 in 50) at a limit exactly: 50,000, 10,000 or 1,000.
- **Products**: rows of the industry's own; unit energy within −8 % to +25 % of the benchmark, one in twenty exactly at it. Two in five have none of the table.
- **VOC**: stated for two thirds; emission log-normal, median 6 t; offsets at 0.6 to 1.6 times the emission in one to three rows, one in ten exactly at 1.2;
  area Fuqing 75 %, elsewhere in Fuzhou 15 %, outside 10 %.
- **Documents** (reviews, approvals, gates): held by nine in ten of those that need them. **Coal**: boilers and kilns for a third, power units for coal power.
- **What is not stated**: each field is left out with a chance of 6 %, each section with 3 %.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from review import ProjectSheet, choose, parse_sheet
from review.law.vocabulary import gates
from tests.sheets import AS_OF

# Class, chance in a hundred, rows of the benchmark table.
INDUSTRIES: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("3011", 9, ("cement-clinker",)), ("3041", 6, ("flat-glass-over-800", "flat-glass-500-800")), ("3071", 7, ("ceramic-tile-low-absorption", "ceramic-tile-mid-absorption")),
    ("2614", 8, ("ethylene", "paraxylene", "glycol-ethylene", "pta")), ("2621", 5, ("ammonia-other-lump", "urea-motor")), ("2651", 5, ("pvc-ethylene", "pvc-carbide")),
    ("3120", 9, ("steelmaking-converter", "steelmaking-eaf-over-50")), ("2511", 6, ("refining",)), ("3216", 6, ("electrolytic-aluminium",)), ("4411", 4, ()),
    ("2812", 8, ("viscose-staple",)), ("2710", 6, ()), ("1713", 7, ("woven-fabric",)), ("2311", 5, ()), ("6450", 4, ()), ("1352", 5, ()),
)  # fmt: skip
STAGES = (("proposed", 60), ("under_construction", 15), ("existing", 25))
NATURES = (("new", 55), ("expansion", 20), ("technical_renovation", 15), ("rebuild", 6), ("relocation", 4))
CARRIERS = (("raw_coal", "t"), ("natural_gas", "10^4m3"), ("electricity", "10^4kWh"), ("heat", "GJ"), ("diesel", "t"))
LEFT_OUT, SECTION_LEFT_OUT = 0.06, 0.03
LEVELS = {row["id"]: row for row in choose("fuqing@2023", AS_OF).table("benchmark_levels")}


def sheets(count: int, seed: int = 1, start: int = 0) -> Iterator[ProjectSheet]:
    """The sheets from number `start` on."""
    for number in range(start, start + count):
        yield parse_sheet(raw_sheet(number, seed))


def raw_sheet(number: int, seed: int = 1) -> dict[str, Any]:
    """One sheet as values."""
    chance = random.Random(f"{seed}/{number}")
    industry, _, rows = chance.choices(INDUSTRIES, [weight for _, weight, _ in INDUSTRIES])[0]
    stage, nature = _weighted(chance, STAGES), _weighted(chance, NATURES)
    sections = {
        "project": _project(chance, number, industry, stage, nature), "site": _site(chance), "energy": _energy(chance, stage), "products": _products(chance, rows),
        "voc": _voc(chance), "eia": {gate: {"conforms": chance.random() < 0.97, "document": "报告书（虚构）"} for gate in gates()},
        "coal": _coal(chance, industry), "capacity": _capacity(chance, rows), "approvals": _approvals(chance),
        "management": {name: chance.random() < 0.6 for name in ("environment_officer", "key_discharger", "cleaner_production_audit")}
        | {"cleaner_production_required": chance.random() < 0.3},
    }  # fmt: skip
    if industry == "6450":
        sections["data_centre"] = {"racks": chance.choice((800, 3000, 6000)), "green": chance.random() < 0.7}
    kept = {
        name: _thinned(chance, part)
        for name, part in sections.items()
        if name == "project" or chance.random() >= SECTION_LEFT_OUT
    }
    kept["project"] = {**kept["project"], "name": f"生成项目 {number}（虚构）"}
    return kept


def _weighted(chance: random.Random, choices: tuple[tuple[str, int], ...]) -> str:
    return chance.choices([name for name, _ in choices], [weight for _, weight in choices])[0]


def _thinned(chance: random.Random, part: Any) -> Any:
    """The part with some of its fields left out."""
    if isinstance(part, dict):
        return {name: _thinned(chance, value) for name, value in part.items() if chance.random() >= LEFT_OUT}
    return [_thinned(chance, each) for each in part] if isinstance(part, list) else part


def _figure(chance: random.Random, median: float, spread: float, places: int) -> str:
    """A figure, log-normal around its median; written as text, so it is exact from here on."""
    return f"{median * chance.lognormvariate(0, spread):.{places}f}"


def _project(chance: random.Random, number: int, industry: str, stage: str, nature: str) -> dict[str, Any]:
    return {
        "code": f"GEN-{number:09}", "industry": industry, "stage": stage, "nature": nature,
        "policy_category": chance.choices(("encouraged", "permitted", "restricted", "eliminated"), (25, 65, 8, 2))[0],
        "water_m3": _figure(chance, 300_000, 1, 0), "value_added_wan": _figure(chance, 30_000, 0.8, 1), "investment_wan": _figure(chance, 50_000, 1, 0),
    }  # fmt: skip


def _site(chance: random.Random) -> dict[str, Any]:
    return {
        "park": chance.choices(("jiangyin", "rongqiao", "yuanhong", "lanyuan", "none"), (40, 20, 15, 10, 15))[0],
        "in_fuel_ban_zone": chance.random() < 0.3, "in_heating_network": chance.random() < 0.4,
        "sea_outfall": chance.choices(("none", "filed_existing", "filed_new", "unfiled"), (85, 9, 4, 2))[0],
        "sewage": chance.choices(("park_plant", "own_plant", "direct"), (75, 22, 3))[0],
    }  # fmt: skip


def _energy(chance: random.Random, stage: str) -> dict[str, Any]:
    medians = {"raw_coal": 5000.0, "natural_gas": 150.0, "electricity": 900.0, "heat": 20_000.0, "diesel": 60.0}
    carriers = chance.sample(CARRIERS, chance.choices((1, 2, 3, 4), (15, 40, 30, 15))[0])
    items = [
        {"carrier": name, "quantity": _figure(chance, medians[name], 1.3, 2), "unit": unit} for name, unit in carriers
    ]
    energy: dict[str, Any] = {"items": items, "online_monitoring": chance.random() < 0.85}
    if chance.random() < 0.25:
        energy["total_tce"] = (
            chance.choice(("50000", "49999.999999", "10000", "1000"))
            if chance.random() < 0.08
            else _figure(chance, 8000, 1.5, 1)
        )
    if chance.random() < 0.5:
        energy["primary_factor_kgce_per_kwh"] = "0.2989"
    if chance.random() < 0.9:
        authority = chance.choice(("county", "city", "province"))
        energy["review"] = {
            "document": "节能审查〔示例〕号",
            "authority": authority,
            "date": chance.choice(("2021-05-01", "2024-03-01", "2025-01-15")),
        }
    else:
        energy["review"] = "none"
    if chance.random() < 0.5:
        energy["guidance"] = {"document": "指导记录（示例）"}
    if stage == "existing":
        energy |= {"status_report": chance.random() < 0.9, "manager_appointed": chance.random() < 0.9}
    return energy


def _products(chance: random.Random, rows: tuple[str, ...]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for row in chance.sample(rows, min(len(rows), chance.choice((1, 1, 2)))):
        benchmark = Decimal(LEVELS[row]["benchmark"] or "100")
        share = Decimal(chance.randrange(-80, 250)) / 1000 if chance.random() < 0.95 else Decimal(0)
        found.append({
            "name": f"产品 {row}（虚构）", "benchmark": row, "unit": LEVELS[row]["unit"] or None, "capacity": _figure(chance, 200_000, 0.7, 0),
            "unit_energy": f"{benchmark + abs(benchmark) * share:f}",
        })  # fmt: skip
    if chance.random() < 0.4:
        advanced = chance.randrange(80, 400)
        product = {
            "name": "其他产品（虚构）",
            "benchmark": "none",
            "unit": "kgce/t",
            "unit_energy": str(advanced + chance.randrange(-20, 40)),
        }
        found.append(product | {"advanced_level": str(advanced), "advanced_source": {"document": "行业先进值（虚构）"}})
    return found


def _voc(chance: random.Random) -> Any:
    if chance.random() < 0.33:
        return "none"
    emission = Decimal(_figure(chance, 6, 0.9, 3))
    ratio = Decimal("1.2") if chance.random() < 0.1 else Decimal(chance.randrange(600, 1600)) / 1000
    rows = chance.choice((1, 1, 2, 3))
    each = emission * ratio / rows if rows != 3 else emission * ratio / 4
    amounts = [each] * rows if rows != 3 else [each, each, each * 2]
    offsets = [
        {
            "source": f"S-{chance.randrange(10**6):06}", "area": chance.choices(("fuqing", "fuzhou", "other"), (75, 15, 10))[0], "document": "核定〔示例〕号",
            "reduction_t": f"{amount + chance.randrange(0, 5):f}", "allocated_t": f"{amount:f}",
        }
        for amount in amounts
    ]  # fmt: skip
    flags = (
        "coatings_used",
        "low_voc_materials",
        "online_monitoring",
        "ecocloud",
        "floating_roof_tanks",
        "full_contact_double_seal",
        "liquid_loading",
        "vapour_recovery",
    )
    return {"emission_t": f"{emission:f}", "added_t": f"{emission / 4:f}", "offsets": offsets} | {
        flag: chance.random() < 0.7 for flag in flags
    }


def _coal(chance: random.Random, industry: str) -> dict[str, Any]:
    burns = chance.random() < 0.33
    fuels = ("coal", "natural_gas", "biomass", "other")
    boilers = [
        {"name": f"{number + 1}#锅炉", "fuel": chance.choices(fuels, (40, 45, 10, 5))[0], "capacity_t_per_h": str(chance.choice((10, 20, 35, 75))), "ultra_low": chance.random() < 0.7}
        for number in range(chance.choice((1, 2)) if burns else 0)
    ]  # fmt: skip
    kilns = [{"name": "窑炉", "fuel": chance.choice(fuels), "deep_treatment": chance.random() < 0.8}] if burns else []
    units = [
        {"name": "1#机组", "existing": chance.random() < 0.4, "in_provincial_plan": chance.random() < 0.9, "supply_gce_per_kwh": str(chance.randrange(255, 285))}
    ]  # fmt: skip
    return {"boilers": boilers, "kilns": kilns, "power_units": units if industry == "4411" else []}


def _capacity(chance: random.Random, rows: tuple[str, ...]) -> Any:
    if not rows or chance.random() < 0.5:
        return "none" if chance.random() < 0.5 else {"required": False}
    new = Decimal(_figure(chance, 200_000, 0.7, 0))
    retired = new * chance.choice((Decimal("1"), Decimal("1.25"), Decimal("1.5"), Decimal("0.8")))
    document = {"document": "置换公告（虚构）", "capacity_t": f"{retired:f}", "closed_before_operation": True}
    return {"required": True, "new_t": f"{new:f}", "ratio": chance.choice(("1", "1.25", "1.5")), "retired": [document]}


def _approvals(chance: random.Random) -> dict[str, Any]:
    names = ("filing", "eia", "permit", "acceptance")
    return {name: {"document": "批复（虚构）"} if chance.random() < 0.9 else "none" for name in names}
