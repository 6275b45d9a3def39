"""The way in and out: sessions, forms that are ours, languages, and what was typed when a session ended."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.deps import State
from review.record.access.people import add_person
from review.record.access.sessions import sign_out
from review.record.storage.store import open_store
from tests.api.conftest import forked, stop
from tests.web.conftest import PASSWORD, Opened, Site, Visitor

pytestmark = pytest.mark.server


def test_the_first_page_asks_who_one_is(site: Site) -> None:
    visitor = site.visitor(None).open("/password?a=b")
    assert visitor.status == 200
    assert visitor.path == "/sign-in?next=/password%3Fa%3Db"


def test_signing_in_goes_on_to_where_one_wanted(site: Site) -> None:
    visitor = site.visitor(None).open("/password").send({"login": "officer", "password": PASSWORD})
    assert visitor.path == "/password"


def test_a_wrong_password_is_told_and_nothing_of_it_kept(site: Site) -> None:
    visitor = site.visitor(None).open("/sign-in").send({"login": "nobody", "password": "not this one"})
    assert visitor.status == 401
    assert "登录名或密码不正确" in visitor.text
    assert "not this one" not in visitor.answer.text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"]
)
def test_no_link_of_ours_leads_elsewhere(site: Site, elsewhere: str) -> None:
    visitor = site.visitor(None).open("/sign-in", params={"next": elsewhere})
    assert visitor.send({"login": "officer", "password": PASSWORD}).path == "/"
    assert visitor.open("/language/en", params={"next": elsewhere}).path == "/"


def test_signing_out_ends_the_session(site: Site) -> None:
    visitor = site.visitor()
    cookie = visitor.client.cookies["two-high-session"]
    form = next(each for each in visitor.open("/").document.forms if each.get("action") == "/sign-out")
    visitor.client.post("/sign-out", data=dict(form.form_values()))
    visitor.client.cookies.set("two-high-session", cookie)
    assert visitor.open("/").path == "/sign-in"


def test_every_sign_in_has_a_session_of_its_own(site: Site) -> None:
    visitor = site.visitor(None)
    host = httpx.URL(site.url).host
    visitor.client.cookies.set(
        "two-high-session", "two-high-session.planted.planted", domain=f"{host}.local" if host == "localhost" else host
    )
    visitor.open("/sign-in").send({"login": "officer", "password": PASSWORD})
    kept = [each.value or "" for each in visitor.client.cookies.jar if each.name == "two-high-session"]
    assert visitor.path == "/" and len(kept) == 1 and "planted" not in kept[0]
    assert kept[0] != site.session("officer")


def test_a_key_does_not_open_the_pages(site: Site) -> None:
    visitor = site.visitor(None)
    visitor.client.cookies.set("two-high-session", site.server.keys["admin"])
    assert visitor.open("/").path == "/sign-in"


def test_the_cookie_is_out_of_reach(site: Site) -> None:
    visitor = site.visitor(None).open("/sign-in")
    data = dict(visitor.form().form_values()) | {"login": "officer", "password": PASSWORD}
    answer = visitor.client.post("/sign-in", data=data, follow_redirects=False)
    sent = next(each for each in answer.headers.get_list("set-cookie") if each.startswith("two-high-session="))
    assert "HttpOnly" in sent and "SameSite=lax" in sent


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_from_elsewhere_is_refused(site: Site, headers: dict[str, str]) -> None:
    visitor = site.visitor().open("/password")
    data = dict(visitor.form().form_values())
    answer = visitor.client.post("/password", data=data, headers=headers)
    assert answer.status_code == 403


def test_the_token_of_another_session_is_refused(site: Site) -> None:
    other = dict(site.visitor("auditor").open("/password").form().form_values())
    visitor = site.visitor()
    for token in (other["csrf"], "", "x", "é.é", other["csrf"][:-1]):
        assert visitor.client.post("/password", data={**other, "csrf": token}).status_code == 403


def test_what_was_typed_goes_on_after_signing_in_again(site: Site) -> None:
    visitor = site.visitor("admin").open("/people/new")
    form = dict(visitor.form().form_values()) | {"login": "X", "name": "“long” <enough> & new 1", "role": "officer"}
    expired(visitor)
    visitor.answer = visitor.client.post("/people/new", data=form)
    assert visitor.status == 401
    assert "已填内容没有丢失" in visitor.text
    visitor.send({"login": "admin", "password": PASSWORD})
    assert "继续提交" in visitor.text
    fields = dict(visitor.form("/people/new").form_values())
    assert fields["name"] == form["name"] and fields["csrf"] != form["csrf"]
    assert "应为 2 至 32 个小写字母" in visitor.send(action="/people/new").text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_was_typed_goes_on_where_the_session_ends_before_it_is_recorded(
    site: Site, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    visitor = site.visitor("admin", language).open("/people/new")
    token, counted = visitor.client.cookies["two-high-session"], State.require_within_quota

    def and_sign_out(state: State, *arguments: Any) -> None:
        counted(state, *arguments)
        sign_out(state.store, token)

    typed = {"login": f"late-{language}", "name": f"晚来{language}（示例）", "role": "officer"}
    with monkeypatch.context() as patch:
        patch.setattr(State, "require_within_quota", and_sign_out)
        visitor.send(typed, "/people/new")
    assert visitor.status == 401
    assert {"zh": "已填内容没有丢失", "en": "What you typed is not lost"}[language] in visitor.text
    assert "Bearer" not in visitor.answer.headers.get("www-authenticate", "")  # type: ignore[union-attr]
    assert not visitor.document.xpath("//form[@action='/sign-out']")
    visitor.send({"login": "admin", "password": PASSWORD})
    fields = dict(visitor.form("/people/new").form_values())
    assert fields.items() >= typed.items()
    assert typed["login"] in visitor.send(action="/people/new").text and visitor.status == 200


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/password", {"current": "typed-secret-1", "new": "typed-secret-2", "again": "typed-secret-2"}),
        ("/second-factor", {"password": "typed-secret-1"}),
        ("/second-factor/confirm", {"code": "typed-secret-1"}),
        ("/second-factor/end", {"code": "typed-secret-1"}),
    ],
)
def test_no_password_and_no_code_is_carried_or_shown(site: Site, path: str, form: dict[str, str]) -> None:
    visitor = site.visitor().open("/password")
    token = dict(visitor.form().form_values())["csrf"]
    expired(visitor)
    visitor.answer = visitor.client.post(path, data={"csrf": token, **form})
    assert visitor.status == 401 and "不予保留" in visitor.text and "typed-secret" not in visitor.answer.text
    # A page that was opened before may still carry them.
    kept = json.dumps([["csrf", token], *form.items()])
    carried = {
        **dict(visitor.form().form_values()),
        "next": path,
        "kept": kept,
        "login": "officer",
        "password": PASSWORD,
    }
    for password in ("mistyped", PASSWORD):
        visitor.answer = visitor.client.post("/sign-in", data=carried | {"password": password})
        assert "typed-secret" not in visitor.answer.text


def test_signing_in_again_opens_the_page_whose_form_was_not_carried(site: Site) -> None:
    visitor = site.visitor(None)
    visitor.answer = visitor.client.post("/second-factor/confirm", data={"code": "123456"})
    assert visitor.send({"login": "officer", "password": PASSWORD}).path == "/second-factor" and visitor.status == 200


def test_the_language_is_kept(site: Site) -> None:
    visitor = site.visitor().open("/language/en?next=/password")
    assert visitor.path == "/password"
    assert visitor.document.get("lang") == "en"
    assert "Change your password" in visitor.text
    assert visitor.open("/language/zh").document.get("lang") == "zh-CN"


def test_what_is_not_there_is_told_as_a_page(site: Site) -> None:
    visitor = site.visitor().open("/nothing-here")
    assert visitor.status == 404
    assert "没有这一项" in visitor.text
    assert site.server.request("GET", "/api/v1/nothing-here").headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "name", ["../../settings.py", "..%2fsession.py", "two-high.css.bak", "%2e%2e/%2e%2e/pyproject.toml"]
)
def test_nothing_but_the_static_files_is_served(site: Site, name: str) -> None:
    assert site.visitor(None).open(f"/static/0/{name}").status == 404


def test_every_page_is_sent_with_its_policy(site: Site) -> None:
    headers = site.visitor().open("/").answer.headers  # type: ignore[union-attr]
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert headers["cache-control"] == "no-store" and headers["x-content-type-options"] == "nosniff"


@pytest.mark.server
def test_the_first_start_prints_the_way_in(tmp_path: Path) -> None:
    server = forked(f"sqlite:///{tmp_path / 'record.sqlite'}")
    stop(server)
    printed = "".join(server.printed)
    assert re.search(r"the pages: http://127\.0\.0\.1:\d+/", printed)


@pytest.mark.parametrize("scripts", [True, False])
def test_signing_in_with_the_keyboard_alone(at_browser: Opened, scripts: bool) -> None:
    window = at_browser(None, scripts=scripts, path="/sign-in")
    window.keyboard.press("Tab")
    assert window.evaluate("document.activeElement.className") == "skip"
    window.focus("#f-login")
    window.keyboard.type("auditor")
    window.keyboard.press("Tab")
    window.keyboard.type(PASSWORD)
    window.keyboard.press("Tab")
    window.keyboard.press("Enter")
    window.wait_for_url("**/")
    assert window.locator("h1").inner_text() == "首页"


def expired(visitor: Visitor) -> None:
    del visitor.client.cookies["two-high-session"]


@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_nothing_is_kept_of_a_form_from_elsewhere(site: Site, headers: dict[str, str]) -> None:
    visitor = site.visitor(None)
    answer = visitor.client.post(
        "/people/new", data={"login": "planted", "name": "n", "role": "admin"}, headers=headers
    )
    assert answer.status_code == 401 and "planted" not in answer.text


def test_a_form_that_was_not_given_is_not_sent_on(site: Site) -> None:
    """A browser that says nothing of where a form came from: what was typed must have been given to it, signed in as the same person."""
    visitor = site.visitor(None)
    visitor.answer = visitor.client.post(
        "/people/new", data={"csrf": "a.b.c", "login": "planted", "name": "n", "role": "admin"}
    )
    assert "planted" not in visitor.send({"login": "admin", "password": PASSWORD}).text
    assert visitor.path == "/?said=not-kept"


def test_what_one_person_typed_is_not_sent_on_by_another(site: Site) -> None:
    visitor = site.visitor("officer").open("/absences")
    form = {"csrf": dict(visitor.form().form_values())["csrf"], "reason": "typed by the officer"}
    expired(visitor)
    visitor.answer = visitor.client.post("/absences", data=form)
    assert "typed by the officer" in visitor.answer.text
    visitor.send({"login": "auditor", "password": PASSWORD})
    assert visitor.path == "/?said=not-kept" and "typed by the officer" not in visitor.text


@pytest.mark.parametrize("next", ["//[", "http://[x", "//%E2%84%80", "/\n/x"])
def test_an_address_that_is_none_is_no_crash(site: Site, next: str) -> None:
    assert site.visitor(None).open("/sign-in", params={"next": next}).status == 200
    assert site.visitor().open("/language/en", params={"next": next}).path == "/"


def test_a_strange_origin_is_refused_and_no_crash(site: Site) -> None:
    visitor = site.visitor().open("/password")
    assert (
        visitor.client.post(
            "/password", data=dict(visitor.form().form_values()), headers={"Origin": "http://["}
        ).status_code
        == 403
    )


def test_kept_words_that_cannot_be_shown_are_left_out(site: Site) -> None:
    visitor = site.visitor(None).open("/sign-in")
    data = {"login": "second", "password": PASSWORD, "kept": '[["a", "\\ud800"]]'}
    answer = visitor.client.post("/sign-in", data=dict(visitor.form().form_values()) | data)
    assert answer.status_code == 200 and answer.url.path == "/"


def test_changing_the_password_is_no_attempt_to_sign_in(site: Site) -> None:
    store = open_store(site.server.database)
    first = add_person(store, "newcomer", "新来的人（示例）", "auditor", "test")
    store.close()
    visitor = site.visitor(None)
    for _ in range(9):
        assert visitor.open("/sign-in").send({"login": "newcomer", "password": "mistyped"}).status == 401
    visitor.open("/sign-in").send({"login": "newcomer", "password": first})
    assert visitor.path == "/password"
    visitor.send({"current": first, "new": PASSWORD, "again": PASSWORD})
    assert visitor.path == "/?said=password" and visitor.status == 200
