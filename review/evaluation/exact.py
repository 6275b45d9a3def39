"""The exact evaluator: the definition of a rule, in three-valued (Kleene) logic over exact decimals.

It reads like rules are written, carries the explanation, and is all that a replay needs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, Literal, NamedTuple, TypeVar

from review.facts import Case, Fact, Facts, telling
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
)
from review.law.edition import Rule, Ruleset
from review.quantities import Range, point

Outcome = Literal["not_applicable", "met", "unmet", "excused", "unknown"]
OUTCOMES: tuple[Outcome, ...] = ("not_applicable", "met", "unmet", "excused", "unknown")
Truth = bool | None


class Subject(NamedTuple):
    """What a rule is judged on: the project (list and index None), a list as a whole, or one item of it."""

    path: str | None = None
    index: int | None = None  # type: ignore[assignment]

    @property
    def is_whole(self) -> bool:
        """Whether it is a list as a whole."""
        return self.path is not None and self.index is None

    def __str__(self) -> str:
        return "" if self.path is None else self.path if self.index is None else f"{self.path}[{self.index}]"


PROJECT = Subject()
Outcomes = Mapping[tuple[str, Subject], Outcome]


@dataclass(frozen=True, eq=False)
class Scope:
    """The facts in sight of a condition: the project's, one item's, and the edition's parameters."""

    case: Case
    facts: Facts
    subject: Subject = PROJECT
    known: dict[str, dict[int, tuple[Condition, Any]]] = field(default_factory=lambda: defaultdict(dict), repr=False)

    @cached_property
    def names(self) -> Mapping[str, Fact]:
        """The facts by name: of an item, the project's and its own."""
        path, index = self.subject
        return self.facts.project if path is None or index is None else self.facts.of_item(path, index)

    def fact(self, name: str) -> Fact:
        return self.names[name]

    @cached_property
    def telling(self) -> frozenset[str]:
        """The names of the facts that bring a source or a remark of their own."""
        path, index = self.subject
        if path is None or index is None:
            return self.facts.telling
        return self.facts.telling | telling((self.facts.items[path] or ())[index])

    def truth(self, condition: Condition) -> Truth:
        """Whether a condition holds: true, false, or unknown (None)."""
        return truth(condition, self)

    @cached_property
    def _seen(self) -> dict[Subject, Scope]:
        return {}

    def at(self, subject: Subject) -> Scope:
        """The scope of another subject, memoised."""
        if subject == self.subject:
            return self
        if subject not in self._seen:
            self._seen[subject] = self._made(subject)
        return self._seen[subject]

    def _made(self, subject: Subject) -> Scope:
        return Scope(self.case, self.facts, subject)


Found = TypeVar("Found")


def memoise(work: Callable[[Condition, Scope], Found]) -> Callable[[Condition, Scope], Found]:
    """`work`, memoised by condition in a scope, as rules share conditions."""
    name = work.__qualname__

    @wraps(work)
    def memoised(condition: Condition, scope: Scope) -> Found:
        mine, key = scope.known[name], id(condition)
        if key in mine:
            result: Found = mine[key][1]
        else:
            result = work(condition, scope)
            # The condition is stored beside its result, so that no other condition can get its id.
            mine[key] = condition, result
        return result

    return memoised


@memoise
def truth(condition: Condition, scope: Scope) -> Truth:
    """Whether a condition holds: true, false, or unknown (None)."""
    match condition:
        case Flag(name):
            stated = scope.names[name].value
            return stated if isinstance(stated, bool) else None
        case And(parts):
            return _all(parts, scope)
        case Member(name, values, negated):
            choice = scope.names[name].value
            return None if choice is None else (choice in values) is not negated
        case Compare(left, relation, right):
            return compare(evaluate(left, scope), relation, evaluate(right, scope))
        case Or(parts):
            return _any(parts, scope)
        case Not(part):
            result = truth(part, scope)
            return None if result is None else not result
        case Constant(value):
            return value


def _all(parts: Iterable[Condition], scope: Scope) -> Truth:
    """False as soon as one is, else unknown where one is, else true."""
    result: Truth = True
    for part in parts:
        value = truth(part, scope)
        if value is False:
            return False
        if value is None:
            result = None
    return result


def _any(parts: Iterable[Condition], scope: Scope) -> Truth:
    """True as soon as one is, else unknown where one is, else false."""
    result: Truth = False
    for part in parts:
        value = truth(part, scope)
        if value is True:
            return True
        if value is None:
            result = None
    return result


def evaluate(expression: Expression, scope: Scope) -> Range:
    """The interval in which a figure lies."""
    match expression:
        case Figure(name, parameter):
            return (scope.case.parameter(name) if parameter else scope.fact(name)).range
        case Number(value):
            return point(value)
        case Arithmetic(left, "+", right):
            return evaluate(left, scope) + evaluate(right, scope)
        case Arithmetic(left, "-", right):
            return evaluate(left, scope) - evaluate(right, scope)
        case Arithmetic(left, _, right):
            return _product(evaluate(left, scope), evaluate(right, scope))
    raise AssertionError(expression)


def _product(left: Range, right: Range) -> Range:
    if left.point is not None:
        return right * left.point
    if right.point is not None:
        return left * right.point
    return Range(None, None)


def compare(left: Range, relation: Relation, right: Range) -> Truth:
    """Two intervals compared: true or false only where every figure in them agrees (rules.md, “Sums”)."""
    if relation in ("<=", "<"):
        return compare(right, ">=" if relation == "<=" else ">", left)
    if (
        left.low is not None
        and right.high is not None
        and (left.low > right.high or (relation == ">=" and left.low == right.high))
    ):
        return True
    if (
        left.high is not None
        and right.low is not None
        and (left.high < right.low or (relation == ">" and left.high == right.low))
    ):
        return False
    return None


def subjects(rule: Rule, scope: Scope) -> Iterator[tuple[Subject, Outcome | None]]:
    """What a rule gives findings for; with the outcome where the list as a whole has one, None where it is to be judged."""
    if not rule.each:
        yield PROJECT, None
    for path in rule.each:
        outer = truth(rule.outer, scope)
        listed = scope.facts.listed(path).value
        if outer is False or listed is False:
            yield Subject(path), "not_applicable"
        elif outer is None or listed is None:
            yield Subject(path), "unknown"
        else:
            for index in range(len(scope.facts.items[path] or ())):
                yield Subject(path, index), None


def judge_one(rule: Rule, scope: Scope) -> Outcome:
    """The outcome of a rule on one subject: the table of rules.md, “How a rule is judged”."""
    applies = truth(rule.inner, scope)
    if applies is False:
        return "not_applicable"
    requires = truth(rule.requires, scope)
    if applies is None or requires is None:
        return "unknown"
    if requires:
        return "met"
    return "excused" if rule.excused is not None and truth(rule.excused, scope) else "unmet"


def judge(case: Case, facts: Facts, ruleset: Ruleset) -> Outcomes:
    """The outcome of every rule on every subject, in the ruleset's order."""
    return outcomes(ruleset.rules, Scope(case, facts))


def outcomes(rules: Iterable[Rule], scope: Scope) -> Outcomes:
    """The outcome of some rules on every subject, in their order."""
    return {
        (rule.id, subject): settled or judge_one(rule, scope.at(subject))
        for rule in rules
        for subject, settled in subjects(rule, scope)
    }
