"""clocks.feature on a real SQLite file and a real PostgreSQL; the clock is replaced in the test's own process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from review import clock
from review.errors import Refused, Text
from review.record.access.absences import record_absence
from review.record.access.people import add_person
from review.record.access.sessions import session_of, sign_in
from review.record.calendar.deadlines import Deadline
from review.record.calendar.settings import read_review_days, set_year
from review.record.calendar.working_days import days_from, year_days
from review.record.cases.case_days import hand_over, record_day
from review.record.cases.steps import take_step
from review.record.cases.submissions import Recorded, submit
from review.record.proof.verification import verify
from review.record.storage.actors import Actor
from review.record.storage.store import Store
from review.record.views.inbox import Item, inbox
from review.record.views.worklist import Filters, Line, each_line, page
from tests.record.projects import OFFICER, decide, overruled, project

pytestmark = pytest.mark.record

scenarios("clocks.feature")
LOGINS = {"甲": "jia", "乙": "yi", "丙": "bing"}
UNKNOWN = {"未写明": None, "无": None}


@pytest.fixture(autouse=True)
def on_both_databases(store: Store) -> None:
    """A scenario asks for its fixtures as it goes; this one is known beforehand, so that it can run on each database."""


@contextmanager
def on(day: str) -> Iterator[date]:
    """The office's day: noon in Shanghai."""
    found = date.fromisoformat(day)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "utc_now", lambda: datetime(found.year, found.month, found.day, 4, tzinfo=UTC))
        yield found


@dataclass
class World:
    store: Store
    reviews: dict[str, Recorded] = field(default_factory=dict)
    persons: dict[str, Actor] = field(default_factory=dict)

    def actor(self, who: str) -> Actor:
        """Somebody who has signed in."""
        return self.persons[who]

    def number(self, name: str) -> int:
        return self.reviews[name].project

    def lines(self, **filters: object) -> list[Line]:
        with self.store.reading() as connection:
            return list(each_line(connection, Filters(**filters)))  # type: ignore[arg-type]

    def deadline(self, name: str, kind: str) -> Deadline | None:
        line = next(each for each in self.lines(on_list=None) if each["project"] == self.number(name))
        return next((each for each in line["deadlines"] if each["kind"] == kind), None)

    def inbox(self, who: str) -> list[Item]:
        with self.store.reading() as connection:
            return inbox(connection, f"person:{LOGINS[who]}", officer=True)["items"]


def names(lines: list[Line]) -> str:
    return "、".join(sorted(each["code"] or "" for each in lines)) or "无"


@given(parsers.parse("一份空的记录，审查期限为 {days:d} 个工作日"), target_fixture="world")
def empty(store: Store, days: int) -> World:
    with store.reading() as connection:
        assert read_review_days(connection) == days
    return World(store)


@given(parsers.parse("登录人员“{first}”和“{second}”"))
def people(world: World, first: str, second: str) -> None:
    with on("2026-09-01"):
        for who in (first, second):
            password = add_person(world.store, LOGINS[who], f"{who}（示例）", "officer", "test")
            signed_in = sign_in(world.store, LOGINS[who], password, hours=24 * 366)
            assert signed_in is not None
            with world.store.reading() as connection:
                principal = session_of(connection, signed_in.token)
            assert principal is not None
            world.persons[who] = principal.acting("page")


@given(parsers.parse("{year:d}年的假日为“{first}至{last}”，调休上班日为“{worked}”"))
def calendar(world: World, year: int, first: str, last: str, worked: str) -> None:
    days = days_from(date.fromisoformat(first), date.fromisoformat(last))
    set_year(world.store, year_days(year, days, [date.fromisoformat(worked)]), world.actor("甲"))


@given(parsers.parse("{day} 由“{who}”提交项目“{name}”"))
@when(parsers.parse("{day} 由“{who}”提交项目“{name}”"))
def submits(world: World, day: str, who: str, name: str) -> None:
    with on(day):
        world.reviews[name] = submit(world.store, project(name), world.actor(who))


@when(parsers.parse("{day} 由“{who}”记录项目“{name}”“{step}”于 {of}"))
def records(world: World, day: str, who: str, name: str, step: str, of: str) -> None:
    with on(day):
        record_day(world.store, world.number(name), step, date.fromisoformat(of), world.actor(who))


@when(parsers.parse("{day} 由“{who}”把项目“{name}”最新的一版另立"))
def splits(world: World, day: str, who: str, name: str) -> None:
    with on(day):
        take_step(world.store, world.number(name), "split", world.actor(who), reason="代码误填（示例）")


@when(parsers.parse("{day} 由“{who}”更正项目“{name}”“{step}”为 {of}"))
def corrects(world: World, day: str, who: str, name: str, step: str, of: str) -> None:
    with on(day):
        correct = date.fromisoformat(of)
        record_day(world.store, world.number(name), step, correct, world.actor(who), reason="记错（示例）")


@then(parsers.parse("{day} 由“{who}”记录项目“{name}”“{step}”于 {of} 被拒绝，因为“{why}”"))
def is_refused(world: World, day: str, who: str, name: str, step: str, of: str, why: str) -> None:
    with on(day), pytest.raises(Refused, match=why):
        record_day(world.store, world.number(name), step, date.fromisoformat(of), world.actor(who))


@when(parsers.parse("{day} 由“{who}”对项目“{name}”决定“{outcome}”"))
def decides(world: World, day: str, who: str, name: str, outcome: str) -> None:
    with on(day):
        decide(world.store, world.reviews[name].id, overruled(outcome), OFFICER)


@given(parsers.parse("{day} 由“{who}”以条件“{condition}”批准项目“{name}”"))
def approves(world: World, day: str, who: str, condition: str, name: str) -> None:
    with on(day):
        ruling = overruled("approve", conditions=(Text(condition, "condition"),))
        decide(world.store, world.reviews[name].id, ruling, OFFICER)


@then(parsers.parse("{day} 由“{who}”规定项目“{name}”的条件 {number} 于 {due} 前落实被拒绝，因为“{why}”"))
def due_is_refused(world: World, day: str, who: str, name: str, number: str, due: str, why: str) -> None:
    with on(day), pytest.raises(Refused, match=why):
        record_day(
            world.store,
            world.number(name),
            "condition_due",
            date.fromisoformat(due),
            world.actor(who),
            condition=number,
        )


@when(parsers.parse("{day} 由“{who}”规定项目“{name}”的条件 {number} 于 {due} 前落实"))
def sets_due(world: World, day: str, who: str, name: str, number: str, due: str) -> None:
    with on(day):
        record_day(
            world.store,
            world.number(name),
            "condition_due",
            date.fromisoformat(due),
            world.actor(who),
            condition=number,
        )


@when(parsers.parse("{day} 由“{who}”记录项目“{name}”的条件 {number} 已落实"))
def meets(world: World, day: str, who: str, name: str, number: str) -> None:
    with on(day):
        take_step(
            world.store,
            world.number(name),
            "condition_met",
            world.actor(who),
            condition=number,
            document="证明（示例）",
        )


@when(parsers.parse("{day} 由“{who}”把项目“{name}”移交“{to}”，说明“{note}”"))
def hands_over(world: World, day: str, who: str, name: str, to: str, note: str) -> None:
    with on(day):
        hand_over(world.store, world.number(name), LOGINS[to], world.actor(who), note=note)


@then(parsers.parse("{day} 由“{who}”把项目“{name}”移交“{to}”被拒绝，因为“{why}”"))
def cannot_hand_over(world: World, day: str, who: str, name: str, to: str, why: str) -> None:
    with on(day), pytest.raises(Refused, match=why):
        hand_over(world.store, world.number(name), LOGINS[to], world.actor(who))


@when(parsers.parse("“{who}”自 {begins} 至 {ends} 外出，由“{deputy}”代办"))
def is_away(world: World, who: str, begins: str, ends: str, deputy: str) -> None:
    with on("2026-11-05"):
        record_absence(
            world.store,
            LOGINS[who],
            LOGINS[deputy],
            date.fromisoformat(begins),
            date.fromisoformat(ends),
            world.actor(who),
        )


@then(parsers.parse("在 {day} 项目“{name}”的“{kind}”到期日为 {due}，剩余 {left}，逾期 {late:d} 天"))
def is_due(world: World, day: str, name: str, kind: str, due: str, left: str, late: int) -> None:
    with on(day):
        found = world.deadline(name, kind)
    assert found is not None
    assert found["due"] == UNKNOWN.get(due, due)
    assert found["working_days_left"] == (None if left == "无" else int(left))
    assert (found["overdue"], found["days_overdue"]) == (late > 0, late)


@then(parsers.parse("在 {day} 项目“{name}”的“{kind}”停止计时，剩余 {left:d}"))
def has_stopped(world: World, day: str, name: str, kind: str, left: int) -> None:
    with on(day):
        found = world.deadline(name, kind)
    assert found is not None
    assert (found["state"], found["due"], found["working_days_left"], found["overdue"]) == (
        "stopped",
        None,
        left,
        False,
    )


@then(parsers.parse("在 {day} 项目“{name}”没有“{kind}”期限"))
def has_none(world: World, day: str, name: str, kind: str) -> None:
    with on(day):
        assert world.deadline(name, kind) is None


@then(parsers.parse("在 {day} 项目“{name}”的“{kind}”未录入假日的年份为“{years}”"))
def says_the_year(world: World, day: str, name: str, kind: str, years: str) -> None:
    with on(day):
        found = world.deadline(name, kind)
    assert found is not None and found["not_entered"] == ([] if years == "无" else [int(years)])


@then(parsers.parse("在 {day} 逾期的项目为“{found}”"))
def are_overdue(world: World, day: str, found: str) -> None:
    with on(day) as late_on:
        assert names(world.lines(on_list=None, late_on=late_on)) == found
        assert names([each for each in world.lines(on_list=None) if each["overdue"]]) == found


@then(parsers.parse("在 {day} 按期限排列为“{found}”"))
def in_order(world: World, day: str, found: str) -> None:
    with on(day), world.store.reading() as connection:
        whole = page(connection, Filters(on_list=None), by_due=True)
        first = page(connection, Filters(on_list=None), by_due=True, limit=1)
        second = page(connection, Filters(on_list=None), by_due=True, limit=1, cursor=first.cursor)
    assert "、".join(each["code"] or "" for each in whole.lines) == found
    assert [*first.lines, *second.lines] == list(whole.lines) and second.cursor is None


@then(parsers.parse("项目“{name}”的经办人为“{who}”，“{other}”的项目为“{found}”"))
def has_holder(world: World, name: str, who: str, other: str, found: str) -> None:
    line = next(each for each in world.lines(on_list=None) if each["project"] == world.number(name))
    assert line["holder"] == {"name": f"{who}（示例）", "subject": f"person:{LOGINS[who]}"}
    assert names(world.lines(on_list=None, holders=(f"person:{LOGINS[other]}",))) == found


@then(parsers.parse("在 {day} “{who}”的收件箱中有项目“{name}”"))
def is_there(world: World, day: str, who: str, name: str) -> None:
    with on(day):
        found = [each for each in world.inbox(who) if each["project"] == world.number(name)]
    assert found and all(each["deputy_for"] == {"name": "甲（示例）", "subject": "person:jia"} for each in found)


@then(parsers.parse("在 {day} “{who}”的收件箱中没有项目“{name}”"))
def is_not_there(world: World, day: str, who: str, name: str) -> None:
    with on(day):
        assert world.number(name) not in {each["project"] for each in world.inbox(who)}


@then(parsers.parse("在 {day} “{who}”的收件箱中项目“{name}”为“{kind}”"))
def is_of_kind(world: World, day: str, who: str, name: str, kind: str) -> None:
    with on(day):
        assert kind in {each["kind"] for each in world.inbox(who) if each["project"] == world.number(name)}


@then("记录通过核验")
def is_intact(world: World) -> None:
    with world.store.reading() as connection:
        assert verify(connection, jobs=1).breaks == ()
