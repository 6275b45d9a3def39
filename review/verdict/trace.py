"""How a finding was computed (推导过程): its condition part by part, each with its truth, and every figure back to the cell and the row it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from review.errors import Text
from review.evaluation.exact import PROJECT, Scope, Subject, Truth, evaluate, subjects, truth
from review.facts import Fact, Source
from review.law.conditions import (
    And,
    Compare,
    Condition,
    Expression,
    Figure,
    Flag,
    Member,
    Not,
    Number,
    Or,
    facts_of,
    parameters_of,
)
from review.law.edition import Rule
from review.law.tables import parameter_words
from review.quantities import Range, plain
from review.quantities import exact as exact_arithmetic
from review.readers.workbook_layout import cell_of, is_wanted
from review.sheet import all_fields, canonical_sheet, describe
from review.sheet.fields import NONE
from review.sheet.paths import pattern_of, value_at
from review.terms import NONE_WORD, SIGNS, TRUTH_WORDS
from review.verdict.findings import subject_name
from review.verdict.judging import Review
from review.verdict.stated import stated_words
from review.verdict.unknowns import choice_words, in_words, label, range_words

# A total over hundreds of items is not written out item by item; the rest is counted.
MOST_PLACES = 60


@dataclass(frozen=True)
class Place:
    """A field of the sheet: what it states (None: not stated), and its cell in the template."""

    path: str
    label: Text
    value: Text | None
    unit: str | None
    cell: str | None


@dataclass(frozen=True)
class Operand:
    """A fact or a parameter as a condition reads it. `more` counts the places that are not written out."""

    name: str
    label: Text
    value: Text
    unit: str | None
    stated: tuple[Place, ...]
    missing: tuple[Place, ...]
    sources: tuple[Source, ...]
    more: int = 0
    scaled: str | None = None


@dataclass(frozen=True)
class Part:
    """A part of a condition: `all` or `any` of its parts, `not` its part, or a `condition` with what it reads. A truth is None where unknown."""

    kind: Literal["all", "any", "not", "condition"]
    truth: Truth
    words: Text
    parts: tuple[Part, ...] = ()
    operands: tuple[Operand, ...] = ()


@dataclass(frozen=True)
class Derivation:
    """Of a rule on one subject: whether it applies, what it requires, what excuses from it. `whole`: of a list as a whole only the first."""

    rule: Rule
    applies: Part
    requires: Part | None
    excused: Part | None
    whole: bool
    outcome: str


def derive(review: Review, rule_id: str, subject: str) -> Derivation | None:
    """How the finding of that rule on that subject came about; None where the review has none."""
    rule = next((each for each in review.case.ruleset.rules if each.id == rule_id), None)
    if rule is None:
        return None
    with exact_arithmetic():
        scope = Scope(review.case, review.facts)
        found = next((each for each, _ in subjects(rule, scope) if subject_name(rule, each) == subject), None)
        return (
            None
            if found is None
            else _Reader(scope.at(found), canonical_sheet(review.case.sheet)).derivation(rule, found)
        )


def outcome(applies: Truth, requires: Truth, excused: Truth) -> str:
    """The outcome that the truths give, as the evaluators define it."""
    if applies is False:
        return "not_applicable"
    if applies is None or requires is None:
        return "unknown"
    return "met" if requires else "excused" if excused else "unmet"


def paths_read(review: Review, rule_id: str, subject: str) -> tuple[str, ...]:
    """The fields that what the rule requires of the subject turns on, stated and missing, without repetition."""
    found = derive(review, rule_id, subject)
    if found is None:
        return ()
    parts = (found.applies, found.requires) if found.requires else (found.applies,)
    leaves = (each for part in reversed(parts) for each in leaves_of(part))
    return tuple(
        dict.fromkeys(
            place.path for part in leaves for each in part.operands for place in (*each.missing, *each.stated)
        )
    )


def leaves_of(part: Part) -> Iterator[Part]:
    """The conditions of a tree."""
    if part.kind == "condition":
        yield part
    for each in part.parts:
        yield from leaves_of(each)


@dataclass(frozen=True)
class _Reader:
    """Reads conditions in one scope, with the sheet's stated content at hand."""

    scope: Scope
    content: Mapping[str, Any]

    def derivation(self, rule: Rule, subject: Subject) -> Derivation:
        if subject != PROJECT and subject.index is None:
            return self._whole(rule, subject)
        applies, requires = self.part(rule.applies), self.part(rule.requires)
        excused = self.part(rule.excused) if rule.excused is not None else None
        result = outcome(applies.truth, requires.truth, excused.truth if excused else None)
        return Derivation(rule, applies, requires, excused, False, result)

    def _whole(self, rule: Rule, subject: Subject) -> Derivation:
        """Of a list as a whole: whether the rule speaks of the project at all, and whether there are items."""
        path = subject.path or ""
        listed = self.scope.facts.listed(path)
        assert listed.value is None or isinstance(listed.value, bool)
        name = describe(path).label
        items = Part(
            "condition",
            listed.value,
            Text(f"“{name.zh}”有条目", f"there are items of “{name.en}”"),
            operands=(self._operand(path, name, listed),),
        )
        outer = self.part(rule.outer)
        found = False if False in (outer.truth, items.truth) else None if None in (outer.truth, items.truth) else True
        words = Text("以下各项都成立", "all of these hold")
        result = "not_applicable" if found is False else "unknown"
        return Derivation(rule, Part("all", found, words, (outer, items)), None, None, True, result)

    def part(self, condition: Condition) -> Part:
        """A condition taken apart."""
        value = truth(condition, self.scope)
        match condition:
            case And(parts):
                return Part(
                    "all", value, Text("以下各项都成立", "all of these hold"), tuple(self.part(each) for each in parts)
                )
            case Or(parts):
                return Part(
                    "any", value, Text("以下任一项成立", "any of these holds"), tuple(self.part(each) for each in parts)
                )
            case Not(part):
                return Part("not", value, Text("以下不成立", "this does not hold"), (self.part(part),))
            case Compare(left, relation, right):
                sides = [self.formula(left), self.formula(right)]
                words = Text(
                    *(f" {SIGNS[relation]} ".join(getattr(each, lang) for each in sides) for lang in ("zh", "en"))
                )
                names, read = (*facts_of(left), *facts_of(right)), (*parameters_of(left), *parameters_of(right))
                return Part("condition", value, words, operands=(*self._facts(names), *self._parameters(read)))
            case Flag(name) | Member(name, _, _):
                return Part("condition", value, in_words(condition, self.scope), operands=self._facts((name,)))
        return Part("condition", value, in_words(condition, self.scope))

    def formula(self, expression: Expression, inside: bool = False) -> Text:
        """A side of a comparison with its figures, and what they come to."""
        match expression:
            case Number(value):
                return Text(plain(value), plain(value))
            case Figure(name, parameter):
                amount = range_words(evaluate(expression, self.scope))
                words = _parameter_label(name) if parameter else label(name, self.scope)
                return Text(f"{words.zh} {amount.zh}", f"{words.en} {amount.en}")
        sign = {"*": "×", "-": "−"}.get(expression.operator, "+")
        sides = [self.formula(each, True) for each in (expression.left, expression.right)]
        amount = range_words(evaluate(expression, self.scope))
        both = (f" {sign} ".join(getattr(each, lang) for each in sides) for lang in ("zh", "en"))
        return (
            Text(*(f"（{each}）" for each in both))
            if inside
            else Text(*(f"{a} = {getattr(amount, lang)}" for a, lang in zip(both, ("zh", "en"), strict=True)))
        )

    def _facts(self, names: tuple[str, ...]) -> tuple[Operand, ...]:
        return tuple(
            self._operand(name, label(name, self.scope), self.scope.fact(name)) for name in dict.fromkeys(names)
        )

    def _parameters(self, names: tuple[str, ...]) -> tuple[Operand, ...]:
        found = ((name, self.scope.case.parameter(name)) for name in dict.fromkeys(names))
        return tuple(
            Operand(name, _parameter_label(name), range_words(fact.range), fact.unit, (), (), fact.sources)
            for name, fact in found
        )

    def _operand(self, name: str, words: Text, fact: Fact) -> Operand:
        stated = list(dict.fromkeys(each for path in fact.paths for each in self._leaves(path)))
        return Operand(
            name, words, self._value(name, fact), fact.unit, tuple(self._place(path) for path in stated[:MOST_PLACES]),
            tuple(self._place(path) for path in fact.missing[:MOST_PLACES]), fact.sources,
            max(0, len(stated) - MOST_PLACES) + max(0, len(fact.missing) - MOST_PLACES), None if fact.per is None else plain(fact.per),
        )  # fmt: skip

    def _value(self, name: str, fact: Fact) -> Text:
        if isinstance(fact.value, Range):
            return range_words(fact.value)
        if isinstance(fact.value, str):
            words = choice_words(name, fact.value, self.scope)
            return NONE_WORD if words.zh == NONE else words
        return TRUTH_WORDS[fact.value]

    def _leaves(self, path: str) -> Iterator[str]:
        """The stated fields at or below a path; the path itself where nothing is below it."""
        value = value_at(self.content, path)
        if not isinstance(value, Mapping):
            yield path
            return
        pattern = pattern_of(path)
        for field in all_fields():
            if field.path.startswith(f"{pattern}."):
                below = f"{path}{field.path.removeprefix(pattern)}"
                if value_at(self.content, below) is not None:
                    yield below

    def _place(self, path: str) -> Place:
        field = describe(path)
        value = value_at(self.content, path)
        cell = cell_of(path, is_wanted(self.content, self.scope.case.ruleset))
        return Place(path, field.label, stated_words(path, value, self.scope.case.ruleset), field.unit, cell)


def _parameter_label(name: str) -> Text:
    words = parameter_words(name)
    return Text(f"参数“{words.zh}”", f"parameter “{words.en}”")
