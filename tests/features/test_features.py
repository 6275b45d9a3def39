"""The features: what each clause asks, in its own words, judged by both evaluators."""

from __future__ import annotations

import json
import shutil
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from review import Review, judge, parse_sheet
from review.law.edition import Ruleset
from review.law.loading import load, pick
from review.quantities import plain
from tests.law.folder import FOLDER, change
from tests.noted import note
from tests.sheets import AS_OF, NEW_TWO_HIGH, found, put, review, sheet

scenarios(
    "voc.feature", "capacity.feature", "code.feature", "energy.feature", "energy-life.feature", "control.feature", "siting.feature",
    "plan_period.feature",
)  # fmt: skip


# What reads the thresholds of the energy review.
_OF_THE_DAY = ("energy-review-authority", "energy-review-due")


@pytest.fixture
def project() -> dict[str, Any]:
    return {}


@pytest.fixture
def asked() -> dict[str, Any]:
    return {"edition": "fuqing@2023", "as_of": AS_OF}


@given("一个拟建新建的“两高”项目", target_fixture="project")
def a_new_two_high_project() -> dict[str, Any]:
    return sheet(base=NEW_TWO_HIGH)


@given("一张只有名称的项目表", target_fixture="project")
def a_bare_sheet() -> dict[str, Any]:
    return {"project": {"name": "只有名称（虚构）"}}


@given(parsers.re(r'填报 "(?P<path>[^"]+)" 为 (?P<value>.+)'))
def stated(project: dict[str, Any], path: str, value: str) -> None:
    if value != "未载明":
        put(project, path, json.loads(value, parse_float=Decimal, parse_int=Decimal))


@given(parsers.parse("审查日为 {day}"))
def on_day(asked: dict[str, Any], day: str) -> None:
    asked["as_of"] = date.fromisoformat(day)


@given(parsers.parse("版本为 {edition}"))
def by_edition(asked: dict[str, Any], edition: str) -> None:
    asked["edition"] = edition


@given(parsers.parse("审查日为 {day}，采用当日施行的版本"))
def in_force_on_day(asked: dict[str, Any], day: str) -> None:
    asked["edition"], asked["as_of"] = None, date.fromisoformat(day)


@cache
def editions_where(continues: str) -> tuple[Ruleset, ...]:
    """The editions of an office that has decided whether the plan continues."""
    with TemporaryDirectory() as made:
        folder = Path(shutil.copytree(FOLDER, Path(made) / "fuqing"))
        change(folder / "parameters.csv", "plan_continues,,", f"plan_continues,{continues},")
        return load(folder)


@given(parsers.re(r"本单位确认方案期满后(?P<decided>不再继续执行|继续执行)$"))
def plan_decided(asked: dict[str, Any], decided: str) -> None:
    asked["editions"] = editions_where("yes" if decided == "继续执行" else "no")


@when("对照审查", target_fixture="result")
def reviewed(project: dict[str, Any], asked: dict[str, Any]) -> Review:
    if "editions" in asked:
        return judge(parse_sheet(project), pick(asked["editions"], "", asked["as_of"], "fuqing"), asked["as_of"])
    return review(project, edition=asked["edition"], as_of=asked["as_of"])


@then(parsers.re(r"“(?P<rule>[a-z0-9-]+)”的结论为 (?P<status>[a-z_]+(?:、[a-z_]+)*)$"))
def concluded(result: Review, rule: str, status: str) -> None:
    assert [each.status for each in found(result, rule)] == status.split("、")
    note(result, rule, status.split("、"))


@then(parsers.re(r"“(?P<rule>[a-z0-9-]+)”的效力为 (?P<force>\S+)$"))
def force_is(result: Review, rule: str, force: str) -> None:
    assert [each.rule.force for each in result.findings if each.rule.id == rule] == [force]


@then(parsers.re(r"“(?P<rule>[a-z0-9-]+)”的余量为 (?P<margin>\S+)$"))
def with_margin(result: Review, rule: str, margin: str) -> None:
    measure = found(result, rule)[0].measure
    assert (plain(measure.margin) if measure and measure.margin is not None else "无") == margin


@then(parsers.re(r"“(?P<rule>[a-z0-9-]+)”的缺项为 (?P<paths>\S+)$"))
def lacking(result: Review, rule: str, paths: str) -> None:
    assert set(found(result, rule)[0].missing) == set(paths.split("、")) - {"无"}


@then(parsers.re(r"结论待定的缺项都是 (?P<paths>\S+)$"))
def lacking_alone(result: Review, paths: str) -> None:
    open_findings = [each for each in result.findings if each.rule.id in _OF_THE_DAY and each.status == "missing"]
    assert {path for each in open_findings for path in each.missing} == set(paths.split("、")) - {"无"}


@then(parsers.re(r"“(?P<rule>[a-z0-9-]+)”的可计入量为 (?P<low>\S+) 至 (?P<high>\S+)$"))
def counted(result: Review, rule: str, low: str, high: str) -> None:
    observed = json.loads(found(result, rule)[0].encoded)["observed"]
    assert (observed.get("low"), observed.get("high")) == (low, None if high == "不限" else high)


@then(parsers.parse("建议为 {recommendation}"))
def recommended(result: Review, recommendation: str) -> None:
    assert result.recommendation == recommendation


@then(parsers.parse("事项 {matter} 的建议为 {recommendation}"))
def recommended_for(result: Review, matter: str, recommendation: str) -> None:
    assert next(each["recommendation"] for each in result.matters if each["matter"] == matter) == recommendation


@then(parsers.parse("是否需要工作指导为 {answer}"))
def guidance(result: Review, answer: str) -> None:
    assert result.guidance_required is {"是": True, "否": False, "未知": None}[answer]


@then(parsers.re(r"提示“(?P<code>[a-z-]+)”写着 (?P<words>.+)$"))
def noted_in_words(result: Review, code: str, words: str) -> None:
    said = [each.message.zh for each in result.notes if each.code == code]
    assert said == [] if words == "无" else any(each.startswith(words) for each in said), said


@then(parsers.parse("提示中有 {code}"))
def noted(result: Review, code: str) -> None:
    assert code in [note.code for note in result.notes]


@then(parsers.parse("提示中没有 {code}"))
def not_noted(result: Review, code: str) -> None:
    assert code not in [note.code for note in result.notes]


@then(parsers.re(r"“(?P<rule>[a-z0-9-]+)”的提示(?P<says>不?含) (?P<words>.+)$"))
def finding_noted(result: Review, rule: str, says: str, words: str) -> None:
    assert any(words in note.zh for note in found(result, rule)[0].notes) is (says == "含")


@then(parsers.re(r"建议(?P<answer>为|不是)暂定$"))
def provisional(result: Review, answer: str) -> None:
    assert result.provisional is (answer == "为")


@then(parsers.re(r"“(?P<rule>[a-z0-9-]+)”的办法含 (?P<words>.+)$"))
def remedied(result: Review, rule: str, words: str) -> None:
    remedy = found(result, rule)[0].remedy
    assert remedy is not None and words in remedy.zh


@then(parsers.re(r"“(?P<rule>[a-z0-9-]+)”附有投运前的条件$"))
def conditional(result: Review, rule: str) -> None:
    assert found(result, rule)[0].condition is not None


@then(parsers.re(r"“(?P<rule>[a-z0-9-]+)”没有条件$"))
def unconditional(result: Review, rule: str) -> None:
    assert found(result, rule)[0].condition is None
