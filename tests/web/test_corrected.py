"""Auditors look up approvals that rest on a figure since corrected, who stands behind a figure, and a replay that compares nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from urllib.parse import quote

import pytest

from review.law.amendments import Amended, Amendment
from review.record.editions.adoption import adopt_shipped_once
from review.record.editions.drawing_up import proposal_for
from review.record.editions.proposals import confirm, propose
from review.record.storage.store import Store, open_store
from tests.api.conftest import eventually
from tests.law.recorded import recorded_edition
from tests.record.offices import KEEPER, PAPER, PROPOSER, staffed
from tests.record.projects import OFFICER, before_adoption, decide, drawing, overruled, project, recorded
from tests.web.conftest import Site, Visitor

pytestmark = pytest.mark.record

DAY = date(2026, 12, 1)


@pytest.fixture(scope="module", autouse=True)
def corrected(site: Site) -> Iterator[dict[str, int]]:
    """A review from before a correction in place, two approvals, and then an error in the figure that they rest on put right."""
    store = open_store(site.server.database)
    with before_adoption(recorded_edition("2023")):
        old = recorded(store, project("OLD"), ruleset=recorded_edition("2023"), as_of=date(2023, 8, 1))
    adopt_shipped_once(store)
    staffed(store)
    made = {"old": old.id}
    for name, allocated in (("tight", "12"), ("ample", "15")):
        made[name] = recorded(store, drawing(name, allocated, source=f"S-{name}", emission="10"), as_of=DAY).id
        decide(store, made[name], overruled("approve"), OFFICER)
    made["adoption"] = adopted(store)
    store.close()
    yield made


def adopted(store: Store) -> int:
    change = Amendment(
        "parameters", {"parameter": "offset_ratio"}, {"value": "1.3"}, "error", "录入有误（示例）", PAPER
    )
    drawn = proposal_for(store, Amended(date(2027, 1, 1), (change,)))
    return confirm(store, propose(store, drawn, "更正（示例）", PROPOSER), KEEPER)


def rows(visitor: Visitor) -> list[list[str]]:
    return [
        [" ".join(cell.text_content().split()) for cell in row.xpath("./*")]
        for row in visitor.document.xpath("//main//tbody/tr")
    ]


def test_approvals_on_a_corrected_figure_are_listed(site: Site, corrected: dict[str, int]) -> None:
    visitor = site.visitor("auditor").open("/audit")
    assert visitor.document.xpath("//main//a[@href='/audit/figures']")
    visitor.open("/audit/figures")
    tight, ample = rows(visitor)
    assert tight[0].startswith(str(corrected["tight"])) and "fuqing@2026" in tight[0]
    assert "数值：1.2 → 1.3" in tight[2] and "录入有误（示例）" in tight[3] and "第 3 页 2026-11-01" in tight[3]
    assert "fuqing@2026-o1 自 2027-01-01" in tight[4] and "提案 规则员甲，确认 规则员乙" in tight[4]
    assert f"第 {corrected['adoption']} 号事件" in tight[4]
    assert "符合 → 不符合" in tight[5] and "结论不变：" in ample[5] and "→" not in ample[5]
    english = site.visitor("auditor", "en").open("/audit/figures")
    assert "proposed by" in english.text and "stays:" in english.text


def test_the_period_is_kept_to_and_what_is_no_day_is_told(site: Site) -> None:
    visitor = site.visitor("officer").open("/audit/figures", params={"since": "2026-12-01", "until": "2026-12-01"})
    assert len(rows(visitor)) == 2
    visitor.open("/audit/figures", params={"since": "2026-12-02", "until": "2026-12-02"})
    assert "没有这样的批准" in visitor.text and rows(visitor) == []
    visitor.open("/audit/figures", params={"since": "<b>昨天</b>"})
    assert visitor.status == 422 and "应为日期" in visitor.text and not visitor.document.xpath("//main//b")


def test_the_list_is_taken_away(site: Site) -> None:
    visitor = site.visitor("auditor")
    answer = visitor.client.get("/audit/figures.csv")
    found = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [(each["栏目"], each["原为"], each["更正为"], each["建议"]) for each in found] == [
        ("数值", "1.2", "1.3", "补充材料 → 不予批准"),
        ("数值", "1.2", "1.3", ""),
    ]
    wire = site.server.request("GET", "/api/v1/corrected-figures:export", "auditor")
    assert wire.content == answer.content


def test_the_api_gives_the_same_page_by_page(site: Site, corrected: dict[str, int]) -> None:
    first = site.server.request("GET", "/api/v1/corrected-figures?limit=1", "auditor").json()
    (tight,) = first["items"]
    assert (tight["review"], tight["adopted"]["event"]) == (str(corrected["tight"]), str(corrected["adoption"]))
    assert tight["flips"] == [{"rule": "voc-offset", "subject": "voc", "then": "pass", "now": "fail"}]
    rest = site.server.request("GET", f"/api/v1/corrected-figures?after={first['next']}", "auditor").json()
    assert [each["rests"] for each in rest["items"]] == [["voc-offset"]] and rest["next"] is None
    for bad in ("since=yesterday", "limit=0", "colour=1"):
        answer = site.server.request("GET", f"/api/v1/corrected-figures?{bad}", "auditor")
        assert answer.status_code == 422 and answer.headers["content-type"] == "application/problem+json"


def test_an_edition_says_who_stands_behind_each_figure(site: Site, corrected: dict[str, int]) -> None:
    visitor = site.visitor("auditor").open("/rules/fuqing@2026-o1")
    assert f"第 {corrected['adoption']} 号事件" in visitor.text
    cells = next(row for row in rows(visitor) if "1.2 → 1.3" in row[0])
    assert PAPER.words in cells[1] and "第 3 页 2026-11-01" in cells[1] and "规则员乙" in visitor.text
    assert "随程序发布" in visitor.open("/rules/fuqing@2026").text
    found = site.server.request("GET", "/api/v1/rulesets/fuqing@2026-o1", "system").json()
    assert (found["before"], found["adopted"]["confirmer"]["name"]) == ("fuqing@2026", KEEPER.name)
    (change,) = found["changes"]
    assert (change["why"], change["page"], change["issued"]) == ("error", "3", "2026-11-01")


def test_a_review_s_edition_is_called_by_its_digest_as_recorded(site: Site, corrected: dict[str, int]) -> None:
    old = recorded_edition("2023")
    name = f"fuqing@2023~{old.digest[7:15]}"
    visitor = site.visitor("officer").open(f"/reviews/{corrected['old']}")
    links = {each.text_content() for each in visitor.document.xpath("//main//a[starts-with(@href, '/rules/')]")}
    assert f"2023 版（记录中的另一内容 {old.digest[7:15]}）" in links and "2023 版" not in links
    assert quote(name) in {each.rpartition("/")[2] for each in visitor.document.xpath("//main//a/@href")}
    assert f"2023~{old.digest[7:15]} 版" in visitor.open(f"/reviews/{corrected['old']}/papers/opinion").text
    lines = site.server.request("GET", "/api/v1/worklist?text=OLD", "officer").json()["items"]
    assert [each["ruleset"] for each in lines] == [name]
    whole = site.server.request("GET", f"/api/v1/reviews/{corrected['old']}", "officer").json()
    assert whole["review"]["ruleset"]["digest"] == old.digest
    edition = site.server.request("GET", f"/api/v1/rulesets/{name}", "officer").json()
    assert (edition["name"], edition["digest"], edition["adopted"]) == (name, old.digest, None)


def test_a_replay_that_compares_nothing_says_so(site: Site, corrected: dict[str, int]) -> None:
    visitor = site.visitor("auditor").open("/audit")
    visitor.send({"against": "fuqing@2026", "since": "2026-12-01"}, action="/replays")
    path = visitor.path.partition("?")[0]
    eventually(lambda: "refresh" not in visitor.open(path).answer.headers, 120)  # type: ignore[union-attr]
    assert "什么也没有比较" in visitor.text and "没有差别" not in visitor.text
    assert "nothing was compared" in site.visitor("auditor", "en").open(path).text
    assert json.loads(visitor.client.get(f"{path}/differences.json").content)["reach"]["same"] == 2
    job = site.server.request("GET", f"/api/v1{path}", "auditor").json()
    assert (job["reach"]["reviews"], job["reach"]["same"], job["reach"]["outside"]) == (2, 2, 0)
    alone = site.server.request("POST", f"/api/v1/reviews/{corrected['tight']}/replay", "auditor", json={"against": "fuqing@2026"})  # fmt: skip
    assert alone.json()["difference"] is None and "nothing was compared" in alone.json()["notes"][0]["en"]
    other = site.server.request("POST", f"/api/v1/reviews/{corrected['tight']}/replay", "auditor", json={"against": "fuqing@2026-o1"})  # fmt: skip
    assert other.json()["difference"]["flips"][0]["kinds"] == ["error"]
    assert "by supposition" in other.json()["notes"][0]["en"]
