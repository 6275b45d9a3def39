"""The first page of a sheet: what the project has, stated at once where it has not; section after section without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route

from api.web.sheet_words import sections
from review.drafting.existence import QUESTIONS
from review.drafting.typed import SECTIONS
from review.record.storage.store import Store
from tests.record.projects import drawing, recorded, registered
from tests.web.conftest import Opened, Site
from tests.web.test_sheets import begun, values_of

pytestmark = pytest.mark.record


def test_nothing_is_ticked_beforehand_and_none_is_stated_at_once(site: Site) -> None:
    visitor = site.visitor()
    draft = begun(visitor)
    visitor.open(f"/drafts/{draft}/there")
    ticked = visitor.document.xpath("//main//input[@checked]/@value")
    assert ticked == ["unstated"] * len(QUESTIONS)
    visitor.send(action="/there", press="then=save")
    assert values_of(visitor, draft) == {}
    visitor.open(f"/drafts/{draft}/there").send({"coal.boilers": "no", "data_centre": "no", "voc.liquid_loading": "no"}, action="/there", press="then=next")  # fmt: skip
    assert visitor.path == f"/drafts/{draft}/project"
    assert values_of(visitor, draft) == {
        "coal": {"boilers": []},
        "data_centre": "none",
        "voc": {"liquid_loading": False},
    }
    assert "已答 3 项" in visitor.open(f"/drafts/{draft}").text


def test_an_answer_that_would_drop_what_is_filled_in_is_refused_by_its_field(site: Site) -> None:
    visitor = site.visitor()
    draft = begun(visitor)
    visitor.open(f"/drafts/{draft}/rows/coal.boilers/new").send(
        {"name": "1#锅炉（虚构）"}, action="/new", press="then=save"
    )
    visitor.open(f"/drafts/{draft}/there").send({"coal.boilers": "no"}, action="/there", press="then=save")
    assert visitor.status == 422 and "该部分已有内容" in visitor.text
    assert visitor.document.xpath("//a[@href='#f-coal.boilers']")
    assert values_of(visitor, draft) == {"coal": {"boilers": [{"name": "1#锅炉（虚构）"}]}}


def test_two_officers_at_the_same_answers_are_told(site: Site) -> None:
    first, second = site.visitor(), site.visitor("second")
    draft = begun(first)
    first.open(f"/drafts/{draft}/there")
    second.open(f"/drafts/{draft}/there").send({"capacity": "no"}, action="/there", press="then=save")
    first.send({"capacity": "yes"}, action="/there", press="then=save")
    assert first.status == 409 and "在此期间改动了同一处" in first.text
    assert values_of(first, draft) == {"capacity": "none"}


def test_a_section_leads_to_the_next_and_the_last_to_the_check(site: Site) -> None:
    visitor = site.visitor()
    draft = begun(visitor)
    order = [name for name, _ in sections()]
    assert sorted(order) == sorted(SECTIONS)
    visitor.open(f"/drafts/{draft}/{order[0]}").send({"name": "示例（虚构）"}, action=f"/{order[0]}", press="then=next")
    for name in order[1:]:
        assert visitor.path == f"/drafts/{draft}/{name}"
        visitor.send(action=f"/{name}", press="then=next")
    assert visitor.path == f"/drafts/{draft}/check"
    assert values_of(visitor, draft) == {"project": {"name": "示例（虚构）"}}


def test_an_offset_is_picked_from_the_register_with_what_is_free(site: Site, store: Store) -> None:
    registered(store, "10", "S-1", name="虚构涂装线关停（示例）")
    registered(store, "5", "S-2", name="虚构储罐回收（示例）")
    recorded(store, drawing("DRAWS", "4"))
    visitor = site.visitor()
    draft = begun(visitor)
    visitor.open(f"/drafts/{draft}/rows/voc.offsets/new")
    listed = [" ".join(str(each.text_content()).split()) for each in visitor.document.xpath("//main//details//li")]
    assert listed == [
        "S-1 虚构涂装线关停（示例） · 福清市 · 可用 6 t/a",
        "S-2 虚构储罐回收（示例） · 福清市 · 可用 5 t/a",
    ]
    visitor.send({"allocated_t": "3"}, action="/new", press="then=pick:source:S-1")
    form = visitor.form("/new")
    assert (form.fields["source"], form.fields["allocated_t"]) == ("S-1", "3") and values_of(visitor, draft) == {}
    visitor.send(action="/new", press="then=save")
    assert values_of(visitor, draft) == {"voc": {"offsets": [{"source": "S-1", "allocated_t": "3"}]}}


def test_a_draft_is_saved_while_it_is_filled_in(site: Site, at_browser: Opened) -> None:
    draft = begun(site.visitor())
    window = at_browser(path=f"/drafts/{draft}/project")
    window.fill("#f-name", "边填边存（虚构）")
    window.get_by_text("已自动保存").wait_for()
    assert values_of(site.visitor(), draft) == {"project": {"name": "边填边存（虚构）"}}
    window.fill("#f-code", "2503-350181-04-01-123456")
    window.get_by_role("button", name="保存", exact=True).last.click()
    window.wait_for_url(f"**/drafts/{draft}")
    stated = {"name": "边填边存（虚构）", "code": "2503-350181-04-01-123456"}
    assert values_of(site.visitor(), draft) == {"project": stated}


def test_a_new_row_is_saved_while_it_is_filled_in_and_stays_one(site: Site, at_browser: Opened) -> None:
    draft = begun(site.visitor())
    window = at_browser(path=f"/drafts/{draft}/rows/products/new")
    window.fill("#f-name", "平板玻璃")
    window.get_by_text("已自动保存").wait_for()
    assert window.url.endswith(f"/drafts/{draft}/rows/products/0")
    assert window.get_by_role("link", name="返回", exact=True).count() == 1
    assert values_of(site.visitor(), draft) == {"products": [{"name": "平板玻璃"}]}
    window.fill("#f-capacity", "300000")
    window.get_by_role("button", name="保存", exact=True).last.click()
    window.wait_for_url(f"**/drafts/{draft}/**")
    (product,) = values_of(site.visitor(), draft)["products"]
    assert (product["name"], product["capacity"]) == ("平板玻璃", "300000")


def test_a_new_row_whose_answer_was_lost_stays_one(site: Site, at_browser: Opened) -> None:
    draft = begun(site.visitor())
    window = at_browser(path=f"/drafts/{draft}/rows/products/new")

    def lose(route: Route) -> None:
        if route.request.method == "POST" and "then=keep" in (route.request.post_data or ""):
            route.fetch()
            route.abort()
        else:
            route.continue_()

    window.route("**/rows/products/new", lose)
    window.fill("#f-name", "平板玻璃")
    window.get_by_text("未能自动保存").wait_for()
    assert values_of(site.visitor(), draft) == {"products": [{"name": "平板玻璃"}]}
    window.fill("#f-name", "浮法玻璃")
    window.get_by_role("button", name="保存", exact=True).last.click()
    window.wait_for_url(f"**/drafts/{draft}/products")
    assert values_of(site.visitor(), draft) == {"products": [{"name": "浮法玻璃"}]}


def test_a_new_row_that_the_script_added_is_that_row_however_often_it_is_sent(site: Site) -> None:
    visitor, other = site.visitor(), site.visitor("second")
    draft = begun(visitor)
    visitor.open(f"/drafts/{draft}/rows/products/new")
    page = visitor.answer
    for name in ("甲", "甲", "乙"):
        visitor.answer = page
        done = visitor.send({"name": name, "kept": "yes"}, action="/new", press="then=keep")
        assert done.answer is not None and done.status == 204
        assert done.answer.headers["Two-High-Row"] == f"/drafts/{draft}/rows/products/0"
    assert values_of(site.visitor(), draft) == {"products": [{"name": "乙"}]}
    # Taken out by another meanwhile: nothing is added in its place without being asked.
    other.open(f"/drafts/{draft}/products").send(action="/products", press="then=remove:products/0")
    visitor.answer = page
    assert visitor.send({"name": "丙", "kept": "yes"}, action="/new", press="then=save").status == 409
    assert "products" not in values_of(other, draft)


def test_what_another_changed_is_not_overwritten_while_one_fills_in(site: Site, at_browser: Opened) -> None:
    other = site.visitor("second")
    draft = begun(other)
    window = at_browser(path=f"/drafts/{draft}/project")
    other.open(f"/drafts/{draft}/project").send({"name": "他人（虚构）"}, action="/project", press="then=save")
    window.fill("#f-name", "本人（虚构）")
    window.get_by_text("未能自动保存").wait_for()
    assert values_of(other, draft) == {"project": {"name": "他人（虚构）"}}
