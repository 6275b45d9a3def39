"""The Code in force from 2026-08-15: what the gates cite on each day, and its worked boundaries of siting, coal and approvals."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review import Review, read_sheet_file
from review.errors import SheetError
from review.law.loading import choose
from tests.law_2026.witnesses import DAY, by_columns, codes, differences, judged, missing, statuses
from tests.sheets import review, sheet
from tests.strategies import sheets
from tests.test_fixtures import FIXTURES

pytestmark = pytest.mark.slow

PLANT: dict[str, Any] = {
    "project": {"name": "测试项目（虚构）", "industry": "3041", "nature": "new", "stage": "proposed"}
}
CODE = "中华人民共和国生态环境法典"
LAWS_OF_BEFORE = ("环境影响评价法", "大气污染防治法", "清洁生产促进法", "海洋环境保护法")
GATES = (
    "eia-laws", "eia-zoning", "eia-regional-reduction", "eia-total-control", "eia-carbon-peak", "eia-access-list", "eia-planning",
    "eia-sector-conditions", "eia-approval-principles",
)  # fmt: skip


def cited(result: Review, rule: str) -> dict[str, list[str | None]]:
    """The articles that a rule cites, by document, the plan aside."""
    found: dict[str, list[str | None]] = {}
    for each in next(f for f in result.findings if f.rule.id == rule).rule.citations:
        if each.clause is None:
            found.setdefault(each.document, []).append(each.article)
    return found


@pytest.mark.parametrize(("day", "edition"), [("2026-08-14", "2025.3"), ("2026-08-15", "2026")])
def test_the_gates_cite_the_law_in_force_on_the_day(day: str, edition: str) -> None:
    result = judged({}, PLANT, date.fromisoformat(day))
    assert result.case.ruleset.edition == edition
    for gate in GATES:
        documents = cited(result, gate)
        assert "环环评〔2021〕45号" in documents
        assert ("中华人民共和国环境影响评价法" in documents) is (edition == "2025.3")
        assert CODE not in documents or edition == "2026"


@pytest.mark.parametrize(
    ("gate", "articles"),
    [
        ("eia-laws", ["第一百零五条（一）"]), ("eia-planning", ["第一百零五条（一）"]), ("eia-zoning", ["第六十六条", "第一百零五条（一）"]),
        ("eia-access-list", ["第六十七条", "第一百零五条（一）"]), ("eia-regional-reduction", ["第一百零五条（二）"]),
        ("eia-total-control", ["第一百五十七条", "第一百五十八条"]), ("eia-carbon-peak", ["第八十二条"]),
        ("eia-discharge-standards", ["第一百零五条（三）"]), ("eia-own-legacy", ["第一百零五条（四）"]),
        ("eia-report-quality", ["第一百零五条（五）"]), ("eia-region-open", ["第一百五十八条"]), ("river-outfall", ["第二百七十五条"]),
        ("sea-outfall-protected", ["第三百四十九条"]), ("eia-five-years", ["第一百零六条", "第一千零九十五条"]),
        ("fuel-ban-zone", ["第二百零七条"]), ("fuel-ban-zone-existing", ["第二百零七条"]), ("coal-boiler-heating-new", ["第二百零八条"]),
        ("permit-key-monitoring", ["第一百八十四条"]), ("cleaner-production-audit", ["第九百六十七条"]),
        ("voc-low-materials", ["第二百一十三条"]), ("approval-permit", ["第一百七十四条"]), ("approval-acceptance", ["第一百六十二条"]),
        ("approval-eia", ["第一千零九十五条"]), ("sea-outfall", ["第三百四十八条"]),
    ],
)  # fmt: skip
def test_each_rule_cites_its_article_of_the_code(gate: str, articles: list[str]) -> None:
    rule = choose("fuqing@2026", DAY).by_id[gate]
    assert [each.article for each in rule.citations if each.document == CODE] == articles
    assert all(each.quote for each in rule.citations if each.document == CODE)


def test_from_the_code_on_nothing_cites_what_it_repealed() -> None:
    for rule in choose(None, DAY).rules:
        assert not [c.document for c in rule.citations if any(law in c.document for law in LAWS_OF_BEFORE)]


def test_what_is_new_stands_from_its_day_alone() -> None:
    before, since, code = (
        {rule.id for rule in choose(name, DAY).rules} for name in ("fuqing@2024", "fuqing@2025", "fuqing@2026")
    )
    since_order = {
        "park-planning-eia", "pollutant-reduction", "coal-boiler-heating-new", "coal-boiler-new-small", "coal-power-captive",
        "permit-key-monitoring",
    }  # fmt: skip
    since_code = {
        "eia-discharge-standards", "eia-own-legacy", "eia-report-quality", "eia-region-open", "eia-five-years",
        "eia-five-years-proposed", "eia-major-change", "eia-major-change-proposed", "river-outfall", "sea-outfall-protected",
        "fuel-ban-overdue",
    }  # fmt: skip
    assert not before & (since_order | since_code)
    assert since_order <= since and not since & since_code
    assert since_order | since_code <= code


@pytest.mark.parametrize(
    ("started", "status"), [("2026-03-01", "pass"), ("2026-03-02", "fail"), ("2021-02-28", "fail")]
)
def test_an_approval_is_good_for_five_years_to_start_in(started: str, status: str) -> None:
    building = {
        "project.stage": "under_construction", "project.construction_started": started,
        "approvals.eia": {"document": "批（示例）", "date": "2021-03-01"},
    }  # fmt: skip
    assert statuses(judged(building, PLANT), "eia-five-years") == [status]


def test_an_approval_of_after_the_day_is_not_recorded() -> None:
    later = {"approvals.eia": {"document": "批（示例）", "date": "2026-11-24"}}
    result = judged(later, PLANT)
    assert statuses(result, "eia-five-years-proposed") == ["not_applicable"]
    assert "document-after-day" in codes(result)


def test_float_glass_outside_any_park_is_to_be_justified() -> None:
    outside = {"project.nature": "expansion", "site.park": "none"}
    result = judged(outside, PLANT)
    (finding,) = [each for each in result.findings if each.rule.id == "park-planning-eia"]
    assert (finding.status, finding.rule.force, finding.rule.rests) == ("fail", "in_principle", "third-party")


def test_gas_fired_glass_is_not_asked_for_coal_units() -> None:
    gas = {"energy.items": [{"carrier": "natural_gas", "quantity": "7000", "unit": "10^4m3"}]}
    rules = [rule.id for rule in choose(None, DAY).rules if rule.id.startswith(("coal-boiler-", "coal-power-"))]
    assert len(rules) == 7
    for rule in rules:
        assert statuses(judged(gas, PLANT), rule) == ["not_applicable"]
    assert statuses(judged({}, PLANT), "coal-boiler-ultra-low") == ["missing"]
    with_coal = {"energy.items": [*gas["energy.items"], {"carrier": "raw_coal", "quantity": "1", "unit": "t"}]}
    assert missing(judged(with_coal, PLANT), "coal-boiler-ultra-low") == ("coal.boilers",)


def test_coal_boilers_that_are_stated_are_judged_and_the_contradiction_is_noted() -> None:
    gas: dict[str, Any] = {
        "energy.items": [{"carrier": "natural_gas", "quantity": "7000", "unit": "10^4m3"}],
        "coal.boilers": [{"name": "1#", "fuel": "coal", "capacity_t_per_h": "35", "ultra_low": False}],
    }
    result = judged(gas, PLANT)
    assert statuses(result, "coal-boiler-ultra-low") == ["attention"]
    assert "coal-contradiction" in codes(result)


@pytest.mark.parametrize(("capacity", "status"), [("34.999999", "fail"), ("35", "fail"), ("35.000001", "pass")])
def test_no_small_coal_boiler_in_the_built_up_area(capacity: str, status: str) -> None:
    boiler = {
        "site.in_built_up_area": True, "coal.boilers": [{"name": "1#", "fuel": "coal", "capacity_t_per_h": capacity}],
    }  # fmt: skip
    assert statuses(judged(boiler, PLANT), "coal-boiler-new-small") == [status]


def test_each_pollutant_is_judged_by_itself_and_named_in_words() -> None:
    stated = [
        {"pollutant": "so2", "added_t": "10", "reduction_t": "10", "reduction_document": "文号"},
        {"pollutant": "nox", "added_t": "10", "reduction_t": "9.999999", "reduction_document": "文号"},
        {"pollutant": "pm", "added_t": "0"},
    ]
    result = judged({"pollutants": stated}, PLANT)
    assert statuses(result, "pollutant-reduction") == ["pass", "fail", "not_applicable"]
    failed = [each for each in result.findings if each.rule.id == "pollutant-reduction"][1]
    assert failed.subject == "pollutants[1]"
    assert "氮氧化物" in failed.message.zh and "nitrogen oxides" in failed.message.en
    with pytest.raises(SheetError):
        judged({"pollutants": [stated[0], stated[0]]}, PLANT)


def test_no_approval_is_to_be_made_good() -> None:
    for rule in choose(None, DAY).rules:
        for words in (rule.remedy, *rule.messages.values()):
            assert words is None or "补办" not in words.zh


def test_of_the_samples_all_three_witnesses_say_the_same() -> None:
    for path in sorted(FIXTURES.joinpath("sheets").glob("*.json")):
        raw = read_sheet_file(path).model_dump(mode="json", by_alias=True)
        judged({}, raw)


# Columns take as long over one sheet as over five.
@given(st.lists(sheets(), min_size=5, max_size=5), st.sampled_from(["fuqing@2025", "fuqing@2026"]))
@settings(deadline=None, max_examples=5, suppress_health_check=list(HealthCheck))
def test_of_any_sheet_all_three_witnesses_say_the_same(raw: list[dict[str, Any]], edition: str) -> None:
    results = []
    for each in raw:
        try:
            results.append(review(sheet({}, each), edition=edition, as_of=DAY))
        except SheetError as refused:
            assert refused.faults
    # A figure too wide for columns is judged by the other two alone.
    for number, found in by_columns(results).items():
        assert differences(results[number], found) == {}
