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
from review.portfolio.arrow import table
from review.portfolio.columns import LEVEL, holds, level_columns
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
