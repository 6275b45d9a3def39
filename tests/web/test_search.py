"""Search on the pages and by the API: whatever was recorded, found by any of its words."""

from __future__ import annotations

import pytest

from review.record.storage.store import Store
from tests.record.projects import some_of_everything
from tests.web.conftest import Site

pytestmark = pytest.mark.record


@pytest.fixture(scope="module")
def filled(store: Store) -> Store:
    """The module's site, with some of everything."""
    some_of_everything(store)
    return store


@pytest.fixture(autouse=True)
def on_a_filled_record(filled: Store) -> None:
    """Every test here searches it."""


def test_the_box_at_the_head_of_every_page_finds_a_project(site: Site) -> None:
    visitor = site.visitor().open("/indicators")
    assert visitor.document.xpath("//header//form[@action='/search']//input[@name='q']")
    visitor.open("/search?q=测试项目 A-1")
    (link,) = visitor.document.xpath("//ul[@class='hits']//p[@class='title']/a")
    assert "A-1" in link.text_content()
    visitor.open(link.get("href"))
    assert "A-1" in visitor.text


def test_what_was_typed_is_marked_where_it_stands(site: Site) -> None:
    visitor = site.visitor().open("/search?q=融环")
    assert {each.text for each in visitor.document.xpath("//mark")} == {"融环"}
    assert "依据文号" in visitor.text


def test_markup_that_is_typed_or_recorded_stays_text(site: Site) -> None:
    visitor = site.visitor().open("/search?q=<b>A-1</b>")
    assert not visitor.document.xpath("//main//b")


def test_punctuation_alone_is_refused_beside_the_field(site: Site) -> None:
    visitor = site.visitor().open("/search?q=%25")
    assert visitor.status == 422
    assert "请输入至少一个字、字母或数字" in visitor.text
    assert visitor.document.xpath("//input[@id='f-q' and @aria-invalid='true']")


def test_events_of_the_office_are_for_auditors_and_administrators(site: Site) -> None:
    for login, found in (("officer", False), ("auditor", True), ("admin", True)):
        visitor = site.visitor(login).open("/search?q=示例人员甲 officer.one")
        assert bool(visitor.document.xpath("//ul[@class='hits']/li")) is found, login


def test_nothing_asked_shows_the_form_alone(site: Site) -> None:
    visitor = site.visitor().open("/search")
    assert not visitor.document.xpath("//ul[@class='hits']")


def test_the_interface_finds_the_same_page_by_page(site: Site) -> None:
    first = site.server.request("GET", "/api/v1/search?q=测试&limit=3", "system").json()
    assert first["behind"] == 0
    rest = site.server.request("GET", f"/api/v1/search?q=测试&limit=3&after={first['next']}", "system").json()
    found = [each["id"] for each in first["items"] + rest["items"]]
    assert len(found) == len(set(found)) == 4
    assert first["items"][0]["found"][0]["place"] == {"zh": "项目名称", "en": "project name"}


@pytest.mark.parametrize("query", ["q=%25", "q=", "q=甲&after=x", "q=甲&limit=0", "q=甲&unknown=1", f"q={'长' * 201}"])
def test_a_search_that_asks_for_nothing_is_a_problem(site: Site, query: str) -> None:
    answer = site.server.request("GET", f"/api/v1/search?{query}", "officer")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
