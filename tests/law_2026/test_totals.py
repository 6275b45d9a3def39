"""What small inputs of energy leave open: an empty list beside a total, electricity that is not stated, an opinion without a date."""

from __future__ import annotations

from typing import Any

import pytest

from review.quantities import UNSTATED, Range
from tests.law_2026.witnesses import codes, judged, missing, statuses

TWO_HIGH: dict[str, Any] = {
    "project": {"name": "测试项目（虚构）", "industry": "3011", "nature": "new", "stage": "existing"}
}
STARTED = {"project.construction_started": "2025-10-10"}


@pytest.mark.parametrize(
    ("stated", "open_fact"),
    [
        ("energy.total_tce", "energy.coal_t"), ("energy.total_tce", "energy.electricity_mwh"), ("energy.electricity_mwh", "energy.total_tce"),
        ("energy.coal_t", "energy.total_tce"), ("energy.total_tce_primary", "energy.total_tce"),
    ],
)  # fmt: skip
def test_an_empty_list_beside_a_total_above_nothing_is_not_complete(stated: str, open_fact: str) -> None:
    result = judged({**STARTED, "energy.items": [], stated: "0.000001"}, TWO_HIGH)
    unknown = result.facts.project[open_fact]
    assert unknown.range == UNSTATED and unknown.missing == (open_fact, "energy.items")
    nothing = judged({**STARTED, "energy.items": [], stated: "0"}, TWO_HIGH)
    assert nothing.facts.project[open_fact].range.point == 0


def test_a_plant_without_items_is_not_one_without_coal() -> None:
    changes = {**STARTED, "energy.items": [], "energy.total_tce": "900", "energy.review": "none"}
    assert missing(judged(changes, TWO_HIGH), "energy-review") == ("energy.coal_t", "energy.items")
    assert statuses(judged({**changes, "energy.coal_t": "0"}, TWO_HIGH), "energy-review") == ["not_applicable"]


@pytest.mark.parametrize(("total", "high"), [("1200", "2929.210740440"), ("900", "2196.908055330")])
def test_electricity_that_is_not_stated_is_no_more_than_the_total(total: str, high: str) -> None:
    changes = {
        **STARTED, "energy.total_tce": total, "energy.coal_t": "0", "energy.primary_factor_kgce_per_kwh": "0.3",
        "energy.review": {"document": "文号（示例）", "date": "2025-10-10", "authority": "city"},
    }  # fmt: skip
    result = judged(changes, TWO_HIGH)
    higher = result.facts.project["energy.higher_total_tce"]
    assert isinstance(higher.value, Range) and f"{higher.range.high:f}" == high
    expected = "pass" if total == "1200" else "not_applicable"
    assert statuses(result, "energy-review-authority") == [expected]


@pytest.mark.parametrize(
    ("item", "status"),
    [
        ({"carrier": "naphtha", "quantity": "5", "unit": "t"}, "missing"),
        ({"carrier": "naphtha", "quantity": "5", "unit": "t", "factor": "1.5"}, "not_applicable"),
        ({"carrier": "naphtha", "quantity": "5", "unit": "tce"}, "not_applicable"),
        ({"carrier": "natural_gas", "quantity": "5", "unit": "10^4m3"}, "not_applicable"),
    ],
)  # fmt: skip
def test_items_without_a_coefficient_that_they_need_are_not_complete(item: dict[str, str], status: str) -> None:
    result = judged({"energy.items": [item], "site.in_heating_network": True}, TWO_HIGH)
    assert statuses(result, "coal-boiler-heating-network") == [status]


@pytest.mark.parametrize(("date", "due"), [(None, "attention"), ("2026-01-05", "pass"), ("2024-01-05", "attention")])
def test_an_exempt_project_whose_opinion_has_no_date_is_looked_at_by_a_person(date: str | None, due: str) -> None:
    opinion = {"document": "文号（示例）", "authority": "province"} | ({"date": date} if date else {})
    changes = {
        "project.stage": "proposed", "energy.total_tce": "5000", "energy.coal_t": "0", "energy.review": opinion,
        "energy.review_exempt": {"document": "依据（示例）"},
    }  # fmt: skip
    result = judged(changes, TWO_HIGH)
    assert statuses(result, "energy-review-due") == statuses(result, "energy-review-lapsed") == [due]


@pytest.mark.parametrize(
    ("changes", "noted"),
    [
        ({"energy.total_tce": "5000"}, True), ({"energy.total_tce": "5"}, False),
        ({"energy.total_tce": "5000", "energy.review_exempt": {"document": "依据（示例）"}}, False),
    ],
)  # fmt: skip
def test_a_trial_run_is_noted_where_acceptance_is_asked_for(changes: dict[str, Any], noted: bool) -> None:
    production = {"project.in_production_since": "2026-10-01", "energy.acceptance": "none", "energy.coal_t": "0"}
    result = judged({**STARTED, **production, **changes}, TWO_HIGH)
    assert ("trial-run" in codes(result)) is noted
