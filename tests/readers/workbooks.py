"""Workbooks for tests: the template filled in cell by cell as a person would, and workbooks of the layout of before."""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from openpyxl import Workbook, load_workbook

from review.clock import today
from review.law.loading import choose
from review.law.place import word_of
from review.readers.workbook_before import HEAD, NONE_WORDS
from review.readers.workbook_layout import cell_of, is_wanted, lists, titles
from review.readers.workbook_template import fill_template
from review.sheet import all_fields, all_parts, describe
from review.sheet.paths import leaves, split_last, value_at


def saved(book: Any) -> bytes:
    """The bytes of a workbook as openpyxl saves it."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(content: bytes, *changes: Callable[[Any], object]) -> bytes:
    """A workbook, changed and saved again."""
    book = pickle.loads(_loaded(content))
    for page in book.worksheets:
        # What makes a row or column that is asked for is not pickled.
        page.row_dimensions.default_factory, page.column_dimensions.default_factory = page._add_row, page._add_column
    for change in changes:
        change(book)
    return saved(book)


@lru_cache(maxsize=8)
def _loaded(content: bytes) -> bytes:
    """A workbook as openpyxl loads it, pickled: to unpickle it takes a fifth of the time."""
    return pickle.dumps(load_workbook(io.BytesIO(content)), pickle.HIGHEST_PROTOCOL)


def typed_in(values: Mapping[str, Any], content: Mapping[str, Any] | None = None) -> bytes:
    """The template (filled with `content`) with values typed into their cells, by path: `energy.total_tce`, `products[0].name`."""

    wanted = is_wanted(content or {}, choose(None, today()))

    def write(book: Any) -> None:
        for path, value in (
            leaves(values) if any(isinstance(each, dict | list) for each in values.values()) else values.items()
        ):
            cell = cell_of(path, wanted)
            assert cell is not None, path
            title, _, where = cell.partition("!")
            book[title][where].value = value

    return changed(_filled(json.dumps(content or {})), write)


@lru_cache(maxsize=8)
def _filled(content: str) -> bytes:
    return fill_template(json.loads(content))


def before(content: Mapping[str, Any], blank: bool = True) -> bytes:
    """A workbook of the layout of before with a canonical sheet's content; `blank`: with the fields that state nothing."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for path, title in titles().items():
        (_list_before if path in lists() else _section_before)(book.create_sheet(title), path, content, blank)
    return saved(book)


def _section_before(page: Any, section: str, content: Mapping[str, Any], blank: bool) -> None:
    page.append((HEAD, "名称", "name", "单位 unit", "说明 meaning", "示例 example", "填写 value"))
    maybe = {part.path: part for part in all_parts() if part.may_be_none}
    rows = {section: maybe[section]} if section in maybe else {}
    for field in all_fields():
        if field.path.startswith(f"{section}.") and "[]" not in field.path:
            parent = split_last(field.path)[0]
            rows |= {parent: maybe[parent]} if parent in maybe and parent != section else {}
            rows[field.path] = field
    for path, field in rows.items():
        value = value_at(content, path)
        written = None if value is None or isinstance(value, Mapping) else _before(path, value)
        if blank or written is not None:
            page.append((path, field.label.zh, field.label.en, field.unit, "", "", written))
            page.cell(page.max_row, 7).data_type = "s" if written else "n"


def _list_before(page: Any, path: str, content: Mapping[str, Any], blank: bool) -> None:
    items = value_at(content, path) or []
    prefix = f"{path}[]."
    below = [field.path.removeprefix(prefix) for field in all_fields() if field.path.startswith(prefix)]
    names = [
        name for name in below if blank or name == below[0] or any(value_at(each, name) is not None for each in items)
    ]
    page.append(names)
    page.append([describe(f"{prefix}{name}").label.zh for name in names])
    page.cell(1, len(names) + 2, NONE_WORDS)
    if value_at(content, path) == []:
        page.cell(1, len(names) + 3, "无")
    for row, item in enumerate(items, 3):
        for column, name in enumerate(names, 1):
            value = value_at(item, name)
            if value is not None and not isinstance(value, Mapping):
                page.cell(row, column).value = _before(f"{prefix}{name}", value)
                page.cell(row, column).data_type = "s"


def _before(path: str, value: Any) -> str:
    word = word_of(describe(path), value)
    return word.zh if word else str(value)
