"""A paper as a Word document: real headings and list styles, tables whose head is repeated, page numbers. The same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from review.papers.blocks import Entry, Grid, Lines, Pair, Pairs, Paper, Points, Prose
from review.readers.reproducible_zip import same_bytes

_BODY, _HEAD, _LATIN = "宋体", "黑体", "Times New Roman"
_WIDTH = 180
_DARK, _GREY = RGBColor(0x1F, 0x4E, 0x79), RGBColor(0x44, 0x52, 0x5F)
_STATUS = {
    "fail": RGBColor(0xA4, 0x16, 0x1A), "missing": RGBColor(0x55, 0x3C, 0x7D), "attention": RGBColor(0x7D, 0x4A, 0x00),
    "pass": RGBColor(0x24, 0x57, 0x41),
}  # fmt: skip


def write_word(paper: Paper) -> bytes:
    """The document's bytes."""
    document = Document()
    _styles(document)
    _page(document, paper)
    document.add_paragraph(paper.title, style="Title")
    for text, bold in (
        (paper.mark, True),
        (paper.number, False),
        (f"{'核验码：' if paper.language == 'zh' else 'verification code: '}{paper.code}", False),
    ):
        document.add_paragraph().add_run(text).bold = bold
    for section in paper.sections:
        document.add_heading(section.title, level=section.level)
        for block in section.blocks:
            _BLOCKS[block.form](document, block)
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "", paper.title, ""
    properties.created = properties.modified = datetime.fromisoformat(paper.day)
    written = io.BytesIO()
    document.save(written)
    return same_bytes(written.getvalue())


def _styles(document: Any) -> None:
    for name, font, size in (
        ("Normal", _BODY, 10.5), ("Title", _HEAD, 20), ("Heading 1", _HEAD, 14), ("Heading 2", _HEAD, 12), ("List Bullet", _BODY, 9.5),
    ):  # fmt: skip
        style = document.styles[name]
        style.font.name, style.font.size = _LATIN, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), font)
        if name != "Normal":
            style.font.color.rgb = RGBColor(0, 0, 0) if name in ("Title", "List Bullet") else _DARK
        style.paragraph_format.space_after = Pt(3)


def _page(document: Any, paper: Paper) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(15)
    section.top_margin, section.bottom_margin = Mm(22), Mm(18)
    # The style's own stops are those of another page size: one at the right margin takes their place.
    stops = document.styles["Header"].paragraph_format.tab_stops
    stops.clear_all()
    stops.add_tab_stop(Mm(_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    section.header.paragraphs[0].add_run(f"{paper.number}\t{paper.mark}").font.size = Pt(8)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, between, after = paper.page_words
    for text, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, None)):
        foot.add_run(text)
        if field:
            _field(foot, field)


def _field(paragraph: Any, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _table(document: Any, rows: Sequence[Sequence[str]], widths: Sequence[int], head: bool) -> None:
    table = document.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    share = sum(widths)
    for number, cells in enumerate(rows):
        row = table.add_row()
        _flag(row, "w:cantSplit")
        if head and number == 0:
            _flag(row, "w:tblHeader")
        for column, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = Mm(_WIDTH * widths[column] // share)
            run = cell.paragraphs[0].add_run(text)
            run.font.size = Pt(9.5)
            run.bold = number == 0 if head else column == 0
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _flag(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _pairs(document: Any, block: Pairs) -> None:
    _pair_rows(document, block.rows, (3, 7))


def _pair_rows(document: Any, rows: Sequence[Pair], widths: tuple[int, int]) -> None:
    _table(document, [(row.label, row.value) for row in rows], widths, head=False)


def _grid(document: Any, block: Grid) -> None:
    _table(document, [block.head, *block.rows], block.widths, head=True)


def _points(document: Any, block: Points) -> None:
    for line in block.lines:
        document.add_paragraph(line, style="List Bullet")


def _prose(document: Any, block: Prose) -> None:
    document.add_paragraph().add_run(block.text).bold = block.strong


def _lines(document: Any, block: Lines) -> None:
    _table(document, [tuple(block.cells)], (1,) * len(block.cells), head=False)


def _entry(document: Any, block: Entry) -> None:
    title = document.add_paragraph()
    title.paragraph_format.keep_with_next = True
    status = title.add_run(f"【{block.status_words}】")
    status.bold, status.font.color.rgb = True, _STATUS[block.status]
    title.add_run(block.title).bold = True
    about = title.add_run(f"  {block.about}")
    about.font.size, about.font.color.rgb = Pt(9), _GREY
    document.add_paragraph(block.message)
    if block.rows:
        _pair_rows(document, block.rows, (2, 8))
    for line in block.citations:
        document.add_paragraph(line, style="List Bullet")
    for note in block.notes:
        run = document.add_paragraph().add_run(note)
        run.font.size, run.font.color.rgb = Pt(9), _GREY


_BLOCKS: dict[str, Callable[[Any, Any], None]] = {
    "pairs": _pairs, "grid": _grid, "points": _points, "prose": _prose, "lines": _lines, "entry": _entry,
}  # fmt: skip
