"""Single sign-on on the pages: the code flow with state, nonce and PKCE, against a provider over HTTP; whatever does not fit opens nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

from api.settings import Settings, read_settings, shown
from api.single_sign_on import Begun
from review.errors import Refused
from review.record.proof.verification import verify
from review.record.storage.store import open_store
from tests.api.conftest import client, free_port, serving
from tests.databases import Databases
from tests.web.conftest import PASSWORD, Site, Visitor, with_people
from tests.web.provider import CLIENT, SECRET, Provider, providing


@pytest.fixture(scope="module")
def both(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Provider]]:
    """A site with a provider."""
    database, keys = databases.copy("sqlite", tmp_path_factory.mktemp("single"), with_people)
    with (
        providing() as provider,
        serving(
            database, keys, oidc_issuer=provider.url, oidc_client=CLIENT, oidc_client_secret=SECRET, public_url="http://two-high.example/",
        ) as server,
    ):  # fmt: skip
        provider.back = "http://two-high.example/sign-in/single/back"
        made = Site(server)
        yield made, provider
        for each in made.clients:
            each.close()


@pytest.fixture
def provider(both: tuple[Site, Provider]) -> Iterator[Provider]:
    """The provider, which says the right thing at first."""
    claims, changes = dict(both[1].claims), dict(both[1].changes)
    yield both[1]
    both[1].claims, both[1].changes = claims, changes


@pytest.fixture
def site(both: tuple[Site, Provider]) -> Site:
    return both[0]


def stranger(site: Site) -> Visitor:
    """A browser that nobody is signed in at; it goes on by hand, as the site has another name for its visitors."""
    made = client(base_url=site.url, headers={"Accept": "text/html"})
    site.clients.append(made)
    return Visitor(made)


def sent_off(site: Site, visitor: Visitor, next: str = "/") -> httpx.URL:
    """Where the browser is sent to sign in."""
    answer = visitor.client.get("/sign-in/single", params={"next": next})
    assert answer.status_code == 303
    return httpx.URL(answer.headers["location"])


def came_back(site: Site, visitor: Visitor, asked: httpx.URL, **changes: str) -> httpx.Response:
    """What the site answers when the browser is back from the provider, with what that sent along."""
    answer = httpx.post(asked)
    assert answer.status_code == 302, answer.text
    found = dict(httpx.URL(answer.headers["location"]).params) | changes
    return visitor.client.get("/sign-in/single/back", params=found)


def cookie(visitor: Visitor, name: str) -> str:
    return next((each.value or "" for each in visitor.client.cookies.jar if each.name == name), "")


def test_one_is_sent_to_the_provider_and_comes_back_signed_in(site: Site, provider: Provider) -> None:
    visitor = stranger(site)
    assert "/sign-in/single?next=/worklist" in visitor.open("/sign-in?next=/worklist").answer.text  # type: ignore[union-attr]
    asked = sent_off(site, visitor, "/worklist?late=true")
    begun = Begun.read(cookie(visitor, "two-high-single").strip('"'))
    assert begun is not None
    challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
    sent = dict(asked.params)
    assert (sent["response_type"], sent["client_id"], sent["code_challenge_method"]) == ("code", CLIENT, "S256")
    assert (sent["state"], sent["nonce"], sent["code_challenge"]) == (begun.state, begun.nonce, challenge)
    assert begun.verifier not in str(asked)
    answer = came_back(site, visitor, asked)
    assert (answer.status_code, answer.headers["location"]) == (303, "/worklist?late=true")
    assert cookie(visitor, "two-high-session").startswith("two-high-single.") and not cookie(visitor, "two-high-single")
    assert "示例单点登录人员" in visitor.open("/worklist").answer.text  # type: ignore[union-attr]
    store = open_store(site.server.database)
    with store.reading() as connection:
        assert verify(connection).breaks == ()
        entry = connection.exec_driver_sql("SELECT kind, who FROM audit_entry ORDER BY number DESC LIMIT 1").one()
    store.close()
    assert entry.kind == "signed_in" and entry.who.startswith("oidc:")
    assert SECRET not in "".join(site.server.printed) and begun.verifier not in "".join(site.server.printed)


def test_a_cookie_that_the_browser_made_up_is_refused(site: Site, provider: Provider) -> None:
    visitor = stranger(site)
    visitor.client.cookies.set("two-high-single", Begun("\ud800", "nonce", "verifier", "/").written())
    assert visitor.client.get("/sign-in/single/back", params={"state": "x", "code": "y"}).status_code == 401


def test_signing_out_ends_the_session(site: Site, provider: Provider) -> None:
    visitor = stranger(site)
    came_back(site, visitor, sent_off(site, visitor))
    token = cookie(visitor, "two-high-session")
    form = next(each for each in visitor.open("/").document.forms if each.get("action") == "/sign-out")
    visitor.client.post("/sign-out", data=dict(form.form_values()))
    visitor.client.cookies.set("two-high-session", token)
    assert visitor.open("/").status == 303


@pytest.mark.parametrize(
    "changes",
    [{"state": "another"}, {"state": ""}, {"code": "another"}, {"code": ""}, {"iss": "https://elsewhere.example"}, {"code": "", "error": "access_denied"}],
    ids=str,
)  # fmt: skip
def test_what_comes_back_otherwise_opens_nothing(site: Site, provider: Provider, changes: dict[str, str]) -> None:
    visitor = stranger(site)
    answer = came_back(site, visitor, sent_off(site, visitor), **changes)
    assert answer.status_code == 401 and not cookie(visitor, "two-high-session")
    assert not cookie(visitor, "two-high-single"), "what was begun is over"


def test_a_code_begun_in_another_browser_opens_nothing(site: Site, provider: Provider) -> None:
    """Somebody has another sign in as themselves, by a link with their own code."""
    attacker, victim = stranger(site), stranger(site)
    asked = sent_off(site, attacker)
    assert came_back(site, victim, asked).status_code == 401
    asked = sent_off(site, attacker)
    sent_off(site, victim)
    assert came_back(site, victim, asked).status_code == 401 and not cookie(victim, "two-high-session")


def test_a_code_counts_once(site: Site, provider: Provider) -> None:
    visitor = stranger(site)
    asked = sent_off(site, visitor)
    begun = cookie(visitor, "two-high-single")
    answer = httpx.post(asked)
    found = dict(httpx.URL(answer.headers["location"]).params)
    assert visitor.client.get("/sign-in/single/back", params=found).status_code == 303
    again = stranger(site)
    again.client.cookies.set("two-high-single", begun.strip('"'))
    assert again.client.get("/sign-in/single/back", params=found).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [{"nonce": "another"}, {"nonce": None}, {"aud": "another"}, {"aud": [CLIENT, "another"]}, {"azp": "another"}, {"exp": 1}, {"iss": "https://elsewhere.example"}, {"roles": []},
     {"roles": ["officer", "admin"]}],
    ids=str,
)  # fmt: skip
def test_a_token_that_does_not_fit_opens_nothing(site: Site, provider: Provider, changes: dict[str, Any]) -> None:
    provider.changes = changes
    if "roles" in changes:
        provider.claims = {**provider.claims, **changes}
    visitor = stranger(site)
    answer = came_back(site, visitor, sent_off(site, visitor))
    assert answer.status_code == 401 and not cookie(visitor, "two-high-session")


@pytest.mark.parametrize("next", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"])
def test_nobody_is_led_elsewhere_after_it(site: Site, provider: Provider, next: str) -> None:
    visitor = stranger(site)
    assert came_back(site, visitor, sent_off(site, visitor, next)).headers["location"] == "/"


@pytest.mark.parametrize("planted", ["x", "e30=", base64.urlsafe_b64encode(b'{"state": 1}').decode(), "=" * 5000])
def test_a_cookie_that_is_none_of_ours_is_no_crash(site: Site, provider: Provider, planted: str) -> None:
    visitor = stranger(site)
    visitor.client.cookies.set("two-high-single", planted)
    assert visitor.client.get("/sign-in/single/back", params={"code": "x", "state": "1"}).status_code == 401


def test_without_the_setting_there_is_none(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> None:
    with serving(*databases.copy("sqlite", tmp_path_factory.mktemp("none"), with_people)) as server:
        made = Site(server)
        visitor = stranger(made)
        assert "/sign-in/single" not in visitor.open("/sign-in").answer.text  # type: ignore[union-attr]
        assert visitor.open("/sign-in/single").status == visitor.open("/sign-in/single/back").status == 404
        made.clients[0].close()


def test_the_secret_is_shown_nowhere_and_settings_that_lack_are_told() -> None:
    whole = {"oidc_issuer": "https://x.example", "oidc_client": "x", "public_url": "https://y.example"}
    settings = Settings(**whole, oidc_client_secret=SECRET)  # type: ignore[arg-type]
    assert SECRET not in str(shown(settings)) and SECRET not in repr(settings)
    for name in ("oidc_issuer", "public_url"):
        with pytest.raises(Refused):
            read_settings(**{each: value for each, value in whole.items() if each != name})


@pytest.mark.browser
def test_it_goes_through_at_a_browser(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> None:
    database, keys = databases.copy("sqlite", tmp_path_factory.mktemp("browser"), with_people)
    port = free_port()
    with providing() as provider:
        provider.back = f"http://127.0.0.1:{port}/sign-in/single/back"
        settings = {"oidc_issuer": provider.url, "oidc_client": CLIENT, "oidc_client_secret": SECRET, "public_url": f"http://127.0.0.1:{port}"}  # fmt: skip
        with serving(database, keys, **settings, port=str(port)) as server:
            context = chromium.new_context(locale="zh-CN")
            context.set_default_timeout(15_000)
            window = context.new_page()
            window.goto(f"{server.url}/worklist")
            window.click("text=单点登录")
            window.click("text=Sign in")
            assert window.url == f"{server.url}/worklist" and "示例单点登录人员" in window.inner_text("header")
            context.close()
    assert PASSWORD not in str(provider.asked)
