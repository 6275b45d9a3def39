"""Auditors: replay and drill down, verify, keep checkpoints, take the differences away."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from review.record.proof.checkpoints import read_signed
from review.record.proof.paper_code import code_of
from review.record.storage.contents import Span, reviews_page
from review.record.storage.store import open_store
from review.terms import FLIP_WORDS, RECOMMENDATION_WORDS
from tests.api.conftest import eventually
from tests.record.projects import project, recorded
from tests.record.tampering import tamper
from tests.web.conftest import Opened, Site, Visitor
from tests.web.words import foreign, is_foreign

pytestmark = pytest.mark.record

MANY = 4
# A product that the later edition alone has a level of.
PRODUCT = {
    "products": [
        {
            "name": "=1+1 {{7*7}} <script>alert(1)</script>",
            "benchmark": "pvc-ethylene",
            "unit_energy": "1000",
            "unit": "kgce/t",
        }
    ]
}


@pytest.fixture(scope="module", autouse=True)
def filled(site: Site) -> Iterator[None]:
    store = open_store(site.server.database)
    for number in range(MANY):
        # The last one is judged by rules that earlier editions do not have.
        day = date(2024, 3, 1) if number < MANY - 1 else date(2026, 10, 8)
        recorded(store, project(f"A-{number}", PRODUCT), as_of=day)
    store.close()
    yield


def begun(visitor: Visitor, **fields: str) -> str:
    """A replay asked for by form; its address."""
    visitor.open("/audit").send(fields, action="/replays")
    assert visitor.status == 200, visitor.text
    return visitor.path.partition("?")[0]


def over(visitor: Visitor, path: str) -> None:
    """Look again until the page does so no more by itself."""

    def still() -> bool:
        visitor.open(path)
        assert visitor.answer is not None
        return "refresh" not in visitor.answer.headers

    eventually(still, 120)


@pytest.mark.parametrize("login", ["auditor", "officer", "admin"])
def test_who_may_audit(site: Site, login: str) -> None:
    assert site.visitor(login).open("/audit").status == 200


def test_nobody_audits_without_signing_in(site: Site) -> None:
    assert site.visitor(None).open("/audit").path.startswith("/sign-in")
    roles = {"officer", "auditor", "admin"}
    from api.openapi import authorised
    from api.pages import audit, logs, replays

    for (_, path), allowed in authorised((audit.router, logs.router, replays.router)).items():
        assert set(allowed) <= roles, path


def test_the_same_edition_gives_the_same(site: Site) -> None:
    visitor = site.visitor("auditor")
    path = begun(visitor)
    over(visitor, path)
    assert "完成" in visitor.text and f"{MANY}项没有差别" in visitor.text and "0项有条目变化" in visitor.text


def test_an_auditor_replays_against_another_edition_and_drills_down(site: Site) -> None:
    visitor = site.visitor("auditor")
    path = begun(visitor, against="fuqing@2022")
    over(visitor, path)
    links = visitor.document.xpath("//main//th/a[contains(@href, '/reviews/')]/@href")
    assert links and all(each.startswith(f"{path}/reviews/") for each in links)
    visitor.open(links[0])
    assert "2024 版" in visitor.text and "2022 版" in visitor.text
    assert visitor.document.xpath("//tr[@class='differs']") and "原因" in visitor.text
    english = site.visitor("auditor", "en").open(links[0])
    assert "because of" in english.text and "findings, of which" in english.text


def test_the_differences_are_taken_away(site: Site) -> None:
    visitor = site.visitor("auditor")
    path = begun(visitor, against="fuqing@2022")
    over(visitor, path)
    answer = visitor.client.get(f"{path}/differences.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert rows[0][:4] == ["审查编号", "项目编号", "审查日", "对照版本"] and len(rows) > 1
    assert [cell for row in rows for cell in row if is_foreign(cell, "zh")] == []
    turned = {words for row in rows[1:] for words in (row[6], row[7])}
    assert "无此条" in turned and turned <= {each.zh for each in (*FLIP_WORDS.values(), *RECOMMENDATION_WORDS.values())}
    assert "无此条" in visitor.text and foreign(visitor.document) == []
    assert "no such finding" in site.visitor("auditor", "en").open(path).text
    assert not any(cell[:1] in ("=", "+", "@") for row in rows for cell in row)
    found = json.loads(visitor.client.get(f"{path}/differences.json").content)
    assert found["schema"] == "two-high/replay/1" and len(found["differences"]) == len({row[0] for row in rows[1:]})


def test_sending_a_form_twice_begins_one_replay(site: Site) -> None:
    visitor = site.visitor("auditor").open("/audit")
    data = dict(visitor.form("/replays").form_values())
    first, second = (visitor.client.post("/replays", data=data).url.path for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"since": "yesterday"}, "应为日期"),
        ({"project": "<script>alert(1)</script>"}, "应为项目编号"),
        ({"since": "2025-02-01", "until": "2025-01-31"}, "2025-01-31 早于起日 2025-02-01"),
        ({"against": "fuqing@1999"}, "没有版本"),
        ({"against": "../../etc"}, "没有版本"),
    ],
)
def test_what_cannot_be_read_is_told_and_kept(site: Site, fields: dict[str, str], words: str) -> None:
    visitor = site.visitor("auditor").open("/audit").send(fields, action="/replays")
    assert visitor.status == 422 and words in visitor.text
    assert not visitor.document.xpath("//main//script")
    name, value = next(iter(fields.items()))
    if name != "against":
        assert dict(visitor.form("/replays").form_values())[name] == value


@pytest.mark.parametrize(
    "path", ["/replays/none", "/replays/none/differences.csv", "/replays/none/reviews/1", "/audit/checks/none"]
)
def test_what_is_not_there_is_told(site: Site, path: str) -> None:
    assert site.visitor("auditor").open(path).status == 404


@pytest.mark.parametrize("depth", ["quick", "full"])
def test_the_record_is_verified_from_the_page(site: Site, depth: str) -> None:
    visitor = site.visitor("auditor").open("/audit").send({"depth": depth}, action="/audit/checks")
    path = visitor.path
    assert path.startswith("/audit/checks/")
    over(visitor, path)
    assert "记录完好" in visitor.text and f"{MANY} 项审查" in visitor.text
    assert ("没有把审查重新判断一遍" in visitor.text) is (depth == "quick")


def test_a_checkpoint_is_recorded_and_taken_away(site: Site) -> None:
    visitor = site.visitor("auditor").open("/audit").send(action="/audit/checkpoint")
    assert "检查点已记下" in visitor.text
    found: dict[str, Any] = visitor.client.get("/audit/checkpoint.json").json()
    assert set(found) == {"schema", "position", "head", "root", "at", "key", "signature", "peaks"}
    assert read_signed(json.dumps(found).encode(), "checkpoint")["position"] >= MANY


def test_a_code_on_a_paper_is_looked_up(site: Site) -> None:
    store = open_store(site.server.database)
    with store.reading() as connection:
        number = reviews_page(connection, Span(), recommendation=None, before=None, limit=1)["items"][0]["id"]
        code = code_of(connection, int(number))
    store.close()
    visitor = site.visitor("auditor").open("/audit/code", params={"code": code.lower().replace("-", " ")})
    assert "与记录相符" in visitor.text and visitor.document.xpath(f"//main//a[@href='/reviews/{number}']")
    for wrong in (code[:-1] + ("0" if code[-1] != "0" else "1"), "<script>alert(1)</script>", "' OR 1=1 --", "9" * 200):
        visitor.open("/audit/code", params={"code": wrong})
        assert (
            visitor.status == 200
            and "没有哪份文书有这个核验码" in visitor.text
            and not visitor.document.xpath("//main//script")
        )
    assert "没有哪份文书" not in visitor.open("/audit/code").text


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (390, False)])
def test_an_auditor_at_a_browser(at_browser: Opened, width: int, scripts: bool) -> None:
    window = at_browser("auditor", width=width, scripts=scripts, path="/audit")
    window.select_option("#f-against", "fuqing@2022")
    window.get_by_role("button", name="开始重放").click()
    window.wait_for_url(re.compile(r"/replays/"))
    window.get_by_text("完成", exact=True).wait_for(timeout=60_000)
    window.locator("main th a[href*='/reviews/']").first.click()
    assert "当时和对照" in window.locator("h1").inner_text()
    assert window.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_tampering_is_named_on_the_page(site: Site) -> None:
    """The last test of the module: the record is broken after it."""
    store = open_store(site.server.database)
    tamper(store, "UPDATE finding SET status = 'pass' WHERE ordinal = 0 AND status <> 'pass'")
    store.close()
    visitor = site.visitor("auditor", "en").open("/audit").send({"depth": "quick"}, action="/audit/checks")
    over(visitor, visitor.path)
    assert "The record is broken" in visitor.text and "the row was edited: status" in visitor.text
