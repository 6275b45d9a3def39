"""Signing decisions on the pages: each step by another person, sent back and drafted anew, by the setting that an administrator makes."""

from __future__ import annotations

import pytest

from review.record.access.people import add_person, change_password, end_person
from review.record.cases.answers import Stand, answer_finding
from review.record.storage.store import Store
from tests.web.conftest import PASSWORD, PEOPLE, Site, Visitor
from tests.web.test_deciding import at_decision, decisions, failing

pytestmark = pytest.mark.record

BOXES = ["voc-low-materials|voc"]
DEFER = {"outcome": "defer", "reason": "待有关部门意见（示例）", "clause": "3.10-7"}


@pytest.fixture(scope="module")
def three_steps(site: Site) -> None:
    """The office asks for three steps of what departs, two of the rest."""
    site.visitor("admin").open("/sign-off").send(
        {"steps": "2", "matter-departs": "3", "reason": "内部规定（示例）"}, action="/sign-off"
    )


@pytest.fixture(scope="module")
def third(site: Site, store: Store) -> str:
    """Another officer, by login."""
    first = add_person(store, "third", "赵签发（示例）", "officer", "test")
    change_password(store, "third", first, PASSWORD)
    return "third"


def signing(site: Site, number: int, login: str, language: str = "zh") -> Visitor:
    return at_decision(site, number, login, language)


def inbox(site: Site, login: str) -> str:
    return site.visitor(login).open("/inbox").text


@pytest.mark.usefixtures("three_steps")
def test_three_persons_sign_what_departs(site: Site, store: Store, third: str) -> None:
    number = failing(store)
    mine = at_decision(site, number)
    assert "提交签批" in mine.text
    mine.send({"outcome": "approve", "reason": "技改方案已通过专家论证（示例）", "clause": "3.10-7"}, action="decision")
    assert mine.path == f"/reviews/{number}?said=drafted" and "正在签批：第 2 步，共 3 步" in mine.text
    assert "须由其他审批人员登录后签批" in at_decision(site, number).text
    assert "待我签批" in inbox(site, "second") and "待我签批" not in inbox(site, "officer")
    desk = site.visitor("second").open("/").document.xpath("//section[@aria-labelledby='desk']//li//a/@href")
    assert f"/reviews/{number}/decision" in desk
    assert "待我签批的决定" not in site.visitor("officer").open("/").text
    second = signing(site, number, "second")
    assert second.document.xpath("//input[@name='seen']/@value") == BOXES
    second.send({"opinion": "同意（示例）"}, action="signature", press="act=sign")
    assert second.status == 422 and "逐项查看" in second.text and "同意（示例）" in second.text
    second.send({"seen": BOXES}, action="signature", press="act=sign")
    assert second.path == f"/reviews/{number}?said=signed" and decisions(store, number) == []
    assert "签批各步须为不同的人" in signing(site, number, "second").text
    last = signing(site, number, third)
    assert "同意，签发并记录决定" in last.text and "同意（示例）" in last.text
    last.send({"opinion": "签发（示例）", "seen": BOXES}, action="signature", press="act=sign")
    assert last.path == f"/reviews/{number}?said=decided"
    [made] = decisions(store, number)
    assert (made["officer"], made["second"], made["outcome"]) == (PEOPLE["officer"], PEOPLE["second"], "approve")
    shown = site.visitor("auditor").open(f"/reviews/{number}/papers/opinion").text
    assert all(
        each in shown for each in (f"经办人{PEOPLE['officer']}", f"审核人{PEOPLE['second']}", "签发人赵签发（示例）")
    )
    assert "签发人 赵签发（示例） · 签发" in at_decision(site, number).text


@pytest.mark.usefixtures("three_steps")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_sent_back_changed_and_drafted_anew(site: Site, store: Store, language: str) -> None:
    number = failing(store)
    at_decision(site, number).send(DEFER, action="decision")
    second = signing(site, number, "second", language)
    second.send({"opinion": " "}, action="signature", press="act=return")
    assert second.status == 422 and "#f-opinion" in [
        each.get("href") for each in second.document.xpath("//div[@class='errors']//a")
    ]
    second.send({"opinion": "依据不足（示例） <b>"}, action="signature", press="act=return")
    assert second.path == f"/reviews/{number}?said=returned"
    assert "依据不足（示例） <b>" in inbox(site, "officer")
    again = at_decision(site, number, language=language)
    fields = again.form("decision").fields
    assert (fields["outcome"], fields["reason"], fields["clause"]) == ("defer", DEFER["reason"], "3.10-7")
    assert "依据不足（示例） <b>" in again.text
    again.send({"outcome": "reject", "reason": "", "clause": ""}, action="decision")
    assert again.path == f"/reviews/{number}?said=drafted"
    assert "依据不足" not in inbox(site, "officer")
    second = signing(site, number, "second", language)
    second.send({"opinion": "同意（示例）"}, action="signature", press="act=sign")
    assert second.path == f"/reviews/{number}?said=decided"
    assert [each["outcome"] for each in decisions(store, number)] == ["reject"]


@pytest.mark.usefixtures("three_steps")
def test_the_other_tab_is_told_and_keeps_what_was_typed(site: Site, store: Store, third: str) -> None:
    number = failing(store)
    at_decision(site, number).send({"outcome": "reject"}, action="decision")
    stale, drafter = signing(site, number, third), at_decision(site, number)
    drafter.send(action="signature", press="act=withdraw")
    assert drafter.path == f"/reviews/{number}?said=withdrawn"
    stale.send({"opinion": "同意（示例）"}, action="signature", press="act=sign")
    assert stale.status == 409 and "已签发、退回或撤回" in stale.text
    assert decisions(store, number) == []


@pytest.mark.usefixtures("three_steps")
def test_what_moved_meanwhile_is_told_before_and_after(site: Site, store: Store) -> None:
    number = failing(store)
    at_decision(site, number).send({"outcome": "reject"}, action="decision")
    before = signing(site, number, "second")
    answer_finding(store, number, ("voc-low-materials", "voc"), Stand("agreed"), "测试（虚构）")
    before.send({"opinion": "同意（示例）"}, action="signature", press="act=sign")
    assert before.status == 409 and "附件、条目意见或征求意见有变" in before.text
    now = signing(site, number, "second")
    assert "不能就原来的内容签批" in now.text and not now.document.xpath("//button[@value='sign']")
    now.send({"opinion": "有变动（示例）"}, action="signature", press="act=return")
    assert now.path == f"/reviews/{number}?said=returned"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_setting_is_made_by_an_administrator_with_a_reason(site: Site, language: str) -> None:
    admin = site.visitor("admin", language).open("/people")
    assert admin.document.xpath("//main//a[@href='/sign-off']")
    assert admin.open("/sign-off").document.xpath("//a[@href='/people' and ancestor::*[contains(@class, 'back')]]")
    admin.send({"steps": "2", "signers-3": "second\nnobody", "reason": "内部规定（示例）"}, action="/sign-off")
    assert admin.status == 422 and "nobody" in admin.text
    assert "#f-signers-3" in [each.get("href") for each in admin.document.xpath("//div[@class='errors']//a")]
    admin.send({"signers-3": "second", "reason": " "}, action="/sign-off")
    assert admin.status == 422 and "#f-reason" in [
        each.get("href") for each in admin.document.xpath("//div[@class='errors']//a")
    ]
    admin.send({"signers-3": "second", "reason": "内部规定（示例）"}, action="/sign-off")
    assert admin.path == "/sign-off?said=saved" and PEOPLE["second"] in admin.text
    seen = site.visitor("officer", language).open("/sign-off")
    assert PEOPLE["second"] in seen.text and not seen.document.xpath("//main//form")
    assert not seen.document.xpath("//main//a[@href='/people']")
    admin.open("/sign-off").send({"signers-3": "", "reason": "恢复（示例）"}, action="/sign-off")
    assert admin.path == "/sign-off?said=saved"


def test_what_another_administrator_set_meanwhile_is_not_overwritten(site: Site) -> None:
    mine, other = site.visitor("admin").open("/sign-off"), site.visitor("admin").open("/sign-off")
    other.send({"signers-2": "second", "reason": "他人改动（示例）"}, action="/sign-off")
    mine.send({"signers-2": "", "steps": "2", "reason": "内部规定（示例）"}, action="/sign-off")
    assert mine.status == 409 and "刚由他人改动" in mine.text and PEOPLE["second"] in mine.text
    mine.send({"signers-2": "", "reason": "恢复（示例）"}, action="/sign-off")
    assert mine.path == "/sign-off?said=saved"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_that_nobody_can_sign_is_told_to_everyone_and_who_is_kept_for_the_next_step_sends_it_back(
    site: Site, store: Store, third: str, language: str
) -> None:
    """The drafter was told that others have to sign in; the only one of the next step found no way to send it back."""
    login = f"leaves-{language}"
    add_person(store, login, f"钱将离任{language}（示例）", "officer", "test")
    admin = site.visitor("admin").open("/sign-off")
    admin.send(
        {"steps": "3", "signers-2": f"{login} {third}", "signers-3": third, "reason": "测试"}, action="/sign-off"
    )
    number = failing(store)
    at_decision(site, number).send({"outcome": "reject"}, action="decision")
    kept = signing(site, number, third, language)
    assert not kept.document.xpath("//button[@value='sign']|//div[@class='warning']")
    assert ("这一步请由他人签批" if language == "zh" else "let another person sign this one") in kept.text
    end_person(store, login, "调离（示例）", "test")
    words = {
        "zh": f"第 2 步（审核人）无人可签：钱将离任zh（示例）（已停用），赵签发（示例）（第 3 步只有其可签）；请由经办人 {PEOPLE['officer']} 撤回，由 赵签发（示例） 退回，或由管理员改签批设定。",
        "en": f"nobody can sign step 2 (reviewed by): 钱将离任en（示例） (has ended), 赵签发（示例） (nobody else can sign step 3): let {PEOPLE['officer']}, who drafted it, withdraw it, 赵签发（示例） send it back, or an administrator name others.",
    }[language]
    for who in ("officer", "second", third):
        seen = signing(site, number, who, language)
        [warning] = seen.document.xpath("//div[@class='warning']")
        assert " ".join(warning.text_content().split()) == words
        assert not seen.document.xpath("//button[@value='sign']")
        assert "须由其他审批人员登录后签批" not in seen.text and "Other officers have to sign in" not in seen.text
        buttons = {"officer": ["withdraw"], "second": [], third: ["return"]}[who]
        assert seen.document.xpath("//form[contains(@action, 'signature')]//button/@value") == buttons
    for who, address in {
        "officer": f"/reviews/{number}/decision", third: f"/reviews/{number}/decision", "admin": "/sign-off"
    }.items():  # fmt: skip
        home = site.visitor(who, language).open("/")
        counted = home.document.xpath("//header//a[@href='/inbox']/strong/text()")
        desk = home.document.xpath("//section[@aria-labelledby='desk']")[0]
        assert words[:-1] in " ".join(desk.text_content().split())
        items = home.open("/inbox").document.xpath("//main//li[a[contains(@href, '/')]][not(@class)]")
        assert counted == [str(len(items))]
        [item] = [each for each in items if words[:-1] in " ".join(each.text_content().split())]
        assert item.xpath("./a/@href") == [address]
    assert words[:-1] not in site.visitor("second", language).open("/inbox").text
    settings = site.visitor("admin", language).open("/sign-off")
    assert (
        words[:-1] in settings.text
        and f"钱将离任{language}（示例）{'（已停用）' if language == 'zh' else ' (has ended)'}" in settings.text
    )
    assert not site.visitor(third, language).open("/sign-off").document.xpath("//div[@class='warning']")
    kept = signing(site, number, third, language)
    kept.send({"opinion": "请重拟（示例）"}, action="signature", press="act=return")
    assert kept.path == f"/reviews/{number}?said=returned"
    restored = site.visitor("admin").open("/sign-off")
    restored.send({"steps": "2", "signers-2": "", "signers-3": "", "reason": "恢复（示例）"}, action="/sign-off")
    assert words[:-1] not in restored.open("/inbox").text
    assert not restored.open("/sign-off").document.xpath("//div[@class='warning']")
