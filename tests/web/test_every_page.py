"""Every page: nothing for axe to find in either language, no wider than a phone, light, and nothing fetched from elsewhere."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from functools import cache
from urllib.parse import unquote

import httpx
import pytest
from lxml import html
from playwright.sync_api import Browser, Page, ViewportSize

from api.web.failures import secret_page
from tests.web.conftest import ROOT, Opened, Site, Visitor, signed_in, violations
from tests.web.tour import STOPS, Places, Stop, begun, furnish
from tests.web.words import foreign, shown

pytestmark = pytest.mark.record

HEAVIEST = 60_000
_PAIR = re.compile(r"""\bt\('((?:[^'\\]|\\.)+)',\s*'((?:[^'\\]|\\.)+)'\)""")
WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
# The language, how wide the page is, where its header ends and how many headings of the first rank it has.
SEEN = """[
    document.documentElement.lang, document.documentElement.scrollWidth,
    document.querySelector('header.site').getBoundingClientRect().bottom, document.querySelectorAll('h1').length,
]"""
PageOf = Callable[[Stop, str], httpx.Response]
WindowOf = Callable[[str | None], tuple[Page, list[str]]]


@pytest.fixture(scope="module")
def places(site: Site) -> Iterator[Places]:
    yield begun(site.visitor("officer"), site.visitor("auditor"), furnish(site.server.database), site.visitor("admin"))


@pytest.fixture(scope="module")
def window_of(chromium: Browser, site: Site) -> Iterator[WindowOf]:
    """The one window of each login, and what went wrong in it since it was last asked about."""
    windows: dict[str | None, tuple[Page, list[str]]] = {}

    def window(login: str | None) -> tuple[Page, list[str]]:
        if login not in windows:
            faults: list[str] = []
            windows[login] = signed_in(chromium, site, faults, login).new_page(), faults
        return windows[login]

    yield window
    for page, _ in windows.values():
        page.context.close()


@pytest.fixture(scope="module")
def page_of(site: Site, places: Places) -> PageOf:
    """A stop's page in a language, fetched once."""

    @cache
    def visitor(login: str | None, language: str) -> Visitor:
        return site.visitor(login, language)

    @cache
    def page(stop: Stop, language: str) -> httpx.Response:
        return visitor(stop.login, language).client.get(stop.address(places))

    return page


@pytest.fixture(scope="module")
def bytes_of(site: Site) -> Callable[[str], int]:
    """The bytes of a file that pages fetch, as it is sent."""
    visitor = site.visitor(None)

    @cache
    def sent(address: str) -> int:
        return len(gzip.compress(visitor.client.get(address).content))

    return sent


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.name)
def test_a_page_is_for_everyone(site: Site, window_of: WindowOf, places: Places, stop: Stop, language: str) -> None:
    window, faults = window_of(stop.login)
    window.context.add_cookies([{"name": "two-high-language", "value": language, "url": site.url}])
    window.goto(stop.address(places))
    # Another width takes as long as another page: the window keeps the one it has from the page before, then gets the other.
    for size in (WIDE, PHONE) if window.viewport_size == WIDE else (PHONE, WIDE):
        window.set_viewport_size(size)
        if size == WIDE:
            assert violations(window) == []
            continue
        lang, width, header, headings = window.evaluate(SEEN)
        assert lang == {"zh": "zh-CN", "en": "en"}[language]
        # A table may be scrolled within its own frame; the page as a whole is not wider than the window.
        assert width <= size["width"]
        # What a page is about begins in the first fifth of a phone's screen.
        assert header <= size["height"] / 5
        assert headings == 1
    assert faults == []


def test_axe_finds_what_is_wrong(at_browser: Opened) -> None:
    window = at_browser()
    assert violations(window) == []
    window.evaluate(
        "document.documentElement.lang = '', document.querySelector('h1').style.color = '#ddd',"
        "document.querySelector('header.site button').textContent = ''"
    )
    found = dict(violations(window))
    assert set(found) == {"html-has-lang", "color-contrast", "button-name"}
    assert all(each.startswith("<h1") for each in found["color-contrast"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_has_the_ways_around_in_a_menu_without_a_script(at_browser: Opened, language: str) -> None:
    window = at_browser(width=390, height=844, language=language, scripts=False)
    ways = [window.locator("header.site nav a").first, window.locator("header.site .corner button")]
    assert [each.is_visible() for each in ways] == [False, False]
    window.locator("header.site summary").click()
    assert [each.is_visible() for each in ways] == [True, True]
    window.set_viewport_size({"width": 1280, "height": 900})
    assert not window.locator("header.site summary").is_visible() and ways[0].is_visible()


def test_home_begins_with_what_waits_for_this_person(site: Site, places: Places) -> None:
    parts = ["desk", "due", "office"]
    document = site.visitor("officer").open("/").document
    assert [each.get("id") for each in document.xpath("//main//h2")][:3] == parts
    desk = document.xpath("//ul[@class='desk']/li")
    assert {places.draft, places.proposal} <= set(document.xpath("//ul[@class='desk']//a/@href"))
    # Each kind says how many there are and names them, as far as there is room.
    for each in desk:
        assert int(each.find("strong").text) >= len(each.xpath(".//ul/li")) > 0
    # The auditor has neither drafts nor decisions: only what everybody may look at.
    links = site.visitor("auditor").open("/").document.xpath("//ul[@class='desk']//a/@href")
    assert set(links) == {"/rules/proposals", places.proposal}


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.name)
def test_a_page_is_light_and_of_this_host(page_of: PageOf, bytes_of: Callable[[str], int], stop: Stop) -> None:
    answer = page_of(stop, "zh")
    assert answer.status_code in (200, 404)
    text = answer.text
    document = html.fromstring(text)
    fetched = document.xpath(
        "//link[@rel='stylesheet' or @rel='icon']/@href | //script/@src | //img/@src | //source/@src"
    )
    assert fetched and all(each.startswith("/static/") for each in fetched)
    assert len(gzip.compress(text.encode())) + sum(map(bytes_of, set(fetched))) <= HEAVIEST
    assert not re.search(r'\sstyle="|\son[a-z]+="|<script(?![^>]*\bsrc=)', text)
    # What must not be seen is not carried along when a session ends.
    for field in document.xpath("//form//input[@type='password' or @autocomplete='one-time-code']"):
        action = field.xpath("string(ancestor::form/@action)") or answer.url.path
        assert secret_page(action) or action == "/sign-in"


def test_a_project_leads_to_the_tables_of_its_industry(site: Site, places: Places) -> None:
    visitor = site.visitor("officer")
    for page in (f"/projects/{places.project}", f"/reviews/{places.failing}"):
        links = [
            unquote(each) for each in visitor.open(page).document.xpath("//a[contains(@href, '?industry=')]/@href")
        ]
        assert "/rules/fuqing@2024/tables/benchmark_levels?industry=3011" in links
        for each in links:
            assert visitor.open(each).document.xpath("//tbody/tr"), each


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_industry_stands_with_its_name_wherever_its_code_does(site: Site, places: Places, language: str) -> None:
    addresses = {
        f"/projects/{places.project}": "//dd", f"/reviews/{places.failing}": "//dd", "/worklist?list=every": "//td/span[@class='under']",
        "/audit/statistics": "//tbody/tr/th",
    }  # fmt: skip
    visitor = site.visitor("officer", language)
    for address, where in addresses.items():
        shown = [" ".join(each.text_content().split()) for each in visitor.open(address).document.xpath(where)]
        assert any(each.startswith("3011 建材") for each in shown) and "3011" not in shown, address


@pytest.mark.parametrize(("language", "word"), [("zh", "万m³"), ("en", "10⁴ m³")])
def test_a_unit_is_chosen_and_shown_by_its_word(site: Site, places: Places, language: str, word: str) -> None:
    """Not by the code of files, 10^4m3."""
    visitor = site.visitor("officer", language)
    for page in (f"{places.draft}/rows/energy.items/0", f"/reviews/{places.failing}/what-if"):
        options = visitor.open(page).document.xpath("//select//option[@value='10^4m3']")
        assert {each.text_content().strip() for each in options} == {word}, page
        assert "10^4" not in visitor.text, page


def test_one_of_a_kind_is_told_in_the_singular(site: Site, places: Places) -> None:
    home = site.visitor("officer", "en").open("/").text
    assert "1project with open conditions" in home and not re.search(r"(?<!\d)1projects", home)
    decision = site.visitor("officer", "en").open(f"/reviews/{places.failing}/decision").text
    assert "1 does not state it" in decision and "1 unit has not replied" in decision
    assert not re.search(r"(?<!\d)1 (do not state|units have)", decision.replace(",", ""))


def test_a_draft_shows_the_name_of_its_industry_before_it_is_sent(site: Site, places: Places) -> None:
    assert "C3011 建材" in site.visitor("officer").open(f"{places.draft}/check").text


@pytest.mark.parametrize("address", ["/worklist", "/audit/decisions", "/audit/statistics"])
def test_an_industry_is_filtered_by_its_code_however_it_is_written_and_by_nothing_else(
    site: Site, places: Places, address: str
) -> None:
    """By a name nothing was found, without a word why."""
    assert places.failing
    visitor = site.visitor("officer")
    rows = {
        typed: len(visitor.open(address, params={"industry": typed}).document.xpath("//tbody/tr"))
        for typed in ("26", "C26", "２６", "")
    }
    assert 0 < rows["26"] == rows["C26"] == rows["２６"] < rows[""]
    for typed in ("水泥", "12345"):
        refused = visitor.open(address, params={"industry": typed})
        assert refused.status == 422 and "应为行业代码的开头几位，如 26 或 C2614" in refused.text
        assert refused.document.xpath("//input[@name='industry']/@value") == [typed]
        assert refused.document.xpath("//*[@id='f-industry' and @aria-invalid='true']")


@cache
def wordings() -> tuple[set[str], set[str]]:
    """The templates' own words in both languages, those long enough to be told from somebody's."""
    pairs = [
        pair
        for path in sorted((ROOT / "api" / "web" / "templates").glob("*.html"))
        for pair in _PAIR.findall(path.read_text(encoding="utf-8"))
    ]
    return {zh for zh, _ in pairs if len(zh) >= 5 and re.search("[一-鿿]", zh)}, {
        en for _, en in pairs if len(en) >= 14 and " " in en
    }


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.name)
def test_a_page_speaks_one_language(page_of: PageOf, stop: Stop) -> None:
    for language, foreigners in zip(("en", "zh"), wordings(), strict=True):
        document = html.fromstring(page_of(stop, language).text)
        assert document.get("lang") == {"en": "en", "zh": "zh-CN"}[language]
        assert foreign(document) == []
        # What is said to be of the other language is somebody's name, a quote or a title: none of the product's own words.
        others = [
            text for text, said in shown(document.get_element_by_id("main")) if said not in ("", document.get("lang"))
        ]
        assert [text for text in others if text.strip("：，。； ") in foreigners] == []
        for marked in document.xpath("//main//*[@lang]"):
            marked.drop_tree()
        words = " ".join(document.get_element_by_id("main").text_content().split())
        assert [each for each in foreigners if each in words] == []
