"""Webhooks, as an administrator's pages: added, tested, dead messages sent again, secrets replaced, removed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from review.record.work.webhooks import LONGEST_URL
from tests.api.conftest import eventually, serving
from tests.api.receiver import Receiver, receiving
from tests.databases import Databases
from tests.web.conftest import Site, with_people
from tests.web.test_people import secret

pytestmark = pytest.mark.record


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def quick(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that may send to this machine, and looks often."""
    database, keys = databases.copy("sqlite", tmp_path_factory.mktemp("hooks"), with_people)
    with serving(database, keys, webhook_networks="127.0.0.0/8", poll_seconds="0.05", webhook_attempts="1") as server:
        made = Site(server)
        yield made
        for each in made.clients:
            each.close()


def hooks_page(site: Site, receiver: Receiver) -> str:
    """The page of a new hook."""
    visitor = site.visitor("admin").open("/people/hooks/new").send({"url": receiver.url, "kinds": ["decision"]})
    assert secret(visitor).startswith("whsec_")
    links = [str(each) for each in visitor.open("/people/hooks").document.xpath("//main//tbody//a/@href")]
    return links[-1]


def test_a_hook_is_tested_and_what_failed_is_sent_again(quick: Site, receiver: Receiver) -> None:
    page = hooks_page(quick, receiver)
    receiver.status = 500
    admin = quick.visitor("admin").open(page)
    assert admin.send(action="/test").path == f"{page}?said=hook-tested"
    eventually(lambda: "HTTP 500" in admin.open(page).text)
    assert "未送达" in admin.open("/people/hooks").text
    receiver.status = 204
    [message] = admin.open(page).document.xpath("//main//tbody//th//text()[normalize-space()]")
    assert admin.send(action=f"/messages/{message}").path == f"{page}?said=hook-resent"
    eventually(lambda: "HTTP 204" in admin.open(page).text)
    assert receiver.ids() == [str(message)] * 2
    assert admin.open("/people/hooks/none").status == 404


def test_a_secret_is_replaced_once_and_shown_once(quick: Site, receiver: Receiver) -> None:
    page = hooks_page(quick, receiver)
    admin = quick.visitor("admin").open(page)
    form = dict(admin.form("/secret").form_values())
    assert admin.send({"rotate": ""}, "/secret").status == 422
    assert admin.open(page).send({"rotate": "x", "hours": "many"}, "/secret").status == 422
    sent = [
        admin.client.post(f"{page}/secret", data={**form, "rotate": "定期更换（示例）", "hours": "2"}) for _ in range(2)
    ]
    assert [each.status_code for each in sent] == [200, 422]
    admin.answer = sent[0]
    new = secret(admin)
    assert new not in admin.open(page).answer.text and "旧密文" in admin.text  # type: ignore[union-attr]
    assert new not in "".join(quick.server.printed)
    assert admin.send({"remove": ""}, "/remove").status == 422
    assert admin.send({"remove": "不再使用（示例）"}, "/remove").path == "/people/hooks?said=hook-removed"
    assert admin.open(page).status == 404


def test_an_address_that_is_too_long_is_told_one_limit_once(site: Site) -> None:
    longer = f"https://x.example/{'x' * 2500}"
    visitor = site.visitor("admin").open("/people/hooks/new").send({"url": longer, "kinds": ["decision"]})
    [fault] = visitor.document.xpath("//div[@class='errors']//li")
    assert fault.text_content() == f"接收网址：过长，最多 {LONGEST_URL} 字" and "2000" not in visitor.text


@pytest.mark.parametrize(
    ("values", "field"), [({"url": "ftp://x", "kinds": ["decision"]}, "url"), ({"url": "https://x.example"}, "kinds")]
)
def test_what_is_wrong_with_a_hook_is_said_at_its_field(
    quick: Site, values: dict[str, str | list[str]], field: str
) -> None:
    visitor = quick.visitor("admin").open("/people/hooks/new").send({"kinds": [], **values})
    assert visitor.status == 422 and f"#f-{field}" in visitor.document.xpath("//div[@class='errors']//a/@href")


def test_hooks_are_an_administrator_s(quick: Site, receiver: Receiver) -> None:
    page = hooks_page(quick, receiver)
    for login in ("officer", "auditor"):
        for path in ("/people/hooks", "/people/hooks/new", page):
            assert quick.visitor(login).open(path).status == 403


def test_an_administrator_sees_how_the_interface_stands(quick: Site, receiver: Receiver) -> None:
    path = hooks_page(quick, receiver)
    receiver.status = 500
    quick.visitor("admin").open(path).send(action="/test")
    visitor = quick.visitor("admin")

    def row() -> str:
        rows = visitor.open("/people/interface").document.xpath("//tr[contains(., '回调通知')]")
        return str(rows[0].text_content())

    eventually(lambda: "未送达 1" in row())
    routes = {
        each.xpath("string(th/bdi)"): [str(cell.text_content()) for cell in each.xpath("td")]
        for each in visitor.document.xpath("//tbody/tr[th/bdi]")
    }
    requests, failed, mean = routes["POST /people/hooks/new"]
    assert (requests, failed) == ("1", "0") and float(mean) >= 0
    assert quick.visitor("officer").open("/people/interface").status == 403


def test_a_hook_without_a_kind_is_refused_in_words(quick: Site) -> None:
    visitor = quick.visitor("admin").open("/people/hooks/new")
    visitor.send({"url": "https://approval.example/x", "kinds": []})
    assert visitor.status == 422
    [link] = visitor.document.xpath("//div[@class='errors']//a")
    assert link.text_content() == "发送哪些事项：至少选一种"
