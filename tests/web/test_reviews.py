"""The review page: every finding with its words, figures and ground; how each was computed; what if, with nothing stored."""

from __future__ import annotations

import gzip
import json
import re
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from api.web.drawings import Mark, margin_bar
from review import choose, parse_sheet, read_sheet_file
from review.law.table_words import figure_words
from review.record.cases.decisions import decide
from review.record.cases.rulings import Ruling
from review.record.cases.submissions import submit
from review.record.proof.receipt_verifier import check
from review.record.storage.contents import read_review
from review.record.storage.journal import table
from review.record.storage.store import Store, open_store
from review.record.storage.tables import Event
from review.verdict.document import ReviewDocument
from tests.law.test_table_words import CODED, coded
from tests.record.projects import drawing, registered
from tests.sheets import AS_OF, NEW_TWO_HIGH, sheet
from tests.verdict.test_words_of_findings import TOO_LITTLE
from tests.web.conftest import Opened, Site, violations
from tests.web.words import foreign

SHEETS = sorted((Path(__file__).parents[2] / "fixtures" / "sheets").glob("*.json"))
HOSTILE = "<script>alert(1)</script>{{7*7}}'; DROP TABLE review;--\"><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def numbers(site: Site) -> dict[str, int]:
    """Each sample sheet recorded, by its name."""
    store = open_store(site.server.database)
    made = {
        path.stem: submit(store, read_sheet_file(path), "测试（虚构）", as_of=AS_OF, reason="补录（示例）").id
        for path in SHEETS
    }
    hostile = parse_sheet(
        sheet({"project.name": HOSTILE, "project.applicant": HOSTILE, "products[0].name": HOSTILE}, NEW_TWO_HIGH)
    )
    made["hostile"] = submit(store, hostile, "测试（虚构）", as_of=AS_OF, reason="补录（示例）").id
    registered(store, "10")
    made["drawing"] = submit(store, drawing("DR-1", "4"), "测试（虚构）", as_of=AS_OF, reason="补录（示例）").id
    made["other"] = submit(store, drawing("DR-2", "3"), "测试（虚构）", as_of=AS_OF, reason="补录（示例）").id
    store.close()
    return made


def document(site: Site, number: int) -> ReviewDocument:
    store = open_store(site.server.database)
    with store.reading() as connection:
        found = read_review(connection, number).document()
    store.close()
    return found


def folded(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", [path.stem for path in SHEETS])
def test_every_finding_is_there_with_its_words(site: Site, numbers: dict[str, int], name: str, language: str) -> None:
    visitor = site.visitor(language=language).open(f"/reviews/{numbers[name]}")
    assert visitor.status == 200
    text, found = visitor.text, document(site, numbers[name])
    edition = choose("fuqing@2023", AS_OF)
    for each in found["findings"]:
        assert folded(each["title"][language]) in text, each["rule"]
        assert folded(each["message"][language]) in text, each["rule"]
        if each["status"] != "not_applicable":
            assert not each["remedy"] or folded(each["remedy"][language]) in text
            for cited in each["citations"]:
                words = cited["quote"] and figure_words(edition, cited["document"], cited["quote"])
                assert not words or folded(getattr(words, language)) in text
    links = {each.get("href") for each in visitor.document.iter("a")}
    for each in found["findings"]:
        assert f"/reviews/{numbers[name]}/findings/{each['rule']}/{quote(each['subject'])}" in links
        assert {
            f"/clauses/{c['clause']}" for c in each["citations"] if c["clause"] and each["status"] != "not_applicable"
        } <= links
    # The figure of a trigger is no limit to keep: nothing is drawn.
    triggers = {rule.id for rule in choose("fuqing@2023", AS_OF).rules if rule.figure == "applies"}
    measured = [
        each
        for each in found["findings"]
        if each["status"] != "not_applicable" and each["observed"] and each["required"]
    ]
    assert all({"zh": "门槛", "en": "Threshold"}[language] in text for each in measured if each["rule"] in triggers)
    drawn = [each for each in measured if each["rule"] not in triggers]
    assert len(visitor.document.xpath("(//article | //details[contains(@class, 'line-of')])//*[@role='img']")) == len(
        drawn
    )
    for asked in found["supplement"]:
        assert folded(asked["label"][language]) in text
    for reminder in found["reminders"]:
        said = reminder["quote"] or reminder["message"][language]
        assert folded(said) in text


@pytest.mark.parametrize(
    ("language", "heads"),
    [("zh", ("应补充载明", "应核对更正")), ("en", ("To be stated", "To be checked or put right"))],
)
def test_what_is_stated_and_contradicts_is_not_asked_to_be_stated(
    site: Site, language: str, heads: tuple[str, str]
) -> None:
    store = open_store(site.server.database)
    made = submit(
        store, parse_sheet(sheet(TOO_LITTLE)), "测试（虚构）", as_of=date(2026, 11, 23), reason="补录（示例）"
    )
    store.close()
    page = site.visitor(language=language).open(f"/reviews/{made.id}").document
    asked, wrong = (
        [folded(str(each.text_content())) for each in page.xpath(f"//h3[text()='{head}']/following-sibling::ol[1]/li")]
        for head in heads
    )
    total, added = ("能源：年综合能源消费量", "碳排放：其中新增量") if language == "zh" else (
        "energy: comprehensive energy consumption", "carbon: of it added")  # fmt: skip
    assert added in asked and not any(each.startswith(total) for each in asked)
    (said,) = (each for each in wrong if each.startswith(total))
    assert "900 tce/a" in said and "20000 MWh/a" in said


@pytest.mark.parametrize(
    "name", ["adhesive-tape", "converter-steel", "unsettled", "coal-ammonia", "bare", "data-centre"]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_how_each_finding_was_computed(site: Site, numbers: dict[str, int], name: str, language: str) -> None:
    visitor = site.visitor(language=language)
    for each in document(site, numbers[name])["findings"]:
        if each["status"] == "not_applicable" and (name, language) != ("bare", "en"):
            continue
        visitor.open(f"/reviews/{numbers[name]}/findings/{each['rule']}/{quote(each['subject'])}")
        assert visitor.status == 200, each["rule"]
        assert folded(each["title"][language]) in visitor.text
        assert ("逐字节相同" if language == "zh" else "the same as the record to the byte") in visitor.text


@pytest.mark.parametrize("name", ["adhesive-tape", "coal-power-unit", "polypropylene"])
def test_what_a_finding_rests_on_is_said_in_the_language_of_the_page(
    site: Site, numbers: dict[str, int], name: str
) -> None:
    """Units of parameters, sources with remarks in English, what there is none of, and a figure that the sheet itself brings."""
    visitor, number = site.visitor(), numbers[name]
    pages = [f"/reviews/{number}", f"/reviews/{number}/papers/opinion"]
    pages += [
        f"/reviews/{number}/findings/{each['rule']}/{quote(each['subject'])}"
        for each in document(site, number)["findings"]
    ]
    for page in pages:
        assert foreign(visitor.open(page).document) == [], page
        assert not visitor.document.xpath("//a[contains(@href, '/tables/sheet')]"), page


def test_a_chinese_page_has_no_code_of_a_table(site: Site, store: Store) -> None:
    number = submit(store, parse_sheet(CODED), "测试（虚构）", as_of=AS_OF, reason="补录（示例）").id
    visitor = site.visitor(language="zh")
    found = document(site, number)["findings"]
    quoted = {str(cited["quote"]).rpartition(" ")[2] for each in found for cited in each["citations"]}
    assert {"if-coal-units", "surely", "perhaps", "never"} <= quoted
    pages = [f"/reviews/{number}", "/rules/compare", "/rules/fuqing@2023/capacity-replacement"]
    pages += [f"/reviews/{number}/findings/{each['rule']}/{quote(each['subject'])}" for each in found]
    pages += [f"/rules/fuqing@2023/tables/{table}" for table in choose("fuqing@2023", AS_OF).content["tables"]]
    for page in pages:
        visitor.open(page)
        # Names of fields and the rule as written stand beside the words, as code. Sources of the edition may name a code.
        words = [each.strip() for each in visitor.document.xpath("//main//text()[not(ancestor::code)]")]
        assert visitor.status == 200 and words, page
        assert [each for each in words if coded(each) and ("/rules/" not in page or coded(each) == [each])] == [], page


def test_a_figure_leads_back_to_its_cell_and_parameter(site: Site, numbers: dict[str, int]) -> None:
    visitor = site.visitor().open(f"/reviews/{numbers['adhesive-tape']}/findings/voc-offset/voc")
    assert "offset_ratio" in visitor.text and "替代来源!" in visitor.text and "VOCs!C6" in visitor.text
    assert "= 4.92" in visitor.text
    assert any("#parameters" in (each.get("href") or "") for each in visitor.document.iter("a"))


def test_energy_is_shown_item_by_item(site: Site, numbers: dict[str, int]) -> None:
    for name in [path.stem for path in SHEETS]:
        items = (json.loads((SHEETS[0].parent / f"{name}.json").read_text()).get("energy") or {}).get("items") or []
        if items:
            visitor = site.visitor().open(f"/reviews/{numbers[name]}/findings/guidance-50k/energy")
            assert "能源折标计算" in visitor.text and "energy.items[0]" in visitor.text
            return
    pytest.fail("no sample sheet has energy items")


@pytest.mark.parametrize(
    "path",
    [
        "/reviews/999999",
        "/reviews/999999/what-if",
        "/reviews/0",
        "/reviews/1/findings/no-such/x",
        "/reviews/999999/receipt.json",
    ],
)
def test_what_is_not_there(site: Site, numbers: dict[str, int], path: str) -> None:
    assert site.visitor().open(path).status in (404, 422)


def test_hostile_names_stay_text(site: Site, numbers: dict[str, int], at_browser: Opened) -> None:
    number = numbers["hostile"]
    for path in (f"/reviews/{number}", f"/reviews/{number}/what-if", f"/reviews/{number}/decision"):
        visitor = site.visitor().open(path)
        assert visitor.status == 200
        assert "<script>alert" not in visitor.answer.text and "<img src=x" not in visitor.answer.text  # type: ignore[union-attr]
    assert folded(HOSTILE) in site.visitor().open(f"/reviews/{number}").text
    window = at_browser(path=f"/reviews/{number}")
    window.on("dialog", lambda dialog: pytest.fail("a script of the sheet ran"))
    assert window.locator("h1").inner_text() == HOSTILE


def test_sources_are_shown_with_balances_and_who_else_holds_them(site: Site, numbers: dict[str, int]) -> None:
    visitor = site.visitor().open(f"/reviews/{numbers['other']}")
    row = next(each for each in visitor.document.iter("tr") if "S-1" in (each.text_content()))
    cells = [folded(each.text_content()) for each in row.iter("td")]
    assert cells[:6] == ["3", "6", "10", "7", "3", "3"]
    assert "DR-1" in cells[6] and "4" in cells[6]


def test_what_can_be_taken_away(site: Site, numbers: dict[str, int]) -> None:
    number = numbers["adhesive-tape"]
    client = site.visitor().client
    store = open_store(site.server.database)
    with store.reading() as connection:
        recorded = read_review(connection, number)
    store.close()
    assert client.get(f"/reviews/{number}/review.json").content == recorded.content
    assert parse_sheet(client.get(f"/reviews/{number}/sheet.json").json()).project.name
    assert client.get(f"/reviews/{number}/sheet.xlsx").content.startswith(b"PK")
    assert check(client.get(f"/reviews/{number}/receipt.json").json(), None)


def events(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table(Event))).scalar_one())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_if_stores_nothing(site: Site, numbers: dict[str, int], language: str) -> None:
    store = open_store(site.server.database)
    before = events(store)
    visitor = site.visitor("auditor", language).open(
        f"/reviews/{numbers['adhesive-tape']}/what-if?field=voc.emission_t"
    )
    assert visitor.status == 200
    form = visitor.form("what-if")
    assert form.fields["value:voc.emission_t"] == "4.1"
    visitor.send({"value:voc.emission_t": "4.2"}, action="what-if", press="act=judge")
    assert "4.1" in visitor.text and "4.2" in visitor.text and "5.04" in visitor.text
    assert ("不符合" if language == "zh" else "fail") in visitor.text
    assert ("没有记录任何内容" if language == "zh" else "Nothing was recorded") in visitor.text
    assert events(store) == before
    store.close()


def test_what_if_keeps_what_was_typed_and_tells_the_fault(site: Site, numbers: dict[str, int]) -> None:
    visitor = site.visitor().open(f"/reviews/{numbers['adhesive-tape']}/what-if?field=voc.emission_t")
    visitor.send({"value:voc.emission_t": "许多 <b>"}, action="what-if", press="act=judge")
    assert visitor.status == 422
    assert visitor.form("what-if").fields["value:voc.emission_t"] == "许多 <b>"
    assert visitor.document.xpath("//div[@class='errors']//a[@href]")


def test_what_if_takes_in_another_field(site: Site, numbers: dict[str, int]) -> None:
    visitor = site.visitor().open(f"/reviews/{numbers['adhesive-tape']}/what-if")
    visitor.send({"more": "energy.total_tce"}, action="what-if", press="act=add")
    assert visitor.form("what-if").fields["value:energy.total_tce"] == "80000"
    visitor.send({"value:energy.total_tce": "40000"}, action="what-if", press="act=judge")
    assert "40000" in visitor.text


@pytest.mark.parametrize("name", [*(path.stem for path in SHEETS), "hostile"])
def test_a_page_weighs_little(site: Site, numbers: dict[str, int], name: str) -> None:
    weighed = site.visitor()
    for path in (f"/reviews/{numbers[name]}", f"/reviews/{numbers[name]}/what-if"):
        text = weighed.open(path).answer.text  # type: ignore[union-attr]
        assert len(gzip.compress(text.encode(), 5)) + weight_of_assets() < 60_000


@cache
def weight_of_assets() -> int:
    return sum(len(gzip.compress(each.read_bytes(), 5)) for each in Path("api/web/static").iterdir())


def test_a_sheet_with_hundreds_of_products_is_shown_page_by_page(site: Site) -> None:
    store = open_store(site.server.database)
    products = [{"name": f"产品{i}（虚构）", "benchmark": "none"} for i in range(150)]
    number = submit(
        store,
        parse_sheet(sheet({"products": products}, NEW_TWO_HIGH)),
        "测试（虚构）",
        as_of=date(2025, 3, 1),
        reason="补录（示例）",
    ).id
    store.close()
    visitor = site.visitor().open(f"/reviews/{number}")
    assert len(gzip.compress(visitor.answer.text.encode(), 5)) < 60_000  # type: ignore[union-attr]
    seen: set[str] = set()
    following = [f"/reviews/{number}?matter=energy_review"]
    while following:
        visitor.open(following.pop())
        seen |= {each.get("href") for each in visitor.document.iter("a") if "/findings/" in (each.get("href") or "")}
        following = [each.get("href") for each in visitor.document.xpath("//p[@class='pager']/a")]
    wanted = [each for each in document(site, number)["findings"] if each["matter"] == "energy_review"]
    assert len(seen) == len(wanted) > 150


@pytest.mark.parametrize(
    ("width", "language", "scripts"), [(1280, "zh", True), (390, "en", False), (390, "zh", True), (1280, "en", False)]
)
def test_pages_at_a_browser(
    site: Site, numbers: dict[str, int], at_browser: Opened, width: int, language: str, scripts: bool
) -> None:
    window = at_browser(language=language, width=width, scripts=scripts, path=f"/reviews/{numbers['converter-steel']}")
    finding = window.locator("article.finding").first
    assert finding.is_visible()
    paths = [
        f"/reviews/{numbers['converter-steel']}",
        finding.locator("a").last.get_attribute("href") or "",
        f"/reviews/{numbers['drawing']}/what-if",
    ]
    for path in paths:
        window.goto(path)
        assert window.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        if scripts:
            assert violations(window) == []


def side(
    value: str | None = None, low: str | None = None, high: str | None = None, relation: str = "<="
) -> dict[str, Any]:
    return {
        "relation": relation,
        "unit": "t",
        **({"value": value} if value is not None else {"low": low, "high": high}),
    }


SAID = {"observed": "填报 5 t", "required": "要求 ≤ 4 t"}


def attribute(drawing: str, kind: str, name: str) -> float:
    from lxml import etree

    found = etree.fromstring(str(drawing)).xpath(f"//*[@class='{kind}']/@{name}")
    return float(found[0].removesuffix("%"))


@pytest.mark.parametrize("relation", ["<=", "<", ">=", ">"])
@pytest.mark.parametrize(
    ("observed", "required"),
    [("5", "4"), ("-30", "-10"), ("-10", "-30"), ("-1", "1"), ("0", "0"), ("4.1000001", "4.1"), ("1e9", "1")],
)
def test_a_drawing_has_the_figure_on_its_side_of_the_limit(observed: str, required: str, relation: str) -> None:
    drawn = margin_bar(side(observed), side(required, relation=relation), [], SAID, "words")
    dot, limit = attribute(drawn, "observed", "cx"), attribute(drawn, "limit", "x1")
    assert 0 <= dot <= 100 and 0 <= limit <= 100 and limit == attribute(drawn, "limit", "x2")
    a, b = float(observed), float(required)
    assert (dot > limit, dot < limit) == (a > b, a < b)
    allowed = attribute(drawn, "allowed", "x")
    assert allowed == (0 if relation in ("<=", "<") else limit)


def test_a_drawing_of_an_interval_is_a_range() -> None:
    drawn = margin_bar(side(low="2", high=None), side("4"), [], SAID, "words")
    assert 'class="range"' in drawn and 'class="observed"' not in drawn
    assert attribute(drawn, "range", "x") + attribute(drawn, "range", "width") == 100
    assert margin_bar(None, side("4"), [], SAID, "words") == ""
    assert margin_bar(side("4"), side(low=None, high=None), [], SAID, "words") == ""


def test_the_words_of_a_drawing_are_escaped() -> None:
    said = dict.fromkeys(SAID, "<b>")
    assert "<b>" not in margin_bar(side("1"), side("2"), [Mark(Decimal(3), "<b>")], said, '"><b>')


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_of_a_drawing_stands_at_its_mark_and_is_not_cut_off(
    numbers: dict[str, int], at_browser: Opened, language: str
) -> None:
    window = at_browser(path=f"/reviews/{numbers['cement-clinker']}", width=390, height=844, language=language)
    window.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    drawn = window.locator("svg.margin").all()
    assert drawn
    for each in drawn:
        words = each.locator("text").all_text_contents()
        lines = each.evaluate("(svg) => svg.querySelectorAll('.limit, .level').length")
        assert len(words) == 1 + lines and all(re.search(r"\d", word) for word in words)
        said = each.get_attribute("aria-label") or ""
        assert [word for word in words if word not in said] == []
        cut = each.evaluate(
            """(svg) => [...svg.querySelectorAll('text')].map((text) => text.getBoundingClientRect())
                .filter((box) => box.left < 0 || box.right > document.documentElement.clientWidth).length"""
        )
        assert cut == 0


@pytest.mark.parametrize(
    "name", ["adhesive-tape", "outside-park", "printing-shop", "expansion-at-benchmark", "data-centre"]
)
def test_a_review_is_read_on_four_screens(site: Site, numbers: dict[str, int], at_browser: Opened, name: str) -> None:
    window = at_browser(path=f"/reviews/{numbers[name]}")
    assert window.evaluate("document.documentElement.scrollHeight") <= 4 * window.evaluate("window.innerHeight")


def test_what_passes_and_does_not_apply_is_folded_and_the_rest_is_not(site: Site, numbers: dict[str, int]) -> None:
    number = numbers["converter-steel"]
    visitor, found = site.visitor().open(f"/reviews/{number}"), document(site, number)["findings"]
    open_ones = [folded(str(each.text_content())) for each in visitor.document.xpath("//article//h3")]
    assert sorted(open_ones) == sorted(folded(each["title"]["zh"]) for each in found if each["status"] == "fail")
    counted = {status: sum(each["status"] == status for each in found) for status in ("pass", "missing", "attention")}
    lines = visitor.document.xpath("//details[contains(@class, 'line-of')]")
    assert len(lines) == sum(counted.values())
    hidden = visitor.document.xpath("//details[not(contains(@class, 'line-of'))]//details[contains(@class, 'line-of')]")
    assert len(hidden) == counted["pass"]


def test_no_path_and_no_id_stands_outside_technical_information(site: Site, numbers: dict[str, int]) -> None:
    for name in ("unsettled", "converter-steel", "adhesive-tape"):
        visitor = site.visitor().open(f"/reviews/{numbers[name]}")
        seen = [
            str(each) for each in visitor.document.xpath("//main//text()[not(ancestor::details[summary='技术信息'])]")
        ]
        ids = {each["rule"] for each in document(site, numbers[name])["findings"]}
        assert [each for each in seen if each.strip() in ids or "[0]" in each or "sha256" in each] == [], name


def test_a_decided_review_opens_with_the_decision(site: Site) -> None:
    store = open_store(site.server.database)
    decided = parse_sheet(sheet({"project.name": "已决定的项目（虚构）"}, NEW_TWO_HIGH))
    made = submit(store, decided, "测试（虚构）", as_of=AS_OF, reason="补录（示例）")
    last = 0
    for outcome in ("supplement", "defer"):
        ruling = Ruling(outcome, reason=f"{outcome}（示例）", clause="3.10-7")
        last = decide(store, made.id, ruling, "测试（虚构）", expected=last).id
    store.close()
    visitor = site.visitor("officer").open(f"/reviews/{made.id}")
    heads = [folded(str(each.text_content())) for each in visitor.document.xpath("//main//h2")]
    assert heads[0] == "决定" and heads[1].startswith("建议：")
    first = folded(str(visitor.document.xpath("//section[@aria-labelledby='decision']")[0].text_content()))
    assert "暂缓" in first and "defer（示例）" in first and "supplement（示例）" not in first
    assert "更正决定" in visitor.text and "作出决定" not in visitor.text
    assert "先前的决定 (1)" in visitor.text
