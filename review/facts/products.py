"""Product facts (产品): which level (标杆、基准、限额) a product is measured against, and by which row.

3.1-2, 4.3-4: benchmark and baseline levels of the edition's table; a product without a figure is measured against the
advanced level (先进水平) that the sheet states with its source. 4.4-2: the mandatory limits of the GB standards.
"""

from __future__ import annotations

from datetime import date

from review.errors import Fault, SheetError, Text
from review.facts.limits import limit_facts, limits_of
from review.facts.model import Case, Fact, Note, Source, gather, of_edition
from review.facts.units import Measure, measured
from review.law.edition import Row, Ruleset
from review.law.table_words import listed_rows
from review.quantities import UNKNOWN, Range, point
from review.sheet import Product


def product_facts(case: Case, index: int, product: Product) -> tuple[dict[str, Fact], list[Note]]:
    """The levels of one product. Raises SheetError for an unknown row or a unit that does not fit its row."""
    path = f"products[{index}]"
    row, notes = _row(case, path, product)
    measure = measured(case, path, product, row)
    own = product.unit_energy
    limits = None
    if case.ruleset.facts > 1:
        limits, measure = limits_of(case, path, product, row, measure)
    unit = product.unit or (row["unit"] if row else None) or measure.unit or None
    per = measure.own if measure.own != 1 else None
    unit_energy = (
        Fact(point(own * measure.own), paths=(f"{path}.unit_energy",), sources=measure.sources, unit=unit, per=per)
        if own is not None
        else Fact(UNKNOWN, missing=(f"{path}.unit_energy",), unit=unit)
    )
    unstated = Fact(None, missing=(f"{path}.benchmark",))
    known = product.benchmark is not None
    row_path = (f"{path}.benchmark",)
    if limits is not None:
        limited = limit_facts(case, path, product, limits, measure, unit)
    else:
        has_limits = bool(row and row["gb_level_2"] and row["gb_level_3"] and _from(row) <= case.as_of)
        limited = {
            "item.limit_level": _limit(case, path, product, row, measure, unit),
            "item.has_limits": Fact(has_limits, paths=row_path) if known else unstated,
        }
    facts = {
        "item.unit_energy": unit_energy,
        "item.benchmark_level": _benchmark(case, path, product, row, measure, unit),
        "item.baseline_level": _level(case, path, product, row, "baseline", "基准", measure, unit),
        "item.limit_level": limited["item.limit_level"],
        "item.has_row": Fact(row is not None, paths=row_path) if known else unstated,
        "item.has_baseline": Fact(bool(row and row["baseline"]), paths=row_path) if known else unstated,
        "item.has_limits": limited["item.has_limits"],
    }
    return facts | limited, notes


def limit_from(case: Case, index: int) -> date | None:
    """The day from which the limits of a product bind; None where it has none, or they have no such day."""
    path, product = f"products[{index}]", (case.sheet.products or ())[index]
    row, _ = _row(case, path, product)
    limits, _ = limits_of(case, path, product, row, measured(case, path, product, row))
    return date.fromisoformat(limits.row["from"]) if limits.row is not None and limits.row["from"] else None


def _from(row: Row) -> date:
    return date.fromisoformat(row["gb_from"]) if row["gb_from"] else date.min


def _row(case: Case, path: str, product: Product) -> tuple[Row | None, list[Note]]:
    key = product.benchmark
    if key is None or key == "none":
        return None, []
    row = case.ruleset.row("benchmark_levels", key)
    if row is None:
        if key in case.ruleset.content["known_elsewhere"]:
            text = Text(
                f"{case.ruleset.name} 的标杆表无此产品行“{key}”（仅见于其他版本），按先进水平判断",
                f"{case.ruleset.name} has no row {key!r} (another edition has): the advanced level is used",
            )
            return None, [Note("benchmark-elsewhere", f"{path}.benchmark", text)]
        there = listed_rows(case.ruleset, "benchmark_levels")
        if not there.zh:
            text = Text(
                f"{case.ruleset.name} 没有标杆表，请写 none，而非“{key}”",
                f"{case.ruleset.name} has no benchmark table: write none, not “{key}”",
            )
            raise SheetError([Fault(f"{path}.benchmark", text)])
        text = Text(
            f"标杆表没有“{key}”这一行；表中无此产品请写 none；可用：{there.zh}",
            f"no benchmark row “{key}”; write none where the table has no such product; rows: {there.en}",
        )
        raise SheetError([Fault(f"{path}.benchmark", text)])
    industry = case.sheet.project.industry
    if industry and not industry.startswith(row["industry"]):
        text = Text(
            f"标杆表行“{row['field']}{row['variant']}”属行业 {row['industry']}，项目填报行业 {industry}，请核对",
            f"the row {key} is of industry {row['industry']}, the project states {industry}; please check",
        )
        return row, [Note("benchmark-industry", f"{path}.benchmark", text)]
    return row, []


def _source(case: Case, row: Row, column: str, word: str) -> Source:
    remark = _deadline(case, row) if column == "baseline" else None
    return _source_of(case.ruleset, row["id"], column, word, remark)


@of_edition
def _source_of(ruleset: Ruleset, key: str, column: str, word: str, remark: Text | None) -> Source:
    """Where a level of a row is from, and what is to be said of it."""
    row = ruleset.indexes["benchmark_levels"][key]
    name = row["field"] + (f"（{row['variant']}）" if row["variant"] else "")
    figure = f"{name} {word} {row[column]} {row['unit']}"
    if column.startswith("gb_"):
        note = Text(row["gb_note"], row["gb_note"]) if row["gb_note"] else None
        return Source("table", "benchmark_levels", key, figure, row["gb_standard"], "third-party", note)
    document = ruleset.content["benchmark_document"]
    return Source("table", "benchmark_levels", key, figure, document, row["evidence"], remark)


def _deadline(case: Case, row: Row) -> Text | None:
    """What is said of standing capacity below the baseline: the national deadlines that have passed, and the day of its closing."""
    if case.sheet.project.stage != "existing":
        return None
    said = [words for words in (_upgrading(case, row), _closing(case, row)) if words]
    return Text("；".join(each.zh for each in said), "; ".join(each.en for each in said)) if said else None


def _closing(case: Case, row: Row) -> Text | None:
    """The day by which the capacity below the baseline of some industries is closed."""
    parameter = case.ruleset.parameters.get("baseline_closing")
    if parameter is None or row.get("closing") != "yes":
        return None
    return Text(
        f"本行业低于基准水平的产能应在 {parameter.text} 前清零（{parameter.source}）",
        f"capacity of this industry below the baseline is to be closed by {parameter.text} ({parameter.source})",
    )


def _upgrading(case: Case, row: Row) -> Text | None:
    """What stands below the baseline was to be upgraded by a national deadline: say so where it has passed."""
    deadlines = case.ruleset.content["baseline_deadlines"]
    day = str(deadlines["fields_2023" if row["id"] in case.ruleset.content["added_rows"] else "fields_2021"])
    if case.as_of <= date.fromisoformat(day):
        return None
    return Text(
        f"低于基准水平的存量项目，国家规定的改造期限（{day}）已过",
        f"the national deadline for upgrading what stands below the baseline ({day}) has passed",
    )


def _level(
    case: Case,
    path: str,
    product: Product,
    row: Row | None,
    column: str,
    word: str,
    measure: Measure,
    unit: str | None,
) -> Fact:
    if product.benchmark is None:
        return Fact(UNKNOWN, missing=(f"{path}.benchmark",), unit=unit)
    if row is None or not row[column]:
        return Fact(UNKNOWN, unit=unit)
    sources = (_source(case, row, column, word), *measure.sources)
    figure = case.figure(row, column, "third-party" if column.startswith("gb_") else None)
    value = UNKNOWN if figure is None else point(figure * measure.row)
    return Fact(value, sources=sources, unit=unit, per=measure.own if measure.own != 1 else None)


def _benchmark(case: Case, path: str, product: Product, row: Row | None, measure: Measure, unit: str | None) -> Fact:
    if product.benchmark is None or (row is not None and row["benchmark"]):
        return _level(case, path, product, row, "benchmark", "标杆水平", measure, unit)
    source = product.advanced_source
    missing = () if product.advanced_level is not None else (f"{path}.advanced_level",)
    if source is None or source.document is None:
        missing = (*missing, f"{path}.advanced_source.document")
    if missing or product.advanced_level is None or source is None:
        return Fact(UNKNOWN, missing=missing, unit=unit)
    stated = f"先进水平 {product.advanced_level} {unit or ''}".strip()
    origin = Source("table", "sheet", f"{path}.advanced_level", stated, source.document or "", "third-party", Text(
        "国家标杆表无此产品或无数值，与填报的先进水平比较", "the national table has no figure for this product: measured against the advanced level stated"))  # fmt: skip
    return Fact(
        point(product.advanced_level * measure.own),
        paths=(f"{path}.advanced_level",),
        sources=(origin,),
        unit=unit,
        per=measure.own if measure.own != 1 else None,
    )


def _limit(case: Case, path: str, product: Product, row: Row | None, measure: Measure, unit: str | None) -> Fact:
    """Level 2 (准入) for what is proposed or being built, level 3 (限定) for what stands; both where the stage is not stated."""
    entry = _level(case, path, product, row, "gb_level_2", "2 级（准入值）", measure, unit)
    limit = _level(case, path, product, row, "gb_level_3", "3 级（限定值）", measure, unit)
    stage = case.sheet.project.stage
    if stage is not None:
        return limit if stage == "existing" else entry
    missing, sources = gather((entry, limit))
    a, b = entry.range, limit.range
    if a.point is None or b.point is None:
        return Fact(UNKNOWN, missing=missing, sources=sources, unit=unit)
    return Fact(
        Range(min(a.point, b.point), max(a.point, b.point)),
        missing=("project.stage",),
        sources=sources,
        unit=unit,
        per=entry.per,
    )
