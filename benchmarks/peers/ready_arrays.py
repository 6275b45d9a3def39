"""The product's own steps on ready columns: the same that OpenFisca and Polars are given, so that nothing but judging is compared."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

import numpy

from benchmarks.peers.base import Rules
from benchmarks.peers.columnar import ColumnPeer, Table
from benchmarks.peers.lowered import CODES, Lowering, tests_of
from benchmarks.peers.program import MET, NOT_APPLICABLE, NOT_JUDGED, UNKNOWN, Column, End, Is, OneOf
from review.law.conditions import Compare
from review.portfolio import codes
from review.portfolio.arrays import judged
from review.portfolio.columns import CASES
from review.portfolio.queries import OUTCOMES, outcome_column
from review.portfolio.reading import Reader
from review.portfolio.steps import HandedOut, Leaf, Listed, steps_of

_RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}
_IN_PROGRAM = numpy.array([*(CODES[outcome] for outcome in OUTCOMES), NOT_JUDGED], numpy.int8)
_OF_HEADS = numpy.array([NOT_APPLICABLE, UNKNOWN, -1, MET], numpy.int8)


class ReadyArrays(ColumnPeer):
    title, package = "numpy, our steps on ready columns", "numpy"

    def __init__(self, lowering: Lowering) -> None:
        self.lowering, self.edition = lowering, steps_of(lowering.ruleset)
        self.arrays: dict[str, dict[str, Any]] = {}
        self.of: dict[str, Any] = {}
        self.given: dict[int, Any] = {}
        self.readers: dict[str, dict[int, Reader]] = {}
        self.found: dict[tuple[str, str], Any] = {}
        super().__init__(lowering.program)

    def compile(self, place: str, rules: Rules) -> None:
        """The edition is steps already."""

    def value(self, column: Column, value: Any) -> Any:
        if column.kind == "truth":
            return codes.UNKNOWN if value is None else codes.TRUE if value else codes.FALSE
        if column.kind == "choice":
            return 0 if value is None else column.choices.index(value) + 1
        return value

    def load(self, place: str, table: Table) -> None:
        kinds = {each.name: numpy.int64 if each.kind == "end" else numpy.uint8 for each in self.columns(place)}
        self.arrays[place] = {name: numpy.array(values, kinds[name]) for name, values in table.columns.items()}
        self.of[place] = numpy.array(table.of, numpy.int64)
        steps = self.edition.tables[place or CASES]
        self.readers[place or CASES] = {number: self.reader(place, leaf) for number, leaf in steps.leaves.items()}

    def reader(self, place: str, leaf: Leaf) -> Reader:
        """What gives the codes of a leaf in some rows."""
        what, wanted = leaf
        columns, of, given = self.arrays[place], self.of[place], self.given
        if isinstance(what, HandedOut):
            return lambda rows: given[what.place][of[rows]]
        if isinstance(what, Listed):
            listed = columns[re.sub(r"\W+", "_", f"listed_{what.path}")]
            return lambda rows: listed[rows]
        true, false = tests_of(self.lowering, place, what)
        if isinstance(what, Compare):
            assert isinstance(true, End) and isinstance(false, End)
            sure, never = columns[true.column], columns.get(false.column)
            holds, fails, bound, limit = _RELATIONS[true.relation], _RELATIONS[false.relation], true.bound, false.bound
            if never is None:
                # Only asked whether it surely holds: of an excuse.
                return lambda rows: holds(sure[rows], bound) * numpy.uint8(codes.TRUE)
            return lambda rows: codes.code(holds(sure[rows], bound), ~fails(never[rows], limit))
        if isinstance(true, Is):
            truths = columns[true.column]
            return lambda rows: truths[rows] if wanted else codes.negation(truths[rows])
        assert isinstance(true, OneOf)
        choices = next(each.choices for each in self.columns(place) if each.name == true.column)
        numbers, column = [choices.index(value) + 1 for value in true.values], columns[true.column]

        def member(rows: slice) -> Any:
            values = column[rows]
            inside = values == numbers[0]
            for number in numbers[1:]:
                inside = inside | (values == number)
            return (
                codes.code(inside, inside | (values == 0)) if wanted else codes.code(~inside & (values != 0), ~inside)
            )

        return member

    def judge(self) -> None:
        counts = {place or CASES: len(of) for place, of in self.of.items()}
        found = judged(self.edition, self.readers, counts, self.given)
        self.found = {}
        for name, steps in self.edition.tables.items():
            for each in steps.found:
                outcomes, here = found[name][each.place], None if each.judged is None else found[name][each.judged]
                if name != CASES:
                    outcomes = numpy.where(here == codes.TRUE, outcomes, len(OUTCOMES))
                # Of a head: whether its items are judged, else its outcome.
                self.found[name, each.name] = outcomes if here is None or name != CASES else here

    def outcomes(self, place: str) -> list[list[int]]:
        if place:
            shown = [_IN_PROGRAM[self.found[place, outcome_column(rule.id)]] for rule in self.program.items[place]]
        else:
            shown = [_IN_PROGRAM[self.found[CASES, outcome_column(rule.id)]] for rule in self.program.project]
            shown += [_OF_HEADS[self.found[CASES, outcome_column(head.id, head.path)]] for head in self.program.heads]
        return [[int(value) for value in row] for row in zip(*shown, strict=True)]
