"""Every page: nothing for axe to find in either language, no wider than a phone, light, and nothing fetched from elsewhere."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.web.conftest import Opened, Site
from tests.web.tour import STOPS, Places, Stop, begun, furnish

HEAVIEST = 60_000
AXE = {"resultTypes": ["violations"]}


@pytest.fixture(scope="module")
def places(site: Site) -> Iterator[Places]:
    yield begun(site.visitor("officer"), site.visitor("auditor"), furnish(site.server.database))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.name)
def test_a_page_is_for_everyone(at_browser: Opened, places: Places, stop: Stop, language: str) -> None:
    window = at_browser(stop.login, language=language, path=stop.address(places))
    found = Axe().run(window, options=AXE)
    faults = [(each["id"], [node["html"][:160] for node in each["nodes"]][:3]) for each in found.response["violations"]]
    assert faults == []
    window.set_viewport_size({"width": 390, "height": 844})
    # A table may be scrolled within its own frame; the page as a whole is not wider than the window.
    assert window.evaluate("document.documentElement.scrollWidth") <= 390
    assert len(window.query_selector_all("h1")) == 1


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.name)
def test_a_page_is_light_and_of_this_host(site: Site, places: Places, stop: Stop) -> None:
    visitor = site.visitor(stop.login).open(stop.address(places))
    assert visitor.answer is not None and visitor.status in (200, 404)
    text = visitor.answer.text
    fetched = [each for each in re.findall(r'(?:src|href)="([^"]+\.(?:css|js|svg|png|woff2?)[^"]*)"', text)]
    assert fetched and all(each.startswith("/static/") for each in fetched)
    whole = len(gzip.compress(text.encode())) + sum(len(gzip.compress(visitor.client.get(each).content)) for each in set(fetched))
    assert whole <= HEAVIEST
    assert not re.search(r'\sstyle="|\son[a-z]+="|<script(?![^>]*\bsrc=)', text)


def test_pages_speak_one_language(site: Site, places: Places) -> None:
    """An English page has Chinese only where it is marked as such, or is somebody's own words; a Chinese page has an English switch."""
    for stop in STOPS:
        page = site.visitor(stop.login, "en").open(stop.address(places)).document
        assert page.get("lang") == "en"
        assert re.search(r"[a-z]", page.findtext(".//h1") or page.find(".//h1").text_content()), stop.name
