"""mail.feature on a real SQLite file and a real PostgreSQL, with a real mail server; the clock is replaced in the test's own process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest
from pytest_bdd import given, parsers, scenarios, then, when
from sqlalchemy import Connection, update

from api.mailing import Mailer
from api.settings import Settings
from review import clock
from review.errors import Refused
from review.record.access.addresses import set_address
from review.record.access.people import add_person
from review.record.cases.case_days import hand_over
from review.record.cases.consultations import UnitAsked, list_consultations
from review.record.cases.consulting import Asking, Replied, ask_units, record_reply
from review.record.proof.verification import verify
from review.record.storage.actors import acting
from review.record.storage.journal import table
from review.record.storage.operations import Mail
from review.record.storage.store import Store
from review.record.views.inbox import Inbox, inbox
from review.record.work import mails
from tests.api.mail_server import MailServer, free_port, mail_server
from tests.record.projects import OFFICER, project, recorded

pytestmark = pytest.mark.record

scenarios("mail.feature")
SetDay = Callable[[str], None]
ADMIN = acting("测试（虚构）")


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


@pytest.fixture(scope="module")
def running() -> Iterator[MailServer]:
    with mail_server() as found:
        yield found


@pytest.fixture
def server(running: MailServer) -> MailServer:
    """The server, with nothing come yet and nothing refused."""
    running.mails.clear()
    running.refused.clear()
    running.busy = False
    return running


@dataclass
class World:
    store: Store
    server: MailServer
    set_day: SetDay
    port: int
    project: int = 0

    def look_and_send(self) -> None:
        """Look into every inbox, and send whatever waits, however long it was to wait."""
        settings = Settings(
            smtp_host="127.0.0.1", smtp_port=self.port, smtp_security="none", mail_from="two-high@office.example", smtp_attempts=3,
            public_url="https://two-high.office.example",
        )  # fmt: skip
        with self.store.writing() as connection:
            connection.execute(update(table(Mail)).where(table(Mail).c.state == mails.WAITING).values(due=""))
        asyncio.run(Mailer(self.store, settings).round())

    def depth(self, state: str) -> int:
        with self.store.reading() as connection:
            return mails.depths(connection)[state]

    @property
    def last(self) -> EmailMessage:
        return self.server.mails[-1][1]

    @property
    def text(self) -> str:
        return str(self.last.get_content())

    def hand(self, names: str) -> int:
        for name in names.split("、"):
            made = recorded(self.store, project(name))
            hand_over(self.store, made.project, "jia", OFFICER)
            self.project = made.project
        return self.project


@given(parsers.parse("审查人员“{login}”的邮箱是“{address}”，今天是 {day}"), target_fixture="world")
def with_address(store: Store, server: MailServer, set_day: SetDay, login: str, address: str, day: str) -> World:
    set_day(day)
    add_person(store, login, "示例人员", "officer", "test")
    assert set_address(store, login, address, ADMIN) and set_address(store, login, address, ADMIN) is None
    return World(store, server, set_day, server.port)


@given(parsers.re("审查人员“(?P<login>[^”]+)”的邮箱是“(?P<address>[^”]+)”$"))
def another(world: World, login: str, address: str) -> None:
    add_person(world.store, login, f"示例人员{login}", "officer", "test")
    set_address(world.store, login, address, ADMIN)


@when(parsers.parse("“{login}”的收件箱无法读取，查看收件箱并发送"))
def unreadable(world: World, login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(connection: Connection, subject: str, *, officer: bool) -> Inbox:
        if subject == f"person:{login}":
            raise KeyError("profile")
        return inbox(connection, subject, officer=officer)

    monkeypatch.setattr(mails, "inbox", read)
    world.look_and_send()


@then(parsers.parse("日志写明“{subject}”的收件箱无法读取"))
def told_in_log(subject: str, caplog: pytest.LogCaptureFixture) -> None:
    assert f"the inbox of {subject} could not be read: KeyError" in [each.getMessage() for each in caplog.records]


@given("邮件服务器答复稍后再试")
def is_busy(world: World) -> None:
    world.server.busy = True


@given("没有邮件服务器在监听")
def nobody_listens(world: World) -> None:
    world.port = free_port()


@given(parsers.parse("邮件服务器拒绝“{address}”"))
def refuses(world: World, address: str) -> None:
    world.server.refused.add(address)


@when(parsers.parse("项目“{names}”交“jia”经办"))
def handed(world: World, names: str) -> None:
    world.hand(names)


@when(parsers.parse("项目“{name}”交“jia”经办，征求意见须于 {due} 前答复"))
def handed_and_asked(world: World, name: str, due: str) -> None:
    asking = Asking([UnitAsked("市生态环境局（示例）")], "意见（示例）", date.fromisoformat(due))
    ask_units(world.store, world.hand(name), asking, OFFICER)


@when("查看收件箱并发送")
def looks(world: World) -> None:
    world.look_and_send()


@when(parsers.parse("查看收件箱并发送 {times:d} 次"))
def looks_again(world: World, times: int) -> None:
    for _ in range(times):
        world.look_and_send()


@when(parsers.parse("到了 {day}，查看收件箱并发送"))
def looks_on(world: World, day: str) -> None:
    world.set_day(day)
    world.look_and_send()


@when("收到答复，查看收件箱并发送")
def replied(world: World) -> None:
    with world.store.reading() as connection:
        [found] = list_consultations(connection, world.project)
    record_reply(world.store, found.id, Replied(found.units[0].name, "object", "示例答复内容"), OFFICER)
    world.look_and_send()


@when("邮件服务器恢复，再次发送")
def recovers(world: World) -> None:
    world.server.busy = False
    world.look_and_send()


@when(parsers.parse("取消“{login}”的邮箱"))
def takes_out(world: World, login: str) -> None:
    assert set_address(world.store, login, None, ADMIN)


@then(parsers.parse("“{address}”收到 {many:d} 封邮件"))
def came(world: World, address: str, many: int) -> None:
    assert [to for to, _ in world.server.mails] == [[address]] * many
    assert all(mail["To"] == address for _, mail in world.server.mails)


@then(parsers.parse("邮件写明“{words}”"))
def says(world: World, words: str) -> None:
    assert words in world.text


@then(parsers.parse("邮件没有“{words}”"))
def is_silent(world: World, words: str) -> None:
    assert words not in world.text


@then(parsers.parse("邮件附有网址“{address}”"))
def has_address(world: World, address: str) -> None:
    assert address in world.text and "https://two-high.office.example/inbox" in world.text


@then("邮件中文在前")
def chinese_first(world: World) -> None:
    assert world.text.index("您的收件箱") < world.text.index("New in your inbox")
    assert (world.last["From"], world.last["Auto-Submitted"]) == ("two-high@office.example", "auto-generated")


@then(parsers.parse("邮件的标题写明 {many:d} 件"))
def headed(world: World, many: int) -> None:
    assert f"新事项 {many} 件" in world.last["Subject"]


@then(parsers.parse("有 {many:d} 封等待发送"))
def waiting(world: World, many: int) -> None:
    assert world.depth(mails.WAITING) == many


@then("没有等待发送的")
def none_waiting(world: World) -> None:
    assert (world.depth(mails.WAITING), world.depth(mails.DEAD)) == (0, 0)


@then(parsers.parse("有 {many:d} 封已放弃，日志没有“{address}”"))
def given_up(world: World, many: int, address: str, caplog: pytest.LogCaptureFixture) -> None:
    assert (world.depth(mails.DEAD), world.server.mails) == (many, [])
    told = [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]
    assert any("was given up" in each for each in told) and not any(address in each for each in told)


@then(parsers.parse("“{login}”的邮箱不能是“{address}”"))
def no_address(world: World, login: str, address: str) -> None:
    with pytest.raises(Refused, match="不是可用的邮箱地址"):
        set_address(world.store, login, address.replace("\\n", "\n"), ADMIN)


@then("记录完好")
def intact(world: World) -> None:
    with world.store.reading() as connection:
        assert verify(connection).breaks == ()
