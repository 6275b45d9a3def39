"""From values as they were sent to a sheet, or to every fault of it: path, what was found, what is allowed."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from json.encoder import encode_basestring
from typing import Any

from pydantic import BaseModel, ValidationError

from review.errors import Fault, SheetError, Text
from review.quantities import plain
from review.sheet.catalogue import all_fields, all_parts, describe
from review.sheet.characters import is_printable
from review.sheet.fields import RECORDED, shown
from review.sheet.model import SCHEMA, ProjectSheet
from review.sheet.paths import pattern_of, split_last
from review.terms import THERE_IS_NONE, listed

MOST_FAULTS = 50
# What a section can say besides what it holds.
_WORDS = {"none": THERE_IS_NONE}
_TAGS = frozenset({"stated", "absent"})
_LISTED = re.compile(r"'([^']*)'")


def parse_sheet(raw: object, *, most: int = MOST_FAULTS) -> ProjectSheet:
    """The sheet that `raw` (JSON values, numbers as Decimal, int or str) states, taken in. Raises SheetError with its faults, at most that many."""
    return _parsed(raw, None, most)


def recorded_sheet(raw: object) -> ProjectSheet:
    """The sheet that recorded content states, as it was recorded: what is refused at intake alone is no fault. Raises SheetError."""
    return _parsed(raw, RECORDED, MOST_FAULTS)


def _parsed(raw: object, context: str | None, most: int) -> ProjectSheet:
    if not isinstance(raw, Mapping):
        raise SheetError(
            [
                Fault(
                    "",
                    Text(
                        f"项目表应为对象（键值），实为 {shown(raw).zh}",
                        f"the sheet should be an object, found {shown(raw).en}",
                    ),
                )
            ]
        )
    try:
        return ProjectSheet.model_validate(raw, context=context)
    except ValidationError as error:
        faults = _told(error.errors(include_url=False), most)
    except RecursionError:
        faults = [Fault("", Text("嵌套过深", "nested too deeply"))]
    raise SheetError(faults)


def _told(errors: Sequence[Any], most: int) -> list[Fault]:
    """The first faults in words, and how many more there are: words are made for no others."""
    found: dict[Fault, None] = {}
    further: set[tuple[str, str]] = set()
    for error in errors:
        if len(found) < most:
            found |= dict.fromkeys(_faults(error, suggest=len(found) < MOST_FAULTS))
        else:
            further |= {(path_of(error["loc"]), name) for name in _at(error) or (error["type"],)}
    return first_of(list(found), most, len(further))


def first_of(faults: Sequence[Fault], most: int = MOST_FAULTS, further: int = 0) -> list[Fault]:
    """The first faults, and how many more there are: beside those given also `further` ones."""
    more = len(faults) - most + further
    return list(faults) if more <= 0 else [*faults[:most], Fault("", Text(f"另有 {more} 处", f"and {more} more"))]


def path_of(location: tuple[Any, ...]) -> str:
    """A pydantic location as a sheet path: `voc.offsets[1].area`."""
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step not in _TAGS:
            name = "schema" if step == "schema_" else str(step)
            path += f".{name}" if path else name
    return "".join(c if is_printable(c) else "�" for c in path[:300])


def _faults(error: Any, *, suggest: bool) -> Iterator[Fault]:
    """The faults that one error is: one, or of a refusal about several fields one at each. `suggest`: which field may be meant."""
    fault, at = _fault(error, suggest), _at(error)
    yield from (Fault(f"{fault.where}.{name}" if fault.where else name, fault.text) for name in at)
    if not at:
        yield fault


def _at(error: Any) -> tuple[str, ...]:
    """The fields within the part that an error is about, where it names several."""
    named: tuple[str, ...] = error.get("ctx", {}).get("at", ())
    return named


def _fault(error: Any, suggest: bool) -> Fault:
    path, kind, context = path_of(error["loc"]), error["type"], error.get("ctx", {})
    found = shown(error.get("input"))
    if "zh" in context:
        return Fault(path, Text(context["zh"], context["en"]))
    if kind == "extra_forbidden":
        return Fault(path, _unknown_key(path) if suggest else Text("未知字段", "unknown field"))
    if kind == "missing":
        return Fault(path, Text("必须填写", "is required"))
    if kind == "literal_error":
        codes = listed_codes(str(context.get("expected", "")))
        choices = _choices(path)
        there = listed({code: choices.get(code) or _WORDS.get(code) or Text(code, code) for code in codes})
        return Fault(
            path, Text(f"{found.zh} 不可用；可用：{there.zh}", f"{found.en} is not allowed; allowed: {there.en}")
        )
    if kind in ("tuple_type", "list_type"):
        return Fault(path, Text(f"应为列表，实为 {found.zh}", f"should be a list, found {found.en}"))
    if kind == "too_long":
        most = context.get("max_length", "")
        return Fault(path, Text(f"项目过多，最多 {most} 项", f"too many items: at most {most}"))
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return Fault(path, Text(f"应为对象（键值），实为 {found.zh}", f"should be an object, found {found.en}"))
    if kind == "invalid_key":
        return Fault(path, Text("键名应为文字", "its keys should be text"))
    if kind in ("string_type", "value_error"):
        return Fault(path, Text(f"应为文字，实为 {found.zh}", f"should be text, found {found.en}"))
    return Fault(path, Text(f"{found.zh} 不可用", f"{found.en} is not allowed here"))


def listed_codes(expected: str) -> list[str]:
    """The values that pydantic lists as expected: 'a', 'b' or 'c'."""
    return _LISTED.findall(expected)


def _choices(path: str) -> Mapping[str, Text]:
    """What a field can be chosen from, in words; nothing where it is none of the sheet's."""
    try:
        return describe(path).choices or {}
    except KeyError:
        return {}


def _unknown_key(path: str) -> Text:
    parent, key = split_last(path)
    pattern = pattern_of(parent)
    every = [each.path for each in (*all_parts(), *all_fields())]
    siblings = [
        p.removeprefix(f"{pattern}.") if pattern else p
        for p in every
        if (p.startswith(f"{pattern}.") if pattern else True)
    ]
    siblings = [name for name in siblings if "." not in name and not name.endswith("[]")]
    near = difflib.get_close_matches(key[:60], siblings, n=1, cutoff=0.5) or difflib.get_close_matches(
        path[:80], every, n=1, cutoff=0.7
    )
    if near:
        full = f"{parent}.{near[0]}" if parent and near[0] in siblings else near[0]
        return Text(f"未知字段，是否指 {full}？", f"unknown field; did you mean {full}?")
    return Text(f"未知字段；可用：{'、'.join(siblings)}", f"unknown field; known here: {', '.join(siblings)}")


def canonical_sheet(sheet: ProjectSheet) -> dict[str, Any]:
    """What the sheet states and nothing else: nulls and empty objects dropped, decimals as plain strings, dates ISO."""
    content = _canonical(sheet)
    assert isinstance(content, dict)
    return {"schema": SCHEMA, **content}


def _canonical(value: Any) -> Any:
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, BaseModel):
        pairs = [(name, _canonical(getattr(value, name))) for name in _names_of(type(value))]
        return {name: each for name, each in pairs if each is not None and each != {}}
    if isinstance(value, tuple):
        return [_canonical(each) for each in value]
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value


@cache
def _names_of(part: type[BaseModel]) -> tuple[str, ...]:
    return tuple(name for name in part.model_fields if name != "schema_")


def canonical_bytes(sheet: ProjectSheet) -> bytes:
    """What the sheet states as canonical JSON (RFC 8785), memoised for the sheets asked for last."""
    return _bytes_of(_Same(sheet))


def sheet_digest(sheet: ProjectSheet) -> str:
    """SHA-256 over the canonical JSON of what the sheet states."""
    return "sha256:" + hashlib.sha256(canonical_bytes(sheet)).hexdigest()


class _Same:
    """A sheet as a key: the very same one, as no sheet is ever changed."""

    __slots__ = ("sheet",)

    def __init__(self, sheet: ProjectSheet) -> None:
        self.sheet = sheet

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.sheet is self.sheet

    def __hash__(self) -> int:
        return id(self.sheet)


@lru_cache(maxsize=8)
def _bytes_of(same: _Same) -> bytes:
    return _written(same.sheet).encode()


def _written(part: BaseModel) -> str:
    """A part as canonical JSON: its names are ASCII, so that the order of their characters is RFC 8785's."""
    values, pieces = part.__dict__, list[str]()
    for name, head in _heads_of(type(part)):
        value = values[name]
        if value is not None and (text := _value_written(value)) != "{}":
            pieces.append(head + text)
    return "{" + ",".join(pieces) + "}"


def _value_written(value: Any) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f'"{plain(value)}"'
    if isinstance(value, tuple):
        return "[" + ",".join([_value_written(each) for each in value]) + "]"
    return f'"{value.isoformat()}"' if isinstance(value, date) else _written(value)


@cache
def _heads_of(part: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """The names of a part in the order of canonical JSON, each with how its entry begins."""
    named = {info.alias or name: name for name, info in part.model_fields.items()}
    return tuple((named[key], f'"{key}":') for key in sorted(named))


def json_schema() -> dict[str, Any]:
    """The sheet's JSON Schema, with label, unit, meaning and example on every field."""
    schema = ProjectSheet.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        **schema,
        "title": "“两高”项目表 two-high project sheet",
    }
