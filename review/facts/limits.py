"""Mandatory limits of energy per unit of product (强制性能耗限额) in the editions whose content says `facts: 2` (4.4-2).

A product has those of its benchmark row; where that has none, those of the row of the table of limits that the sheet names. A row binds
from its own day. Some standards let a limit be corrected: the corrected one excuses, where its ground is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from review.errors import Fault, SheetError, Text
from review.facts.model import Case, Fact, Source, gather, of_edition
from review.facts.units import Measure, spelt_unit, split_unit
from review.law.edition import Row, Ruleset
from review.law.table_words import listed_rows
from review.quantities import UNKNOWN, Range, point
from review.sheet import Product
from review.values import immutable

_LEVELS = (("level_2", "2 级（准入值）"), ("level_3", "3 级（限定值）"))


@immutable(frozen=True, slots=True)
class Limits:
    """A product's row of limits under the names of the table of limits, its figures to be multiplied by `scale`; `open` where it is not known."""

    table: str = ""
    row: Mapping[str, str] | None = None
    scale: Decimal = Decimal(1)
    paths: tuple[str, ...] = ()
    open: tuple[str, ...] = ()

    def binding(self, day: date) -> bool:
        """Whether the row is in force on a day."""
        return self.row is not None and (not self.row["from"] or date.fromisoformat(self.row["from"]) <= day)


def limits_of(case: Case, path: str, product: Product, row: Row | None, measure: Measure) -> tuple[Limits, Measure]:
    """The limits of a product, and its measure with them: both sides are multiplied, never divided.

    Raises SheetError for a row that the table of limits does not have, or a unit that does not fit it.
    """
    if product.benchmark is None:
        return Limits(open=(f"{path}.benchmark",)), measure
    if row is not None and row["gb_level_2"] and row["gb_level_3"]:
        return Limits("benchmark_levels", _of_benchmark(row), measure.row, (f"{path}.benchmark",)), measure
    key = product.limit
    if key is None:
        named = _of_industry(case)
        return Limits(paths=(f"{path}.benchmark",), open=(f"{path}.limit",) if named else ()), measure
    paths = (f"{path}.benchmark", f"{path}.limit")
    if key == "none":
        return Limits(paths=paths), measure
    limit = _named(case, path, key)
    scale, measure = _scaled(case, path, product, row, limit, measure)
    return Limits("limits", limit, scale, paths), measure


def limit_facts(
    case: Case, path: str, product: Product, limits: Limits, measure: Measure, unit: str | None
) -> dict[str, Fact]:
    """Whether limits bind the product, which one, and whether a correction of it is allowed; in the unit of its energy."""
    row = limits.row
    if limits.open:
        unknown = Fact(None, missing=limits.open)
        binding, correctable = unknown, unknown
    else:
        binding = Fact(limits.binding(case.as_of), paths=limits.paths)
        correctable = Fact(row is not None and row["correctable"] == "yes", paths=limits.paths)
    corrected = product.limit_corrected
    per = measure.own if measure.own != 1 else None
    return {
        "item.has_limits": binding,
        "item.limit_correctable": correctable,
        "item.limit_level": _level(case, limits, measure, unit),
        "item.limit_corrected": Fact(UNKNOWN, missing=(f"{path}.limit_corrected",), unit=unit)
        if corrected is None
        else Fact(point(corrected * limits.scale), paths=(f"{path}.limit_corrected",), unit=unit, per=per),
    }


def industry_rows(rows: tuple[Row, ...], industry: str | None, day: date) -> bool:
    """Whether some row of limits in force on a day is, or may be, of an industry."""
    return any(
        (not row["from"] or date.fromisoformat(row["from"]) <= day) and (industry is None or industry.startswith(row["industry"]))
        for row in rows
    )  # fmt: skip


def _of_industry(case: Case) -> bool:
    return _named_by_industry(case.ruleset, case.sheet.project.industry, case.as_of)


@of_edition
def _named_by_industry(ruleset: Ruleset, industry: str | None, day: date) -> bool:
    return industry_rows(tuple(ruleset.table("limits")), industry, day)


def _of_benchmark(row: Row) -> dict[str, str]:
    return {
        "id": row["id"], "name": _name(row["field"], row["variant"]), "unit": row["unit"], "level_2": row["gb_level_2"],
        "level_3": row["gb_level_3"], "from": row["gb_from"], "standard": row["gb_standard"], "evidence": "third-party",
        "note": row["gb_note"], "correctable": row.get("correctable", "no"),
    }  # fmt: skip


def _named(case: Case, path: str, key: str) -> dict[str, str]:
    """The row of the table of limits with an id: of several the latest that binds on the day of review, else the first."""
    rows = sorted((row for row in case.ruleset.table("limits") if row["id"] == key), key=lambda row: row["from"])
    if not rows:
        there = listed_rows(case.ruleset, "limits")
        raise SheetError([Fault(f"{path}.limit", Text(
            f"能耗限额表没有“{key}”这一行；表中无此产品请写 none；可用：{there.zh}",
            f"no row “{key}” in the table of limits; write none where it has no such product; rows: {there.en}"))])  # fmt: skip
    binding = [row for row in rows if not row["from"] or date.fromisoformat(row["from"]) <= case.as_of]
    row = (binding or rows[:1])[-1]
    return {**row, "name": _name(row["product"], row["variant"])}


def _name(product: str, variant: str) -> str:
    return product + (f"（{variant}）" if variant else "")


def _scaled(
    case: Case, path: str, product: Product, row: Row | None, limit: Mapping[str, str], measure: Measure
) -> tuple[Decimal, Measure]:
    """What a figure of the limits is multiplied by, and the measure, so that all of them are of one unit: kgce where units differ."""
    units = [unit for unit in (product.unit, row["unit"] if row else None) if unit]
    one, (energy, per) = Decimal(1), split_unit(limit["unit"])
    if all(spelt_unit(unit) == spelt_unit(limit["unit"]) for unit in units):
        return one, measure if measure.unit else replace(measure, unit=limit["unit"])
    kinds = {split_unit(unit)[0] for unit in units} | {energy}
    if kinds != {"kgce", "kgoe"} or any(split_unit(unit)[1] != per for unit in units):
        stated = product.unit or (row["unit"] if row else "")
        raise SheetError([Fault(f"{path}.limit", Text(
            f"限额表行“{limit['id']}”的单位为 {limit['unit']}，与“{stated}”不符，请核对单位或所选的行",
            f"the row {limit['id']} is in {limit['unit']}, which does not fit “{stated}”: check the unit or the row"))])  # fmt: skip
    parameter = case.parameter("kgce_per_kgoe")
    ratio = parameter.range.point or Decimal(case.ruleset.parameters["kgce_per_kgoe"].text)

    def scale(unit: str | None) -> Decimal:
        return ratio if unit and split_unit(unit)[0] == "kgoe" else one

    unit = product.unit or (row["unit"] if row else None)
    bench = scale(row["unit"]) if row else one
    return scale(limit["unit"]), Measure(measure.unit, scale(unit), bench, parameter.sources)


def _level(case: Case, limits: Limits, measure: Measure, unit: str | None) -> Fact:
    """Level 2 for what is proposed or being built, level 3 for what stands; both where the stage is not stated."""
    if limits.row is None:
        return Fact(UNKNOWN, missing=limits.open, unit=unit)
    entry, limit = (_one(case, limits, limits.row, column, word, measure, unit) for column, word in _LEVELS)
    stage = case.sheet.project.stage
    if stage is not None:
        return limit if stage == "existing" else entry
    missing, sources = gather((entry, limit))
    a, b = entry.range.point, limit.range.point
    if a is None or b is None:
        return Fact(UNKNOWN, missing=missing, sources=sources, unit=unit)
    return Fact(Range(min(a, b), max(a, b)), missing=("project.stage",), sources=sources, unit=unit, per=entry.per)


def _one(
    case: Case, limits: Limits, row: Mapping[str, str], column: str, word: str, measure: Measure, unit: str | None
) -> Fact:
    figure = case.figure(row, column)
    said = f"{row['name']} {word} {row[column]} {row['unit']}"
    source = _source(limits.table, row["id"], said, row["standard"], row["evidence"], row["note"], row["correctable"])
    value = UNKNOWN if figure is None else point(figure * limits.scale)
    per = measure.own if measure.own != 1 else None
    return Fact(value, sources=(source, *measure.sources), unit=unit, per=per)


@lru_cache(maxsize=1024)
def _source(table: str, key: str, said: str, standard: str, evidence: str, note: str, correctable: str) -> Source:
    remarks = [note] if note else []
    en = list(remarks)
    if correctable == "yes":
        remarks.append("该标准允许对限额作修正：修正后的限额及其依据可填入项目表")
        en.append("the standard allows the limit to be corrected: state the corrected limit and its ground")
    remark = Text("；".join(remarks), "; ".join(en)) if remarks else None
    return Source("table", table, key, said, standard, evidence, remark)
