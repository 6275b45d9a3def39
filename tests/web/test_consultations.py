"""Consultations and notes on the pages: asked, overdue, replied, closed, shown where a decision is made; the clock is replaced in the test's own process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from review import clock
from review.record.cases.case_days import hand_over
from review.record.cases.steps import take_step
from review.record.cases.submissions import Recorded, submit
from review.record.storage.store import open_store
from tests.record.projects import project
from tests.web.conftest import Site, Visitor

pytestmark = pytest.mark.record

UNITS = "市生态环境局（示例）：示例科\n市水利局（示例）"
QUESTION = "总量指标是否落实（示例）"


def set_day(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    found = date.fromisoformat(day)
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(found.year, found.month, found.day, 4, tzinfo=UTC))


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    set_day(monkeypatch, "2026-11-26")
    yield


@pytest.fixture
def case(site: Site) -> Recorded:
    """A case of the officer's."""
    store = open_store(site.server.database)
    sheet = project("CONS", {"project.name": "征求意见测试（虚构）"})
    made = submit(store, sheet, "测试（虚构）", request="cons")
    if not made.again:
        hand_over(store, made.project, "officer", "测试（虚构）")
    store.close()
    return made


def asked(visitor: Visitor, case: Recorded, **typed: str) -> Visitor:
    values = {"units": UNITS, "question": QUESTION, "working_days": "5", **typed}
    return visitor.open(f"/consultations/new?project={case.project}").send(values)


def test_a_consultation_is_asked_overdue_replied_and_closed(
    site: Site, case: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = site.visitor("officer")
    at = asked(officer, case).path.partition("?")[0]
    assert "2026-12-03 前答复（5 个工作日）" in officer.text and "示例科" in officer.text
    assert "未办结 1 件，其中逾期 0 件" in officer.open(f"/reviews/{case.id}/decision").text
    set_day(monkeypatch, "2026-12-04")
    officer, second = site.visitor("officer"), site.visitor("second")
    assert "逾期" in officer.open(f"/projects/{case.project}").text and "示例科" not in officer.text
    assert "征求意见答复：应于 2026-12-03 前，逾期 1 天" in officer.text
    assert "征求意见答复" in officer.open("/inbox").text and "征求意见测试" in officer.open("/").text
    assert "征求意见测试" in officer.open("/worklist?overdue=yes&list=every").text
    unit, other = "市生态环境局（示例）", "市水利局（示例）"
    second.open(at).send({"unit": unit, "words": "（示例）"}, action="/replies")
    assert second.status == 422 and "答复：请选择答复" in second.text and "（示例）" in second.text
    second.open(at).send({"unit": unit, "opinion": "object"}, action="/replies")
    assert second.status == 422 and "#f-words" in second.document.xpath("//div[@class='errors']//a/@href")
    second.send({"words": "总量不足（示例）"}, action="/replies")
    assert "答复已记录" in second.text and "不同意；总量不足（示例）" in second.text and "（逾期）" in second.text
    assert "收到答复" in officer.open("/inbox").text and f"{unit} 不同意" in officer.text
    officer.open(at).send(action="/close")
    assert officer.status == 422 and "#f-close_reason" in officer.document.xpath("//div[@class='errors']//a/@href")
    second.open(at).send({"unit": other, "opinion": "no_opinion", "day": "2026年12月4日"}, action="/replies")
    officer.open(at).send(action="/close")
    assert "已办结" in officer.text and "收到答复" not in officer.open("/inbox").text
    paper = officer.open(f"/reviews/{case.id}/papers/opinion").text
    assert "总量不足（示例）" in paper and QUESTION in paper and "示例科" not in paper
    english = site.visitor("officer", "en").open(at).text
    assert "objects; 总量不足（示例）" in english and "closed" in english
    assert "总量不足（示例）" in officer.open("/search?q=总量不足").text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"units": ""}, "f-units"),
        ({"units": "市局\n市局：甲"}, "f-units"),
        ({"question": ""}, "f-question"),
        ({"working_days": ""}, "f-due"),
        ({"due": "2026-12-10"}, "f-due"),
        ({"working_days": "十"}, "f-working_days"),
        ({"working_days": "0"}, "f-working_days"),
        ({"working_days": "999"}, "f-working_days"),
        ({"working_days": "", "due": "12月10日"}, "f-due"),
        ({"working_days": "", "due": "2026-11-25"}, "f-due"),
        ({"day": "2026-11-27"}, "f-day"),
    ],
)
def test_what_cannot_be_asked_is_told_beside_its_field(
    site: Site, case: Recorded, typed: dict[str, str], field: str
) -> None:
    visitor = asked(site.visitor("officer"), case, **typed)
    assert visitor.status == 422
    assert f"#{field}" in visitor.document.xpath("//div[@class='errors']//a/@href")
    expected = typed.get("question", QUESTION)
    assert visitor.document.xpath("//textarea[@name='question']")[0].text_content() == expected


def test_all_that_cannot_be_asked_is_told_at_once(site: Site, case: Recorded) -> None:
    visitor = asked(site.visitor("officer"), case, units="", question="", day="明天", working_days="十")
    wrong = ["#f-units", "#f-question", "#f-day", "#f-working_days"]
    assert visitor.status == 422 and visitor.document.xpath("//div[@class='errors']//a/@href") == wrong


def test_of_a_project_that_has_ended_nobody_is_asked(site: Site) -> None:
    store = open_store(site.server.database)
    made = submit(
        store, project("CONS-ENDED", {"project.name": "已结束的项目（虚构）"}), "测试（虚构）", request="cons-ended"
    )
    way = f"//a[@href='/consultations/new?project={made.project}']"
    assert site.visitor("officer").open(f"/projects/{made.project}").document.xpath(way)
    take_step(store, made.project, "withdrawn", "测试（虚构）", reason="撤回申请（示例）")
    store.close()
    assert not site.visitor("officer").open(f"/projects/{made.project}").document.xpath(way)


def test_what_was_asked_wrongly_is_taken_back(site: Site, case: Recorded) -> None:
    visitor = asked(site.visitor("officer"), case)
    visitor.send(action="/withdraw")
    assert visitor.status == 422 and "#f-withdraw_reason" in visitor.document.xpath("//div[@class='errors']//a/@href")
    visitor.send({"withdraw_reason": "重复发出（示例）"}, action="/withdraw")
    assert "已撤回" in visitor.text and not visitor.document.xpath("//form[contains(@action, '/replies')]")


def test_a_long_reply_is_whole_on_its_own_page_and_where_it_is_decided(site: Site, case: Recorded) -> None:
    visitor, unit = site.visitor("officer"), "市水利局（示例）"
    at = asked(visitor, case).path.partition("?")[0]
    first, second = "甲" * 1999 + "末", "乙" * 1999 + "尾"
    visitor.open(at).send({"unit": unit, "opinion": "object", "words": first}, action="/replies")
    visitor.open(at).send(
        {"unit": unit, "opinion": "object", "words": second, "reply_reason": "更正（示例）"}, action="/replies"
    )
    for page in (at, f"/reviews/{case.id}/decision"):
        assert first in visitor.open(page).text and second in visitor.text
    project_page = visitor.open(f"/projects/{case.project}")
    assert second not in project_page.text and project_page.document.xpath(f"//td//a[@href='{at}']")


def test_who_decides_sees_what_is_open_and_each_objection_however_old(site: Site, case: Recorded) -> None:
    visitor, numbers = site.visitor("officer"), list[str]()
    for opinion in ("object", *("agree",) * 6, None):
        question = f"第 {len(numbers)} 问（示例）"
        numbers.append(asked(visitor, case, units="市水利局（示例）", question=question).path.partition("?")[0])
        if opinion is not None:
            visitor.send({"unit": "市水利局（示例）", "opinion": opinion, "words": "总量（示例）"}, action="/replies")
            visitor.send(action="/close")
    shown = visitor.open(f"/reviews/{case.id}/decision")
    section = shown.document.xpath("//section[@aria-labelledby='consulted']")[0]
    assert "第 0 问（示例）" in section.text_content() and "第 7 问（示例）" in section.text_content()
    assert "第 3 问（示例）" not in section.text_content()
    assert {each for each in section.xpath(".//a/@href") if each.startswith("/consultations/")} >= set(numbers)


def test_auditors_see_and_do_not_ask(site: Site, case: Recorded) -> None:
    at = asked(site.visitor("officer"), case).path.partition("?")[0]
    auditor = site.visitor("auditor").open(at)
    assert auditor.status == 200 and not auditor.document.xpath("//main//form")
    assert auditor.open(f"/consultations/new?project={case.project}").status == 403
    assert auditor.open("/consultations/999999").status == 404


def test_notes_are_written_on_a_project_and_a_finding_and_withdrawn(site: Site, case: Recorded) -> None:
    visitor = site.visitor("officer").open(f"/projects/{case.project}").send({"note": ""}, action="/notes")
    assert visitor.status == 422 and "#f-note-text" in visitor.document.xpath("//div[@class='errors']//a/@href")
    assert visitor.document.xpath("//textarea[@id='f-note-text']/@aria-invalid") == ["true"]
    visitor.send({"note": "现场核实（示例）"}, action="/notes")
    assert "备注已记录" in visitor.text and "现场核实（示例）" in visitor.text
    finding = f"/reviews/{case.id}/findings/voc-offset/voc"
    visitor.open(finding).send({"note": "条目备注（示例）"}, action="/notes")
    visitor.open(finding).send({"note": "数值备注（示例）", "path": "voc.emission_t"}, action="/notes")
    assert "条目备注（示例）" in visitor.text and "数值备注（示例）" in visitor.text
    assert "现场核实（示例）" not in visitor.text
    assert "条目备注（示例）" in visitor.open(f"/notes?project={case.project}").text
    number = next(each for each in visitor.document.xpath("//main//a/@href") if each.startswith("/notes/"))
    visitor.open(number).send({"reason": ""}, action="/withdraw")
    assert visitor.status == 422
    visitor.send({"reason": "写错（示例）"}, action="/withdraw")
    assert "已撤回" in visitor.text and "写错（示例）" in visitor.text
    assert site.visitor("auditor").open(number).status == 200
    assert "条目备注" not in visitor.open(f"/reviews/{case.id}/papers/opinion").text
