"""The register of reduction sources and the indicators, as pages."""

from __future__ import annotations

import pytest

from review.facts.register_keys import LONGEST_SOURCE
from review.record.access.known_people import know_person
from review.record.cases.decisions import decide
from review.record.cases.rulings import Ruling
from review.record.register.history import source_entries
from review.record.storage.store import Store
from tests.record.projects import OFFICER, drawing, project, recorded, registered
from tests.web.conftest import Opened, Site, violations
from tests.web.office import HOSTILE, furnish

pytestmark = pytest.mark.record

ENTRY = {
    "source": "S-9",
    "verified_t": "12.5",
    "document": "榕融环〔2025〕9号（示例）",
    "completed": "2024-06-30",
    "name": "虚构来源",
}


@pytest.fixture(scope="module", autouse=True)
def numbers(store: Store) -> dict[str, int]:
    return furnish(store)


def entries(store: Store, source: str) -> list[str]:
    with store.reading() as connection:
        return [each["verified_t"] for each in source_entries(connection, source)]


def test_a_source_is_checked_then_registered_once(site: Site, store: Store) -> None:
    visitor = site.visitor().open("/sources/entry").send(ENTRY)
    assert "核对后确认" in visitor.text and entries(store, "S-9") == []
    form = dict(visitor.form("/sources/entry").form_values()) | {"confirm": "yes"}
    visitor.send(press="confirm=yes")
    assert visitor.path == "/offsets/S-9?said=registered" and "12.5 t/a" in visitor.text
    again = visitor.client.post("/sources/entry", data=form)
    assert again.status_code == 200 and entries(store, "S-9") == ["12.5"]
    assert visitor.client.post("/sources/entry", data={**form, "verified_t": "99", "reason": "x"}).status_code == 409
    assert entries(store, "S-9") == ["12.5"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source": ""}, "source"), ({"source": "x" * 300}, "source"), ({"verified_t": "many"}, "verified_t"), ({"verified_t": "-1"}, "verified_t"),
        ({"verified_t": ""}, "verified_t"), ({"document": ""}, "document"), ({"completed": "30.6.2024"}, "completed"), ({"area": "moon"}, "area"),
        ({"source": "S-1", "reason": ""}, "reason"), ({"name": "a\u202eb"}, "name"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(site: Site, store: Store, changes: dict[str, str], field: str) -> None:
    visitor = site.visitor().open("/sources/entry").send({**ENTRY, "source": "S-10", **changes})
    assert visitor.status == 422
    assert f"#f-{field}" in visitor.document.xpath("//div[@class='errors']//a/@href")
    assert visitor.document.get_element_by_id("f-document").get("value") == changes.get("document", ENTRY["document"])
    assert entries(store, "S-10") == []


def test_what_an_amendment_cuts_is_shown_before_it_is_confirmed(site: Site, store: Store) -> None:
    visitor = site.visitor().open("/sources/entry", params={"source": "S-1"})
    assert dict(visitor.form().form_values())["verified_t"] == "7"
    visitor.send({"verified_t": "6", "reason": "再核减（示例）"})
    assert "有 1 个项目的占用将被削减" in visitor.text and "测试项目 B-1" in visitor.text
    assert entries(store, "S-1") == ["7", "10"]
    back = (
        site.visitor()
        .open("/sources/entry", params={"source": "S-1"})
        .send({"verified_t": "6", "reason": "改"})
        .send(press="confirm=back")
    )
    assert dict(back.form().form_values())["reason"] == "改"
    visitor.send(press="confirm=yes")
    assert entries(store, "S-1") == ["6", "7", "10"]
    assert "再核减（示例）" in visitor.text and "削减" in visitor.text


def test_sources_are_found(site: Site) -> None:
    visitor = site.visitor("auditor").open("/offsets?text=涂装线")
    assert [each.text_content() for each in visitor.document.xpath("//tbody//th/a")] == ["S-1"]
    assert "没有找到来源" in visitor.open("/offsets?text=%25").text
    assert visitor.open("/offsets?text=a%00").status == 422
    assert visitor.open("/offsets/nowhere").status == 404
    [address] = visitor.open("/offsets?text=SCRIPT").document.xpath("//tbody//th/a/@href")
    assert visitor.open(address).status == 200 and HOSTILE[:8].upper() in visitor.text


def test_an_id_that_no_address_can_hold_is_shown(site: Site) -> None:
    for name in ("S/..", "A/../B", "A/B", "A?B#C", "%2F"):
        visitor = site.visitor().open("/sources/entry").send({**ENTRY, "source": name}).send(press="confirm=yes")
        assert visitor.status == 200 and name in visitor.text, name


def test_an_auditor_reads_the_register_and_does_not_write(site: Site) -> None:
    visitor = site.visitor("auditor").open("/offsets/S-1")
    assert visitor.status == 200 and "/sources/entry?source=S-1" not in visitor.document.xpath("//a/@href")
    assert visitor.open("/sources/entry").status == 403


def test_indicators_stand_beside_the_targets(site: Site) -> None:
    visitor = site.visitor("auditor").open("/indicators")
    assert "4,570.5" in visitor.text and "/clauses/2-1" in visitor.document.xpath("//a/@href")
    labels = visitor.document.xpath("//svg[@role='img']/@aria-label")
    assert any("挥发性有机物" in each and "目标 500 t" in each for each in labels)
    visitor.open("/indicators/projects")
    assert "A-1" in visitor.text and "G-1" not in visitor.text


@pytest.mark.parametrize(("width", "language"), [(390, "zh"), (1280, "en")])
def test_the_pages_are_accessible_at_both_widths(at_browser: Opened, width: int, language: str) -> None:
    window = at_browser(width=width, language=language)
    for path in ("/offsets", "/offsets/S-1", "/sources/entry", "/sources/entry?source=S-1"):
        window.goto(path)
        assert violations(window) == [], path
        assert window.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


@pytest.mark.parametrize("scripts", [True, False])
def test_registering_in_a_browser(at_browser: Opened, scripts: bool) -> None:
    window = at_browser(scripts=scripts, path="/sources/entry")
    window.fill("#f-source", f"B-{scripts}")
    window.fill("#f-verified_t", "3")
    window.fill("#f-document", "文号（示例）")
    window.click("main form button")
    assert violations(window) == [] if scripts else True
    window.click("button[value=yes]")
    window.wait_for_url("**/offsets/B-*")
    assert "来源已登记" in window.locator("main").inner_text()


def test_what_is_drawn_on_and_not_registered_is_listed_and_registered_from_there(site: Site, store: Store) -> None:
    """A retired line is told by enterprise and line; what a sheet says of it stands in the form."""
    retired = {"enterprise": "某水泥厂（虚构）2#线", "capacity_t": "900", "document": "公告〔2024〕3 号（示例）", "closed_before_operation": True}  # fmt: skip
    recorded(store, project("L-1", {"capacity": {"new_t": "600", "retired": [retired]}}))
    visitor = site.visitor().open("/sources/claims")
    link = visitor.document.xpath("//tr[contains(., '某水泥厂')]//a[contains(@href, 'claim=')]/@href")[0]
    visitor.open(link)
    found = dict(visitor.form().form_values())
    assert (found["enterprise"], found["verified_t"], found["pollutant"]) == ("某水泥厂（虚构）2#线", "900", "capacity")
    visitor.send(press="").send(press="confirm=yes")
    assert "退出产能 某水泥厂（虚构）2#线" in visitor.text and "测试项目 L-1" in visitor.text
    assert "某水泥厂" not in site.visitor().open("/sources/claims").text
    amended = site.visitor().open("/sources/entry", params={"source": "capacity 某水泥厂虚构2线"})
    amended.send({"verified_t": "800", "reason": "核减（示例）"})
    assert "有 1 个项目的占用将被削减" in amended.text
    amended.send(press="confirm=yes")
    assert "800 t/a" in amended.text


def test_a_source_that_is_not_registered_leads_to_where_it_can_be(site: Site, store: Store) -> None:
    know_person(store, "fuhe.reg", "复核岗（示例）", "test")
    made = recorded(store, drawing("NOT-THERE", "6", source="S-丙"))
    decide(store, made.id, Ruling("approve", "另有安排（示例）", "3.10-7", second="复核岗（示例）"), OFFICER)
    visitor = site.visitor().open(f"/projects/{made.project}")
    links = visitor.document.xpath("//main//a[contains(@href, '/offsets/') or contains(@href, '/sources/')]/@href")
    assert "S-丙" in visitor.text and "/sources/claims" in links
    assert [each for each in links if site.visitor().open(each).status != 200] == []


def test_what_is_drawn_of_a_kind_is_shown_in_its_unit(site: Site, store: Store) -> None:
    registered(store, "9", "C-1", pollutant="carbon")
    row = {"source": "C-1", "reduction_t": "6", "allocated_t": "6", "document": "文（示例）"}
    made = recorded(store, project("U-1", {"carbon": {"total_t": "9", "added_t": "6", "replacement": [row]}}))
    drawn = site.visitor().open(f"/projects/{made.project}").document.xpath("//ol[@class='timeline']//li/ul/li")
    assert [" ".join(each.text_content().split()) for each in drawn] == ["来源 C-1：申请 6，占用 6 t CO₂/a"]
    rows = site.visitor().open(f"/reviews/{made.id}").document.xpath("//tr[th//a[contains(@href, 'carbon')]]/th")
    assert [" ".join(each.text_content().split()) for each in rows] == ["C-1 t CO₂/a"]


def test_the_longest_id_of_a_kind_is_found_by_its_key(site: Site, store: Store) -> None:
    name = "C" * LONGEST_SOURCE
    registered(store, "8", name)
    registered(store, "9", name, pollutant="carbon")
    seen = site.visitor().open("/offsets/-", params={"source": f"carbon {name}"})
    assert seen.status == 200 and name in seen.text


def test_the_register_as_of_a_day(site: Site) -> None:
    assert "S-1" not in site.visitor().open("/offsets?as_of=2025-01-01").text
    assert "S-1" in site.visitor().open("/offsets?pollutant=voc").text
    assert "S-1" not in site.visitor().open("/offsets?pollutant=carbon").text
    wrong = site.visitor().open("/offsets?as_of=32.1")
    assert wrong.status == 422 and "f-as_of" in wrong.document.xpath("string(//div[@class='errors']//a/@href)")
