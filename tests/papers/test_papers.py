"""The papers: every finding is on them and can be searched, the same record gives the same bytes, hostile words stay words."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pypdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from typer.testing import CliRunner

from api.command_line import command_line
from review import parse_sheet
from review.errors import NotRecorded, PaperUnavailable, RecordDamaged
from review.papers import papers, pdf
from review.papers.blocks import Entry, Kind, Language, cleaned
from review.papers.html import fragment, stylesheet
from review.papers.pdf import write_pdf
from review.papers.source import read_dossier
from review.papers.word import write_word
from review.readers.sheets import read_sheet_file
from review.record.access.known_people import know_person
from review.record.cases.rulings import Ruling
from review.record.proof.paper_code import code_of, look_up
from review.record.storage.contents import read_review
from review.record.storage.journal import packed
from review.record.storage.store import Store, open_store
from review.sheet import canonical_sheet
from tests.databases import Databases
from tests.record.projects import OFFICER, SECOND, SECOND_PERSON, decide, overruled, project, recorded
from tests.record.tampering import tamper
from tests.web.words import is_foreign

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}{% raw %}=1+1\"'&"


@dataclass(frozen=True)
class Filled:
    """A record: a review with a decision that departs, one of an unsettled sheet, one with hostile words; nothing changes it."""

    store: Store
    url: str
    decided: int
    unsettled: int
    hostile: int


@pytest.fixture(scope="module")
def filled(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    url, _ = databases.copy("sqlite", tmp_path_factory.mktemp("papers"))
    store = open_store(url)
    know_person(store, SECOND_PERSON.subject, SECOND, OFFICER)
    numbers = [
        recorded(store, read_sheet_file(ROOT / f"fixtures/sheets/{name}.json")).id
        for name in ("outside-park", "unsettled")
    ]
    decide(store, numbers[0], overruled("approve"), OFFICER)
    hostile = parse_sheet(
        {"project": {"name": HOSTILE, "applicant": HOSTILE, "industry": "3011", "stage": "proposed", "nature": "new"}}
    )
    last = recorded(store, hostile).id
    decide(store, last, Ruling("supplement", reason=HOSTILE, clause=HOSTILE, on_behalf_of=HOSTILE), OFFICER)
    yield Filled(store, url, numbers[0], numbers[1], last)
    store.close()


Print = Callable[[int, Language, Kind], bytes]


@pytest.fixture(scope="module")
def printed(filled: Filled) -> Print:
    """The PDF of a paper of the record, printed once."""

    @cache
    def once(number: int, language: Language, kind: Kind) -> bytes:
        with filled.store.reading() as connection:
            return papers.paper_pdf(connection, number, language, kind)

    return once


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def pdf_pages(content: bytes) -> list[str]:
    return [squeezed(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def pdf_text(content: bytes) -> str:
    return "".join(pdf_pages(content))


def word_text(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        xml = parts.read("word/document.xml").decode()
    return squeezed(re.sub(r"<[^>]+>", "", xml).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


@pytest.mark.parametrize("name", ["decided", "unsettled"])
def test_every_finding_can_be_searched_in_pdf_and_word(filled: Filled, printed: Print, name: str) -> None:
    number = getattr(filled, name)
    with filled.store.reading() as connection:
        document = read_review(connection, number).document()
        pages = pdf_pages(printed(number, "zh", "opinion"))
        texts = {"pdf": "".join(pages), "word": word_text(papers.paper_word(connection, number))}
        code = code_of(connection, number, None if name == "unsettled" else number + 2)
    wanted = [words for each in document["findings"] for words in (each["title"]["zh"], each["message"]["zh"])]
    judged = [each for each in document["findings"] if each["status"] != "not_applicable"]
    wanted += [each["quote"] or "" for finding in judged for each in finding["citations"] if each["clause"]]
    wanted += [each["remedy"]["zh"] for each in judged if each["remedy"]]
    for form, text in texts.items():
        # A long line may be parted by the running head and foot where the page ends.
        running = r"审查第\d+号·项目第\d+号·第\d+版内部辅助，非法定审查意见|第\d+页，共\d+页"
        plain = re.sub(running, "", text)
        assert [words for words in wanted if squeezed(words) not in plain] == [], form
        assert code in text
    assert len(pages) > 2
    for ordinal, page in enumerate(pages, 1):
        assert (
            "内部辅助，非法定审查意见" in page
            and f"第{ordinal}页，共{len(pages)}页" in page
            and f"审查第{number}号" in page
        )


@pytest.mark.parametrize(("language", "words"), [("zh", "3011建材·“两高”"), ("en", "3011建材·two-high")])
def test_an_industry_is_shown_with_the_name_of_its_sector(filled: Filled, language: Language, words: str) -> None:
    with filled.store.reading() as connection:
        assert words in squeezed(fragment(papers.read_paper(connection, filled.hostile, language)))


def test_opinion_states_the_departure_and_failing_comes_first(filled: Filled) -> None:
    with filled.store.reading() as connection:
        paper = papers.read_paper(connection, filled.decided)
        document = read_review(connection, filled.decided).document()
        text = squeezed(fragment(paper))
    assert "批准（与建议不同）" in text and "理由（示例）" in text and "3.10-7" in text and SECOND in text
    assert {"fail"} <= {each["status"] for each in document["findings"]}
    for section in paper.sections:
        order = [block.status for block in section.blocks if isinstance(block, Entry)]
        assert order == sorted(order, key=("fail", "missing", "attention", "pass").index)


def test_notice_lists_every_missing_and_every_justifiable_item(filled: Filled) -> None:
    for number in (filled.unsettled, filled.decided):
        with filled.store.reading() as connection:
            document = read_review(connection, number).document()
            zh = squeezed(fragment(papers.read_paper(connection, number, "zh", "notice")))
            en = fragment(papers.read_paper(connection, number, "en", "notice"))
        titles = {each["rule"]: each["title"]["zh"] for each in document["findings"]}
        asked = [each for each in document["supplement"] if each["by"] == "applicant"]
        for item in asked:
            assert squeezed(item["label"]["zh"]) in zh and item["path"] in en
            assert all(squeezed(titles[rule]) in zh for rule in item["settles"])
        # What the office is to find out itself is asked of nobody else.
        ours = [each for each in document["supplement"] if each not in asked]
        assert not any(each["path"] in en for each in ours)
        settled = {rule for each in ours for rule in each["settles"]} - {
            rule for each in asked for rule in each["settles"]
        }
        open_ones = [
            each
            for each in document["findings"]
            if (each["status"] == "missing" and each["rule"] not in settled)
            or (each["status"], each["force"]) == ("fail", "in_principle")
        ]
        assert open_ones
        assert [each["rule"] for each in open_ones if squeezed(each["title"]["zh"]) not in zh] == []


@pytest.mark.parametrize("kind", get_args(Kind))
def test_our_own_chinese_words_hold_no_english_sentence(filled: Filled, kind: Kind) -> None:
    with filled.store.reading() as connection:
        en = papers.read_paper(connection, filled.unsettled, "en", kind)
        zh = fragment(papers.read_paper(connection, filled.unsettled, "zh", kind))
        document = read_review(connection, filled.unsettled).document()
    words = [each for each in [section.title for section in en.sections] + [en.title, en.mark] if each]
    assert [each for each in words if each in zh] == []
    visible = re.sub(r"<[^>]+>", " ", zh)
    # A cited document keeps the name that the edition gives it.
    for each in sorted(
        {each["document"] for finding in document["findings"] for each in finding["citations"]}, key=len, reverse=True
    ):
        visible = visible.replace(each, " ")
    assert [run for run in re.findall(r"[A-Za-z]+(?: [A-Za-z]+){2,}", visible)] == []


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("kind", get_args(Kind))
def test_word_and_page_are_the_same_bytes_again(filled: Filled, kind: Kind, language: Language) -> None:
    def made() -> list[bytes]:
        with filled.store.reading() as connection:
            return [make(connection, filled.decided, language, kind) for make in (papers.paper_word, papers.paper_page)]

    assert made() == made()


@pytest.mark.server
def test_another_process_writes_the_same_bytes(filled: Filled, printed: Print, tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    environment = {**os.environ, "TWO_HIGH_DATABASE": filled.url, "PYTHONHASHSEED": "7", "TZ": "America/Los_Angeles"}
    command = [
        sys.executable,
        "-c",
        "from api.command_line import main; main()",
        "paper",
        str(filled.unsettled),
        "--kind",
        "notice",
        "--out",
        str(file),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert file.read_bytes() == printed(filled.unsettled, "zh", "notice")


def test_commands_write_check_and_refuse(filled: Filled, tmp_path: Path) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(command_line(), [*arguments, "--database", filled.url])
        return done.exit_code, done.output

    for ending, make in (("docx", papers.paper_word), ("html", papers.paper_page)):
        file = tmp_path / f"paper.{ending}"
        assert run("paper", str(filled.decided), "--language", "en", "--out", str(file))[0] == 0
        with filled.store.reading() as connection:
            assert file.read_bytes() == make(connection, filled.decided, "en")
    for arguments in (
        ("1", "--out", "paper.txt"),
        ("1", "--kind", "letter", "--out", "a.pdf"),
        ("99", "--out", str(tmp_path / "a.html")),
    ):
        code, output = run("paper", *arguments)
        assert code == 2 and " / " in output
    with filled.store.reading() as connection:
        printed = code_of(connection, filled.decided)
    code, output = run("paper-check", printed)
    assert code == 0 and printed in output and f"later decision: {filled.decided + 2}" in output
    assert run("paper-check", "1D0-0000-0000-0000-0000")[0] == 1


def test_hostile_words_stay_words(filled: Filled) -> None:
    with filled.store.reading() as connection:
        for kind in get_args(Kind):
            html = papers.paper_page(connection, filled.hostile, "zh", kind).decode()
            assert "<script" not in html and "&lt;script&gt;" in html and "{{ 7*7 }}{% raw %}" in html
            assert not re.search(r"\s(style|on\w+|src|href)=", html)
            assert squeezed(HOSTILE).split('"')[0] in word_text(
                papers.paper_word(connection, filled.hostile, "zh", kind)
            )
        text = pdf_text(papers.paper_pdf(connection, filled.hostile, "zh", "notice"))
    assert "<script>alert(1)</script>{{7*7}}" in text


def test_characters_that_cannot_be_seen_are_written_out(filled: Filled) -> None:
    with filled.store.reading() as connection:
        paper = papers.read_paper(connection, filled.unsettled, "zh", "notice")
    unseen = cleaned(replace(paper, title="甲\u202e乙\x00\x1b[1m\u2066\ud800\ufffe", number="一\n二\u3000三"))
    assert unseen.title == "甲\\u202e乙\\u0000\\u001b[1m\\u2066\\ud800\\ufffe" and unseen.number == "一 二 三"
    assert "\\u202e" in fragment(unseen)
    assert "\\u202e" in pdf_text(write_pdf(unseen)) and "\\u202e" in word_text(write_word(unseen))


def test_pdf_fetches_nothing() -> None:
    with pytest.raises(ValueError, match="fetches nothing"):
        pdf._refuse("http://127.0.0.1:1/x.css")
    assert "url(" not in stylesheet() and "@import" not in stylesheet()


def test_missing_extra_is_named(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with filled.store.reading() as connection, pytest.raises(PaperUnavailable, match=r"two-high-review\[pdf\]"):
        papers.paper_pdf(connection, filled.decided)


def test_word_has_real_styles_fonts_and_repeated_heads(filled: Filled) -> None:
    with filled.store.reading() as connection:
        content = papers.paper_word(connection, filled.decided)
    document = Document(io.BytesIO(content))
    assert {"Title", "Heading 1", "Heading 2", "List Bullet"} <= {
        each.style.name for each in document.paragraphs if each.style
    }
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        styles, body, foot = (parts.read(f"word/{name}.xml").decode() for name in ("styles", "document", "footer1"))
    assert (
        'w:eastAsia="仿宋"' in styles
        and 'w:eastAsia="黑体"' in styles
        and 'w:lang w:val="en-US" w:eastAsia="zh-CN"' in styles
    )
    assert "w:tblHeader" in body and "NUMPAGES" in foot


def test_code_is_read_tolerantly_and_says_what_it_belongs_to(filled: Filled) -> None:
    with filled.store.reading() as connection:
        code = code_of(connection, filled.decided, filled.decided + 2)
        assert re.fullmatch(rf"{filled.decided}D{filled.decided + 2}(-[0-9A-HJKMNP-TV-Z]{{4}}){{4}}", code)
        for typed in (
            code,
            code.lower(),
            "".join(chr(ord(each) + 0xFEE0) for each in code),
            code.replace("-", ""),
            f" {code.replace('-', ' ')} ",
            code.replace("0", "o").replace("1", "l"),
        ):
            found = look_up(connection, typed)
            assert found is not None and (found.code, found.review, found.decision) == (
                code,
                filled.decided,
                filled.decided + 2,
            ), typed
            assert found.later_decision is None and found.later_review is None
        without = look_up(connection, code_of(connection, filled.decided))
        assert without is not None and without.decision is None and without.later_decision == filled.decided + 2
        last = "0" if code[-1] != "0" else "2"
        for wrong in (
            code[:-1] + last,
            code.replace("D", "D9", 1),
            "",
            "D",
            "x" * 5000,
            code + "0",
            "999D0" + code[3:],
            f"{2**64}D0-" + code[-19:],
        ):
            assert look_up(connection, wrong) is None, wrong
        with pytest.raises(NotRecorded):
            code_of(connection, filled.unsettled, filled.decided + 2)


def test_code_of_a_replaced_review_says_so(url: str, opened: Any) -> None:
    store = opened(url)
    first = recorded(store, project("A-1"))
    with store.reading() as connection:
        code = code_of(connection, first.id)
    second = recorded(store, project("A-1", {"project.nature": "expansion"}))
    with store.reading() as connection:
        found = look_up(connection, code)
    assert found is not None and found.later_review == second.id


@pytest.mark.record
@pytest.mark.parametrize("layer", ["event", "review", "decision"])
def test_changed_record_no_longer_matches(tmp_path: Path, opened: Any, layer: str) -> None:
    store = opened(f"sqlite:///{tmp_path / 'record.sqlite'}")
    review = recorded(store, project("A-1"))
    decision = decide(store, review.id, overruled("approve"), OFFICER).id
    with store.reading() as connection:
        code = code_of(connection, review.id, decision)
        assert look_up(connection, code) is not None
    statements: dict[str, tuple[str, tuple[Any, ...]]] = {
        "event": ("UPDATE event SET actor = ? WHERE position = ?", ("他人", review.id)),
        "review": (
            "UPDATE review SET content = ? WHERE position = ?",
            (packed(review.content.replace(b"reject", b"approve")[:-1]), review.id),
        ),
        "decision": (
            "UPDATE event SET body = replace(body, '理由（示例）', '别的理由') WHERE position = ?",
            (decision,),
        ),
    }
    tamper(store, statements[layer])
    with store.reading() as connection:
        assert look_up(connection, code) is None
        if layer == "review":
            with pytest.raises(RecordDamaged):
                papers.read_paper(connection, review.id)


@pytest.mark.parametrize("name", ["decided", "unsettled"])
@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("language", get_args(Language))
def test_a_paper_speaks_one_language_as_pdf_and_word(
    filled: Filled, printed: Print, name: str, kind: Kind, language: Language
) -> None:
    number = getattr(filled, name)
    content = printed(number, language, kind)
    with filled.store.reading() as connection:
        dossier = read_dossier(connection, number, None)
        word = Document(io.BytesIO(papers.paper_word(connection, number, language, kind)))
    lines = [line for page in pypdf.PdfReader(io.BytesIO(content)).pages for line in page.extract_text().splitlines()]
    paragraphs = ["".join(run.text or "" for run in part.iter(qn("w:t"))) for part in word.element.body.iter(qn("w:p"))]
    assert len(lines) > 20 and len(paragraphs) > 20
    if language == "zh":
        # The code of the paper and the digests at its end are parted where a line of PDF ends.
        words = [re.sub("(sha256:)?[0-9a-f]{6,}", "", each) for each in (*lines, *paragraphs)]
        assert [each for each in words if is_foreign(each, "zh-CN")] == []
        return
    # Chinese in English are names, quotes and titles: they stand so in the sheet, the edition, the decision, the office's name or the law of letters.
    sheet, edition = canonical_sheet(dossier.sheet), dossier.ruleset.content
    said = [dossier.decision, dossier.reason, asdict(dossier.office), "行政许可法"]
    named = json.dumps([sheet, edition, said], ensure_ascii=False, default=dict)
    runs = [run for each in (*lines, *paragraphs) for run in re.findall("[\u4e00-\u9fff]+", each)]
    assert [run for run in runs if run not in named] == []
    assert [each for each in paragraphs if re.search("[a-z]（|[a-z]：", each)] == []
