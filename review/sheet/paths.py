"""Paths of the sheet (字段路径): `energy.items[0].factor`, read and set one step at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from review.errors import Fault, SheetError, Text

FLAGS = {"是": True, "true": True, "yes": True, "否": False, "false": False, "no": False}


def put(raw: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a sheet path, making parts and items on the way. Raises SheetError inside a part stated `none`."""
    here: Any = raw
    *steps, last = path.split(".")
    for step in steps:
        name, bracket, index = step.partition("[")
        if bracket:
            items = here.setdefault(name, [])
            if not isinstance(items, list):
                raise _inside_none(
                    path, "已写 none 的列表不得再填写其中条目", "a list stated none may not have items filled in"
                )
            while len(items) <= int(index[:-1]):
                items.append({})
            here = items[int(index[:-1])]
            continue
        if not isinstance(here.get(name, {}), dict):
            raise _inside_none(
                path, "已写 none 的部分不得再填写其中字段", "a part stated none may not have fields filled in"
            )
        here = here.setdefault(name, {})
    if isinstance(here.get(last), dict | list) and here[last] and value != {}:
        raise _inside_none(
            path, "已写 none 的部分不得再填写其中字段", "a part stated none may not have fields filled in"
        )
    here[last] = value


_STEP = re.compile(r"([a-z_0-9]+)(?:\[(\d+)\])?")


def value_at(content: Any, path: str) -> Any:
    """What canonical content states at a path, None where nothing."""
    for step in path.split("."):
        found = _STEP.fullmatch(step)
        if found is None or not isinstance(content, Mapping):
            return None
        content = content.get(found[1])
        if found[2] is not None:
            index = int(found[2])
            content = content[index] if isinstance(content, list) and index < len(content) else None
    return content


def _inside_none(path: str, zh: str, en: str) -> SheetError:
    return SheetError([Fault(path, Text(zh, en))])
