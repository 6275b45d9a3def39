"""The facts (事实), each with its one declaration: what conditions call it, its kind, words and unit, what it reads of an edition, whether it is shown, its column.

A field of the sheet is declared by the sheet itself; what it is called here follows from its path. Everything else that a condition can
read has its entry in `FACTS`, and reading aloud, the facts that a review shows, the basis of a portfolio and its columns follow from that
(`names.py`). Columns stand in the order of the entries.
"""

from __future__ import annotations

from functools import cache

from review.errors import Text
from review.law.names import ITEM, Declaration, EditionParts, Vocabulary, gates, is_of_gate, may_be_none

__all__ = [
    "FACTS",
    "ITEM",
    "ITEM_NAMES",
    "LISTS",
    "VERSIONS",
    "gates",
    "is_of_gate",
    "item_list",
    "may_be_none",
    "vocabulary_of",
]

# What content can say of its facts: `facts: 3`. Content of 2, or without it, was recorded before, and is judged as it was then.
VERSIONS = (1, 2, 3)
# The lists whose items are judged one by one, each with the field that names an item.
ITEM_NAMES = {
    "products": "name", "voc.offsets": "source", "coal.boilers": "name", "coal.kilns": "name", "coal.power_units": "name",
    "pollutants": "pollutant",
}  # fmt: skip
LISTS = tuple(ITEM_NAMES)


_SECTORS, _PARKS, _AREAS = EditionParts(("sectors",)), EditionParts(("parks",)), EditionParts(("areas",))
_COAL_EQUIVALENTS = EditionParts(("coal_equivalents",))
_TOTAL = EditionParts(("coal_equivalents",), ("kgce_per_kgoe",), noted=("statement_tolerance",))
_RANK = EditionParts(("review_thresholds", "coal_equivalents"), ("kgce_per_kgoe",))
_REPLACED = EditionParts(("capacity_replacement",), ("capacity_region",))
_LEVEL = EditionParts(("benchmark_levels",), ("kgce_per_kgoe",))
_BASELINE = EditionParts(("benchmark_levels",), ("kgce_per_kgoe",), noted=("baseline_closing",))
_LIMIT = EditionParts(("benchmark_levels", "limits"), ("kgce_per_kgoe",))
_REVIEW = EditionParts(
    ("review_thresholds", "coal_equivalents", "sectors"), ("kgce_per_kgoe", "primary_factor_most", "review_valid_years")
)
_VALID = EditionParts(("review_thresholds",), ("review_valid_years",))

FACTS: tuple[Declaration, ...] = (
    Declaration("two_high", "truth", Text("属于“两高”项目", "is a two-high project"), reads=_SECTORS, shown=1),
    Declaration("sector_park_expected", "truth", Text("所属行业应入园", "the sector is expected in a park"), reads=_SECTORS),
    Declaration("site.in_park", "truth", Text("位于园区内", "stands in a park"), reads=_PARKS, shown=3),
    Declaration(
        "site.park_is_chemical", "truth", Text("园区为认定化工园区", "the park is a recognised chemical park"),
        reads=_PARKS, shown=4,
    ),
    Declaration(
        "energy.total_tce", "figure", Text("年综合能源消费量（当量值）", "annual comprehensive energy consumption, calorific"), "tce",
        reads=_TOTAL, shown=5,
    ),
    Declaration("energy.electricity_mwh", "figure", Text("年用电量", "annual electricity"), "MWh", reads=_COAL_EQUIVALENTS, shown=6),
    Declaration(
        "energy.coal_t", "figure", Text("年煤炭消费量（实物量）", "annual coal, physical tonnes"), "t",
        reads=_COAL_EQUIVALENTS, shown=7,
    ),
    Declaration(
        "energy.total_tce_primary", "figure", Text("年综合能源消费量（等价值）", "annual comprehensive energy consumption, primary"), "tce",
        reads=_TOTAL, shown=8,
    ),
    Declaration(
        "energy.intensity_account_tce", "figure", Text("能耗强度核算量（扣除原料用能）", "intensity account, feedstock left out"), "tce",
        reads=_TOTAL, shown=9,
    ),
    Declaration(
        "energy.total_account_tce", "figure", Text("能耗总量考核量（再扣除新增可再生电力）", "total account, new renewables left out too"), "tce",
        reads=_TOTAL, shown=10,
    ),
    Declaration("energy.review_needed", "figure", Text("所需节能审查级次", "rank of the energy review needed"), reads=_RANK),
    Declaration(
        "energy.authority_needed", "figure", Text("节能审查应由的机关级次", "rank of the authority the review asks for"),
        reads=_RANK,
    ),
    Declaration("energy.review_authority", "figure", Text("出具节能审查意见的机关级次", "rank of the authority that gave the review")),
    Declaration(
        "capacity.replacement_listed", "truth", Text("产品列入产能置换行业", "a product is subject to capacity replacement"),
        reads=_REPLACED, shown=11,
    ),
    Declaration("capacity.retired_t", "figure", Text("可计入的置换（退出）产能", "retired capacity that counts"), "t", shown=13),
    Declaration(
        "capacity.required_t", "figure", Text("应置换产能（置换比例×新增产能）", "capacity to be retired (ratio × new capacity)"), "t",
        reads=_REPLACED, shown=12,
    ),
    Declaration("voc.emission_t", field="voc.emission_t", shown=14),
    Declaration("voc.offset_t", "figure", Text("可计入的倍量替代量", "offsets that count"), "t/a", reads=_AREAS, shown=15),
    Declaration("sector", "choice", Text("所属行业", "the sector"), reads=_SECTORS, rows_of="sectors", shown=2),
    Declaration(
        "item.benchmark_level", "figure", Text("标杆水平", "benchmark level"),
        items_of=("products",), reads=_LEVEL, joined=("benchmark_measured",) * 2,
    ),
    Declaration(
        "item.baseline_level", "figure", Text("基准水平", "baseline level"),
        items_of=("products",), reads=_LEVEL, joined=("baseline_level",) * 2,
    ),
    Declaration(
        "item.limit_level", "figure", Text("强制性能耗限额", "mandatory limit level"),
        items_of=("products",), reads=_LEVEL, joined=("limit_low", "limit_high"),
    ),
    Declaration(
        "item.has_row", "truth", Text("产品列入能效标杆表", "the product has a row in the table"),
        items_of=("products",), reads=_LEVEL, joined=("has_row",),
    ),
    Declaration(
        "item.has_baseline", "truth", Text("产品有基准水平", "the product has a baseline level"),
        items_of=("products",), reads=_LEVEL, joined=("has_baseline",),
    ),
    Declaration(
        "item.has_limits", "truth", Text("产品有现行强制性能耗限额", "the product has mandatory limits in force"),
        items_of=("products",), reads=_LEVEL, joined=("limits_in_force",),
    ),
    Declaration("item.named_fuel", items_of=("coal.boilers", "coal.kilns"), field="fuel", without=("other",)),
    Declaration("item.marked_existing", "truth", Text("机组为已有", "the unit already stands"), items_of=("coal.power_units",)),
    Declaration("item.drawn_t", "figure", Text("该来源已使用合计", "drawn from this source in all"), "t/a", items_of=("voc.offsets",)),
    Declaration(
        "item.verified_t", "figure", Text("该来源核定削减量", "verified reduction of this source"), "t/a",
        items_of=("voc.offsets",),
    ),
    Declaration(
        "voc.net_added_t", "figure", Text("VOCs 新增净值（扣除以新带老）", "VOC added, less what is replaced"), "t/a", shown=40, since=2,
    ),
    Declaration(
        "sector_voc_key", "truth", Text("所属行业为挥发性有机物重点行业", "the sector is a key one for VOCs"),
        reads=_SECTORS, since=2,
    ),
    Declaration(
        "two_high", "truth", Text("属于“两高”项目", "is a two-high project"),
        reads=EditionParts(("sectors", "coal_equivalents")), shown=1, since=2,
    ),
    Declaration(
        "energy.review_total_tce", "figure",
        Text("节能审查所依据的年综合能源消费（增）量", "consumption, or what is added to it, that the energy review goes by"), "tce",
        reads=_REVIEW, since=2,
    ),
    Declaration(
        "energy.higher_total_tce", "figure",
        Text("年综合能源消费量（当量值、等价值取高值）", "annual consumption, the higher of calorific and primary"), "tce",
        reads=_REVIEW, since=2,
    ),
    Declaration("energy.review_needed", "figure", Text("所需节能审查级次", "rank of the energy review needed"), reads=_REVIEW, since=2),
    Declaration(
        "energy.authority_needed", "figure", Text("节能审查应由的机关级次", "rank of the authority the review asks for"),
        reads=_REVIEW, since=2,
    ),
    Declaration("energy.review_required", "truth", Text("应当进行节能审查", "an energy review is due"), reads=_REVIEW, since=2),
    Declaration(
        "energy.review_alive", "truth", Text("节能审查意见在有效期内", "the energy review has not lapsed"), reads=_VALID, since=2,
    ),
    Declaration(
        "energy.started_in_time", "truth",
        Text("在节能审查意见出具后、失效前开工", "construction started after the energy review and before it lapsed"),
        reads=_VALID, since=2,
    ),
    Declaration(
        "energy.review_under_measures", "truth",
        Text("节能审查意见依节能审查办法出具", "the energy review was given under the measures for energy reviews"),
        reads=_VALID, since=2,
    ),
    Declaration(
        "energy.review_with_carbon", "truth",
        Text("节能审查意见出具时须作碳排放评价", "a carbon evaluation was due when the energy review was given"),
        reads=EditionParts((), ("carbon_evaluation_from",)), since=2,
    ),
    Declaration(
        "energy.acceptance_binding", "truth",
        Text("投产时须作节能验收", "energy acceptance was due when production began"),
        reads=EditionParts((), ("energy_acceptance_from",)), since=2,
    ),
    Declaration(
        "energy.trial_run", "truth", Text("投产后仍在试运行期内", "still within the months of trial run"),
        reads=EditionParts((), ("trial_run_months",)), since=2,
    ),
    Declaration(
        "coal.boilers_possible", "truth", Text("可能有燃煤锅炉", "may have coal boilers"),
        reads=EditionParts(("coal_equivalents",)), since=2,
    ),
    Declaration(
        "coal.power_units_possible", "truth", Text("可能有煤电机组", "may have coal power units"),
        reads=EditionParts(("coal_equivalents",)), since=2,
    ),
    Declaration(
        "item.baseline_level", "figure", Text("基准水平", "baseline level"),
        items_of=("products",), reads=_BASELINE, joined=("baseline_level",) * 2, since=2,
    ),
    Declaration(
        "item.limit_level", "figure", Text("强制性能耗限额", "mandatory limit level"),
        items_of=("products",), reads=_LIMIT, joined=("limit_low", "limit_high"), since=2,
    ),
    Declaration(
        "item.has_limits", "truth", Text("产品有现行强制性能耗限额", "the product has mandatory limits in force"),
        items_of=("products",), reads=_LIMIT, joined=("limits_in_force",), since=2,
    ),
    Declaration(
        "item.limit_correctable", "truth", Text("标准允许对限额作修正", "the standard allows the limit to be corrected"),
        items_of=("products",), reads=_LIMIT, joined=("correctable",), since=2,
    ),
    Declaration(
        "item.correction_recorded", "truth", Text("限额修正有文件依据", "the correction of the limit is documented"),
        items_of=("products",), since=2,
    ),
    Declaration("carbon.to_replace_t", "figure", Text("应替代的新增碳排放量", "added carbon emission to be replaced"), "t CO₂/a", since=2),
    Declaration("carbon.replaced_t", "figure", Text("可计入的碳排放替代量", "carbon replacement that counts"), "t CO₂/a", since=2),
    Declaration(
        "eia.started_in_time", "truth",
        Text("在环评批准之后、效力之内开工，或者已重新审核", "construction started after the EIA approval and within its years, or re-examined"),
        reads=EditionParts((), ("eia_valid_years",)), since=2,
    ),
    Declaration(
        "eia.approval_alive", "truth",
        Text("环评批复在效力之内，或者已重新审核", "the EIA approval is within its years, or was re-examined"),
        reads=EditionParts((), ("eia_valid_years",)), since=2,
    ),
    Declaration(
        "industry_park_required", "truth",
        Text("所属行业应布设在经规划环评的产业园区", "the industry must stand in a park with a planning EIA"),
        reads=EditionParts(("park_required",)), since=2,
    ),
    Declaration("site.park_assessed", "truth", Text("园区已经规划环评", "the park has a planning EIA"), reads=_PARKS, since=2),
    Declaration(
        "site.fuel_switch_overdue", "truth",
        Text("已过改用清洁能源的规定期限", "the term to turn to clean fuel has passed"), since=2,
    ),
    Declaration(
        "item.stands", "truth", Text("设施已建成", "the unit already stands"), items_of=("coal.boilers", "coal.kilns"), since=2,
    ),
    Declaration("stated(pollutants)", "truth", Text("已填报重点污染物", "key pollutants are stated"), since=2),
    Declaration(
        "item.reduction_documented", "truth", Text("区域削减有文件依据", "the reduction in the region is documented"),
        items_of=("pollutants",), since=2,
    ),
    Declaration(
        "capacity.ratio_due", "figure", Text("所适用的产能置换比例", "ratio of capacity replacement that applies"),
        reads=_REPLACED, since=2,
    ),
)  # fmt: skip


@cache
def vocabulary_of(version: int) -> Vocabulary:
    """The facts of the editions whose content says `facts:` `version` (1 where it says nothing)."""
    return Vocabulary(version, FACTS, ITEM_NAMES)


def item_list(path: str) -> str | None:
    """The judged list that a field pattern belongs to (`voc.offsets[].area` → `voc.offsets`), or None."""
    head, mark, _ = path.partition("[]")
    return head if mark and head in LISTS else None
