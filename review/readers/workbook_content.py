"""What a filled template states (工作簿内容), cell by cell; every fault names its cell (`能源!G7`). Read in a process of its own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from review.errors import Fault, Text
from review.readers.workbook_bounds import refused
from review.readers.workbook_cells import cell_value, is_merged, merged, rows_with
from review.readers.workbook_layout import (
    FIRST_ROW,
    LIST_HEAD_ROWS,
    MOST_ITEMS,
    NONE_WORDS,
    VALUE_COLUMN,
    list_columns,
    lists,
    section_rows,
    titles,
)
from review.sheet import FieldDescription, describe
from review.sheet.fields import NONE
from review.terms import NONE_WORD, STATUS_WORDS

NONE_CELLS = frozenset({NONE, NONE_WORD.zh, "没有"})


@dataclass(frozen=True)
class WorkbookContent:
    """What a filled template states: cell, path and value of each; what cannot be read; the worksheets that were passed over."""

    stated: tuple[tuple[str, str, Any], ...]
    faults: tuple[Fault, ...]
    passed_over: tuple[Fault, ...]


def workbook_content(content: bytes) -> Iterator[WorkbookContent]:
    """The content of a workbook. Raises SheetError where the file as a whole is no filled template."""
    faults: list[Fault] = []
    passed_over: list[Fault] = []
    stated = tuple(_cells(_opened(content), faults, passed_over))
    yield WorkbookContent(stated, tuple(faults), tuple(passed_over))


def _opened(content: bytes) -> Any:
    """The workbook, with at least one worksheet of the template to be seen. Raises SheetError."""
    # Loaded where workbooks are opened alone: the caller has no need of it.
    from review.readers.openpyxl_alone import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=False, data_only=False, keep_vba=False, keep_links=False)
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part makes it stumble on
        raise refused(
            "不是可读的 Excel 工作簿，请用模板另存为 .xlsx",
            "is not a readable workbook: save it from the template as .xlsx",
        ) from error
    if not any(sheet.title in titles().values() and _is_seen(sheet) for sheet in book.worksheets):
        found, allowed = "、".join(book.sheetnames)[:100], "、".join(titles().values())
        raise refused(
            f"没有模板的工作表，只有：{found}；可用：{allowed}",
            f"has no worksheet of the template, only: {found}; known: {allowed}",
        )
    return book


def _is_seen(sheet: Any) -> bool:
    return bool(sheet.sheet_state == "visible")


def _cells(book: Any, faults: list[Fault], passed_over: list[Fault]) -> Iterator[tuple[str, str, Any]]:
    """Every cell that states something: its name, the path it is of, the value. Adds to `faults` what cannot be read.

    What is no worksheet of the template is passed over, and what is hidden, which nobody saw being filled in: it is added to
    `passed_over`, where it holds anything.
    """
    known = {title: path for path, title in titles().items()}
    for title in book.sheetnames:
        sheet, path, unread = book[title], known.get(title), list[Fault]()
        if path is not None and _is_seen(sheet):
            yield from _stated(sheet, path, faults)
        elif path is not None and (any(_stated(sheet, path, unread)) or unread):
            passed_over.append(
                Fault(
                    title, Text("工作表已隐藏，其中的内容未读取", "the worksheet is hidden: what it holds was not read")
                )
            )
        elif path is None:
            words = Text("不是模板的工作表，未读取", "is no worksheet of the template: it was not read")
            passed_over.append(Fault(title, words))


def _stated(sheet: Any, path: str, faults: list[Fault]) -> Iterator[tuple[str, str, Any]]:
    reader = _list if path in lists() else _section
    return ((f"{sheet.title}!{where}", target, value) for where, target, value in reader(sheet, path, faults))


def _section(sheet: Any, section: str, faults: list[Fault]) -> Iterator[tuple[str, str, Any]]:
    fields = dict(section_rows(section))
    faults += (
        is_merged(f"{sheet.title}!{each.coord}")
        for each in merged(sheet)
        if each.max_row >= FIRST_ROW
        and each.min_col <= VALUE_COLUMN <= each.max_col
        and (each.min_row < each.max_row or each.min_col < VALUE_COLUMN)
    )
    found: set[str] = set()
    for number in rows_with(sheet, (VALUE_COLUMN,), FIRST_ROW):
        path = sheet.cell(number, 1).value
        cell = sheet.cell(number, VALUE_COLUMN)
        field = fields.get(path)
        value = cell_value(cell, field.kind if field else "text", f"{sheet.title}!{cell.coordinate}", faults)
        if value is None:
            continue
        if field is None or path in found:
            faults.append(
                Fault(
                    f"{sheet.title}!A{number}",
                    Text(
                        "首列的字段名被改动或写了两次，请使用原模板",
                        "the field name in the first column was changed, or stands there twice: use the template as it is",
                    ),
                )
            )
            continue
        found.add(str(path))
        yield cell.coordinate, str(path), as_code(field, value)


def _list(sheet: Any, path: str, faults: list[Fault]) -> Iterator[tuple[str, str, Any]]:
    first, most = LIST_HEAD_ROWS + 1, len(list_columns(path))
    faults += (
        is_merged(f"{sheet.title}!{each.coord}")
        for each in merged(sheet)
        if each.min_col <= most and (each.max_row >= first or each.min_row == 1)
    )
    columns = _columns(sheet, path, faults)
    if columns is None:
        return
    named, unnamed = range(1, len(columns) + 1), range(len(columns) + 1, most + 1)
    for number in rows_with(sheet, unnamed, first)[:1]:
        faults.append(
            Fault(
                f"{sheet.title}!{sheet.cell(number, unnamed.start).coordinate}",
                Text(
                    "有内容的列没有列名，请使用原模板",
                    "a column that holds something has no name: use the template as it is",
                ),
            )
        )
    numbers = rows_with(sheet, named, first)
    if len(numbers) > MOST_ITEMS:
        faults.append(
            Fault(
                f"{sheet.title}!A{numbers[MOST_ITEMS]}",
                Text(f"行数过多，最多 {MOST_ITEMS} 行", f"too many rows: at most {MOST_ITEMS}"),
            )
        )
        return
    index = 0
    for number in numbers:
        found = []
        for column, (name, field) in enumerate(columns, 1):
            cell = sheet.cell(number, column)
            where = cell.coordinate
            value = cell_value(cell, field.kind, f"{sheet.title}!{where}", faults)
            if value is not None:
                found.append((where, f"{path}[{index}].{name}", as_code(field, value)))
        yield from found
        index += bool(found)
    mark = next(
        (at for at in range(unnamed.start, most + 3) if sheet.cell(1, at).value == NONE_WORDS), unnamed.start + 1
    )
    answer = sheet.cell(1, mark + 1)
    none = cell_value(answer, "text", f"{sheet.title}!{answer.coordinate}", faults)
    if none is not None and (str(none).strip().lower() not in NONE_CELLS or index):
        faults.append(
            Fault(
                f"{sheet.title}!{answer.coordinate}",
                Text(
                    "空表标记只能写“无”（或 none），且表中不得有内容",
                    "the mark of an empty list can only be none, and the list must have no rows",
                ),
            )
        )
    elif none is not None:
        yield answer.coordinate, path, []


def _columns(sheet: Any, path: str, faults: list[Fault]) -> list[tuple[str, FieldDescription]] | None:
    """The columns that the header row names, which a template of before has fewer of; None, and a fault, where it was changed."""
    known = dict(list_columns(path))
    head = [sheet.cell(1, column).value for column in range(1, len(known) + 1)]
    names: list[str] = []
    for name in head:
        if name not in known or name in names:
            break
        names.append(name)
    if names and not any(name in known for name in head[len(names) :]) and sheet.cell(1, len(names) + 1).value is None:
        return [(name, known[name]) for name in names]
    faults.append(
        Fault(
            f"{sheet.title}!{sheet.cell(1, len(names) + 1).coordinate}",
            Text("表头被改动，请使用原模板", "the header row was changed: use the template as it is"),
        )
    )
    return None


def as_code(field: FieldDescription, value: Any) -> Any:
    """What the sheet calls a value that was written in the words of its label (`拟建` → `proposed`, `无` → `none`); else the value."""
    if not isinstance(value, str):
        return value
    if field.choices:
        return _codes(field.path).get(value.strip().lower(), value)
    if field.may_be_none and value.strip().lower() in NONE_CELLS:
        return NONE
    return (
        "not_applicable" if field.kind == "conforms" and value.strip() == STATUS_WORDS["not_applicable"].zh else value
    )


@lru_cache(maxsize=256)
def _codes(path: str) -> dict[str, str]:
    """The choices of a field by their labels in either language, whole or without what stands in brackets."""
    choices = describe(path).choices or {}
    labels = {
        label.lower(): code
        for code, words in choices.items()
        for label in (words.zh, words.en, words.zh.partition("（")[0])
    }
    return {**labels, **{code: code for code in choices}}
