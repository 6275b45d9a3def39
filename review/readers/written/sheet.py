"""A sheet as people filled it in → what it states (项目表的读法), field by field, with what each was read as and every refusal by its path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from review.drafting.faults import FURTHER, MOST_LISTED
from review.errors import Fault, SheetError, Text
from review.quantities import measure_words
from review.readers.asking import Edition, edition_today
from review.readers.written.answers import Read, not_read, placed, read_as
from review.readers.written.fields import read_field
from review.readers.written.words import is_none_word
from review.sheet import FieldDescription, ProjectSheet, describe, parse_sheet
from review.sheet.catalogue import children, label_of
from review.sheet.fields import NONE
from review.sheet.parsing import first_of
from review.sheet.paths import split_last, value_at


@dataclass(frozen=True)
class Understood:
    """What the written values state: without those that could not be read, which are among the faults; by path what was read as what."""

    values: dict[str, Any]
    readings: Mapping[str, Text] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def understood(values: Mapping[str, Any], edition: Edition = edition_today) -> Understood:
    """The values of a sheet as they were written, read. `edition` is asked for where a name of one of its tables is to be read."""
    reader = _Reader(cache(edition))
    found = reader.part(values, "", "")
    return Understood(found, reader.readings, tuple(reader.faults))


def first_unread(read: Understood, most: int = MOST_LISTED) -> tuple[Fault, ...]:
    """What could not be read, as far as a page lists it; a last fault without a place says where there is more."""
    return read.faults if len(read.faults) <= most else (*read.faults[:most], Fault("", FURTHER))


def understood_part(value: Any, path: str, pattern: str, edition: Edition = edition_today) -> Understood:
    """A part, or an item of a list, read: values by the names of its fields, the rest by path. Nothing where it is no part."""
    reader = _Reader(cache(edition))
    found = reader.part(value, path, pattern) if isinstance(value, Mapping) else {}
    return Understood(found, reader.readings, tuple(reader.faults))


def as_stated(values: Mapping[str, Any], edition: Edition = edition_today) -> dict[str, Any]:
    """The values of a sheet as a sheet states them; what cannot be read stands as it was written, for who reads the sheet to name it."""
    return _Reader(cache(edition), with_unread=True).part(values, "", "")


def written_sheet(values: object, edition: Edition = edition_today) -> tuple[ProjectSheet, Mapping[str, Text]]:
    """The sheet that written values state, and what was read as what, by path. Raises SheetError with every fault, each naming its field."""
    if not isinstance(values, Mapping):
        return parse_sheet(values), {}
    found = understood(values, edition)
    faults = list(found.faults)
    try:
        sheet = parse_sheet(found.values)
    except SheetError as error:
        faults += error.faults
    if faults:
        raise SheetError([_naming(each) for each in first_of(faults)])
    return sheet, found.readings


def _naming(fault: Fault) -> Fault:
    """The fault with the name of its field before its words; of what is no field, as it is."""
    label = label_of(fault.where)
    if label.zh == fault.where:
        return fault
    return Fault(fault.where, Text(f"“{label.zh}”：{fault.text.zh}", f"“{label.en}”: {fault.text.en}"))


def read_at(path: str, text: str, content: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
    """What a text states at a path of a sheet's content, by path: of the field, and of the unit beside it. Raises SheetError."""
    field, (part, _) = describe(path), split_last(path)
    beside = value_at(content, part)
    try:
        read = read_field(field, text, beside if isinstance(beside, Mapping) else {}, edition)
    except SheetError as error:
        raise SheetError(placed(error, path, field.label)) from None
    return {path: read.value, **{f"{part}.{name}": value for name, value in read.beside.items()}}


def readings_told(readings: Mapping[str, Text]) -> tuple[Fault, ...]:
    """What was read as what, as notes: each with its place and the name of the field."""
    return tuple(
        Fault(path, Text(f"“{describe(path).label.zh}”{words.zh}", f"“{describe(path).label.en}” {words.en}"))
        for path, words in readings.items()
    )


class _Reader:
    """Walks the values of one sheet; what it finds is added up."""

    def __init__(self, edition: Edition, *, with_unread: bool = False) -> None:
        self.edition, self.with_unread = edition, with_unread
        self.readings: dict[str, Text] = {}
        self.faults: list[Fault] = []

    def part(self, value: Mapping[str, Any], path: str, pattern: str) -> dict[str, Any]:
        known = {split_last(each.path)[1]: each for each in children(pattern)}
        found: dict[str, Any] = {}
        filled: dict[str, Any] = {}
        for name, inner in value.items():
            where = f"{path}.{name}" if path else str(name)
            if name not in known:
                found[name] = inner
            elif (read := self._value(inner, where, known[name], value, filled)) is not None:
                found[name] = read
        for name, unit in filled.items():
            if not value.get(name):
                self.readings[f"{path}.{name}"] = read_as(measure_words(unit))
        return {**found, **filled}

    def _value(
        self, value: Any, path: str, known: FieldDescription, beside: Mapping[str, Any], filled: dict[str, Any]
    ) -> Any:
        if known.kind == "part":
            return self._inner(value, path, known)
        if known.kind == "list":
            items = value if isinstance(value, list | tuple) else None
            if items is None:
                return value
            return [
                self.part(each, f"{path}[{index}]", f"{known.path}[]") if isinstance(each, Mapping) else each
                for index, each in enumerate(items)
            ]
        written = _as_text(value, known)
        return value if written is None else self._leaf(written, path, known, beside, filled)

    def _inner(self, value: Any, path: str, known: FieldDescription) -> Any:
        if isinstance(value, Mapping):
            return self.part(value, path, known.path)
        if isinstance(value, str) and known.may_be_none and is_none_word(value):
            return NONE
        return value

    def _leaf(
        self, text: str, path: str, known: FieldDescription, beside: Mapping[str, Any], filled: dict[str, Any]
    ) -> Any:
        try:
            read = read_field(known, text, beside, self.edition)
            self._fill(read, text, beside, filled)
        except SheetError as error:
            self.faults += placed(error, path)
            return text if self.with_unread else None
        if read.words is not None:
            self.readings[path] = read_as(read.words)
        return read.value

    def _fill(self, read: Read, text: str, beside: Mapping[str, Any], filled: dict[str, Any]) -> None:
        """What a text says of a field beside it. Raises SheetError where two texts say different things."""
        for name, value in read.beside.items():
            if filled.setdefault(name, value) != value:
                raise not_read(
                    text,
                    f"与同一行另一项的单位“{filled[name]}”不同",
                    f"its unit differs from that of another figure beside it, “{filled[name]}”",
                )


def _as_text(value: Any, known: FieldDescription) -> str | None:
    """The text that is to be read; None for a value that stands as it is: a truth, an exact number, what is not stated."""
    if isinstance(value, str):
        return value if value.strip() else None
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return str(value) if is_number and known.kind in ("figure", "day") else None
