"""Files attached on the pages: on a project, a review, a figure in 如何算出, a decision and a source; withdrawn; the same words on the paper."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from review.record.access.known_people import know_person
from review.record.cases.decisions import decide
from review.record.cases.rulings import Ruling
from review.record.proof.verification import verify
from review.record.storage.store import Store
from tests.record.projects import OFFICER, drawing, recorded, registered
from tests.web.conftest import PEOPLE, Site, Visitor

pytestmark = pytest.mark.record

CONTENT = b"%PDF-1.7 fictional report"
REPORT = ("检测报告（示例）.pdf", CONTENT, "application/pdf")
WHERE = {"page": "3", "place": "表 1 第 4 行", "note": "说明（示例）"}
WORDS = "第 3 页 表 1 第 4 行"


@dataclass(frozen=True)
class Numbers:
    review: int
    project: int
    decision: int

    @property
    def finding(self) -> str:
        return f"/reviews/{self.review}/findings/voc-offset/voc"


@pytest.fixture(scope="module")
def numbers(store: Store) -> Numbers:
    registered(store, "10", "S-1")
    made = recorded(store, drawing("ATT-1", "6"))
    know_person(store, "fuhe.att", "复核岗（示例）", "test")
    decided = decide(store, made.id, Ruling("supplement", "待补正（示例）", "3.10-7"), OFFICER)
    return Numbers(made.id, made.project, decided.id)


def attach(site: Site, address: str, files: object = REPORT, **typed: str) -> Visitor:
    visitor = site.visitor().open(address)
    assert visitor.status == 200
    return visitor.send({**WHERE, **typed}, action="/attachments", files={"file": files} if files else None)


@pytest.mark.parametrize("place", ["project", "review", "finding", "decision", "source"])
def test_a_file_is_attached_where_it_belongs_and_listed_there(site: Site, numbers: Numbers, place: str) -> None:
    address = {
        "project": f"/projects/{numbers.project}", "review": f"/reviews/{numbers.review}", "finding": numbers.finding,
        "decision": f"/reviews/{numbers.review}/decision", "source": "/offsets/S-1",
    }[place]  # fmt: skip
    form = f"/attachments?review={numbers.review}" if place == "review" else address
    visitor = attach(site, form, **({"path": "voc.emission_t"} if place == "finding" else {}))
    assert visitor.path == f"{address}?said=attached", visitor.text
    assert "文件已附加" in visitor.text and WORDS in visitor.text and PEOPLE["officer"] in visitor.text
    belongs = {
        "project": "项目", "review": f"审查 {numbers.review}", "finding": f"审查 {numbers.review} · VOCs 年排放量",
        "decision": f"决定 {numbers.decision}", "source": "来源 S-1",
    }[place]  # fmt: skip
    [row, *_] = visitor.document.xpath("//table[contains(@class, 'attachments')]//tbody/tr")
    assert " ".join(row.xpath("./td")[0].text_content().split()) == belongs
    (link,) = row.xpath(".//a[contains(@href, '/file')]/@href")
    answer = site.visitor("auditor").open(link).answer
    assert answer is not None and answer.content == CONTENT
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E6%A3%80")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    readers = site.visitor("auditor").open(address if place != "decision" else f"/reviews/{numbers.review}")
    assert WORDS in readers.text and not readers.document.xpath("//form[@action='/attachments']")


def test_the_figure_s_files_stand_in_how_it_was_computed_and_nowhere_else(site: Site, numbers: Numbers) -> None:
    attach(site, numbers.finding, ("另一报告（示例）.pdf", CONTENT + b"2", "application/pdf"), path="voc.emission_t")
    assert "另一报告" in site.visitor().open(numbers.finding).text
    assert "另一报告" not in site.visitor().open(f"/reviews/{numbers.review}/findings/fuel-ban/site").text
    choices = (
        site.visitor()
        .open(numbers.finding)
        .document.xpath("//form[@action='/attachments']//select[@name='path']/option/@value")
    )
    assert "voc.emission_t" in choices and len(choices) == len(set(choices))


def test_page_and_paper_say_the_same_words(site: Site, numbers: Numbers) -> None:
    attach(site, f"/projects/{numbers.project}", ("申请书（示例）.pdf", CONTENT + b"3", "application/pdf"))
    visitor = site.visitor().open(f"/attachments?project={numbers.project}")
    rows = visitor.document.xpath("//table[contains(@class, 'attachments')]//tbody/tr")
    paper = site.visitor().open(f"/reviews/{numbers.review}/papers/opinion").text
    assert rows and "所附文件" in paper
    for row in rows:
        name, size, digest = row.xpath("./th/a/bdi/text()")[0], row.xpath("./th/span/text()")[0], row.xpath("./th/span/code/text()")[0]  # fmt: skip
        to, where, *_ = ("".join(each.xpath(".//text()")[0:1]) for each in row.xpath("./td"))
        for words in (name, size.strip(" ·\xa0"), digest, to, where):
            assert " ".join(words.split()).strip(" ·") in paper, words


def test_what_is_withdrawn_is_shown_so_and_cannot_be_withdrawn_again(
    site: Site, store: Store, numbers: Numbers
) -> None:
    attach(site, f"/projects/{numbers.project}", ("错件（示例）.pdf", CONTENT + b"4", "application/pdf"))
    visitor = site.visitor().open(f"/projects/{numbers.project}")
    link = visitor.document.xpath("//tr[.//bdi[text()='错件（示例）.pdf']]//a[not(contains(@href, '/file'))]/@href")[0]
    assert not site.visitor("auditor").open(link).document.xpath("//main//form")
    visitor.open(link).send({"reason": " "}, action="/withdraw")
    assert visitor.status == 422 and "必须填写" in visitor.text
    visitor.send({"reason": "附错文件（示例）"}, action="/withdraw")
    assert visitor.path == link and "已撤回" in visitor.text and "附错文件（示例）" in visitor.text
    assert not visitor.document.xpath("//main//form")
    assert "附错文件（示例）" in visitor.open(f"/projects/{numbers.project}").text
    assert "附错文件（示例）" in visitor.open(f"/reviews/{numbers.review}/papers/opinion").text
    with store.reading() as connection:
        assert verify(connection, rejudging=False).breaks == ()


def test_a_name_with_quotation_marks_is_the_name_that_was_sent(site: Site, numbers: Numbers) -> None:
    name = '名"称" 50%（示例）.pdf'
    visitor = attach(site, f"/projects/{numbers.project}", (name, CONTENT + b" quoted", "application/pdf"))
    assert "文件已附加" in visitor.text and name in visitor.text, "a browser writes %22 for each mark"
    broken = attach(site, f"/projects/{numbers.project}", ("名\r\n称.pdf", CONTENT, "application/pdf"))
    assert broken.status == 422 and "控制字符" in broken.text


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (None, "请选择文件"),
        (("空（示例）.pdf", b"", "application/pdf"), "是空文件"),
        (("检测报告.exe", CONTENT, "application/pdf"), "文件名应以 .pdf 结尾"),
        (("网页.pdf", b"<script>alert(1)</script>", "application/pdf"), "不是可用的文件类型"),
        (("宏.docx", b"PK\x03\x04word/document.xml vbaProject.bin", "application/octet-stream"), "含有宏"),
    ],
)
def test_what_cannot_be_attached_is_told_with_what_was_typed(
    site: Site, numbers: Numbers, file: object, words: str
) -> None:
    visitor = attach(site, f"/projects/{numbers.project}", file)
    assert visitor.status == 422 and words in visitor.text
    assert visitor.document.xpath("//input[@name='place']/@value") == [WHERE["place"]]
    assert visitor.document.xpath("//input[@name='project']/@value") == [str(numbers.project)]
    visitor.send(
        action="/attachments", files={"file": ("改好（示例）.pdf", CONTENT + words.encode(), "application/pdf")}
    )
    assert visitor.path == f"/projects/{numbers.project}?said=attached"


def test_a_name_that_means_harm_is_a_name(site: Site, numbers: Numbers) -> None:
    name = "<script>alert(1)</script>=cmd（示例）.pdf"
    visitor = attach(site, f"/projects/{numbers.project}", (name, CONTENT + b"5", "application/pdf"))
    assert visitor.answer is not None and "<script>alert" not in visitor.answer.text
    # What stands before a slash is a folder.
    assert "script>=cmd（示例）.pdf" in visitor.text


def test_a_form_sent_twice_attaches_once_and_leads_nowhere_else(site: Site, numbers: Numbers) -> None:
    visitor = site.visitor().open(f"/projects/{numbers.project}")
    form = dict(visitor.form("/attachments").form_values()) | WHERE
    before = int(re.search(r"附件 \((\d+)\)", visitor.text)[1])  # type: ignore[index]
    for _ in range(2):
        answer = visitor.client.post("/attachments", data=form, files={"file": ("一次（示例）.pdf", CONTENT, "application/pdf")})  # fmt: skip
        assert answer.status_code == 200
    assert f"附件 ({before + 1})" in visitor.open(f"/projects/{numbers.project}").text
    away = dict(visitor.form("/attachments").form_values()) | {"back": "https://elsewhere.example/"}
    answer = visitor.client.post("/attachments", data=away, files={"file": REPORT}, follow_redirects=False)
    assert answer.headers["location"] == "/?said=attached"


def test_only_officers_attach_and_withdraw(site: Site, numbers: Numbers) -> None:
    for login in ("auditor", "admin"):
        visitor = site.visitor(login).open("/password")
        token = visitor.form("/password").fields["csrf"]
        for address in ("/attachments", "/attachments/1/withdraw"):
            answer = visitor.client.post(address, data={"csrf": token}, headers={"Origin": site.url})
            assert answer.status_code == 403, address


@pytest.mark.parametrize("address", ["/attachments", "/attachments?project=1&review=1", "/attachments?project=99999", "/attachments/99999", "/attachments/99999/file", "/attachments?source=none"])  # fmt: skip
def test_what_is_not_there(site: Site, numbers: Numbers, address: str) -> None:
    assert site.visitor().open(address).status == 404
