"""Two evaluators: contained, in agreement, and no verdict where they differ."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from review import Balance, EngineDisagreement, Register, Ruleset, choose, judge, read_sheet_file
from review.evaluation import durable
from review.evaluation.normal_form import GRID, Alternatives, Fields, Mode, alternatives
from review.evaluation.program import MET, UNKNOWN, UNMET, Asked, Place, program_of
from review.evaluation.sizes import sizes
from review.facts import Fact
from review.law.conditions import Arithmetic, Compare, Constant, Figure, Number, Or
from review.law.loading import load_builtin
from review.quantities import point
from review.verdict import unknowns, wording
from tests.sheets import AS_OF, found, review, sheet

pytestmark = pytest.mark.slow

SHEETS = sorted(Path(__file__).parents[2].joinpath("fixtures/sheets").glob("*.json"))


def lying(monkeypatch: pytest.MonkeyPatch, judgement: int) -> None:
    """Have the rules engine say `met` of sea-outfall in the first judgement of a sheet, or in the second."""
    honest, asked = durable.DurableEvaluator.of_project, iter((1, 2))
    number = [rule.id for rule in program_of(choose("fuqing@2023", AS_OF)).rules].index("sea-outfall")

    def told(mine: durable.DurableEvaluator, values: Any, answered: Any) -> tuple[int, ...]:
        codes = honest(mine, values, answered)
        return codes if next(asked) != judgement else (*codes[:number], MET, *codes[number + 1 :])

    monkeypatch.setattr(durable.DurableEvaluator, "of_project", told)


@pytest.mark.parametrize("judgement", [1, 2])
def test_a_disagreement_gives_no_verdict(monkeypatch: pytest.MonkeyPatch, judgement: int) -> None:
    """What makes a recommendation provisional has two witnesses as well."""
    lying(monkeypatch, judgement)
    with pytest.raises(EngineDisagreement) as error:
        review(sheet())
    assert (error.value.rule, error.value.ours, error.value.theirs) == ("sea-outfall", "unknown", "met")
    assert error.value.facts["two_high"] is True


RATIO = Compare(
    Figure("voc.offset_t", False), ">=", Arithmetic(Figure("r", True), "*", Figure("voc.emission_t", False))
)


@pytest.mark.parametrize(
    ("offset", "emission", "expected"),
    [("1", "0", "true"), ("0", "0", "true"), ("9", "1", "unknown"), ("0", "1", "unknown")],
)
def test_nothing_is_known_of_what_a_parameter_left_out_is_multiplied_by_unless_that_is_nothing(
    offset: str, emission: str, expected: Mode
) -> None:
    fields = Fields({"r": Decimal("1.2")}, {}, {"r"})
    asked: dict[Mode, Alternatives] = {mode: alternatives(RATIO, mode, fields) for mode in ("true", "false", "unknown")}
    stated = {"voc.offset_t": Fact(point(Decimal(offset))), "voc.emission_t": Fact(point(Decimal(emission)))}
    values = dict(zip(fields.names(), fields.values(stated, checked_only=True), strict=True))
    held = {"$gte": operator.ge, "$gt": operator.gt, "$lte": operator.le, "$lt": operator.lt}
    assert [
        mode
        for mode, ways in asked.items()
        if any(all(held[sign](values[name], bound) for name, sign, bound in way) for way in ways)
    ] == [expected]


@pytest.fixture
def engine() -> Iterator[durable.DurableEvaluator]:
    mine = durable.DurableEvaluator(program_of(choose("fuqing@2023", AS_OF)))
    yield mine
    mine.close()


@pytest.mark.parametrize("edition", load_builtin(), ids=lambda each: each.name)
def test_an_edition_is_few_durable_rulesets_well_within_the_engines_limits(edition: Ruleset) -> None:
    mine = durable.DurableEvaluator(program_of(edition))
    assert len(mine.project) <= 3 and all(len(each) == 1 for each in mine.lists.values())
    assert all(each.size.within(durable.NEAR) for each in mine.every())
    assert all(size.within(durable.NEAR) for found in sizes(edition).values() for size in found)
    mine.close()


def test_an_engine_that_answers_twice_or_not_at_all_gives_no_verdict(engine: durable.DurableEvaluator) -> None:
    first = engine.project[0]
    with pytest.raises(durable.EngineFailure, match="no outcome: "):
        first.outcomes(first.fired((-7,) * len(first.fields)))
    every = {outcome: name for name, meant in first.meaning.items() for number, outcome in meant if number == 0}
    with pytest.raises(durable.EngineFailure, match=f"{first.names[0]}: met and unknown"):
        first.outcomes([every[MET], every[UNKNOWN]])


def test_no_clear_answer_reaches_the_caller_as_a_disagreement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable.DurableRuleset, "fired", lambda mine, document: [])
    with pytest.raises(EngineDisagreement, match="no clear outcome"):
        review(sheet())


def broken(*_: Any) -> None:
    raise durable.EngineFailure("fields cannot be told apart by the engine")


@pytest.mark.parametrize("where", ["_prove_distinct", "DurableRuleset.open"])
def test_an_engine_that_cannot_be_made_gives_no_verdict(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    monkeypatch.setattr(durable, "_RESTING", durable._Resting())
    monkeypatch.setattr(f"review.evaluation.durable.{where}", broken)
    with pytest.raises(EngineDisagreement, match="no clear outcome"):
        review(sheet())


def test_a_rule_beyond_the_engines_limits_is_not_put_into_it() -> None:
    bounds = Or(tuple(Compare(Figure("x", False), ">=", Number(Decimal(bound))) for bound in range(300)))
    with pytest.raises(durable.EngineFailure, match="more than the engine can hold: wide"):
        durable.rulesets_of(Place([Asked(bounds, Constant(True))], Fields({}, {})), ["wide"])


@pytest.mark.parametrize(
    ("method", "number", "subject"),
    [("of_item", 0, "products[0]"), ("of_project", -1, "coal.power_units")],
)
def test_a_disagreement_on_an_item_or_on_a_list_names_it(
    monkeypatch: pytest.MonkeyPatch, method: str, number: int, subject: str
) -> None:
    honest = getattr(durable.DurableEvaluator, method)

    def told(*arguments: Any) -> tuple[int, ...]:
        codes = list(honest(*arguments))
        codes[number] = UNMET if codes[number] != UNMET else MET
        return tuple(codes)

    monkeypatch.setattr(durable.DurableEvaluator, method, told)
    with pytest.raises(EngineDisagreement) as error:
        review(sheet({"products[0].name": "某产品", "products[0].benchmark": "none"}), edition="fuqing@2026")
    assert error.value.subject == subject and error.value.rule


def test_the_comparison_is_made_in_the_engine_on_integers(engine: durable.DurableEvaluator) -> None:
    tests = [
        test for each in engine.project for rule in each.definition.values() for test in rule["all"][0]["m"]["$and"]
    ]
    assert any({"$gt": {field: 5 * GRID}} in tests for each in engine.project for field in each.fields)


def test_of_each_rule_one_engine_rule_fires(engine: durable.DurableEvaluator) -> None:
    ruleset = choose("fuqing@2023", AS_OF)
    place = program_of(ruleset).project
    for path in SHEETS:
        facts = judge(read_sheet_file(path), ruleset, AS_OF).facts
        values = place.fields.values(facts.with_lists)
        for each in engine.project:
            fired = each.fired(tuple(values[slot] for slot in each.slots))
            meant = [number for name in fired for number, _ in each.meaning[name]]
            assert sorted(meant) == list(range(len(each.names)))


def test_what_is_kept_from_sheet_to_sheet_moves_no_byte() -> None:
    """Ways and words are kept; each sheet is judged after all the others, and with nothing kept."""
    ruleset = choose("fuqing@2023", AS_OF)
    sheets = [read_sheet_file(path) for path in SHEETS]
    memoised = [each for part in (unknowns, wording) for each in vars(part).values() if hasattr(each, "cache_clear")]
    assert len(memoised) > 4
    for each in sheets:
        judge(each, ruleset, AS_OF)
    for each in sheets:
        after_all = judge(each, ruleset, AS_OF).to_bytes()
        for work in memoised:
            work.cache_clear()
        assert judge(each, ruleset, AS_OF).to_bytes() == after_all


@pytest.mark.slow
def test_eight_threads_give_the_single_threads_bytes() -> None:
    ruleset = choose("fuqing@2023", AS_OF)
    sheets = [read_sheet_file(path) for path in SHEETS] * 8
    alone = [judge(each, ruleset, AS_OF).to_bytes() for each in sheets]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda each: judge(each, ruleset, AS_OF).to_bytes(), sheets))
    assert together == alone


def test_an_evaluator_can_be_closed_and_made_again() -> None:
    result = review(sheet())
    program = program_of(result.case.ruleset)
    values = program.project.fields.values(result.facts.with_lists)
    judged = []
    for _ in range(3):
        mine = durable.DurableEvaluator(program)
        judged.append(mine.of_project(values, {}))
        mine.close()
        mine.close()
    assert judged[0] and judged == judged[:1] * 3


def test_the_editions_differ_only_on_rows_new_in_2023() -> None:
    day = date(2023, 8, 1)
    for path in SHEETS:
        raw = read_sheet_file(path)
        old, new = (judge(raw, choose(name, day), day) for name in ("fuqing@2022", "fuqing@2023"))
        added = set(new.case.ruleset.content["added_rows"])
        flips = {
            (f.rule.id, f.subject)
            for f, g in zip(old.findings, new.findings, strict=True)
            if f.status != g.status or f.subject != g.subject
        }
        if flips:
            assert any(product.benchmark in added for product in raw.products or ()), path


def offsets(source: str, amount: str) -> dict[str, Any]:
    return {"source": source, "area": "fuqing", "document": "文号", "reduction_t": "20", "allocated_t": amount}


def test_a_register_balance_caps_what_counts_and_stands_in_the_review() -> None:
    register = Register(7, {"甲": Balance(Decimal(20), Decimal(15), ("R-1",)), "乙": Balance(Decimal(9), Decimal(0))})
    raw = sheet({"voc.emission_t": 5, "voc.offsets": [offsets("甲", "6")]})
    alone, held = review(raw), review(raw, register=register)
    assert found(alone, "voc-offset")[0].status == "pass" and found(alone, "offset-integrity")[0].status == "pass"
    assert found(held, "voc-offset")[0].status == "fail" and found(held, "offset-integrity")[0].status == "attention"
    document = held.document()
    assert document["register"] == {
        "position": 7,
        "balances": {
            "甲": {
                "verified_t": "20",
                "drawn_t": "15",
                "free_t": "5",
                "holders": ["R-1"],
                "area": None,
                "pollutant": "voc",
            }
        },
        "claims": {},
    }
    assert alone.document()["register"] is None


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        (date(2022, 1, 1), "2022"),
        (date(2023, 7, 3), "2022"),
        (date(2023, 7, 4), "2023"),
        (date(2024, 1, 31), "2023"),
        (date(2030, 1, 1), "2026"),
    ],
)
def test_the_edition_in_force_on_a_day(day: date, edition: str) -> None:
    assert choose(None, day).edition == edition


def test_an_edition_asked_for_outside_its_period_is_used_with_a_note() -> None:
    result = review(sheet(), edition="fuqing@2022")
    assert "edition-overridden" in [note.code for note in result.notes]
