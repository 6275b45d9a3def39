"""second_city.feature: the pages and the API of an office whose ruleset is that of a fictional city."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from lxml import html
from pytest_bdd import given, parsers, scenarios, then, when

from review import parse_sheet
from review.clock import today
from review.record.cases.submissions import submit
from review.record.register.entries import SourceEntry, register_source
from review.record.storage.store import Store
from tests.api.conftest import eventually
from tests.second_city import FOLDERS, NAME, OTHERS, ceramics
from tests.sheets import sheet
from tests.web.conftest import PEOPLE, Site

pytestmark = pytest.mark.server
scenarios("second_city.feature")


@pytest.fixture(scope="module", autouse=True)
def _office_of_linshui() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWO_HIGH_RULESETS", FOLDERS)
        patch.setenv("TWO_HIGH_RULESET", NAME)
        yield


@dataclass
class Office:
    """The site of the office, and where its project, review, draft and replay are."""

    site: Site
    places: dict[str, str]
    pages: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module")
def begun(site: Site, store: Store) -> dict[str, str]:
    """A project reviewed that draws on a registered source and whose consultation is due, a draft, and a replay that is over."""
    source = SourceEntry(
        "L-1", NAME, Decimal(50), "临环〔2025〕1 号（虚构）", name="示例减排项目（虚构）", completed=date(2025, 6, 30)
    )
    register_source(store, source, PEOPLE["officer"])
    raw = sheet({"energy.items[0].quantity": "20000000"}, ceramics())
    made = submit(store, parse_sheet(raw), PEOPLE["officer"], as_of=today())
    officer, auditor = site.visitor("officer"), site.visitor("auditor")
    officer.open(f"/drafts/new?review={made.id}").send({"how": "review"})
    auditor.open("/audit").send({"as_of": today().isoformat()}, action="/replays")
    replay = auditor.path.partition("?")[0]
    eventually(lambda: "refresh" not in auditor.open(replay).answer.headers)  # type: ignore[union-attr]
    draft = officer.path.partition("?")[0]
    return {"review": str(made.id), "project": str(made.project), "draft": draft, "replay": replay}


@given("临水市的单位已审查一个项目", target_fixture="office")
def office(site: Site, begun: dict[str, str]) -> Office:
    return Office(site, begun)


@when(parsers.parse("“{login}”打开“{page}”的中文和英文"))
def opened(office: Office, login: str, page: str) -> None:
    for language in ("zh", "en"):
        visitor = office.site.visitor(login, language).open(page.format(**office.places))
        assert visitor.status == 200, (page, visitor.text)
        assert visitor.answer is not None
        office.pages[language] = html.fromstring(visitor.answer.text)


def words(page: Any) -> str:
    """What a page says, but for the choices between editions of all rulesets at hand."""
    for each in page.xpath("//select"):
        each.drop_tree()
    return " ".join(page.text_content().split())


@then("两种文字都写有“”")
def says_nothing_in_particular() -> None:
    """A page of which only what it must not say is of interest."""


@then(parsers.re(r"两种文字都写有“(?P<text>.+)”$"))
def says(office: Office, text: str) -> None:
    zh, _, en = text.partition("：")
    for language, wanted in (("zh", zh), ("en", en or zh)):
        assert wanted in " ".join(office.pages[language].text_content().split())


@then("没有另一城市的字样")
def says_nothing_of_the_other(office: Office) -> None:
    for page in office.pages.values():
        assert OTHERS.findall(words(page)) == []


@then(parsers.parse("填写的关口为“{gates}”"))
def gates_asked(office: Office, gates: str) -> None:
    for page in office.pages.values():
        names = page.xpath("//input/@name | //select/@name")
        found = dict.fromkeys(each.split(".")[0] for each in names if each.endswith(".conforms"))
        assert list(found) == gates.split("、")


@then(parsers.parse("接口的规则版本为“{first}”，其后为“{other}”的各版本"))
def api_lists(office: Office, first: str, other: str) -> None:
    names = [each["name"] for each in office.site.server.request("GET", "/api/v1/rulesets").json()]
    mine = first.split("、")
    assert names[: len(mine)] == mine
    assert {each.partition("@")[0] for each in names[len(mine) :]} == {other}


@then(parsers.parse("接口不指名审查由“{own}”作出，指名“{other}”由“{judge}”作出"))
def api_judges(office: Office, own: str, other: str, judge: str) -> None:
    bare = {"project": {"name": "示例（虚构）"}}
    for query, name in (("", own), (f"?ruleset={other}", judge)):
        found = office.site.server.request("POST", f"/api/v1/check{query}", json=bare).json()["ruleset"]
        assert f"{found['id']}@{found['edition']}" == name


@then(parsers.parse("接口不写区域登记来源，登记在“{area}”"))
def api_registers(office: Office, area: str) -> None:
    entry = {"source": "L-2", "verified_t": "3", "document": "临环〔2025〕2 号（虚构）"}
    assert office.site.server.request("POST", "/api/v1/offsets", json=entry).status_code == 201
    lines = office.site.server.request("GET", "/api/v1/offsets").json()
    assert {each["source"]: each["area"] for each in lines}["L-2"] == area


@then(parsers.parse("接口以另一城市的区域审查被拒绝，指明“{pointer}”"))
def api_refuses(office: Office, pointer: str) -> None:
    raw = sheet({"voc.offsets[0].area": "fuqing"}, ceramics())
    answer = office.site.server.request("POST", "/api/v1/check", json=raw)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
