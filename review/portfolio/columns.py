"""Facts as columns: which there are, what each is called, and its type.

A truth is a nullable boolean, a choice nullable text, a figure two decimals, `low` and `high`, of which NULL is *unbounded*. A figure of the
sheet is DECIMAL(21, 9), wide enough for every figure that a sheet can state; a derived one is DECIMAL(32, 16). What does not fit is
never rounded: its case is set aside and judged by `exact.py` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from review.law.conditions import Entry, free_names
from review.law.edition import Ruleset
from review.law.names import ITEM, Vocabulary
from review.quantities import fits

# Digits in all, and after the point.
STATED, DERIVED, LEVEL = (21, 9), (32, 16), (34, 18)
WIDEST = 38
CASES, LEVELS = "cases", "levels"
# What stands beside the facts: `kind` as in `Column`.
CASE_HEAD = {
    "case": "number", "project": "number", "current": "truth", "as_of": "day", "name": "text", "industry": "text", "park": "text",
}  # fmt: skip
# Figures of a product in the unit of the sheet, which an edition's levels bring to one unit with the levels.
SCALED = ("item.unit_energy", "item.limit_corrected")
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


def width(name: str, path: str | None, vocabulary: Vocabulary) -> tuple[int, int]:
    """Digits in all and after the point of a figure, as a condition meets it on an item of `path` (None: on the project)."""
    if path == "products" and (name in vocabulary.joined or name in SCALED):
        return LEVEL
    return DERIVED if vocabulary.derived(name, path) else STATED


@lru_cache(maxsize=64)
def table_facts(table: str, vocabulary: Vocabulary) -> Mapping[str, tuple[Column, ...]]:
    """The facts of a table (`cases`, or the path of a list) with the columns of each; what an edition's levels bring is in none."""
    known = vocabulary.project if table == CASES else vocabulary.of_item(table)
    return {
        name: _fact_columns(name, entry, None if table == CASES else table, vocabulary)
        for name, entry in known.items()
        if name not in vocabulary.joined
    }


def _fact_columns(name: str, entry: Entry, path: str | None, vocabulary: Vocabulary) -> tuple[Column, ...]:
    if entry.kind == "figure":
        digits = DERIVED if vocabulary.derived(name, path) else STATED
        return tuple(Column(f"{column(name)}__{end}", "figure", digits) for end in ("low", "high"))
    return (Column(column(name), "truth" if entry.kind == "truth" else "text"),)


@lru_cache(maxsize=64)
def table_columns(table: str, vocabulary: Vocabulary) -> tuple[Column, ...]:
    """Every column of a table of facts: `cases`, or the path of a list."""
    return tuple(_columns(table, vocabulary))


def _columns(table: str, vocabulary: Vocabulary) -> Iterator[Column]:
    head = CASE_HEAD if table == CASES else PRODUCT_HEAD if table == "products" else ITEM_HEAD
    if table == "products" and vocabulary.version > 1:
        head = {**head, "limit": "text"}
    yield from (Column(name, kind) for name, kind in head.items())
    for columns in table_facts(table, vocabulary).values():
        yield from columns
    if table == CASES:
        yield from (Column(listed(path), "truth") for path in vocabulary.lists)


@cache
def level_columns() -> tuple[Column, ...]:
    """The columns of an edition's levels, a row for each benchmark row, row of limits and unit that products name.

    `limit_open`: the limits depend on the industry of the project. `limit_scale`: what a corrected limit is multiplied by.
    """
    figures = ("benchmark_level", "baseline_level", "level_2", "level_3")
    return (
        Column("benchmark", "text"), Column("limit", "text"), Column("unit", "text"), Column("has_row", "truth"), Column("has_baseline", "truth"),
        Column("has_limits", "truth"), Column("gb_from", "day"), Column("limit_open", "truth"),
        Column("correctable", "truth"), Column("own", "figure", (12, 9)), Column("limit_scale", "figure", (12, 9)),
        *(Column(name, "figure", LEVEL) for name in figures), Column("refusal", "text"),
    )  # fmt: skip


def table_name(table: str) -> str:
    """The name of a table in an engine and of its file."""
    return column(table)


def tables(vocabulary: Vocabulary) -> tuple[str, ...]:
    """The tables of facts: the cases and a table for each judged list."""
    return (CASES, *vocabulary.lists)


def fits_column(value: Decimal | None, digits: tuple[int, int]) -> bool:
    """Whether a decimal column of that many digits represents a figure exactly."""
    return value is None or fits(value, digits[0] - digits[1], digits[1])


def names_read(ruleset: Ruleset) -> frozenset[str]:
    """Every fact that a rule of the edition reads, `item.` ones with their prefix."""
    return frozenset(
        name
        for rule in ruleset.rules
        for condition in (rule.outer, rule.inner, rule.requires, *((rule.excused,) if rule.excused else ()))
        for name in free_names(condition)
    )
