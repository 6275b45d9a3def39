"""The papers of a review on its pages: read, printed, kept as PDF and Word, in both languages."""

from __future__ import annotations

import io
from urllib.parse import quote

import pytest
from pypdf import PdfReader

from review import parse_sheet, read_sheet_file
from review.record.cases.submissions import submit
from review.record.storage.store import open_store
from tests.sheets import AS_OF, NEW_TWO_HIGH, sheet
from tests.web.conftest import Opened, Site, sample, violations

pytestmark = pytest.mark.record

HOSTILE = '<script>alert(1)</script>{{7*7}}"><img src=x onerror=alert(1)>'


@pytest.fixture(scope="module")
def number(site: Site) -> int:
    store = open_store(site.server.database)
    made = submit(
        store, read_sheet_file(sample("adhesive-tape.json")), "测试（虚构）", as_of=AS_OF, reason="补录（示例）"
    ).id
    store.close()
    return made


def named(kind: str, number: int, form: str, language: str) -> str:
    """How a paper is to be saved: in its own language, with a name in ASCII beside a Chinese one."""
    plain = f'attachment; filename="{kind}-{number}.{form}"'
    words = {"opinion": "对照审查表", "notice": "一次性告知书"}[kind]
    return plain if language == "en" else f"{plain}; filename*=UTF-8''{quote(f'{words}-审查{number}.{form}')}"


@pytest.mark.parametrize("kind", ["opinion", "notice"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_paper_is_shown_and_kept(site: Site, number: int, kind: str, language: str) -> None:
    visitor = site.visitor("auditor", language).open(f"/reviews/{number}/papers/{kind}")
    assert visitor.status == 200
    assert len(visitor.document.xpath("//article[contains(@class, 'paper')]")) == 1
    assert len(visitor.document.xpath("//h1")) == 1
    links = [each.get("href") for each in visitor.document.xpath("//main//a[contains(@href, '?language=')]")]
    pdf = next(each for each in links if ".pdf" in each)
    word = next(each for each in links if ".docx" in each)
    answers = [visitor.client.get(pdf) for _ in range(2)]
    assert answers[0].headers["content-type"] == "application/pdf" and answers[0].content == answers[1].content
    assert answers[0].headers["content-disposition"] == named(kind, number, "pdf", language)
    assert visitor.client.get(word).headers["content-disposition"] == named(kind, number, "docx", language)
    assert PdfReader(io.BytesIO(answers[0].content)).pages
    assert visitor.client.get(word).content.startswith(b"PK")


def test_a_paper_in_the_other_language(site: Site, number: int) -> None:
    visitor = site.visitor().open(f"/reviews/{number}/papers/notice?language=en")
    assert visitor.document.xpath("//article[contains(@class, 'paper-en')]")


@pytest.mark.parametrize(
    "path",
    [
        "/reviews/999999/papers/opinion",
        "/reviews/999999/papers/notice.pdf",
        "/reviews/1/papers/other",
        "/reviews/1/papers/other.docx",
    ],
)
def test_what_is_not_there(site: Site, number: int, path: str) -> None:
    assert site.visitor().open(path).status in (404, 422)


def test_hostile_names_stay_text(site: Site) -> None:
    store = open_store(site.server.database)
    hostile = parse_sheet(sheet({"project.name": HOSTILE, "project.applicant": HOSTILE}, NEW_TWO_HIGH))
    made = submit(store, hostile, "测试（虚构）", as_of=AS_OF, reason="补录（示例）").id
    store.close()
    text = site.visitor().open(f"/reviews/{made}/papers/opinion").answer.text  # type: ignore[union-attr]
    assert "<script>alert" not in text and "<img src=x" not in text


@pytest.mark.parametrize(("width", "language"), [(1280, "zh"), (390, "en")])
def test_a_paper_at_a_browser(site: Site, number: int, at_browser: Opened, width: int, language: str) -> None:
    for kind in ("opinion", "notice"):
        window = at_browser(language=language, width=width, path=f"/reviews/{number}/papers/{kind}")
        assert window.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert violations(window) == []
