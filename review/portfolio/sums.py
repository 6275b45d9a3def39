"""Comparisons as sums of the ends of figures: what a comparison is surely true by, and what it can be true by.

`a ≥ b` is surely true where the low end of `a` less the high end of `b` is nought or more, and can be true where the high end of `a` less the low
end of `b` is. Ends are taken apart as `exact.py` does it: a fact that stands on both sides is not cancelled out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, reduce
from math import ceil, floor, lcm
from operator import add, ge, le
from typing import Any, NamedTuple

from review.errors import Fault, PortfolioError, Text
from review.law.conditions import Arithmetic, Compare, Expression, Figure, Number
from review.law.edition import Ruleset
from review.portfolio.extra import need
from review.portfolio.grids import MOST, End

LOW, HIGH = "low", "high"
_OTHER = {LOW: HIGH, HIGH: LOW}
_LEAST, _GREATEST = -(2**63), 2**63 - 1


class Term(NamedTuple):
    """One end of a fact, and what it is multiplied by."""

    fact: str
    end: str
    factor: Fraction


@dataclass(frozen=True)
class Sum:
    """The terms with a constant, to be nought or more; with `strict`, more than nought."""

    terms: tuple[Term, ...]
    constant: Fraction
    strict: bool


@lru_cache(maxsize=4096)
def sums(comparison: Compare, ruleset: Ruleset) -> tuple[Sum, Sum]:
    """What a comparison is surely true by, and what it can be true by. Raises PortfolioError for a parameter that is no figure."""
    strict, ends = comparison.relation in (">", "<"), []
    greater, less = comparison.left, comparison.right
    if comparison.relation in ("<=", "<"):
        greater, less = less, greater
    for mine in (LOW, HIGH):
        terms, constant = _end(greater, mine, ruleset)
        others, subtracted = _end(less, _OTHER[mine], ruleset)
        _add(terms, others, Fraction(-1))
        ends.append(
            Sum(tuple(Term(*key, factor) for key, factor in terms.items() if factor), constant - subtracted, strict)
        )
    return ends[0], ends[1]


def _end(expression: Expression, end: str, ruleset: Ruleset) -> tuple[dict[tuple[str, str], Fraction], Fraction]:
    """One end of an expression: by fact and end what it is multiplied by, and a constant."""
    match expression:
        case Number(value):
            return {}, Fraction(value)
        case Figure(name, True):
            return {}, parameter(name, ruleset)
        case Figure(name, False):
            return {(name, end): Fraction(1)}, Fraction(0)
        case Arithmetic(left, "*", right):
            # Of a product one side has no facts: the language has no others.
            (factor, of) = (left, right) if not _end(left, end, ruleset)[0] else (right, left)
            by = _end(factor, end, ruleset)[1]
            terms, constant = _end(of, end if by >= 0 else _OTHER[end], ruleset)
            return {key: by * each for key, each in terms.items() if by}, by * constant
        case Arithmetic(left, operator, right):
            minus = operator == "-"
            terms, constant = _end(left, end, ruleset)
            others, added = _end(right, _OTHER[end] if minus else end, ruleset)
            _add(terms, others, Fraction(-1 if minus else 1))
            return terms, constant - added if minus else constant + added
    raise AssertionError(expression)


def _add(terms: dict[tuple[str, str], Fraction], others: Mapping[tuple[str, str], Fraction], by: Fraction) -> None:
    for key, factor in others.items():
        terms[key] = terms.get(key, Fraction(0)) + by * factor


def parameter(name: str, ruleset: Ruleset) -> Fraction:
    """The value of a parameter. Raises PortfolioError where it is no figure."""
    value = ruleset.parameters[name].value
    if value is None:
        words = Text(f"参数 {name} 不是数值", f"the parameter {name} is not a figure")
        raise PortfolioError([Fault(ruleset.name, words)])
    return Fraction(value)


# The truth of a sum in some rows, as an array or for all of them alike.
Held = Callable[[slice], Any]


@dataclass(frozen=True)
class Weighed:
    """A sum over the arrays of a batch: what holds in some rows, and where an end is unbounded (None: nowhere)."""

    held: Held
    open: Any
    beyond: Any = None


def weighed(of: Sum, ends: tuple[End, ...]) -> Weighed:
    """A sum over arrays, an end for each term. `beyond` are the rows whose amounts could go over 64 bits, so that nothing is to be concluded."""
    if not of.terms:
        held = of.constant > 0 if of.strict else of.constant >= 0
        return Weighed(lambda rows: held, None)
    open = _any_open(ends)
    if len(ends) == 1:
        return Weighed(_against_bound(of, ends[0]), open)
    factors = [term.factor / 10**end.places for term, end in zip(of.terms, ends, strict=True)]
    scale = lcm(*(each.denominator for each in (*factors, of.constant)))
    whole = [int(each * scale) for each in factors]
    constant = int(of.constant * scale)
    most = MOST // (len(ends) + 1)
    if abs(constant) > most:
        return Weighed(lambda rows: False, open, need("numpy").ones(len(ends[0].values), dtype=bool))
    beyond = None
    for place, (factor, end) in enumerate(zip(whole, ends, strict=True)):
        if abs(factor) * end.most > most:
            rows = end.beyond(most // abs(factor))
            beyond = rows if beyond is None else beyond | rows
        if abs(factor) > most:
            # Of the rows that are left the amount is nought.
            whole[place] = 0
    parts = tuple(zip(whole, (end.values for end in ends), strict=True))
    return Weighed(_together(parts, -constant, of.strict), open, beyond)


def _any_open(ends: tuple[End, ...]) -> Any:
    found = [end.open for end in ends if end.open is not None]
    if not found:
        return None
    whole = found[0]
    for each in found[1:]:
        whole = whole | each
    return whole


def _against_bound(of: Sum, end: End) -> Held:
    """A single figure against a whole bound of its own grid: no arithmetic is left."""
    (term,) = of.terms
    bound, values = -of.constant * 10**end.places / term.factor, end.values
    if term.factor > 0:
        least = _held(floor(bound) + 1 if of.strict else ceil(bound))
        return lambda rows: ge(values[rows], least)
    greatest = _held(ceil(bound) - 1 if of.strict else floor(bound))
    return lambda rows: le(values[rows], greatest)


def _held(bound: int) -> int:
    """The bound, or the last of 64 bits, beyond which no amount lies."""
    return max(_LEAST, min(_GREATEST, bound))


def _together(parts: tuple[tuple[int, Any], ...], bound: int, strict: bool) -> Held:
    """Whether the sum of products is the bound or more; more, where `strict`. What is subtracted stands on the other side."""
    least = bound + 1 if strict else bound
    added = [(factor, values) for factor, values in parts if factor > 0]
    subtracted = [(-factor, values) for factor, values in parts if factor < 0]

    def total(some: list[tuple[int, Any]], rows: slice) -> Any:
        return reduce(add, [values[rows] if factor == 1 else values[rows] * factor for factor, values in some] or [0])

    def held(rows: slice) -> Any:
        right = total(subtracted, rows)
        return total(added, rows) >= (right + least if least else right)

    return held
