"""Each finding can be checked by hand from what it shows: the days, figures and ratios that it rests on, as the sheet states them."""

from __future__ import annotations

import operator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review import Review, choose, from_content, judge, parse_sheet
from review.law.loading import load_builtin
from review.quantities import plain, quotient
from review.verdict.findings import Finding
from review.verdict.measure import TO_BOUND
from tests.sheets import found, review, sheet

DAY = date(2026, 11, 23)


def finding(result: Review, rule: str) -> Finding:
    (only,) = found(result, rule)
    return only


def on(day: date, changes: dict[str, Any]) -> Review:
    return review(sheet(changes), edition=None, as_of=day)


def says(each: Finding, *parts: str) -> bool:
    """Whether every part stands in what the finding says, in both languages."""
    told = [(words.zh, words.en) for words in (each.message, *each.notes, *((each.remedy,) if each.remedy else ()))]
    return all(any(part in zh for zh, _ in told) and any(part in en for _, en in told) for part in parts)


OPINION = {"document": "榕发改〔2024〕1号（示例）", "date": "2024-02-29", "authority": "county"}
LAPSING = {"project.industry": "2614", "energy.total_tce": "2000", "energy.coal_t": "0", "energy.review": OPINION}


@pytest.mark.parametrize(
    ("day", "given", "status", "of"),
    [
        (date(2026, 3, 1), "2024-02-29", "fail", "2026-03-01"),
        (date(2026, 3, 1), "2025-09-01", "fail", "2025-09-01"),
        (date(2026, 3, 1), "2016-12-31", "fail", "2026-03-01"),
    ],
)
def test_an_opinion_is_held_against_the_measures_of_a_day_that_is_named(
    day: date, given: str, status: str, of: str
) -> None:
    """Of a lapsed opinion those of the day of review decide (the review is due anew), and nothing else is said."""
    each = finding(on(day, {**LAPSING, "energy.review": {**OPINION, "date": given}}), "energy-review-authority")
    assert (each.status, says(each, given, of)) == (status, True)
    assert of in each.message.zh and "意见出具日有效" not in each.message.zh


def test_the_words_on_authority_do_not_say_that_the_opinions_own_date_always_decides() -> None:
    each = finding(on(date(2026, 3, 1), LAPSING), "energy-review-authority")
    assert any("已失效" in note.zh and "lapsed" in note.en for note in each.notes)


@pytest.mark.parametrize(
    ("area", "status", "words"),
    [
        ("fuqing", "pass", "福清市内来源计入"), ("fuzhou", "missing", "福州市其他县（市、区）和福建省其他设区市的来源待经办人确定"),
        ("fujian", "missing", "福州市其他县（市、区）和福建省其他设区市的来源待经办人确定"), ("other", "fail", "福建省以外不计"),
    ],
)  # fmt: skip
def test_what_is_said_of_areas_is_what_counts(area: str, status: str, words: str) -> None:
    offset = {
        "source": "S-1",
        "area": area,
        "reduction_t": "12",
        "allocated_t": "12",
        "document": "榕减〔2024〕1号（示例）",
    }
    each = finding(on(DAY, {"voc.emission_t": "10", "voc.offsets": [offset]}), "voc-offset")
    assert each.status == status
    assert any(words in note.zh for note in each.notes)


CLINKER = {
    "project.industry": "3011", "products": [{"name": "熟料（示例）", "benchmark": "cement-clinker"}], "capacity.new_t": "742500",
    "capacity.cross_province": False, "capacity.restricted": False, "capacity.merger": False, "capacity.same_site": False,
    "capacity.announced": "2025-02-01",
    "capacity.retired": [{"enterprise": "甲线（示例）", "capacity_t": "1200000", "document": "公告1（示例）", "closed_before_operation": True}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "ratio", "required"), [(None, "1.5", "1113750"), ("2", "2", "1485000"), ("1", "1.5", "1113750")]
)
def test_the_ratio_that_capacity_is_replaced_by_is_shown(stated: str | None, ratio: str, required: str) -> None:
    each = finding(on(DAY, {**CLINKER, "capacity.ratio": stated}), "capacity-replacement")
    assert each.measure is not None and each.measure.required.point == Decimal(required)
    assert f"新增 742500 t/a × 比例 {ratio}）" in each.message.zh
    assert f"new 742500 t/a × ratio {ratio})" in each.message.en


# Gas without a measured factor: 11,129 to 13,199 tce with the electricity.
GAS = {
    "project.industry": "3042", "project.stage": "under_construction", "project.construction_started": "2024-06-01",
    "energy.items": [
        {"carrier": "natural_gas", "quantity": "900", "unit": "10^4m3"}, {"carrier": "electricity", "quantity": "1000", "unit": "10^4kWh"},
    ],
    "energy.review": {"document": "榕发改〔2024〕8号（示例）", "date": "2024-05-01", "authority": "city"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "changes", "status"),
    [
        ("energy-review", {}, "pass"),
        ("energy-review-authority", {}, "fail"),
        ("energy-review-authority", {"energy.review": {**OPINION, "authority": "province"}}, "pass"),
        ("energy-review", {"energy.review": None}, "missing"),
        ("energy-review-due", {"project.stage": "proposed", "project.construction_started": None}, "attention"),
        ("energy-manager", {"project.stage": "existing"}, "missing"),
        ("energy-online-monitoring", {"energy.online_monitoring": False}, "attention"),
        ("energy-acceptance", {"project.stage": "existing", "project.in_production_since": "2025-10-01"}, "missing"),
        ("carbon-evaluation", {"energy.review": {**OPINION, "date": "2025-10-01", "authority": "city"}}, "missing"),
    ],
)
def test_a_finding_that_compares_a_total_shows_total_coefficient_and_range(
    rule: str, changes: dict[str, Any], status: str
) -> None:
    each = finding(on(DAY, {**GAS, **changes}), rule)
    assert each.status == status
    assert says(each, "11129～13199 tce", "1.1000")
    assert {"1.1000～1.3300 kgce/m³", "0.1229 kgce/(kW·h)"} <= {citation.quote for citation in each.citations}


@pytest.mark.parametrize("total", ["999", "2"])
def test_a_review_that_is_not_due_by_the_total_says_which_total(total: str) -> None:
    changes = {"energy.total_tce": total, "energy.coal_t": "0", "project.industry": "3042"}
    each = finding(on(DAY, changes), "energy-review-due")
    assert (each.status, says(each, f"{total} tce")) == ("not_applicable", True)


def test_what_is_shown_is_left_out_where_the_rule_does_not_concern_the_project() -> None:
    each = finding(on(DAY, {**GAS, "project.stage": "proposed", "project.construction_started": None}), "energy-review")
    assert (each.status, each.notes) == ("not_applicable", ())


def test_every_rule_that_rests_on_coefficients_shows_a_total() -> None:
    for edition in load_builtin():
        for rule in edition.rules:
            facts = {name for name in rule.rests_on if name.startswith("energy.")}
            totals = {
                name
                for name in facts
                if (declared := edition.vocabulary.find(name)) and "coal_equivalents" in declared.reads.tables
            }
            if totals and rule.compared is None:
                assert any(name in TOTALS for name in rule.shows), (edition.name, rule.id)


TOTALS = ("energy.total_tce", "energy.review_total_tce")


BUILT = {
    "project.industry": "2614", "project.stage": "under_construction", "energy.total_tce": "2000", "energy.coal_t": "0",
    "energy.review": {"document": "榕发改〔2023〕8号（示例）", "date": "2023-06-10", "authority": "province"},
}  # fmt: skip
EIA = {"approvals.eia": {"document": "榕环评〔2021〕1号（示例）", "date": "2021-03-01"}}
CHANGED = {"document": "榕发改〔2024〕9号（示例）", "date": "2024-06-10"}


@pytest.mark.parametrize(
    ("rule", "changes", "status", "days"),
    [
        ("energy-review-start", {**BUILT, "project.construction_started": "2025-06-10"}, "pass", ("2023-06-10", "2025-06-10")),
        ("energy-review-start", {**BUILT, "project.construction_started": "2025-06-11"}, "fail", ("2025-06-11", "2023-06-10", "2025-06-10")),
        ("energy-review-start", {**BUILT, "project.construction_started": "2023-06-09"}, "fail", ("2023-06-09", "2023-06-10")),
        (
            "energy-review-start", {**BUILT, "project.construction_started": "2026-06-11", "energy.change_decision": CHANGED}, "fail",
            ("2026-06-11", "2024-06-10", "2026-06-10"),
        ),
        ("eia-five-years", {**BUILT, **EIA, "project.construction_started": "2026-03-01"}, "pass", ("2021-03-01", "2026-03-01")),
        ("eia-five-years", {**BUILT, **EIA, "project.construction_started": "2026-03-02"}, "fail", ("2026-03-02", "2021-03-01", "2026-03-01")),
        (
            "eia-five-years", {**BUILT, **EIA, "project.construction_started": "2026-06-11", "eia.reexamined": CHANGED}, "pass",
            ("2026-06-11", "2026-03-01", "2024-06-10"),
        ),
        ("eia-five-years-proposed", EIA, "attention", ("2021-03-01", "2026-03-01", "2026-11-23")),
        ("eia-five-years-proposed", {"approvals.eia": CHANGED}, "pass", ("2024-06-10", "2029-06-10", "2026-11-23")),
        ("energy-review-lapsed", LAPSING, "attention", ("2024-02-29", "2026-02-28", "2026-11-23")),
        ("energy-review-lapsed", {**LAPSING, "energy.review": {**OPINION, "date": "2024-11-23"}}, "pass", ("2024-11-23", "2026-11-23")),
        ("energy-review-due", LAPSING, "attention", ("2024-02-29", "2026-02-28", "2026-11-23")),
        ("energy-review", {**BUILT, "project.construction_started": "2020-03-01", "energy.review": "none"}, "fail", ("2020-03-01",)),
        (
            "energy-acceptance",
            {**BUILT, "project.stage": "existing", "project.in_production_since": "2026-05-22", "energy.acceptance": "none"}, "fail",
            ("2026-05-22", "2026-11-22", "2026-11-23"),
        ),
        (
            "energy-acceptance",
            {**BUILT, "project.stage": "existing", "project.in_production_since": "2026-05-23", "energy.acceptance": "none"}, "attention",
            ("2026-05-23", "2026-11-23"),
        ),
        ("energy-acceptance", {**BUILT, "project.stage": "existing", "project.in_production_since": "2025-08-31"}, "not_applicable", ("2025-08-31",)),
        (
            "energy-acceptance-earlier",
            {**BUILT, "project.stage": "existing", "project.in_production_since": "2025-08-31", "energy.acceptance": "none"}, "attention",
            ("2025-08-31", "2025-09-01"),
        ),
        (
            "carbon-evaluation", {**BUILT, "energy.review": {**OPINION, "date": "2025-09-01", "authority": "city"}, "carbon.evaluated": "none"}, "attention",
            ("2025-09-01",),
        ),
        ("carbon-evaluation", BUILT, "not_applicable", ("2023-06-10",)),
        ("capacity-replacement", CLINKER, "pass", ("2025-02-01",)),
    ],
)  # fmt: skip
def test_a_finding_that_compares_days_shows_them_with_the_last_good_one(
    rule: str, changes: dict[str, Any], status: str, days: tuple[str, ...]
) -> None:
    each = finding(on(DAY, changes), rule)
    assert (each.status, says(each, *days)) == (status, True)
    if status in ("fail", "attention") and rule in ("energy-review-start", "eia-five-years", "energy-review-lapsed"):
        assert all(day in each.message.zh and day in each.message.en for day in days if day not in (CHANGED["date"],))


@pytest.mark.parametrize(
    ("day", "rule", "status"),
    [
        ("2026-11-22", "fuel-ban-overdue", "fail"),
        ("2026-11-23", "fuel-ban-overdue", "not_applicable"),
        ("2026-11-23", "fuel-ban-zone-existing", "attention"),
    ],
)
def test_a_term_that_has_passed_or_not_is_shown(day: str, rule: str, status: str) -> None:
    changes = {
        "project.stage": "existing", "site.in_fuel_ban_zone": True, "site.fuel_switch_by": day,
        "coal.boilers": [{"name": "甲炉（示例）", "fuel": "coal", "existing": True}], "coal.kilns": [],
    }  # fmt: skip
    each = found(on(DAY, changes), rule)[0]
    assert (each.status, says(each, day, "2026-11-23")) == (status, True)


# Each truth that is made of days, with the days that tell it.
OF_DAYS = {
    "energy.review_alive": {"energy.review.date", "energy.review_last_day", "as_of"},
    "energy.started_in_time": {"project.construction_started", "energy.review.date", "energy.review_last_day"},
    "energy.review_with_carbon": {"energy.review.date"},
    "energy.acceptance_binding": {"project.in_production_since"},
    "energy.trial_run": {"project.in_production_since", "energy.trial_run_last_day", "as_of"},
    "energy.review_required": {"energy.threshold_day"},
    "energy.authority_needed": {"energy.threshold_day"},
    "eia.started_in_time": {"project.construction_started", "approvals.eia.date", "eia.approval_last_day"},
    "eia.approval_alive": {"approvals.eia.date", "eia.approval_last_day", "as_of"},
    "site.fuel_switch_overdue": {"site.fuel_switch_by", "as_of"},
    "capacity.required_t": {"capacity.announced"},
    "item.has_limits": {"item.limit_from", "as_of"},
}


def test_every_rule_that_reads_what_is_made_of_days_shows_them() -> None:
    for edition in load_builtin():
        for rule in edition.rules:
            wanted = {day for name in rule.rests_on for day in OF_DAYS.get(name, ())}
            assert wanted <= {*rule.shows}, (edition.name, rule.id)


def test_every_truth_that_rests_on_a_number_of_years_or_months_or_on_a_first_day_is_made_of_days() -> None:
    of_days = ("_valid_years", "_months", "_from")
    latest = load_builtin()[-1].vocabulary
    found = {
        name
        for name in latest.project
        if (declared := latest.find(name))
        and declared.kind == "truth"
        and any(parameter.endswith(of_days) for parameter in declared.reads.parameters)
    }
    assert found - {*OF_DAYS} == {"energy.review_under_measures"}


EXISTING_GAS = {
    "project.industry": "2614", "project.stage": "existing", "energy.approved_tce": "30000",
    "energy.items[0].carrier": "natural_gas", "energy.items[0].quantity": "4000", "energy.items[0].unit": "10^4m3",
}  # fmt: skip


@pytest.mark.parametrize(
    ("factor", "observed", "gap"), [(None, "44000～53200", "11000～20200"), ("1.2143", "48572", "15572")]
)
def test_a_gap_is_the_range_that_it_is(factor: str | None, observed: str, gap: str) -> None:
    """4,000 × 10⁴ m³ at 1.1 to 1.33 against 33,000: surely 11,000 too much, at most 20,200."""
    each = finding(on(DAY, {**EXISTING_GAS, "energy.items[0].factor": factor}), "energy-overrun")
    assert each.status == "fail" and each.remedy is not None
    assert (
        f"{observed} tce" in each.message.zh
        and f"多 {gap} tce" in each.message.zh
        and f"by {gap} tce" in each.message.en
    )
    assert f"至少降低 {gap} tce" in each.remedy.zh and f"at least {gap} tce" in each.remedy.en


def test_a_gap_below_what_is_due_is_a_range_too() -> None:
    """Of 12 t due 3 surely count and 4 more perhaps, in the area that is for an officer."""
    offset = {"area": "fuqing", "document": "榕减〔2024〕1号（示例）"}
    changes = {
        "voc.emission_t": "10",
        "voc.offsets": [
            {**offset, "source": "S-1", "reduction_t": "3", "allocated_t": "3"},
            {**offset, "source": "S-2", "area": "fuzhou", "reduction_t": "4", "allocated_t": "4"},
        ],
    }
    each = finding(on(DAY, changes), "voc-offset")
    assert (each.status, says(each, "3～7 t/a", "5～9 t/a")) == ("fail", True)


def test_recorded_content_gives_the_gap_as_it_did() -> None:
    now = choose("fuqing@2026", DAY)
    then = from_content({key: value for key, value in now.content.items() if key != "findings"})
    stated = parse_sheet(sheet(EXISTING_GAS))
    assert (now.findings, then.findings) == (3, 1)
    (each,) = found(judge(stated, then, DAY), "energy-overrun")
    assert "多 20200 tce" in each.message.zh


@pytest.mark.parametrize(
    ("reduction", "document", "status", "has"),
    [
        ("5", "none", "fail", ("否", "no")),
        ("6", "none", "fail", ("否", "no")),
        ("4", "榕减〔2026〕2号（示例）", "fail", ("是", "yes")),
    ],
)
def test_a_reduction_that_lacks_the_amount_or_the_document_says_which(
    reduction: str, document: str, status: str, has: tuple[str, str]
) -> None:
    stated = {"pollutant": "so2", "added_t": "5", "reduction_t": reduction, "reduction_document": document}
    each = finding(on(DAY, {"pollutants": [stated]}), "pollutant-reduction")
    assert each.status == status
    assert f"区域削减量 {reduction} t/a，应不少于 1 × 新增 5 = 5 t/a" in each.message.zh
    assert f"有文号：{has[0]}" in each.message.zh and f"with a document: {has[1]}" in each.message.en


CONVERTER = {
    "project.industry": "3120", "products[0].name": "转炉（示例）", "products[0].benchmark": "steelmaking-converter",
    "products[0].limit_corrected": "-7.4", "products[0].limit_correction": {"document": "修正计算书（示例）"},
}  # fmt: skip


@pytest.mark.parametrize(("energy", "status"), [("-7.4", "attention"), ("-7.3", "fail")])
def test_a_corrected_limit_is_shown_where_it_excuses_and_where_it_does_not(energy: str, status: str) -> None:
    each = finding(on(DAY, {**CONVERTER, "products[0].unit_energy": energy}), "energy-limit")
    assert each.status == status
    assert "-7.4" in each.message.zh.split("修正后的限额")[1] and "-7.4" in each.message.en.split("as corrected")[1]
    if status == "fail":
        assert "标准允许修正：是，修正有文号：是" in each.message.zh


@pytest.mark.parametrize(("day", "status"), [("2026-06-30", "not_applicable"), ("2026-07-01", "fail")])
def test_the_day_from_which_a_limit_binds_is_shown(day: str, status: str) -> None:
    changes = {**CONVERTER, "products[0].unit_energy": "-7.3"}
    each = finding(on(date.fromisoformat(day), changes), "energy-limit")
    assert (each.status, says(each, "2026-07-01", day)) == (status, True)


def test_a_limit_without_a_correction_speaks_of_none() -> None:
    changes = {
        **CONVERTER,
        "products[0].unit_energy": "-7.3",
        "products[0].limit_corrected": None,
        "products[0].limit_correction": None,
    }
    each = finding(on(DAY, changes), "energy-limit")
    assert each.status == "fail" and "修正" not in each.message.zh and "correct" not in each.message.en


def test_a_corrected_limit_is_shown_in_the_unit_of_the_sheet() -> None:
    """It is stated in the limit's unit: 107.145 kgce/t are 75 kgoe/t."""
    changes = {
        **CLINKER_KGOE, "products[0].unit_energy": "75", "products[0].limit_corrected": "107.145",
        "products[0].limit_correction": {"document": "修正计算书（示例）"},
    }  # fmt: skip
    each = finding(on(DAY, changes), "energy-limit")
    assert each.status == "attention" and "修正后的限额 75 kgoe/t" in each.message.zh


CLINKER_KGOE = {
    "project.industry": "3011", "products[0].name": "熟料（示例）", "products[0].benchmark": "cement-clinker", "products[0].unit": "kgoe/t",
}  # fmt: skip


@pytest.mark.parametrize(
    ("energy", "status", "margin"),
    [
        ("69.998600027", "pass", "0"),
        ("69.998600028", "fail", "-0.000000001"),
        ("69.9986", "pass", "0.000000027"),
        ("70", "fail", "-0.001399973"),
    ],
)
def test_figures_that_are_shown_rounded_say_what_the_verdict_says(energy: str, status: str, margin: str) -> None:
    """100 kgce/t are 69.99860002799… kgoe/t."""
    each = finding(on(DAY, {**CLINKER_KGOE, "products[0].unit_energy": energy}), "energy-benchmark")
    measure = each.measure
    assert measure is not None and measure.required.point is not None and measure.margin is not None
    assert (each.status, plain(measure.required.point), plain(measure.margin)) == (status, "69.998600027", margin)
    assert (Decimal(energy) <= measure.required.point) is (status == "pass")


@given(
    relation=st.sampled_from([">=", ">", "<=", "<"]),
    bound=st.decimals(-10_000, 10_000, places=6),
    figure=st.decimals(-10_000, 10_000, places=9),
)
def test_a_bound_is_rounded_so_that_no_figure_of_a_sheet_changes_sides(
    relation: Any, bound: Decimal, figure: Decimal
) -> None:
    """`bound` in kgce, `figure` in kgoe, both shown in kgoe."""
    per = Decimal("1.4286")
    for near in (figure, quotient(bound, per)):
        shown = quotient(bound, per, TO_BOUND[relation])
        assert HOLDS[relation](near * per, bound) is HOLDS[relation](near, shown)


HOLDS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}
