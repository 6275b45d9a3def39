"""The layout of the workbook (项目表 Excel): which field stands on which worksheet, and where.

One worksheet a section, a field a row; one worksheet a list, an item a row. The path stands in the sheet itself, so that the
reader needs no second table.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from openpyxl.utils import get_column_letter

from review.sheet import FieldDescription, all_fields, all_parts
from review.sheet.paths import item_of, section_of, split_last

SECTION_HEAD = ("字段 path", "名称", "name", "单位 unit", "说明 meaning", "示例 example", "填写 value")
VALUE_COLUMN = len(SECTION_HEAD)
FIRST_ROW = 2
LIST_HEAD_ROWS = 2
MOST_ITEMS = 500
NONE_WORDS = "无此项（已核实没有）请在右侧写“无”；不写为未载明 / write none where there are none; blank is not stated"

_TITLES = {
    "project": "项目", "site": "选址", "energy": "能源", "energy.items": "能源明细", "products": "产品", "voc": "VOCs", "voc.offsets": "替代来源",
    "carbon": "碳排放", "carbon.replacement": "碳替代来源", "pollutants": "污染物",
    "coal": "用煤", "coal.boilers": "锅炉", "coal.kilns": "炉窑", "coal.power_units": "煤电机组", "capacity": "产能", "capacity.retired": "置换产能",
    "eia": "环评", "approvals": "审批", "data_centre": "数据中心", "management": "管理",
}  # fmt: skip


def titles() -> Mapping[str, str]:
    """Worksheet title by the path of the section or list."""
    return _TITLES


@cache
def section_rows(section: str) -> tuple[tuple[str, FieldDescription], ...]:
    """The rows of a section's worksheet: where it (or a part of it) may be `none`, a row for that; then each field."""
    maybe = {part.path: part for part in all_parts() if part.may_be_none}
    rows: list[tuple[str, FieldDescription]] = []
    if section in maybe:
        rows.append((section, maybe[section]))
    for field in all_fields():
        if not field.path.startswith(f"{section}.") or "[]" in field.path:
            continue
        parent = split_last(field.path)[0]
        if parent in maybe and parent != section and (parent, maybe[parent]) not in rows:
            rows.append((parent, maybe[parent]))
        rows.append((field.path, field))
    return tuple(rows)


@cache
def list_columns(path: str) -> tuple[tuple[str, FieldDescription], ...]:
    """The columns of a list's worksheet: the path below the item, and the field."""
    prefix = f"{path}[]."
    return tuple((field.path.removeprefix(prefix), field) for field in all_fields() if field.path.startswith(prefix))


def lists() -> tuple[str, ...]:
    """The paths of every list that has a worksheet."""
    return tuple(part.path for part in all_parts() if part.kind == "list")


def cell_of(path: str) -> str | None:
    """Where a field stands in the template, by worksheet and cell: `energy.total_tce` → `能源!G3`; an item's row; None for what has no cell."""
    item = item_of(path)
    if item is None:
        title = _TITLES.get(section_of(path))
        rows = [known for known, _ in section_rows(section_of(path))] if title else []
        column = get_column_letter(VALUE_COLUMN)
        return f"{title}!{column}{FIRST_ROW + rows.index(path)}" if path in rows else None
    title, row = _TITLES.get(item.list), LIST_HEAD_ROWS + 1 + item.index
    if title is None:
        return None
    if not item.below:
        return f"{title}!{row}:{row}"
    columns = [known for known, _ in list_columns(item.list)]
    return f"{title}!{get_column_letter(1 + columns.index(item.below))}{row}" if item.below in columns else None
