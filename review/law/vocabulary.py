"""The names a condition may use: every field of the sheet by its path, and what is derived from them.

The kinds are fixed here; the values come from `facts`. A name that is in neither place does not exist.
"""

from __future__ import annotations

from functools import cache

from review.errors import Text
from review.law.conditions import Entry
from review.sheet import all_fields, all_parts

GATES = (
    "laws", "zoning", "regional_reduction", "total_control", "carbon_peak", "access_list", "planning", "sector_conditions",
    "approval_principles", "discharge_standards", "own_legacy", "report_quality", "region_open",
)  # fmt: skip
LISTS = ("products", "voc.offsets", "coal.boilers", "coal.kilns", "coal.power_units")
# Documents that may be stated not to exist.
MAY_BE_NONE = tuple(
    part.path for part in all_parts() if part.may_be_none and f"{part.path}.document" in {f.path for f in all_fields()}
)
ITEM = "item."

TRUTH, FIGURE = Entry("truth"), Entry("figure")

_DERIVED: dict[str, tuple[Entry, Text, str | None]] = {
    "two_high": (TRUTH, Text("属于“两高”项目", "is a two-high project"), None),
    "sector_park_expected": (TRUTH, Text("所属行业应入园", "the sector is expected in a park"), None),
    "site.in_park": (TRUTH, Text("位于园区内", "stands in a park"), None),
    "site.park_is_chemical": (TRUTH, Text("园区为认定化工园区", "the park is a recognised chemical park"), None),
    "energy.total_tce": (
        FIGURE,
        Text("年综合能源消费量（当量值）", "annual comprehensive energy consumption, calorific"),
        "tce",
    ),
    "energy.electricity_mwh": (FIGURE, Text("年用电量", "annual electricity"), "MWh"),
    "energy.coal_t": (FIGURE, Text("年煤炭消费量（实物量）", "annual coal, physical tonnes"), "t"),
    "energy.total_tce_primary": (
        FIGURE,
        Text("年综合能源消费量（等价值）", "annual comprehensive energy consumption, primary"),
        "tce",
    ),
    "energy.intensity_account_tce": (
        FIGURE,
        Text("能耗强度核算量（扣除原料用能）", "intensity account, feedstock left out"),
        "tce",
    ),
    "energy.total_account_tce": (
        FIGURE,
        Text("能耗总量考核量（再扣除新增可再生电力）", "total account, new renewables left out too"),
        "tce",
    ),
    "energy.review_needed": (FIGURE, Text("所需节能审查级次", "rank of the energy review needed"), None),
    "energy.authority_needed": (
        FIGURE,
        Text("节能审查应由的机关级次", "rank of the authority the review asks for"),
        None,
    ),
    "energy.review_authority": (
        FIGURE,
        Text("出具节能审查意见的机关级次", "rank of the authority that gave the review"),
        None,
    ),
    "capacity.replacement_listed": (
        TRUTH,
        Text("产品列入产能置换行业", "a product is subject to capacity replacement"),
        None,
    ),
    "capacity.retired_t": (FIGURE, Text("可计入的置换（退出）产能", "retired capacity that counts"), "t"),
    "capacity.required_t": (
        FIGURE,
        Text("应置换产能（置换比例×新增产能）", "capacity to be retired (ratio × new capacity)"),
        "t",
    ),
    "voc.offset_t": (FIGURE, Text("可计入的倍量替代量", "offsets that count"), "t/a"),
    "item.benchmark_level": (FIGURE, Text("标杆水平", "benchmark level"), None),
    "item.baseline_level": (FIGURE, Text("基准水平", "baseline level"), None),
    "item.limit_level": (FIGURE, Text("强制性能耗限额", "mandatory limit level"), None),
    "item.has_row": (TRUTH, Text("产品列入能效标杆表", "the product has a row in the table"), None),
    "item.has_baseline": (TRUTH, Text("产品有基准水平", "the product has a baseline level"), None),
    "item.has_limits": (TRUTH, Text("产品有现行强制性能耗限额", "the product has mandatory limits in force"), None),
    "item.marked_existing": (TRUTH, Text("机组为已有", "the unit already stands"), None),
    "item.drawn_t": (FIGURE, Text("该来源已使用合计", "drawn from this source in all"), "t/a"),
    "item.verified_t": (FIGURE, Text("该来源核定削减量", "verified reduction of this source"), "t/a"),
}


def is_of_gate(path: str) -> bool:
    """Whether a field is one of a gate's own, of which the facts are whether the gate is satisfied or marked not applicable."""
    section, _, rest = path.partition(".")
    return section == "eia" and rest.partition(".")[0] in GATES


def item_list(path: str) -> str | None:
    """The judged list that a field pattern belongs to (`voc.offsets[].area` → `voc.offsets`), or None."""
    head, mark, _ = path.partition("[]")
    return head if mark and head in LISTS else None


@cache
def sheet_names() -> dict[str, Entry]:
    """The facts of the sheet as a whole, `sector` aside (its choices are the edition's)."""
    names: dict[str, Entry] = {}
    for each in all_fields():
        if "[]" in each.path or is_of_gate(each.path):
            continue
        entry = _entry(each.kind, tuple(each.choices or ()))
        if entry is not None:
            names[each.path] = entry
        names[f"stated({each.path})"] = TRUTH
        if each.path.endswith(".document"):
            names[f"recorded({each.path.removesuffix('.document')})"] = TRUTH
    names |= {f"held({path})": TRUTH for path in MAY_BE_NONE}
    names |= {f"eia.{gate}.{what}": TRUTH for gate in GATES for what in ("satisfied", "marked_not_applicable")}
    return names | {name: entry for name, (entry, _, _) in _DERIVED.items() if not name.startswith(ITEM)}


@cache
def item_names(path: str) -> dict[str, Entry]:
    """The facts of one item of the list at `path`, each as `item.<field>`."""
    prefix = f"{path}[]."
    names: dict[str, Entry] = {}
    for each in all_fields():
        if each.path.startswith(prefix):
            entry = _entry(each.kind, tuple(each.choices or ()))
            if entry is not None:
                names[ITEM + each.path.removeprefix(prefix)] = entry
    derived = {
        "products": ("benchmark_level", "baseline_level", "limit_level", "has_row", "has_baseline", "has_limits"),
        "coal.power_units": ("marked_existing",),
        "voc.offsets": ("drawn_t", "verified_t"),
    }.get(path, ())
    names |= {ITEM + name: _DERIVED[ITEM + name][0] for name in derived}
    if path in ("coal.boilers", "coal.kilns"):
        fuel = names["item.fuel"]
        names["item.named_fuel"] = Entry("choice", tuple(choice for choice in fuel.choices if choice != "other"))
    return names


def derived_label(name: str) -> tuple[Text, str | None] | None:
    """Label and unit of a derived fact, or None where `name` is a field of the sheet."""
    found = _DERIVED.get(name)
    return (found[1], found[2]) if found else None


def _entry(kind: str, choices: tuple[str, ...]) -> Entry | None:
    if kind == "figure":
        return FIGURE
    if kind == "flag":
        return TRUTH
    return Entry("choice", choices) if kind == "choice" else None
