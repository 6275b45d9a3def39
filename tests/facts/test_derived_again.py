"""With checked figures only, what rests on no other figure is not derived again: the facts are those of deriving all of it."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from benchmarks.witnesses import mixed
from review import choose, parse_sheet
from review.facts import Case, Facts, build_facts, with_figures
from review.law.edition import Ruleset
from review.quantities import exact
from tests.law.recorded import recorded_edition
from tests.sheets import AS_OF, sheet

DAY = date(2026, 9, 1)


def checked(stated: dict[str, Any]) -> tuple[Facts, Facts]:
    """The facts of a sheet, and those with checked figures only."""
    case = Case(parse_sheet(sheet(stated)), choose("fuqing@2026", DAY), DAY)
    with exact():
        facts = build_facts(case)
        return facts, with_figures(replace(case, checked_only=True), facts)


@pytest.mark.parametrize(
    "ruleset", [choose("fuqing@2026", DAY), choose("fuqing@2023", AS_OF), recorded_edition("2023")]
)
def test_what_stays_is_what_deriving_everything_again_gives(ruleset: Ruleset) -> None:
    chance, seen = random.Random(5), Counter[bool]()
    for _ in range(80):
        case = Case(mixed(chance), ruleset, DAY)
        with exact():
            facts = build_facts(case)
            fewer = replace(case, checked_only=True)
            again, whole = with_figures(fewer, facts), build_facts(fewer)
        assert (again.project, again.items, again.names, again.notes) == (
            whole.project,
            whole.items,
            whole.names,
            whole.notes,
        )
        assert [list(again.project), list(again.items)] == [list(facts.project), list(facts.items)]
        for part, found in (again.derivation or whole).derived.items():  # type: ignore[union-attr]
            seen[found is facts.derivation.derived[part]] += 1  # type: ignore[union-attr]
    assert min(seen[True], seen[False]) > 20


def test_a_total_that_is_stated_stays_and_a_level_of_the_table_does_not() -> None:
    product = {"name": "熟料", "benchmark": "cement-clinker", "unit_energy": "100"}
    facts, fewer = checked({"energy": {"total_tce": "100"}, "products": [product]})
    assert fewer.project["energy.total_tce"] is facts.project["energy.total_tce"]
    level = "item.benchmark_level"
    (stated,), (left_out,) = facts.items["products"] or (), fewer.items["products"] or ()
    assert stated[level].range.point is not None and left_out[level].range.point is None
    assert level in facts.differing(fewer)


def test_a_total_of_items_whose_coefficient_is_not_official_is_derived_again() -> None:
    item = {"carrier": "diesel", "quantity": "10", "unit": "t"}
    facts, fewer = checked({"energy": {"items": [item]}})
    assert facts.project["energy.total_tce"].range.point is not None
    assert fewer.project["energy.total_tce"].range.high is None


def test_facts_of_another_day_or_sheet_are_derived_anew() -> None:
    case = Case(parse_sheet(sheet({"energy": {"total_tce": "100"}})), choose("fuqing@2026", DAY), DAY)
    other = Case(parse_sheet(sheet({"energy": {"total_tce": "200"}})), case.ruleset, DAY)
    with exact():
        found = with_figures(other, build_facts(case))
    assert found.project["energy.review_total_tce"] == build_facts(other).project["energy.review_total_tce"]
