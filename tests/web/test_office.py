"""机关信息: what the office's papers say of it, entered on a page by an administrator."""

from __future__ import annotations

import pytest

from review import read_sheet_file
from review.record.cases.submissions import submit
from review.record.storage.store import open_store
from tests.sheets import AS_OF
from tests.web.conftest import Site, sample

pytestmark = pytest.mark.record

TYPED = {"name": "示例市发展和改革局（虚构）", "series": "示发改两高审", "contact": "王示例（虚构）"}


def test_what_is_entered_is_recorded_and_shown(site: Site) -> None:
    visitor = site.visitor("admin").open("/people").open("/people/office").send(TYPED)
    assert "已保存" in visitor.text
    assert {**dict(visitor.form().form_values()), **TYPED} == dict(visitor.form().form_values())
    events = site.visitor("auditor").open("/audit/events", params={"kind": "setting"}).text
    assert "机关设定" in events


def test_what_is_wrong_is_said_at_its_field(site: Site) -> None:
    visitor = site.visitor("admin").open("/people/office").send({"name": "长" * 201})
    assert visitor.status == 422 and "#f-name" in visitor.document.xpath("//div[@class='errors']//a/@href")


def test_an_officer_is_not_asked(site: Site) -> None:
    assert site.visitor("officer").open("/people/office").status == 403


def test_where_nothing_is_to_be_supplied_no_letter_is_offered(site: Site) -> None:
    store = open_store(site.server.database)
    numbers = [
        submit(store, read_sheet_file(sample(f"{name}.json")), "测试（虚构）", as_of=AS_OF, reason="补录（示例）").id
        for name in ("existing-in-order", "unsettled")
    ]
    store.close()
    for number, offered in zip(numbers, (False, True), strict=True):
        visitor = site.visitor("officer").open(f"/reviews/{number}")
        assert bool(visitor.document.xpath(f"//a[@href='/reviews/{number}/papers/notice']")) is offered
        visitor.open(f"/reviews/{number}/papers/opinion")
        assert bool(visitor.document.xpath(f"//a[contains(@href, '/reviews/{number}/papers/notice')]")) is offered
        visitor.open(f"/reviews/{number}/papers/notice")
        assert visitor.status == (200 if offered else 422)
    assert "没有需要补正的内容" in site.visitor("officer").open(f"/reviews/{numbers[0]}/papers/notice").text
