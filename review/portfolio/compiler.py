"""Parsed conditions → column expressions. SQL's NULL is *unknown*, and its AND, OR and NOT are Kleene's own.

No engine is left to choose a type: every operation is limited, when it is compiled, to what an exact decimal of 38 digits can represent by the
strictest engine's rules (Spark's), so that nothing is rounded and nothing overflows on any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from review.errors import Fault, PortfolioError, Text
from review.evaluation.exact import compare
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
)
from review.portfolio.columns import WIDEST
from review.portfolio.extra import need
from review.quantities import Range, plain, point

# A truth: a boolean column, or a constant where the facts play no part (None: unknown).
Truth = Any
# What a fact is as columns: a boolean or text column, or a `Bounds`.
Lookup = Callable[[str], Any]


@dataclass(frozen=True)
class Bounds:
    """A figure as two columns (None: unbounded for every case), and the digits it has at most: in all, and after the point."""

    low: Any
    high: Any
    digits: tuple[int, int]


@dataclass(frozen=True)
class Compiler:
    """Compiles the conditions of one rule over the columns that `lookup` gives, with the edition's parameters.

    `known` are conditions that are columns already.
    """

    lookup: Lookup
    parameters: Mapping[str, Decimal | None]
    where: str
    known: Mapping[Condition, Truth] = field(default_factory=dict)

    def truth(self, condition: Condition) -> Truth:
        """A condition as a three-valued column. Raises PortfolioError where its figures would be too wide for a column."""
        if condition in self.known:
            return self.known[condition]
        match condition:
            case Constant(value):
                return value
            case Flag(name):
                return self.lookup(name)
            case Member(name, values, negated):
                column = self.lookup(name)
                return column.notin(values) if negated else column.isin(values)
            case Compare(left, relation, right):
                a, b = self.evaluate(left), self.evaluate(right)
                if relation in ("<=", "<"):
                    a, b, relation = b, a, ">=" if relation == "<=" else ">"
                return self.compared(a, relation, b)
            case Not(part):
                return negation(self.truth(part))
            case And(parts):
                return conjunction([self.truth(part) for part in parts])
            case Or(parts):
                return negation(conjunction([negation(self.truth(part)) for part in parts]))

    def evaluate(self, expression: Expression) -> Range | Bounds:
        """The interval of a figure: of numbers and parameters alone a Range, else columns."""
        match expression:
            case Number(value):
                return point(value)
            case Figure(name, True):
                return self.parameter(name)
            case Figure(name, False):
                found: Bounds = self.lookup(name)
                return found
            case Arithmetic(left, "*", right):
                a, b = self.evaluate(left), self.evaluate(right)
                return self.product(a, b) if isinstance(b, Range) else self.product(b, a)
            case Arithmetic(left, operator, right):
                return self.sum(self.evaluate(left), self.evaluate(right), operator == "-")
        raise AssertionError(expression)

    def parameter(self, name: str) -> Range:
        value = self.parameters[name]
        if value is None:
            raise self.error(f"参数 {name} 不是数值", f"the parameter {name} is not a figure")
        return point(value)

    def product(self, of: Range | Bounds, by: Range | Bounds) -> Range | Bounds:
        assert isinstance(by, Range)
        factor = by.point
        assert factor is not None
        if isinstance(of, Range):
            return of * factor
        if factor == 0:
            return point(0)
        digits = self.within_column(of.digits[0] + _digits(factor)[0] + 1, of.digits[1] + _digits(factor)[1])
        low, high = (None if end is None else end * literal(factor) for end in (of.low, of.high))
        return Bounds(low, high, digits) if factor > 0 else Bounds(high, low, digits)

    def sum(self, a: Range | Bounds, b: Range | Bounds, minus: bool) -> Range | Bounds:
        if isinstance(a, Range) and isinstance(b, Range):
            return a - b if minus else a + b
        a, b = bounds(a), bounds(b)
        places = max(a.digits[1], b.digits[1])
        digits = self.within_column(max(a.digits[0] - a.digits[1], b.digits[0] - b.digits[1]) + places + 1, places)
        if minus:
            return Bounds(_both(a.low, b.high, minus), _both(a.high, b.low, minus), digits)
        return Bounds(_both(a.low, b.low, minus), _both(a.high, b.high, minus), digits)

    def compared(self, a: Range | Bounds, relation: str, b: Range | Bounds) -> Truth:
        """`a ≥ b` or `a > b`: true if surely so, false if surely not, else unknown."""
        if isinstance(a, Range) and isinstance(b, Range):
            return compare(a, ">=" if relation == ">=" else ">", b)
        a, b = bounds(a), bounds(b)
        places = max(a.digits[1], b.digits[1])
        self.within_column(max(a.digits[0] - a.digits[1], b.digits[0] - b.digits[1]) + places, places)
        cases = []
        if a.low is not None and b.high is not None:
            cases.append((a.low >= b.high if relation == ">=" else a.low > b.high, True))
        if a.high is not None and b.low is not None:
            cases.append((a.high < b.low if relation == ">=" else a.high <= b.low, False))
        return need("ibis").cases(*cases) if cases else None

    def within_column(self, digits: int, places: int) -> tuple[int, int]:
        """The digits of a figure, in all and after the point. Raises PortfolioError where no column is that wide."""
        if digits > WIDEST:
            raise self.error(
                f"条件的数值最多可达 {digits} 位，超出列的 {WIDEST} 位；请减少参数的位数",
                f"its figures can have {digits} digits, a column holds {WIDEST}: give the parameter fewer digits",
            )
        return digits, places

    def error(self, zh: str, en: str) -> PortfolioError:
        return PortfolioError([Fault(self.where, Text(zh, en))])


def _digits(value: Decimal) -> tuple[int, int]:
    """The digits of a literal: in all, and after the point."""
    text = plain(abs(value))
    whole, _, places = text.partition(".")
    return len(whole.lstrip("0")) + len(places) or 1, len(places)


def literal(value: Decimal) -> Any:
    """A figure as a constant column: written as text and cast, so that no engine reads it as a float."""
    ibis = need("ibis")
    return ibis.literal(plain(value)).cast(ibis.dtype(f"decimal({_digits(value)[0]}, {_digits(value)[1]})"))


def bounds(value: Range | Bounds) -> Bounds:
    """A constant as columns; what is columns stays as it is."""
    if isinstance(value, Bounds):
        return value
    assert value.point is not None
    return Bounds(literal(value.point), literal(value.point), _digits(value.point))


def _both(a: Any, b: Any, minus: bool) -> Any:
    return None if a is None or b is None else a - b if minus else a + b


def negation(value: Truth) -> Truth:
    return None if value is None else not value if isinstance(value, bool) else ~value


def conjunction(parts: list[Truth]) -> Truth:
    """All of the parts; constants folded."""
    if any(part is False for part in parts):
        return False
    columns = [part for part in parts if part is not True]
    if not columns:
        return True
    ibis = need("ibis")
    result = None
    for part in columns:
        part = ibis.null("boolean") if part is None else part
        result = part if result is None else result & part
    return result
