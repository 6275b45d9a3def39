"""Values as somebody typed them (填写内容): stored whole while they do not make a sheet yet, read and changed block by block.

A block is what one form is about: a section's own fields (its lists left out, but for the word that one is empty), or one row of
a list. Every leaf is text as it was typed, or a truth; a number becomes the text it was written with, so no digit is lost, and an exponent is written out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from review.errors import Conflict, Fault, SheetError, Text
from review.quantities import fits, plain
from review.sheet.catalogue import FieldDescription, children
from review.sheet.characters import is_printable
from review.sheet.fields import LONGEST_LIST, NONE
from review.sheet.model import SCHEMA
from review.sheet.nothing import is_word_of_nothing
from review.sheet.paths import pattern_of, split_last, value_at

# More than that is not a sheet with mistakes, and nobody looks through it.
MOST_LEFT = 1_000
SECTIONS = tuple(each.path for each in children(""))
# The values of a sheet by the names of its fields, while they do not make a sheet yet.
Values = dict[str, Any]


@dataclass(frozen=True)
class Left:
    """Something sent that has no place in the form, stored to be looked at: where it stood, what it was, what is wrong with it."""

    where: str
    found: str
    text: Text


@dataclass(frozen=True)
class Typed:
    """What was typed by path, what found no place, and for what came from a workbook the cell of each path."""

    values: Values = field(default_factory=dict)
    left: tuple[Left, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        left = [{"where": each.where, "found": each.found, "text": each.text.as_json()} for each in self.left]
        return {"values": self.values, "left": left, "cells": dict(self.cells)}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Typed:
        left = tuple(Left(each["where"], each["found"], Text(**each["text"])) for each in content["left"])
        return cls(content["values"], left, content["cells"])


def typed(raw: object, cells: Mapping[str, str] | None = None, unread: tuple[Left, ...] = ()) -> Typed:
    """The values of `raw` (JSON with exact numbers). Raises SheetError where it is no object, a list is too long, or too much has no place."""
    if not isinstance(raw, Mapping):
        raise SheetError([Fault("", Text("项目表应为对象（键值）", "the sheet should be an object"))])
    left = list(unread)
    rest = {name: value for name, value in raw.items() if not (name == "schema" and value == SCHEMA)}
    values = _part(rest, "", "", left)
    if len(left) > MOST_LEFT:
        words = Text(
            f"有 {len(left):,} 处不能填入项目表，最多 {MOST_LEFT:,} 处：请先更正文件",
            f"has {len(left):,} places that a sheet has no room for, at most {MOST_LEFT:,}: correct the file first",
        )
        raise SheetError([Fault("", words)])
    return Typed(values, tuple(left), dict(cells or {}))


def _part(value: Mapping[str, Any], path: str, pattern: str, left: list[Left]) -> dict[str, Any]:
    known = {split_last(each.path)[1]: each for each in children(pattern)}
    found: dict[str, Any] = {}
    for name, inner in value.items():
        where = f"{path}.{name}" if path else str(name)
        if name not in known:
            left.append(_left(where, inner, "表中没有这个字段", "the sheet has no such field"))
        elif (fitted := _fitted(inner, where, known[name], left)) is not None:
            found[name] = fitted
    return found


def _fitted(value: Any, path: str, known: FieldDescription, left: list[Left]) -> Any:
    if value is None:
        return None
    if known.kind == "part":
        if isinstance(value, Mapping):
            return _part(value, path, known.path, left)
        if known.may_be_none and isinstance(value, str) and is_word_of_nothing(value):
            return NONE
        left.append(_left(path, value, "应为一组字段", "should be an object"))
        return None
    if known.kind == "list":
        return _rows(value, path, known, left)
    if isinstance(value, bool) and known.kind in ("flag", "conforms"):
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        written = str(value)
        return plain(Decimal(value)) if "E" in written and fits(Decimal(value)) else written
    if isinstance(value, str) and _encodable(value):
        return value if value.strip() else None
    left.append(_left(path, value, "这里不能填这样的内容", "this cannot stand here"))
    return None


def _rows(value: Any, path: str, known: FieldDescription, left: list[Left]) -> list[dict[str, Any]] | None:
    if not isinstance(value, list | tuple):
        left.append(_left(path, value, "应为列表", "should be a list"))
        return None
    if len(value) > LONGEST_LIST:
        words = Text(f"有 {len(value)} 项，最多 {LONGEST_LIST} 项", f"has {len(value)} items: at most {LONGEST_LIST}")
        raise SheetError([Fault(path, words)])
    rows = []
    for index, each in enumerate(value):
        if not isinstance(each, Mapping):
            left.append(_left(f"{path}[{index}]", each, "应为一组字段", "should be an object"))
            each = {}
        rows.append(_part(each, f"{path}[{index}]", f"{known.path}[]", left))
    return rows


def _encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _left(where: str, value: Any, zh: str, en: str) -> Left:
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=True, default=str)
    clean = words if _encodable(words) else ascii(words)
    return Left("".join(c if is_printable(c) else "�" for c in where[:300]), clean, Text(zh, en))


def lists_of(section: str) -> tuple[str, ...]:
    """The paths of the lists of a section: the section itself where it is one."""
    top = next(each for each in children("") if each.path == section)
    return (section,) if top.kind == "list" else tuple(each.path for each in children(section) if each.kind == "list")


def rows(values: Mapping[str, Any], path: str) -> list[dict[str, Any]]:
    """The rows of a list; none where it is empty or not stated."""
    found = value_at(values, path)
    return found if isinstance(found, list) else []


def own(values: Mapping[str, Any], section: str) -> Any:
    """A section's own block: its fields, and of its lists only that one is empty."""
    value = values.get(section)
    if isinstance(value, list):
        return [] if not value else None
    if isinstance(value, Mapping):
        return {name: inner for name, inner in value.items() if not (isinstance(inner, list) and inner)} or None
    return value


def with_own(values: dict[str, Any], section: str, block: Any) -> dict[str, Any]:
    """The values with a section's own block put in; its rows stay. Raises Conflict where the block denies rows that are there."""
    result = deepcopy(values)
    filled = {path: there for path in lists_of(section) if (there := rows(values, path))}
    denied = [
        path
        for path in filled
        if block == NONE or (block == [] if path == section else value_at({section: block}, path) == [])
    ]
    if denied:
        words = Text(
            "已有条目；如确认没有，请先移除各条", "there are rows: remove them first to state that there are none"
        )
        raise Conflict([Fault(path, words) for path in denied])
    if section in filled:
        return result
    if block is None and not filled:
        result.pop(section, None)
        return result
    result[section] = deepcopy(block) if block is not None else {}
    for path, there in filled.items():
        result[section][split_last(path)[1]] = deepcopy(there)
    return result


def with_row(values: dict[str, Any], path: str, index: int | None, row: dict[str, Any] | None) -> dict[str, Any]:
    """The values with a row of a list put in, added (`index` None) or removed (`row` None); a list without rows is not stated.

    Raises Conflict where the part that the list is in is stated not to exist, or no row can be added.
    """
    result = deepcopy(values)
    part, name = split_last(path)
    holder: Any = result.setdefault(part, {}) if part else result
    if not isinstance(holder, dict):
        raise Conflict(
            [
                Fault(
                    part,
                    Text("该部分已写明没有；请先改为“填写”", "it is stated that there is none: change that first"),
                )
            ]
        )
    found = holder.setdefault(name, [])
    if index is None:
        if len(found) >= LONGEST_LIST:
            raise Conflict([Fault(path, Text(f"最多 {LONGEST_LIST} 项", f"at most {LONGEST_LIST} items"))])
        found.append(row or {})
    elif index >= len(found):
        raise Conflict([Fault(path, Text("该条已被移除", "the row has been removed"))])
    elif row is None:
        del found[index]
    else:
        found[index] = row
    if not found:
        del holder[name]
    return result


def stated(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every path at which something is stated, with it: leaves, and what is stated not to exist or to be empty."""
    if isinstance(value, Mapping):
        # In the order of the sheet, whatever order they were typed or stored in.
        for each in children(pattern_of(path)):
            name = split_last(each.path)[1]
            yield from stated(value.get(name), f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value:
        for index, row in enumerate(value):
            yield from stated(row, f"{path}[{index}]")
    elif value is not None:
        yield path, value
