"""second_city.feature: a fictional city's ruleset (tests/rulesets/linshui) beside the one that ships."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from review import Review, SheetError, judge, parse_sheet
from review.law.loading import choose
from tests.second_city import FOLDERS, NAME, ceramics
from tests.sheets import found, put

scenarios("second_city.feature")


@pytest.fixture(autouse=True)
def _beside_the_shipped_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWO_HIGH_RULESETS", FOLDERS)


@pytest.fixture
def asked() -> dict[str, Any]:
    return {"as_of": date(2026, 9, 1)}


@given("临水市的一个拟建陶瓷项目", target_fixture="project")
def a_project() -> dict[str, Any]:
    return ceramics()


@given(parsers.re(r'填报 "(?P<path>[^"]+)" 为 (?P<value>.+)'))
def stated(project: dict[str, Any], path: str, value: str) -> None:
    put(project, path, json.loads(value, parse_float=Decimal, parse_int=Decimal))


@given(parsers.parse("审查日为 {day}"))
def on_day(asked: dict[str, Any], day: str) -> None:
    asked["as_of"] = date.fromisoformat(day)


@given(parsers.parse("使用“{area}”的来源 {amount} 吨"))
def draws(project: dict[str, Any], area: str, amount: str) -> None:
    offset = {
        "source": "L-1",
        "area": area,
        "reduction_t": "50",
        "allocated_t": amount,
        "document": "临环〔2025〕1 号（虚构）",
    }
    if area == "未载明":
        del offset["area"]
    put(project, "voc.offsets", [offset])


def judged(project: dict[str, Any], ruleset: str, asked: dict[str, Any]) -> Review:
    """The review by both evaluators."""
    return judge(parse_sheet(project), choose(ruleset, asked["as_of"]), asked["as_of"])


@when("按临水市的规则集审查", target_fixture="result")
def reviewed(project: dict[str, Any], asked: dict[str, Any]) -> Review:
    return judged(project, NAME, asked)


@then(parsers.re(r"“(?P<rule>[a-z-]+)”的结论为 (?P<status>[a-z_]+)$"))
def concluded(result: Review, rule: str, status: str) -> None:
    assert [each.status for each in found(result, rule)] == [status]


@then(parsers.parse("是否须办理为 {answer}"))
def asked_of_it(result: Review, answer: str) -> None:
    assert result.guidance_required is {"是": True, "否": False, "未知": None}[answer]


@then(parsers.parse("按“{ruleset}”审查被拒绝，指明“{path}”，列出“{allowed}”"))
def refused(project: dict[str, Any], asked: dict[str, Any], ruleset: str, path: str, allowed: str) -> None:
    with pytest.raises(SheetError) as told:
        judged(project, ruleset, asked)
    (fault,) = told.value.faults
    assert fault.where == path and allowed in fault.text.en
