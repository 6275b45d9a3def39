"""A file's life over three weeks in a browser: received, attached, noticed, supplemented, consulted, signed by three, sent, a condition overdue and met, closed.

What each person's inbox shows is looked at on each day, without the browser. The clock is replaced in the test's own process.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from review import clock
from review.record.access.people import add_person, change_password
from review.record.proof.verification import verify
from review.record.storage.store import Store
from tests.web.conftest import PASSWORD, PEOPLE, Opened, Site, sample

pytestmark = pytest.mark.record

NAME = "三周（虚构）"
SIGNER = "赵签发（示例）"
DECIDE, REPLIED, SIGN, OVERDUE = "待我决定", "收到答复", "待我签批", "逾期"


@dataclass
class Office:
    """The people at their browsers. Each day they sign in anew."""

    site: Site
    opened: Opened
    clock: pytest.MonkeyPatch
    windows: dict[str, Page] = field(default_factory=dict)
    project: str = ""
    review: str = ""

    def on(self, day: str) -> None:
        """It is noon in Shanghai on that day."""
        found = date.fromisoformat(day)
        self.clock.setattr(clock, "utc_now", lambda: datetime(found.year, found.month, found.day, 4, tzinfo=UTC))

    def at(self, login: str, path: str) -> Page:
        """The page in the one window of that person: a browser of its own for each page takes most of a second."""
        if login not in self.windows:
            self.windows[login] = self.opened(login, path=path)
            return self.windows[login]
        window = self.windows[login]
        session = self.site.session(login)
        window.context.add_cookies([{"name": "two-high-session", "value": session, "url": self.site.url}])
        window.goto(path)
        return window

    def inbox(self, login: str) -> list[str]:
        """The headings of an inbox below which the case stands, read without a browser."""
        visitor = self.site.visitor(login).open("/inbox")
        assert (visitor.status, visitor.path) == (200, "/inbox")
        headings = [(each.text.strip(), each.getnext()) for each in visitor.document.xpath("//main//h2")]
        return [heading for heading, below in headings if below is not None and NAME in below.text_content()]

    def inboxes(self) -> dict[str, list[str]]:
        """What the three officers see, but for those who see nothing of the case."""
        found = {login: self.inbox(login) for login in ("officer", "second", "third")}
        return {login: headings for login, headings in found.items() if headings}

    def submit(self, sheet: dict[str, Any]) -> None:
        window = self.at("officer", "/drafts/new")
        window.fill("textarea[name=text]", json.dumps(sheet, ensure_ascii=False))
        window.get_by_role("button", name="导入").click()
        window.goto(f"{window.url.partition('?')[0]}/check")
        window.get_by_role("button", name="提交并记录").click()
        window.wait_for_url("**/reviews/**")
        self.review = window.url.partition("?")[0].rpartition("/")[2]
        self.project = str(window.get_attribute("main a[href^='/projects/']", "href"))

    def day(self, kind: str, day: str, **chosen: str) -> None:
        window = self.at("officer", f"{self.project}/days/{kind}")
        for name, value in chosen.items():
            window.select_option(f"select[name={name}]", value)
        window.fill("input[name=day]", day)
        window.get_by_role("button", name="记录").click()
        window.wait_for_url(f"**{self.project}**")

    def sign(self, login: str, opinion: str) -> None:
        window = self.at(login, f"/reviews/{self.review}/decision")
        for box in window.query_selector_all("input[name=seen]"):
            box.check()
        window.fill("textarea[name=opinion]", opinion)
        window.click("button[value=sign]")
        window.wait_for_url(f"**/reviews/{self.review}?said=*")


def test_three_weeks_of_a_case(site: Site, store: Store, at_browser: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(site, at_browser, monkeypatch)
    office.on("2026-12-01")
    change_password(store, "third", add_person(store, "third", SIGNER, "officer", "test"), PASSWORD)
    rules = office.at("admin", "/sign-off")
    rules.fill("input[name=steps]", "3") if rules.query_selector("input[name=steps]") else rules.select_option(
        "select[name=steps]", "3"
    )
    rules.fill("[name=reason]", "内部规定（示例）")
    rules.click("main form[action='/sign-off'] button")
    rules.wait_for_url("**/sign-off?said=*")

    # Monday: received, with a file; the notice is due on the fifth working day.
    whole = json.loads(sample("printing-shop.json").read_text(encoding="utf-8"))
    whole["project"] |= {"name": NAME, "code": "2612-350181-04-01-900001", "received": "2026-12-07"}
    first = {**whole, "voc": {**whole["voc"]}}
    del first["voc"]["low_voc_materials"]
    office.on("2026-12-07")
    office.submit(first)
    office.day("received", "2026-12-07")
    window = office.at("officer", f"/attachments?project={office.project.rpartition('/')[2]}")
    window.click("summary:has-text('附加文件')")
    window.set_input_files(
        "input[name=file]",
        {"name": "申请书（示例）.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 fictional"},
    )
    window.get_by_role("button", name="附加", exact=True).click()
    window.get_by_text("申请书（示例）.pdf").first.wait_for()
    assert office.inboxes() == {"officer": [DECIDE]}

    # Friday: the one notice, within the five days; the clock stands still.
    office.on("2026-12-11")
    assert office.inboxes() == {"officer": [DECIDE]}
    office.day("accepted", "2026-12-08")
    office.day("noticed", "2026-12-11")
    assert office.inboxes() == {}
    assert "待补正，停止计时" in office.at("officer", office.project).inner_text("main")

    # The supplement is the next version.
    office.on("2026-12-16")
    office.submit(whole)
    assert office.inboxes() == {"officer": [DECIDE]}

    # Another unit is asked, and replies to somebody else.
    office.on("2026-12-17")
    window = office.at("officer", f"/consultations/new?project={office.project.rpartition('/')[2]}")
    window.fill("textarea[name=units]", "示例市生态环境局（虚构）")
    window.fill("textarea[name=question]", "总量指标是否落实（示例）")
    window.fill("input[name=working_days]", "3")
    window.get_by_role("button", name="记录").click()
    window.wait_for_url("**/consultations/**said=*")
    asked = window.url.partition("?")[0].removeprefix(site.url)
    assert office.inboxes() == {"officer": [DECIDE]}
    office.on("2026-12-23")
    assert office.inboxes() == {"officer": [OVERDUE, DECIDE]}
    window = office.at("second", asked)
    window.check("input[name=opinion][value=agree]")
    window.click(f"form[action='{asked}/replies'] button")
    window.wait_for_url("**said=*")
    assert office.inboxes() == {"officer": [REPLIED, DECIDE]}
    office.at("officer", asked).click(f"form[action='{asked}/close'] button")
    assert office.inboxes() == {"officer": [DECIDE]}

    # Three persons sign, one after the other.
    window = office.at("officer", f"/reviews/{office.review}/decision")
    window.check("input[name=outcome][value=approve]")
    window.fill("textarea[name=conditions]", "一周内报备（示例）")
    window.click(f"form[action='/reviews/{office.review}/decision'] button:not([tabindex='-1'])")
    window.wait_for_url(f"**/reviews/{office.review}?said=drafted")
    assert office.inboxes() == {"second": [SIGN], "third": [SIGN]}
    office.sign("second", "同意（示例）")
    assert office.inboxes() == {"third": [SIGN]}
    office.on("2026-12-24")
    office.sign("third", "同意签发（示例）")
    assert office.inboxes() == {}

    # The paper is sent: it names the three, the unit that was asked, and the file.
    window = office.at("officer", f"/reviews/{office.review}/papers/opinion")
    paper = window.inner_text("main")
    for words in (PEOPLE["officer"], PEOPLE["second"], SIGNER, "示例市生态环境局（虚构）", "申请书（示例）.pdf"):
        assert words in paper
    with window.expect_download() as sent:
        window.get_by_role("link", name="下载 PDF").click()
    assert sent.value.path().read_bytes().startswith(b"%PDF")

    # The condition: due, overdue, met; then the case is closed.
    office.day("condition_due", "2026-12-25", condition="一周内报备（示例）")
    office.on("2026-12-25")
    assert office.inboxes() == {}
    office.on("2026-12-28")
    assert office.inboxes() == {"officer": [OVERDUE]}
    assert NAME in office.at("officer", "/worklist?overdue=yes&list=every&sort=due").inner_text("main")
    window = office.at("officer", f"{office.project}/steps/condition_met")
    window.fill("input[name=document]", "回执（示例）")
    window.get_by_role("button", name="记录").click()
    window.wait_for_url(f"**{office.project}**")
    assert office.inboxes() == {}
    window = office.at("officer", f"{office.project}/steps/closed")
    window.fill("textarea[name=reason]", "项目已建成（示例）")
    window.get_by_role("button", name="记录").click()
    window.wait_for_url(f"**{office.project}**")
    assert office.inboxes() == {}
    with store.reading() as connection:
        assert verify(connection, jobs=1).breaks == ()
