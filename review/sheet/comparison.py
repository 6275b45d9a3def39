"""What differs between two sheets, field by field, with the labels that people know the fields by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from review.errors import Text
from review.sheet.catalogue import FieldDescription, describe
from review.sheet.model import ProjectSheet
from review.sheet.parsing import canonical_sheet

_NOT_STATED = Text("未写明", "not stated")
_NONE = Text("无", "none")
_FLAGS = {True: Text("是", "yes"), False: Text("否", "no")}


@dataclass(frozen=True)
class Difference:
    """A field that differs: its path, label and unit, and what each sheet states, as people read it."""

    path: str
    label: Text
    unit: str | None
    before: Text
    after: Text


def differences(before: ProjectSheet, after: ProjectSheet) -> tuple[Difference, ...]:
    """The fields in which two sheets differ, in the order of the later sheet. Rows of lists are held against each other by their place."""
    old, new = dict(_leaves(canonical_sheet(before), "")), dict(_leaves(canonical_sheet(after), ""))
    paths = [*new, *(each for each in old if each not in new)]
    return tuple(
        _difference(path, old, new) for path in paths if path != "schema" and _value(path, old) != _value(path, new)
    )


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value that is stated, by its path; also a list or part that is stated to be empty."""
    if isinstance(value, dict) and value:
        for name, each in value.items():
            yield from _leaves(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value:
        for place, each in enumerate(value):
            yield from _leaves(each, f"{path}[{place}]")
    elif value is not None:
        yield path, value


def _value(path: str, leaves: dict[str, Any]) -> tuple[bool, Any]:
    return path in leaves, leaves.get(path)


def _difference(path: str, old: dict[str, Any], new: dict[str, Any]) -> Difference:
    field = describe(path)
    return Difference(path, field.label, field.unit, _words(field, path, old), _words(field, path, new))


def _words(field: FieldDescription, path: str, leaves: dict[str, Any]) -> Text:
    if path not in leaves:
        return _NOT_STATED
    value = leaves[path]
    if isinstance(value, bool):
        return _FLAGS[value]
    if value in ("none", [], {}):
        return _NONE
    if field.choices and value in field.choices:
        return field.choices[value]
    return Text(str(value), str(value))
