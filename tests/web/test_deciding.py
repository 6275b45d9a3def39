"""Deciding: what departs has a reason and a clause, what overrides a mandatory failure a second person who has looked."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from review import read_sheet_file
from review.record.cases.second_person import waiting
from review.record.cases.submissions import submit
from review.record.storage.actors import Actor
from review.record.storage.journal import table
from review.record.storage.operations import PendingDecision
from review.record.storage.store import Store
from review.record.views.review_page import DecisionLine, decisions_on
from tests.record.projects import drawing, project, registered
from tests.sheets import AS_OF
from tests.web.conftest import PEOPLE, Opened, Site, Visitor, sample, violations

pytestmark = pytest.mark.record

OVERRULE = {"outcome": "approve", "reason": "技改方案已通过专家论证（示例）", "clause": "3.10-7"}


def failing(store: Store) -> int:
    """A review with a mandatory failure: a new version of the same project each time."""
    return submit(
        store, read_sheet_file(sample("adhesive-tape.json")), "测试（虚构）", as_of=AS_OF, reason="补录（示例）"
    ).id


def decisions(store: Store, number: int) -> list[DecisionLine]:
    with store.reading() as connection:
        return list(decisions_on(connection, number))


def at_decision(site: Site, number: int, login: str = "officer", language: str = "zh") -> Visitor:
    visitor = site.visitor(login, language).open(f"/reviews/{number}/decision")
    assert visitor.status == 200
    return visitor


def test_following_the_recommendation(site: Site, store: Store) -> None:
    number = failing(store)
    visitor = at_decision(site, number).send({"outcome": "reject"}, action="decision")
    assert visitor.path == f"/reviews/{number}?said=decided"
    assert "决定已记录" in visitor.text
    made = decisions(store, number)
    assert [(each["outcome"], each["officer"], each["departs"]) for each in made] == [
        ("reject", PEOPLE["officer"], False)
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_departure_without_reason_is_refused_and_what_was_typed_kept(site: Site, store: Store, language: str) -> None:
    number = failing(store)
    visitor = at_decision(site, number, language=language).send(
        {"outcome": "defer", "on_behalf_of": "某处室（示例） <i>", "due": "2027-01-01", "conditions": ""},
        action="decision",
    )
    assert visitor.status == 422
    fields = visitor.form("decision").fields
    assert (fields["outcome"], fields["on_behalf_of"], fields["due"]) == ("defer", "某处室（示例） <i>", "2027-01-01")
    links = [each.get("href") for each in visitor.document.xpath("//div[@class='errors']//a")]
    assert links == ["#f-reason", "#f-clause"]
    assert all(visitor.document.get_element_by_id(each[1:]) is not None for each in links)
    assert decisions(store, number) == []


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({}, "outcome"), ({"outcome": "no-such"}, "outcome"), ({"outcome": "reject", "due": "30/06/2027"}, "due"),
        ({"outcome": "defer", "reason": "x", "clause": "9.9-9"}, "clause"), ({"outcome": "reject", "conditions": "先整改"}, "conditions"),
        ({"outcome": "reject", "reason": "不可见\x07字符"}, "reason"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_at_its_field(site: Site, store: Store, values: dict[str, str], where: str) -> None:
    number = failing(store)
    visitor = at_decision(site, number).send(values, action="decision")
    assert visitor.status == 422
    assert f"#f-{where}" in [each.get("href") for each in visitor.document.xpath("//div[@class='errors']//a")]
    assert decisions(store, number) == []


def test_overriding_waits_for_another_officer(site: Site, store: Store) -> None:
    number = failing(store)
    first = at_decision(site, number).send(
        {**OVERRULE, "conditions": "每季度报送台账（示例）\n\n试产前复测（示例）"}, action="decision"
    )
    assert first.path == f"/reviews/{number}?said=waits"
    assert decisions(store, number) == []
    mine = at_decision(site, number)
    assert "撤回" in mine.text and "复核同意" not in mine.text
    second = at_decision(site, number, "second")
    assert OVERRULE["reason"] in second.text and "试产前复测" in second.text
    boxes = second.document.xpath("//input[@name='seen']/@value")
    assert boxes == ["voc-low-materials|voc"]
    second.send(action="second", press="act=confirm")
    assert second.status == 422 and "逐项查看" in second.text
    assert decisions(store, number) == []
    second.send({"seen": boxes}, action="second", press="act=confirm")
    assert second.path == f"/reviews/{number}?said=decided"
    made = decisions(store, number)
    assert [(each["officer"], each["second"], each["outcome"], each["departs"]) for each in made] == [
        (PEOPLE["officer"], PEOPLE["second"], "approve", True)
    ]
    assert {"试产前复测（示例）", "每季度报送台账（示例）"} <= {each["zh"] for each in made[0]["conditions"]}


def pending_of(visitor: Visitor) -> str:
    return str(visitor.form("second").fields["pending"])


def test_nobody_confirms_their_own(site: Site, store: Store) -> None:
    number = failing(store)
    at_decision(site, number).send(OVERRULE, action="decision")
    visitor = at_decision(site, number)
    visitor.send({"seen": ["voc-low-materials|voc"]}, action="second", press="act=confirm")
    assert visitor.status == 422 and "不能复核自己的决定" in visitor.text
    assert decisions(store, number) == []
    assert visitor.send(action="second", press="act=withdraw").path == f"/reviews/{number}?said=withdrawn"


def test_returned_with_a_reason(site: Site, store: Store) -> None:
    number = failing(store)
    at_decision(site, number).send(OVERRULE, action="decision")
    second = at_decision(site, number, "second")
    assert second.send(action="second", press="act=return").status == 422
    second.send({"why": "未见论证意见 <b>"}, action="second", press="act=return")
    assert second.path == f"/reviews/{number}?said=returned"
    again = at_decision(site, number)
    assert "未见论证意见 <b>" in again.text and decisions(store, number) == []
    assert again.send({"outcome": "reject"}, action="decision").path.endswith("said=decided")


def test_what_has_ended_cannot_be_confirmed(site: Site, store: Store) -> None:
    number = failing(store)
    at_decision(site, number).send(OVERRULE, action="decision")
    second, mine = at_decision(site, number, "second"), at_decision(site, number)
    mine.send(action="second", press="act=withdraw")
    second.send({"seen": ["voc-low-materials|voc"]}, action="second", press="act=confirm")
    assert second.status == 409 and "已撤回" in second.text
    assert decisions(store, number) == []


def test_nothing_waits_for_ever(site: Site, store: Store) -> None:
    number = failing(store)
    at_decision(site, number).send(OVERRULE, action="decision")
    second = at_decision(site, number, "second")
    rows = table(PendingDecision)
    with store.writing() as connection:
        connection.execute(
            update(rows).where(rows.c.id == pending_of(second)).values(expires="2020-01-01T00:00:00.000000Z")
        )
    second.send({"seen": ["voc-low-materials|voc"]}, action="second", press="act=confirm")
    assert second.status == 409 and "失效" in second.text
    assert decisions(store, number) == []
    with store.reading() as connection:
        assert number not in [each.review for each in waiting(connection)]
    assert at_decision(site, number).send({"outcome": "reject"}, action="decision").path.endswith("said=decided")


def test_a_new_version_is_not_decided_by_a_decision_on_the_old(site: Site, store: Store) -> None:
    number = failing(store)
    at_decision(site, number).send(OVERRULE, action="decision")
    second = at_decision(site, number, "second")
    sheet = read_sheet_file(sample("adhesive-tape.json"))
    newer = submit(store, sheet, "测试（虚构）", as_of=AS_OF, reason="补录（示例）", replaces=number).id
    second.send({"seen": ["voc-low-materials|voc"]}, action="second", press="act=confirm")
    assert second.status == 409 and str(newer) in second.text
    assert decisions(store, number) == [] and decisions(store, newer) == []


def test_a_double_submit_records_once(site: Site, store: Store) -> None:
    number = failing(store)
    visitor = at_decision(site, number)
    form = dict(visitor.form("decision").form_values()) | {"outcome": "reject"}
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(
                lambda _: visitor.client.post(f"/reviews/{number}/decision", data=form, follow_redirects=False),
                range(4),
            )
        )
    assert {each.status_code for each in answers} == {303}
    assert len(decisions(store, number)) == 1


def sent_again(visitor: Visitor, number: int, form: dict[str, str], other: dict[str, str]) -> None:
    """Send the form as it was filled in first, then, with the same number, as it is changed on the page that the browser goes back to."""
    visitor.answer = visitor.client.post(f"/reviews/{number}/decision", data=form)
    assert visitor.status == 200
    visitor.answer = visitor.client.post(f"/reviews/{number}/decision", data=form | other)
    assert visitor.status == 409 and "本表单先前提交过" in visitor.text
    fields = visitor.form("decision").fields
    assert {name: fields[name] for name in other} == other and fields["once"] != form["once"]


def test_a_form_changed_after_it_was_recorded_is_not_said_to_be_recorded(site: Site, store: Store) -> None:
    number = failing(store)
    visitor = at_decision(site, number)
    form = dict(visitor.form("decision").form_values()) | {"outcome": "reject"}
    sent_again(visitor, number, form, {"outcome": "defer", "reason": "待会商（示例）", "clause": "3.10-7"})
    assert [each["outcome"] for each in decisions(store, number)] == ["reject"]
    assert visitor.send(action="decision").path.endswith("said=decided")
    assert [each["outcome"] for each in decisions(store, number)] == ["defer", "reject"]


def test_a_form_changed_while_it_waits_is_kept_until_that_is_withdrawn(site: Site, store: Store) -> None:
    number = failing(store)
    visitor = at_decision(site, number)
    form = dict(visitor.form("decision").form_values()) | OVERRULE
    sent_again(visitor, number, form, {"outcome": "reject", "reason": "改为不予批准（示例）"})
    assert visitor.send(action="decision").status == 409 and "正在等待复核" in visitor.text
    at_decision(site, number).send(action="second", press="act=withdraw")
    assert visitor.send(action="decision").path.endswith("said=decided")
    assert [(each["outcome"], each["reason"]) for each in decisions(store, number)] == [
        ("reject", "改为不予批准（示例）")
    ]


def test_a_source_that_is_short_is_looked_at_too(site: Site, store: Store) -> None:
    registered(store, "10", "W-1|宽")
    number = submit(store, drawing("SHORT-1", "6", "W-1|宽"), "测试（虚构）", as_of=AS_OF, reason="补录（示例）").id
    mine = at_decision(site, number)
    assert "替代来源不足" not in mine.text
    registered(store, "5", "W-1|宽", reason="核减")
    assert "替代来源不足" in at_decision(site, number).text
    assert mine.send(OVERRULE, action="decision").path.endswith("said=waits")
    second = at_decision(site, number, "second")
    boxes = second.document.xpath("//input[@name='seen']/@value")
    assert boxes == ["source|W-1|宽"] and second.document.xpath("//label[contains(., '少于项目所需')]")
    assert second.send(action="second", press="act=confirm").status == 422
    assert [each.get("href") for each in second.document.xpath("//div[@class='errors']//a")] == ["#f-seen"]
    assert second.send({"seen": boxes}, action="second", press="act=confirm").path.endswith("said=decided")
    assert [(each["second"], each["departs"]) for each in decisions(store, number)] == [(PEOPLE["second"], True)]


def test_a_double_confirmation_records_once(site: Site, store: Store) -> None:
    number = failing(store)
    at_decision(site, number).send(OVERRULE, action="decision")
    visitor = at_decision(site, number, "second")
    form = dict(visitor.form("second").form_values()) | {"act": "confirm", "seen": "voc-low-materials|voc"}
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(
                lambda _: visitor.client.post(f"/reviews/{number}/decision/second", data=form, follow_redirects=False),
                range(4),
            )
        )
    assert {each.status_code for each in answers} == {303}
    assert len(decisions(store, number)) == 1


def test_two_officers_do_not_overwrite_each_other(site: Site, store: Store) -> None:
    number = failing(store)
    one, other = at_decision(site, number), at_decision(site, number, "second")
    one.send({"outcome": "reject"}, action="decision")
    other.send({"outcome": "defer", "reason": "待会商（示例）", "clause": "3.10-7"}, action="decision")
    assert other.status == 409 and "已有新的决定" in other.text and PEOPLE["officer"] in other.text
    assert other.form("decision").fields["reason"] == "待会商（示例）"
    assert len(decisions(store, number)) == 1
    other.send(action="decision")
    assert other.path.endswith("said=decided")
    assert [each["outcome"] for each in decisions(store, number)] == ["defer", "reject"]


def test_a_disposition_names_who_and_when(site: Site, store: Store) -> None:
    number = submit(
        store, project("DSP-1", {"project.stage": "existing"}), "测试（虚构）", as_of=AS_OF, reason="补录（示例）"
    ).id
    visitor = at_decision(site, number).send(
        {"outcome": "rectify", "reason": "x", "clause": "3.10-7"}, action="decision"
    )
    links = {each.get("href") for each in visitor.document.xpath("//div[@class='errors']//a")}
    assert links == {"#f-responsible", "#f-due"}
    visitor.send({"responsible": "虚构企业", "due": "2027-06-30"}, action="decision")
    assert visitor.path.endswith("said=decided")
    assert decisions(store, number)[0]["due"] == "2027-06-30"


@pytest.mark.parametrize("login", ["auditor", "admin"])
def test_only_officers_decide(site: Site, store: Store, login: str) -> None:
    number = failing(store)
    assert site.visitor(login).open(f"/reviews/{number}/decision").status == 403
    page = site.visitor(login).open(f"/reviews/{number}").document
    assert not page.xpath("//a[contains(@href, '/decision')]")


def test_a_form_from_elsewhere_decides_nothing(site: Site, store: Store) -> None:
    number = failing(store)
    visitor = at_decision(site, number)
    form = dict(visitor.form("decision").form_values()) | {"outcome": "reject"}
    assert (
        visitor.client.post(
            f"/reviews/{number}/decision", data=form, headers={"Origin": "https://elsewhere.example"}
        ).status_code
        == 403
    )
    assert visitor.client.post(f"/reviews/{number}/decision", data={**form, "csrf": "x"}).status_code == 403
    assert decisions(store, number) == []


def test_a_principal_is_told_by_key_and_by_name(each_store: Store) -> None:
    from review.errors import Refused
    from review.record.cases.rulings import Ruling
    from review.record.cases.second_person import Pending, confirm, decide_or_wait

    number = failing(each_store)
    ruling = Ruling("approve", reason="理由（示例）", clause="3.10-7")
    officer = Actor("某甲（示例）", "person:a", "page")
    made = decide_or_wait(each_store, number, ruling, officer, expected=0, second_person=True, request="a:1")
    assert isinstance(made, Pending)
    again = decide_or_wait(each_store, number, ruling, officer, expected=0, second_person=True, request="a:1")
    assert isinstance(again, Pending) and again.again and again.id == made.id
    seen = frozenset({("voc-low-materials", "voc")})
    for same in (Actor("另名（示例）", "person:a", "page"), Actor(" 某甲（示例） ", "person:b", "page")):
        with pytest.raises(Refused):
            confirm(each_store, made.id, same, seen)
    decided = confirm(each_store, made.id, Actor("某乙（示例）", "person:b", "page"), seen)
    assert decisions(each_store, number)[0]["second"] == "某乙（示例）"
    assert confirm(each_store, made.id, Actor("某乙（示例）", "person:b", "page"), seen).id == decided.id
    direct = failing(each_store)
    assert not isinstance(
        decide_or_wait(each_store, direct, ruling, officer, expected=0, second_person=False, request="a:2"), Pending
    )


@pytest.fixture
def each_store(url: str, opened: Callable[..., Store]) -> Store:
    """An empty record on each database."""
    return opened(url)


@pytest.mark.parametrize(("width", "language", "scripts"), [(1280, "zh", True), (390, "en", True), (390, "zh", False)])
def test_deciding_at_a_browser(
    site: Site, store: Store, at_browser: Opened, width: int, language: str, scripts: bool
) -> None:
    number = failing(store)
    window = at_browser(language=language, width=width, scripts=scripts, path=f"/reviews/{number}")
    window.locator(f"a[href='/reviews/{number}/decision']").first.click()
    window.locator("input[value=approve]").check()
    window.locator("#main form[action$='/decision'] button").last.click()
    window.locator(".errors a").first.wait_for()
    window.locator("#f-reason").fill(OVERRULE["reason"])
    window.locator("#f-clause").fill(OVERRULE["clause"])
    if scripts:
        assert violations(window) == []
    window.locator("#main form[action$='/decision'] button").last.click()
    window.locator(".done").wait_for()
    other = at_browser("second", language=language, width=width, scripts=scripts, path=f"/reviews/{number}/decision")
    assert other.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if scripts:
        assert violations(other) == []
    other.locator("input[name=seen]").check()
    other.locator("button[value=confirm]").click()
    other.locator(".done").wait_for()
    assert [each["second"] for each in decisions(store, number)] == [PEOPLE["second"]]


@pytest.mark.parametrize(("language", "listed"), [("zh", "、环环评〔2021〕45号、"), ("en", ", 环环评〔2021〕45号, ")])
def test_a_clause_that_there_is_not_is_told_with_documents_by_their_numbers(
    site: Site, store: Store, language: str, listed: str
) -> None:
    """A document that is cited by its number has no title to be put into marks."""
    visitor = at_decision(site, failing(store), language=language)
    visitor.send({"outcome": "approve", "reason": "理由（示例）", "clause": "不知"}, action="decision")
    assert visitor.status == 422 and listed in visitor.text and "《节约能源法》" in visitor.text
