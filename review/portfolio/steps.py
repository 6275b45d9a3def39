"""An edition as straight-line steps over arrays of codes: every condition that rules share is worked out once.

`not` is brought down to comparisons and facts, where it is another comparison. A condition on an item that speaks of the project alone is a step
of the cases, and is handed out to their items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from operator import and_, or_
from typing import Any, NamedTuple, TypeAlias

from review.law.conditions import And, Compare, Condition, Constant, Flag, Member, Not, Or, Relation, free_names
from review.law.edition import Rule, Ruleset
from review.law.names import ITEM
from review.portfolio import codes
from review.portfolio.columns import CASES
from review.portfolio.extra import need
from review.portfolio.queries import Plan, outcome_column

_OPPOSITE: Mapping[Relation, Relation] = {">=": "<", ">": "<=", "<=": ">", "<": ">="}


class Listed(NamedTuple):
    """Whether a list of the project has items."""

    path: str


class HandedOut(NamedTuple):
    """What the steps of the cases have in a place, for each item of a list."""

    place: int


Leaf: TypeAlias = tuple[Flag | Member | Compare | Listed | HandedOut, bool]


@dataclass(frozen=True)
class Step:
    """`target` is what `function` makes of the arguments, places all; of a leaf there is no function. `last`: the places that nothing reads after it."""

    target: int
    function: Callable[..., Any] | None
    arguments: tuple[int, ...]
    last: tuple[int, ...] = ()


@dataclass(frozen=True)
class Found:
    """A column of outcomes: its name, its place, and the place that says where it is null (None: nowhere): where this is true, or where it is not."""

    name: str
    place: int
    judged: int | None
    null_where_true: bool


@dataclass(frozen=True)
class Steps:
    """The steps of one table. `leaves` and `fixed` codes by place; `handed_out` are the places that the lists need; `grave` has the most severe."""

    leaves: Mapping[int, Leaf]
    fixed: Mapping[int, int]
    steps: tuple[Step, ...]
    found: tuple[Found, ...]
    grave: int
    handed_out: tuple[int, ...]

    def run(self, leaves: Mapping[int, Callable[[slice], Any]], rows: slice) -> Iterator[tuple[int, Any]]:
        """What is to be kept, by place, of some rows."""
        values: dict[int, Any] = {place: codes.constant(code) for place, code in self.fixed.items()}
        kept = self.kept
        for step in self.steps:
            if step.function is None:
                value = leaves[step.target](rows)
            else:
                value = step.function(*[values[place] for place in step.arguments])
            values[step.target] = value
            if step.target in kept:
                yield step.target, value
            for place in step.last:
                del values[place]
        for place in kept & self.fixed.keys():
            yield place, values[place]

    @cached_property
    def kept(self) -> frozenset[int]:
        """The places whose arrays are wanted whole."""
        judged = (each.judged for each in self.found if each.judged is not None)
        return frozenset((*(each.place for each in self.found), *judged, self.grave, *self.handed_out))


class _Builder:
    """Gathers the steps of one table. `cases` are those of the cases, where this is a list's."""

    def __init__(self, ruleset: Ruleset, cases: _Builder | None = None) -> None:
        self.ruleset, self.cases = ruleset, cases
        self.steps: list[Step] = []
        self.leaves: dict[int, Leaf] = {}
        self.fixed: dict[int, int] = {}
        self.known: dict[Any, int] = {}
        self.handed_out: dict[int, None] = {}

    def place(self, key: Any) -> int:
        """A new place, known by a key from here on."""
        return self.known.setdefault(key, len(self.known))

    def constant(self, code: int) -> int:
        if code not in self.known:
            self.fixed[self.place(code)] = code
        return self.known[code]

    def step(self, function: Callable[..., Any], *arguments: int) -> int:
        """The place of what a function makes of places, at once where all of them are constants."""
        key = (function, arguments)
        if key in self.known:
            return self.known[key]
        if all(place in self.fixed for place in arguments):
            return self.constant(function(*(codes.constant(self.fixed[place]) for place in arguments)).item())
        target = self.place(key)
        self.steps.append(Step(target, function, arguments))
        return target

    def leaf(self, leaf: Leaf) -> int:
        if leaf in self.known:
            return self.known[leaf]
        opposite = self.known.get(_opposite(leaf))
        if opposite is not None:
            return self.step(codes.negation, opposite)
        target = self.place(leaf)
        self.leaves[target] = leaf
        self.steps.append(Step(target, None, ()))
        return target

    def truth(self, condition: Condition, wanted: bool = True) -> int:
        """The place of a condition, or of its opposite."""
        if isinstance(condition, Constant):
            return self.constant(codes.TRUE if condition.value is wanted else codes.FALSE)
        if self.cases is not None and not any(name.startswith(ITEM) for name in free_names(condition)):
            return self.from_cases(self.cases.truth(condition, wanted))
        match condition:
            case Not(part):
                return self.truth(part, not wanted)
            case And(parts) | Or(parts):
                both = isinstance(condition, And) is wanted
                return self.together([self.truth(part, wanted) for part in parts], both)
            case Compare(left, relation, right):
                return self.leaf((Compare(left, relation if wanted else _OPPOSITE[relation], right), True))
            case Member(name, values, negated):
                return self.leaf((Member(name, values, False), wanted is not negated))
            case Flag():
                return self.leaf((condition, wanted))
        raise AssertionError(condition)

    def together(self, parts: list[int], both: bool) -> int:
        """All of the parts, or any of them."""
        nothing, all_of_it = (codes.TRUE, codes.FALSE) if both else (codes.FALSE, codes.TRUE)
        if any(self.fixed.get(part) == all_of_it for part in parts):
            return self.constant(all_of_it)
        wanted = [part for part in dict.fromkeys(parts) if self.fixed.get(part) != nothing]
        if not wanted:
            return self.constant(nothing)
        return reduce(lambda one, other: self.step(and_ if both else or_, one, other), wanted)

    def from_cases(self, place: int) -> int:
        """What the cases have in a place, for each item."""
        assert self.cases is not None
        if place in self.cases.fixed:
            return self.constant(self.cases.fixed[place])
        self.cases.handed_out[place] = None
        return self.leaf((HandedOut(place), True))

    def outcome(self, rule: Rule) -> int:
        """The place of a rule's outcome on the project or an item."""
        applies = self.truth(rule.inner)
        found = self.step(
            codes.outcome, self.truth(rule.requires), self.step(codes.reached, applies), self.step(codes.unsettled, applies)
        )  # fmt: skip
        return found if rule.excused is None else self.step(codes.excused, found, self.truth(rule.excused))

    def severity(self, outcomes: list[tuple[Rule, int]]) -> int:
        """The place of the most severe of a row."""
        greatest = {"mandatory": self.constant(0), "in_principle": self.constant(0)}
        for rule, place in outcomes:
            if rule.force in greatest:
                order = place if rule.excused is None else self.step(codes.unexcused, place)
                if rule.force == "mandatory":
                    order = self.step(codes.order_of_mandatory, order)
                so_far = greatest[rule.force]
                greatest[rule.force] = (
                    self.step(need("numpy").maximum, so_far, order) if self.fixed.get(so_far) != 0 else order
                )
        return self.step(codes.severity, *greatest.values())

    def steps_of(self, found: list[Found], grave: int) -> Steps:
        steps = _with_last(self.steps, self.fixed)
        return Steps(self.leaves, self.fixed, steps, tuple(found), grave, tuple(self.handed_out))


def _opposite(leaf: Leaf) -> Leaf:
    what, wanted = leaf
    if isinstance(what, Compare):
        return Compare(what.left, _OPPOSITE[what.relation], what.right), wanted
    return what, not wanted


def _with_last(steps: list[Step], fixed: Mapping[int, int]) -> tuple[Step, ...]:
    """The steps, each with the places that can be forgotten after it: those that are not fixed."""
    seen = set(fixed)
    found = []
    for step in reversed(steps):
        read = dict.fromkeys((*step.arguments, step.target))
        found.append(Step(step.target, step.function, step.arguments, tuple(each for each in read if each not in seen)))
        seen.update(read)
    return tuple(reversed(found))


@dataclass(frozen=True)
class Edition:
    """The steps of the cases and of each list that rules judge."""

    plan: Plan
    tables: Mapping[str, Steps]


@lru_cache(maxsize=16)
def steps_of(ruleset: Ruleset) -> Edition:
    """An edition as steps. Raises PortfolioError where two outcomes would have one column."""
    plan = Plan(ruleset)
    cases = _Builder(ruleset)
    found, outcomes = list[Found](), list[tuple[Rule, int]]()
    judged: dict[tuple[str, str], int] = {}
    for rule in ruleset.rules:
        if not rule.each:
            place = cases.outcome(rule)
            found.append(Found(outcome_column(rule.id), place, None, False))
            outcomes.append((rule, place))
        for path in rule.each:
            whole = cases.together([cases.truth(rule.outer), cases.leaf((Listed(path), True))], True)
            judged[rule.id, path] = whole
            place = cases.step(codes.as_whole, whole)
            found.append(Found(outcome_column(rule.id, path), place, whole, True))
            outcomes.append((rule, place))
    plan.require_names([each.name for each in found])
    lists = {path: _list(ruleset, path, cases, judged, plan) for path in plan.paths()}
    grave = cases.severity(outcomes)
    return Edition(plan, {CASES: cases.steps_of(found, grave), **lists})


def _list(ruleset: Ruleset, path: str, cases: _Builder, judged: Mapping[tuple[str, str], int], plan: Plan) -> Steps:
    """The steps of one list's items."""
    items = _Builder(ruleset, cases)
    found, outcomes = list[Found](), list[tuple[Rule, int]]()
    for rule in ruleset.rules:
        if path in rule.each:
            place, here = items.outcome(rule), items.from_cases(judged[rule.id, path])
            found.append(Found(outcome_column(rule.id), place, here, False))
            outcomes.append((rule, items.step(codes.only_where, place, here)))
    plan.require_names([each.name for each in found])
    return items.steps_of(found, items.severity(outcomes))
