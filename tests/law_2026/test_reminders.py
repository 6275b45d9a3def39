"""What laws ask beside the rules is told with the reviews that it surely concerns, from its own day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from review import Review
from tests.law_2026.witnesses import DAY, judged

pytestmark = pytest.mark.slow

PLANT: dict[str, Any] = {
    "project": {"name": "测试项目（虚构）", "industry": "3052", "nature": "new", "stage": "proposed"},
    "energy": {"electricity_mwh": "100", "coal_t": "0", "ndrc_key_field": False},
}
EQUIPMENT, PLATFORM = "第十六条（二）", "第二十条"


def told(result: Review) -> list[str | None]:
    """The articles of the laws that a review reminds of."""
    return [each.article for each in result.reminders if each.message is not None]


@pytest.mark.parametrize(("total", "article"), [("999", PLATFORM), ("1000", EQUIPMENT), ("1001", EQUIPMENT)])
def test_a_project_with_a_review_of_its_own_or_without(total: str, article: str) -> None:
    assert told(judged({"energy.total_tce": total}, PLANT)) == [article, None]


def test_neither_is_told_while_it_is_unknown() -> None:
    assert told(judged({"energy": None}, PLANT)) == [None]


@pytest.mark.parametrize(("stage", "count"), [("proposed", 2), ("under_construction", 2), ("existing", 0)])
def test_a_plant_that_stands_is_reminded_of_none(stage: str, count: int) -> None:
    changes = {"project.stage": stage, "energy.total_tce": "20000"}
    if stage == "under_construction":
        changes["project.construction_started"] = "2026-01-10"
    assert len(told(judged(changes, PLANT))) == count


@pytest.mark.parametrize(("as_of", "count"), [(date(2025, 8, 31), 0), (date(2025, 9, 1), 2), (DAY, 2)])
def test_reminders_of_laws_begin_with_order_31(as_of: date, count: int) -> None:
    assert len(told(judged({"energy.total_tce": "20000"}, PLANT, as_of))) == count


def test_a_reminder_has_its_law_its_words_and_no_clause() -> None:
    shown = judged({"energy.total_tce": "20000"}, PLANT).document()["reminders"]
    assert shown[0].keys() == {"clause", "article", "quote"}
    emission = shown[-1]
    assert (emission["clause"], emission["article"], emission["quote"]) == (None, None, None)
    assert "排污权" in emission["document"] and "排污权" in emission["message"]["zh"]


@pytest.mark.parametrize(
    ("nature", "racks", "reminded"),
    [("new", "3000", False), ("expansion", "2999", False), ("expansion", "3000", True), ("rebuild", "3001", True)],
)
def test_a_large_data_centre_that_is_altered_is_told_of_the_green_ones(nature: str, racks: str, reminded: bool) -> None:
    changes = {"project.industry": "6450", "project.nature": nature, "data_centre.racks": racks}
    assert ("三（一）" in told(judged(changes, PLANT))) is reminded
