"""What a project has at all: none is stated at once, nothing beforehand, and nothing filled in is dropped."""

from __future__ import annotations

from typing import Any

import pytest

from review.drafting.existence import QUESTIONS, answers, is_without, with_answers
from review.errors import SheetError
from review.sheet import parse_sheet

NAMED = {"project": {"name": "示例（虚构）"}}


def test_nothing_is_answered_beforehand() -> None:
    assert answers(NAMED) == dict.fromkeys(QUESTIONS, "")
    assert with_answers(NAMED, answers(NAMED)) == NAMED


def test_none_is_stated_at_once_and_makes_a_sheet() -> None:
    stated = with_answers(NAMED, dict.fromkeys(QUESTIONS, "no"))
    assert stated == {
        **NAMED, "coal": {"boilers": [], "kilns": [], "power_units": []}, "capacity": "none", "data_centre": "none",
        "voc": {"coatings_used": False, "floating_roof_tanks": False, "liquid_loading": False},
    }  # fmt: skip
    parse_sheet(stated)
    assert answers(stated) == dict.fromkeys(QUESTIONS, "no")
    assert with_answers(stated, dict.fromkeys(QUESTIONS, "")) == NAMED


def test_there_is_is_stated_where_a_field_says_it() -> None:
    stated = with_answers(NAMED, dict.fromkeys(QUESTIONS, "yes"))
    assert stated == {
        **NAMED, "capacity": {}, "data_centre": {},
        "voc": {"coatings_used": True, "floating_roof_tanks": True, "liquid_loading": True},
    }  # fmt: skip
    # Of a list only its rows say so.
    assert answers(stated)["coal.boilers"] == ""


@pytest.mark.parametrize(
    ("values", "path", "answer"),
    [
        ({"coal": {"boilers": [{"name": "1#"}]}}, "coal.boilers", "no"),
        ({"coal": {"boilers": [{"name": "1#"}]}}, "coal.boilers", ""),
        ({"capacity": {"required": True}}, "capacity", "no"),
        ({"coal": "none"}, "coal.kilns", "yes"),
        ({"voc": "none"}, "voc.liquid_loading", "yes"),
    ],
)
def test_what_is_filled_in_is_never_dropped(values: dict[str, Any], path: str, answer: str) -> None:
    with pytest.raises(SheetError) as error:
        with_answers(values, {path: answer})  # type: ignore[dict-item]
    assert [each.where for each in error.value.faults] == [path]


def test_a_section_that_does_not_exist_answers_its_questions_and_stays() -> None:
    values = {"coal": "none", "voc": "none"}
    there = answers(values)
    assert (there["coal.kilns"], there["voc.liquid_loading"], there["capacity"]) == ("no", "no", "")
    assert with_answers(values, {**there, "capacity": "no"}) == {**values, "capacity": "none"}


@pytest.mark.parametrize(
    ("values", "section", "without"),
    [
        ({}, "coal", False), ({"coal": "none"}, "coal", True), ({"coal": {"boilers": [], "kilns": []}}, "coal", False),
        ({"coal": {"boilers": [], "kilns": [], "power_units": []}}, "coal", True), ({"capacity": "none"}, "capacity", True),
        ({"voc": {"coatings_used": False, "floating_roof_tanks": False, "liquid_loading": False}}, "voc", False), ({}, "project", False),
    ],
)  # fmt: skip
def test_a_section_is_passed_over_where_all_of_it_does_not_exist(
    values: dict[str, Any], section: str, without: bool
) -> None:
    assert is_without(values, section) is without
