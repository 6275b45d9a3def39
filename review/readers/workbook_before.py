"""Workbooks of before (以前的模板): a field a row with its path in the first column; a list with the paths of its fields in the first row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from review.errors import Fault, Text
from review.readers.workbook_cells import cell_value, is_merged, merged, rows_shown, rows_with, stated
from review.readers.workbook_layout import lists
from review.readers.workbook_rows import CHANGED, Cell, items, none_of, of_whole
from review.sheet import FieldDescription, all_fields, all_parts

HEAD = "字段 path"
NONE_WORDS = "无此项（已核实没有）请在右侧写“无”；不写为未载明 / write none where there are none; blank is not stated"
_FIRST_ROW, _ANSWER_COLUMN, _LIST_HEAD_ROWS = 2, 7, 2


def stated_before(sheet: Any, path: str, faults: list[Fault]) -> Iterator[Cell]:
    """Every cell of a section's or list's worksheet that states something: its name, the path it is of, the value.

    Adds to `faults` what cannot be read, also that the worksheet is of no template at all.
    """
    if path in lists():
        yield from _list(sheet, path, faults)
    elif sheet.cell(1, 1).value == HEAD:
        yield from _section(sheet, path, faults)
    elif any(stated(cell.value) for cell in sheet._cells.values()):
        faults.append(Fault(sheet.title, CHANGED))


@cache
def _fields(section: str) -> dict[str, FieldDescription]:
    """The fields of a section, and the parts that may not exist, by path."""
    parts = (each for each in all_parts() if each.kind == "part" and each.may_be_none)
    return {
        each.path: each
        for each in (*parts, *all_fields())
        if (each.path == section or each.path.startswith(f"{section}.")) and "[]" not in each.path
    }


def _section(sheet: Any, section: str, faults: list[Fault]) -> Iterator[Cell]:
    fields = _fields(section)
    faults += (
        is_merged(f"{sheet.title}!{each.coord}")
        for each in merged(sheet)
        if each.max_row >= _FIRST_ROW
        and each.min_col <= _ANSWER_COLUMN <= each.max_col
        and (each.min_row < each.max_row or each.min_col < _ANSWER_COLUMN)
    )
    found: set[str] = set()
    for number in rows_shown(sheet, (_ANSWER_COLUMN,), _FIRST_ROW, faults):
        path = sheet.cell(number, 1).value
        cell = sheet.cell(number, _ANSWER_COLUMN)
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
        value = of_whole(field, value, f"{sheet.title}!{cell.coordinate}", faults)
        if value is not None:
            yield cell.coordinate, str(path), value


@cache
def _columns_known(path: str) -> dict[str, FieldDescription]:
    prefix = f"{path}[]."
    return {field.path.removeprefix(prefix): field for field in all_fields() if field.path.startswith(prefix)}


def _list(sheet: Any, path: str, faults: list[Fault]) -> Iterator[Cell]:
    first, most = _LIST_HEAD_ROWS + 1, len(_columns_known(path))
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
    fields = [(column, name, field) for column, (name, field) in enumerate(columns, 1)]
    index = yield from items(sheet, path, fields, rows_shown(sheet, named, first, faults), faults)
    mark = next(
        (at for at in range(unnamed.start, most + 3) if sheet.cell(1, at).value == NONE_WORDS), unnamed.start + 1
    )
    yield from none_of(sheet, 1, mark + 1, path, index, faults)


def _columns(sheet: Any, path: str, faults: list[Fault]) -> list[tuple[str, FieldDescription]] | None:
    """The columns that the header row names, which a template still older has fewer of; None, and a fault, where it was changed."""
    known = _columns_known(path)
    head = [sheet.cell(1, column).value for column in range(1, len(known) + 1)]
    names: list[str] = []
    for name in head:
        if name not in known or name in names:
            break
        names.append(name)
    if names and not any(name in known for name in head[len(names) :]) and sheet.cell(1, len(names) + 1).value is None:
        return [(name, known[name]) for name in names]
    faults.append(Fault(f"{sheet.title}!{sheet.cell(1, len(names) + 1).coordinate}", CHANGED))
    return None
