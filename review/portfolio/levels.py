"""An edition's levels as a table to join: a row for each benchmark row and unit that products name, made by `facts/products.py` itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any

from review.errors import SheetError
from review.facts import Case, Fact
from review.facts.products import product_facts
from review.law.edition import Ruleset
from review.portfolio.columns import LEVEL, LEVELS, Column, fits_column, level_columns, table_name
from review.portfolio.compiler import Bounds
from review.portfolio.extra import need, table
from review.quantities import Range, exact
from review.sheet import Product, ProjectSheet, parse_sheet

_FOREVER = date.max


@cache
def _sheet(stage: str) -> ProjectSheet:
    return parse_sheet({"project": {"name": "—", "stage": stage}})


def levels_table(named: Iterable[tuple[str | None, str, str]], ruleset: Ruleset) -> Any:
    """The Arrow table of levels for each benchmark row, row of limits and unit; what the edition refuses has its reason in `refusal`."""
    values: dict[str, list[Any]] = {each.name: [] for each in level_columns()}
    with exact():
        for benchmark, limit, unit in named:
            if benchmark is not None:
                for name, value in _row(benchmark, limit, unit, ruleset).items():
                    values[name].append(value)
    return table(level_columns(), values)


@lru_cache(maxsize=4096)
def _row(benchmark: str, limit: str, unit: str, ruleset: Ruleset) -> Mapping[str, Any]:
    named = {"benchmark": benchmark, "limit": limit, "unit": unit}
    row: dict[str, Any] = {each.name: None for each in level_columns()} | named
    product = Product(benchmark=benchmark, limit=limit or None, unit=unit or None, unit_energy=1, limit_corrected=1)
    try:
        entry, standing = (
            product_facts(Case(_sheet(stage), ruleset, _FOREVER), 0, product)[0] for stage in ("proposed", "existing")
        )
    except SheetError as error:
        return row | {"refusal": str(error)}
    figures = {
        "benchmark_level": entry["item.benchmark_level"].range,
        "baseline_level": entry["item.baseline_level"].range,
        "level_2": entry["item.limit_level"].range,
        "level_3": standing["item.limit_level"].range,
    }
    found = ruleset.row("benchmark_levels", benchmark)
    row |= {name: _point(value) for name, value in figures.items()}
    row |= _limits(benchmark, limit, entry, ruleset)
    row |= {name: entry[f"item.{name}"].value for name in ("has_row", "has_baseline", "has_limits")}
    if row["gb_from"] is None and found and found["gb_from"]:
        row["gb_from"] = date.fromisoformat(found["gb_from"])
    row["own"] = _point(entry["item.unit_energy"].range)
    wide = [name for name in figures if not fits_column(row[name], LEVEL)] + (
        [] if fits_column(row["own"], (12, 9)) else ["own"]
    )
    if wide:
        row["refusal"] = f"{benchmark}: {', '.join(wide)}: 数值位数超出列宽 / has too many digits for its column"
        row |= dict.fromkeys(wide)
    return row


def _limits(benchmark: str, limit: str, entry: Mapping[str, Fact], ruleset: Ruleset) -> dict[str, Any]:
    """What the limits of the row named add, in editions that have such rows."""
    if ruleset.facts == 1:
        return {}
    levelled_row = ruleset.row("benchmark_levels", benchmark)
    own = bool(levelled_row and levelled_row["gb_level_2"] and levelled_row["gb_level_3"])
    row = None if own or not limit else ruleset.row("limits", limit)
    return {
        "gb_from": date.fromisoformat(row["from"]) if row and row["from"] else None,
        "limit_open": not own and not limit,
        "correctable": entry["item.limit_correctable"].value,
        "limit_scale": _point(entry["item.limit_corrected"].range),
    }


def _point(value: Range) -> Any:
    return value.point


LEVEL_TYPE = f"decimal({LEVEL[0]}, {LEVEL[1]})"


def unbound(table: str, columns: Iterable[Column]) -> Any:
    """A table that an engine is to have, as far as queries know it."""
    return need("ibis").table({each.name: ibis_type(each) for each in columns}, name=table_name(table))


def ibis_type(each: Column) -> str:
    if each.kind == "figure":
        return f"decimal({each.digits[0]}, {each.digits[1]})"
    return {"truth": "boolean", "text": "string", "number": "int64", "day": "date"}[each.kind]


def with_levels(products: Any, ruleset: Ruleset) -> Any:
    """Products with the row of the edition's levels that each is measured against (`facts/products.py`)."""
    ibis = need("ibis")
    levels = unbound(LEVELS, level_columns())
    on = [products[name] == levels[name] for name in ("benchmark", "limit", "unit") if name in products.columns]
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
    in_force = found["has_limits"] & (found["gb_from"].isnull() | (found["gb_from"] <= found["as_of"]))
    if ruleset.facts > 1:
        null = ibis.null("boolean")
        in_force = ibis.cases(
            (found["limit_open"] & _of_industry(found, ruleset), null), (found["limit_open"], False), else_=in_force
        )
    if "limit_corrected__low" in found.columns:
        scale = ibis.coalesce(found["limit_scale"], ibis.literal("1").cast("decimal(12, 9)"))
        ends = ("limit_corrected__low", "limit_corrected__high")
        found = found.mutate(**{end: (found[end] * scale).cast(LEVEL_TYPE) for end in ends})
    return found.mutate(
        unit_energy__low=measured.cast(LEVEL_TYPE),
        unit_energy__high=measured.cast(LEVEL_TYPE),
        benchmark_measured=ibis.coalesce(found["benchmark_level"], advanced.cast(LEVEL_TYPE)),
        limit_low=ibis.cases(*known, (entry < limit, entry), else_=limit),
        limit_high=ibis.cases(*known, (entry < limit, limit), else_=entry),
        limits_in_force=in_force,
    )


def _of_industry(found: Any, ruleset: Ruleset) -> Any:
    """Whether some row of limits in force is, or may be, of the project's industry (`limits.industry_rows`)."""
    ibis = need("ibis")
    rows = [
        (found["as_of"] >= ibis.literal(date.fromisoformat(row["from"]) if row["from"] else date.min))
        & (found["industry"].isnull() | found["industry"].startswith(row["industry"]))
        for row in ruleset.table("limits")
    ]
    return ibis.or_(*rows) if rows else ibis.literal(False)


def levelled(table: Any, columns: tuple[str, ...]) -> Any:
    """A fact of a product that the edition's levels bring, by its columns there: one, or of a figure both ends."""
    if len(columns) == 1:
        return table[columns[0]]
    low, high = columns
    return Bounds(table[low], table[high], LEVEL)
