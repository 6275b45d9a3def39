"""law.feature on a real SQLite file and a real PostgreSQL."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from review.errors import Refused
from review.law.amendments import Amended, Amendment
from review.law.changes import entry_of
from review.law.compiling import from_content
from review.law.loading import load_builtin
from review.record.access.known_people import know_person
from review.record.access.rule_keepers import set_rule_keeper
from review.record.cases.submissions import Recorded
from review.record.editions import in_force
from review.record.editions.adoption import adopt_shipped_once
from review.record.editions.drawing_up import of_folder, proposal_for, proposal_of_shipped
from review.record.editions.in_force import Law, law_of
from review.record.editions.proposals import confirm, list_proposals, propose, send_back, withdraw
from review.record.proof.rejudging import rejudge, tasks
from review.record.proof.verification import verify
from review.record.storage.store import Store
from review.replay.replaying import Target
from tests.record.offices import KEEPER, PAPER, PROPOSER, SUBJECTS, THIRD, adopted, proposed, ratio, staffed
from tests.record.projects import project, recorded

pytestmark = pytest.mark.record

scenarios("law.feature")
PERSONS = {"甲": PROPOSER, "乙": KEEPER, "丙": THIRD}


@pytest.fixture(autouse=True)
def on_both_databases(store: Store) -> None:
    """A scenario asks for its fixtures as it goes; this one is known beforehand, so that it can run on each database."""


@dataclass
class World:
    store: Store
    reviews: dict[str, Recorded] = field(default_factory=dict)
    proposal: int = 0

    @property
    def law(self) -> Law:
        with self.store.reading() as connection:
            return law_of(connection)


@given("一份空的记录，规则员甲和有规则管理权的规则员乙", target_fixture="world")
def empty(store: Store) -> World:
    staffed(store)
    return World(store)


@given("规则员甲也有规则管理权")
def also_keeper(world: World) -> None:
    set_rule_keeper(world.store, SUBJECTS[PROPOSER.name], True, "授权（示例）", "test")


@when("收回规则员乙的规则管理权")
def no_keeper(world: World) -> None:
    set_rule_keeper(world.store, SUBJECTS[KEEPER.name], False, "离岗（示例）", "test")


@given(parsers.parse("规则员甲提出倍量“{value}”，自“{first}”起"))
def proposes(world: World, value: str, first: str) -> None:
    world.proposal = proposed(world.store, value, date.fromisoformat(first))


@given(parsers.parse("规则员甲提出倍量“{value}”，自“{first}”起，规则员乙确认"))
@when(parsers.parse("规则员甲提出倍量“{value}”，自“{first}”起，规则员乙确认"))
def proposes_and_confirms(world: World, value: str, first: str) -> None:
    if world.law.position:
        found = proposal_for(world.store, ratio(value, date.fromisoformat(first)))
        confirm(world.store, propose(world.store, found, "按通知修改（示例）", PROPOSER), KEEPER)
    else:
        adopted(world.store, value, date.fromisoformat(first))


@when(parsers.parse("提案被“{how}”"))
def ends(world: World, how: str) -> None:
    if how == "退回":
        send_back(world.store, world.proposal, "页码不符（示例）", KEEPER)
    else:
        withdraw(world.store, world.proposal, "重新拟制（示例）", PROPOSER)


@then(parsers.parse("规则员{who}不能确认，因为“{code}”"))
def cannot_confirm(world: World, who: str, code: str) -> None:
    if who == "丙":
        know_person(world.store, SUBJECTS[THIRD.name], PERSONS[who].name, "test")
    before = world.law
    with pytest.raises(Refused) as caught:
        confirm(world.store, world.proposal, PERSONS[who])
    assert [each.code for each in caught.value.faults] == [code]
    assert world.law == before


@when(parsers.parse("项目“{name}”于“{day}”提交"))
def submits(world: World, name: str, day: str) -> None:
    world.reviews[name] = recorded(world.store, project(name), as_of=date.fromisoformat(day))


@then(parsers.parse("项目“{name}”依据“{edition}”"))
def judged_by(world: World, name: str, edition: str) -> None:
    document: Any = json.loads(world.reviews[name].content)
    assert document["ruleset"]["edition"] == edition
    assert not [each for each in document["notes"] if each["code"] == "edition-overridden"]


@then("已采用随程序发布的全部版本")
def all_shipped(world: World) -> None:
    assert world.law.position > 0
    assert [each.digest for each in world.law.editions] == [each.digest for each in load_builtin()]


@then(parsers.parse("“{day}”施行的版本为“{edition}”，倍量“{value}”"))
def in_force_on(world: World, day: str, edition: str, value: str) -> None:
    found = world.law.choose(None, date.fromisoformat(day))
    assert (found.edition, found.parameters["offset_ratio"].text, found.overridden) == (edition, value, False)


@then("全部审查重放一致")
def replays(world: World) -> None:
    with world.store.reading() as connection:
        assert [each["difference"] for each in rejudge(tasks(connection), Target())] == [None] * len(world.reviews)


@then(parsers.parse("不能依据改过内容的“{edition}”提交，因为“{code}”"))
def another_content(world: World, edition: str, code: str) -> None:
    now = next(each for each in load_builtin() if each.edition == edition)
    altered = from_content({**now.content, "title": {"zh": "改过的（示例）", "en": "altered"}})
    with pytest.raises(Refused) as caught:
        recorded(world.store, project("乙"), ruleset=altered)
    assert [each.code for each in caught.value.faults] == [code]


@given(parsers.parse("记录建立时程序还没有“{edition}”"))
def without(world: World, edition: str, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = tuple(each for each in load_builtin() if each.edition != edition)
    with monkeypatch.context() as patch:
        patch.setattr(in_force, "load_builtin", lambda _: earlier)
        adopt_shipped_once(world.store)


@given(parsers.parse("记录建立时程序的“{edition}”内容不同"))
def with_another(world: World, edition: str, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = tuple(
        from_content({**each.content, "facts": 2}) if each.edition == edition else each for each in load_builtin()
    )
    with monkeypatch.context() as patch:
        patch.setattr(in_force, "load_builtin", lambda _: earlier)
        adopt_shipped_once(world.store)


@then("随程序发布的版本没有可提的")
def nothing_to_propose(world: World) -> None:
    with pytest.raises(Refused, match="nothing to propose"):
        of_folder(world.law, load_builtin(), {})


@then(parsers.parse("等待采用的版本为“{edition}”"))
def waits(world: World, edition: str) -> None:
    assert [each.edition for each in world.law.waiting()] == [edition]


@then("没有等待采用的版本")
def nothing_waits(world: World) -> None:
    assert world.law.waiting() == ()


@when("规则员甲提出随程序发布的版本，规则员乙确认")
def proposes_shipped(world: World) -> None:
    found = proposal_of_shipped(world.store)
    confirm(world.store, propose(world.store, found, "随程序发布（示例）", PROPOSER), KEEPER)


@given(parsers.parse("规则员甲提出“{name}”“{value}”，自“{first}”起，规则员乙确认"))
def another_parameter(world: World, name: str, value: str, first: str) -> None:
    change = Amendment("parameters", {"parameter": name}, {"value": value}, "law", "按通知修改（示例）", PAPER)
    found = proposal_for(world.store, Amended(date.fromisoformat(first), (change,)))
    confirm(world.store, propose(world.store, found, "按通知修改（示例）", PROPOSER), KEEPER)


@then(parsers.parse("“{day}”施行的版本载明“{change}”的文件"))
def declared(world: World, day: str, change: str) -> None:
    found = world.law.choose(None, date.fromisoformat(day))
    entry = entry_of(change, found.content["history"])
    assert entry is not None and entry["document"] == PAPER.words


@then("没有未带入的改动")
def nothing_left_out(world: World) -> None:
    assert conflicts(world) == []


@then(parsers.parse("未带入的改动为“{change}”"))
def left_out(world: World, change: str) -> None:
    assert conflicts(world) == [change]


def conflicts(world: World) -> list[str]:
    with world.store.reading() as connection:
        return [each for found in list_proposals(connection)[:1] for pair in found.pairs for each in pair.conflicts]


@then("记录完好")
def intact(world: World) -> None:
    with world.store.reading() as connection:
        assert verify(connection).breaks == ()
