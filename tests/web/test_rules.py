"""Rules and clauses as pages: every one opens in both languages, links to its clauses and back, shows where its figures come from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from review.law.loading import load_builtin
from review.law.prose import parameters_of_rule, recite, tables_of_rule
from review.record.cases.plan_text import attach_plan
from review.record.storage.store import open_store
from tests.record.projects import clauses, project, recorded
from tests.web.conftest import Opened, Site

pytestmark = pytest.mark.record

EDITIONS = load_builtin()
_SENTENCE = re.compile(r"[\u4e00-\u9fff]{4,}")


@pytest.fixture(scope="module", autouse=True)
def filled(site: Site) -> Iterator[None]:
    store = open_store(site.server.database)
    for number in range(3):
        recorded(store, project(f"R-{number}"))
    store.close()
    yield


def words_of(document: Any) -> str:
    """The main part's words, but for what is marked as Chinese, which is taken out of the document."""
    main = document.get_element_by_id("main")
    for each in main.xpath(".//*[@lang='zh-CN']"):
        each.text, each[:] = "", []
    return " ".join(main.text_content().split())


def pages_of_rules() -> Iterator[str]:
    """The page of every rule of every edition, each text once: where an edition has a rule, its figures and its tables as another has them, only the name of the edition differs."""
    seen = set[str]()
    for edition in EDITIONS:
        for rule in edition.rules:
            figures = [(name, edition.parameters[name]) for name in parameters_of_rule(rule, edition)]
            tables = [(name, len(edition.table(name))) for name in tables_of_rule(rule, edition)]
            shown = repr((rule, recite(rule, edition), figures, tables))
            if shown not in seen:
                seen.add(shown)
                yield f"/rules/{edition.name}/{rule.id}"


def pages_of_tables() -> Iterator[str]:
    """The page of every table of every edition, each text once."""
    seen = set[str]()
    for edition in EDITIONS:
        for table, rows in edition.content["tables"].items():
            shown = repr((table, rows))
            if shown not in seen:
                seen.add(shown)
                yield f"/rules/{edition.name}/tables/{table}"


def test_what_differs_in_two_editions_has_a_page_in_each() -> None:
    rules = {path.rpartition("/")[2] for path in pages_of_rules()}
    assert rules == {rule.id for edition in EDITIONS for rule in edition.rules}
    old, new = (next(each for each in EDITIONS if each.edition == name) for name in ("2022", "2023"))
    assert old.content["tables"]["benchmark_levels"] != new.content["tables"]["benchmark_levels"]
    assert {f"/rules/{each.name}/tables/benchmark_levels" for each in (old, new)} <= set(pages_of_tables())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_rules_opens(site: Site, language: str) -> None:
    visitor = site.visitor(language=language)
    paths = ["/rules", "/clauses", "/rules/compare", "/rules/compare?from=fuqing@2023&to=fuqing@2022"]
    paths += [f"/rules/{edition.name}" for edition in EDITIONS]
    paths += [*pages_of_rules(), *pages_of_tables()]
    paths += [f"/clauses/{row['clause']}" for row in EDITIONS[-1].content["clauses"]]
    # What the rules themselves quote of the plan in English words is theirs.
    owned = [own.en for rule in EDITIONS[-1].rules for own in (rule.force_basis, rule.note) if own]
    for path in paths:
        visitor.open(path)
        assert visitor.status == 200, path
        document = visitor.document
        ids = document.xpath("//@id")
        assert len(document.xpath("//h1")) == 1 and len(ids) == len(set(ids)), path
        words = words_of(document)
        assert "{" not in words, path
        if language == "en" and "/tables/" not in path:
            for own in owned:
                words = words.replace(own, "")
            assert not _SENTENCE.search(words), (path, _SENTENCE.findall(words))


def test_a_rule_says_all_there_is_to_know(site: Site) -> None:
    visitor = site.visitor().open("/rules/fuqing@2024/voc-offset")
    for words in (
        "强制",
        "1.2",
        "offset_ratio",
        "官方文本",
        "voc.offset_t >= offset_ratio * voc.emission_t",
        "〔实际值〕",
        "最近的 3 项审查",
    ):
        assert words in visitor.text, words
    assert visitor.document.xpath("//main//a[@href='/clauses/3.10-7']")
    back = site.visitor().open("/clauses/3.10-7")
    assert back.document.xpath("//main//a[@href='/rules/fuqing@2026/voc-offset']")
    assert "two-high rules attach-plan FILE" in back.text


@pytest.mark.parametrize(
    "path",
    [
        "/rules/fuqing@1999",
        "/rules/other@2023",
        "/rules/fuqing@2023/none",
        "/rules/fuqing@2023/tables/none",
        "/clauses/9.9-9",
        "/clauses/<script>",
    ],
)
def test_what_is_not_there_is_told(site: Site, path: str) -> None:
    assert site.visitor().open(path).status == 404


def test_the_table_of_levels_is_searched_and_paged(site: Site) -> None:
    visitor = site.visitor().open("/rules/fuqing@2023/tables/benchmark_levels")
    assert len(visitor.document.xpath("//tbody/tr")) == 25 and "下一页" in visitor.text
    visitor.open("/rules/fuqing@2023/tables/benchmark_levels", params={"q": "煤制甲醇 褐煤"})
    assert [row[0].text + row[1].text for row in visitor.document.xpath("//tbody/tr")] == ["煤制甲醇褐煤"]
    hostile = '"><script>alert(1)</script>{{7*7}}'
    assert "没有符合的行" in visitor.open("/rules/fuqing@2023/tables/benchmark_levels", params={"q": hostile}).text
    assert (
        not visitor.document.xpath("//main//script")
        and "49" not in visitor.document.xpath("//main//input[@name='q']")[0].value
    )


def test_a_table_shows_what_is_sought_first_and_the_rows_of_an_industry(site: Site) -> None:
    visitor = site.visitor().open("/rules/fuqing@2023/tables/benchmark_levels")
    heads = [each.text_content() for each in visitor.document.xpath("//thead//th")]
    assert heads[:5] == ["领域", "细分", "标杆水平", "基准水平", "单位"]
    figures = visitor.document.xpath("//tbody/tr/td[2]")
    assert all(each.get("class") == "number" for each in figures) and "1,550" in [each.text for each in figures]
    for typed in ("3011", "C3011", "３０１１"):
        visitor.open("/rules/fuqing@2023/tables/benchmark_levels", params={"industry": typed})
        assert [row[0].text for row in visitor.document.xpath("//tbody/tr")] == ["水泥熟料"]
    visitor.open("/rules/fuqing@2023/tables/benchmark_levels", params={"industry": "26"})
    assert len(visitor.document.xpath("//tbody/tr")) == 25 and {"2612"} <= set(visitor.document.xpath("//td/text()"))
    visitor.open(
        visitor.document.xpath("//nav[@class='pager']/a/@href")[-1].replace("?", f"{visitor.path.split('?')[0]}?")
    )
    assert visitor.document.xpath("//input[@name='industry']")[0].value == "26" and "上一页" in visitor.text
    # Rows that name products are of the products' industries; a table that is of no industry does not ask for one.
    visitor.open("/rules/fuqing@2023/tables/capacity_replacement", params={"industry": "3041"})
    found = [row[0].text for row in visitor.document.xpath("//tbody/tr")]
    assert len(found) == 4 and all(each.startswith("平板玻璃") for each in found)
    visitor.open("/rules/fuqing@2023/tables/coal_equivalents", params={"industry": "3041"})
    assert not visitor.document.xpath("//input[@name='industry']") and "共 " in visitor.text
    assert (
        "没有符合的行"
        in visitor.open("/rules/fuqing@2023/tables/benchmark_levels", params={"industry": '"><script>'}).text
    )


def test_editions_are_compared_column_by_column(site: Site) -> None:
    visitor = site.visitor("auditor").open("/rules/compare?from=fuqing@2022&to=fuqing@2023")
    assert "法规变化" in visitor.text and "新增" in visitor.text
    found = visitor.document.xpath("//tbody[@id='benchmark_levels-coke-stamp-charging']/tr")
    assert ["".join(cell.itertext()) for row in found[1:] for cell in row][1:] == ["证据", "未核对", "转引，待核对"]
    assert "发改产业〔2023〕723号" in "".join(found[0].itertext())


def test_pages_of_rules_are_small_and_quick(site: Site) -> None:
    visitor = site.visitor()
    for path in ("/rules/fuqing@2023", "/rules/fuqing@2023/tables/benchmark_levels", "/clauses", "/rules/compare"):
        answer = visitor.open(path).answer
        assert answer is not None and answer.num_bytes_downloaded < 50_000, path


def test_with_the_plan_attached_a_clause_stands_in_its_context(site: Site) -> None:
    store = open_store(site.server.database)
    attach_plan(store, clauses(**{"1_1": "<script>alert(1)</script>前文"}), EDITIONS, "office")
    store.close()
    visitor = site.visitor(language="en").open("/clauses/4.3-6")
    assert [each.text for each in visitor.document.xpath("//mark")] == [
        "加强年综合能耗5万吨标准煤及以上的“两高”项目工作指导"
    ]
    assert "第 4.3-5 条前文" in visitor.text and "第 4.3-7 条前文" in visitor.text
    visitor.open("/clauses/1-1")
    assert "<script>alert(1)</script>前文" in visitor.text and not visitor.document.xpath("//main//script")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_reader_goes_from_rule_to_clause_and_back(at_browser: Opened, width: int) -> None:
    window = at_browser("auditor", width=width, scripts=False, path="/rules")
    window.get_by_role("link", name="2023 版", exact=True).first.click()
    window.get_by_role("link", name="年综合能耗 5 万吨标准煤及以上“两高”项目的工作指导").click()
    window.get_by_role("link", name="条款 4.3-6").first.click()
    assert window.locator("h1").inner_text() == "条款 4.3-6"
    window.get_by_role("link", name="年综合能耗 5 万吨标准煤及以上“两高”项目的工作指导").click()
    assert "窗口指导的能耗门槛" in window.locator("main").inner_text()
    assert window.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
