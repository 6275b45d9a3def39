"""Why a rule came out as it did: the unstated paths that matter, the ways to settle it, and conditions in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import product

from review.errors import Text
from review.evaluation.exact import Scope, evaluate, memoise
from review.facts import Fact, Share
from review.law.conditions import (
    And,
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
    facts_of,
)
from review.law.edition import Rule
from review.law.prose import choice_label, fact_label
from review.quantities import UNKNOWN, ZERO, Range, plain
from review.terms import NONE_WORD, SIGNS

Way = frozenset[str]
_NOTHING_ASKED: tuple[Way, ...] = (frozenset(),)
_MOST_WAYS = 12
_MOST_SHARES = 12


@memoise
def unknown_paths(condition: Condition, scope: Scope) -> tuple[str, ...]:
    """The unstated sheet paths that keep an unknown condition unknown; of a settled one, none."""
    if scope.truth(condition) is not None:
        return ()
    match condition:
        case And(parts) | Or(parts):
            return _unique(path for part in parts for path in unknown_paths(part, scope))
        case Not(part):
            return unknown_paths(part, scope)
        case Flag(name) | Member(name):
            return scope.fact(name).missing
    summed = _sum_against_bound(condition, scope)
    if summed is not None:
        return _unique(path for share in _that_matter(*summed) for path in share.paths)
    return _unique([path for fact in _open_facts(condition, scope) for path in fact.missing])


def _sum_against_bound(condition: Condition, scope: Scope) -> tuple[Fact, Decimal] | None:
    """The sum and the bound of a comparison `sum >= bound` whose undecided shares are known one by one."""
    if (
        isinstance(condition, Compare)
        and condition.relation == ">="
        and isinstance(condition.left, Figure)
        and not condition.left.parameter
    ):
        fact, bound = scope.fact(condition.left.name), evaluate(condition.right, scope).point
        if bound is not None and 0 < len(fact.shares) <= _MOST_SHARES:
            return fact, bound
    return None


def _that_matter(fact: Fact, bound: Decimal) -> Iterator[Share]:
    """The shares that could tip the sum, the others being whatever they may."""
    surely = fact.range.low or ZERO
    for share in fact.shares:
        others = [other for other in fact.shares if other is not share]
        loose = [other.width for other in others if not other.whole]
        slack = None if None in loose else sum((width for width in loose if width is not None), ZERO)
        sums = {surely}
        for other in others:
            if other.whole and other.width is not None:
                sums |= {amount + other.width for amount in sums}
        low = None if share.width is None else bound - share.width
        if any(amount < bound and (low is None or slack is None or amount + slack >= low) for amount in sums):
            yield share


def _fewest_shares(fact: Fact, bound: Decimal, wanted: bool) -> tuple[Way, ...]:
    """The fewest shares, the widest first, that could bring the sum to the bound, or keep it below."""
    widest = sorted(fact.shares, key=lambda share: (share.width is not None, -(share.width or ZERO)))
    reached, taken = fact.range.low if wanted else fact.range.high, list[str]()
    for share in widest:
        if reached is not None and (reached >= bound) is wanted:
            break
        taken += share.paths
        rest = [each.width for each in widest[widest.index(share) + 1 :]]
        if wanted:
            reached = bound if share.width is None else (reached or ZERO) + share.width
        else:
            reached = (
                None
                if None in rest
                else (fact.range.low or ZERO) + sum((width for width in rest if width is not None), ZERO)
            )
    return (frozenset(taken),)


def ways(condition: Condition, wanted: bool, scope: Scope) -> tuple[Way, ...]:
    """The smallest sets of paths that, when stated, could make a condition `wanted`; none where it is settled otherwise."""
    found = scope.truth(condition)
    if found is not None:
        return _NOTHING_ASKED if found is wanted else ()
    return (_ways_to_true if wanted else _ways_to_false)(condition, scope)


@memoise
def _ways_to_true(condition: Condition, scope: Scope) -> tuple[Way, ...]:
    return _ways(condition, True, scope)


@memoise
def _ways_to_false(condition: Condition, scope: Scope) -> tuple[Way, ...]:
    return _ways(condition, False, scope)


def _ways(condition: Condition, wanted: bool, scope: Scope) -> tuple[Way, ...]:
    match condition:
        case Not(part):
            return ways(part, not wanted, scope)
        case And(parts) | Or(parts):
            if wanted is isinstance(condition, And):
                return together(*(ways(part, wanted, scope) for part in parts))
            return smallest(way for part in parts for way in ways(part, wanted, scope))
        case Flag(name) | Member(name):
            return _each(scope.fact(name).alternatives) or _NOTHING_ASKED
    summed = _sum_against_bound(condition, scope)
    if summed is not None:
        return _fewest_shares(*summed, wanted)
    choices = [_each(fact.alternatives) for fact in _open_facts(condition, scope)]
    if len(choices) == 1:
        return choices[0]
    return smallest(frozenset[str]().union(*chosen) for chosen in product(*choices)) if all(choices) else ()


def missing_of(rule: Rule, scope: Scope) -> tuple[str, ...]:
    """The unstated paths that keep a rule open on the subject of a scope."""
    if scope.subject.is_whole:
        listed = scope.facts.listed(scope.subject.path or "")
        return _unique((*unknown_paths(rule.outer, scope), *listed.missing))
    return _unique((*unknown_paths(rule.inner, scope), *unknown_paths(rule.requires, scope)))


def ways_to_settle(rule: Rule, scope: Scope) -> tuple[Way, ...]:
    """What could settle a rule on the subject of a scope: that it does not apply, or that it does and is met."""
    if scope.subject.is_whole:
        listed = tuple(frozenset(way) for way in scope.facts.listed(scope.subject.path or "").alternatives)
        applied = together(ways(rule.outer, True, scope), listed or (frozenset(),))
        return smallest((*ways(rule.outer, False, scope), *listed, *applied))
    met = ways(rule.requires, True, scope) or ways(rule.requires, False, scope)
    return smallest((*ways(rule.inner, False, scope), *together(ways(rule.inner, True, scope), met)))


# The same few fields are open in sheet after sheet, so the work on ways is shortest; what is shortest can be dropped.
@lru_cache(maxsize=2048)
def together(*sides: tuple[Way, ...]) -> tuple[Way, ...]:
    """One way of each side, united."""
    result = _NOTHING_ASKED
    for options in sides:
        if options != _NOTHING_ASKED:
            result = smallest(a | b for a in result for b in options)
    return result


@lru_cache(maxsize=2048)
def _each(alternatives: tuple[tuple[str, ...], ...]) -> tuple[Way, ...]:
    return smallest(frozenset(way) for way in alternatives)


def smallest(found: Iterable[Way]) -> tuple[Way, ...]:
    """The minimal sets, fewest paths first; no more than a dozen."""
    every = frozenset(found)
    return _smallest(every) if len(every) > 1 else tuple(every)


@lru_cache(maxsize=2048)
def _smallest(every: frozenset[Way]) -> tuple[Way, ...]:
    shortest: list[Way] = []
    for way in sorted(every, key=lambda way: (len(way), sorted(way))):
        if not any(other <= way for other in shortest):
            shortest.append(way)
    return tuple(shortest[:_MOST_WAYS])


def _open_facts(condition: Condition, scope: Scope) -> list[Fact]:
    facts = [scope.names[name] for name in (condition.facts if isinstance(condition, Compare) else ())]
    return [
        fact
        for fact in facts
        if fact.missing and (fact.value is None or (isinstance(fact.value, Range) and fact.value.point is None))
    ]


def _unique(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(paths))


def label(name: str, scope: Scope) -> Text:
    """A fact's name in words."""
    return fact_label(name, scope.subject.path, scope.case.ruleset.vocabulary)


def choice_words(name: str, value: str, scope: Scope) -> Text:
    """A choice in words (`relocation` → 迁建)."""
    return choice_label(name, value, scope.subject.path, scope.case.ruleset)


def in_words(condition: Condition, scope: Scope) -> Text:
    """A condition as a reader would say it, with the figures found."""
    match condition:
        case Constant(value):
            return Text("总是", "always") if value else Text("从不", "never")
        case Flag(name):
            words = label(name, scope)
            return Text(f"“{words.zh}”", f"“{words.en}”")
        case Member(name, values, negated):
            words, options = label(name, scope), [choice_words(name, value, scope) for value in values]
            link_zh, link_en = ("不是", "is not") if negated else ("是", "is")
            return Text(
                f"{words.zh}{link_zh}{'或'.join(o.zh for o in options)}",
                f"{words.en} {link_en} {' or '.join(o.en for o in options)}",
            )
        case Compare(left, relation, right):
            sides = [_side(left, scope), _side(right, scope)]
            sign = SIGNS[relation]
            return Text(f"{sides[0].zh} {sign} {sides[1].zh}", f"{sides[0].en} {sign} {sides[1].en}")
        case Not(part):
            words = in_words(part, scope)
            return Text(f"并非（{words.zh}）", f"not ({words.en})")
        case And(parts) | Or(parts):
            each = [in_words(part, scope) for part in parts]
            zh, en = ("且", " and ") if isinstance(condition, And) else ("或", " or ")
            return Text("（" + zh.join(e.zh for e in each) + "）", "(" + en.join(e.en for e in each) + ")")


def why_not(condition: Condition, scope: Scope) -> Condition:
    """The first part of a condition that does not hold."""
    if isinstance(condition, And):
        for part in condition.parts:
            if scope.truth(part) is False:
                return why_not(part, scope)
    return condition


def _side(expression: Expression, scope: Scope) -> Text:
    if isinstance(expression, Number):
        return Text(plain(expression.value), plain(expression.value))
    value = evaluate(expression, scope)
    if isinstance(expression, Figure) and expression.parameter:
        return Text(range_words(value).zh, range_words(value).en)
    named = [label(name, scope) for name in facts_of(expression)]
    amount = range_words(value)
    return Text(f"{'、'.join(n.zh for n in named)} {amount.zh}", f"{', '.join(n.en for n in named)} {amount.en}")


def range_words(value: Range) -> Text:
    """A figure for a reader: the figure, its bounds, or that it is not stated."""
    if value.point is not None:
        return Text(plain(value.point), plain(value.point))
    if value.low is not None and value.high is not None:
        both = f"{plain(value.low)}～{plain(value.high)}"
        return Text(both, both)
    if value.low:
        return Text(f"不少于 {plain(value.low)}", f"at least {plain(value.low)}")
    return Text("（未载明）", "(not stated)")


def is_unknown(value: Range) -> bool:
    """Whether nothing is known of a figure that a reader would be told."""
    return value.high is None and not value.low


def text_words(value: str | None) -> Text:
    """A text of the sheet as it stands, or that it is not stated."""
    return range_words(UNKNOWN) if value is None else Text(value, value)


def day_words(value: date | str | None) -> Text:
    """A day for a reader: the day, that there is none, or that it is not stated."""
    if value == "none":
        return NONE_WORD
    return Text(str(value), str(value)) if value else range_words(UNKNOWN)
