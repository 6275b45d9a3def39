"""record.feature on a real SQLite file and a real PostgreSQL."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from review.errors import Refused
from review.record.cases.rulings import Ruling
from review.record.cases.steps import take_step
from review.record.cases.submissions import Recorded
from review.record.projects.standing import latest
from review.record.projects.state import ProjectState
from review.record.proof.verification import verify
from review.record.register.lines import register_lines
from review.record.storage.store import Store
from review.record.views.timeline import timeline
from review.record.views.worklist import Filters, each_line
from tests.record.projects import OFFICER, SECOND_PERSON, decide, drawing, project, recorded, registered

pytestmark = pytest.mark.record

scenarios("record.feature")


@pytest.fixture(autouse=True)
def on_both_databases(store: Store) -> None:
    """A scenario asks for its fixtures as it goes; this one is known beforehand, so that it can run on each database."""


@dataclass
class World:
    store: Store
    reviews: dict[str, Recorded] = field(default_factory=dict)

    def finding(self, name: str, rule: str) -> dict[str, Any]:
        document = json.loads(self.reviews[name].content)
        return next(each for each in document["findings"] if each["rule"] == rule)

    def standing(self, name: str) -> ProjectState:
        with self.store.reading() as connection:
            found = latest(connection, self.reviews[name].project)
        assert found
        return found

    def lines(self, on_list: bool) -> dict[str, str]:
        with self.store.reading() as connection:
            return {each["code"] or "": each["why"]["code"] for each in each_line(connection, Filters(on_list=on_list))}


@given("一份空的记录", target_fixture="world")
def empty(store: Store) -> World:
    return World(store)


@given(parsers.parse("来源“{source}”核定削减量 {verified} 吨"))
def has_source(world: World, source: str, verified: str) -> None:
    registered(world.store, verified, source)


@when(parsers.parse("项目“{name}”提交，使用来源“{source}” {amount} 吨"))
def submits(world: World, name: str, source: str, amount: str) -> None:
    world.reviews[name] = recorded(world.store, drawing(name, amount, source))


@given(parsers.parse("存量项目“{name}”已提交"))
def existing(world: World, name: str) -> None:
    world.reviews[name] = recorded(world.store, project(name, {"project.stage": "existing"}))


@when(
    parsers.re(
        "对项目“(?P<name>.)”决定“(?P<outcome>.+?)”，理由“(?P<reason>.+?)”，依据“(?P<clause>[0-9.-]+)”(，由“(?P<who>.+?)”于“(?P<due>.+?)”前完成)?$"
    )
)
def decides(world: World, name: str, outcome: str, reason: str, clause: str, who: str | None, due: str | None) -> None:
    ruling = Ruling(outcome, reason, clause, responsible=who, due=date.fromisoformat(due) if due else None)
    decide(world.store, world.reviews[name].id, ruling, OFFICER)


@when(parsers.parse("项目“{name}”撤回"))
def withdraws(world: World, name: str) -> None:
    take_step(world.store, world.reviews[name].project, "withdrawn", OFFICER, reason="申请人来函（示例）")


@when(parsers.parse("项目“{name}”处置完成"))
def closes(world: World, name: str) -> None:
    take_step(world.store, world.reviews[name].project, "disposition_closed", OFFICER, reason="整改验收（示例）")


@then(parsers.parse("项目“{name}”占用来源“{source}” {amount} 吨"))
def holds(world: World, name: str, source: str, amount: str) -> None:
    with world.store.reading() as connection:
        line = next(each for each in register_lines(connection) if each["source"] == source)
    assert {each["project"]: each["held_t"] for each in line["holders"]}[world.reviews[name].project] == amount


@then(parsers.parse("项目“{name}”的“{rule}”为“{status}”"))
def has_status(world: World, name: str, rule: str, status: str) -> None:
    assert world.finding(name, rule)["status"] == status


@then(parsers.parse("项目“{name}”的“{rule}”说明中有“{other}”"))
def says(world: World, name: str, rule: str, other: str) -> None:
    assert any(other in note["zh"] for note in world.finding(name, rule)["notes"])


@then(parsers.parse("工作清单中有“{name}”，因为“{why}”"))
def on_list(world: World, name: str, why: str) -> None:
    assert world.lines(True)[name] == why


@then(parsers.parse("工作清单中没有“{name}”"))
def not_on_list(world: World, name: str) -> None:
    assert name not in world.lines(True)


@then(parsers.parse("已移出清单的有“{name}”，因为“{why}”"))
def off_list(world: World, name: str, why: str) -> None:
    assert world.lines(False)[name] == why


@then(parsers.parse("项目“{name}”有未销号的处置意见"))
def open_disposition(world: World, name: str) -> None:
    disposition = world.standing(name)["disposition"]
    assert disposition is not None and disposition["closed"] is False


@then(parsers.parse("项目“{name}”没有未销号的处置意见"))
def closed_disposition(world: World, name: str) -> None:
    disposition = world.standing(name)["disposition"]
    assert disposition is not None and disposition["closed"] is True


@then(parsers.parse("项目“{name}”的建议为“{word}”"))
def recommends(world: World, name: str, word: str) -> None:
    assert world.reviews[name].recommendation == word


@then(parsers.parse("不写理由不能对项目“{name}”决定“{outcome}”"))
def needs_reason(world: World, name: str, outcome: str) -> None:
    with pytest.raises(Refused, match="须写明理由"):
        decide(world.store, world.reviews[name].id, Ruling(outcome, clause="4.3-5", second=SECOND_PERSON), OFFICER)


@then(parsers.parse("没有复核人不能对项目“{name}”决定“{outcome}”"))
def needs_second(world: World, name: str, outcome: str) -> None:
    with pytest.raises(Refused, match="须有另一人复核"):
        decide(world.store, world.reviews[name].id, Ruling(outcome, "理由（示例）", "4.3-5"), OFFICER)


@then(parsers.parse("项目“{name}”的经过为“{kinds}”"))
def happened(world: World, name: str, kinds: str) -> None:
    with world.store.reading() as connection:
        events = timeline(connection, world.reviews[name].project)["events"]
    assert [each["kind"] for each in events] == kinds.split()


@then("记录完好")
def intact(world: World) -> None:
    with world.store.reading() as connection:
        assert verify(connection).breaks == ()
