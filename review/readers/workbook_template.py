"""The Excel template (空白项目表): written from the sheet's own field descriptions and an edition's names, the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from zipfile import ZIP_STORED, ZipFile

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet as Page
from openpyxl.writer.excel import ExcelWriter

from review.clock import today
from review.law.edition import Ruleset
from review.law.loading import choose
from review.readers.reproducible_zip import MOMENT, same_bytes
from review.readers.workbook_choices import options
from review.readers.workbook_layout import (
    ANSWER_COLUMN,
    EIA,
    FIRST_ROW,
    GATES,
    HEAD_ROW,
    HINT,
    HINT_ROW,
    INSTRUCTIONS,
    ITEM,
    NAME,
    NAME_COLUMN,
    PATHS,
    PATHS_COLUMN,
    PATHS_ROW,
    ROLES,
    TITLE_ROW,
    UNIT_COLUMN,
    Row,
    Worksheet,
    column_name,
    columns,
    gate_rows,
    is_wanted,
    mark,
    named,
    section_rows,
    worksheets,
)
from review.readers.workbook_look import (
    SOME_INDUSTRIES,
    Choices,
    add_styles,
    answer,
    heading,
    page_of_list,
    page_of_rows,
    page_of_text,
    remarked,
    text,
    titled,
)
from review.readers.workbook_words import example, hint, in_words, instructions, question, remark
from review.sheet import FieldDescription, describe
from review.sheet.paths import value_at
from review.terms import NONE_WORD

_SECTION_WIDTHS, _GATE_WIDTHS = (26, 34, 11, 38, 26), (26, 11, 30, 38, 26)
_BLANK_ROWS = 30


def write_template(ruleset: Ruleset | None = None) -> bytes:
    """A blank workbook to fill in, as .xlsx bytes. Raises RulesetError as `fill_template` does."""
    return _blank(ruleset or choose(None, today()))


@lru_cache(maxsize=4)
def _blank(edition: Ruleset) -> bytes:
    return fill_template({}, edition)


def fill_template(content: Mapping[str, Any], ruleset: Ruleset | None = None) -> bytes:
    """The template with a canonical sheet's content filled in, its choices those of an edition, by default of the one in force today.

    Raises RulesetError where no edition is in force.
    """
    edition = ruleset or choose(None, today())
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    book.properties.creator = "two-high-review"
    book.properties.created = book.properties.modified = datetime(*MOMENT)
    add_styles(book)
    _instructions(book.create_sheet(INSTRUCTIONS), edition)
    choices = Choices()
    write = {"section": _section, "gates": _gates, "list": _list}
    for each in worksheets():
        page = book.create_sheet(each.title)
        write[each.kind](page, each, content, edition, choices)
        choices.offer(page)
    choices.write(book)
    return _same_bytes(book)


def _instructions(page: Page, edition: Ruleset) -> None:
    titled(page, 1, 1, INSTRUCTIONS)
    for row, (about, words) in enumerate(instructions(edition), 2):
        heading(page, row, 1, about)
        text(page, row, 2, words)
    page_of_text(page, (14, 84))


def _section(page: Page, worksheet: Worksheet, content: Mapping[str, Any], edition: Ruleset, choices: Choices) -> None:
    titled(page, TITLE_ROW, NAME_COLUMN, _title(worksheet))
    _remark(page, HINT_ROW, NAME_COLUMN, worksheet, content, edition)
    for column, role in enumerate(ROLES, NAME_COLUMN):
        _head(page, column, role, role)
    for number, row in enumerate(section_rows(worksheet.path), FIRST_ROW):
        field = row.described
        _named_row(page, number, row, named(field.label.zh, field.unit))
        text(page, number, UNIT_COLUMN, field.unit or "")
        text(page, number, UNIT_COLUMN + 1, hint(field))
        text(page, number, UNIT_COLUMN + 2, example(field, edition))
        if row.answered:
            _answer(page, number, ANSWER_COLUMN, value_at(content, row.path), field, edition)
            choices.add(f"{get_column_letter(ANSWER_COLUMN)}{number}", options(field, edition))
    page_of_rows(page, _SECTION_WIDTHS)


def _gates(page: Page, worksheet: Worksheet, content: Mapping[str, Any], edition: Ruleset, choices: Choices) -> None:
    titled(page, TITLE_ROW, NAME_COLUMN, _title(worksheet))
    _remark(page, HINT_ROW, NAME_COLUMN, worksheet, content, edition)
    last = ANSWER_COLUMN + len(columns(EIA))
    _head(page, NAME_COLUMN, NAME, NAME)
    _columns(page, ANSWER_COLUMN, EIA)
    _head(page, last, HINT, HINT)
    wanted = is_wanted(content, edition)
    for number, row in enumerate((row for row in gate_rows() if wanted(row.path)), FIRST_ROW):
        _named_row(page, number, row, row.described.label.zh)
        text(page, number, last, hint(row.described))
        for column, (below, _) in enumerate(columns(EIA), ANSWER_COLUMN):
            field = describe(f"{row.path}.{below}")
            _answer(page, number, column, value_at(content, field.path), field, edition)
            choices.add(f"{get_column_letter(column)}{number}", options(field, edition))
    page_of_rows(page, _GATE_WIDTHS)


def _list(page: Page, worksheet: Worksheet, content: Mapping[str, Any], edition: Ruleset, choices: Choices) -> None:
    items = value_at(content, worksheet.path)
    asked = question(worksheet.path)
    page.cell(TITLE_ROW, PATHS_COLUMN, mark(worksheet.path, asked))
    text(page, TITLE_ROW, NAME_COLUMN, asked)
    answer(page, TITLE_ROW, NAME_COLUMN + 1, NONE_WORD.zh if items == [] else None)
    choices.add(f"{get_column_letter(NAME_COLUMN + 1)}{TITLE_ROW}", options(describe(worksheet.path), edition))
    _remark(page, TITLE_ROW, NAME_COLUMN + 2, worksheet, content, edition)
    _columns(page, NAME_COLUMN, worksheet.path)
    for number, item in enumerate(items or ()):
        if not item:
            page.cell(FIRST_ROW + number, PATHS_COLUMN, ITEM)
    for column, (below, field) in enumerate(columns(worksheet.path), NAME_COLUMN):
        text(page, HINT_ROW, column, hint(field))
        for number in range(max(_BLANK_ROWS, len(items or ()))):
            value = value_at(items[number], below) if items and number < len(items) else None
            _answer(page, FIRST_ROW + number, column, value, field, edition)
        letter = get_column_letter(column)
        choices.add(f"{letter}{FIRST_ROW}:{letter}{FIRST_ROW + _BLANK_ROWS - 1}", options(field, edition))
    page_of_list(page, len(columns(worksheet.path)))


def _columns(page: Page, first: int, path: str) -> None:
    """The names above the columns of a list or of the gates, and the hidden paths above those."""
    for column, (below, field) in enumerate(columns(path), first):
        name = column_name(below, field)
        _head(page, column, mark(below, name), name)


def _head(page: Page, column: int, hidden: str, name: str) -> None:
    page.cell(PATHS_ROW, column, hidden)
    heading(page, HEAD_ROW, column, name)


def _named_row(page: Page, number: int, row: Row, name: str) -> None:
    words = row.described.label.zh
    if row.answered:
        page.cell(number, PATHS_COLUMN, mark(row.path, name))
    (heading if row.described.kind == "part" and page.title != GATES else text)(page, number, NAME_COLUMN, words)


def _title(worksheet: Worksheet) -> str:
    return GATES if worksheet.kind == "gates" else describe(worksheet.path).label.zh


def _remark(
    page: Page, row: int, column: int, worksheet: Worksheet, content: Mapping[str, Any], edition: Ruleset
) -> None:
    page.cell(PATHS_ROW, PATHS_COLUMN, PATHS)
    words, of_some = remark(worksheet, content, edition)
    remarked(page, row, column, words)
    if of_some:
        page.sheet_properties.tabColor = SOME_INDUSTRIES


def _answer(page: Page, row: int, column: int, value: Any, field: FieldDescription, edition: Ruleset) -> None:
    shown = None if value is None or isinstance(value, Mapping) else in_words(value, field, edition)
    answer(page, row, column, None if shown is None else ILLEGAL_CHARACTERS_RE.sub("�", shown))


def _same_bytes(book: Workbook) -> bytes:
    """The workbook's bytes without the time of writing."""
    written = io.BytesIO()
    # What is put into another archive is not compressed in this one.
    ExcelWriter(book, ZipFile(written, "w", ZIP_STORED)).save()
    return same_bytes(written.getvalue())
