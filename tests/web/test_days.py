"""Days of cases, holders, absences, the calendar and the inbox on the pages; the clock is replaced in the test's own process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from review import clock
from review.record.cases.submissions import submit
from review.record.storage.store import open_store
from tests.record.projects import project
from tests.web.conftest import PEOPLE, Site

pytestmark = pytest.mark.record

DAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(DAY.year, DAY.month, DAY.day, 4, tzinfo=UTC))
    yield


@pytest.fixture
def number(site: Site) -> int:
    store = open_store(site.server.database)
    made = submit(store, project("DAYS", {"project.name": "期限测试（虚构）"}), "测试（虚构）", request="days")
    store.close()
    return made.project


def test_a_day_is_recorded_and_what_is_due_is_shown(site: Site, number: int) -> None:
    visitor = site.visitor("officer").open(f"/projects/{number}")
    assert "审查：未载明" in visitor.text
    visitor.open(f"/projects/{number}/days/received").send({"day": "2026年11月26日"})
    assert "一次性告知：2026-12-03 前，剩 5 个工作日" in visitor.text and "2026 年的假日没有录入" in visitor.text
    visitor.open(f"/projects/{number}/days/received").send({"day": "2026-11-25"})
    assert visitor.status == 422 and "更正须写明理由" in visitor.text
    visitor.open(f"/projects/{number}/days/accepted").send({"day": "明天"})
    assert visitor.status == 422 and "#f-day" in visitor.document.xpath("//div[@class='errors']//a/@href")


def test_a_case_is_handed_over_and_is_in_the_other_s_list_and_inbox(site: Site, number: int) -> None:
    officer, second = site.visitor("officer"), site.visitor("second")
    officer.open(f"/projects/{number}/holder").send({"holder": "person:second", "reason": "调岗（示例）"})
    assert PEOPLE["second"] in officer.text
    assert "期限测试（虚构）" in second.open("/worklist?holder=me").text
    assert "期限测试（虚构）" not in officer.open("/worklist?holder=me").text
    assert "期限测试（虚构）" in second.open("/inbox").text
    [count] = second.document.xpath("//header//a[@href='/inbox']/strong/text()")
    assert int(count) >= 1


def test_a_deputy_has_the_inbox_of_who_is_away(site: Site, number: int) -> None:
    site.visitor("officer").open(f"/projects/{number}/holder").send({"holder": "person:second"})
    officer = site.visitor("officer").open("/absences")
    officer.send(
        {"person": "person:second", "deputy": "person:officer", "begins": "2026-11-26", "ends": "2026-11-27"},
        action="/absences",
    )
    assert "已记录" in officer.text
    assert "今天代办" in officer.open("/inbox").text and "期限测试（虚构）" in officer.text
    officer.open("/absences").send(action="/end")
    assert "今天代办" not in officer.open("/inbox").text


def test_all_that_an_absence_lacks_is_told_at_once(site: Site) -> None:
    officer = site.visitor("officer").open("/absences").send({"begins": "明天"}, action="/absences")
    assert officer.document.xpath("//div[@class='errors']//a/@href") == ["#f-deputy", "#f-begins", "#f-ends"]
    assert officer.document.xpath("//input[@name='begins']/@value") == ["明天"]


def test_what_waits_for_an_officer_is_given_to_officers_alone(site: Site, number: int) -> None:
    admin = site.visitor("admin").open("/absences")
    choices = ["", "person:officer", "person:second"]
    for name in ("person", "deputy"):
        assert admin.document.xpath(f"//select[@name='{name}']/option/@value") == choices
    assert not admin.document.xpath("//select/option[@selected][@value!='']"), "nobody is chosen unasked"
    days = {"begins": DAY.isoformat(), "ends": DAY.isoformat()}
    for login, role in (("auditor", "审计人员"), ("admin", "管理员")):
        admin.open("/absences").send(
            {"person": "person:officer", "deputy": f"person:{login}", **days}, action="/absences"
        )
        assert admin.status == 422 and f"的角色是{role}，不能代办经办人的事项" in admin.text, admin.text
    assert admin.open("/absences").send({"person": "person:officer", **days}, action="/absences").status == 422
    officer = site.visitor("officer").open(f"/projects/{number}/holder")
    assert officer.document.xpath("//select[@name='holder']/option/@value") == choices


def test_the_calendar_is_entered_by_an_administrator(site: Site) -> None:
    admin = site.visitor("admin").open("/calendar")
    admin.send(
        {"year": "2026", "holidays": "2026-10-01 至 2026-10-07、2026年1月1日", "workdays": "2026-10-10"},
        action="/calendar/year",
    )
    assert (
        "已保存" in admin.text
        and "2026-10-07" in admin.text
        and "没有录入" not in admin.document.xpath("string(//div[@class='note'])")
    )
    admin.send({"year": "2027", "holidays": "10月1日", "workdays": ""}, action="/calendar/year")
    assert admin.status == 422 and "#f-holidays" in admin.document.xpath("//div[@class='errors']//a/@href")
    admin.open("/calendar").send({"review_days": "0"}, action="/calendar/term")
    assert admin.status == 422
    admin.open("/calendar").send({"review_days": "30"}, action="/calendar/term")
    assert "受理后 30 个工作日" in admin.text
    assert site.visitor("officer").open("/calendar").document.xpath("//main//form") == []


def test_an_auditor_sees_and_records_nothing(site: Site, number: int) -> None:
    auditor = site.visitor("auditor")
    assert auditor.open(f"/projects/{number}/days/received").status == 403
    assert auditor.open("/absences").status == 200 and auditor.document.xpath("//main//form") == []
    assert auditor.open("/inbox").status == 403
