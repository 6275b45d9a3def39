"""The layout of the workbook (项目表 Excel): which field stands on which worksheet, row and column.

A section has a worksheet with a field a row, the gates one with a gate a row, each list one with an item a row. The name of a field stands in
its row or above its column; its path stands there too, in a hidden column or row, with the name and unit as they were written: so the
reader needs no second table, and sees where a name was changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from review.law.edition import Ruleset
from review.law.names import gates, is_of_gate
from review.law.place import is_asked
from review.readers.cell_names import column_letter
from review.sheet import FieldDescription, all_fields, all_parts, describe
from review.sheet.catalogue import children
from review.sheet.fields import LONGEST_LIST
from review.sheet.paths import item_of, section_of, split_last, value_at

INSTRUCTIONS, GATES, OPTIONS = "填表说明", "准入条件", "选项"
# The hidden row and column of paths meet in this mark; the other marks name the columns of a worksheet of rows.
PATHS, NAME, ANSWER, UNIT, HINT, EXAMPLE = "字段", "名称", "填写", "单位", "填写说明", "示例"
# Stands hidden beside an item of a list that states nothing: its row is no blank one.
ITEM = "一条"
ROLES = (NAME, ANSWER, UNIT, HINT, EXAMPLE)
# Above the names of the columns: what the worksheet is about, or of a list the question whether it is empty; a remark, or what each column means.
TITLE_ROW, HINT_ROW, PATHS_ROW, HEAD_ROW, FIRST_ROW = 1, 2, 3, 4, 5
PATHS_COLUMN, NAME_COLUMN, ANSWER_COLUMN, UNIT_COLUMN = 1, 2, 3, 4
MOST_ITEMS = LONGEST_LIST
EIA = "eia"
Kind = Literal["section", "gates", "list"]
Wanted = Callable[[str], bool]

_TITLES = {
    "project": "项目", "site": "选址", "energy": "能源", "energy.items": "能源明细", "products": "产品", "voc": "VOCs", "voc.offsets": "替代来源",
    "carbon": "碳排放", "carbon.replacement": "碳替代来源", "pollutants": "污染物",
    "coal": "用煤", "coal.boilers": "锅炉", "coal.kilns": "炉窑", "coal.power_units": "煤电机组", "capacity": "产能", "capacity.retired": "置换产能",
    "eia": "环评", "approvals": "审批", "data_centre": "数据中心", "management": "管理",
}  # fmt: skip


@dataclass(frozen=True)
class Worksheet:
    """A worksheet that is filled in: its title, what it is about, and how its fields stand on it."""

    title: str
    path: str
    kind: Kind


@dataclass(frozen=True)
class Row:
    """A row of a worksheet: a field or part that is answered in it, or (`answered` false) the heading of the fields of a part."""

    described: FieldDescription
    answered: bool = True

    @property
    def path(self) -> str:
        return self.described.path


def titles() -> Mapping[str, str]:
    """Worksheet title by the path of the section or list."""
    return _TITLES


@cache
def worksheets() -> tuple[Worksheet, ...]:
    """The worksheets that are filled in, in order."""
    found: list[Worksheet] = []
    for path, title in _TITLES.items():
        found.append(Worksheet(title, path, "list" if path in lists() else "section"))
        if path == EIA:
            found.append(Worksheet(GATES, path, "gates"))
    return tuple(found)


def lists() -> tuple[str, ...]:
    """The paths of every list that has a worksheet."""
    return tuple(part.path for part in all_parts() if part.kind == "list")


@cache
def section_rows(section: str) -> tuple[Row, ...]:
    """The rows of a section's worksheet: the section itself where it may not exist, its own fields, then part by part a heading and the fields."""
    described = describe(section)
    inner = [each for each in children(section) if each.kind != "list" and not is_of_gate(each.path)]
    own = [Row(each) for each in inner if each.kind != "part"]
    head = [Row(described)] if described.may_be_none else []
    return (*head, *own, *(row for each in inner if each.kind == "part" for row in _part_rows(each)))


def _part_rows(part: FieldDescription) -> Iterator[Row]:
    yield Row(part, answered=part.may_be_none)
    yield from (Row(each) for each in children(part.path))


@cache
def gate_rows() -> tuple[Row, ...]:
    """The rows of the gates."""
    return tuple(Row(describe(f"{EIA}.{gate}")) for gate in gates())


def is_wanted(content: Mapping[str, Any], edition: Ruleset) -> Wanted:
    """Whether a part is asked for by an edition, or states something in a sheet's content."""
    return lambda path: is_asked(path, edition) or value_at(content, path) is not None


@cache
def columns(path: str) -> tuple[tuple[str, FieldDescription], ...]:
    """The columns of a list's worksheet, or of the gates': the path below the item or gate, and the field."""
    prefix = f"{path}[]." if path in lists() else f"{gate_rows()[0].path}."
    return tuple((field.path.removeprefix(prefix), field) for field in all_fields() if field.path.startswith(prefix))


def column_name(below: str, field: FieldDescription) -> str:
    """What stands above a column: the names of the parts on the way and of the field, and its unit."""
    inside = split_last(field.path)[0]
    way = [part.label.zh for part in all_parts() if part.path == inside and "." in below]
    return named(" ".join((*way, field.label.zh)), field.unit)


def named(name: str, unit: str | None) -> str:
    """A name with its unit: 总投资（万元）."""
    return f"{name}（{unit}）" if unit else name


def mark(path: str, name: str) -> str:
    """What stands hidden beside or above a field: its path, and its name as the template writes it."""
    return f"{path} {name}"


def cell_of(path: str, wanted: Wanted = lambda _: True) -> str | None:
    """Where a field stands in the template, by worksheet and cell: `energy.total_tce` → `能源!C5`; an item's row; None for what has no cell."""
    item = item_of(path)
    if item is not None:
        return _cell_of_item(item.list, item.index, item.below)
    if is_of_gate(path):
        return _cell_of_gate(path, wanted)
    title = _TITLES.get(section_of(path))
    rows = [row.path if row.answered else "" for row in section_rows(section_of(path))] if title else []
    return f"{title}!{column_letter(ANSWER_COLUMN)}{FIRST_ROW + rows.index(path)}" if path in rows else None


def _cell_of_item(path: str, index: int, below: str) -> str | None:
    title, row = _TITLES.get(path), FIRST_ROW + index
    if title is None:
        return None
    if not below:
        return f"{title}!{row}:{row}"
    names = [known for known, _ in columns(path)]
    return f"{title}!{column_letter(NAME_COLUMN + names.index(below))}{row}" if below in names else None


def _cell_of_gate(path: str, wanted: Wanted) -> str | None:
    rows = [row.path for row in gate_rows() if wanted(row.path)]
    gate = next((each for each in rows if path == each or path.startswith(f"{each}.")), None)
    if gate is None:
        return None
    row, names = FIRST_ROW + rows.index(gate), [known for known, _ in columns(EIA)]
    if path == gate:
        return f"{GATES}!{row}:{row}"
    return f"{GATES}!{column_letter(ANSWER_COLUMN + names.index(path.removeprefix(f'{gate}.')))}{row}"
