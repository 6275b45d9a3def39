"""The engine of numpy: its codes, its grids and its sums are what `exact.py` says; what no grid has goes the wide way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any

import numpy
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.peers.ready_arrays import ReadyArrays
from benchmarks.peers.worker import first_difference
from benchmarks.samples import samples
from review import ProjectSheet, parse_sheet
from review.evaluation import exact
from review.law.conditions import Arithmetic, Compare, Constant, Expression, Figure, Number, Relation
from review.portfolio import arrays, codes, evaluating, grids
from review.portfolio.columns import CASES, table_facts
from review.portfolio.deriving import Numbered, facts_table
from review.portfolio.engines import DuckDB
from review.portfolio.evaluating import Digest, Outcomes, evaluate
from review.portfolio.extra import table
from review.portfolio.queries import JUSTIFY, NOTHING, OUTCOMES, REFUSE, SUPPLEMENT
from review.portfolio.reading import Rows
from review.portfolio.steps import steps_of
from review.quantities import Range
from review.quantities import exact as exact_arithmetic
from tests.portfolio.test_portfolio import cases, edition, held_against_exact, mixture, offset, voc
from tests.portfolio.test_portfolio import product as of_product
from tests.sheets import sheet

TRUTHS: dict[int, exact.Truth] = {codes.FALSE: False, codes.UNKNOWN: None, codes.TRUE: True}
CODES = {truth: code for code, truth in TRUTHS.items()}


def array(*values: int) -> Any:
    return numpy.array(values, numpy.uint8)


def test_codes_are_kleenes_tables() -> None:
    for one, other in product(TRUTHS, TRUTHS):
        both, any_ = ({TRUTHS[one], TRUTHS[other]} for _ in range(2))
        assert TRUTHS[int((array(one) & array(other))[0])] is (
            False if False in both else None if None in both else True
        )
        assert TRUTHS[int((array(one) | array(other))[0])] is (
            True if True in any_ else None if None in any_ else False
        )
    assert codes.negation(array(*TRUTHS)).tolist() == [codes.TRUE, codes.UNKNOWN, codes.FALSE]


def test_outcomes_are_those_of_the_table_of_how_a_rule_is_judged() -> None:
    for applies, requires, excuse in product(TRUTHS, repeat=3):
        found = codes.outcome(array(requires), codes.reached(array(applies)), codes.unsettled(array(applies)))
        wanted = (
            "not_applicable" if TRUTHS[applies] is False
            else "unknown" if TRUTHS[applies] is None or TRUTHS[requires] is None
            else "met" if TRUTHS[requires] else "unmet"
        )  # fmt: skip
        assert OUTCOMES[int(found[0])] == wanted
        excused = wanted == "unmet" and TRUTHS[excuse] is True
        assert OUTCOMES[int(codes.excused(found, array(excuse))[0])] == ("excused" if excused else wanted)


def test_a_list_as_a_whole_is_judged_where_its_items_are_not() -> None:
    assert codes.as_whole(array(*TRUTHS)).tolist() == [OUTCOMES.index("not_applicable"), OUTCOMES.index("unknown"), 0]
    for judged, found in product(TRUTHS, range(len(OUTCOMES))):
        assert codes.only_where(array(found), array(judged)).tolist() == [found if TRUTHS[judged] else 0]


@pytest.mark.parametrize("constant", [True, False])
@pytest.mark.parametrize("part", ["outer", "inner", "requires", "excused"])
def test_a_constant_condition_is_judged_as_exact_judges_it(part: str, constant: bool) -> None:
    ruleset = edition()
    condition: dict[str, Any] = {part: Constant(constant)}
    rules = tuple(replace(rule, **condition) for rule in ruleset.rules)
    changed = replace(ruleset, rules=rules)
    object.__setattr__(changed, "digest", f"{part} {constant}")
    assert held_against_exact(cases(mixture(4), changed), changed).outcomes()


def test_the_most_severe_is_a_mandatory_failure_then_what_is_missing_then_a_failure_in_principle() -> None:
    for mandatory, in_principle in product(range(len(OUTCOMES)), repeat=2):
        order = codes.order_of_mandatory(codes.unexcused(array(mandatory)))
        found = codes.severity(order, codes.unexcused(array(in_principle)))
        said = {OUTCOMES[mandatory], OUTCOMES[in_principle]}
        wanted = (
            REFUSE if OUTCOMES[mandatory] == "unmet" else SUPPLEMENT if "unknown" in said
            else JUSTIFY if OUTCOMES[in_principle] == "unmet" else NOTHING
        )  # fmt: skip
        assert found.tolist() == [wanted]


@pytest.mark.parametrize("start", [0, 1, 8, 13])
def test_truths_are_read_from_any_slice_of_arrow(start: int) -> None:
    values = [True, None, False, False, True, None, True] * 5
    assert codes.truths(pyarrow.array(values)[start:]).tolist() == [CODES[value] for value in values[start:]]
    known = [value is True for value in values]
    assert codes.truths(pyarrow.array(known)[start:]).tolist() == [CODES[value] for value in known[start:]]
    assert codes.truths(pyarrow.array([], pyarrow.bool_())).tolist() == []


FACTS = ("voc.emission_t", "voc.added_t", "energy.total_tce", "capacity.required_t")
# Near one another and near what 64 bits hold, on the grid and off it.
FIGURES = st.sampled_from(
    ["0", "0.000000001", "-0.000000001", "1", "1.2", "1.199999999", "-1.2", "4.1", "4.92", "4.919999999", "5", "5.000000001", "999999999", "1000000000", "9223372036",
     "9223372036.854775807", "999999999999.999999999"]
).map(Decimal)  # fmt: skip


def ranged(ends: tuple[Decimal | None, Decimal | None]) -> Range:
    """An interval of those ends, the lesser one first."""
    low, high = ends
    return Range(high, low) if low is not None and high is not None and low > high else Range(low, high)


RANGES = st.tuples(st.none() | FIGURES, st.none() | FIGURES).map(ranged)
FACTORS = st.sampled_from(["0", "1", "-1", "1.2", "-2", "0.000000001", "4611686018427387904", "1e30"]).map(Decimal)
RELATIONS: tuple[Relation, ...] = (">=", ">", "<=", "<")


@st.composite
def expressions(draw: st.DrawFn) -> Expression:
    """Sums and differences of facts, each once or twice, times a factor, and constants."""
    parts = draw(st.lists(st.sampled_from(FACTS) | FIGURES, min_size=1, max_size=3))
    whole: Expression | None = None
    for part in parts:
        term: Expression = Figure(part, False) if isinstance(part, str) else Number(part)
        if isinstance(part, str) and draw(st.booleans()):
            factor = Number(draw(FACTORS))
            term = Arithmetic(factor, "*", term) if draw(st.booleans()) else Arithmetic(term, "*", factor)
        whole = term if whole is None else Arithmetic(whole, draw(st.sampled_from(["+", "-"])), term)
    assert whole is not None
    return whole


def evaluated(expression: Expression, of: dict[str, Range]) -> Range:
    """The interval of an expression by the arithmetic of ranges, as `exact.evaluate` works it out of facts."""
    match expression:
        case Number(value):
            return Range(value, value)
        case Figure(name):
            return of[name]
        case Arithmetic(left, "*", right):
            a, b = evaluated(left, of), evaluated(right, of)
            return b * left.value if isinstance(left, Number) else a * right.value  # type: ignore[union-attr]
        case Arithmetic(left, operator, right):
            a, b = evaluated(left, of), evaluated(right, of)
            return a - b if operator == "-" else a + b
    raise AssertionError(expression)


def rows_of(ranges: Sequence[dict[str, Range]]) -> Rows:
    """A table of cases with some facts alone."""
    facts = table_facts(CASES, edition().vocabulary)
    columns = [each for name in FACTS for each in facts[name]]
    values = {
        column.name: [(row[name].low, row[name].high)[end] for row in ranges]
        for name in FACTS
        for end, column in enumerate(facts[name])
    }
    return Rows(table(columns, values), CASES, edition())


@given(
    expressions(),
    st.sampled_from(RELATIONS),
    expressions(),
    st.lists(st.fixed_dictionaries({name: RANGES for name in FACTS}), min_size=1, max_size=6),
)
def test_a_comparison_is_what_exact_says_or_is_told_to_be_beyond_64_bits(
    left: Expression, relation: Relation, right: Expression, ranges: list[dict[str, Range]]
) -> None:
    rows = rows_of(ranges)
    with exact_arithmetic():
        found = rows.reader((Compare(left, relation, right), True))(slice(0, len(ranges)))
        wanted = [CODES[exact.compare(evaluated(left, row), relation, evaluated(right, row))] for row in ranges]
    beyond = [False] * len(ranges) if rows.beyond is None else rows.beyond.tolist()
    assert [code for code, out in zip(found.tolist(), beyond, strict=True) if not out] == [
        code for code, out in zip(wanted, beyond, strict=True) if not out
    ]


def test_small_figures_are_never_told_to_be_beyond_64_bits() -> None:
    ranges = [
        {name: Range(Decimal("1.000000001"), None) for name in FACTS},
        {name: Range(None, Decimal(999_999)) for name in FACTS},
    ]
    rows = rows_of(ranges)
    left = Arithmetic(Number(Decimal("1.25")), "*", Figure(FACTS[0], False))
    rows.reader((Compare(left, ">=", Arithmetic(Figure(FACTS[1], False), "-", Figure(FACTS[2], False))), True))
    assert rows.beyond is None


def test_a_factor_beyond_64_bits_leaves_only_noughts() -> None:
    nought, one = Range(Decimal(0), Decimal(0)), Range(Decimal(1), Decimal(1))
    rows = rows_of([dict.fromkeys(FACTS, nought), {**dict.fromkeys(FACTS, nought), FACTS[0]: one}])
    left = Arithmetic(Arithmetic(Number(Decimal(10**30)), "*", Figure(FACTS[0], False)), "+", Figure(FACTS[1], False))
    found = rows.reader((Compare(left, ">", Number(Decimal(0))), True))(slice(0, 2))
    assert rows.beyond.tolist() == [False, True] and found[0] == codes.FALSE


@given(st.lists(st.none() | st.decimals(-(10**12), 10**12, places=9), max_size=20))
def test_a_narrow_column_has_the_very_same_figures(values: list[Decimal | None]) -> None:
    wide = pyarrow.array(values, pyarrow.decimal128(32, 16))
    narrow = grids.narrow_column(wide)
    end, left_out = grids.end_of(wide)
    if narrow is not None:
        assert pyarrow.types.is_decimal64(narrow.type) and narrow.to_pylist() == values and left_out is None
    for place, value in enumerate(values):
        if left_out is None or not left_out[place]:
            assert (
                None
                if end.open is not None and end.open[place]
                else Decimal(int(end.values[place])).scaleb(-end.places)
            ) == value
        else:
            assert value is not None and abs(value) >= 10**9


def test_tables_of_different_types_are_put_together_without_loss() -> None:
    some: list[list[str | None]] = [["1.5", None], ["99999999999.5"], ["0.000000001", "99999999999.000000001"]]
    parts = [
        pyarrow.table({"a": pyarrow.array([each and Decimal(each) for each in values], pyarrow.decimal128(32, 16))})
        for values in some
    ]
    narrow = [grids.narrow_table(each) for each in parts]
    assert len({str(each.schema) for each in narrow}) == 3
    assert grids.as_one(narrow)["a"].to_pylist() == [each and Decimal(each) for values in some for each in values]


def digest(outcomes: Outcomes) -> str:
    found = Digest()
    found.add(outcomes)
    return found.hexdigest()


def by_duckdb(numbered: list[Numbered]) -> Outcomes:
    engine = DuckDB(threads=1)
    try:
        return evaluate(facts_table(numbered, vocabulary=edition().vocabulary), edition(), engine)
    finally:
        engine.close()


# Too wide for any grid of 64 bits, in a case, an item, and a product's unit.
WIDE: list[dict[str, Any]] = [
    voc("999999999999.999999999", offset("999999999999.999999999", reduction_t="999999999999.999999999")),
    {"project.water_m3": "123456789012.000000001", "project.value_added_wan": "3"},
    of_product("cement-clinker", "999999999999.999999999"),
    voc("10", offset("123456789012.123456789"), offset("1", source="乙")),
]


def some(wide: bool = True) -> list[ProjectSheet]:
    changed = [parse_sheet(sheet(each)) for each in (WIDE if wide else [])]
    return [*changed[:2], *mixture(10), *changed[2:]]


def test_what_no_grid_has_goes_the_wide_way_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    numbered, asked = cases(some(), edition()), list[int]()
    wide = evaluating._run

    def counted(facts: Any, *rest: Any) -> Outcomes:
        asked.extend(facts.tables[CASES]["case"].to_pylist())
        return wide(facts, *rest)

    monkeypatch.setattr(evaluating, "_run", counted)
    found = evaluate(facts_table(numbered), edition())
    last = len(numbered) - 1
    assert {0, 1, last - 1, last} <= set(asked) and len(asked) < len(numbered) // 2
    assert found.recommendations["case"].to_pylist() == list(range(len(numbered)))
    monkeypatch.undo()
    wanted = by_duckdb(numbered)
    assert digest(found) == digest(wanted) and found.recommended() == wanted.recommended()


@pytest.mark.parametrize("at_once", [1, 7, 1 << 14])
def test_it_is_the_same_however_many_rows_are_taken_at_once(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "AT_ONCE", at_once)
    numbered = cases(some(wide=False), edition())
    assert digest(evaluate(facts_table(numbered), edition())) == digest(by_duckdb(numbered))


@pytest.mark.parametrize("step", [1, 3, 10**12])
def test_cases_are_found_whatever_their_numbers(step: int) -> None:
    numbered = [replace(each, number=5 + each.number * step) for each in cases(some(), edition())]
    found, wanted = evaluate(facts_table(numbered), edition()), by_duckdb(numbered)
    assert digest(found) == digest(wanted) and found.recommended() == wanted.recommended()


def test_rows_out_of_order_and_items_of_no_case_change_nothing() -> None:
    facts = facts_table(cases(some(), edition()))
    backwards = {name: each.take(list(range(each.num_rows))[::-1]) for name, each in facts.tables.items()}
    assert digest(evaluate(replace(facts, tables=backwards), edition())) == digest(evaluate(facts, edition()))
    fewer = {**facts.tables, CASES: facts.tables[CASES].slice(3)}
    engine = DuckDB(threads=1)
    both = [evaluate(replace(facts, tables=fewer), edition(), each) for each in (None, engine)]
    engine.close()
    assert digest(both[0]) == digest(both[1])


def test_no_cases_and_lists_that_are_absent_or_empty() -> None:
    nothing: list[Numbered] = []
    assert digest(evaluate(facts_table(nothing, vocabulary=edition().vocabulary), edition())) == digest(
        by_duckdb(nothing)
    )
    lists = ("products", "voc.offsets", "coal.boilers", "coal.kilns", "coal.power_units")
    few = [parse_sheet(sheet({path: [] for path in lists})), parse_sheet(sheet(dict.fromkeys(lists)))]
    numbered = cases(few, edition())
    assert digest(evaluate(facts_table(numbered), edition())) == digest(by_duckdb(numbered))


def test_what_rules_share_is_one_step_and_what_speaks_of_the_project_is_worked_out_for_the_cases() -> None:
    tables = steps_of(edition()).tables
    for name, steps in tables.items():
        made = [(step.function, step.arguments) for step in steps.steps if step.function is not None]
        assert len(made) == len(set(made)) and len(set(steps.leaves.values())) == len(steps.leaves), name
        assert (name == CASES) is bool(steps.handed_out), name
    assert sum(len(each.steps) for each in tables.values()) < 800


def test_on_the_columns_that_the_benchmark_gives_its_peers_our_steps_say_what_exact_says() -> None:
    found = samples([(f"sheet {number}", each) for number, each in enumerate(mixture(8))])
    peer = ReadyArrays(found.lowering)
    peer.take(found.rows)
    peer.judge()
    assert not first_difference(found.rows, peer.answers(found.rows), found.answers)
