"""attachments.feature on a real SQLite file and a real PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from review.errors import TwoHighError
from review.papers.blocks import Paper
from review.papers.html import fragment
from review.papers.papers import read_paper
from review.record.cases.attaching import Looked, attach, withdraw_attachment
from review.record.cases.attachments import (
    AttachedTo,
    Attachment,
    attachment_file,
    list_attachments,
    on_project,
    on_review,
    on_source,
)
from review.record.cases.submissions import Recorded
from review.record.proof.paper_code import look_up
from review.record.proof.verification import verify
from review.record.storage.files import scan
from review.record.storage.store import Store
from review.record.views.attachment_lines import attachment_line
from review.record.views.review_page import judged_again
from review.record.views.timeline import timeline
from tests.record.projects import OFFICER, decide, drawing, overruled, recorded, registered

pytestmark = pytest.mark.record

scenarios("attachments.feature")
CONTENTS = {"空.pdf": b"", "网页.html": b"<html><script>alert(1)</script>"}


def content_of(name: str) -> bytes:
    return CONTENTS.get(name, f"%PDF-1.7 fictional {name}".encode())


@pytest.fixture(autouse=True)
def on_both_databases(store: Store) -> None:
    """A scenario asks for its fixtures as it goes; this one is known beforehand, so that it can run on each database."""


@dataclass
class World:
    store: Store
    reviews: dict[str, Recorded] = field(default_factory=dict)
    decision: int | None = None
    number: int = 0
    name: str = ""
    papers: dict[str, Paper] = field(default_factory=dict)

    @property
    def review(self) -> Recorded:
        return self.reviews["甲"]

    def decided(self) -> int:
        if self.decision is None:
            self.decision = decide(self.store, self.review.id, overruled("defer"), OFFICER).id
        return self.decision

    def to(self, words: str) -> AttachedTo:
        """What the words of a scenario name: 项目, 审查 or 决定, with a number of its own or of this scenario, or 来源“…”."""
        kind, _, number = words.partition(" ")
        if kind.startswith("来源"):
            return AttachedTo(source=kind[3:-1])
        if kind.startswith("审查的"):
            return AttachedTo(review=self.review.id, path=kind[4:-1])
        if kind == "项目":
            return AttachedTo(project=int(number or self.review.project))
        if kind == "审查":
            return AttachedTo(review=int(number or self.review.id))
        return AttachedTo(decision=int(number) if number else self.decided())

    def listed(self, words: str) -> list[Attachment]:
        among: Any = {
            "项目": on_project(self.review.project), "审查": on_review(self.review.project, self.review.id)
        }.get(words)  # fmt: skip
        with self.store.reading() as connection:
            return list_attachments(connection, on_source("S-1") if among is None else among)

    def attach(self, name: str, words: str, *where: str) -> None:
        file = scan(name, content_of(name))
        self.number = attach(self.store, self.to(words), file, OFFICER, Looked(*where)).id
        self.name = name

    def paper(self, kind: Any = "opinion", **options: int) -> Paper:
        with self.store.reading() as connection:
            return read_paper(connection, self.review.id, "zh", kind, **options)


@given(parsers.parse("来源“{source}”核定削减量 {verified} 吨"), target_fixture="world")
def has_source(store: Store, source: str, verified: str) -> World:
    registered(store, verified, source)
    return World(store)


@given(parsers.parse("项目“{name}”已提交"))
def submitted(world: World, name: str) -> None:
    world.reviews[name] = recorded(world.store, drawing(name, "6"))


@when(parsers.re("“(?P<name>[^”]+)”附在(?P<where>.+)，第“(?P<page>[^”]+)”页“(?P<place>[^”]+)”"))
def attaches(world: World, name: str, where: str, page: str, place: str) -> None:
    world.attach(name, where, page, place)


@when(parsers.parse("该附件撤回，理由“{reason}”"))
def withdraws(world: World, reason: str) -> None:
    withdraw_attachment(world.store, world.number, reason, OFFICER)


@when(parsers.parse("对项目“{name}”作出决定"))
def decides(world: World, name: str) -> None:
    world.decided()


@given("已出具对照审查表")
@when("已出具对照审查表")
def issued(world: World) -> None:
    world.papers["opinion"] = world.paper()


@given("已出具一次性告知书")
def told(world: World) -> None:
    world.papers["notice"] = world.paper("notice")


@then(parsers.re("(?P<words>项目|审查|来源“S-1”)的附件为“(?P<name>[^”]+)”，在“(?P<where>[^”]+)”"))
def lists(world: World, words: str, name: str, where: str) -> None:
    [found] = world.listed(words)
    assert (found.id, found.by, found.file["name"], attachment_line(found).where.zh) == (world.number, OFFICER, name, where)  # fmt: skip


@then(parsers.parse("该附件属于“{words}”"))
def belongs(world: World, words: str) -> None:
    with world.store.reading() as connection:
        [found] = list_attachments(connection, on_source("S-1")) or list_attachments(
            connection, on_project(world.review.project)
        )
    shown = found.to.words.zh
    for number in (world.review.id, world.decision):
        shown = shown.replace(f" {number}", "")
    assert shown == words


@then("该附件的内容原样取回")
def comes_back(world: World) -> None:
    with world.store.reading() as connection:
        named, content = attachment_file(connection, world.number)
    assert (named["name"], named["media"], content) == (world.name, "application/pdf", content_of(world.name))


@then(parsers.parse("项目的附件为“{name}”，已撤回，理由“{reason}”"))
def shown_as_withdrawn(world: World, name: str, reason: str) -> None:
    [found] = world.listed("项目")
    assert found.withdrawn is not None
    assert (found.file["name"], found.withdrawn.reason, found.withdrawn.by) == (name, reason, OFFICER)


@then("该附件不能再撤回")
def not_again(world: World) -> None:
    with pytest.raises(TwoHighError, match="已撤回"):
        withdraw_attachment(world.store, world.number, "再次（示例）", OFFICER)


@then("该附件不写理由不能撤回")
def reason_needed(world: World) -> None:
    for reason in ("", "  "):
        with pytest.raises(TwoHighError, match="必须填写"):
            withdraw_attachment(world.store, world.number, reason, OFFICER)


@then(parsers.parse("项目“{name}”的经过为“{kinds}”"))
def happened(world: World, name: str, kinds: str) -> None:
    with world.store.reading() as connection:
        events = timeline(connection, world.reviews[name].project)["events"]
    assert [each["kind"] for each in events] == kinds.split()
    assert "检测报告.pdf" in events[1]["summary"]["zh"] and "附错文件" in events[2]["summary"]["zh"]


@then(parsers.parse("项目“{name}”的审查逐字节不变，重新审查相同"))
def the_same(world: World, name: str) -> None:
    with world.store.reading() as connection:
        found, _, same = judged_again(connection, world.reviews[name].id)
    assert same and found.content == world.reviews[name].content


@then(parsers.parse("对照审查表列出“{names}”"))
def paper_lists(world: World, names: str) -> None:
    shown = fragment(world.paper())
    assert all(name in shown for name in names.split())
    assert "第 3 页 表 1" in shown and "VOCs 年排放量" in shown


@then(parsers.parse("对照审查表写明“{words}”"))
def paper_says(world: World, words: str) -> None:
    assert words in fragment(world.paper())


@then(parsers.parse("对照审查表没有“{words}”"))
def paper_is_silent(world: World, words: str) -> None:
    assert words not in fragment(world.paper())


@then("此前出具的文书仍可核验，其后附件另有变动")
def still_proven(world: World) -> None:
    before, now = world.papers["opinion"].code, world.paper().code
    assert before != now
    with world.store.reading() as connection:
        old, new = look_up(connection, before), look_up(connection, now)
    assert old is not None and old.code == before and old.later_attached is not None
    assert new is not None and new.code == now and new.later_attached is None and new.attached == old.later_attached


@then("照原样再出具的文书逐字相同")
def made_again(world: World) -> None:
    before = world.papers["opinion"]
    with world.store.reading() as connection:
        found = look_up(connection, before.code)
    assert found is not None
    assert world.paper(attached=found.attached) == before != world.paper()


@then("一次性告知书逐字相同")
def letter_unchanged(world: World) -> None:
    assert world.paper("notice") == world.papers["notice"]


@then(parsers.parse("“{name}”不能附在{where}：“{words}”"))
def cannot(world: World, name: str, where: str, words: str) -> None:
    with pytest.raises(TwoHighError, match=words.replace(".", r"\.")):
        world.attach(name, where)
    with world.store.reading() as connection:
        assert verify(connection).breaks == ()
        assert not list_attachments(connection, on_project(world.review.project))


@then("记录完好")
def intact(world: World) -> None:
    with world.store.reading() as connection:
        assert verify(connection).breaks == ()
