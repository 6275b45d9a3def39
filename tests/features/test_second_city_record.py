"""second_city_record.feature: projects of two cities in one record, on a real SQLite file and a real PostgreSQL."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from api.targets import target
from review import judge, parse_sheet
from review.errors import Refused
from review.law.loading import choose, load_builtin
from review.law.plan_text import quotes
from review.papers.blocks import Kind, Language
from review.papers.papers import paper_page
from review.portfolio.evaluating import evaluate
from review.portfolio.recorded import recorded_facts
from review.portfolio.replaying import replay_portfolio
from review.record.cases.plan_text import attach_plan, latest_plan
from review.record.cases.submissions import Recorded, submit
from review.record.editions.in_force import editions_recorded, law_of
from review.record.proof.rejudging import rejudge, tasks
from review.record.proof.verification import verify
from review.record.register.balances import read_register
from review.record.register.entries import SourceEntry, register_source
from review.record.storage.contents import Span, read_review
from review.record.storage.store import Store
from review.record.views.indicators import indicators
from review.record.views.split_projects import thresholds
from review.record.views.worklist import Filters, each_line
from review.replay.replaying import Target
from review.replay.results import VerdictDifference
from tests.record.projects import OFFICER, decide, drawing, overruled
from tests.second_city import FOLDERS, OTHERS, ceramics
from tests.sheets import AS_OF, sheet

pytestmark = pytest.mark.record

scenarios("second_city_record.feature")
LINSHUI, FUQING = "临水", "福清"


@pytest.fixture(autouse=True)
def on_both_databases(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scenario asks for its fixtures as it goes; these are known beforehand, so that it can run on each database."""
    monkeypatch.setenv("TWO_HIGH_RULESETS", FOLDERS)


@dataclass
class World:
    store: Store
    reviews: dict[str, Recorded] = field(default_factory=dict)
    found: dict[int, VerdictDifference] = field(default_factory=dict)

    def replayed(self, aim: Target) -> None:
        """Replay all and remember what differs."""
        with self.store.reading() as connection:
            for each in rejudge(tasks(connection), aim, 1):
                assert each["difference"] is not None and "layer" not in each["difference"]
                self.found[each["review"]] = each["difference"]

    def difference(self, city: str) -> VerdictDifference:
        return self.found[self.reviews[city].id]


@given(parsers.parse("一份空的记录，本单位的规则集为“{name}”"), target_fixture="world")
def empty(store: Store, monkeypatch: pytest.MonkeyPatch, name: str) -> World:
    monkeypatch.setenv("TWO_HIGH_RULESET", name)
    return World(store)


@given(parsers.parse("来源“{source}”在“{area}”核定削减量 {amount} 吨"))
def has_source(world: World, source: str, area: str, amount: str) -> None:
    register_source(world.store, SourceEntry(source, area, Decimal(amount), "核定文号（虚构）"), OFFICER)


@given(parsers.parse("{city}市的项目已按“{ruleset}”于 {day} 提交，使用来源“{source}” {amount} 吨"))
def submitted(world: World, city: str, ruleset: str, day: str, source: str, amount: str) -> None:
    on = date.fromisoformat(day)
    raw = sheet({"voc.offsets[0].allocated_t": amount, "voc.offsets[0].source": source}, ceramics())
    made = parse_sheet(raw) if city == LINSHUI else drawing("F-1", amount, source)
    edition = choose(ruleset, on)
    world.reviews[city] = submit(world.store, made, OFFICER, ruleset=edition, as_of=on, reason="补录（示例）")


@then(parsers.parse("工作清单中的项目依次由“{names}”审查"))
def listed(world: World, names: str) -> None:
    with world.store.reading() as connection:
        assert [each["ruleset"] for each in each_line(connection, Filters())] == names.split("、")


@then(parsers.parse("记录中的版本为“{names}”"))
def editions_are(world: World, names: str) -> None:
    with world.store.reading() as connection:
        used = {read_review(connection, each.id).ruleset for each in world.reviews.values()}
        recorded = editions_recorded(connection, law_of(connection))
        assert {each.name for each in recorded if each.digest in used} == {*names.split("、")}


@then("记录完好")
def intact(world: World) -> None:
    with world.store.reading() as connection:
        assert verify(connection).breaks == ()


@then("全部重放与记录逐字节相同")
def same_bytes(world: World) -> None:
    with world.store.reading() as connection:
        results = list(rejudge(tasks(connection), Target(), 1))
    assert [each["difference"] for each in results] == [None, None]


@then("按列重放与记录相同")
def same_columns(world: World) -> None:
    with world.store.reading() as connection:
        batches = list(replay_portfolio(tasks(connection), Target(), 1, 1))
    assert [each["difference"] for batch in batches for each in batch.results] == [None, None]


@when(parsers.parse("按 {day} 重放"))
def replayed_on(world: World, day: str) -> None:
    with world.store.reading() as connection:
        law = law_of(connection)
    world.replayed(target(law, None, date.fromisoformat(day)))


@when(parsers.parse("对照“{name}”重放"))
def replayed_against(world: World, name: str) -> None:
    with world.store.reading() as connection:
        aim = target(law_of(connection), name, None)
        for each in rejudge(tasks(connection), aim, 1):
            if each["difference"] is not None and "layer" not in each["difference"]:
                world.found[each["review"]] = each["difference"]


@then(parsers.parse("{city}市的项目对照“{name}”，“{rule}”由 {then_} 变为 {now}，原因是“{cause}”"))
def flips(world: World, city: str, name: str, rule: str, then_: str, now: str, cause: str) -> None:
    difference = world.difference(city)
    assert difference["against"] == name
    (flip,) = (each for each in difference["flips"] if each["rule"] == rule)
    assert (flip["then"], flip["now"], flip["causes"], flip["kinds"]) == (then_, now, [cause], ["law"])


@then(parsers.re(r"(?P<city>..)市的项目对照“(?P<name>[^”]+)”$"))
def against(world: World, city: str, name: str) -> None:
    assert world.difference(city)["against"] == name


@then(parsers.parse("{city}市的项目无从比较，写明“{place}”"))
def cannot_be_compared(world: World, city: str, place: str) -> None:
    difference = world.difference(city)
    assert difference["error"] is not None and place in difference["error"] and difference["flips"] == []


@then(parsers.parse("登记来源时区域“{area}”被拒绝，列出“{allowed}”"))
def area_refused(world: World, area: str, allowed: str) -> None:
    with pytest.raises(Refused) as told:
        register_source(world.store, SourceEntry("L-9", area, Decimal(1), "核定文号（虚构）"), OFFICER)
    (fault,) = told.value.faults
    assert fault.where == "area" and fault.text.en.endswith(f"allowed: {allowed}")


@then("所登记区域不在本规则集的来源，不能确定是否计入")
def another_citys_source(world: World) -> None:
    day = date(2026, 9, 1)
    made = parse_sheet(sheet({"voc.offsets[0].source": "F-1"}, ceramics()))
    with world.store.reading() as connection:
        review = judge(made, choose("linshui", day), day, read_register(connection, made, None))
    (finding,) = (each for each in review.findings if each.rule.id == "voc-offset")
    assert (finding.status, finding.missing) == ("missing", ("voc.offsets[0].area",))


@when("批准两市的项目")
def approves_all(world: World) -> None:
    for each in world.reviews.values():
        decide(world.store, each.id, overruled("approve"), OFFICER)


@then(parsers.parse("“{name}”的指标计入 {many:d} 个项目，削减目标为“{targets}”"))
def counted(world: World, name: str, many: int, targets: str) -> None:
    with world.store.reading() as connection:
        found = indicators(connection, choose(name, date(2025, 9, 1)))
    lines = [f"{each['pollutant']} {each['target_t']} {each['clause']}" for each in found["reductions"]]
    assert (found["projects"], lines) == (many, targets.split("、"))


@then(parsers.parse("“{name}”的拆分门槛为“{figures}”"))
def split_below(name: str, figures: str) -> None:
    day = date(2025, 9, 1)
    found = [f"{each.measure} {each.value} {each.clause}" for each in thresholds(choose(name, day), day)]
    assert found == figures.split("、")


@then(parsers.parse("“{one}”的列有项目“{city}”，“{other}”的列有项目“{elsewhere}”"))
def columns_of(world: World, one: str, city: str, other: str, elsewhere: str) -> None:
    for name, mine in ((one, city), (other, elsewhere)):
        edition = choose(name, date(2026, 9, 1))
        with world.store.reading() as connection:
            (found,) = recorded_facts(connection, Span(), (edition,), None, 1)
        outcomes = evaluate(found.facts[0], edition)
        assert (list(outcomes.statuses()), outcomes.refused) == ([world.reviews[mine].id], {})


@when(parsers.parse("附入“{name}”的方案原文"))
def attached(world: World, name: str) -> None:
    editions = load_builtin(name)
    words = dict.fromkeys(quote for edition in editions for _, _, quote in quotes(edition))
    attach_plan(world.store, "\n".join(words).encode(), editions, OFFICER)


@then(parsers.parse("“{one}”的方案已附入，“{other}”的尚未附入"))
def plans_are(world: World, one: str, other: str) -> None:
    with world.store.reading() as connection:
        assert latest_plan(connection, one) is not None
        assert latest_plan(connection, other) is None


@then(parsers.parse("临水市项目的文书有{title}，没有福清市的字样"))
def printed(world: World, title: str) -> None:
    raw = sheet({}, ceramics())
    raw.pop("voc")
    open_one = submit(
        world.store, parse_sheet(raw | {"project": {**raw["project"], "code": None}}), OFFICER,
        ruleset=choose("linshui", AS_OF), as_of=AS_OF, reason="补录（示例）",
    )  # fmt: skip
    papers: tuple[tuple[Kind, int], ...] = (("opinion", world.reviews[LINSHUI].id), ("notice", open_one.id))
    languages: tuple[Language, ...] = ("zh", "en")
    with world.store.reading() as connection:
        pages = [
            paper_page(connection, number, language, kind).decode() for kind, number in papers for language in languages
        ]
    for page in pages:
        assert title.strip("《》") in page
        assert OTHERS.search(page) is None
    document = json.loads(world.reviews[LINSHUI].content)
    assert document["ruleset"]["id"] == "linshui" and OTHERS.search(world.reviews[LINSHUI].content.decode()) is None
