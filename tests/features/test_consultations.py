"""consultations.feature on a real SQLite file and a real PostgreSQL; the clock is replaced in the test's own process."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from review import clock
from review.errors import Conflict, TwoHighError
from review.papers.blocks import Paper
from review.papers.html import fragment
from review.papers.papers import read_paper
from review.record.access.people import add_person
from review.record.access.sessions import session_of, sign_in
from review.record.calendar.deadlines import Deadline
from review.record.calendar.settings import set_year
from review.record.calendar.working_days import year_days
from review.record.cases.attaching import attach
from review.record.cases.attachments import AttachedTo
from review.record.cases.case_days import hand_over
from review.record.cases.consultations import Consultation, UnitAsked, list_consultations
from review.record.cases.consulting import (
    Asking,
    Replied,
    ask_units,
    close_consultation,
    record_reply,
    withdraw_consultation,
)
from review.record.cases.steps import take_step
from review.record.cases.submissions import Recorded
from review.record.proof.paper_code import look_up
from review.record.proof.verification import verify
from review.record.storage.actors import Actor, acting
from review.record.storage.files import scan
from review.record.storage.store import Store
from review.record.storage.text_limits import LARGEST_NUMBER
from review.record.views.inbox import inbox
from review.record.views.review_page import judged_again
from review.record.views.timeline import timeline
from review.record.views.worklist import Filters, each_line
from review.terms import REPLY_WORDS
from tests.record.projects import OFFICER, drawing, recorded

pytestmark = pytest.mark.record

scenarios("consultations.feature")
SetDay = Callable[[str], None]


@pytest.fixture(autouse=True)
def on_both_databases(store: Store) -> None:
    """A scenario asks for its fixtures as it goes; this one is known beforehand, so that it can run on each database."""


@pytest.fixture
def set_day(monkeypatch: pytest.MonkeyPatch) -> SetDay:
    """Set the office's day: noon in Shanghai."""

    def to(day: str) -> None:
        found = date.fromisoformat(day)
        monkeypatch.setattr(clock, "utc_now", lambda: datetime(found.year, found.month, found.day, 4, tzinfo=UTC))

    return to


@dataclass
class World:
    store: Store
    review: Recorded
    holder: Actor | None = None
    papers: list[Paper] = field(default_factory=list)

    def ask(self, units: str, question: str, due: str, day: str | None = None, request: str | None = None) -> int:
        named = [UnitAsked(each) for each in units.split("、") if each]
        asking = Asking(named, question, _due(due), date.fromisoformat(day) if day else None)
        return ask_units(self.store, self.review.project, asking, OFFICER, request=request).id

    def reply(
        self, unit: str, opinion: str, words: str = "", day: str | None = None, reason: str | None = None, file: int | None = None, by: Actor | str = OFFICER
    ) -> None:  # fmt: skip
        said = Replied(unit, opinion, words, date.fromisoformat(day) if day else None, file, reason)
        record_reply(self.store, self.found.id, said, by)

    @property
    def all(self) -> list[Consultation]:
        with self.store.reading() as connection:
            return list_consultations(connection, self.review.project)

    @property
    def found(self) -> Consultation:
        return self.all[-1]

    def paper(self, attached: int = LARGEST_NUMBER) -> Paper:
        with self.store.reading() as connection:
            return read_paper(connection, self.review.id, attached=attached)

    def deadline(self) -> Deadline | None:
        with self.store.reading() as connection:
            [line] = list(each_line(connection, Filters(on_list=None), by_due=True))
        return next((each for each in line["deadlines"] if each["kind"] == "consultation"), None)

    def replies_in_inbox(self) -> list[str]:
        assert self.holder is not None
        with self.store.reading() as connection:
            items = inbox(connection, self.holder.principal, officer=True)["items"]
        return [each["words"]["zh"] for each in items if each["kind"] == "replied"]


def _due(text: str) -> date | int:
    return int(text) if text.isdigit() else date.fromisoformat(text)


def person(store: Store, login: str) -> Actor:
    password = add_person(store, login, f"{login}（示例）", "officer", "test")
    signed_in = sign_in(store, login, password, hours=24)
    assert signed_in is not None
    with store.reading() as connection:
        principal = session_of(connection, signed_in.token)
    assert principal is not None
    return principal.acting("page")


@given(parsers.parse("今天是 {day}，项目“{name}”已提交"), target_fixture="world")
def submitted(store: Store, set_day: SetDay, day: str, name: str) -> World:
    set_day(day)
    return World(store, recorded(store, drawing(name, "4")))


@given(parsers.parse("{year:d} 年的假日是“{day}”"))
def holidays(world: World, year: int, day: str) -> None:
    set_year(world.store, year_days(year, [date.fromisoformat(day)], []), acting(OFFICER))


@given(parsers.parse("项目“{name}”由“{login}”经办"))
def is_held(world: World, login: str) -> None:
    world.holder = person(world.store, login)
    hand_over(world.store, world.review.project, login, OFFICER)


@when(parsers.parse("向“{units}”征求意见“{question}”，{days:d} 个工作日内答复"))
def asks_within(world: World, units: str, question: str, days: int) -> None:
    world.ask(units, question, str(days))


@given(parsers.parse("向“{units}”征求意见“{question}”，期限写为“{due}”"))
@when(parsers.parse("向“{units}”征求意见“{question}”，期限写为“{due}”"))
def asks_by(world: World, units: str, question: str, due: str) -> None:
    world.ask(units, question, due)


@when(parsers.re("“(?P<unit>[^”]+)”于 (?P<day>[0-9-]+) 答复“(?P<opinion>[a-z_]+)”：“(?P<words>[^”]*)”"))
def replies(world: World, unit: str, day: str, opinion: str, words: str) -> None:
    if world.holder is None:
        is_held(world, "jia")
    world.reply(unit, opinion, words, day)


@when(parsers.parse("“{unit}”于 {day} 更正答复为“{opinion}”：“{words}”，理由“{reason}”"))
def corrects(world: World, unit: str, day: str, opinion: str, words: str, reason: str) -> None:
    world.reply(unit, opinion, words, day, reason)


@when(parsers.parse("经办人记录“{unit}”答复“{opinion}”"))
def holder_replies(world: World, unit: str, opinion: str) -> None:
    assert world.holder is not None
    world.reply(unit, opinion, by=world.holder)


@when(parsers.parse("“{unit}”以该项目的附件答复“{opinion}”"))
def replies_by_file(world: World, unit: str, opinion: str) -> None:
    to = AttachedTo(review=world.review.id)
    number = attach(world.store, to, scan("复函（示例）.pdf", b"%PDF-1.7 fictional"), OFFICER).id
    world.reply(unit, opinion, file=number)


@when(parsers.re("办结，理由“(?P<reason>[^”]*)”"))
def closes(world: World, reason: str) -> None:
    close_consultation(world.store, world.found.id, OFFICER, reason=reason)


@when(parsers.parse("撤回，理由“{reason}”"))
def takes_back(world: World, reason: str) -> None:
    withdraw_consultation(world.store, world.found.id, OFFICER, reason=reason)


@when(parsers.parse("到了 {day}"))
def another_day(set_day: SetDay, day: str) -> None:
    set_day(day)


@when(parsers.parse("申请人撤回项目“{name}”"))
def project_ends(world: World, name: str) -> None:
    take_step(world.store, world.review.project, "withdrawn", OFFICER, reason="申请人撤回（示例）")


@when("已出具对照审查表")
def issued(world: World) -> None:
    world.papers.append(world.paper())


@when(parsers.parse("以编号“{key}”两次向“{unit}”征求意见"))
def asks_twice(world: World, key: str, unit: str) -> None:
    first, second = (world.ask(unit, "意见（示例）", "2026-12-03", request=key) for _ in range(2))
    assert first == second


@then(parsers.parse("期限是 {due}，尚有 {many:d} 个单位未答复"))
def is_due(world: World, due: str, many: int) -> None:
    assert (world.found.due.isoformat(), len(world.found.awaited)) == (due, many)


@then(parsers.parse("尚有 {many:d} 个单位未答复"))
def awaited(world: World, many: int) -> None:
    assert len(world.found.awaited) == many


@then(parsers.parse("征求意见答复的期限剩 {left:d} 个工作日"))
def days_left(world: World, left: int) -> None:
    found = world.deadline()
    assert found is not None and (found["working_days_left"], found["overdue"]) == (left, False)


@then("征求意见没有逾期")
def not_overdue(world: World) -> None:
    found = world.deadline()
    assert found is not None and not found["overdue"] and not world.found.is_overdue(clock.today())


@then(parsers.parse("征求意见逾期 {days:d} 天"))
def is_overdue(world: World, days: int) -> None:
    found = world.deadline()
    assert found is not None and found["days_overdue"] == days and world.found.is_overdue(clock.today())
    assert found["about"] is not None and found["about"]["zh"] == "市生态环境局"


@then("没有征求意见答复的期限")
def none_due(world: World) -> None:
    assert world.deadline() is None


@then(
    parsers.re(
        "不能向“(?P<units>[^”]*)”征求意见“(?P<question>[^”]*)”，于“(?P<day>[^”]+)”，期限“(?P<due>[^”]+)”：“(?P<words>.+)”"
    )
)
def cannot_ask(world: World, units: str, question: str, day: str, due: str, words: str) -> None:
    before = len(world.all)
    with pytest.raises(TwoHighError, match=words):
        world.ask(units, question, due, day)
    assert len(world.all) == before


@then(
    parsers.re(
        "不能记录“(?P<unit>[^”]+)”于 (?P<day>[0-9-]+) 的答复“(?P<opinion>[^”]+)”：“(?P<said>[^”]*)”，因为“(?P<words>.+)”"
    )
)
def cannot_reply(world: World, unit: str, day: str, opinion: str, said: str, words: str) -> None:
    with pytest.raises(TwoHighError, match=re.escape(words)):
        world.reply(unit, opinion, said, day)


@then(parsers.parse("不能以其他项目的附件记录答复：“{words}”"))
def not_by_another_file(world: World, words: str) -> None:
    other = recorded(world.store, drawing("Z-9", "1"))
    file = scan("其他（示例）.pdf", b"%PDF-1.7 other")
    number = attach(world.store, AttachedTo(project=other.project), file, OFFICER).id
    with pytest.raises(TwoHighError, match=words):
        world.reply("市生态环境局", "agree", file=number)


@then(parsers.parse("不能办结，因为“{words}”"))
def cannot_close(world: World, words: str) -> None:
    with pytest.raises(TwoHighError, match=words):
        close_consultation(world.store, world.found.id, OFFICER)


@then(parsers.parse("不能撤回，因为“{words}”"))
def cannot_take_back(world: World, words: str) -> None:
    with pytest.raises(TwoHighError, match=words):
        withdraw_consultation(world.store, world.found.id, OFFICER, reason=" ")


@then(parsers.parse("先前的答复是“{opinion}”"))
def earlier_reply(world: World, opinion: str) -> None:
    assert [REPLY_WORDS[each.opinion].zh for each in world.found.replies[:-1]] == [opinion]


@then(parsers.parse("经办人的收件箱有“{words}”"))
def in_inbox(world: World, words: str) -> None:
    [found] = world.replies_in_inbox()
    assert words in found


@then("经办人的收件箱没有答复")
def not_in_inbox(world: World) -> None:
    assert world.replies_in_inbox() == []


@then(parsers.parse("项目的经过有“{words}”"))
def happened(world: World, words: str) -> None:
    with world.store.reading() as connection:
        events = timeline(connection, world.review.project)["events"]
    assert any(words in each["summary"]["zh"] for each in events if each["kind"] == "consultation")


@then(parsers.parse("对照审查表写明“{words}”"))
def paper_says(world: World, words: str) -> None:
    assert words in fragment(world.paper())


@then("审查逐字节不变，建议不变")
def unchanged(world: World) -> None:
    with world.store.reading() as connection:
        found, _, same = judged_again(connection, world.review.id)
    assert same and (found.content, found.recommendation) == (world.review.content, world.review.recommendation)


@then("此前出具的文书仍可核验，其后另有变动，照原样再出具逐字相同")
def still_proven(world: World) -> None:
    [before] = world.papers
    with world.store.reading() as connection:
        found = look_up(connection, before.code)
    assert found is not None and found.later_attached is not None
    assert world.paper(attached=found.attached) == before != world.paper()


@then(parsers.parse("只有 {many:d} 件征求意见"))
def only(world: World, many: int) -> None:
    assert len(world.all) == many


@then(parsers.parse("以编号“{key}”向“{unit}”征求意见被拒绝"))
def key_used(world: World, key: str, unit: str) -> None:
    with pytest.raises(Conflict):
        world.ask(unit, "意见（示例）", "2026-12-03", request=key)


@then("记录完好")
def intact(world: World) -> None:
    with world.store.reading() as connection:
        assert verify(connection).breaks == ()
