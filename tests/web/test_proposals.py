"""Rules changed on the pages: a figure checked against its document, previewed, confirmed by another officer, and used from its first day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from review.record.access.rule_keepers import is_rule_keeper
from review.record.editions.in_force import law_of
from review.record.proof.verification import verify
from review.record.storage.journal import table
from review.record.storage.store import Store
from review.record.storage.tables import EditionStep
from review.record.work import jobs
from review.record.work.preview_jobs import drafts_of, latest_reviews, preview_batch, preview_of, store_batch
from tests.record.projects import drawing, recorded
from tests.web.conftest import Site, Visitor

DOCUMENT = {"title": "水泥能效文件（示例）", "number": "示〔2026〕1 号", "date": "2026-10-01", "page": "12"}
STATED = {**DOCUMENT, "first": "2027-01-01", "kind": "evidence", "reason": "按文件核对（示例）"}


@pytest.fixture(scope="module", autouse=True)
def keeper(site: Site, store: Store) -> Iterator[None]:
    """The second officer may confirm: an administrator says so on the pages."""
    recorded(store, drawing("TIGHT", "12", emission="10"))
    admin = site.visitor("admin").open("/people/login/second")
    assert admin.send({"keeper": "规则管理（示例）"}, action="/rule-keeper").path == "/people?said=keeper"
    with store.reading() as connection:
        assert is_rule_keeper(connection, "person:second") and not is_rule_keeper(connection, "person:officer")
    yield


def checking(site: Site, name: str, login: str = "officer") -> Visitor:
    """The form of a figure that is still to be checked, reached from the list of them."""
    visitor = site.visitor(login).open("/rules/check")
    (address,) = [
        each.get("href")
        for each in visitor.document.xpath("//main//tbody//a")
        if each.text_content() == name and "/benchmark_levels/" in each.get("href")
    ]
    return visitor.open(address)


def proposal(site: Site, **stated: str) -> Visitor:
    return checking(site, "水泥熟料").send({**STATED, "cell:benchmark": "99", **stated})


def test_a_figure_is_checked_confirmed_by_another_officer_and_in_force_from_its_day(site: Site, store: Store) -> None:
    visitor = proposal(site)
    assert visitor.path.endswith("?said=proposed"), visitor.text
    cells = [each.text_content() for each in visitor.document.xpath("//main//tbody/tr[1]/*")]
    assert cells[:4] == ["能效标杆水平和基准水平：水泥熟料", "标杆水平", "100", "99"] and DOCUMENT["title"] in cells[4]
    assert "确认并采用" not in visitor.text, "who proposed it cannot confirm it"
    second = site.visitor("second").open("/")
    assert "待确认" in second.text
    second.open(visitor.path.partition("?")[0])
    assert "没有逐项核对" in second.send(action="/confirm").text and second.status == 422
    ticks = [each.get("value") for each in second.document.xpath("//input[@name='seen']")]
    assert ticks == ["2026-o1 table benchmark_levels:cement-clinker"]
    assert second.send({"seen": ticks}, action="/confirm").path.endswith("?said=adopted")
    with store.reading() as connection:
        law = law_of(connection)
        assert verify(connection, rejudging=False).breaks == ()
    assert (law.choose(None, date(2026, 12, 31)).edition, law.choose(None, date(2027, 1, 1)).edition) == (
        "2026",
        "2026-o1",
    )
    row = law.choose(None, date(2027, 1, 1)).row("benchmark_levels", "cement-clinker")
    assert row is not None and (row["benchmark"], row["evidence"], row["page"]) == ("99", "official", "12")
    assert "2026-o1 版" in second.open("/rules").text


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"cell:benchmark": "99x"}, "不是数值"),
        ({"cell:benchmark": "200"}, "应不大于 baseline"),
        ({"page": ""}, "文件缺少 page"),
        ({name: "" for name in DOCUMENT}, "须写明所依据的文件"),
        ({"first": "2027-13-01"}, "应写成 2027-01-01"),
        ({"reason": ""}, "必须填写"),
    ],
)
def test_what_cannot_be_proposed_is_said_and_what_was_typed_stays(
    site: Site, stated: dict[str, str], words: str
) -> None:
    visitor = proposal(site, **stated)
    assert (visitor.status, words in visitor.text) == (422, True), visitor.text
    values: dict[str, Any] = dict(visitor.form().form_values())
    typed = {**STATED, "cell:benchmark": "99", **stated}
    assert {name: values[name] for name in typed} == typed


def count(store: Store) -> int:
    steps = table(EditionStep)
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(steps)).scalar_one())


def test_a_proposal_is_previewed_and_returned_with_a_reason(site: Site, store: Store) -> None:
    visitor = checking(site, "水泥熟料").send({**STATED, "cell:benchmark": "98"})
    address = visitor.path.partition("?")[0]
    assert visitor.send(action="/preview").path.endswith("?said=preview")
    number = int(address.rpartition("/")[2])
    going = jobs.take(store, 60)
    while going is not None:
        with store.reading() as connection:
            batch, drafts = (
                latest_reviews(connection, going.after, going.upto, 50),
                drafts_of(connection, going.editions),
            )
        going = store_batch(store, going, preview_batch(batch, drafts) if batch else [], 60)
    with store.reading() as connection:
        found = preview_of(connection, number)
    assert found is not None
    assert "会有变化的项目" in visitor.open(address).text
    before = count(store)
    second = site.visitor("second").open(address)
    assert second.send({"reason": ""}, action="/return").status == 422
    assert second.send({"reason": "页码不符（示例）"}, action="/return").path.endswith("?said=returned")
    assert count(store) == before + 1 and "页码不符（示例）" in second.text


def test_who_proposed_it_withdraws_it(site: Site) -> None:
    visitor = proposal(site, **{"cell:benchmark": "97"})
    assert visitor.send({"reason": "重新拟制（示例）"}, action="/withdraw").path.endswith("?said=taken-back")
    assert "已撤回" in visitor.text


def test_others_look_and_cannot_act(site: Site) -> None:
    visitor = proposal(site, **{"cell:benchmark": "96"})
    address = visitor.path.partition("?")[0]
    auditor = site.visitor("auditor").open(address)
    assert auditor.status == 200 and not auditor.document.xpath("//main//button")
    assert site.visitor("auditor").open("/rules/check/parameters/0").status == 403
    assert site.visitor("officer").open("/rules/check/parameters/9999").status == 404
    assert site.visitor("officer").open("/rules/proposals/1").status == 404


def test_the_words_of_a_review_s_page_lead_to_what_is_to_be_checked(site: Site, store: Store) -> None:
    from tests.record.projects import project

    clinker = {"products": [{"benchmark": "cement-clinker", "capacity": "1", "unit_energy": "99.5", "unit": "kgce/t"}]}
    made = recorded(store, project("CLINKER", clinker))
    document = json.loads(made.content)
    visitor = site.visitor().open(f"/reviews/{made.id}")
    assert document["provisional"] is bool(visitor.document.xpath("//main//a[@href='/rules/check']"))
