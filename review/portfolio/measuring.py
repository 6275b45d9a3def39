"""Products as arrays, measured against an edition's levels: what `levels.with_levels` joins in an engine, on grids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import prod
from typing import Any

from review.law.edition import Ruleset
from review.portfolio import codes
from review.portfolio.extra import need, whole
from review.portfolio.grids import DIGITS, End, numbered, whole_numbers
from review.portfolio.levels import levels_table

_KEYS = ("benchmark", "limit", "unit")
_LEVELS = ("benchmark_level", "baseline_level", "level_2", "level_3")
_TRUTHS = ("has_row", "has_baseline", "has_limits", "correctable")
_EPOCH, _ALWAYS, _NEVER = date(1970, 1, 1).toordinal(), -(2**31), 2**31 - 1
# The stages as the limits are told apart by them.
EXISTING, OTHER, UNSTATED = range(3)


@dataclass(frozen=True)
class Levels:
    """The levels of some rows, a place each, and at the last place what there is where no row is named; all on one grid.

    The ends of `limits` have three places for each row, by the stage. `scales` bring a product's figures to the unit of the levels.
    `begins` is the day from which the limits bind. `too_long` are the rows of which a figure has more digits than 64 bits.
    """

    benchmark: End
    baseline: End
    limits: tuple[End, End]
    scales: Mapping[str, End]
    truths: Mapping[str, Any]
    limit_open: Any
    begins: Any
    too_long: Any


@dataclass(frozen=True)
class Named:
    """Which row of the levels each product is measured by; the last one where it names none. `refused` are reasons, by row."""

    rows: Any
    levels: Levels
    refused: Mapping[int, str]


def named(products: Any, ruleset: Ruleset) -> Named:
    """The levels that products name, with the reason for what the edition refuses."""
    numpy = need("numpy")
    keys = [name for name in _KEYS if name in products.column_names]
    at, choices = numpy.zeros(products.num_rows, numpy.int64), list[list[str | None]]()
    for name in keys:
        words, places = numbered(whole(products.column(name)))
        choices.append(words)
        at = at * len(words) + places
    there, which = _there(at, prod(map(len, choices)))
    rows = [_row(place, keys, choices) for place in there.tolist()]
    wanted = tuple(dict.fromkeys(row for row in rows if row is not None))
    numbers: dict[Any, int] = {row: number for number, row in enumerate(wanted)}
    levels, refused = _levels(wanted, ruleset)
    row_of = numpy.array([numbers.get(row, len(wanted)) for row in rows], numpy.int64)
    return Named(row_of[which], levels, refused)


def _there(keys: Any, below: int) -> tuple[Any, Any]:
    """The keys that there are, and of each the place among them."""
    numpy = need("numpy")
    if below > 2**20:
        there, which = numpy.unique(keys, return_inverse=True)
        return there, which
    there = numpy.flatnonzero(numpy.bincount(keys, minlength=below))
    places = numpy.zeros(below, numpy.int64)
    places[there] = numpy.arange(len(there))
    return there, places[keys]


def _row(key: int, names: list[str], choices: list[list[str | None]]) -> tuple[str, str, str] | None:
    """The row of the levels that a key stands for; None where no row of the table is named."""
    found: dict[str, str | None] = {}
    for name, each in zip(reversed(names), reversed(choices), strict=True):
        key, place = divmod(key, len(each))
        found[name] = each[place]
    benchmark = found["benchmark"]
    return None if benchmark is None else (benchmark, found.get("limit") or "", found["unit"] or "")


@lru_cache(maxsize=64)
def _levels(wanted: tuple[tuple[str, str, str], ...], ruleset: Ruleset) -> tuple[Levels, Mapping[int, str]]:
    numpy = need("numpy")
    table = levels_table(wanted, ruleset)
    columns = {name: [*table.column(name).to_pylist(), None] for name in table.column_names}
    rows = len(wanted) + 1
    too_long = numpy.zeros(rows, bool)

    def numbers(values: list[Any]) -> tuple[Any, int]:
        found, places = whole_numbers(values)
        for place, each in enumerate(found):
            if abs(each) >= 10**DIGITS:
                too_long[place % rows], found[place] = True, 0
        return numpy.array(found, numpy.int64), places

    together, places = numbers([value for name in _LEVELS for value in columns[name]])
    benchmark, baseline, entry, limit = (
        End(together[place * rows : (place + 1) * rows], _open(columns[name]), places) for place, name in enumerate(_LEVELS)
    )  # fmt: skip
    scales = {}
    for name in ("own", "limit_scale"):
        values, scale = numbers([Decimal(1) if value is None else value for value in columns[name]])
        scales[name] = End(values, None, scale)
    days = [_ALWAYS if day is None else day.toordinal() - _EPOCH for day in columns["gb_from"]]
    levels = Levels(
        benchmark, baseline, _by_stage(entry, limit), scales, {name: _codes(columns[name]) for name in _TRUTHS},
        numpy.array([value is True for value in columns["limit_open"]], bool), numpy.array(days, numpy.int32), too_long,
    )  # fmt: skip
    return levels, {place: words for place, words in enumerate(columns["refusal"]) if words is not None}


def _open(values: list[Any]) -> Any:
    return need("numpy").array([value is None for value in values], bool)


def _codes(values: list[Any]) -> Any:
    known = {True: codes.TRUE, False: codes.FALSE, None: codes.UNKNOWN}
    return need("numpy").array([known[value] for value in values], "uint8")


def _by_stage(entry: End, limit: End) -> tuple[End, End]:
    """Both ends of the limit by row and stage: level 3 of what stands, level 2 of anything else, from one to the other where no stage is stated."""
    numpy = need("numpy")
    either = entry.open | limit.open
    open = _in_turn(limit.open, entry.open, either)
    least, most = numpy.minimum(entry.values, limit.values), numpy.maximum(entry.values, limit.values)
    return End(_in_turn(limit.values, entry.values, least), open, entry.places), End(
        _in_turn(limit.values, entry.values, most), open, entry.places
    )


def _in_turn(*values: Any) -> Any:
    return need("numpy").stack(values, axis=1).ravel()


def stages(column: Any) -> Any:
    """The stage of each case, as the limits are told apart by it."""
    words, places = numbered(column)
    stages = [UNSTATED if word is None else EXISTING if word == "existing" else OTHER for word in words]
    return need("numpy").array(stages)[places]


def bound_from(cases: Any, ruleset: Ruleset) -> Any:
    """Of each case whether some row of limits in force is, or may be, of its industry (`limits.industry_rows`)."""
    numpy = need("numpy")
    words, places = numbered(whole(cases.column("industry")))
    first = [_binding_from(stated, ruleset) for stated in words]
    return days(cases) >= numpy.array(first, numpy.int64)[places]


@lru_cache(maxsize=4096)
def _binding_from(industry: str | None, ruleset: Ruleset) -> int:
    """The first day on which some row of limits is of an industry; any row may be of one that is not stated."""
    rows = [row for row in ruleset.table("limits") if industry is None or industry.startswith(row["industry"])]
    return min((_day(row["from"]) for row in rows), default=_NEVER)


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal() - _EPOCH if text else _ALWAYS


def days(cases: Any) -> Any:
    """The day of review of each case, as a number."""
    pa = need("pyarrow")
    return whole(cases.column("as_of")).view(pa.int32()).to_numpy(zero_copy_only=False)
