"""Conditions as the engine can take them: for each outcome, alternatives of plain comparisons of integers.

Every field is always present, with a code of its own for *unknown*, so that no comparison ever meets a missing side. A figure is
brought to the grid of 10⁻⁶: down for ≥ and <, up for ≤ and >, which leaves every comparison with a bound on the grid exact;
where both sides vary, or the bound is off the grid, the exact difference is compared with zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

from review.facts import Fact
from review.law.conditions import (
    And,
    Arithmetic,
    Compare,
    Condition,
    Constant,
    Expression,
    Figure,
    Flag,
    Member,
    Not,
    Number,
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
# The ends of a figure; None is unbounded.
Interval = tuple[Decimal | None, Decimal | None]

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
    """A figure Σ factor × fact + constant, whose two ends are written on the grid, both rounded the same way.

    The ends are taken apart as `exact.py` does it: a fact that stands twice is not cancelled out. `doubtful` is the comparison that the
    figure is of, and the bound that was taken out of it, where it reads a parameter that can count as unknown.
    """

    terms: tuple[tuple[str, Decimal], ...]
    constant: Decimal
    rounding: Literal["floor", "ceiling"]
    doubtful: tuple[Compare, Decimal] | None = None

    @cached_property
    def alone(self) -> str | None:
        """The name of the fact that the figure is, where it is just one."""
        if self.constant == 0 and len(self.terms) == 1 and self.terms[0][1] == 1:
            return self.terms[0][0]
        return None

    def integers(self, facts: Mapping[str, Fact]) -> tuple[int, int]:
        """Both ends as integers, unbounded ends at ±BOUND."""
        if self.alone is not None:
            figure = facts[self.alone].range
            return self.whole(figure.low, figure.high)
        low: Decimal | None = self.constant
        high: Decimal | None = self.constant
        for name, factor in self.terms:
            figure = facts[name].range
            if factor:
                least, most = (figure.low, figure.high) if factor > 0 else (figure.high, figure.low)
                low = None if low is None or least is None else low + least * factor
                high = None if high is None or most is None else high + most * factor
        return self.whole(low, high)

    def whole(self, low: Decimal | None, high: Decimal | None) -> tuple[int, int]:
        """Two ends on the grid; None is unbounded."""
        lowest = -BOUND if low is None else self._whole(low)
        return lowest, BOUND if high is None else lowest if high is low or high == low else self._whole(high)

    def _whole(self, value: Decimal) -> int:
        scaled = value * GRID
        whole = int(scaled)
        if whole != scaled:
            # int() cuts towards zero.
            whole += (self.rounding == "ceiling") if scaled > 0 else -(self.rounding == "floor")
        return whole if -BOUND <= whole <= BOUND else BOUND if whole > 0 else -BOUND


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
        # What conditions come to, memoised: rules share most of theirs.
        self.alternatives: dict[tuple[int, Mode], tuple[Condition, Alternatives]] = {}

    def flag(self, name: str) -> str:
        return self.flags.setdefault(name, f"f{len(self.flags)}")

    def member(self, name: str) -> str:
        self.codes[name] = {choice: code for code, choice in enumerate(self.choices[name], UNKNOWN_CHOICE + 1)}
        return self.members.setdefault(name, f"c{len(self.members)}")

    def compare(self, atom: Compare) -> Scaled:
        (left, left_constant), (right, right_constant) = (
            linear(side, self.parameters) for side in (atom.left, atom.right)
        )
        terms = (*left, *((name, -factor) for name, factor in right))
        constant, bound = left_constant - right_constant, Decimal(0)
        whole = -constant * GRID
        alone = not right and len(left) == 1 and left[0][1] == 1
        if alone and whole == whole.to_integral_value() and abs(whole) < BOUND:
            constant, bound = Decimal(0), -constant
        rounding: Literal["floor", "ceiling"] = "floor" if atom.relation in (">=", "<") else "ceiling"
        read = {*parameters_of(atom.left), *parameters_of(atom.right)}
        ends = Ends(terms, constant, rounding, (atom, bound) if read & self.doubtful else None)
        low, high = self.ends.setdefault(ends, (f"l{len(self.ends)}", f"h{len(self.ends)}"))
        return Scaled(low, high, atom.relation, int(bound * GRID))

    def _without_doubtful(self, ends: Ends, facts: Mapping[str, Fact]) -> tuple[int, int]:
        """The ends of a figure of which nothing is known of the doubtful parameters that it reads."""
        assert ends.doubtful is not None
        atom, bound = ends.doubtful
        difference = _less(self._interval(atom.left, facts), self._interval(atom.right, facts))
        return ends.whole(*_plus(difference, (bound, bound)))

    def _interval(self, expression: Expression, facts: Mapping[str, Fact]) -> Interval:
        match expression:
            case Number(value):
                return value, value
            case Figure(name, True):
                known = None if name in self.doubtful else self.parameters[name]
                return known, known
            case Figure(name, False):
                figure = facts[name].range
                return figure.low, figure.high
            case Arithmetic(left, operator, right):
                a, b = self._interval(left, facts), self._interval(right, facts)
                return _times(a, b) if operator == "*" else _plus(a, b) if operator == "+" else _less(a, b)
        raise AssertionError(expression)

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
            apart = checked_only and ends.doubtful is not None
            values += self._without_doubtful(ends, facts) if apart else ends.integers(facts)
        return values


def _plus(a: Interval, b: Interval) -> Interval:
    (low, high), (least, most) = a, b
    return (
        None if low is None or least is None else low + least,
        None if high is None or most is None else high + most,
    )


def _less(a: Interval, b: Interval) -> Interval:
    low, high = b
    return _plus(a, (None if high is None else -high, None if low is None else -low))


def _times(a: Interval, b: Interval) -> Interval:
    """A product, of which one side is known exactly; else nothing is known of it. Nought times the unknown is nought."""
    for (factor, same), (low, high) in ((a, b), (b, a)):
        if factor is None or factor != same:
            continue
        if factor == 0:
            return factor, factor
        ends = (None if low is None else low * factor, None if high is None else high * factor)
        return ends if factor > 0 else ends[::-1]
    return None, None


def alternatives(condition: Condition, mode: Mode, fields: Fields) -> Alternatives:
    """The ways in which `condition` is true (false, unknown, …), each a conjunction of integer comparisons; no two hold at once."""
    key = id(condition), mode
    known = fields.alternatives.get(key)
    if known is not None:
        return known[1]
    found = _alternatives(condition, mode, fields)
    # The condition is stored beside its alternatives, so that no other can get its id.
    fields.alternatives[key] = condition, found
    return found


def _alternatives(condition: Condition, mode: Mode, fields: Fields) -> Alternatives:
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
            return _together(parts, _FLIP[mode], fields, opposite=True)


def _together(parts: tuple[Condition, ...], mode: Mode, fields: Fields, *, opposite: bool = False) -> Alternatives:
    """The ways in which an `and` of parts, or of their opposites, is true, false or unknown.

    No two of them hold at once: each says of the parts before its own that they do not decide.
    """

    def of(part: Condition, wanted: Mode) -> Alternatives:
        return alternatives(part, _FLIP[wanted] if opposite else wanted, fields)

    if mode in ("true", "not_false"):
        return both(*(of(part, mode) for part in parts))
    before, after = _UNDECIDED[mode]
    found: list[Conjunction] = []
    undecided = ALWAYS
    for at, part in enumerate(parts):
        later = [of(each, after) for each in parts[at + 1 :]] if after is not None else []
        found += both(undecided, of(part, mode), *later)
        undecided = both(undecided, of(part, before))
    return tuple(found)


def both(*sides: Alternatives) -> Alternatives:
    """All of the sides at once; contradictions dropped."""
    result: Alternatives = ALWAYS
    for side in sides:
        if result == ALWAYS:
            result = side
        elif side != ALWAYS:
            joined = (a | b for a in result for b in side)
            result = tuple(dict.fromkeys([each for each in joined if _possible(each)]))
    return result


def either(*sides: Alternatives) -> Alternatives:
    """Any of the sides, which exclude each other."""
    return tuple(dict.fromkeys([each for side in sides for each in side]))


def _possible(conjunction: Conjunction) -> bool:
    equal: dict[str, int] = {}
    for field, operator, value in conjunction:
        if operator == "$eq" and equal.setdefault(field, value) != value:
            return False
    return not equal or not any(
        operator == "$neq" and equal.get(field) == value for field, operator, value in conjunction
    )


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
