"""Tables as queries know them, and products with the edition's levels joined: what `facts/products.py` says of a product, as columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from review.portfolio.columns import LEVEL, LEVELS, Column, level_columns, table_name, width
from review.portfolio.compiler import Bounds
from review.portfolio.extra import need

LEVEL_TYPE = f"decimal({LEVEL[0]}, {LEVEL[1]})"
_LEVELLED = {
    "item.benchmark_level": ("benchmark_measured", "benchmark_measured"), "item.baseline_level": ("baseline_level", "baseline_level"),
    "item.limit_level": ("limit_low", "limit_high"), "item.has_row": ("has_row",), "item.has_baseline": ("has_baseline",),
    "item.has_limits": ("limits_in_force",),
}  # fmt: skip


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


def levelled(table: Any, name: str) -> Any:
    """A fact of a product that the edition's levels bring."""
    names = _LEVELLED[name]
    if len(names) == 1:
        return table[names[0]]
    return Bounds(table[names[0]], table[names[1]], width(name, "products"))
