"""answers.feature on a real SQLite file and a real PostgreSQL."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from review.errors import TwoHighError
from review.papers.blocks import Entry, Paper
from review.papers.html import fragment
from review.papers.papers import read_paper
from review.record.cases.answers import OpenFindings, Stand, answer_finding, open_findings, standing_answers
from review.record.cases.attaching import attach, withdraw_attachment
from review.record.cases.attachments import AttachedTo
from review.record.cases.submissions import Recorded
from review.record.proof.paper_code import look_up
from review.record.proof.verification import verify
from review.record.storage.contents import read_review
from review.record.storage.files import scan
from review.record.storage.store import Store
from review.record.storage.text_limits import LARGEST_NUMBER
from review.record.views.review_page import judged_again
from review.record.views.timeline import timeline
from tests.record.projects import OFFICER, decide, drawing, overruled, recorded

pytestmark = pytest.mark.record

scenarios("answers.feature")


@pytest.fixture(autouse=True)
def on_both_databases(store: Store) -> None:
    """A scenario asks for its fixtures as it goes; this one is known beforehand, so that it can run on each database."""


@dataclass
class World:
    store: Store
    review: Recorded
    file: int
    papers: list[Paper] = field(default_factory=list)

    def say(self, rule: str, stand: Stand, subject: str = "voc") -> None:
        answer_finding(self.store, self.review.id, (rule, subject), stand, OFFICER)

    def paper(self, attached: int = LARGEST_NUMBER) -> Paper:
        with self.store.reading() as connection:
            return read_paper(connection, self.review.id, attached=attached)

    def entry(self, title: str) -> Entry:
        blocks = (block for section in self.paper().sections for block in section.blocks)
        return next(each for each in blocks if isinstance(each, Entry) and each.title == title)

    def left(self) -> tuple[OpenFindings, int]:
        """What is open, and how many findings concern a decision."""
        with self.store.reading() as connection:
            document = read_review(connection, self.review.id).document()
            found = open_findings(document, standing_answers(connection, self.review.id))
        return found, sum(each["status"] in ("fail", "missing", "attention") for each in document["findings"])


@given(parsers.parse("项目“{name}”已提交，附有“{file}”"), target_fixture="world")
def submitted(store: Store, name: str, file: str) -> World:
    made = recorded(store, drawing(name, "4"))
    number = attach(store, AttachedTo(review=made.id), scan(file, b"%PDF-1.7 fictional"), OFFICER).id
    return World(store, made, number)


@when(
    parsers.re(
        "对“(?P<rule>[^”]+)”提出“(?P<answer>[^”]+)”，理由“(?P<reason>[^”]*)”，依据“(?P<clause>[^”]*)”，见附件第“(?P<page>[^”]+)”页"
    )
)
def says(world: World, rule: str, answer: str, reason: str, clause: str, page: str) -> None:
    world.say(rule, Stand(answer, reason, clause, world.file, page))


@when(parsers.parse("对不适用的条目提出“{answer}”，理由“{reason}”"))
def says_of_silent(world: World, answer: str, reason: str) -> None:
    with world.store.reading() as connection:
        found = read_review(connection, world.review.id).document()["findings"]
    silent = next(each for each in found if each["status"] == "not_applicable")
    world.say(silent["rule"], Stand(answer, reason), silent["subject"])


@when("已出具对照审查表")
def issued(world: World) -> None:
    world.papers.append(world.paper())


@when("对项目作出决定")
def decides(world: World) -> None:
    decide(world.store, world.review.id, overruled("defer"), OFFICER)


@given("附件已撤回")
def withdrawn(world: World) -> None:
    withdraw_attachment(world.store, world.file, "附错（示例）", OFFICER)


@when(parsers.parse("项目“{name}”提交新版"))
def replaced(world: World, name: str) -> None:
    recorded(world.store, drawing(name, "5"))


@then(parsers.parse("对照审查表的“{rule}”旁有“{words}”，其结论不变"))
def stands_beside(world: World, rule: str, words: str) -> None:
    with world.store.reading() as connection:
        found = read_review(connection, world.review.id).document()["findings"]
    finding = next(each for each in found if each["rule"] == rule)
    entry = world.entry(finding["title"]["zh"])
    [said] = [each.value for each in entry.rows if each.label == "审查人员意见"]
    assert re.search(re.escape(words).replace(re.escape("*"), r"\d+"), said), said
    assert (entry.status, entry.message) == (finding["status"], finding["message"]["zh"])


@then("审查逐字节不变，建议不变")
def unchanged(world: World) -> None:
    with world.store.reading() as connection:
        found, _, same = judged_again(connection, world.review.id)
    assert same and (found.content, found.recommendation) == (world.review.content, world.review.recommendation)


@then(
    parsers.re(
        "不能对“(?P<rule>[^”]+)”提出“(?P<answer>[^”]+)”，理由“(?P<reason>[^”]*)”，依据“(?P<clause>[^”]*)”：“(?P<words>.+)”"
    )
)
def cannot(world: World, rule: str, answer: str, reason: str, clause: str, words: str) -> None:
    with pytest.raises(TwoHighError, match=re.escape(words)):
        world.say(rule, Stand(answer, reason, clause))


@then(parsers.parse("不能依据该附件提出意见：“{words}”"))
def not_by_it(world: World, words: str) -> None:
    with pytest.raises(TwoHighError, match=words):
        world.say("voc-offset", Stand("agreed", attachment=world.file))


@then("尚未答复的与不符合、无法判断、需要关注的条目同数，存疑 0 项")
def all_open(world: World) -> None:
    left, many = world.left()
    assert many > 1 and (len(left.unanswered), left.doubted) == (many, ())


@then(parsers.parse("尚未答复的少 {fewer:d} 项，存疑 {doubted:d} 项"))
def fewer_open(world: World, fewer: int, doubted: int) -> None:
    left, many = world.left()
    assert (len(left.unanswered), len(left.doubted)) == (many - fewer, doubted)


@then(parsers.parse("项目的经过有“{words}”"))
def happened(world: World, words: str) -> None:
    with world.store.reading() as connection:
        events = timeline(connection, world.review.project)["events"]
    assert any(words in each["summary"]["zh"] for each in events if each["kind"] == "answer")


@then(parsers.parse("对照审查表写明“{words}”"))
def paper_says(world: World, words: str) -> None:
    assert words in fragment(world.paper())


@then(parsers.parse("对照审查表没有“{words}”"))
def paper_is_silent(world: World, words: str) -> None:
    assert words not in fragment(world.paper())


@then("此前出具的文书仍可核验，其后另有变动，照原样再出具逐字相同")
def still_proven(world: World) -> None:
    [before] = world.papers
    with world.store.reading() as connection:
        found = look_up(connection, before.code)
    assert found is not None and found.later_attached is not None
    assert world.paper(attached=found.attached) == before != world.paper()


@then("记录完好")
def intact(world: World) -> None:
    with world.store.reading() as connection:
        assert verify(connection).breaks == ()
