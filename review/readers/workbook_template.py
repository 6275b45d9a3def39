"""The Excel template (空白项目表): written from the sheet's own field descriptions, the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from review.clock import today
from review.law.edition import Ruleset
from review.law.loading import choose
from review.law.place import choices_of, is_asked, word_of
from review.readers.reproducible_zip import MOMENT, same_bytes
from review.readers.workbook_layout import (
    FIRST_ROW,
    LIST_HEAD_ROWS,
    NONE_WORDS,
    SECTION_HEAD,
    VALUE_COLUMN,
    list_columns,
    lists,
    section_rows,
    titles,
)
from review.sheet import FieldDescription
from review.sheet.fields import OFFICE
from review.sheet.paths import split_last, value_at
from review.terms import NONE_WORD, STATUS_WORDS, TRUTH_WORDS

_WIDTHS = (30, 26, 26, 12, 40, 26, 36)
_HEAD = PatternFill("solid", fgColor="FFE8EEF4")
_FILL = PatternFill("solid", fgColor="FFFFFBE6")
_BLANK_ROWS = 30


def write_template(ruleset: Ruleset | None = None) -> bytes:
    """A blank workbook to fill in, as .xlsx bytes. Raises RulesetError as `fill_template` does."""
    return fill_template({}, ruleset)


def fill_template(content: Mapping[str, Any], ruleset: Ruleset | None = None) -> bytes:
    """The template with a canonical sheet's content filled in, its choices those of an edition, by default of the one in force today.

    Raises RulesetError where no edition is in force.
    """
    edition = ruleset or choose(None, today())
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    book.properties.creator = "two-high-review"
    book.properties.created = book.properties.modified = datetime(*MOMENT)
    for path, title in titles().items():
        sheet = book.create_sheet(title)
        if path in lists():
            _list(sheet, path, value_at(content, path), edition)
        else:
            _section(sheet, path, content, edition)
    return _same_bytes(book)


def _section(sheet: Worksheet, section: str, content: Mapping[str, Any], edition: Ruleset) -> None:
    sheet.append(SECTION_HEAD)
    asked = (each for each in section_rows(section) if _is_wanted(each[0], content, edition))
    for number, (path, field) in enumerate(asked, FIRST_ROW):
        meaning = _meaning(field)
        example = "" if field.example is None else _written(field.example, field)
        sheet.append((path, field.label.zh, field.label.en, field.unit or "", meaning, example))
        value = value_at(content, path)
        cell = sheet.cell(number, VALUE_COLUMN)
        cell.number_format, cell.fill = "@", _FILL
        if value is not None and not isinstance(value, Mapping):
            _write(cell, value, field)
        _validate(sheet, field, cell.coordinate, edition)
    _dress(sheet, _WIDTHS)


def _is_wanted(path: str, content: Mapping[str, Any], edition: Ruleset) -> bool:
    """Whether a row is asked for, or belongs to a part that states something."""
    return is_asked(path, edition) or value_at(content, split_last(path)[0]) is not None


def _meaning(field: FieldDescription) -> str:
    meaning = field.meaning.zh if field.meaning else "不存在请写“无”" if field.kind == "part" else ""
    return "；".join(filter(None, (meaning, "由审批单位填写" if field.by == OFFICE else "")))


def _list(sheet: Worksheet, path: str, items: Any, edition: Ruleset) -> None:
    columns = list_columns(path)
    sheet.append([name for name, _ in columns])
    sheet.append([field.label.zh + (f"（{field.unit}）" if field.unit else "") for _, field in columns])
    marker = sheet.cell(1, len(columns) + 2, NONE_WORDS)
    marker.alignment = Alignment(wrap_text=True)
    answer = sheet.cell(1, len(columns) + 3)
    answer.number_format, answer.fill = "@", _FILL
    if items == []:
        answer.value = NONE_WORD.zh
    first = LIST_HEAD_ROWS + 1
    for row in range(first, first + max(_BLANK_ROWS, len(items or ()))):
        for column, (name, field) in enumerate(columns, 1):
            cell = sheet.cell(row, column)
            cell.number_format = "@"
            value = value_at(items[row - first], name) if items and row - first < len(items) else None
            if value is not None and not isinstance(value, Mapping):
                _write(cell, value, field)
    for column, (_, field) in enumerate(columns, 1):
        letter = get_column_letter(column)
        _validate(sheet, field, f"{letter}{first}:{letter}{first + _BLANK_ROWS - 1}", edition)
    _dress(sheet, (18,) * len(columns))


def _write(cell: Any, value: Any, field: FieldDescription) -> None:
    """Text as it is: what begins with an equals sign is no formula."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("�", _written(value, field))
    cell.data_type = "s"


def _written(value: Any, field: FieldDescription) -> str:
    """A value as the office says it: choices by their labels, truths as 是 and 否, what does not exist as 无."""
    word = word_of(field, value)
    return word.zh if word else str(value)


def _validate(sheet: Worksheet, field: FieldDescription, where: str, edition: Ruleset) -> None:
    truths = [TRUTH_WORDS[True].zh, TRUTH_WORDS[False].zh]
    choices = choices_of(field, edition)
    options = (
        [words.zh for words in choices.values()]
        if choices
        else truths
        if field.kind == "flag"
        else [*truths, STATUS_WORDS["not_applicable"].zh]
        if field.kind == "conforms"
        else []
    )
    if options:
        rule = DataValidation(type="list", formula1='"' + ",".join(options) + '"', allow_blank=True)
        sheet.add_data_validation(rule)
        rule.add(where)


def _dress(sheet: Worksheet, widths: tuple[int, ...]) -> None:
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        cell = sheet.cell(1, column)
        cell.font, cell.fill = Font(bold=True), _HEAD
    sheet.freeze_panes = "A2"


def _same_bytes(book: Workbook) -> bytes:
    """The workbook's bytes without the time of writing."""
    written = io.BytesIO()
    book.save(written)
    return same_bytes(written.getvalue())
