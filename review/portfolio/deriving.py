"""Cases → facts as columns, by the product's own `build_facts`; what does not fit a column is set aside, by name and reason."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import Any

from review.errors import Fault, SheetError, Text
from review.facts import Case, Fact, Facts, build_facts
from review.facts.days import known_on_day
from review.law.edition import Ruleset
from review.law.names import ITEM, Vocabulary
from review.law.vocabulary import vocabulary_of
from review.portfolio.basis import basis
from review.portfolio.columns import (
    CASES,
    DERIVED,
    fits_column,
    listed,
    table_columns,
    table_facts,
    tables,
)
from review.portfolio.extra import table
from review.portfolio.grids import as_one, narrow_table
from review.quantities import exact
from review.sheet import Product, canonical_sheet, recorded_sheet

# What the levels of a product and the words of a recommendation are made from, whatever the rules read.
NEEDED = frozenset({"item.unit_energy", "item.advanced_level", "project.stage"})


@dataclass(frozen=True)
class Numbered:
    """A case with its number, which is that of its review where it has one; numbers rise. `current`: no later one is of the same project."""

    number: int
    case: Case
    project: int | None = None
    current: bool = True


@dataclass(frozen=True)
class Aside:
    """A case that is not among the columns: `refused` by the edition, or with a figure too long for its column (`exact.py` can judge it).

    Its sheet and register are JSON, so that it can be sent to another process and written to a file.
    """

    number: int
    project: int | None
    current: bool
    as_of: date
    refused: bool
    faults: tuple[Fault, ...]
    sheet: str
    register: str | None

    @classmethod
    def of(cls, numbered: Numbered, refused: bool, faults: Sequence[Fault]) -> Aside:
        case = numbered.case
        register = (
            None
            if case.register is None
            else json.dumps(
                case.register.as_json([*case.register.balances, *case.register.claims], with_claims=True),
                ensure_ascii=False,
            )
        )
        sheet = json.dumps(canonical_sheet(case.sheet), ensure_ascii=False)
        return cls(
            numbered.number, numbered.project, numbered.current, case.as_of, refused, tuple(faults), sheet, register
        )

    def case(self, ruleset: Ruleset) -> Case:
        """The case again, for `exact.py`."""
        from review.replay.recorded import register_from

        register = register_from(json.loads(self.register)) if self.register else None
        return Case(recorded_sheet(json.loads(self.sheet)), ruleset, self.as_of, register)


@dataclass(frozen=True)
class FactTables:
    """Facts of many cases: an Arrow table for the cases and one for each list, in order of number; what they rest on; what is set aside."""

    tables: Mapping[str, Any]
    basis: Mapping[str, str]
    aside: tuple[Aside, ...] = ()

    def __len__(self) -> int:
        return int(self.tables[CASES].num_rows)


class _Rows:
    """The values of one table's columns, as they are gathered."""

    def __init__(self, table: str, names: frozenset[str] | None, vocabulary: Vocabulary) -> None:
        self.table = table
        known = table_facts(table, vocabulary)
        columns_of = {
            name: columns for name, columns in known.items() if names is None or name in names or name in NEEDED
        }
        facts = {column.name for columns in columns_of.values() for column in columns}
        every = {column.name for columns in known.values() for column in columns}
        self.columns = tuple(
            column for column in table_columns(table, vocabulary) if column.name in facts or column.name not in every
        )
        self.values: dict[str, list[Any]] = {each.name: [] for each in self.columns}
        self.head = [each.name for each in self.columns if each.name not in every]
        self.figures = [
            (name, self.values[columns[0].name], self.values[columns[1].name])
            for name, columns in columns_of.items()
            if len(columns) == 2
        ]
        self.others = [
            (name, self.values[columns[0].name]) for name, columns in columns_of.items() if len(columns) == 1
        ]
        self.derived = [
            name for name, columns in columns_of.items() if len(columns) == 2 and columns[0].digits == DERIVED
        ]

    def add(self, head: Mapping[str, Any], facts: Mapping[str, Fact]) -> None:
        for name in self.head:
            self.values[name].append(head[name])
        for fact, values in self.others:
            values.append(facts[fact].value)
        for fact, lows, highs in self.figures:
            value = facts[fact].range
            lows.append(value.low)
            highs.append(value.high)

    def too_wide(self, facts: Mapping[str, Fact]) -> list[str]:
        """The figures that do not fit their columns; those of the sheet always fit."""
        return [
            name
            for name in self.derived
            if not all(fits_column(end, DERIVED) for end in (facts[name].range.low, facts[name].range.high))
        ]


def facts_table(
    cases: Iterable[Numbered], names: frozenset[str] | None = None, vocabulary: Vocabulary | None = None
) -> FactTables:
    """The facts of cases as columns: all of them, or those that `names` says (item facts with `item.`). Every case of one basis.

    `vocabulary` is that of the cases' edition, and to be given where there may be no case.
    """
    stream = iter(cases)
    first = list(islice(stream, 1))
    known = vocabulary or (first[0].case.ruleset.vocabulary if first else vocabulary_of(1))
    rows = {each: _Rows(each, names, known) for each in tables(known)}
    aside: list[Aside] = []
    found: dict[str, str] = {}
    ruleset = None
    with exact():
        for numbered in chain(first, stream):
            if numbered.case.ruleset is not ruleset:
                ruleset = numbered.case.ruleset
                found = basis(ruleset)
            try:
                facts = build_facts(numbered.case, levels=False)
            except SheetError as error:
                aside.append(Aside.of(numbered, True, error.faults))
                continue
            wide = _too_wide(rows, facts)
            if wide:
                aside.append(Aside.of(numbered, False, wide))
            else:
                _add(rows, numbered, facts)
    whole = {each: narrow_table(table(rows[each].columns, rows[each].values)) for each in rows}
    return FactTables(whole, found, tuple(aside))


def _too_wide(rows: Mapping[str, _Rows], facts: Facts) -> list[Fault]:
    found = rows[CASES].too_wide(facts.project)
    for path in _lists(rows):
        for place, item in enumerate(facts.items[path] or ()):
            found += [f"{path}[{place}].{name.removeprefix(ITEM)}" for name in rows[path].too_wide(item)]
    words = Text("数值位数超出列宽，仅由精确求值判断", "has too many digits for its column: judged by exact.py alone")
    return [Fault(where, words) for where in found]


def _lists(rows: Mapping[str, _Rows]) -> list[str]:
    return [path for path in rows if path != CASES]


def _add(rows: Mapping[str, _Rows], numbered: Numbered, facts: Facts) -> None:
    # A document dated after the day of review is not recorded on it: the sheet is read as `build_facts` reads it.
    case = known_on_day(numbered.case)[0] if numbered.case.ruleset.facts > 1 else numbered.case
    project, site = case.sheet.project, case.sheet.site
    head: dict[str, Any] = {
        "case": numbered.number, "project": numbered.project, "current": numbered.current, "as_of": case.as_of, "name": project.name,
        "industry": project.industry, "park": site.park if site else None,
    }  # fmt: skip
    rows[CASES].add(head | {listed(path): facts.listed(path).value for path in _lists(rows)}, facts.project)
    for path in _lists(rows):
        for place, item in enumerate(facts.items[path] or ()):
            head = {"case": numbered.number, "place": place}
            if path == "products":
                head |= _product(case.sheet.products or (), place)
            rows[path].add(head, item)


def _product(products: Sequence[Product], place: int) -> dict[str, Any]:
    """What the edition's levels are joined by, and whether the advanced level that is stated says where it is from."""
    product = products[place]
    source = product.advanced_source
    return {
        "benchmark": product.benchmark,
        "unit": product.unit or "",
        "limit": product.limit or "",
        "advanced_recorded": source is not None and source.document is not None,
    }


def together(parts: Sequence[FactTables]) -> FactTables:
    """Several facts of one basis as one, in order."""
    if len(parts) == 1:
        return parts[0]
    tables = {name: as_one([each.tables[name] for each in parts]) for name in parts[0].tables}
    found = next((each.basis for each in parts if each.basis), {})
    return FactTables(tables, found, tuple(aside for each in parts for aside in each.aside))
