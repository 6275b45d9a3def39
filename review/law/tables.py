"""The tables of an edition as a reader looks things up in them (对照表): names in words, search, pages."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_letters

from review.errors import Text
from review.law.edition import Row, Ruleset
from review.law.forms import TABLES

TABLE_WORDS: Mapping[str, Text] = {
    "benchmark_levels": Text("能效标杆水平和基准水平", "benchmark and baseline levels"),
    "coal_equivalents": Text("折标准煤系数", "standard coal coefficients"),
    "review_thresholds": Text("节能审查门槛", "thresholds of the energy review"),
    "sectors": Text("行业", "sectors"),
    "capacity_replacement": Text("产能置换比例", "capacity replacement ratios"),
    "parks": Text("园区", "parks"),
    "areas": Text("区域", "areas"),
    "limits": Text("强制性能耗限额", "mandatory limits of energy"),
    "park_required": Text("应入园行业", "industries that need a park"),
}
COLUMN_WORDS: Mapping[str, Text] = {
    "id": Text("代码", "code"), "field": Text("领域", "field"), "variant": Text("细分", "variant"), "industry": Text("行业代码", "industry code"),
    "indicator": Text("指标", "indicator"), "unit": Text("单位", "unit"), "benchmark": Text("标杆水平", "benchmark"), "baseline": Text("基准水平", "baseline"),
    "standard": Text("标准", "standard"), "evidence": Text("证据", "evidence"), "gb_standard": Text("国家标准", "national standard"),
    "gb_from": Text("施行日", "in force from"), "gb_level_1": Text("1 级", "level 1"), "gb_level_2": Text("2 级", "level 2"),
    "gb_level_3": Text("3 级（限额）", "level 3 (limit)"), "gb_note": Text("说明", "note"), "source": Text("来源", "source"), "name": Text("名称", "name"),
    "factor": Text("系数", "factor"), "low": Text("下限", "low end"), "high": Text("上限", "high end"), "quantity_unit": Text("实物量单位", "unit of quantity"),
    "coal": Text("计入用煤", "counts as coal"), "from": Text("自", "from"), "until": Text("至", "until"), "fact": Text("按", "measured by"),
    "at_least": Text("达到", "at least"), "asks": Text("要求", "asks for"), "two_high_only": Text("仅限“两高”", "two-high only"), "sector": Text("代码", "code"),
    "industry_prefixes": Text("行业代码前缀", "industry code prefixes"), "two_high": Text("“两高”", "two-high"), "voc_key": Text("VOCs 重点", "key for VOCs"),
    "park_expected": Text("应入园", "expected in a park"), "commodity": Text("产品", "commodity"), "products": Text("对应产品", "products"),
    "region": Text("地区", "region"), "ratio": Text("置换比例", "ratio"), "park": Text("代码", "code"), "chemical_park": Text("化工园区", "chemical park"),
    "note": Text("说明", "note"), "area": Text("代码", "code"), "counts": Text("是否计入", "counts"), "why": Text("理由", "why"),
    "parameter": Text("参数", "parameter"), "value": Text("数值", "value"), "article": Text("条", "article"), "quote": Text("原文", "words"),
    "case": Text("情形", "case"), "increment": Text("按增量计的建设性质", "natures counted by increment"),
    "same_site": Text("限工艺地点不变", "same site and process only"), "planning_eia": Text("规划环评", "planning EIA"), "prefix": Text("行业代码前缀", "industry code prefix"),
    "product": Text("产品", "product"), "level_1": Text("1 级", "level 1"), "level_2": Text("2 级", "level 2"), "level_3": Text("3 级（限额）", "level 3 (limit)"),
    "closing": Text("列入清零", "to be closed"), "correctable": Text("可按标准修正", "may be corrected"), "document": Text("文件", "document"),
    "page": Text("页", "page"), "document_date": Text("文件日期", "date of the document"), "title": Text("名称", "title"), "force": Text("效力", "force"),
    "basis": Text("依据", "basis"), "applies": Text("适用条件", "applies"), "requires": Text("要求", "requires"), "messages": Text("结论文字", "messages"),
    "plan": Text("方案", "plan"), "benchmark_document": Text("能效标杆文件", "benchmark document"), "terms": Text("用语", "terms"),
    "reminders": Text("提示", "reminders"), "authorities": Text("责任单位", "authorities"), "notes": Text("说明", "notes"),
    "indicators": Text("城市指标", "indicators"), "area_words": Text("区域名称", "names of areas"), "split_below": Text("疑似拆分的门槛", "thresholds of splitting"),
    "known_elsewhere": Text("另行把握的要求", "requirements known elsewhere"), "baseline_deadlines": Text("低于基准水平的期限", "deadlines below baseline"),
    "capacity_notices": Text("产能置换公告", "notices of capacity replacement"), "facts": Text("事实的推导", "how facts are derived"),
    "findings": Text("结论的写法", "how findings are written"), "shows": Text("列示", "shown"),
    "added_rows": Text("新增的行", "rows added"), "remedy": Text("办法", "remedy"), "clauses": Text("条款", "clauses"), "clause": Text("条款", "clause"),
    "message": Text("提示文字", "message"), "excused": Text("免除条件", "excused where"), "rests": Text("所依据法规的证据", "evidence of its law"),
    "force_basis": Text("效力的理由", "why this force"), "after_plan": Text("方案期满后的效力", "force after the plan"), "matter": Text("事项", "matter"),
    "each": Text("逐项判断", "judged for each"), "figure": Text("所比较的数值", "figure compared"),
}  # fmt: skip

# What is sought in each table, shown first: what a row is about, then its figures and what they decide. The other columns stand behind.
_SOUGHT: Mapping[str, tuple[str, ...]] = {
    "benchmark_levels": ("field", "variant", "benchmark", "baseline", "unit", "gb_level_1", "gb_level_2", "gb_level_3", "closing", "industry"),
    "limits": ("product", "variant", "level_1", "level_2", "level_3", "unit", "from", "industry"),
    "coal_equivalents": ("name", "factor", "low", "high", "unit", "quantity_unit", "coal"),
    "review_thresholds": ("fact", "at_least", "unit", "asks", "two_high_only", "from", "until"),
    "sectors": ("name", "two_high", "voc_key", "park_expected", "industry_prefixes"),
    "capacity_replacement": ("commodity", "ratio", "region", "case", "from", "until"),
    "parks": ("name", "chemical_park", "planning_eia"),
    "areas": ("name", "counts", "why"),
    "park_required": ("name", "prefix"),
}  # fmt: skip
# Where a row says of which industries it is, by codes or their first digits with semicolons between.
_INDUSTRIES: Mapping[str, str] = {
    "benchmark_levels": "industry",
    "limits": "industry",
    "sectors": "industry_prefixes",
    "park_required": "prefix",
}
_PRODUCTS = "products"
# The parameters of the shipped rulesets in words; a place may have others.
PARAMETER_WORDS: Mapping[str, Text] = {
    "offset_ratio": Text("VOCs 倍量替代的倍数", "ratio of VOC offsets"),
    "voc_monitoring_above": Text("须监测的 VOCs 排放量", "VOC emission that is to be monitored"),
    "guidance_from": Text("窗口指导的能耗门槛", "energy from which window guidance is asked for"),
    "coal_boiler_from": Text("燃煤锅炉的最低容量", "least capacity of coal boilers"),
    "new_coal_boiler_from": Text("新建燃煤锅炉的最低容量", "least capacity of new coal boilers"),
    "water_intensity_limit": Text("用水强度上限", "most water per value added"),
    "benchmark_capacity_share": Text("达到标杆水平的产能占比目标", "target share of capacity at benchmark level"),
    "key_energy_user_from": Text("重点用能单位的能耗门槛", "energy of a key energy user"),
    "key_energy_user_designated_from": Text(
        "可指定为重点用能单位的能耗门槛", "energy from which a key energy user may be designated"
    ),
    "coal_power_supply_below": Text("新建煤电机组供电煤耗上限", "most coal per kWh supplied by new units"),
    "large_data_centre_from": Text("大型数据中心的机架数", "racks of a large data centre"),
    "statement_tolerance": Text("填报总量与明细的容差", "tolerance between stated total and items"),
    "capacity_region": Text("产能置换的地区类别", "region for capacity replacement"),
    "kgce_per_kgoe": Text("油当量折标准煤", "oil equivalent as standard coal"),
    "kj_per_kgce": Text("标准煤热值", "heat of standard coal"),
    "reduction_target_cod": Text("COD 减排目标", "target of COD reduction"),
    "reduction_target_nh3n": Text("氨氮减排目标", "target of ammonia nitrogen reduction"),
    "reduction_target_nox": Text("NOx 减排目标", "target of NOx reduction"),
    "reduction_target_voc": Text("VOCs 减排目标", "target of VOC reduction"),
    "review_valid_years": Text("节能审查意见有效年数", "years an energy review is valid"),
    "overrun_allowed": Text("实际能耗可达批复的倍数", "actual energy allowed, as a share of the approved"),
    "eia_valid_years": Text("环评批复有效年数", "years an EIA approval is valid"),
    "carbon_replacement_ratio": Text("碳排放替代的倍数", "ratio of carbon replacement"),
    "pollutant_reduction_ratio": Text("重点污染物削减的倍数", "ratio of key pollutants' reduction"),
    "baseline_closing": Text("低于基准水平产能清零的期限", "day by which capacity below baseline is closed"),
    "plan_continues": Text("方案期满后是否继续执行", "whether the plan goes on after its period"),
    "primary_factor_most": Text("等价折标系数上限", "most of a primary-energy coefficient"),
    "carbon_evaluation_from": Text("碳排放评价的施行日", "first day of carbon evaluations"),
    "energy_acceptance_from": Text("节能验收的施行日", "first day of energy acceptance"),
    "trial_run_months": Text("试运行后验收的月数", "months from trial run to acceptance"),
}


def parameter_words(name: str) -> Text:
    """A parameter in words; its name where a place has one of its own."""
    return PARAMETER_WORDS.get(name) or Text(name, name)


@dataclass(frozen=True)
class TablePage:
    """Some rows of a table: `found` match what is looked for, `first` is the place of the first one shown.

    `columns` begin with what is sought, `figures` are those that hold numbers; `of_industries`: its rows can be chosen by industry.
    """

    name: str
    columns: tuple[str, ...]
    figures: frozenset[str]
    of_industries: bool
    rows: Sequence[Row]
    found: int
    first: int
    next: int | None
    before: int | None


def look_up(ruleset: Ruleset, table: str, text: str, first: int, many: int, *, industry: str = "") -> TablePage | None:
    """A page of the rows in which every word of `text` stands, in any column, and which are of that industry; None where there is no such table.

    `industry` is a code or its first digits, with the letter of its section before it or without; "" asks nothing.
    """
    if table not in ruleset.content["tables"]:
        return None
    rows = ruleset.table(table)
    words = text.casefold().split()
    found = [row for row in rows if all(any(word in str(cell).casefold() for cell in row.values()) for word in words)]
    by_industry = _is_by_industry(ruleset, table)
    if by_industry and industry:
        found = [row for row in found if _is_of(ruleset, table, row, industry)]
    first = max(0, min(first, len(found) - 1 if found else 0))
    shown = found[first : first + many]
    there = rows[0] if rows else {}
    order = (*(name for name in (*_SOUGHT.get(table, ()), *COLUMN_WORDS) if name in there), *there)
    used = tuple(name for name in dict.fromkeys(order) if any(row[name] for row in rows))
    return TablePage(
        table,
        used,
        frozenset(name for name in used if table in TABLES and TABLES[table].cell(name).kind in ("figure", "signed")),
        by_industry,
        shown,
        len(found),
        first,
        first + many if first + many < len(found) else None,
        max(0, first - many) if first else None,
    )


def tables_of(ruleset: Ruleset, industry: str | None) -> tuple[str, ...]:
    """The tables of an edition that have rows of that industry (a code or its first digits); none where it is not known."""
    if not industry:
        return ()
    return tuple(
        name
        for name, rows in ruleset.content["tables"].items()
        if _is_by_industry(ruleset, name) and any(_is_of(ruleset, name, row, industry) for row in rows)
    )


def _is_by_industry(ruleset: Ruleset, table: str) -> bool:
    """Whether the rows of a table are of industries: by code, or by the products they name."""
    rows = ruleset.table(table)
    return bool(rows) and _INDUSTRIES.get(table, _PRODUCTS) in rows[0]


def _is_of(ruleset: Ruleset, table: str, row: Row, industry: str) -> bool:
    """Whether a row is of an industry: one of the two codes begins with the other, so that a row of 30 is of 3011 and 30 asks for the row of 3011."""
    asked = unicodedata.normalize("NFKC", industry).strip().lstrip(ascii_letters)
    return any(code and (asked.startswith(code) or code.startswith(asked)) for code in _codes(ruleset, table, row))


def _codes(ruleset: Ruleset, table: str, row: Row) -> list[str]:
    """The industries that a row is of: as it says, else those of the products it names."""
    if table in _INDUSTRIES:
        return row[_INDUSTRIES[table]].split(";")
    named = [level for key in row[_PRODUCTS].split(";") if (level := ruleset.row("benchmark_levels", key))]
    return [code for level in named for code in level["industry"].split(";")]
