"""What differs between two sheets, field by field, with the labels that people know the fields by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from review.errors import Text
from review.sheet.catalogue import describe
from review.sheet.model import ProjectSheet
from review.sheet.parsing import canonical_sheet
from review.sheet.paths import leaves
from review.terms import NONE_WORD, TRUTH_WORDS

_NOT_STATED = Text("未写明", "not stated")
NO_WORDS: Mapping[str, Mapping[str, Text]] = MappingProxyType({})


@dataclass(frozen=True)
class Difference:
    """A field that differs: its path, label and unit, and what each sheet states, as people read it."""

    path: str
    label: Text
    unit: str | None
    before: Text
    after: Text


def differences(
    before: ProjectSheet, after: ProjectSheet, words: Mapping[str, Mapping[str, Text]] = NO_WORDS
) -> tuple[Difference, ...]:
    """The fields in which two sheets differ, in the order of the later sheet. Rows of lists are compared by their place.

    `words`: of fields that are chosen from an edition's table, by the table, what each key is called.
    """
    old, new = dict(leaves(canonical_sheet(before))), dict(leaves(canonical_sheet(after)))
    paths = [*new, *(each for each in old if each not in new)]
    return tuple(
        _difference(path, old, new, words)
        for path in paths
        if path != "schema" and _value(path, old) != _value(path, new)
    )


def _value(path: str, stated: dict[str, Any]) -> tuple[bool, Any]:
    return path in stated, stated.get(path)


def _difference(
    path: str, old: dict[str, Any], new: dict[str, Any], words: Mapping[str, Mapping[str, Text]]
) -> Difference:
    field = describe(path)
    choices = field.choices or words.get(field.table or "", {})
    return Difference(path, field.label, field.unit, _words(choices, path, old), _words(choices, path, new))


def _words(choices: Mapping[str, Text], path: str, stated: dict[str, Any]) -> Text:
    if path not in stated:
        return _NOT_STATED
    value = stated[path]
    if isinstance(value, bool):
        return TRUTH_WORDS[value]
    if value in ("none", [], {}):
        return NONE_WORD
    if isinstance(value, str) and value in choices:
        return choices[value]
    return Text(str(value), str(value))
