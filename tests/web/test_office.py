"""Home, work list and projects as officers, auditors and administrators see them."""

from __future__ import annotations

import csv
import gzip
import io
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook

from review.record.storage.store import Store
from review.record.views.timeline import timeline
from review.record.views.worklist import Filters, counts
from tests.record.projects import project, recorded
from tests.web.conftest import Opened, Site
from tests.web.office import HOSTILE, LONG, furnish

WIDEST_PAGE = 60_000


@pytest.fixture(scope="module", autouse=True)
def numbers(store: Store) -> dict[str, int]:
    return furnish(store)


def names(visitor: Any) -> list[str]:
    return [" ".join(each.text_content().split()) for each in visitor.document.xpath("//tbody/tr/th/a")]


def steps_of(store: Store, number: int) -> list[str]:
    with store.reading() as connection:
        return [each["summary"]["en"] for each in timeline(connection, number)["events"] if each["kind"] == "step"]


@pytest.mark.parametrize(
    ("login", "there", "not_there"),
    [("officer", "/drafts", "/people"), ("auditor", "/audit", "/drafts"), ("admin", "/people", "/drafts")],
)
def test_each_role_finds_its_own_way_in(site: Site, login: str, there: str, not_there: str) -> None:
    links = site.visitor(login).open("/").document.xpath("//main//a/@href")
    assert there in links and not_there not in links


def test_what_waits_links_to_the_list_that_shows_it(site: Site) -> None:
    visitor = site.visitor().open("/")
    cards = [
        (each.find("strong").text, each.find("a").get("href"))
        for each in visitor.document.xpath("//ul[@class='cards']/li")
        if each.find("strong") is not None
    ]
    assert len(cards) == 4
    for many, address in cards:
        visitor.open(address)
        assert visitor.text.count("共 " + many + " 个项目") == 1 or many == "0", address


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("text=A-1", {"测试项目 A-1（虚构）"}), ("outcome=rectify", {"测试项目 C-1（虚构）"}), ("overdue=yes", {"测试项目 C-1（虚构）"}),
        ("conditions=yes", {"测试项目 A-1（虚构）"}), ("list=off", {"测试项目 G-1（虚构）"}), ("text=%25", set()),
        ("stage=existing&text=D-1", {"测试项目 D-1（虚构）"}), ("stage=nonsense", set()),
    ],
)  # fmt: skip
def test_the_list_is_filtered_by_its_address(site: Site, query: str, expected: set[str]) -> None:
    assert {each for each in names(site.visitor().open(f"/worklist?{query}"))} == expected


def test_the_form_of_filters_works_as_it_stands(site: Site) -> None:
    visitor = site.visitor().open("/worklist")
    form = visitor.form("/worklist")
    data = dict(form.form_values()) | {"recommendation": "supplement", "energy": "", "text": "H-1"}
    visitor.open("/worklist", params=data)
    assert len(names(visitor)) == 1
    kept = dict(visitor.form("/worklist").form_values())
    assert kept["recommendation"] == "supplement" and kept["text"] == "H-1"


def test_counts_are_those_of_the_filters(site: Site, store: Store) -> None:
    with store.reading() as connection:
        expected = counts(connection, Filters(stage="existing"), "recommendation")
    visitor = site.visitor().open("/worklist?stage=existing")
    shown = [int(each.text) for each in visitor.document.xpath("//div[@class='tallies']/ul[1]/li/b")]
    assert sorted(shown) == sorted(expected.values())
    links = visitor.document.xpath("//div[@class='tallies']/ul[1]/li/a/@href")
    assert links and all("stage=existing" in each for each in links)


@pytest.mark.parametrize(
    "query", ["energy=many", "energy=-1", "energy=1e99", "cursor=x", "text=" + "x" * 300, "text=a%00b"]
)
def test_what_cannot_be_read_is_said_and_kept(site: Site, query: str) -> None:
    visitor = site.visitor().open(f"/worklist?{query}")
    assert visitor.status == 422
    assert "请更正以下各项" in visitor.text


def test_what_is_exported_is_what_is_filtered(site: Site) -> None:
    visitor = site.visitor().open("/worklist.csv?text=H-1")
    rows = list(csv.reader(io.StringIO(visitor.answer.content.decode("utf-8-sig"))))  # type: ignore[union-attr]
    assert len(rows) == 2 and rows[1][2] == HOSTILE
    book = load_workbook(io.BytesIO(visitor.open("/worklist.xlsx?list=off").answer.content))  # type: ignore[union-attr]
    cells = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert [each[1] for each in cells[1:]] == ["G-1"]
    assert "attachment" in visitor.answer.headers["content-disposition"]  # type: ignore[union-attr]
    assert visitor.open("/worklist.csv?energy=x").status == 422


def test_a_formula_is_exported_as_text(site: Site, store: Store) -> None:
    recorded(store, project("F-1", {"project.name": "=1+1"}))
    visitor = site.visitor().open("/worklist.csv?text=F-1")
    assert "'=1+1" in visitor.answer.text  # type: ignore[union-attr]


def test_hostile_names_are_text(site: Site, numbers: dict[str, int]) -> None:
    for path in ("/worklist", f"/projects/{numbers['hostile']}", "/worklist/split", "/indicators/projects", "/offsets"):
        visitor = site.visitor().open(path)
        assert visitor.status == 200
        assert "<script>alert" not in visitor.answer.text and "49" not in "".join(names(visitor))  # type: ignore[union-attr]
    assert LONG not in site.visitor().open("/worklist").answer.text  # type: ignore[union-attr]


def test_a_page_of_fifty_is_light_and_the_next_goes_on(site: Site, store: Store) -> None:
    for place in range(50):
        recorded(store, project(f"W-{place}", {"project.name": f"{place} {LONG}", "project.applicant": LONG}))
    visitor = site.visitor().open("/worklist")
    page = visitor.answer.content  # type: ignore[union-attr]
    assets = [visitor.client.get(each).content for each in visitor.document.xpath("//link/@href | //script/@src")]
    assert sum(len(gzip.compress(each)) for each in (page, *assets)) <= WIDEST_PAGE
    seen = names(visitor)
    assert len(seen) == 50
    [next_page] = visitor.document.xpath("//a[@rel='next']/@href")
    assert not set(seen) & set(names(visitor.open(next_page)))


def test_a_project_shows_its_versions_decisions_and_events(site: Site, numbers: dict[str, int]) -> None:
    visitor = site.visitor("auditor").open(f"/projects/{numbers['versions']}")
    assert "第 2 版" in visitor.text and "第 1 版" in visitor.text and "占用 3 t/a" in visitor.text
    assert "可办理" not in visitor.text
    differing = visitor.document.xpath("//a[contains(@href, '/differences')]/@href")
    visitor.open(differing[0])
    assert "voc.offsets[0].allocated_t" in visitor.text and "共 1 处不同" in visitor.text
    assert visitor.open("/projects/999999").status == 404
    assert visitor.open(f"/projects/{numbers['versions']}/differences?from=1&to=9").status == 404


def test_a_condition_is_met_by_form_once(site: Site, store: Store, numbers: dict[str, int]) -> None:
    number = numbers["first"]
    visitor = site.visitor().open(f"/projects/{number}/steps/condition_met")
    form = dict(visitor.form("/condition_met").form_values())
    visitor.send({"reason": "说明（示例）"}, "/condition_met")
    assert visitor.status == 422 and "须写明证明文号" in visitor.text
    assert dict(visitor.form("/condition_met").form_values())["reason"] == "说明（示例）"
    # The button pressed twice, and Back with the same form.
    sent = [
        visitor.client.post(
            f"/projects/{number}/steps/condition_met", data={**form, "document": "融环验〔2025〕1号（示例）"}
        )
        for _ in range(2)
    ]
    assert [each.status_code for each in sent] == [200, 200] and all("已记录" in each.text for each in sent)
    assert len(steps_of(store, number)) == 1
    assert (
        visitor.client.post(
            f"/projects/{number}/steps/condition_met", data={**form, "document": "另一文号"}
        ).status_code
        == 409
    )


def test_steps_go_through_and_back(site: Site, store: Store, numbers: dict[str, int]) -> None:
    number = numbers["plant"]
    visitor = site.visitor().open(f"/projects/{number}/steps/disposition_closed")
    assert visitor.send({"reason": ""}, "/disposition_closed").status == 422
    assert visitor.send({"reason": "整改完成（示例）"}, "/disposition_closed").path == f"/projects/{number}?said=step"
    assert visitor.open(f"/projects/{number}/steps/disposition_closed").status == 409
    for kind in ("closed", "reopened", "unlisted", "reopened", "lapsed", "reopened", "withdrawn"):
        visitor.open(f"/projects/{number}/steps/{kind}").send({"reason": f"{kind}（示例）"}, f"/{kind}")
        assert visitor.path.endswith("?said=step"), kind
    assert len(steps_of(store, number)) == 8
    assert visitor.open(f"/projects/{number}/steps/listed").status == 404


@pytest.mark.parametrize("login", ["auditor", "admin"])
def test_who_is_no_officer_takes_no_step(site: Site, store: Store, numbers: dict[str, int], login: str) -> None:
    visitor = site.visitor(login).open(f"/projects/{numbers['first']}/steps/closed")
    assert visitor.status == 403
    token = dict(visitor.open("/password").form().form_values())["csrf"]
    before = steps_of(store, numbers["first"])
    answer = visitor.client.post(
        f"/projects/{numbers['first']}/steps/closed", data={"csrf": token, "reason": "x", "once": "1"}
    )
    assert answer.status_code == 403 and steps_of(store, numbers["first"]) == before


def test_a_step_without_our_token_is_refused(site: Site, numbers: dict[str, int]) -> None:
    visitor = site.visitor()
    assert visitor.client.post(f"/projects/{numbers['first']}/steps/closed", data={"reason": "x"}).status_code == 403


@pytest.mark.parametrize(("width", "language"), [(390, "zh"), (1280, "en")])
def test_the_pages_are_accessible_at_both_widths(
    at_browser: Opened, numbers: dict[str, int], width: int, language: str
) -> None:
    first, gone = numbers["first"], numbers["gone"]
    window = at_browser(width=width, language=language)
    for path in (
        "/", "/worklist?list=every", "/worklist?energy=x", "/worklist/split", f"/projects/{first}", f"/projects/{numbers['hostile']}",
        f"/projects/{numbers['versions']}/differences?from=1&to=2", f"/projects/{gone}/steps/reopened", "/indicators", "/indicators/projects",
    ):  # fmt: skip
        window.goto(path)
        found = Axe().run(window)
        assert found.violations_count == 0, (path, found.generate_report())
        assert window.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


@pytest.mark.parametrize("scripts", [True, False])
def test_filtering_in_a_browser(at_browser: Opened, scripts: bool) -> None:
    window = at_browser(scripts=scripts, path="/worklist")
    window.fill("#f-text", "B-1")
    window.keyboard.press("Enter")
    window.wait_for_url("**text=B-1**")
    assert window.locator("tbody tr").count() == 1
    window.click("tbody a")
    assert "B-1" in window.locator("h1").inner_text()
