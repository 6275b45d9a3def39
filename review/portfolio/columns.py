"""Facts as columns: which there are, what each is called, and its type.

A truth is a nullable boolean, a choice nullable text, a figure two decimals, `low` and `high`, of which NULL is *unbounded*. A figure of the
sheet is DECIMAL(21, 9), which holds every figure that a sheet can state; a derived one is DECIMAL(32, 16). What does not fit is
never rounded: its case is set aside and judged by `exact.py` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from review.law.conditions import Entry, free_names
from review.law.edition import Ruleset
from review.law.vocabulary import ITEM, LISTS, derived_label, item_names, sheet_names
from review.quantities import fits

# Digits in all, and after the point.
STATED, DERIVED, LEVEL = (21, 9), (32, 16), (34, 18)
WIDEST = 38
CASES, LEVELS = "cases", "levels"
# Of a product these are joined from the edition's levels, not kept among the facts.
JOINED = frozenset(
    {
        "item.benchmark_level",
        "item.baseline_level",
        "item.limit_level",
        "item.has_row",
        "item.has_baseline",
        "item.has_limits",
    }
)
# What stands beside the facts: `kind` as in `Column`.
CASE_HEAD = {
    "case": "number", "project": "number", "current": "truth", "as_of": "day", "name": "text", "industry": "text", "park": "text",
}  # fmt: skip
ITEM_HEAD = {"case": "number", "place": "number"}
PRODUCT_HEAD = {**ITEM_HEAD, "benchmark": "text", "unit": "text", "advanced_recorded": "truth"}


@dataclass(frozen=True)
class Column:
    """One column: its name, its kind (`truth`, `text`, `number`, `day` or `figure`), and of a figure digits in all and after the point."""

    name: str
    kind: str
    digits: tuple[int, int] = (0, 0)


def column(name: str) -> str:
    """What a fact's column is called: `recorded(energy.review)` → `recorded__energy__review`, `item.fuel` → `fuel`."""
    return name.removeprefix(ITEM).replace("(", "__").replace(")", "").replace(".", "__")


def listed(path: str) -> str:
    """The column that says whether a list has items."""
    return f"listed__{column(path)}"


def width(name: str, path: str | None = None) -> tuple[int, int]:
    """Digits in all and after the point of a figure, as a condition meets it."""
    if path == "products" and (name in JOINED or name == "item.unit_energy"):
        return LEVEL
    return DERIVED if derived_label(name) is not None else STATED


@cache
def case_facts() -> Mapping[str, Entry]:
    """Every fact of the project, by name."""
    return {**sheet_names(), "sector": Entry("choice")}


@cache
def item_facts(path: str) -> Mapping[str, Entry]:
    """Every fact of an item that is kept; what an edition's levels bring is joined."""
    return {name: entry for name, entry in item_names(path).items() if name not in JOINED}


def fact_columns(name: str, entry: Entry) -> tuple[Column, ...]:
    """The column or columns of a fact."""
    if entry.kind == "figure":
        return tuple(Column(f"{column(name)}__{end}", "figure", width(name)) for end in ("low", "high"))
    return (Column(column(name), "truth" if entry.kind == "truth" else "text"),)


@cache
def table_columns(table: str) -> tuple[Column, ...]:
    """Every column of a table of facts: `cases`, or the path of a list."""
    return tuple(_columns(table))


def _columns(table: str) -> Iterator[Column]:
    if table == CASES:
        head, facts = CASE_HEAD, case_facts()
    else:
        head, facts = PRODUCT_HEAD if table == "products" else ITEM_HEAD, item_facts(table)
    yield from (Column(name, kind) for name, kind in head.items())
    for name, entry in facts.items():
        yield from fact_columns(name, entry)
    if table == CASES:
        yield from (Column(listed(path), "truth") for path in LISTS)


@cache
def level_columns() -> tuple[Column, ...]:
    """The columns of an edition's levels, a row for each benchmark row and unit that products name."""
    figures = ("benchmark_level", "baseline_level", "level_2", "level_3")
    return (
        Column("benchmark", "text"), Column("unit", "text"), Column("has_row", "truth"), Column("has_baseline", "truth"),
        Column("has_limits", "truth"), Column("gb_from", "day"), Column("own", "figure", (12, 9)),
        *(Column(name, "figure", LEVEL) for name in figures), Column("refusal", "text"),
    )  # fmt: skip


def table_name(table: str) -> str:
    """The name of a table in an engine and of its file."""
    return column(table)


def tables() -> tuple[str, ...]:
    """The tables of facts: the cases and a table for each judged list."""
    return (CASES, *LISTS)


def holds(value: Decimal | None, digits: tuple[int, int]) -> bool:
    """Whether a decimal column of that many digits holds a figure exactly."""
    return value is None or fits(value, digits[0] - digits[1], digits[1])


def names_read(ruleset: Ruleset) -> frozenset[str]:
    """Every fact that a rule of the edition reads, `item.` ones with their prefix."""
    return frozenset(
        name
        for rule in ruleset.rules
        for condition in (rule.outer, rule.inner, rule.requires, *((rule.excused,) if rule.excused else ()))
        for name in free_names(condition)
    )
