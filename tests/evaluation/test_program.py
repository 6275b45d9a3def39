"""An edition compiled: the code says what `exact.py` says, of every condition, and holds no word of the edition."""

from __future__ import annotations

import ast
import operator
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.witnesses import days_of, mixed
from review import Ruleset, SheetError, choose, judge, read_sheet_file
from review.evaluation import durable, exact, exactly, program
from review.evaluation.exact import OUTCOMES, Scope, Subject
from review.evaluation.judged import evaluators
from review.evaluation.normal_form import GRID, Conjunction, Fields
from review.evaluation.program import TRUTHS, Asked, Place, Program, program_of
from review.facts import Case, Fact, Facts, build_facts, with_figures
from review.facts.model import Value
from review.law.conditions import (
    TRUE,
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
from review.law.edition import Parameter, Rule
from review.law.loading import load_builtin
from review.quantities import Range
from review.quantities import exact as exact_arithmetic
from tests.sheets import AS_OF, review, sheet
from tests.strategies import EXAMPLES

SHEETS = sorted(Path(__file__).parents[2].joinpath("fixtures/sheets").glob("*.json"))
ALLOWED = (
    ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Assign, ast.Return, ast.Tuple, ast.Name, ast.Load, ast.Store,
    ast.Constant, ast.IfExp, ast.Compare, ast.Gt, ast.GtE, ast.Lt, ast.LtE, ast.Eq, ast.BoolOp, ast.Or, ast.BinOp, ast.BitAnd,
    ast.BitOr, ast.Subscript, ast.UnaryOp, ast.USub,
)  # fmt: skip


def places(made: Program) -> Iterator[Place]:
    yield made.project
    yield from made.lists.values()


def cases(count: int) -> Iterator[tuple[Case, Facts]]:
    """Samples and generated sheets by editions in turn, with the facts of each, as they are and of checked figures only."""
    chance, editions = random.Random(5), load_builtin()
    made = [read_sheet_file(path) for path in SHEETS] + [mixed(chance) for _ in range(count)]
    for number, each in enumerate(made):
        index = number % len(editions)
        case = Case(each, editions[index], days_of(editions, index, chance))
        try:
            with exact_arithmetic():
                facts = build_facts(case)
                checked = replace(case, checked_only=True)
                fewer = with_figures(checked, facts)
        except SheetError:
            continue
        yield case, facts
        yield checked, fewer


def test_the_code_says_of_every_condition_and_rule_what_exact_says() -> None:
    seen = set[object]()
    for case, facts in cases(60):
        with exact_arithmetic(), evaluators(case.ruleset) as both:
            judged = both.judge(case, facts)
            assert judged.outcomes == exactly(case, facts).outcomes
            for subject in {each.subject for each in judged.entries}:
                worked, plainly = judged.scope.at(subject), Scope(case, facts, subject)
                rules = [each.rule for each in judged.entries if each.subject == subject]
                whole = subject.path is not None and subject.index is None
                parts = [[rule.outer] if whole else [rule.inner, rule.requires, rule.applies] for rule in rules]
                for condition in (part for each in parts for part in each):
                    found = worked.truth(condition)
                    assert found is exact.truth(condition, plainly)
                    seen.add(found)
    assert seen == {True, False, None}


@pytest.mark.parametrize("edition", load_builtin(), ids=lambda each: each.name)
def test_the_code_holds_numbers_of_fields_operators_and_integers_only(edition: Ruleset) -> None:
    for place in places(program_of(edition)):
        holds_integers_only(place.source)


def holds_integers_only(source: str) -> None:
    for node in ast.walk(ast.parse(source)):
        assert isinstance(node, ALLOWED), ast.dump(node)
        if isinstance(node, ast.Constant):
            assert type(node.value) is int
        if isinstance(node, ast.Name | ast.arg):
            name = node.id if isinstance(node, ast.Name) else node.arg
            assert name[0] in "cs" and name[1:].isdecimal()


# Names and words that would be code, formats or ends of text, were they ever written into it.
HOSTILE = ["{0}", "{s0}", "s0", "c0", "__import__('os')", "a\nimport os", "'''", '"', "\\", "}", "%d", "否", "0", ""]
# One name is one kind of fact.
FLAGS, MEMBERS, FIGURES = ([f"{word}{kind}" for word in HOSTILE] for kind in "tck")
CHOICES = {name: tuple(dict.fromkeys((*HOSTILE[:5], "x"))) for name in MEMBERS}
PARAMETERS = {"{p}": Decimal("1.2"), "p\nq": Decimal("-0.0000001"), "0": Decimal(0), "wide": Decimal("9" * 30)}
DOUBTFUL = {"{p}", "0"}
AMOUNTS = [
    Decimal(each) for each in ("0", "1", "-1", "1.2", "0.0000005", "-0.0000005", "999999999999.999999999", "5000000")
]


def amounts() -> st.SearchStrategy[Range]:
    ends = st.none() | st.sampled_from(AMOUNTS) | st.decimals(-1000, 1000, places=7)

    def ordered(pair: tuple[Decimal | None, Decimal | None]) -> Range:
        low, high = pair
        return Range(high, low) if low is not None and high is not None and low > high else Range(low, high)

    return st.tuples(ends, ends).map(ordered) | st.sampled_from(AMOUNTS).map(lambda each: Range(each, each))


def expressions() -> st.SearchStrategy[Expression]:
    """Sums, differences and products of facts, parameters and numbers; of a product one side has no facts."""
    numbers: st.SearchStrategy[Expression] = st.sampled_from(AMOUNTS).map(Number)
    parameters: st.SearchStrategy[Expression] = st.sampled_from(sorted(PARAMETERS)).map(lambda name: Figure(name, True))
    signs = st.sampled_from(["+", "-"])
    constants = st.recursive(
        numbers | parameters,
        lambda inner: st.builds(Arithmetic, inner, st.sampled_from(["+", "-", "*"]), inner),
        max_leaves=3,
    )
    # Few facts, so that one stands twice in many of them.
    facts: st.SearchStrategy[Expression] = st.sampled_from(FIGURES[:3]).map(lambda name: Figure(name, False))
    return st.recursive(
        constants | facts,
        lambda inner: st.one_of(
            st.builds(Arithmetic, inner, signs, inner),
            st.builds(Arithmetic, constants, st.just("*"), inner),
            st.builds(Arithmetic, inner, st.just("*"), constants),
        ),
        max_leaves=4,
    )


def conditions() -> st.SearchStrategy[Condition]:
    members = st.sampled_from(MEMBERS).flatmap(
        lambda name: st.builds(
            Member,
            st.just(name),
            st.lists(st.sampled_from(CHOICES[name]), min_size=1, max_size=3).map(tuple),
            st.booleans(),
        )
    )
    compares = st.builds(Compare, expressions(), st.sampled_from([">=", ">", "<=", "<"]), expressions())
    atoms: st.SearchStrategy[Condition] = st.one_of(
        st.booleans().map(Constant), st.sampled_from(FLAGS).map(Flag), members, compares
    )
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(lambda parts: And(tuple(parts))),
            st.lists(inner, max_size=3).map(lambda parts: Or(tuple(parts))),
            inner.map(Not),
        ),
        max_leaves=8,
    )


def asked() -> st.SearchStrategy[Asked]:
    return st.builds(Asked, conditions(), conditions(), st.none() | conditions())


@given(st.data(), st.lists(asked(), min_size=1, max_size=3), st.booleans())
@settings(deadline=None, max_examples=EXAMPLES * 4, suppress_health_check=[HealthCheck.too_slow])
def test_hostile_editions_are_compiled_to_integers_and_judged_as_exact_judges_them(
    data: st.DataObject, some: list[Asked], checked_only: bool
) -> None:
    with exact_arithmetic():
        fields = Fields(PARAMETERS, CHOICES, DOUBTFUL)
        place = Place(some, fields)
        holds_integers_only(place.source)
        kinds: tuple[tuple[Iterable[str], st.SearchStrategy[Value]], ...] = (
            (fields.flags, st.sampled_from([True, False, None])),
            (fields.members, st.sampled_from([None, *CHOICES[MEMBERS[0]]])),
            (FIGURES[:3], amounts()),
        )
        facts = {name: Fact(data.draw(values)) for names, values in kinds for name in names}
        scope = Scope(_case(checked_only), Facts(facts, {}, {}))
        values_of = fields.values(facts, checked_only=checked_only)
        truths, outcomes = place.run(*values_of)
        for each, outcome in zip(some, outcomes, strict=True):
            for part in (each.inner, each.requires):
                assert TRUTHS[truths[place.numbers[id(part)]]] is exact.truth(part, scope)
            assert OUTCOMES[outcome] == exact.judge_one(_rule(each), scope)
        found = [durable.ways_of(each, fields) for each in some]
        held = dict(zip(fields.names(), values_of, strict=True))
        assert [[code for code, ways in enumerate(each) for way in ways if fires(way, held)] for each in found] == [
            [outcome] for outcome in outcomes
        ]


def fires(conjunction: Conjunction, held: Mapping[str, int]) -> bool:
    """Whether the engine rule of a conjunction fires on integers."""
    return all(SIGNS[sign](held[name], bound) for name, sign, bound in conjunction)


SIGNS = {
    "$eq": operator.eq, "$neq": operator.ne, "$gte": operator.ge, "$gt": operator.gt, "$lte": operator.le, "$lt": operator.lt,
}  # fmt: skip


def _rule(each: Asked) -> Rule:
    rule = choose("fuqing@2023", AS_OF).rules[0]
    return replace(rule, inner=each.inner, requires=each.requires, excused=each.excused)


def _case(checked_only: bool) -> Case:
    edition = choose("fuqing@2023", AS_OF)
    figures = {
        name: Parameter(value, str(value), "", "", "third-party" if name in DOUBTFUL else "official")
        for name, value in PARAMETERS.items()
    }
    sheet_of = review(sheet()).case.sheet
    return Case(sheet_of, replace(edition, parameters=figures), date(2025, 1, 1), None, checked_only)


@pytest.mark.parametrize("relation", [">=", ">", "<=", "<"])
def test_a_comparison_generated_otherwise_is_noticed_at_its_boundary(
    monkeypatch: pytest.MonkeyPatch, relation: Relation
) -> None:
    """Each comparison of the generator changed to its neighbour: on the boundary the engine is of another opinion."""
    assert not differing(relation)
    neighbours: dict[Relation, Relation] = {">=": ">", ">": ">=", "<=": "<", "<": "<="}
    monkeypatch.setattr(program, "_SURELY", {**program._SURELY, relation: program._SURELY[neighbours[relation]]})
    assert differing(relation) == [5 * GRID]


def differing(relation: Relation) -> list[int]:
    """The figures around a bound of 5 of which code and engine say otherwise."""
    place = Place([Asked(TRUE, Compare(Figure("x", False), relation, Number(Decimal(5))))], Fields({}, {}))
    (engine,) = durable.rulesets_of(place, ["toy"])
    engine.open()
    found = [
        figure
        for figure in (5 * GRID - 1, 5 * GRID, 5 * GRID + 1)
        if place.run(figure, figure)[1] != engine.judge((figure, figure), {})
    ]
    engine.close()
    return found


def test_no_cycle_leads_from_a_scope_to_itself() -> None:
    scope = judge(read_sheet_file(SHEETS[0]), choose(None, AS_OF), AS_OF).judged.scope
    assert scope.at(Subject()) is scope
    assert all(each is not scope for each in scope._seen.values())
