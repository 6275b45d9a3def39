"""People and keys, as an administrator's pages."""

from __future__ import annotations

import pytest

from review.record.access.sessions import sign_in
from review.record.storage.store import open_store
from tests.web.conftest import Opened, Site, Visitor, violations

pytestmark = pytest.mark.record


def secret(visitor: Visitor) -> str:
    [found] = visitor.document.xpath("//code[@class='secret']/text()")
    return str(found)


def signs_in(site: Site, login: str, password: str) -> bool:
    store = open_store(site.server.database)
    made = sign_in(store, login, password, hours=1)
    store.close()
    return made is not None


def added(site: Site, login: str, name: str) -> tuple[Visitor, str]:
    visitor = site.visitor("admin").open("/people/new").send({"login": login, "name": name, "role": "auditor"})
    return visitor, secret(visitor)


def test_a_first_password_is_shown_once_and_nowhere_else(site: Site) -> None:
    visitor, first = added(site, "new.one", "新一（示例）")
    assert first not in visitor.path and visitor.answer.headers["cache-control"] == "no-store"  # type: ignore[union-attr]
    assert signs_in(site, "new.one", first)
    for path in ("/people", "/people/login/new.one", "/"):
        assert first not in visitor.open(path).answer.text  # type: ignore[union-attr]
    assert first not in "".join(site.server.printed)


def test_a_person_is_added_once(site: Site) -> None:
    visitor = site.visitor("admin").open("/people/new")
    form = {**dict(visitor.form().form_values()), "login": "twice", "name": "两次（示例）", "role": "officer"}
    assert [visitor.client.post("/people/new", data=form).status_code for _ in range(2)] == [200, 422]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"login": "大写", "name": "甲（示例）"}, "login"), ({"login": "officer", "name": "乙（示例）"}, "login"), ({"login": "aa", "name": ""}, "name"),
        ({"login": "aa", "name": "林审查（示例）"}, "name"), ({"login": "aa", "name": "丙", "role": "king"}, "role"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(site: Site, values: dict[str, str], field: str) -> None:
    visitor = site.visitor("admin").open("/people/new").send(values)
    assert visitor.status == 422 and f"#f-{field}" in visitor.document.xpath("//div[@class='errors']//a/@href")
    assert dict(visitor.form().form_values())["login"] == values["login"]


def test_a_password_is_reset_with_a_reason_and_once(site: Site) -> None:
    _, first = added(site, "reset.me", "重置（示例）")
    visitor = site.visitor("admin").open("/people/login/reset.me")
    form = dict(visitor.form("/password").form_values())
    assert visitor.send({"reset": ""}, "/reset.me/password").status == 422
    sent = [
        visitor.client.post("/people/login/reset.me/password", data={**form, "reset": "忘记（示例）"}) for _ in range(2)
    ]
    assert [each.status_code for each in sent] == [200, 422]
    visitor.answer = sent[0]
    assert signs_in(site, "reset.me", secret(visitor)) and not signs_in(site, "reset.me", first)


def test_an_account_is_ended_with_a_reason(site: Site) -> None:
    _, first = added(site, "leaver", "离任（示例）")
    visitor = site.visitor("admin").open("/people/login/leaver")
    assert visitor.send({"end": ""}, "/end").status == 422
    assert visitor.send({"end": "调离（示例）"}, "/end").path == "/people?said=ended"
    assert "调离（示例）" in visitor.text and not signs_in(site, "leaver", first)
    assert visitor.open("/people/login/leaver").document.xpath("//main//form") == []
    assert visitor.open("/people/login/nobody").status == 404


def test_nobody_ends_the_own_account(site: Site) -> None:
    visitor = site.visitor("admin").open("/people/login/admin").send({"end": "误点"}, "/end")
    assert visitor.status == 422 and "另一位管理员" in visitor.text


def test_a_key_is_made_once_and_revoked(site: Site) -> None:
    visitor = site.visitor("admin").open("/people/keys/new")
    form = {**dict(visitor.form().form_values()), "name": "审批系统（示例）", "days": "30"}
    sent = [visitor.client.post("/people/keys/new", data=form) for _ in range(2)]
    assert [each.status_code for each in sent] == [200, 409]
    visitor.answer = sent[0]
    key = secret(visitor)
    headers = {"Authorization": f"Bearer {key}"}
    assert site.server.request("GET", "/api/v1/me", None, headers=headers).json()["role"] == "system"
    visitor.open("/people/keys")
    assert key not in visitor.answer.text and key.split(".")[1] in visitor.text
    visitor.open(f"/people/keys/{key.split('.')[1]}/revoke")
    assert visitor.send({"reason": ""}, "/revoke").status == 422
    assert visitor.send({"reason": "停用（示例）"}, "/revoke").path == "/people/keys?said=revoked"
    assert site.server.request("GET", "/api/v1/me", None, headers=headers).status_code == 401


@pytest.mark.parametrize("days", ["0", "many", "99999", "-1", "٣"])
def test_days_that_are_none_are_refused(site: Site, days: str) -> None:
    visitor = site.visitor("admin").open("/people/keys/new").send({"name": "系统（示例）", "days": days})
    assert visitor.status == 422 and "#f-days" in visitor.document.xpath("//div[@class='errors']//a/@href")


@pytest.mark.parametrize("login", ["officer", "auditor"])
@pytest.mark.parametrize(
    "path", ["/people", "/people/new", "/people/login/officer", "/people/keys", "/people/keys/new", "/people/known"]
)
def test_these_pages_are_an_administrators(site: Site, login: str, path: str) -> None:
    assert site.visitor(login).open(path).status == 403


def test_a_system_that_signs_in_reads_and_changes_nothing(site: Site) -> None:
    visitor = (
        site.visitor("admin").open("/people/new").send({"login": "robot", "name": "系统账户（示例）", "role": "system"})
    )
    first = secret(visitor)
    robot = site.visitor(None).open("/sign-in").send({"login": "robot", "password": first})
    robot.open("/password").send({"current": first, "new": "Robots-read-only-7", "again": "Robots-read-only-7"})
    for path in ("/", "/worklist", "/offsets", "/indicators"):
        assert robot.open(path).status == 200, path
    assert robot.open("/sources/entry").status == 403 and robot.open("/people").status == 403


@pytest.mark.parametrize(("width", "language"), [(390, "zh"), (1280, "en")])
def test_the_pages_are_accessible_at_both_widths(at_browser: Opened, width: int, language: str) -> None:
    window = at_browser("admin", width=width, language=language)
    for path in (
        "/",
        "/people",
        "/people/new",
        "/people/login/officer",
        "/people/keys",
        "/people/keys/new",
        "/people/keys/aa/revoke",
    ):
        window.goto(path)
        assert violations(window) == [], path
        assert window.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


@pytest.mark.parametrize("scripts", [True, False])
def test_adding_in_a_browser(at_browser: Opened, scripts: bool) -> None:
    window = at_browser("admin", scripts=scripts, path="/people/new")
    window.fill("#f-login", f"browser.{str(scripts).lower()}")
    window.fill("#f-name", f"浏览器{scripts}（示例）")
    window.keyboard.press("Enter")
    window.wait_for_selector("code.secret")
    assert "只显示这一次" in window.locator("main").inner_text()


def test_an_address_for_mail_is_entered_on_the_page_of_a_person(site: Site) -> None:
    admin = site.visitor("admin").open("/people/login/second").send({"address": "second@office"}, action="/address")
    assert admin.status == 422 and "#f-address" in admin.document.xpath("//div[@class='errors']//a/@href")
    admin.send({"address": "second@office.example"}, action="/address")
    assert admin.status == 200
    [field] = admin.open("/people/login/second").document.xpath("//input[@name='address']")
    assert field.value == "second@office.example"
    assert "office.example" not in site.visitor("auditor").open("/search?q=office.example").document.xpath(
        "string(//main//ol)"
    )
