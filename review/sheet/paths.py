"""Paths of the sheet (字段路径): `voc.offsets[1].area`, read, set and taken out one step at a time.

A step is a name, or the index of an item. A pattern is a path of every item: `voc.offsets[].area`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from review.errors import Fault, SheetError, Text

Step = str | int
# More digits than any list has items: whatever else stands in brackets is no index.
_STEP = re.compile(r"\[([0-9]{1,6})\]|([^.\[\]]+)")
_INDEX = re.compile(r"\[[0-9]{1,6}\]")


@dataclass(frozen=True)
class ItemPath:
    """A path that leads into a list: the list, the index of the item, and what is below it (empty: the item itself)."""

    list: str
    index: int
    below: str


@lru_cache(maxsize=8192)
def steps(path: str) -> tuple[Step, ...]:
    """The names and indexes of a path, in order: `voc.offsets[1].area` → `voc`, `offsets`, 1, `area`; of an empty path, none."""
    return tuple(int(index) if index else name for index, name in _STEP.findall(path))


def pattern_of(path: str) -> str:
    """The pattern of a path: `voc.offsets[1].area` → `voc.offsets[].area`."""
    return _INDEX.sub("[]", path)


def section_of(path: str) -> str:
    """The section that a path is in, empty for an empty path."""
    return str(next(iter(steps(path)), ""))


def split_last(path: str) -> tuple[str, str]:
    """The part that a field is in, and its name there: `voc.offsets[1].area` → `voc.offsets[1]` and `area`."""
    part, _, name = path.rpartition(".")
    return part, name


def item_of(path: str) -> ItemPath | None:
    """The item of a list that a path leads into; None for a path that leads into no list."""
    found = _INDEX.search(path)
    if found is None:
        return None
    return ItemPath(path[: found.start()], int(found[0][1:-1]), path[found.end() :].removeprefix("."))


def items_on(path: str) -> Iterator[str]:
    """The items of lists that a path leads through, each as a path, outermost first."""
    return (path[: found.end()] for found in _INDEX.finditer(path))


def prefixes(path: str) -> Iterator[str]:
    """The paths on the way, itself last: `voc`, `voc.offsets[1]`, `voc.offsets[1].area`."""
    dots = [place for place, character in enumerate(path) if character == "."]
    return (path[:place] for place in (*dots, len(path)))


def value_at(content: Any, path: str) -> Any:
    """What canonical content, or values as they were typed, state at a path; None where nothing is stated."""
    return _follow(content, steps(path))


def stated_in(sheet: Any, path: str) -> tuple[Any, bool]:
    """What a parsed sheet states at a path without items; and whether a part on the way is stated not to exist (`none`)."""
    for step in steps(path):
        if sheet is None or isinstance(sheet, str):
            return None, sheet == "none"
        sheet = getattr(sheet, str(step))
    return sheet, False


def is_stated(sheet: Any, path: str) -> bool:
    """Whether a parsed sheet states anything at a path, with indexes where it leads through lists; what is said not to exist is stated, an empty list is not."""
    there = sheet
    for step in steps(path):
        if there is None or isinstance(there, str):
            return there is not None
        there = there[step] if isinstance(step, int) else getattr(there, step)
    return there is not None and there != ()


def concrete(content: Mapping[str, Any], pattern: str) -> Iterator[str]:
    """The paths that a pattern stands for in a content: itself, or one for each item that the list has."""
    listed, mark, below = pattern.partition("[]")
    if not mark:
        yield pattern
        return
    items = value_at(content, listed)
    for index in range(len(items) if isinstance(items, list) else 0):
        yield f"{listed}[{index}]{below}"


def leaves(content: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is stated, by its path, in the order of the content; also a list or part that is stated to be empty."""
    if isinstance(content, Mapping) and content:
        for name, each in content.items():
            yield from leaves(each, f"{path}.{name}" if path else name)
    elif isinstance(content, list) and content:
        for index, each in enumerate(content):
            yield from leaves(each, f"{path}[{index}]")
    elif content is not None:
        yield path, content


def put(raw: dict[str, Any], path: str, value: Any) -> None:
    """Set the value of a field or item, making parts and items on the way. Raises SheetError inside a part or list stated `none`."""
    there: Any = raw
    for step, following in pairwise(steps(path)):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(step, int):
            there.extend({} for _ in range(len(there), step + 1))
            there = there[step]
        else:
            there = there.setdefault(step, empty)
        if type(there) is not type(empty):
            raise _inside_none(path, isinstance(empty, list))
    last = steps(path)[-1]
    if isinstance(last, int):
        there.extend({} for _ in range(len(there), last + 1))
    elif isinstance(there.get(last), dict | list) and there[last] and value != {}:
        raise _inside_none(path, False)
    there[last] = value


def take_out(values: dict[str, Any], path: str) -> None:
    """Take what is stated at a path out of the values themselves; an item is left in its list, empty."""
    way = steps(path)
    there = _follow(values, way[:-1])
    last = way[-1] if way else ""
    if isinstance(there, list) and isinstance(last, int) and last < len(there):
        there[last] = {}
    elif isinstance(there, dict):
        there.pop(last, None)


def _follow(content: Any, way: Iterable[Step]) -> Any:
    for step in way:
        if isinstance(step, int):
            content = content[step] if isinstance(content, list) and step < len(content) else None
        else:
            content = content.get(step) if isinstance(content, Mapping) else None
    return content


def _inside_none(path: str, of_list: bool) -> SheetError:
    words = (
        Text("已写“无”的列表不得再填写其中条目", "a list stated none may not have items filled in")
        if of_list
        else Text("已写“无”的部分不得再填写其中各项", "a part stated none may not have fields filled in")
    )
    return SheetError([Fault(path, words)])
