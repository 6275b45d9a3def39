"""A filled template → a sheet; every fault names its cell (`能源!G7`). Guarded before a byte is unpacked."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from review.drafting.typed import Left, Typed, typed
from review.errors import Fault, SheetError, Text
from review.readers.workbook_layout import (
    FIRST_ROW,
    LIST_HEAD_ROWS,
    MOST_ITEMS,
    VALUE_COLUMN,
    list_columns,
    lists,
    section_rows,
    titles,
)
from review.sheet import FieldDescription, ProjectSheet, describe, parse_sheet
from review.sheet.fields import NONE
from review.sheet.paths import put
from review.terms import FLAGS, NONE_WORD, STATUS_WORDS

LARGEST, MOST_UNPACKED, MOST_RATIO, MOST_ENTRIES = 10_000_000, 50_000_000, 200, 300
NONE_CELLS = frozenset({NONE, NONE_WORD.zh, "没有"})
# Labels of choices in templates of before, by the field.
_FORMER_LABELS = {"voc.offsets[].area": {"福州市以外": "other"}}


def read_workbook(content: bytes) -> ProjectSheet:
    """The sheet in a filled template. Raises SheetError; faults name the cell where there is one."""
    raw: dict[str, Any] = {}
    cells: dict[str, str] = {}
    faults: list[Fault] = []
    for cell, target, value in _cells(_opened(content), faults):
        cells[target] = cell
        put(raw, target, value)
    if faults:
        raise SheetError(faults)
    try:
        return parse_sheet(raw)
    except SheetError as error:
        named = [Fault(f"{cells[f.where]} ({f.where})" if f.where in cells else f.where, f.text) for f in error.faults]
        raise SheetError(named) from None


def read_typed(content: bytes) -> Typed:
    """All that can be read of a filled template, faulty or not, with the cell of each value; what cannot be read is among `left`.

    Raises SheetError only where the file as a whole is no filled template.
    """
    raw: dict[str, Any] = {}
    cells: dict[str, str] = {}
    faults: list[Fault] = []
    left: list[Left] = []
    for cell, target, value in _cells(_opened(content), faults):
        try:
            put(raw, target, value)
            cells[target] = cell
        except SheetError as error:
            left += [Left(cell, str(value), fault.text) for fault in error.faults]
    unread = [Left(fault.where, "", fault.text) for fault in faults]
    return typed(raw, cells, (*unread, *left))


def _opened(content: bytes) -> Any:
    """The workbook, with no worksheets but the template's. Raises SheetError."""
    guard(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=False, data_only=False, keep_vba=False, keep_links=False)
    except Exception as error:  # openpyxl raises whatever a broken part makes it stumble on
        raise _refused(
            "不是可读的 Excel 工作簿，请用模板另存为 .xlsx",
            "is not a readable workbook: save it from the template as .xlsx",
        ) from error
    known = set(titles().values())
    unknown = [name for name in book.sheetnames if name not in known]
    if unknown or not book.sheetnames:
        allowed = "、".join(titles().values())
        raise _refused(
            f"含有模板之外的工作表：{'、'.join(unknown)[:100]}；可用：{allowed}",
            f"has worksheets the template does not know; known: {allowed}",
        )
    return book


def _cells(book: Any, faults: list[Fault]) -> Iterator[tuple[str, str, Any]]:
    """Every cell that states something: its name, the path it is of, the value. Adds to `faults` what cannot be read."""
    known = {title: path for path, title in titles().items()}
    for title in book.sheetnames:
        path = known[title]
        reader = _list if path in lists() else _section
        for where, target, value in reader(book[title], path, faults):
            yield f"{title}!{where}", target, value


def _refused(zh: str, en: str, where: str = "") -> SheetError:
    return SheetError([Fault(where, Text(zh, en))])


def guard(content: bytes) -> None:
    """Hold the zip's directory against sizes and ratios: a bomb is refused before it is opened."""
    if len(content) > LARGEST:
        raise _refused(f"过大：最多 {LARGEST:,} 字节", f"is too large: at most {LARGEST:,} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _refused("不是 .xlsx 工作簿", "is not an .xlsx workbook") from error
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(packed, 1):
        raise _refused(
            f"压缩内容异常（展开 {unpacked:,} 字节），拒绝打开",
            f"unpacks to {unpacked:,} bytes, out of proportion: not opened",
        )
    if any("vbaproject" in e.filename.lower() or e.filename.lower().endswith(".bin") for e in entries):
        raise _refused("含有宏，请另存为不含宏的 .xlsx", "holds macros: save it as .xlsx without them")


def _section(sheet: Any, section: str, faults: list[Fault]) -> Iterator[tuple[str, str, Any]]:
    fields = dict(section_rows(section))
    for number in range(FIRST_ROW, min(sheet.max_row, FIRST_ROW + 2 * len(fields)) + 1):
        path = sheet.cell(number, 1).value
        cell = sheet.cell(number, VALUE_COLUMN)
        field = fields.get(path)
        value = cell_value(cell, field.kind if field else "text", f"{sheet.title}!{cell.coordinate}", faults)
        if value is None:
            continue
        if field is None:
            faults.append(
                Fault(
                    f"{sheet.title}!A{number}",
                    Text(
                        "首列的字段名被改动，请使用原模板",
                        "the field name in the first column was changed: use the template as it is",
                    ),
                )
            )
            continue
        yield cell.coordinate, str(path), as_code(field, value)


def _list(sheet: Any, path: str, faults: list[Fault]) -> Iterator[tuple[str, str, Any]]:
    columns = _columns(sheet, path, faults)
    if columns is None:
        return
    if sheet.max_row > LIST_HEAD_ROWS + MOST_ITEMS:
        faults.append(
            Fault(
                f"{sheet.title}!A{LIST_HEAD_ROWS + MOST_ITEMS + 1}",
                Text(f"行数过多，最多 {MOST_ITEMS} 行", f"too many rows: at most {MOST_ITEMS}"),
            )
        )
        return
    answer = sheet.cell(1, len(columns) + 3)
    index = 0
    for number in range(LIST_HEAD_ROWS + 1, sheet.max_row + 1):
        found = []
        for column, (name, field) in enumerate(columns, 1):
            where = f"{get_column_letter(column)}{number}"
            value = cell_value(sheet.cell(number, column), field.kind, f"{sheet.title}!{where}", faults)
            if value is not None:
                found.append((where, f"{path}[{index}].{name}", as_code(field, value)))
        yield from found
        index += bool(found)
    stated = cell_value(answer, "text", f"{sheet.title}!{answer.coordinate}", faults)
    if stated is not None and (str(stated).strip().lower() not in NONE_CELLS or index):
        faults.append(
            Fault(
                f"{sheet.title}!{answer.coordinate}",
                Text(
                    "空表标记只能写“无”（或 none），且表中不得有内容",
                    "the mark of an empty list can only be none, and the list must have no rows",
                ),
            )
        )
    elif stated is not None:
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
            f"{sheet.title}!{get_column_letter(len(names) + 1)}1",
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
    return {**_FORMER_LABELS.get(path, {}), **labels, **{code: code for code in choices}}


def cell_value(cell: Any, kind: str, where: str, faults: list[Fault]) -> Any:
    """What a cell states: text, a number as it was typed, a date, a truth; None where it is empty. Adds to `faults` what cannot be read."""
    value = cell.value
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if cell.data_type == "f":
        faults.append(Fault(where, Text("是公式，请粘贴为数值", "is a formula: paste its value")))
        return None
    if cell.data_type == "e":
        faults.append(Fault(where, Text(f"是错误值 {value}", f"is the error {value}")))
        return None
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _number(repr(value), kind, where, faults)
    if kind in ("flag", "conforms"):
        return FLAGS.get(str(value).strip().lower(), str(value).strip())
    return str(value)


def _number(text: str, kind: str, where: str, faults: list[Fault]) -> Any:
    """A numeric cell is a double: its shortest form is what was typed, up to 15 digits; beyond, it cannot be known."""
    number = Decimal(text)
    if len(number.normalize().as_tuple().digits) > 15:
        faults.append(
            Fault(
                where,
                Text(
                    "数字超过 15 位，Excel 已不能精确保存，请设为文本后重新填写",
                    "has more than 15 digits, which Excel does not keep exactly: format the cell as text and type it again",
                ),
            )
        )
        return None
    whole = number == number.to_integral_value()
    return (str(int(number)) if whole else text) if kind not in ("figure",) else number
