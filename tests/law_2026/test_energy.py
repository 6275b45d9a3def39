"""The worked boundaries of energy in the law of November 2026, and small inputs that were judged wrongly before it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.law_2026.witnesses import DAY, codes, judged, missing, statuses

pytestmark = pytest.mark.slow

TWO_HIGH: dict[str, Any] = {
    "project": {"name": "测试项目（虚构）", "industry": "3011", "nature": "new", "stage": "existing"}
}
OTHER: dict[str, Any] = {"project": {**TWO_HIGH["project"], "industry": "2921"}}
GAS = {"carrier": "natural_gas", "quantity": "700", "unit": "10^4m3"}
POWER = {"carrier": "electricity", "quantity": "1000", "unit": "10^4kWh"}
BUILDING = {
    "project.stage": "under_construction", "project.construction_started": "2025-10-01", "energy.coal_t": "0", "energy.review": "none",
}  # fmt: skip
RENOVATION = {
    "project.stage": "proposed", "project.nature": "technical_renovation", "energy.total_tce": "60000", "energy.added_tce": "900",
    "energy.coal_t": "0",
}  # fmt: skip


def opinion(day: str | None, authority: str = "province") -> dict[str, str]:
    return {"document": "文号（示例）", "authority": authority} | ({"date": day} if day else {})


@pytest.mark.parametrize(
    ("total", "status"), [("2", "not_applicable"), ("999.999999", "not_applicable"), ("1000", "fail"), ("1000.000001", "fail")]
)  # fmt: skip
def test_a_review_is_due_from_the_threshold_alone(total: str, status: str) -> None:
    result = judged({**BUILDING, "energy.total_tce": total}, TWO_HIGH)
    assert statuses(result, "energy-review") == [status]
    remedies = [each.remedy.zh for each in result.findings if each.remedy]
    assert not [each for each in remedies if "补办" in each]


@pytest.mark.parametrize(("base", "status"), [(TWO_HIGH, "fail"), (OTHER, "not_applicable")])
def test_no_county_reviews_a_two_high_project(base: dict[str, Any], status: str) -> None:
    changes = {
        "project.construction_started": "2025-10-10", "energy.total_tce": "1200", "energy.coal_t": "0",
        "energy.review": opinion("2025-10-10", "county"),
    }  # fmt: skip
    result = judged(changes, base)
    assert statuses(result, "energy-review-authority") == [status]
    named = next(each["authority"] for each in result.matters if each["matter"] == "energy_review")
    assert named == ("city" if base is TWO_HIGH else None)


def test_a_plant_is_judged_by_the_law_of_the_day_it_was_started() -> None:
    plant = {
        "project.construction_started": "2020-03-01", "energy.total_tce": "900", "energy.coal_t": "1200",
        "energy.electricity_mwh": "3000", "energy.review": "none",
    }  # fmt: skip
    assert statuses(judged(plant, TWO_HIGH), "energy-review") == ["not_applicable"]
    assert statuses(judged({**plant, "energy.electricity_mwh": "5000"}, TWO_HIGH), "energy-review") == ["fail"]
    unstated = judged({**plant, "project.construction_started": None}, TWO_HIGH)
    assert statuses(unstated, "energy-review") == ["fail"] and "as-of-threshold" in codes(unstated)
    before = judged({**plant, "project.construction_started": "2016-12-31", "energy.total_tce": "90000"}, TWO_HIGH)
    assert statuses(before, "energy-review") == ["not_applicable"] and "before-review-thresholds" in codes(before)


@pytest.mark.parametrize(
    ("same", "added", "status"),
    [(True, "900", "not_applicable"), (True, "999.999999", "not_applicable"), (True, "1000", "attention"), (False, "900", "attention")],
)  # fmt: skip
def test_what_a_renovation_adds_is_what_counts(same: bool, added: str, status: str) -> None:
    result = judged({**RENOVATION, "energy.same_site_process": same, "energy.added_tce": added}, TWO_HIGH)
    assert statuses(result, "energy-review-due") == [status]
    assert statuses(result, "guidance-50k") == ["attention"]


def test_whether_the_site_is_the_same_is_asked_by_name() -> None:
    result = judged(RENOVATION, TWO_HIGH)
    assert statuses(result, "energy-review-due") == ["missing"]
    assert missing(result, "energy-review-due") == ("energy.same_site_process",)


def test_case_03_a_rebuild_that_adds_little_is_not_told_to_stop() -> None:
    rebuild = {
        "project.industry": "3041", "project.nature": "rebuild", "project.stage": "under_construction", "energy.total_tce": "60000",
        "energy.electricity_mwh": "3000", "energy.coal_t": "0", "energy.review": "none", "energy.added_tce": "800",
        "energy.same_site_process": True,
    }  # fmt: skip
    assert statuses(judged(rebuild, TWO_HIGH, date(2025, 3, 1)), "energy-review") == ["not_applicable"]


@pytest.mark.parametrize(
    ("as_of", "status"), [("2026-02-27", "pass"), ("2026-02-28", "pass"), ("2026-03-01", "attention")]
)  # fmt: skip
def test_an_opinion_lapses_after_its_second_anniversary(as_of: str, status: str) -> None:
    changes = {
        "project.stage": "proposed",
        "energy.total_tce": "2000",
        "energy.coal_t": "0",
        "energy.review": opinion("2024-02-29"),
    }
    result = judged(changes, TWO_HIGH, date.fromisoformat(as_of))
    assert statuses(result, "energy-review-lapsed") == [status]
    assert statuses(result, "energy-review-due") == [status]


def test_the_lapse_of_an_opinion_is_asked_of_proposed_projects_alone() -> None:
    stated = {"energy.total_tce": "2000", "energy.coal_t": "0", "energy.review": opinion("2023-02-28")}
    for stage in ("under_construction", "existing"):
        result = judged({**stated, "project.stage": stage, "project.construction_started": "2023-06-01"}, TWO_HIGH)
        assert statuses(result, "energy-review-lapsed") == ["not_applicable"]
    without = judged({**stated, "project.stage": "proposed", "energy.review": "none"}, TWO_HIGH)
    assert statuses(without, "energy-review-lapsed") == ["not_applicable"]


def test_a_decision_on_a_change_lets_the_opinion_live_on() -> None:
    changes = {
        "project.stage": "proposed",
        "energy.total_tce": "2000",
        "energy.coal_t": "0",
        "energy.review": opinion("2024-02-29"),
    }
    later = {"document": "变更（示例）", "date": "2025-11-23"}
    assert statuses(judged({**changes, "energy.change_decision": later}, TWO_HIGH), "energy-review-lapsed") == ["pass"]
    undated = judged({**changes, "energy.change_decision": {"document": "变更（示例）"}}, TWO_HIGH)
    assert missing(undated, "energy-review-lapsed") == ("energy.change_decision.date",)
    assert missing(judged({**changes, "energy.review": opinion(None)}, TWO_HIGH), "energy-review-lapsed") == (
        "energy.review.date",
    )


@pytest.mark.parametrize(
    ("started", "certificate", "status"),
    [
        ("2025-06-10", None, "pass"), ("2025-06-11", None, "fail"), ("2023-06-09", None, "fail"), ("2023-06-10", None, "pass"),
        ("2023-06-09", True, "pass"),
    ],
)  # fmt: skip
def test_building_starts_after_the_opinion_and_before_it_lapses(
    started: str, certificate: bool | None, status: str
) -> None:
    changes = {
        "project.stage": "under_construction", "project.construction_started": started, "energy.total_tce": "2000", "energy.coal_t": "0",
        "energy.review": opinion("2023-06-10") | {"certificate": certificate},
    }  # fmt: skip
    assert statuses(judged(changes, TWO_HIGH), "energy-review-start") == [status]


def test_a_decision_after_the_start_does_not_reach_back() -> None:
    changes = {
        "project.stage": "under_construction", "project.construction_started": "2025-06-11", "energy.review": opinion("2023-06-10"),
        "energy.total_tce": "2000", "energy.coal_t": "0",
    }  # fmt: skip
    for day, status in (("2025-06-11", "pass"), ("2025-06-12", "fail")):
        decided = {**changes, "energy.change_decision": {"document": "变更（示例）", "date": day}}
        assert statuses(judged(decided, TWO_HIGH), "energy-review-start") == [status]
    unstated = judged({**changes, "project.construction_started": None}, TWO_HIGH)
    assert missing(unstated, "energy-review-start") == ("project.construction_started",)
    standing = judged({**changes, "project.construction_started": None, "project.stage": "existing"}, TWO_HIGH)
    assert statuses(standing, "energy-review-start") == ["not_applicable"]


@pytest.mark.parametrize(
    ("stage", "decision", "found", "other"),
    [
        ("under_construction", None, "missing", "not_applicable"), ("under_construction", "none", "fail", "not_applicable"),
        ("existing", {"document": "变更（示例）"}, "pass", "not_applicable"), ("proposed", "none", "not_applicable", "attention"),
    ],
)  # fmt: skip
def test_a_major_change_needs_a_decision(stage: str, decision: Any, found: str, other: str) -> None:
    changes = {
        "project.stage": stage, "energy.review": opinion("2025-10-01"), "energy.major_change": True, "energy.change_decision": decision,
        "energy.total_tce": "2000", "energy.coal_t": "0",
    }  # fmt: skip
    result = judged(changes, TWO_HIGH)
    assert statuses(result, "energy-review-change") == [found]
    assert statuses(result, "energy-review-change-proposed") == [other]
    assert statuses(judged({**changes, "energy.major_change": None}, TWO_HIGH), "energy-review-change") == [
        "not_applicable"
    ]


@pytest.mark.parametrize(
    ("since", "binding", "earlier"),
    [
        ("2025-09-01", "fail", "not_applicable"), ("2025-08-31", "not_applicable", "attention"), (None, "not_applicable", "attention"),
        ("2026-05-22", "fail", "not_applicable"), ("2026-05-23", "attention", "not_applicable"),
    ],
)  # fmt: skip
def test_energy_acceptance_binds_from_2025_09_01_and_waits_for_six_months(
    since: str | None, binding: str, earlier: str
) -> None:
    changes = {
        "project.construction_started": "2024-01-01", "project.in_production_since": since, "energy.acceptance": "none",
        "energy.total_tce": "2000", "energy.coal_t": "0", "energy.review": opinion("2023-06-10"),
    }  # fmt: skip
    result = judged(changes, TWO_HIGH)
    assert statuses(result, "energy-acceptance") == [binding]
    assert statuses(result, "energy-acceptance-earlier") == [earlier]
    assert ("trial-run" in codes(result)) is (binding == "attention")


@pytest.mark.parametrize(("actual", "status"), [("10999.999999", "pass"), ("11000", "pass"), ("11000.000001", "fail")])
def test_consumption_exceeds_what_was_approved_by_a_tenth_at_most(actual: str, status: str) -> None:
    result = judged({"energy.total_tce": actual, "energy.approved_tce": "10000"}, TWO_HIGH)
    assert statuses(result, "energy-overrun") == [status]


@pytest.mark.parametrize(
    ("day", "total", "key_field", "local", "ndrc"),
    [
        ("2025-08-31", "2000", None, "not_applicable", "not_applicable"), ("2025-09-01", "2000", None, "attention", "not_applicable"),
        ("2025-09-01", "500000", True, "not_applicable", "fail"), ("2025-09-01", "499999.999999", True, "missing", "missing"),
        ("2025-09-01", "500000", False, "attention", "not_applicable"), ("2025-09-01", "500000", None, "missing", "missing"),
        (None, "2000", None, "missing", "not_applicable"),
    ],
)  # fmt: skip
def test_carbon_is_evaluated_with_the_energy_review(
    day: str | None, total: str, key_field: bool | None, local: str, ndrc: str
) -> None:
    changes = {
        "energy.review": opinion(day), "energy.total_tce": total, "energy.coal_t": "0", "energy.ndrc_key_field": key_field,
        "energy.electricity_mwh": "1000", "carbon.evaluated": "none", "project.construction_started": "2025-10-10",
    }  # fmt: skip
    result = judged(changes, TWO_HIGH)
    assert (statuses(result, "carbon-evaluation"), statuses(result, "carbon-evaluation-ndrc")) == ([local], [ndrc])


@pytest.mark.parametrize(
    ("rows", "status", "paths"),
    [
        ([("S-1", "10", "10", "文号")], "pass", ()), ([("S-1", "10", "9.999999", "文号")], "fail", ()),
        ([("S-1", "9", "10", "文号")], "fail", ()), ([("S-1", "10", "10", "none")], "fail", ()),
        ([("S-1", "10", "10", None)], "missing", ("carbon.replacement[0].document",)),
        ([(None, "10", "10", "文号")], "missing", ("carbon.replacement[0].source",)),
        ([("S-1", "6", "5", "文号"), ("S-1", "6", "5", "文号")], "fail", ()),
        ([("S-1", "5", "5", "文号"), ("S-2", "5", "5", "文号")], "pass", ()),
    ],
)  # fmt: skip
def test_added_carbon_is_replaced(rows: list[tuple[Any, ...]], status: str, paths: tuple[str, ...]) -> None:
    names = ("source", "reduction_t", "allocated_t", "document")
    replacement = [dict(zip(names, row, strict=True)) for row in rows]
    changes = {"project.stage": "proposed", "carbon": {"total_t": "10", "replacement": replacement}}
    result = judged(changes, TWO_HIGH)
    assert statuses(result, "carbon-replacement") == [status]
    assert missing(result, "carbon-replacement") == paths
    assert statuses(judged(changes, TWO_HIGH, date(2026, 4, 21)), "carbon-replacement") == []


@pytest.mark.parametrize(
    ("items", "total", "status"),
    [
        ([{**GAS, "quantity": "3000"}], {"low": "33000", "high": "39900"}, "not_applicable"),
        ([{**GAS, "quantity": "4000"}], {"low": "44000", "high": "53200"}, "missing"),
        ([{**GAS, "quantity": "4000", "factor": "1.2143"}], "48572", "not_applicable"),
    ],
)  # fmt: skip
def test_a_coefficient_that_was_not_measured_is_a_range(items: Any, total: Any, status: str) -> None:
    result = judged({"energy.items": items}, TWO_HIGH)
    assert result.document()["facts"]["energy.total_tce"] == total
    assert statuses(result, "guidance-50k") == [status]
    if status == "missing":
        assert "energy.items[0].factor" in missing(result, "guidance-50k")
        finding = next(each for each in result.findings if each.rule.id == "guidance-50k")
        assert any("1.1000～1.3300" in note.zh for note in finding.notes)
        assert any("44000～53200" in note.zh for note in finding.notes)


def test_a_measured_coefficient_outside_the_range_is_noted() -> None:
    for factor, noted in (("1.1", False), ("1.33", False), ("1.099999", True), ("1.330001", True)):
        result = judged({"energy.items": [{**GAS, "factor": factor}]}, TWO_HIGH)
        assert ("factor-outside-range" in codes(result)) is noted


@pytest.mark.parametrize(
    ("stated", "total", "status"),
    [
        ("9729.1", "9729.1", "not_applicable"), ("12000", "12000", "fail"), ("10000", "10000", "fail"),
        ("8000", {"low": "8929", "high": "10539"}, "missing"),
    ],
)  # fmt: skip
def test_case_05_a_stated_total_within_the_range_is_the_total(stated: str, total: Any, status: str) -> None:
    changes = {
        "project.industry": "3042", "project.stage": "under_construction", "energy.total_tce": stated, "energy.items": [GAS, POWER],
        "energy.review": opinion("2024-05-01", "city"),
    }  # fmt: skip
    result = judged(changes, TWO_HIGH)
    assert result.document()["facts"]["energy.total_tce"] == total
    assert statuses(result, "energy-review-authority") == [status]


def test_case_02_a_county_reviewed_what_was_the_provinces() -> None:
    changes = {
        "project.industry": "2614", "energy.total_tce": "8000", "energy.electricity_mwh": "3000",
        "energy.review": opinion("2021-12-29", "county"),
    }  # fmt: skip
    assert statuses(judged(changes, TWO_HIGH, date(2025, 3, 1)), "energy-review-authority") == ["fail"]


def test_case_31_a_document_of_tomorrow_is_not_recorded_today() -> None:
    changes = {
        "project.stage": "under_construction", "energy.total_tce": "8000", "energy.electricity_mwh": "3000",
        "energy.review": opinion("2030-12-29", "city"), "approvals.eia": {"document": "批复（示例）", "date": "2030-01-01"},
        "approvals.filing": {"document": "备案（示例）", "date": "2035-01-01"}, "project.construction_started": "2027-01-01",
    }  # fmt: skip
    result = judged(changes, TWO_HIGH)
    noted = {note.path for note in result.notes if note.code == "document-after-day"}
    assert noted == {"energy.review.date", "approvals.eia.date", "approvals.filing.date"}
    assert "started-after-day" in codes(result)
    for rule in ("approval-eia", "approval-filing", "energy-review"):
        assert statuses(result, rule) == ["missing"]
    then = judged(changes, TWO_HIGH, date(2035, 1, 1))
    assert statuses(then, "approval-eia") == statuses(then, "approval-filing") == ["pass"]
    assert "document-after-day" not in codes(then)


def test_who_needs_no_review_of_its_own_is_looked_at_by_a_person() -> None:
    exempt = {"energy.review_exempt": {"document": "依据（示例）"}, "energy.total_tce": "2000", "energy.coal_t": "0"}
    built = judged({**exempt, **BUILDING, "energy.total_tce": "2000"}, TWO_HIGH)
    assert statuses(built, "energy-review") == ["attention"]
    assert statuses(judged({**exempt, "project.construction_started": "2025-10-10"}, TWO_HIGH), "energy-review") == [
        "attention"
    ]
    assert statuses(judged({**exempt, "project.stage": "proposed"}, TWO_HIGH), "energy-review-due") == ["attention"]
    undated = {**exempt, "energy.review": opinion(None), "project.stage": "proposed"}
    assert statuses(judged(undated, TWO_HIGH), "energy-review-lapsed") == ["attention"]
    alive = {**undated, "energy.review": opinion("2026-01-05")}
    assert statuses(judged(alive, TWO_HIGH), "energy-review-lapsed") == ["pass"]
    building = {"project.stage": "under_construction", "energy.review": opinion("2023-06-10") | {"certificate": True}}
    undecided = judged({**exempt, **building}, TWO_HIGH)
    assert statuses(undecided, "energy-review-start") == ["attention"]
    accepted = {
        **exempt,
        "project.in_production_since": "2025-09-01",
        "energy.acceptance": "none",
        "project.construction_started": "2025-09-01",
    }
    result = judged(accepted, TWO_HIGH)
    assert statuses(result, "energy-acceptance") == statuses(result, "energy-acceptance-earlier") == ["not_applicable"]


@pytest.mark.parametrize(
    ("designated", "total", "status"),
    [
        (True, "5000", "fail"), (True, "4999.999999", "not_applicable"), (False, "5000", "not_applicable"), (None, "5000", "not_applicable"),
        (None, "10000", "fail"),
    ],
)  # fmt: skip
def test_a_designated_user_is_a_key_user_from_5000(designated: bool | None, total: str, status: str) -> None:
    changes = {
        "management.key_energy_user_designated": designated, "energy.total_tce": total, "energy.manager_appointed": False,
        "energy.status_report": False,
    }  # fmt: skip
    result = judged(changes, TWO_HIGH)
    assert statuses(result, "energy-manager") == statuses(result, "energy-report") == [status]


@pytest.mark.parametrize(
    ("primary", "status"), [("50000", "attention"), ("49999.999999", "pass"), ("40000", "missing")]
)  # fmt: skip
def test_a_stated_primary_total_is_held_beside_the_calorific_one(primary: str, status: str) -> None:
    result = judged(
        {"energy.total_tce": "45000", "energy.electricity_mwh": "1000", "energy.total_tce_primary": primary}, TWO_HIGH
    )
    assert statuses(result, "guidance-50k-basis") == [status]
    assert ("primary-below-calorific" in codes(result)) is (primary == "40000")


def test_a_power_plant_without_coal_among_its_energy_is_not_asked_for_coal_units() -> None:
    gas: dict[str, Any] = {"project.industry": "4411", "energy.items": [GAS]}
    assert judged(gas, TWO_HIGH).document()["facts"]["two_high"] is False
    waste = {**gas, "energy.items": [GAS, {"carrier": "other_fuel", "quantity": "10", "unit": "t", "factor": "0.5"}]}
    assert judged(waste, TWO_HIGH).document()["facts"]["two_high"] is None
    units = {**gas, "coal.power_units": [{"name": "1#", "capacity_mw": "660"}]}
    stated = judged(units, TWO_HIGH)
    assert stated.document()["facts"]["two_high"] is True and "coal-contradiction" in codes(stated)


def test_what_may_be_coal_counts_perhaps() -> None:
    items = [
        {"carrier": "raw_coal", "quantity": "900", "unit": "t"},
        {"carrier": "semi_coke", "quantity": "200", "unit": "t", "factor": "0.9"},
    ]
    facts = judged({"energy.items": items}, TWO_HIGH).document()["facts"]
    assert facts["energy.coal_t"] == {"low": "900", "high": "1100"}
    stated = judged({"energy.items": items, "energy.coal_t": "950"}, TWO_HIGH).document()["facts"]
    assert stated["energy.coal_t"] == "950"


def test_documents_of_the_day_itself_count() -> None:
    changes = {"approvals.eia": {"document": "批复（示例）", "date": DAY.isoformat()}}
    assert statuses(judged(changes, TWO_HIGH), "approval-eia") == ["pass"]


@pytest.mark.parametrize(
    ("output", "unit", "noted"),
    [("657", "万重量箱", True), ("6570000", "重量箱", True), ("6570000", "t", False), ("2041", "万重量箱", False), ("1021", "万重量箱", False), ("1020", "万重量箱", True)],
)  # fmt: skip
def test_energy_of_a_product_far_from_the_total_is_noted(output: str, unit: str, noted: bool) -> None:
    glass = {
        "name": "玻璃",
        "benchmark": "flat-glass-over-800",
        "unit_energy": "7.8",
        "output": output,
        "output_unit": unit,
    }
    changes = {"project.industry": "3041", "energy.total_tce": "159218", "products": [glass]}
    result = judged(changes, TWO_HIGH)
    found = [note.message.zh for note in result.notes if note.code == "energy-consistency"]
    assert bool(found) is noted
    if output == "657":
        assert "24.2340" in found[0] and "7.8" in found[0]
    fed = judged({**changes, "energy.items": [{**GAS, "use": "feedstock"}]}, TWO_HIGH)
    assert "energy-consistency" not in codes(fed)
