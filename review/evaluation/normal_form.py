"""Conditions as the engine can take them: for each outcome, alternatives of plain comparisons of integers.

Every field is always present, with a code of its own for *unknown*, so that no comparison ever meets a missing side. A figure is
brought to the grid of 10⁻⁶: down for ≥ and <, up for ≤ and >, which leaves every comparison with a bound on the grid exact;
where both sides vary, or the bound is off the grid, the exact difference is compared with zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal

from review.conditions import And, Compare, Condition, Constant, Flag, Member, Not, Or, Relation, linear
from review.quantities import Range

GRID = 10**6
BOUND = 4 * 10**18
UNKNOWN_FLAG, UNKNOWN_CHOICE = 2, 0

Mode = Literal["true", "false", "unknown", "not_true", "not_false"]
Operator = Literal["$eq", "$neq", "$gte", "$gt", "$lte", "$lt"]
Literal_ = tuple[str, Operator, int]
Conjunction = frozenset[Literal_]
Alternatives = tuple[Conjunction, ...]

_FLIP: dict[Mode, Mode] = {"true": "false", "false": "true", "unknown": "unknown", "not_true": "not_false", "not_false": "not_true"}
ALWAYS: Alternatives = (frozenset(),)
NEVER: Alternatives = ()


@dataclass(frozen=True)
class Scaled:
    """A comparison on the grid: the exact figure Σ coefficient × fact + constant against a whole bound."""

    coefficients: tuple[tuple[str, Decimal], ...]
    constant: Decimal
    relation: Relation
    bound: int
    low: str
    high: str

    def integers(self, figures: Mapping[str, Range]) -> tuple[int, int]:
        """Both ends of the figure as integers, rounded so that the comparison stays exact, unbounded ends at ±BOUND."""
        low: Decimal | None = self.constant
        high: Decimal | None = self.constant
        for name, coefficient in self.coefficients:
            figure = figures[name]
            least, most = (figure.low, figure.high) if coefficient >= 0 else (figure.high, figure.low)
            if coefficient:
                low = None if low is None or least is None else low + least * coefficient
                high = None if high is None or most is None else high + most * coefficient
        rounding = ROUND_FLOOR if self.relation in (">=", "<") else ROUND_CEILING
        return -BOUND if low is None else _clamp(low, rounding), BOUND if high is None else _clamp(high, rounding)


def _clamp(value: Decimal, rounding: str) -> int:
    return max(-BOUND, min(BOUND, int((value * GRID).to_integral_value(rounding=rounding))))


class Fields:
    """The fields of one durable ruleset: short names, given as atoms are met."""

    def __init__(self, parameters: Mapping[str, Decimal], choices: Mapping[str, tuple[str, ...]]) -> None:
        self.parameters, self.choices = parameters, choices
        self.flags: dict[str, str] = {}
        self.members: dict[str, str] = {}
        self.compares: dict[Compare, Scaled] = {}

    def flag(self, name: str) -> str:
        return self.flags.setdefault(name, f"f{len(self.flags)}")

    def member(self, name: str) -> str:
        return self.members.setdefault(name, f"c{len(self.members)}")

    def compare(self, atom: Compare) -> Scaled:
        if atom not in self.compares:
            self.compares[atom] = self._scaled(atom, len(self.compares))
        return self.compares[atom]

    def _scaled(self, atom: Compare, number: int) -> Scaled:
        left, left_constant = linear(atom.left, self.parameters)
        right, right_constant = linear(atom.right, self.parameters)
        coefficients = {name: left.get(name, Decimal(0)) - right.get(name, Decimal(0)) for name in {**left, **right}}
        constant = left_constant - right_constant
        bound = -constant * GRID
        if not right and list(left.values()) == [Decimal(1)] and bound == bound.to_integral_value():
            return Scaled(tuple(coefficients.items()), Decimal(0), atom.relation, int(bound), f"l{number}", f"h{number}")
        return Scaled(tuple(coefficients.items()), constant, atom.relation, 0, f"l{number}", f"h{number}")

    def names(self) -> list[str]:
        """Every field of the ruleset's documents."""
        ends = [end for scaled in self.compares.values() for end in (scaled.low, scaled.high)]
        return [*self.flags.values(), *self.members.values(), *ends]


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
    if mode in ("true", "not_false"):
        return both(*(alternatives(part, mode, fields) for part in parts))
    if mode in ("false", "not_true"):
        return either(*(alternatives(part, mode, fields) for part in parts))
    return either(
        *(
            both(*(alternatives(other, "unknown" if other is part else "not_false", fields) for other in parts))
            for part in parts
        )
    )  # fmt: skip


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
    literal: dict[Mode, Literal_] = {
        "true": (field, "$eq", 1),
        "false": (field, "$eq", 0),
        "unknown": (field, "$eq", UNKNOWN_FLAG),
        "not_true": (field, "$neq", 1),
        "not_false": (field, "$neq", 0),
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
    none_of: list[Literal_] = [(field, "$neq", code) for code in excluded]
    return (frozenset(none_of),)


def _compare(scaled: Scaled, mode: Mode) -> Alternatives:
    low, high, bound = scaled.low, scaled.high, scaled.bound
    surely: dict[Relation, tuple[Literal_, Literal_]] = {
        ">=": ((low, "$gte", bound), (high, "$lt", bound)),
        ">": ((low, "$gt", bound), (high, "$lte", bound)),
        "<=": ((high, "$lte", bound), (low, "$gt", bound)),
        "<": ((high, "$lt", bound), (low, "$gte", bound)),
    }
    true, false = surely[scaled.relation]
    found: dict[Mode, frozenset[Literal_]] = {
        "true": frozenset({true}),
        "false": frozenset({false}),
        "not_true": frozenset({_opposite(true)}),
        "not_false": frozenset({_opposite(false)}),
        "unknown": frozenset({_opposite(true), _opposite(false)}),
    }
    return (found[mode],)


def _opposite(literal: Literal_) -> Literal_:
    opposites: dict[Operator, Operator] = {"$gte": "$lt", "$lt": "$gte", "$gt": "$lte", "$lte": "$gt", "$eq": "$neq", "$neq": "$eq"}
    return literal[0], opposites[literal[1]], literal[2]
