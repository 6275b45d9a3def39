"""Sheets for tests: a base project and changes to it by path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from review import Register, Review, choose, judge, parse_sheet
from review.verdict.findings import Finding

AS_OF = date(2025, 3, 1)
NEW_TWO_HIGH: dict[str, Any] = {
    "project": {"name": "测试项目（虚构）", "industry": "3011", "stage": "proposed", "nature": "new"}
}
_STEP = re.compile(r"([a-z_0-9]+)(?:\[(\d+)\])?")


def put(sheet: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a path, making parts and list items on the way."""
    *steps, last = path.split(".")
    here: Any = sheet
    for step in steps:
        match = _STEP.fullmatch(step)
        assert match, path
        here = _into(here, match[1], match[2])
    match = _STEP.fullmatch(last)
    assert match, path
    if match[2] is None:
        here[match[1]] = value
    else:
        items = here.setdefault(match[1], [])
        while len(items) <= int(match[2]):
            items.append({})
        items[int(match[2])] = value


def _into(here: Any, name: str, index: str | None) -> Any:
    if index is None:
        if not isinstance(here.get(name), dict):
            here[name] = {}
        return here[name]
    items = here.setdefault(name, [])
    while len(items) <= int(index):
        items.append({})
    return items[int(index)]


def sheet(changes: Mapping[str, Any] | None = None, base: Mapping[str, Any] = NEW_TWO_HIGH) -> dict[str, Any]:
    """A copy of the base sheet with changes by path; a change to None removes nothing but states null."""
    result = deepcopy(dict(base))
    for path, value in (changes or {}).items():
        put(result, path, value)
    return result


def review(
    raw: Any, *, edition: str | None = "fuqing@2023", as_of: date = AS_OF, register: Register | None = None
) -> Review:
    """The review of a raw sheet by both evaluators."""
    ruleset = choose(edition, as_of)
    return judge(parse_sheet(raw), ruleset, as_of, register)


def found(result: Review, rule: str) -> list[Finding]:
    """The findings of one rule."""
    return [each for each in result.findings if each.rule.id == rule]
