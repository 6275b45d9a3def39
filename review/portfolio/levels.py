"""An edition's levels as a table to join: a row for each benchmark row and unit that products name, made by `facts/products.py` itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any

from review.errors import SheetError
from review.facts import Case
from review.facts.products import product_facts
from review.law.edition import Ruleset
from review.portfolio.columns import LEVEL, LEVELS, Column, holds, level_columns, table_name
from review.portfolio.compiler import Bounds
from review.portfolio.extra import need, table
from review.quantities import Range, exact
from review.sheet import Product, ProjectSheet, parse_sheet

_FOREVER = date.max


@cache
def _sheet(stage: str) -> ProjectSheet:
    return parse_sheet({"project": {"name": "—", "stage": stage}})


def levels_table(pairs: Iterable[tuple[str | None, str]], ruleset: Ruleset) -> Any:
    """The Arrow table of levels for pairs of benchmark row and unit; what the edition refuses has its reason in `refusal`."""
    values: dict[str, list[Any]] = {each.name: [] for each in level_columns()}
    with exact():
        for benchmark, unit in pairs:
            if benchmark is not None:
                for name, value in _row(benchmark, unit, ruleset).items():
                    values[name].append(value)
    return table(level_columns(), values)


@lru_cache(maxsize=4096)
def _row(benchmark: str, unit: str, ruleset: Ruleset) -> Mapping[str, Any]:
    row: dict[str, Any] = {each.name: None for each in level_columns()} | {"benchmark": benchmark, "unit": unit}
    product = Product(benchmark=benchmark, unit=unit or None, unit_energy=1)
    try:
        entry, limit = (
            product_facts(Case(_sheet(stage), ruleset, _FOREVER), 0, product)[0] for stage in ("proposed", "existing")
        )
    except SheetError as error:
        return row | {"refusal": str(error)}
    figures = {
        "benchmark_level": entry["item.benchmark_level"].range,
        "baseline_level": entry["item.baseline_level"].range,
        "level_2": entry["item.limit_level"].range,
        "level_3": limit["item.limit_level"].range,
    }
    found = ruleset.row("benchmark_levels", benchmark)
    row |= {name: _point(value) for name, value in figures.items()}
    row |= {name: entry[f"item.{name}"].value for name in ("has_row", "has_baseline", "has_limits")}
    row["gb_from"] = date.fromisoformat(found["gb_from"]) if found and found["gb_from"] else None
    row["own"] = _point(entry["item.unit_energy"].range)
    wide = [name for name in figures if not holds(row[name], LEVEL)] + ([] if holds(row["own"], (12, 9)) else ["own"])
    if wide:
        row["refusal"] = f"{benchmark}: {', '.join(wide)}: 数值位数超出列宽 / has too many digits for its column"
        row |= dict.fromkeys(wide)
    return row


def _point(value: Range) -> Any:
    return value.point


LEVEL_TYPE = f"decimal({LEVEL[0]}, {LEVEL[1]})"


def unbound(table: str, columns: Iterable[Column]) -> Any:
    """A table that an engine is to hold, as far as queries know it."""
    return need("ibis").table({each.name: ibis_type(each) for each in columns}, name=table_name(table))


def ibis_type(each: Column) -> str:
    if each.kind == "figure":
        return f"decimal({each.digits[0]}, {each.digits[1]})"
    return {"truth": "boolean", "text": "string", "number": "int64", "day": "date"}[each.kind]


def with_levels(products: Any) -> Any:
    """Products with the row of the edition's levels that each is measured against (`facts/products.py`)."""
    ibis = need("ibis")
    levels = unbound(LEVELS, level_columns())
    on = [products["benchmark"] == levels["benchmark"], products["unit"] == levels["unit"]]
    found = products.left_join(levels, on, rname="level__{name}")
    own = ibis.coalesce(found["own"], ibis.literal("1").cast("decimal(12, 9)"))
    advanced = ibis.cases(
        (found["benchmark"].notnull() & found["advanced_recorded"], found["advanced_level__low"] * own)
    )
    entry, limit, stage = found["level_2"], found["level_3"], found["project__stage"]
    known = (
        (stage == "existing", limit),
        (stage.notnull(), entry),
        ((entry.isnull() | limit.isnull()), ibis.null(entry.type())),
    )
    measured = found["unit_energy__low"] * own
    return found.mutate(
        unit_energy__low=measured.cast(LEVEL_TYPE),
        unit_energy__high=measured.cast(LEVEL_TYPE),
        benchmark_measured=ibis.coalesce(found["benchmark_level"], advanced.cast(LEVEL_TYPE)),
        limit_low=ibis.cases(*known, (entry < limit, entry), else_=limit),
        limit_high=ibis.cases(*known, (entry < limit, limit), else_=entry),
        limits_in_force=found["has_limits"] & (found["gb_from"].isnull() | (found["gb_from"] <= found["as_of"])),
    )


def levelled(table: Any, columns: tuple[str, ...]) -> Any:
    """A fact of a product that the edition's levels bring, by its columns there: one, or of a figure both ends."""
    if len(columns) == 1:
        return table[columns[0]]
    low, high = columns
    return Bounds(table[low], table[high], LEVEL)
