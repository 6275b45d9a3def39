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

from review.papers.blocks import Closing, Entry, Grid, Lines, Pair, Pairs, Paper, Points, Prose
from review.readers.reproducible_zip import same_bytes

# Margins, fonts and sizes of official papers: GB/T 9704-2012, 5.1 to 5.2 and 7.
_BODY, _HEAD, _TITLE, _SECOND, _LATIN = "仿宋", "黑体", "方正小标宋简体", "楷体", "Times New Roman"
_TOP, _BOTTOM, _LEFT, _RIGHT = 37, 35, 28, 26
_WIDTH = 210 - _LEFT - _RIGHT
# Body, first and second heading, cells of tables, in points; a letter is set in 三号, 29 points a line.
_SIZES = {"notice": (16, 16, 16, 10.5), "opinion": (10.5, 14, 12, 9.5)}
_LETTER_LINE = 29
_DARK, _GREY = RGBColor(0x1F, 0x4E, 0x79), RGBColor(0x44, 0x52, 0x5F)
_STATUS = {
    "fail": RGBColor(0xA4, 0x16, 0x1A), "missing": RGBColor(0x55, 0x3C, 0x7D), "attention": RGBColor(0x7D, 0x4A, 0x00),
    "pass": RGBColor(0x24, 0x57, 0x41),
}  # fmt: skip


def write_word(paper: Paper) -> bytes:
    """The document's bytes."""
    document = Document()
    _styles(document, paper)
    _page(document, paper)
    _head(document, paper)
    for section in paper.sections:
        if section.title:
            heading = document.add_heading(section.title, level=section.level)
            heading.paragraph_format.page_break_before = section.starts_page
        for block in section.blocks:
            _BLOCKS[block.form](document, block)
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "", paper.title, ""
    properties.created = properties.modified = datetime.fromisoformat(paper.day)
    written = io.BytesIO()
    document.save(written)
    return same_bytes(written.getvalue())


def _head(document: Any, paper: Paper) -> None:
    """The office that sends a letter with its document number, the title, the mark, and the number in the record."""
    centred = [
        (paper.issuer, "Title"),
        (paper.reference, "Normal"),
        (paper.title, "Title" if not paper.issuer else "Heading 1"),
    ]
    for text, style in centred:
        if text:
            document.add_paragraph(text, style=style).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, bold in ((paper.mark, True), (paper.number, False)):
        if text:
            run = document.add_paragraph().add_run(text)
            run.bold, run.font.size = bold, Pt(10.5)


def _styles(document: Any, paper: Paper) -> None:
    body, first, second, cells = _SIZES[paper.kind]
    languages = document.styles.element.find(f".//{qn('w:lang')}")
    if languages is not None:
        languages.set(qn("w:eastAsia"), "zh-CN")
    for name, font, size in (
        ("Normal", _BODY, body), ("Title", _TITLE, 22), ("Heading 1", _HEAD, first), ("Heading 2", _SECOND, second), ("List Bullet", _BODY, cells),
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
    section.left_margin, section.right_margin = Mm(_LEFT), Mm(_RIGHT)
    section.top_margin, section.bottom_margin = Mm(_TOP), Mm(_BOTTOM)
    # The style's own stops are those of another page size: one at the right margin takes their place.
    stops = document.styles["Header"].paragraph_format.tab_stops
    stops.clear_all()
    stops.add_tab_stop(Mm(_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    if paper.mark:
        section.header.paragraphs[0].add_run(f"{paper.number}\t{paper.mark}").font.size = Pt(8)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, between, after = paper.page_words
    parts = [(before, "PAGE"), (between, "NUMPAGES" if between else None), (after, None)]
    for text, field in parts:
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
    # Word goes by the cells, others by the columns.
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(_WIDTH * width // share)
    for number, cells in enumerate(rows):
        row = table.add_row()
        _flag(row, "w:cantSplit")
        if head and number == 0:
            _flag(row, "w:tblHeader")
        for column, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = Mm(_WIDTH * widths[column] // share)
            run = cell.paragraphs[0].add_run(text)
            run.font.size = Pt(9.5)
            run.bold = number == 0 if head else column % 2 == 0 and len(cells) > 1
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _flag(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _pairs(document: Any, block: Pairs) -> None:
    if not block.beside:
        _pair_rows(document, block.rows, (3, 7))
        return
    cells = [text for row in block.rows for text in (row.label, row.value)]
    cells += [""] * (-len(cells) % 4)
    _table(document, [cells[start : start + 4] for start in range(0, len(cells), 4)], (2, 5, 2, 5), head=False)


def _pair_rows(document: Any, rows: Sequence[Pair], widths: tuple[int, int]) -> None:
    _table(document, [(row.label, row.value) for row in rows], widths, head=False)


def _grid(document: Any, block: Grid) -> None:
    _table(document, [block.head, *block.rows], block.widths, head=True)


def _points(document: Any, block: Points) -> None:
    for line in block.lines:
        document.add_paragraph(line, style="List Bullet")


def _prose(document: Any, block: Prose) -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run(block.text).bold = block.strong
    if block.indented:
        paragraph.paragraph_format.line_spacing = Pt(_LETTER_LINE)
        indent = OxmlElement("w:ind")
        indent.set(qn("w:firstLineChars"), "200")
        paragraph._p.get_or_add_pPr().append(indent)


def _closing(document: Any, block: Closing) -> None:
    for line in block.lines:
        paragraph = document.add_paragraph(line)
        paragraph.alignment, paragraph.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.RIGHT, True


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
    "pairs": _pairs, "grid": _grid, "points": _points, "prose": _prose, "lines": _lines, "entry": _entry, "closing": _closing,
}  # fmt: skip
