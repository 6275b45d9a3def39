"""The one-time notice as a letter of the office, and the table that is signed: what each says, and that the page says the same."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import asdict, replace
from datetime import date

import pypdf
import pytest
from docx import Document
from docx.shared import Mm

from review import parse_sheet
from review.errors import Refused
from review.papers import glyphs, papers
from review.papers.blocks import Entry, Grid, Paper, Prose
from review.papers.html import fragment
from review.papers.pdf import write_pdf
from review.papers.word import write_word
from review.readers.sheets import read_sheet_file
from review.record.access.office import OFFICE_WORDS, Office, read_office, set_office
from review.record.storage.actors import acting
from review.record.storage.contents import read_review
from review.record.storage.store import Store
from review.verdict.summary import is_notice_due, margin_words
from tests.papers.test_papers import ROOT, pdf_pages, squeezed
from tests.record.projects import OFFICER, recorded
from tests.sheets import sheet
from tests.verdict.test_words_of_findings import TOO_LITTLE

pytestmark = pytest.mark.record

BUREAU = Office("示例市发展和改革局（虚构）", "示发改两高审", "王示例", "0591-0000000", "示例市示例路 1 号")


def sample(store: Store, name: str) -> int:
    return recorded(store, read_sheet_file(ROOT / f"fixtures/sheets/{name}.json")).id


def read(store: Store, number: int, kind: str = "notice", language: str = "zh") -> Paper:
    with store.reading() as connection:
        return papers.read_paper(connection, number, language, kind)  # type: ignore[arg-type]


def test_what_is_said_of_the_office_is_an_event_for_each_change(store: Store) -> None:
    set_office(store, replace(BUREAU, name=" 示例市  发展和改革局（虚构） "), acting(OFFICER))
    set_office(store, replace(BUREAU, name="示例市 发展和改革局（虚构）", contact=""), acting(OFFICER))
    with store.reading() as connection:
        assert asdict(read_office(connection)) == {
            **asdict(BUREAU), "name": "示例市 发展和改革局（虚构）", "contact": ""
        }  # fmt: skip
        events = connection.exec_driver_sql("SELECT kind FROM event").scalars().all()
    assert events == ["setting"] * (len(OFFICE_WORDS) + 1)


@pytest.mark.parametrize(("field", "value"), [("name", "长" * 201), ("contact", "甲\x00")])
def test_what_cannot_stand_on_a_paper_is_refused_by_its_field(store: Store, field: str, value: str) -> None:
    with pytest.raises(Refused) as caught:
        set_office(store, replace(BUREAU, **{field: value}), acting(OFFICER))
    assert [each.where for each in caught.value.faults] == [field]
    with store.reading() as connection:
        assert read_office(connection) == Office()


def test_the_letter_says_what_the_law_asks_of_it(store: Store) -> None:
    """行政许可法 article 32; Order 31, article 14; GB/T 9704: 机关, 文号, 收件人, 依据, 内容, 期限, 联系, 落款, 日期, 印章."""
    set_office(store, BUREAU, acting(OFFICER))
    sample(store, "unsettled")
    text = squeezed(fragment(read(store, sample(store, "outside-park"))))
    for words in (
        BUREAU.name, "〔", "2号", "福清示例陶瓷有限公司（虚构）：", "行政许可法》第三十二条", "一次告知", "一、需要补充",
        "报送期限：", "联系人：王示例", "联系电话：0591-0000000", "（印章）", "五个工作日内",
    ):  # fmt: skip
        assert squeezed(words) in text, words
    assert text.count(BUREAU.name) == 2 and re.search(r"示发改两高审〔20\d\d〕2号", text)
    assert "内部辅助" not in text and "sha256" not in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_stated_and_contradicts_is_not_asked_to_be_stated(store: Store, language: str) -> None:
    number = recorded(store, parse_sheet(sheet(TOO_LITTLE)), as_of=date(2026, 11, 23)).id
    grids = {
        section.title: block
        for section in read(store, number, language=language).sections
        for block in section.blocks
        if isinstance(block, Grid)
    }
    unstated, wrong = ("需要补充载明", "需要核对更正") if language == "zh" else ("To be stated", "To be checked")
    rows = {title.partition("、")[2] or title.partition(". ")[2]: grid.rows for title, grid in grids.items()}
    (asked,) = (each for title, each in rows.items() if title.startswith(unstated))
    (doubted,) = (each for title, each in rows.items() if title.startswith(wrong))
    total = "年综合能源消费量" if language == "zh" else "(energy.total_tce)"
    assert not any(total in row[1] for row in asked)
    named = (
        ("碳排放：其中新增量", "产品")
        if language == "zh"
        else ("carbon: of it added (carbon.added_t)", "products (products)")
    )
    assert {*named} <= {row[1] for row in asked}
    (row,) = (row for row in doubted if total in row[1])
    for figure in ("900 tce/a", "20000 MWh/a", "2458 tce"):
        assert figure in row[2]
    assert [each[0] for each in doubted] == ["1", "2"]


@pytest.mark.parametrize(("as_of", "named"), [(date(2025, 8, 31), False), (date(2025, 9, 1), True)])
def test_order_31_is_named_from_the_day_it_is_in_force(store: Store, as_of: date, named: bool) -> None:
    made = recorded(store, read_sheet_file(ROOT / "fixtures/sheets/unsettled.json"), as_of=as_of)
    assert ("31 号令第十四条" in fragment(read(store, made.id))) is named


def test_without_what_the_office_is_called_there_is_a_place_for_it(store: Store) -> None:
    text = fragment(read(store, sample(store, "unsettled")))
    assert text.count("（审查机关名称）") == 2 and "〔20" not in text and "注明“审查第 2 号”" in text


def test_where_nothing_is_to_be_supplied_there_is_no_letter(store: Store) -> None:
    number = sample(store, "existing-in-order")
    with store.reading() as connection:
        assert not is_notice_due(read_review(connection, number).document())
    with pytest.raises(Refused, match="nothing is to be supplied"):
        read(store, number)
    assert read(store, number, "opinion").kind == "opinion"


def test_a_table_is_signed_on_one_page_and_the_rest_is_its_annex(store: Store) -> None:
    for name in ("outside-park", "unsettled", "adhesive-tape"):
        number = sample(store, name)
        with store.reading() as connection:
            pages = pdf_pages(papers.paper_pdf(connection, number))
        assert "结论和理由" in pages[0] and "签发：" in pages[0] and "附件一、逐条对照" not in pages[0]
        assert pages[1].find("附件一、逐条对照") >= 0 and "核验码" in pages[-1] and "sha256" in pages[-1]


def test_each_source_stands_once_and_each_finding_names_it_by_its_number(store: Store) -> None:
    paper = read(store, sample(store, "outside-park"), "opinion")
    listed = next(section for section in paper.sections if "所依据的条文和数值" in section.title).blocks[0]
    assert isinstance(listed, Grid)
    lines = {row[0]: row[1] for row in listed.rows}
    assert len(set(lines.values())) == len(lines)
    cited = {
        number
        for section in paper.sections
        for block in section.blocks
        if isinstance(block, Entry)
        for line in block.citations
        for number in re.findall(r"〔(\d+)〕", line)
    }
    assert cited == set(lines)


def test_figures_are_named_on_the_paper_as_on_the_page(store: Store) -> None:
    labels = {
        row.label
        for name in ("outside-park", "cement-clinker", "unsettled", "adhesive-tape")
        for section in read(store, sample(store, name), "opinion").sections
        for block in section.blocks
        if isinstance(block, Entry)
        for row in block.rows
    }
    assert {"填报", "要求", "门槛"} <= labels and "实际" not in labels
    assert [margin_words(margin, trigger).zh for trigger in (False, True) for margin in ("-1", "1")] == [
        "差", "余量", "低于门槛", "达到门槛，超出"
    ]  # fmt: skip


def test_word_has_the_margins_and_fonts_of_official_papers(store: Store) -> None:
    set_office(store, BUREAU, acting(OFFICER))
    content = write_word(read(store, sample(store, "unsettled")))
    document = Document(io.BytesIO(content))
    section = document.sections[0]
    measured = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    assert [round(each / Mm(1)) for each in measured if each is not None] == [37, 35, 28, 26]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        styles, body, foot = (parts.read(f"word/{name}.xml").decode() for name in ("styles", "document", "footer1"))
    assert 'w:eastAsia="方正小标宋简体"' in styles and 'w:eastAsia="楷体"' in styles and "NUMPAGES" not in foot
    assert 'w:firstLineChars="200"' in body and body.count("<w:gridCol") >= 5
    assert document.paragraphs[0].text == BUREAU.name


def test_a_character_that_no_font_has_is_named_in_pdf(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    paper = read(store, sample(store, "unsettled"))
    rare = replace(paper, title="甲\U00033333乙\U0010fffd")
    text = squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(write_pdf(rare))).pages))
    assert "甲〔U+33333〕乙〔U+10FFFD〕" in text
    assert glyphs.named_glyphs(paper) == paper, "what every paper says can be printed"
    glyphs._covered.cache_clear()
    monkeypatch.setenv("PATH", "")
    assert glyphs.named_glyphs(rare) == rare
    glyphs._covered.cache_clear()


def test_the_paper_says_why_as_the_page_does(store: Store) -> None:
    paper = read(store, sample(store, "unsettled"), "opinion")
    conclusion = next(section for section in paper.sections if section.title == "结论和理由")
    prose = [block.text for block in conclusion.blocks if isinstance(block, Prose)]
    assert prose[0].startswith("审查建议：") and re.search(r"\d+ 项", prose[1])
