"""Each finding can be checked by hand from what it shows: the days, figures and ratios that it rests on, as the sheet states them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from review import Review
from review.verdict.findings import Finding
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
