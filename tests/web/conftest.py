"""Pages as their visitors see them: the application with people of each role, forms sent as browsers send them, and a real Chromium."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from lxml import html
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from review.record.access.people import add_person, change_password
from review.record.storage.store import Store, open_store
from tests.api.conftest import Server, client, serving, with_keys
from tests.databases import DATABASES, Databases
from tests.web.sessions import opened_session

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Pages-of-the-office-9"
PEOPLE = {
    "officer": "林审查（示例）",
    "second": "陈复核（示例）",
    "auditor": "黄审计（示例）",
    "admin": "周管理（示例）",
}
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    # The scripts of a page, axe above all, run once: to optimise them, and to look for garbage beside them, takes longer than it saves.
    "--js-flags=--no-opt --no-maglev --single-threaded-gc",
)


@dataclass
class Site:
    """The application, whose people have changed their first password; logins are the keys of PEOPLE."""

    server: Server
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.server.url

    def visitor(self, login: str | None = "officer", language: str = "zh") -> Visitor:
        """Somebody at a browser without JavaScript; None: not signed in. Asks the application past the socket, without compression."""
        headers = {"Accept": "text/html", "Accept-Encoding": "identity"}
        made = client(base_url=self.url, headers=headers, follow_redirects=True, transport=self.server.direct)
        made.cookies.set("two-high-language", language)
        self.clients.append(made)
        if login:
            made.cookies.set("two-high-session", self.session(login))
        return Visitor(made)

    def session(self, login: str) -> str:
        """A new session of that login, without the attempts that the way in counts."""
        store = open_store(self.server.database)
        token = opened_session(store, login)
        store.close()
        return token


@dataclass
class Visitor:
    """A client that keeps its cookies, opens pages and sends their forms."""

    client: httpx.Client
    answer: httpx.Response | None = None
    _parsed: tuple[httpx.Response, Any] | None = field(default=None, repr=False)
    _read: tuple[Any, str] | None = field(default=None, repr=False)

    def open(self, path: str, **options: Any) -> Visitor:
        self.answer = self.client.get(path, **options)
        return self

    @property
    def document(self) -> Any:
        """The page as an lxml document, parsed once: what alters it makes a copy."""
        assert self.answer is not None
        if self._parsed is None or self._parsed[0] is not self.answer:
            self._parsed = self.answer, html.fromstring(self.answer.text, base_url=str(self.answer.url))
        return self._parsed[1]

    @property
    def text(self) -> str:
        """The words of the page's main part, white space folded."""
        document = self.document
        if self._read is None or self._read[0] is not document:
            self._read = document, " ".join(document.get_element_by_id("main").text_content().split())
        return self._read[1]

    @property
    def status(self) -> int:
        assert self.answer is not None
        return self.answer.status_code

    @property
    def path(self) -> str:
        assert self.answer is not None
        return str(self.answer.url.raw_path.decode())

    def form(self, action: str | None = None) -> Any:
        """The page's main form, or the one with that action."""
        forms = self.document.xpath("//form[not(ancestor::header)]")
        found = [each for each in forms if action is None or (each.get("action") or "").split("?")[0].endswith(action)]
        assert found, (action, [each.get("action") for each in forms])
        return found[0]

    def send(
        self,
        values: dict[str, Any] | None = None,
        action: str | None = None,
        files: Any = None,
        press: str | None = None,
    ) -> Visitor:
        """Fill in a form of the page and send it. `press`: the name=value of the button."""
        form = self.form(action)
        data: dict[str, list[str]] = {}
        for name, value in [*form.form_values(), *([tuple(press.split("=", 1))] if press else [])]:
            data.setdefault(name, []).append(value)
        for name, value in (values or {}).items():
            data[name] = value if isinstance(value, list) else [value]
        assert self.answer is not None
        target = self.answer.url.join(form.get("action") or str(self.answer.url))
        origin = {"Origin": f"{target.scheme}://{target.netloc.decode()}"}
        self.answer = self.client.request(form.method, target, data=data, files=files, headers=origin)
        return self


def with_people(store: Store) -> dict[str, str]:
    """Put people of each role into a record, and a key for each. Returns the keys by role."""
    for login, name in PEOPLE.items():
        first = add_person(store, login, name, "officer" if login == "second" else login, "test")
        change_password(store, login, first, PASSWORD)
    return with_keys(store)


@pytest.fixture(scope="module")
def site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site on SQLite for the tests of a module."""
    with at_site(*databases.copy("sqlite", tmp_path_factory.mktemp("web"), with_people)) as made:
        yield made


@pytest.fixture(scope="module")
def store(site: Site) -> Iterator[Store]:
    """The record of the module's site."""
    found = open_store(site.server.database)
    yield found
    found.close()


@pytest.fixture(scope="module", params=DATABASES)
def each_site(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site on each database."""
    with at_site(*databases.copy(request.param, tmp_path_factory.mktemp("web"), with_people)) as made:
        yield made


@contextmanager
def at_site(database: str, keys: dict[str, str]) -> Iterator[Site]:
    """A site over a record that has people and these keys."""
    with serving(database, keys, requests_per_minute="1000000") as server:
        made = Site(server)
        yield made
        for each in made.clients:
            each.close()


def chromium_program() -> str:
    """The Chromium that CHROMIUM names, or one of the system: the one without a window where there is one."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    assert program, "no Chromium: run `make test`, which installs one, or name it in CHROMIUM"
    return program


def quiet_options() -> list[str]:
    """A browser that does nothing but what it is told. Root cannot use its sandbox."""
    return [*_QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


@pytest.fixture(scope="session")
def launched() -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    """The one Chromium of this process, launched for the first module that looks at pages, and the event loop that it is driven by."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=quiet_options())
        loop = asyncio.get_running_loop()
        yield browser, loop
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture(scope="module")
def chromium(launched: tuple[Browser, asyncio.AbstractEventLoop]) -> Iterator[Browser]:
    """A real Chromium of the system, in which the module before left nothing open."""
    browser, loop = launched
    # Playwright leaves its loop as the thread's running one between calls: tests of other modules run loops of their own.
    asyncio._set_running_loop(loop)
    yield browser
    left = len(browser.contexts)
    for each in browser.contexts:
        each.close()
    asyncio._set_running_loop(None)
    assert left == 0


Opened = Callable[..., Page]


@pytest.fixture
def at_browser(chromium: Browser, site: Site) -> Iterator[Opened]:
    """Opens a window of that width on the site, signed in; what leaves the host, fails or breaks a policy is told at the end."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_window(login: str | None = "officer", *, path: str = "/", **options: Any) -> Page:
        contexts.append(signed_in(chromium, site, faults, login, **options))
        window = contexts[-1].new_page()
        window.goto(path)
        return window

    yield open_window
    for each in contexts:
        each.close()
    assert faults == []


def signed_in(
    chromium: Browser,
    site: Site,
    faults: list[str],
    login: str | None,
    *,
    language: str = "zh",
    width: int = 1280,
    height: int = 900,
    scripts: bool = True,
) -> BrowserContext:
    """A person's own browser of that width; what leaves the host, fails or breaks a policy is added to the faults."""
    context = chromium.new_context(
        base_url=site.url,
        viewport={"width": width, "height": height},
        java_script_enabled=scripts,
        locale="zh-CN",
        accept_downloads=True,
    )
    context.set_default_timeout(15_000)
    context.add_cookies([{"name": "two-high-language", "value": language, "url": site.url}])
    if login:
        context.add_cookies([{"name": "two-high-session", "value": site.session(login), "url": site.url}])
    context.on(
        "request",
        lambda request: None if request.url.startswith(site.url) else faults.append(f"left the host: {request.url}"),
    )
    context.on("weberror", lambda error: faults.append(f"script: {error.error}"))
    context.on(
        "console",
        lambda said: faults.append(f"console: {said.text}") if "Content Security Policy" in said.text else None,
    )
    return context


# Only what axe finds wrong is told: to describe the rest takes longer than many a rule. Text is looked at beside pseudo-elements, too.
_AXE = {
    "resultTypes": ["violations"],
    "reporter": "no-passes",
    "checks": {"color-contrast": {"options": {"ignorePseudo": True}}},
}


def violations(window: Page) -> list[tuple[str, list[str]]]:
    """What axe finds wrong with the page: each rule, and how the first elements that break it begin."""
    window.evaluate(AXE_SCRIPT)
    found = window.evaluate(
        f"axe.run({json.dumps(_AXE)}).then(({{violations}}) => violations.map("
        "each => [each.id, each.nodes.slice(0, 3).map(node => node.html.slice(0, 160))]))"
    )
    return [(rule, elements) for rule, elements in found]


def sample(name: str) -> Path:
    """A sample sheet."""
    return ROOT / "fixtures" / "sheets" / name
