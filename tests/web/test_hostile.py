"""Hostile words in every field of every form, in every address and every question: told kindly or kept as they are, never run, never a crash."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from itertools import product
from typing import Any

import pytest
from fastapi.routing import APIRoute

from api.pages import PAGES
from review.record.storage.store import Store
from tests.web.conftest import Site, Visitor
from tests.web.tour import STOPS, Places, Stop, begun, furnish
from tests.web.words import shown

pytestmark = pytest.mark.record

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
WORDS = (
    SCRIPT, "{{1234567*7654321}}{%raw%}", "';DROP TABLE event;--", "\u202egnp.exe", "=HYPERLINK(1)", "x\x00y", "长" * 3000, "../../../etc/passwd", "9" * 400,
    "-1", "1e400", "NaN", "９９", "[]", "%00", "\ud7ff", "2025-02-30", "9223372036854775808",
)  # fmt: skip
_SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}")
ROUTES = [
    each for router in PAGES for each in router.routes if isinstance(each, APIRoute) and "GET" in (each.methods or ())
]


@pytest.fixture(scope="module")
def places(site: Site) -> Iterator[Places]:
    yield begun(site.visitor("officer"), site.visitor("auditor"), furnish(site.server.database), site.visitor("admin"))


def inert(visitor: Visitor, what: Any) -> None:
    """Whatever was sent, the answer is no crash and none of it has become part of the page."""
    assert visitor.answer is not None
    assert visitor.answer.status_code < 500, (what, visitor.answer.text[:2000])
    assert "<img src=x" not in visitor.answer.text, what
    assert "<script>alert" not in visitor.answer.text, what
    assert "9449772114007" not in visitor.answer.text, what
    # A refusal is said in Chinese: a sentence of English is a library's, but in what is folded as technical information.
    if visitor.answer.status_code == 422:
        said = " ".join(text for text, _ in shown(visitor.document.get_element_by_id("main")))
        assert not _SENTENCE.search(said), (what, said)
    # A summary names each field that it links to.
    for link in visitor.document.xpath("//div[@class='errors'][@role='alert']//a[starts-with(@href, '#f-')]"):
        labels = visitor.document.xpath(f"//label[@for='{link.get('href')[1:]}']")
        named = [" ".join(each.text_content().split())[:4] for each in labels[:1]]
        assert all(" ".join(link.text_content().split()).startswith(each) for each in named), (
            what,
            link.text_content(),
        )


@pytest.mark.parametrize("route", ROUTES, ids=lambda each: str(each.path))
def test_addresses_and_questions(site: Site, route: APIRoute) -> None:
    visitor = site.visitor("admin" if route.path.startswith("/people") else "officer")
    asked: list[tuple[str, dict[str, str]]] = []
    # An address holds no more than so much.
    for words in (each[:300] for each in WORDS):
        path = route.path
        for name in route.param_convertors:
            path = path.replace(f"{{{name}:path}}", words).replace(f"{{{name}}}", words)
        query = {each.alias: words for each in route.dependant.query_params}
        # An address that takes no words is the same for all of them.
        if (path, query) in asked:
            continue
        asked.append((path, query))
        if "\x00" in path:
            path = path.replace("\x00", "%00")
        inert(visitor.open(path.replace("{{", "%7B%7B"), params=query), (path, query))
    takes_words = bool(route.param_convertors or route.dependant.query_params)
    assert len(asked) == (len(WORDS) if takes_words else 1)


def stored_forms(visitor: Visitor, store: Store, address: str) -> tuple[Hashable, list[Any]]:
    """Open a page: the mark of the record that it is of, and its forms."""
    mark = store.mark()
    return mark, visitor.open(address).document.xpath("//form[not(ancestor::header)]")


@pytest.mark.parametrize("stop", [each for each in STOPS if each.login], ids=lambda each: each.name)
def test_forms(site: Site, store: Store, places: Places, stop: Stop) -> None:
    visitor = site.visitor(stop.login)
    address = stop.address(places)
    mark, forms = stored_forms(visitor, store, address)
    fresh = forms
    for number, form in enumerate(forms):
        names = {
            each.name for each in form.inputs if each.name and each.get("type") not in ("hidden", "submit", "file")
        }
        hidden = {
            each.name for each in form.inputs if each.name and each.get("type") == "hidden" and each.name != "csrf"
        }
        # Every visible field at once, then also what the page itself keeps in hidden ones, where it keeps any.
        filled_in = dict.fromkeys((frozenset(names), frozenset(names | hidden)))
        for words, chosen in product(WORDS[:9] if names else (), filled_in):
            if number >= len(fresh):
                break
            typed = words[:300] if fresh[number].method == "GET" else words
            data = dict(fresh[number].form_values()) | dict.fromkeys(chosen, typed.encode("utf-8", "replace").decode())
            target = visitor.client.base_url.join(fresh[number].get("action") or address)
            options = {"params": data} if fresh[number].method == "GET" else {"data": data}
            visitor.answer = visitor.client.request(fresh[number].method, target, **options)  # type: ignore[arg-type]
            inert(visitor, (address, chosen, words))
            # The page as it is afterwards, with what was stored of them; where nothing was, it is as it was before.
            if store.mark() != mark:
                mark, fresh = stored_forms(visitor, store, address)
                inert(visitor, (address, chosen, words))
