"""search.feature on a real SQLite file and a real PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from review.errors import Refused
from review.readers.past_rows import PastRow
from review.record.cases.attaching import Looked, attach
from review.record.cases.attachments import AttachedTo
from review.record.cases.decisions import decide
from review.record.cases.past_decisions import import_rows
from review.record.cases.rulings import Ruling
from review.record.cases.submissions import Recorded
from review.record.register.entries import SourceEntry, register_source
from review.record.search.index import bring_up
from review.record.search.searching import Hits, search
from review.record.storage.files import scan
from review.record.storage.store import Store
from tests.record.projects import OFFICER, project, recorded

pytestmark = pytest.mark.record

scenarios("search.feature")


@pytest.fixture(autouse=True)
def on_both_databases(store: Store) -> None:
    """A scenario asks for its fixtures as it goes; this one is known beforehand, so that it can run on each database."""


@dataclass
class World:
    store: Store
    reviews: dict[str, Recorded] = field(default_factory=dict)
    hits: Hits | None = None
    refused: str = ""

    def look_for(self, typed: str) -> None:
        bring_up(self.store)
        try:
            with self.store.reading() as connection:
                self.hits = search(connection, typed)
        except Refused as error:
            self.refused = str(error)

    def found(self) -> set[str]:
        assert self.hits is not None
        return {each["title"]["zh"].removeprefix("测试项目 ").split("（")[0].split()[0] for each in self.hits["items"]}


@given("一份记录，其中有江阴港城经济区的项目“甲”和“乙”", target_fixture="world")
def two_projects(store: Store) -> World:
    world = World(store)
    for name in ("甲", "乙"):
        world.reviews[name] = recorded(store, project(name, {"site.park": "jiangyin"}))
    return world


@given(parsers.parse("来源“{source}”登记为“{name}”，文号“{document}”"))
def has_source(world: World, source: str, name: str, document: str) -> None:
    register_source(world.store, SourceEntry(source, "fuqing", Decimal(9), document, name=name), OFFICER)


@given(parsers.parse("导入了原案号“{reference}”的项目“旧”"))
def imported(world: World, reference: str) -> None:
    stated = {"name": "旧（虚构）", "code": "OLD-1", "industry": "3011", "nature": "new", "stage": "proposed"}
    decided = {"outcome": "approve", "officer": "旧审查岗", "decided_on": "2022-05-20"}
    envelope = {
        "reference": reference,
        "as_of": "2022-05-01",
        **{f"decision.{name}": each for name, each in decided.items()},
    }
    made = import_rows(world.store, [PastRow("1", {"project": stated}, envelope, ())], OFFICER)
    assert made.added == 1, made


@given(parsers.parse("项目“{name}”附有文件“{file}”，说明“{note}”"))
def has_file(world: World, name: str, file: str, note: str) -> None:
    to = AttachedTo(review=world.reviews[name].id)
    attach(world.store, to, scan(file, b"%PDF-1.7 fictional"), OFFICER, Looked(note=note))


@given(parsers.parse("来源“{source}”附有文件“{file}”，说明“{note}”"))
def source_has_file(world: World, source: str, file: str, note: str) -> None:
    to = AttachedTo(source=source)
    attach(world.store, to, scan(file, b"%PDF-1.7 fictional"), OFFICER, Looked(note=note))


@when(parsers.parse("对项目“{name}”决定“{outcome}”，决定人“{officer}”"))
def decides(world: World, name: str, outcome: str, officer: str) -> None:
    ruling = Ruling(outcome, reason="理由（示例）", clause="3.10-7", decided_on=date.today())
    decide(world.store, world.reviews[name].id, ruling, officer)


@when(parsers.parse("检索“{typed}”"))
def looks_for(world: World, typed: str) -> None:
    world.look_for(typed)


@when(parsers.parse("检索项目“{name}”的审查编号"))
def looks_for_a_review(world: World, name: str) -> None:
    world.look_for(str(world.reviews[name].id))


@then(parsers.parse("找到“{names}”"))
def finds(world: World, names: str) -> None:
    assert world.found() == (set() if names == "无" else set(names.split("、")))


@then(parsers.parse("检索被拒，说明“{words}”"))
def is_refused(world: World, words: str) -> None:
    assert world.hits is None
    assert words in world.refused


@then(parsers.parse("最前的是“{name}”，所在处为“{place}”"))
def comes_first(world: World, name: str, place: str) -> None:
    assert world.hits is not None
    first = world.hits["items"][0]
    assert f"测试项目 {name}" in first["title"]["zh"]
    assert place in [each["place"]["zh"] for each in first["found"]]
