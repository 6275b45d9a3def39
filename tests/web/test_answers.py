"""Findings answered on the pages: in 如何算出, shown beside the finding, counted on the decision page, on the paper."""

from __future__ import annotations

import re

import pytest

from review.record.cases.attaching import attach, withdraw_attachment
from review.record.cases.attachments import AttachedTo
from review.record.storage.files import scan
from review.record.storage.store import Store
from tests.record.projects import OFFICER, drawing, recorded
from tests.web.conftest import Site, Visitor

pytestmark = pytest.mark.record

REASON, CLAUSE = "来源另有文件（示例）", "3.10-7"


@pytest.fixture(scope="module")
def review(store: Store) -> tuple[int, int]:
    """A review, and the number of a file attached to it; another file was withdrawn."""
    made = recorded(store, drawing("ANS-W", "4"))
    to = AttachedTo(review=made.id)
    number = attach(store, to, scan("依据（示例）.pdf", b"%PDF-1.7 fictional"), OFFICER).id
    withdraw_attachment(store, attach(store, to, scan("错件.pdf", b"%PDF-1.7 x"), OFFICER).id, "附错（示例）", OFFICER)
    return made.id, number


def finding(review: int) -> str:
    return f"/reviews/{review}/findings/voc-offset/voc"


def said(site: Site, review: int, **typed: str) -> Visitor:
    return site.visitor().open(finding(review)).send(typed, action="/answer/voc-offset/voc")


def counts(site: Site, review: int) -> tuple[int, int]:
    found = re.search(r"尚未答复 (\d+) 项，存疑 (\d+) 项", site.visitor().open(f"/reviews/{review}/decision").text)
    assert found
    return int(found[1]), int(found[2])


def test_an_answer_stands_beside_the_finding_everywhere(site: Site, review: tuple[int, int]) -> None:
    number, file = review
    unanswered, doubted = counts(site, number)
    before = site.visitor().open(f"/reviews/{number}").text
    choices = site.visitor().open(finding(number)).document.xpath("//select[@name='attachment']/option/@value")
    assert choices == ["", str(file)], "a file that was withdrawn is not offered"
    visitor = said(
        site, number, answer="overruled", reason=REASON, clause=CLAUSE, attachment=str(file), answer_page="3"
    )
    assert visitor.path == f"{finding(number)}?said=answered", visitor.text
    words = f"不予采纳；理由：{REASON}；依据：{CLAUSE}；附件 {file} 第 3 页"
    for address in (finding(number), f"/reviews/{number}", f"/reviews/{number}/papers/opinion"):
        text = site.visitor("auditor").open(address).text
        assert words in text, address
    assert counts(site, number) == (unanswered - 1, doubted)
    after = site.visitor().open(f"/reviews/{number}").text
    assert re.findall("建议：\\S+", after) == re.findall("建议：\\S+", before), "the recommendation stays"
    said(site, number, answer="doubted", reason="未盖章（示例）")
    assert counts(site, number) == (unanswered - 1, doubted + 1)
    shown = site.visitor().open(finding(number)).document.xpath("//section[@aria-labelledby='answers']//li")
    assert len(shown) == 2 and "未盖章" in shown[0].text_content()
    assert words not in site.visitor().open(f"/reviews/{number}").text, "the last answer stands"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"answer": "doubted"}, "必须填写"),
        ({"answer": "overruled", "reason": REASON}, "必须填写"),
        ({"answer": "overruled", "reason": REASON, "clause": "9.9-9"}, "不是方案条款"),
        ({"reason": "有理由（示例）"}, "意见：请选择意见"),
        ({"answer": "agreed", "answer_page": "3"}, "须选择附件"),
    ],
)
def test_what_cannot_be_said_is_told_with_what_was_typed(
    site: Site, review: tuple[int, int], typed: dict[str, str], words: str
) -> None:
    visitor = said(site, review[0], **typed)
    assert visitor.status == 422 and words in visitor.text
    assert visitor.document.xpath("//textarea[@name='reason']")[0].text_content().strip() == typed.get("reason", "")


def test_only_officers_see_the_form(site: Site, review: tuple[int, int]) -> None:
    visitor = site.visitor("auditor").open(finding(review[0]))
    assert "审查人员意见" in visitor.text and not visitor.document.xpath("//form[contains(@action, '/answer/')]")
    token = visitor.open("/password").form("/password").fields["csrf"]
    answer = visitor.client.post(f"/reviews/{review[0]}/answer/voc-offset/voc", data={"csrf": token}, headers={"Origin": site.url})  # fmt: skip
    assert answer.status_code == 403
