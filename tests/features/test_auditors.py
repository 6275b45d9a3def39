"""auditors.feature on a real SQLite file and a real PostgreSQL."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from api.targets import target
from review.clock import today
from review.law.amendments import Amended, Amendment
from review.papers.opinion import opinion
from review.papers.source import read_dossier
from review.record.cases.submissions import Recorded
from review.record.editions.adoption import adopt_shipped_once
from review.record.editions.drawing_up import proposal_for
from review.record.editions.in_force import law_of
from review.record.editions.proposals import confirm, propose
from review.record.proof.rejudging import rejudge, tasks
from review.record.storage.contents import Span
from review.record.storage.store import Store
from review.record.views.adopted_editions import adopted_json
from review.record.views.corrected_figures import (
    CorrectedFigure,
    Period,
    corrected_as_csv,
    each_corrected,
    list_corrected,
)
from review.record.views.replay_reach import Reach, reach_of
from review.record.views.timeline import timeline
from review.record.views.worklist import each_line
from review.record.views.worklist import page as worklist_page
from review.record.views.worklist_export import as_csv
from tests.law.recorded import recorded_edition
from tests.record.offices import KEEPER, PAPER, PROPOSER, staffed
from tests.record.projects import OFFICER, before_adoption, decide, drawing, overruled, project, recorded

pytestmark = pytest.mark.record

scenarios("auditors.feature")


@pytest.fixture(autouse=True)
def on_both_databases(store: Store) -> None:
    """A scenario asks for its fixtures as it goes; this one is known beforehand, so that it can run on each database."""


@dataclass
class World:
    store: Store
    reviews: dict[str, Recorded] = field(default_factory=dict)
    adoptions: list[int] = field(default_factory=list)

    def submit(self, name: str, day: str, sheet: Any, **options: Any) -> None:
        self.reviews[name] = recorded(self.store, sheet, as_of=date.fromisoformat(day), **options)

    def approve(self, name: str) -> None:
        decide(self.store, self.reviews[name].id, overruled("approve"), OFFICER)

    def corrected(self, period: Period) -> list[CorrectedFigure]:
        """The list as it is exported, which is what its pages give."""
        with self.store.reading() as connection:
            found = list(each_corrected(connection, period))
            pages, after = list[CorrectedFigure](), 0
            while True:
                page = list_corrected(connection, period, after=after, limit=1)
                pages += page["items"]
                if page["next"] is None:
                    break
                after = page["next"]
            assert pages == found
            assert corrected_as_csv(iter(found)).decode("utf-8-sig").count("\r\n") == 1 + len(found)
        return found

    def replayed(self, against: str) -> tuple[Reach, list[Any]]:
        with self.store.reading() as connection:
            aim = target(law_of(connection), against, None)
            results = list(rejudge(tasks(connection), aim))
            return reach_of(connection, Span(), aim), [each["difference"] for each in results]

    def flips(self, against: str, rule: str) -> list[Any]:
        _, found = self.replayed(against)
        return [flip for each in found if each for flip in each["flips"] if flip["rule"] == rule]


def offset(name: str, allocated: str, emission: str) -> Any:
    return drawing(name, allocated, source=f"S-{name}", emission=emission)


@given("一份记录，规则员乙可以确认规则员甲的提案", target_fixture="world")
def office(store: Store) -> World:
    staffed(store)
    return World(store)


@given(parsers.parse("审查日“{day}”的项目“{name}”使用 {allocated} 吨抵减 {emission} 吨，已批准"))
@when(parsers.parse("审查日“{day}”的项目“{name}”使用 {allocated} 吨抵减 {emission} 吨，已批准"))
def approved(world: World, day: str, name: str, allocated: str, emission: str) -> None:
    world.submit(name, day, offset(name, allocated, emission))
    world.approve(name)


@given(parsers.parse("审查日“{day}”的项目“{name}”使用 {allocated} 吨抵减 {emission} 吨，尚未决定"))
def undecided(world: World, day: str, name: str, allocated: str, emission: str) -> None:
    world.submit(name, day, offset(name, allocated, emission))


@given(parsers.parse("审查日“{day}”的项目“{name}”没有 VOCs 排放，已批准"))
def without(world: World, day: str, name: str) -> None:
    world.submit(name, day, project(name, {"voc": "none"}))
    world.approve(name)


@given(parsers.parse("项目“{name}”后来不予批准"))
def refused(world: World, name: str) -> None:
    decide(world.store, world.reviews[name].id, overruled("reject"), OFFICER)


@when(parsers.parse("“{name}”以“{kind}”改为“{value}”，自“{first}”起"))
def changes(world: World, name: str, kind: str, value: str, first: str) -> None:
    paper = None if kind == "setting" else PAPER
    change = Amendment("parameters", {"parameter": name}, {"value": value}, kind, "更正（示例）", paper)
    drawn = proposal_for(world.store, Amended(date.fromisoformat(first), (change,)))
    number = propose(world.store, drawn, "更正（示例）", PROPOSER)
    world.adoptions.append(confirm(world.store, number, KEEPER))


@when(parsers.parse("审查日“{day}”的项目“{name}”按版本“{edition}”审查"))
def judged_by(world: World, day: str, name: str, edition: str) -> None:
    with world.store.reading() as connection:
        found = law_of(connection).choose(edition, date.fromisoformat(day))
    world.submit(name, day, offset(name, "12", "10"), ruleset=found)


@then(parsers.parse("所列的批准为“{words}”"))
def listed(world: World, words: str) -> None:
    told = []
    for each in world.corrected(Period()):
        cell = next(cell for cell in each["change"]["cells"] if cell["column"] == "value")
        flips = "会变" if each["flips"] else "不变" if each["rests"] == ["voc-offset"] else "?"
        told.append(f"{each['code']} {cell['then']}→{cell['now']} {each['edition']} {flips}")
        assert (each["error"], each["ruleset"], each["change"]["document"]) == (None, "fuqing@2026", PAPER.words)
    assert ("；".join(told) or "没有") == words


@then(parsers.parse("期间“{since} 至 {until}”所列的批准有 {many:d} 项"))
def within(world: World, since: str, until: str, many: int) -> None:
    days = [today() if each == "决定日" else date.fromisoformat(each) for each in (since, until)]
    assert len(world.corrected(Period(*days))) == many


@then(parsers.parse("版本“{name}”写明由“{proposer}”提出、“{confirmer}”确认，在其采用的事件"))
def by_whom(world: World, name: str, proposer: str, confirmer: str) -> None:
    adopted = edition(world, name)["adopted"]
    assert (adopted["proposer"]["name"], adopted["confirmer"]["name"]) == (proposer, confirmer)
    assert adopted["event"] == str(world.adoptions[-1]) and adopted["at"].endswith("Z")


@then(parsers.parse("版本“{name}”写明“{figure}”“{then_}”改为“{now}”，依据“{document}”第“{page}”页，“{issued}”"))
def on_what(world: World, name: str, figure: str, then_: str, now: str, document: str, page: str, issued: str) -> None:
    (change,) = edition(world, name)["changes"]
    assert {"column": "value", "then": then_, "now": now} in change["cells"]
    assert document in change["document"] and (change["name"], change["page"], change["issued"]) == (
        figure,
        page,
        issued,
    )


@then(parsers.parse("版本“{name}”没有提案人"))
def by_nobody(world: World, name: str) -> None:
    adopted = edition(world, name)["adopted"]
    assert (adopted["proposal"], adopted["proposer"], adopted["confirmer"]) == (None, None, None)


def edition(world: World, name: str) -> Any:
    with world.store.reading() as connection:
        found = adopted_json(connection, law_of(connection), "fuqing")
    return next(each for each in found if each["name"] == f"fuqing@{name}")


@given(parsers.parse("版本“{name}”更正之前记录的项目“{project_name}”，已批准"))
def before_correction(world: World, name: str, project_name: str) -> None:
    old = recorded_edition(name)
    with before_adoption(old):
        world.submit(project_name, "2023-08-01", project(project_name), ruleset=old)
    world.approve(project_name)


@given(parsers.parse("采用更正后的版本之后记录的项目“{project_name}”，按版本“{name}”"))
def after_correction(world: World, project_name: str, name: str) -> None:
    adopt_shipped_once(world.store)
    with world.store.reading() as connection:
        new = law_of(connection).choose(f"fuqing@{name}", date(2023, 8, 1))
    world.submit(project_name, "2023-08-01", project(project_name), ruleset=new)


@then(parsers.parse("项目“{name}”的版本在清单、经过和文书上称为“{called}”加摘要的前 8 位"))
def called_by_digest(world: World, name: str, called: str) -> None:
    assert names_of(world, name) == {f"{called}{recorded_edition(called.rstrip('~')).digest[7:15]}"}


@then(parsers.parse("项目“{name}”的版本在清单、经过和文书上称为“{called}”"))
def called_by_name(world: World, name: str, called: str) -> None:
    assert names_of(world, name) == {called}


def names_of(world: World, name: str) -> set[str]:
    """What the edition of a project's review is called in the list, its export, the project's history and on paper."""
    review = world.reviews[name]
    with world.store.reading() as connection:
        lines = [each for each in each_line(connection) if each["code"] == name]
        lines += [each for each in worklist_page(connection).lines if each["code"] == name]
        lines.append(timeline(connection, review.project)["standing"])
        exported = next(csv.DictReader(line for line in as_csv(iter(lines), {}).decode("utf-8-sig").splitlines()))
        document = opinion(read_dossier(connection, review.id), "zh")
    names = {str(each["ruleset"]) for each in lines} | {exported["规则版本"]}
    on_paper = re.findall(r"(\S+) 版（按 2023 年版", str(document))
    assert len(lines) == 3 and on_paper
    return {each.partition("@")[2] for each in names} | {each.rpartition("'")[2] for each in on_paper}


@then(parsers.parse("对照“{against}”重放，“{rule}”没有变化"))
def stays(world: World, against: str, rule: str) -> None:
    assert world.flips(against, rule) == []


@then(parsers.parse("对照“{against}”重放，“{rule}”的变化因为“{kind}”"))
def because(world: World, against: str, rule: str, kind: str) -> None:
    found = world.flips(against, rule)
    assert found and {tuple(each["kinds"]) for each in found} == {(kind,)}
    assert {tuple(each["causes"]) for each in found} == {("parameter offset_ratio",)}


@then(parsers.parse("对照“{against}”重放说明“{words}”"))
def says(world: World, against: str, words: str) -> None:
    reach, _ = world.replayed(against)
    assert words in "".join(each.zh for each in reach.notes)
    assert reach.compares == ("没有比较" not in "".join(each.zh for each in reach.notes))


@then(parsers.parse("对照“{against}”重放比较 {many:d} 项"))
def compares(world: World, against: str, many: int) -> None:
    reach, _ = world.replayed(against)
    assert reach.reviews - reach.same == many
