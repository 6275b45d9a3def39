"""Submitting a draft: a day that is not today has a reason, and an approved project is not swallowed by another's sheet."""

from __future__ import annotations

import json
from typing import Any

import pytest

from review.record.cases.submissions import submit
from review.record.storage.contents import reason_of
from review.record.storage.store import open_store
from review.sheet import canonical_sheet
from tests.record.projects import decide, overruled, project
from tests.web.conftest import Site, Visitor
from tests.web.test_sheets import bring, number_of, recorded, send

pytestmark = pytest.mark.record


def checked(site: Site, changes: dict[str, Any], as_of: str = "") -> tuple[Visitor, int]:
    """A draft with these values, at its check."""
    visitor = site.visitor()
    text = json.dumps(canonical_sheet(project("APPROVED-1", changes)), ensure_ascii=False)
    draft = number_of(bring(visitor, "text", {"text": text}))
    return visitor.open(f"/drafts/{draft}/check", params={"as_of": as_of} if as_of else {}), draft


def sent(visitor: Visitor, values: dict[str, Any]) -> Visitor:
    form = next(
        each for each in visitor.document.forms if each.method == "POST" and each.get("action").endswith("/check")
    )
    send(visitor, form, values)
    return visitor


def reason(site: Site, number: int) -> str | None:
    store = open_store(site.server.database)
    with store.reading() as connection:
        found = reason_of(connection, number)
    store.close()
    return found


def test_another_day_asks_for_a_reason_that_page_and_paper_show(site: Site) -> None:
    visitor, _ = checked(site, {"project.code": "DAY-1"}, "2025-03-01")
    assert sent(visitor, {"reason": ""}).status == 422
    assert "#f-reason" in visitor.document.xpath("//div[@class='errors']//a/@href")
    sent(visitor, {"reason": "补录纸质案卷 <b>"})
    number, _ = recorded(site, visitor)
    assert reason(site, number) == "补录纸质案卷 <b>"
    assert "补录纸质案卷 <b>" in visitor.text
    assert "补录纸质案卷 <b>" in visitor.open(f"/reviews/{number}/papers/opinion").text
    visitor, _ = checked(site, {"project.code": "DAY-2"})
    assert not visitor.document.xpath("//input[@name='reason']")
    assert "/reviews/" in sent(visitor, {}).path


def test_both_projects_stand_side_by_side_and_a_tick_says_that_they_are_one(site: Site) -> None:
    store = open_store(site.server.database)
    first = submit(store, project("APPROVED-1", {"project.applicant": "甲公司（虚构）"}), "测试（虚构）")
    decide(store, first.id, overruled("approve"), "测试（虚构）")
    store.close()
    visitor, _ = checked(site, {"project.applicant": "乙公司（虚构）"})
    cells = [each.text_content() for each in visitor.document.xpath("//div[@class='warning']//td")]
    assert cells == ["甲公司（虚构）", "乙公司（虚构）"]
    assert sent(visitor, {"reason": "示例"}).status in (409, 422)
    assert "#f-replaces" in visitor.document.xpath("//div[@class='errors']//a/@href")
    assert sent(visitor, {"replaces": str(first.id), "reason": " "}).status == 422
    sent(visitor, {"replaces": str(first.id), "reason": "更名批复（示例）"})
    number, _ = recorded(site, visitor)
    assert reason(site, number) == "更名批复（示例）"
    assert f"/reviews/{first.id}" in visitor.document.xpath("//div[@class='note']//a/@href")
