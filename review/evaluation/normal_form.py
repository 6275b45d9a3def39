"""Conditions as the engine can take them: for each outcome, alternatives of plain comparisons of integers.

Every field is always present, with a code of its own for *unknown*, so that no comparison ever meets a missing side. A figure is
brought to the grid of 10⁻⁶: down for ≥ and <, up for ≤ and >, which leaves every comparison with a bound on the grid exact;
where both sides vary, or the bound is off the grid, the exact difference is compared with zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

from review.facts import Fact
from review.law.conditions import (
    And,
    Compare,
    Condition,
    Constant,
    Flag,
    Member,
    Not,
    Or,
    Relation,
    linear,
    parameters_of,
)

GRID = 10**6
BOUND = 4 * 10**18
# Of truths: `and` is the bits that both have, `or` those that either has.
FLAGS = FALSE_FLAG, UNKNOWN_FLAG, TRUE_FLAG = 0, 1, 3
UNKNOWN_CHOICE = 0

Mode = Literal["true", "false", "unknown", "not_true", "not_false"]
Operator = Literal["$eq", "$neq", "$gte", "$gt", "$lte", "$lt"]
Test = tuple[str, Operator, int]
Conjunction = frozenset[Test]
Alternatives = tuple[Conjunction, ...]
# Σ coefficient × fact + constant.
Linear = tuple[tuple[tuple[str, Decimal], ...], Decimal]

_FLIP: dict[Mode, Mode] = {
    "true": "false",
    "false": "true",
    "unknown": "unknown",
    "not_true": "not_false",
    "not_false": "not_true",
}
# Of an `and` that is so because of one part: what the parts before it are, and those after it (None: whatever they are).
_UNDECIDED: dict[Mode, tuple[Mode, Mode | None]] = {
    "false": ("not_false", None),
    "not_true": ("true", None),
    "unknown": ("true", "not_false"),
}
ALWAYS: Alternatives = (frozenset(),)
NEVER: Alternatives = ()


@dataclass(frozen=True)
class Ends:
    """A figure Σ coefficient × fact + constant, whose two ends are written on the grid, both rounded the same way."""

    coefficients: tuple[tuple[str, Decimal], ...]
    constant: Decimal
    rounding: Literal["floor", "ceiling"]
    # What parameters that can count as unknown are multiplied by: then nothing is known of the figure unless each of these is zero.
    doubtful: tuple[Linear, ...] = ()

    @cached_property
    def alone(self) -> str | None:
        """The name of the fact that the figure is, where it is just one."""
        if self.constant == 0 and len(self.coefficients) == 1 and self.coefficients[0][1] == 1:
            return self.coefficients[0][0]
        return None

    def integers(self, facts: Mapping[str, Fact], *, checked_only: bool = False) -> tuple[int, int]:
        """Both ends as integers, unbounded ends at ±BOUND; with `checked_only` nothing is known of parameters that can count as unknown."""
        if checked_only and any(not _is_zero(each, facts) for each in self.doubtful):
            return -BOUND, BOUND
        if self.alone is not None:
            figure = facts[self.alone].range
            low, high = figure.low, figure.high
        else:
            low, high = self._ends(facts)
        lowest = -BOUND if low is None else self._whole(low)
        return lowest, BOUND if high is None else lowest if high is low or high == low else self._whole(high)

    def _ends(self, facts: Mapping[str, Fact]) -> tuple[Decimal | None, Decimal | None]:
        low: Decimal | None = self.constant
        high: Decimal | None = self.constant
        for name, coefficient in self.coefficients:
            figure = facts[name].range
            if coefficient:
                least, most = (figure.low, figure.high) if coefficient > 0 else (figure.high, figure.low)
                low = None if low is None or least is None else low + least * coefficient
                high = None if high is None or most is None else high + most * coefficient
        return low, high

    def _whole(self, value: Decimal) -> int:
        scaled = value * GRID
        whole = int(scaled)
        if whole != scaled:
            # int() cuts towards zero.
            whole += (self.rounding == "ceiling") if scaled > 0 else -(self.rounding == "floor")
        return whole if -BOUND <= whole <= BOUND else BOUND if whole > 0 else -BOUND


def _is_zero(figure: Linear, facts: Mapping[str, Fact]) -> bool:
    """Whether a figure is surely nothing."""
    coefficients, total = figure
    for name, coefficient in coefficients:
        stated = facts[name].range.point
        if stated is None:
            return False
        total += stated * coefficient
    return total == 0


@dataclass(frozen=True)
class Scaled:
    """A comparison on the grid: a figure's ends, by the names of their fields, against a whole bound."""

    low: str
    high: str
    relation: Relation
    bound: int


class Fields:
    """What conditions read of the facts of a subject, as integers: fields with short names, given as atoms are met.

    `doubtful` are the parameters whose value counts as unknown where figures that are not official are left out.
    """

    def __init__(
        self,
        parameters: Mapping[str, Decimal],
        choices: Mapping[str, tuple[str, ...]],
        doubtful: Set[str] = frozenset(),
    ) -> None:
        self.parameters, self.choices, self.doubtful = parameters, choices, doubtful
        self.flags: dict[str, str] = {}
        self.members: dict[str, str] = {}
        self.ends: dict[Ends, tuple[str, str]] = {}
        self.codes: dict[str, dict[str, int]] = {}

    def flag(self, name: str) -> str:
        return self.flags.setdefault(name, f"f{len(self.flags)}")

    def member(self, name: str) -> str:
        self.codes[name] = {choice: code for code, choice in enumerate(self.choices[name], UNKNOWN_CHOICE + 1)}
        return self.members.setdefault(name, f"c{len(self.members)}")

    def compare(self, atom: Compare) -> Scaled:
        (left, left_constant), (right, right_constant) = (
            linear(side, self.parameters) for side in (atom.left, atom.right)
        )
        coefficients = {name: left.get(name, Decimal(0)) - right.get(name, Decimal(0)) for name in {**left, **right}}
        constant, bound = left_constant - right_constant, 0
        whole = -constant * GRID
        if (
            not right
            and list(left.values()) == [Decimal(1)]
            and whole == whole.to_integral_value()
            and abs(whole) < BOUND
        ):
            constant, bound = Decimal(0), int(whole)
        rounding: Literal["floor", "ceiling"] = "floor" if atom.relation in (">=", "<") else "ceiling"
        ends = Ends(tuple(coefficients.items()), constant, rounding, tuple(self._doubtful(atom)))
        low, high = self.ends.setdefault(ends, (f"l{len(self.ends)}", f"h{len(self.ends)}"))
        return Scaled(low, high, atom.relation, bound)

    def _doubtful(self, atom: Compare) -> Iterator[Linear]:
        """What each doubtful parameter is multiplied by, on each side: what a one in its place adds to a nought."""
        for side in (atom.left, atom.right):
            for name in sorted(self.doubtful & set(parameters_of(side))):
                (without, nought), (with_one, one) = (
                    linear(side, {**self.parameters, name: Decimal(value)}) for value in (0, 1)
                )
                every = {**without, **with_one}
                grown = {each: with_one.get(each, Decimal(0)) - without.get(each, Decimal(0)) for each in every}
                yield tuple((each, value) for each, value in grown.items() if value), one - nought

    def names(self) -> list[str]:
        """Every field, in the order of `values`."""
        return [*self.flags.values(), *self.members.values(), *(end for ends in self.ends.values() for end in ends)]

    def values(self, facts: Mapping[str, Fact], *, checked_only: bool = False) -> list[int]:
        """The integers of one subject. With `checked_only` nothing is known of doubtful parameters."""
        flags = [facts[name].value for name in self.flags]
        values = [TRUE_FLAG if flag is True else FALSE_FLAG if flag is False else UNKNOWN_FLAG for flag in flags]
        for name in self.members:
            choice = facts[name].value
            values.append(self.codes[name][choice] if isinstance(choice, str) else UNKNOWN_CHOICE)
        for ends in self.ends:
            values += ends.integers(facts, checked_only=checked_only)
        return values


def alternatives(condition: Condition, mode: Mode, fields: Fields) -> Alternatives:
    """The ways in which `condition` is true (false, unknown, …), each a conjunction of integer comparisons."""
    match condition:
        case Constant(value):
            return ALWAYS if mode in (("true", "not_false") if value else ("false", "not_true")) else NEVER
        case Flag(name):
            return _flag(fields.flag(name), mode)
        case Member(name, values, negated):
            return _member(fields, name, values, _FLIP[mode] if negated else mode)
        case Compare():
            return _compare(fields.compare(condition), mode)
        case Not(part):
            return alternatives(part, _FLIP[mode], fields)
        case And(parts):
            return _together(parts, mode, fields)
        case Or(parts):
            # By De Morgan: what makes an `or` true makes the `and` of its opposites false.
            return _together(tuple(Not(part) for part in parts), _FLIP[mode], fields)


def _together(parts: tuple[Condition, ...], mode: Mode, fields: Fields) -> Alternatives:
    """The ways in which an `and` is true, false or unknown. No two of them hold at once: each says of the parts before its own that they do not decide."""
    if mode in ("true", "not_false"):
        return both(*(alternatives(part, mode, fields) for part in parts))
    before, after = _UNDECIDED[mode]
    return either(
        *(
            both(
                *(alternatives(each, before, fields) for each in parts[:at]),
                alternatives(part, mode, fields),
                *(alternatives(each, after, fields) for each in parts[at + 1 :] if after is not None),
            )
            for at, part in enumerate(parts)
        )
    )


def both(*sides: Alternatives) -> Alternatives:
    """All of the sides at once; contradictions dropped."""
    result: Alternatives = ALWAYS
    for side in sides:
        result = tuple(dict.fromkeys(a | b for a in result for b in side if _possible(a | b)))
    return result


def either(*sides: Alternatives) -> Alternatives:
    """Any of the sides; an alternative that another one contains is dropped."""
    every = list(dict.fromkeys(each for side in sides for each in side))
    return tuple(each for each in every if not any(other < each for other in every))


def _possible(conjunction: Conjunction) -> bool:
    equal = [(field, value) for field, operator, value in conjunction if operator == "$eq"]
    if len({field for field, _ in equal}) < len(equal):
        return False
    return not any((field, "$neq", value) in conjunction for field, value in equal)


def _flag(field: str, mode: Mode) -> Alternatives:
    literal: dict[Mode, Test] = {
        "true": (field, "$eq", TRUE_FLAG),
        "false": (field, "$eq", FALSE_FLAG),
        "unknown": (field, "$eq", UNKNOWN_FLAG),
        "not_true": (field, "$neq", TRUE_FLAG),
        "not_false": (field, "$neq", FALSE_FLAG),
    }
    return (frozenset({literal[mode]}),)


def _member(fields: Fields, name: str, values: tuple[str, ...], mode: Mode) -> Alternatives:
    field, choices = fields.member(name), fields.choices[name]
    inside = [code + 1 for code, choice in enumerate(choices) if choice in values]
    outside = [code + 1 for code, choice in enumerate(choices) if choice not in values]
    if mode == "unknown":
        return (frozenset({(field, "$eq", UNKNOWN_CHOICE)}),)
    if mode == "true" and len(inside) == 1:
        return (frozenset({(field, "$eq", inside[0])}),)
    excluded = outside if mode in ("true", "not_false") else inside
    if mode in ("true", "false"):
        excluded = [*excluded, UNKNOWN_CHOICE]
    none_of: list[Test] = [(field, "$neq", code) for code in excluded]
    return (frozenset(none_of),)


def _compare(scaled: Scaled, mode: Mode) -> Alternatives:
    low, high, bound = scaled.low, scaled.high, scaled.bound
    surely: dict[Relation, tuple[Test, Test]] = {
        ">=": ((low, "$gte", bound), (high, "$lt", bound)),
        ">": ((low, "$gt", bound), (high, "$lte", bound)),
        "<=": ((high, "$lte", bound), (low, "$gt", bound)),
        "<": ((high, "$lt", bound), (low, "$gte", bound)),
    }
    true, false = surely[scaled.relation]
    found: dict[Mode, frozenset[Test]] = {
        "true": frozenset({true}),
        "false": frozenset({false}),
        "not_true": frozenset({_opposite(true)}),
        "not_false": frozenset({_opposite(false)}),
        "unknown": frozenset({_opposite(true), _opposite(false)}),
    }
    return (found[mode],)


def _opposite(literal: Test) -> Test:
    opposites: dict[Operator, Operator] = {
        "$gte": "$lt",
        "$lt": "$gte",
        "$gt": "$lte",
        "$lte": "$gt",
        "$eq": "$neq",
        "$neq": "$eq",
    }
    return literal[0], opposites[literal[1]], literal[2]
