"""All rules of an edition as plain tests of columns, and sheets as rows of those columns: what every peer is given.

Three-valued logic is carried by pairs: each condition stands twice, as the tests that make it surely true and as those that make it surely
false. Unknown is where neither holds. A column that is unknown passes no test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

# What a rule comes to on one subject; -1: the rule is not judged there.
NOT_APPLICABLE, MET, UNMET, EXCUSED, UNKNOWN, NOT_JUDGED = 0, 1, 2, 3, 4, -1
PROJECT = ""
# Figures are whole numbers on this grid; an open end lies beyond every figure.
GRID, BOUND = 10**6, 4 * 10**18


@dataclass(frozen=True)
class Always:
    value: bool


@dataclass(frozen=True)
class Is:
    """A truth is known to be `value`."""

    column: str
    value: bool


@dataclass(frozen=True)
class OneOf:
    """A choice is known and one of `values`."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class NoneOf:
    """A choice is known and none of `values`."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """One end of a sum of figures: Σ coefficient × column + constant. For peers with decimals."""

    terms: tuple[tuple[Decimal, str], ...]
    constant: Decimal


@dataclass(frozen=True)
class End:
    """One end of a figure, on the grid, against a whole bound; `left` and `right` write the same with decimals."""

    column: str
    relation: Literal[">=", ">", "<=", "<"]
    bound: int
    left: Side
    right: Side


@dataclass(frozen=True)
class All:
    parts: tuple[Test, ...]


@dataclass(frozen=True)
class Some:
    parts: tuple[Test, ...]


Test: TypeAlias = Always | Is | OneOf | NoneOf | End | All | Some


@dataclass(frozen=True)
class Judged:
    """One rule: not applicable where `never`, unknown unless `applies`, then met, unmet (excused where `excused`) or unknown."""

    id: str
    never: Test
    applies: Test
    met: Test
    unmet: Test
    excused: Test


@dataclass(frozen=True)
class Head:
    """A rule over a list, before its items: not applicable where `never`, its items are judged where `judged`, else unknown."""

    id: str
    path: str
    never: Test
    judged: Test


@dataclass(frozen=True)
class Column:
    """A column: a truth or a choice (None: unknown), an end on the grid, or an end as an exact decimal (None: open)."""

    name: str
    kind: Literal["truth", "choice", "end", "decimal"]
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Program:
    """The rules about the project with the heads of the others, and by list the rules about its items."""

    project: tuple[Judged, ...]
    heads: tuple[Head, ...]
    items: Mapping[str, tuple[Judged, ...]]
    columns: Mapping[str, tuple[Column, ...]]

    def heads_of(self, path: str) -> list[int]:
        """Where the heads of a list's rules stand among the outcomes of the project, in the order of the rules."""
        return [len(self.project) + place for place, head in enumerate(self.heads) if head.path == path]


Value: TypeAlias = bool | str | int | Decimal | None
Row: TypeAlias = dict[str, Value]


@dataclass(frozen=True)
class Sheet:
    """A sheet's facts as rows; of a list that is not stated there are none."""

    name: str
    project: Row
    items: Mapping[str, list[Row]]


@dataclass(frozen=True)
class EngineRules:
    """A durable ruleset as ours has it: its engine rules by name, the fields of its documents, and of what rule (by number) which outcome each says."""

    definition: Mapping[str, dict[str, Any]]
    fields: tuple[str, ...]
    meaning: Mapping[str, tuple[tuple[int, int], ...]]
    count: int


@dataclass(frozen=True)
class Engine:
    """The durable rulesets of the project and of each list, in the order of the rules."""

    rulesets: Mapping[str, tuple[EngineRules, ...]]
    heads: Mapping[str, list[int]]


@dataclass(frozen=True)
class Answer:
    """The outcomes of a sheet: of the project and the heads, and of every item by list."""

    project: Sequence[int]
    items: Mapping[str, Sequence[Sequence[int]]]

    def __str__(self) -> str:
        return f"{self.project} {self.items}"

    def plain(self) -> tuple[list[int], dict[str, list[list[int]]]]:
        """The same as lists, whatever a peer answers in."""
        return list(self.project), {path: [list(codes) for codes in rows] for path, rows in self.items.items()}


def simplified(test: Test) -> Test:
    """The same test without parts that are always true or always false."""
    if not isinstance(test, All | Some):
        return test
    every = isinstance(test, All)
    parts: list[Test] = []
    for part in map(simplified, test.parts):
        if isinstance(part, Always):
            if part.value is not every:
                return part
        elif type(part) is type(test) and isinstance(part, All | Some):
            parts += part.parts
        else:
            parts.append(part)
    parts = list(dict.fromkeys(parts))
    if not parts:
        return Always(every)
    return parts[0] if len(parts) == 1 else All(tuple(parts)) if every else Some(tuple(parts))


def leaves(test: Test) -> Iterator[Test]:
    """Every test of a column, left to right."""
    if isinstance(test, All | Some):
        for part in test.parts:
            yield from leaves(part)
    else:
        yield test


def ways(test: Test) -> list[tuple[Test, ...]]:
    """The alternatives, each a list of tests that must all hold: for peers whose rules have no `or`."""
    match test:
        case Always(value):
            return [()] if value else []
        case All(parts):
            found: list[tuple[Test, ...]] = [()]
            for part in parts:
                found = [(*before, *way) for before in found for way in ways(part)]
            return [tuple(dict.fromkeys(way)) for way in found]
        case Some(parts):
            return [way for part in parts for way in ways(part)]
    return [(test,)]


def outcomes_of(rule: Judged | Head) -> dict[int, Test]:
    """The tests of each outcome but unknown."""
    if isinstance(rule, Head):
        return {NOT_APPLICABLE: rule.never, MET: rule.judged}
    found = {NOT_APPLICABLE: rule.never, MET: All((rule.applies, rule.met)), UNMET: All((rule.applies, rule.unmet))}
    if rule.excused != Always(False):
        found[EXCUSED] = All((rule.applies, rule.unmet, rule.excused))
    return {code: simplified(test) for code, test in found.items()}


def opposite(test: Test) -> Test:
    """The test that holds where this does not, of tests whose columns are always known."""
    match test:
        case Always(value):
            return Always(not value)
        case Is(column, value):
            return Is(column, not value)
        case OneOf(column, values):
            return NoneOf(column, values)
        case NoneOf(column, values):
            return OneOf(column, values)
        case End(column, relation, bound, left, right):
            others: dict[str, Literal[">=", ">", "<=", "<"]] = {">=": "<", ">": "<=", "<=": ">", "<": ">="}
            return End(column, others[relation], bound, left, right)
        case All(parts):
            return Some(tuple(opposite(part) for part in parts))
        case Some(parts):
            return All(tuple(opposite(part) for part in parts))
