"""Every field of the sheet with its label, unit, meaning and kind: forms, templates and messages are made from this."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from review.errors import Text
from review.sheet import fields
from review.sheet.energy import EnergyUnit
from review.sheet.identifiers import IdentifierOrNone
from review.sheet.model import ProjectSheet
from review.sheet.paths import pattern_of, prefixes, section_of, steps
from review.sheet.project import Conforms
from review.terms import NONE_WORD, STATUS_WORDS, TRUTH_WORDS

Kind = Literal["text", "figure", "flag", "day", "choice", "industry", "unit", "conforms", "part", "list"]
_NAMED: tuple[tuple[Any, Kind], ...] = (
    (fields.Figure, "figure"), (fields.Amount, "figure"), (fields.Longitude, "figure"), (fields.Latitude, "figure"), (fields.Flag, "flag"),
    (fields.Day, "day"), (fields.DayOrNone, "day"), (fields.Industry, "industry"), (EnergyUnit, "unit"), (Conforms, "conforms"),
)  # fmt: skip
_MAY_BE_NONE = [[get_args(written)[1]] for written in (IdentifierOrNone, fields.DayOrNone)]


@dataclass(frozen=True)
class FieldDescription:
    """A field by its path (`voc.offsets[].document`, or with indexes): what a person is told about it.

    `kind` is the kind of its value; a part or a list of parts has kind `part` or `list`. `may_be_none`: the word `"none"` states
    that it does not exist. `since`: conditions know it in editions whose content says `facts:` that much or more.
    `by` is who supplies it: the applicant, or the office that reviews. `table` is the edition's table whose keys a choice without
    `choices` of its own is one of.
    """

    path: str
    label: Text
    unit: str | None
    kind: Kind
    choices: Mapping[str, Text] | None
    meaning: Text | None
    example: Any
    may_be_none: bool
    since: int = 1
    by: fields.By = fields.APPLICANT
    table: str | None = None

    def word(self, value: Any) -> Text | None:
        """The office's word for a value that has one: a truth, a choice, what is not applicable or does not exist; None for any other."""
        if isinstance(value, bool):
            return TRUTH_WORDS[value]
        if value == fields.NONE and (self.may_be_none or self.kind in ("part", "list")):
            return NONE_WORD
        if value == "not_applicable" and self.kind == "conforms":
            return STATUS_WORDS["not_applicable"]
        return (self.choices or {}).get(value) if isinstance(value, str) else None


@lru_cache(maxsize=8192)
def describe(path: str) -> FieldDescription:
    """The description of a concrete or pattern path; a list item's label says which one it is. Raises KeyError."""
    known = _catalogue()[pattern_of(path)]
    zh, en = [], []
    for walked in prefixes(path):
        field_there = _catalogue()[pattern_of(walked)]
        index = steps(walked)[-1]
        if isinstance(index, int):
            zh.append(f"{field_there.label.zh}[{index + 1}]")
            en.append(f"{field_there.label.en}[{index + 1}]")
        elif walked == path or (field_there.kind == "part" and path.count(".") > walked.count(".") and "." in walked):
            zh.append(field_there.label.zh)
            en.append(field_there.label.en)
    return replace(known, path=path, label=Text(" · ".join(zh), " · ".join(en)))


def label_of(path: str) -> Text:
    """Where in the sheet a subject or field stands, in words; a path that no sheet has as it is."""
    try:
        return describe(path).label
    except KeyError:
        return Text(path, path)


def placed_label(path: str) -> Text:
    """The label of a field after that of its section, without which 其中新增量 says nothing; alone where it begins with that."""
    section, own = label_of(section_of(path)), label_of(path)
    return Text(
        own.zh if own.zh.startswith(section.zh) else f"{section.zh}：{own.zh}",
        own.en if own.en.startswith(section.en) else f"{section.en}: {own.en}",
    )


def order_of(path: str) -> tuple[tuple[int, int], ...]:
    """Where a path stands in the sheet, to sort by; what no sheet has, and what is said of the whole sheet, comes after what it has."""
    places = _places()
    walked = ((places.get(pattern_of(each), len(places)), steps(each)[-1:]) for each in prefixes(path))
    return tuple((place, step[0] if step and isinstance(step[0], int) else 0) for place, step in walked)


@cache
def _places() -> dict[str, int]:
    return {path: place for place, path in enumerate(_catalogue())}


@cache
def all_fields() -> tuple[FieldDescription, ...]:
    """Every leaf field, as a pattern path, in the order of the sheet."""
    return tuple(each for each in _catalogue().values() if each.kind not in ("part", "list"))


@cache
def all_parts() -> tuple[FieldDescription, ...]:
    """Every section, document and list, as a pattern path, in the order of the sheet."""
    return tuple(
        each for each in _catalogue().values() if each.kind in ("part", "list") and not each.path.endswith("[]")
    )


@cache
def children(path: str) -> tuple[FieldDescription, ...]:
    """The fields, parts and lists directly in a part (a pattern path; empty: the sheet), in its order."""
    prefix = f"{path}." if path else ""
    return tuple(
        each
        for each in _catalogue().values()
        if each.path.startswith(prefix) and "." not in each.path[len(prefix) :] and not each.path.endswith("[]")
    )


@cache
def _catalogue() -> dict[str, FieldDescription]:
    return {each.path: each for each in _walk(ProjectSheet, "")}


def _walk(
    model: type[BaseModel], prefix: str, above: int = 1, by: fields.By = fields.APPLICANT
) -> Iterator[FieldDescription]:
    for name, info in model.model_fields.items():
        if name == "schema_":
            continue
        path = f"{prefix}{name}"
        part, many, may_be_none = _inside(info.annotation, info.metadata)
        extra: dict[str, Any] = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        label = Text(extra["label"]["zh"], extra["label"]["en"])
        meaning = Text(**extra["meaning"]) if "meaning" in extra else None
        choices = {key: Text(**words) for key, words in extra["choices"].items()} if "choices" in extra else None
        kind: Kind = (
            "list" if many else "part" if part else _kind(model, name, info, choices is not None or "table" in extra)
        )
        example = info.examples[0] if info.examples else None
        since, mine = max(above, extra.get("since", 1)), extra.get("by", by)
        frozen = MappingProxyType(choices) if choices else None
        may_be_none = may_be_none or info.metadata[:1] in _MAY_BE_NONE
        yield FieldDescription(
            path, label, extra.get("unit"), kind, frozen, meaning, example, may_be_none, since, mine, extra.get("table")
        )
        if part and many:
            yield FieldDescription(f"{path}[]", label, None, "part", None, None, None, False, since, mine)
            yield from _walk(part, f"{path}[].", since, mine)
        elif part:
            yield from _walk(part, f"{path}.", since, mine)


def _inside(annotation: Any, metadata: list[Any]) -> tuple[type[BaseModel] | None, bool, bool]:
    """The part a field is (if it is one), whether it is a list of them, and whether it may be "none"."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False, False
    origin = get_origin(annotation)
    if origin is Annotated:
        return _inside(get_args(annotation)[0], [])
    if origin is tuple:
        return _inside(get_args(annotation)[0], [])[0], True, False
    if origin in (Union, UnionType):
        found: tuple[type[BaseModel] | None, bool, bool] = (None, False, False)
        absent = False
        for option in get_args(annotation):
            inner = get_args(option)[0] if get_origin(option) is Annotated else option
            absent = absent or inner == fields.Absent
            part, many, none = _inside(option, [])
            absent = absent or none
            if part is not None:
                found = (part, many, False)
        return found[0], found[1], absent
    return None, False, False


def _kind(model: type[BaseModel], name: str, info: FieldInfo, chosen: bool) -> Kind:
    if chosen:
        return "choice"
    declared = model.__annotations__.get(name)
    for written, kind in _NAMED:
        if info.metadata and info.metadata[0] == get_args(written)[1]:
            return kind
    if declared is NoneType:
        raise TypeError(f"{model.__name__}.{name} has no kind")
    return "text"
