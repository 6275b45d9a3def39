"""What was put right in facts after version 0.2.0 asks for `facts: 3`: content recorded with `facts: 2` is judged as it was then."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from review import choose, from_content, judge, parse_sheet
from review.law.edition import Ruleset
from tests.sheets import found, sheet

DAY = date(2026, 11, 23)
OPINION = {"document": "文号", "date": "2024-02-29", "authority": "county"}
ENERGY: dict[str, Any] = {"total_tce": 2000, "coal_t": 0, "electricity_mwh": 0, "review": OPINION}
OFFSET = {"source": "榕减〔2024〕1", "area": "fuqing", "document": "文号", "reduction_t": 6, "allocated_t": 6}
LINE = {"enterprise": "甲1线", "capacity_t": 100, "document": "公告1", "closed_before_operation": True}
CAPACITY = {"new_t": 100, "ratio": "1.5", "announced": "2025-02-01", "cross_province": False, "restricted": False, "retired": [LINE, LINE]}  # fmt: skip


@cache
def edition(facts: int) -> Ruleset:
    return from_content({**choose("fuqing@2026", DAY).content, "facts": facts})


@pytest.mark.parametrize(
    ("rule", "changes", "then", "now"),
    [
        ("energy-review-authority", {"project.stage": None, "energy": ENERGY}, "not_applicable", "missing"),
        ("energy-review-authority", {"energy": {**ENERGY, "change_decision": {"document": "变更"}}}, "not_applicable", "missing"),
        (
            "energy-review",
            {"project.stage": "under_construction", "project.construction_started": "2025-10-01",
             "energy": {"total_tce": 900, "electricity_mwh": 10000, "coal_t": 0, "review": "none"}},
            "not_applicable", "missing",
        ),
        (
            "energy-review",
            {"project.stage": "under_construction", "project.construction_started": "2025-10-01",
             "energy": {"items": [{"carrier": "natural_gas", "quantity": "60", "unit": "万m³"}], "electricity_mwh": 10000, "coal_t": 0, "review": "none"}},
            "not_applicable", "missing",
        ),
        (
            "energy-review-authority",
            {"project.stage": None, "project.construction_started": "2025-10-09", "energy": ENERGY}, "not_applicable", "not_applicable",
        ),
        ("pollutant-reduction", {"pollutants": [{"added_t": 1, "reduction_t": 1, "reduction_document": "文号"}]}, "pass", "missing"),
        ("voc-offset", {"voc.emission_t": 10, "voc.offsets": [OFFSET, OFFSET | {"source": "榕减[2024]1"}]}, "pass", "fail"),
        ("capacity-replacement", {"products": [{"benchmark": "cement-clinker"}], "capacity": CAPACITY}, "pass", "missing"),
    ],
)  # fmt: skip
def test_a_recorded_review_is_judged_by_the_facts_of_its_content(
    rule: str, changes: dict[str, Any], then: str, now: str
) -> None:
    stated = parse_sheet(sheet(changes))
    for facts, status in ((2, then), (3, now)):
        assert found(judge(stated, edition(facts), DAY), rule)[0].status == status


def test_a_finding_names_both_days_where_either_may_count() -> None:
    stated = parse_sheet(sheet({"project.stage": None, "energy": {**ENERGY, "total_tce": 60000}}))
    [each] = found(judge(stated, edition(3), DAY), "energy-review-authority")
    assert each.status == "fail"
    assert "低于 2024-02-29 / 2026-11-23 有效的办法" in each.message.zh


def test_what_is_said_of_replacement_stands_where_it_is_not_stated_whether_one_is_required() -> None:
    for required, notes in ((None, True), (True, True), (False, False)):
        changes = {
            "products": [{"benchmark": "steelmaking-converter"}],
            "project.nature": "technical_renovation",
            "capacity.required": required,
        }
        judged = judge(parse_sheet(sheet(changes)), edition(3), DAY)
        assert ("announced-not-stated" in {each.code for each in judged.facts.notes}) is notes, required
