"""One-time codes at the browser: a QR code drawn here, set up, asked for at the next sign-in, taken away; guesses lock nobody out."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from review import clock
from review.record.access.second_factor import logins_with, set_required_roles, take_away
from review.record.storage.actors import acting
from review.record.storage.store import Store
from tests.web.conftest import PASSWORD, Opened, Site, Visitor
from tests.web.test_people import secret

pytestmark = pytest.mark.record


def code_of(text: str, steps: int = 0) -> str:
    return pyotp.TOTP(text).at(clock.utc_now() + timedelta(seconds=30 * steps))


def signed_in(site: Site, login: str) -> Visitor:
    """Somebody who has signed in by the form, in a browser of their own."""
    return site.visitor(None).open("/sign-in").send({"login": login, "password": PASSWORD})


@pytest.fixture
def forgotten(store: Store) -> None:
    """The officer has no second factor before."""
    with store.reading() as connection:
        on = logins_with(connection)
    for login in on:
        take_away(store, login, "测试（示例）", acting("test"))


@pytest.mark.usefixtures("forgotten")
def test_a_second_factor_is_set_up_and_asked_for_at_a_browser(site: Site, at_browser: Opened) -> None:
    window = at_browser("officer", path="/password")
    window.click("text=动态口令")
    window.fill("#f-password", "not this one")
    window.click("main button:has-text('设置')")
    assert "当前密码不正确" in window.inner_text("main")
    window.fill("#f-password", PASSWORD)
    window.click("main button:has-text('设置')")
    drawn = window.locator("svg.qr")
    assert drawn.count() == 1 and drawn.bounding_box()["width"] > 100  # type: ignore[index]
    text = window.inner_text("code.secret")
    window.fill("#f-code", "000000" if code_of(text) != "000000" else "111111")
    window.click("main button:has-text('启用')")
    assert "不正确" in window.inner_text("main")
    # Never the one before: a browser may take so long that it is no longer taken.
    window.fill("#f-code", code_of(text))
    window.click("main button:has-text('启用')")
    codes = window.locator("code.secret").all_inner_texts()
    assert len(codes) == 10

    other = at_browser(None, path="/sign-in")
    good = code_of(text, 1)
    for code, expected in (("", "还须填写动态口令"), (code_of(text, -100), "不正确"), (good, None)):
        other.fill("#f-login", "officer")
        other.fill("#f-password", PASSWORD)
        other.fill("#f-code", code)
        other.click("main button")
        assert other.inner_text("main").count(expected or "登录名") == (1 if expected else 0)
    third = at_browser(None, path="/sign-in")
    third.fill("#f-login", "officer")
    third.fill("#f-password", PASSWORD)
    third.fill("#f-code", good)
    third.click("main button")
    assert "不正确" in third.inner_text("main"), "the code was used"
    third.fill("#f-password", PASSWORD)
    third.fill("#f-code", codes[0])
    third.click("main button")
    assert third.url.rstrip("/") == site.url


@pytest.mark.usefixtures("forgotten")
def test_an_administrator_takes_it_away_with_a_reason(site: Site) -> None:
    visitor = signed_in(site, "auditor").open("/second-factor").send({"password": PASSWORD}, "/second-factor")
    text = secret(visitor)
    visitor.send({"code": code_of(text)}, "/confirm")
    admin = site.visitor("admin").open("/people/login/auditor")
    assert admin.send({"factor": ""}, "/second-factor").status == 422
    assert admin.open("/people/login/auditor").send({"factor": "遗失（示例）"}, "/second-factor").status == 200
    assert signed_in(site, "auditor").path == "/"
    assert text not in "".join(site.server.printed)


@pytest.mark.usefixtures("forgotten")
def test_who_must_have_it_sees_nothing_else_before(site: Site, store: Store) -> None:
    admin = site.visitor("admin").open("/people/sign-in")
    assert admin.send({"roles": ["auditor"], "reason": ""}).status == 422
    assert admin.open("/people/sign-in").send({"roles": ["auditor"], "reason": "内部规定（示例）"}).status == 200
    visitor = signed_in(site, "auditor")
    assert visitor.path == "/second-factor" and visitor.open("/worklist").path == "/second-factor"
    visitor.send({"password": PASSWORD}, "/second-factor")
    visitor.send({"code": code_of(secret(visitor))}, "/confirm")
    assert visitor.open("/worklist").path == "/worklist"
    assert "不能停用" in visitor.open("/second-factor").text
    set_required_roles(store, [], acting("test"), "测试（示例）")


def test_each_sign_in_has_the_browser_known_for_ninety_days_more(site: Site) -> None:
    visitor = site.visitor(None).open("/sign-in")
    form = next(each for each in visitor.document.forms if each.get("action") == "/sign-in")
    sent = {**dict(form.form_values()), "login": "second", "password": PASSWORD}
    answer = visitor.client.post("/sign-in", data=sent, follow_redirects=False)
    [visit] = [each for each in answer.headers.get_list("set-cookie") if each.startswith("two-high-visit=")]
    assert f"Max-Age={90 * 86400};" in visit and answer.status_code == 303


def test_guesses_beside_somebody_do_not_keep_a_known_browser_out(site: Site) -> None:
    mine = signed_in(site, "second")
    assert mine.path == "/"
    guesser = site.visitor(None)
    statuses = [
        guesser.open("/sign-in").send({"login": "second", "password": f"guess-{number}"}).status for number in range(11)
    ]
    assert statuses == [401] * 10 + [429]
    assert guesser.open("/sign-in").send({"login": "second", "password": PASSWORD}).status == 429
    form = next(each for each in mine.open("/").document.forms if each.get("action") == "/sign-out")
    mine.client.post("/sign-out", data=dict(form.form_values()))
    assert mine.open("/sign-in").send({"login": "second", "password": PASSWORD}).path == "/"
