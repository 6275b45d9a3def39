"""How the JSON of an answer becomes a shape: every field by its declared type, what is not declared passed over, figures never as floats."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, Union, get_args, get_origin, get_type_hints

from two_high_client.errors import Problem, ProblemError

Reader = Callable[[Any], Any]
_KINDS = {
    dict: "对象 / an object",
    list: "数组 / an array",
    str: "文字 / text",
    bool: "真假 / true or false",
    int: "整数 / a whole number",
    Decimal: "小数 / a decimal",
    NoneType: "null",
}


class Unfit(Exception):
    """A value is not of its declared type: `path` says where in the answer."""

    def __init__(self, words: str) -> None:
        self.words, self.path = words, ""
        super().__init__(words)

    def below(self, step: str) -> Unfit:
        """The same, seen from one step further out."""
        self.path = step + self.path
        return self


def json_of(content: bytes) -> Any:
    """JSON values; numbers with a point as Decimal. Raises ValueError."""
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def reader_of(shape: Any) -> Reader:
    """What reads JSON values as that type: a dataclass, or a type that a field of one can have. Raises TypeError for any other."""
    return _made(shape)


@cache
def _made(shape: Any) -> Reader:
    if shape is Any:
        return lambda value: value
    if shape is Problem:
        return lambda value: problem_from(value, 0)
    if shape is date:
        return _day
    if is_dataclass(shape):
        return _object_reader(shape)
    if shape in (str, int, bool, NoneType):
        return lambda value: value if type(value) is shape else _unfit(shape, value)
    origin, of = get_origin(shape), get_args(shape)
    if origin is Literal:
        return lambda value: value if value in of else _not_one_of(of, value)
    if origin in (Union, UnionType):
        return _either_reader(of)
    if origin in (tuple, list):
        return _array_reader(origin, reader_of(of[0]))
    if origin in (Mapping, dict):
        return _mapping_reader(reader_of(of[1]))
    raise TypeError(f"no answer has a field of the type {shape}")


def _object_reader(shape: Any) -> Reader:
    hints = get_type_hints(shape)
    known = [
        # A field that cannot have its name in Python ends with an underscore.
        (each.name, each.name.rstrip("_"), reader_of(hints[each.name]), each.default is MISSING)
        for each in fields(shape)
    ]

    def read(value: Any) -> Any:
        if type(value) is not dict:
            _unfit(dict, value)
        found = {}
        for name, wire, reader, required in known:
            try:
                if wire in value:
                    found[name] = reader(value[wire])
                elif required:
                    raise Unfit("缺失 / is missing")
            except Unfit as error:
                raise error.below(f".{wire}") from None
        return shape(**found)

    return read


def _either_reader(kinds: tuple[Any, ...]) -> Reader:
    readers = [reader_of(kind) for kind in kinds if kind is not NoneType]
    optional = NoneType in kinds

    def read(value: Any) -> Any:
        if value is None and optional:
            return None
        for reader in readers[:-1]:
            try:
                return reader(value)
            except Unfit:
                continue
        return readers[-1](value)

    return read


def _array_reader(made: Callable[[Any], Any], reader: Reader) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not list:
            _unfit(list, value)
        found = []
        for place, each in enumerate(value):
            try:
                found.append(reader(each))
            except Unfit as error:
                raise error.below(f"[{place}]") from None
        return made(found)

    return read


def _mapping_reader(reader: Reader) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not dict:
            _unfit(dict, value)
        found = {}
        for name, each in value.items():
            try:
                found[name] = reader(each)
            except Unfit as error:
                raise error.below(f".{name}") from None
        return found

    return read


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unfit(f"应为日期，而是 {str(value)[:60]!r} / should be a date, is {str(value)[:60]!r}") from None


def _unfit(wanted: type, value: Any) -> NoReturn:
    zh, en = (_KINDS[wanted].split(" / ") * 2)[:2]
    found_zh, found_en = (_KINDS.get(type(value), type(value).__name__).split(" / ") * 2)[:2]
    raise Unfit(f"应为{zh}，而是{found_zh} / should be {en}, is {found_en}")


def _not_one_of(allowed: tuple[Any, ...], value: Any) -> NoReturn:
    named = ", ".join(map(str, allowed))
    raise Unfit(f"{str(value)[:60]!r} 不在其中：{named} / {str(value)[:60]!r} is none of {named}")


def problem_from(value: Any, status: int) -> Problem:
    """A problem as far as it can be read, in an answer with that HTTP status; nothing of it is required."""
    said = value if isinstance(value, dict) else {}
    listed = said.get("errors")
    stated = said.get("status")
    return Problem(
        status=stated if type(stated) is int else status,
        type=_text(said, "type") or "about:blank",
        title=_text(said, "title") or f"HTTP {status}",
        detail=_text(said, "detail"),
        instance=_text(said, "instance"),
        code=_text(said, "code"),
        errors=tuple(_error_from(each) for each in listed if isinstance(each, dict)) if isinstance(listed, list) else (),
    )  # fmt: skip


def _error_from(said: Mapping[str, Any]) -> ProblemError:
    names = ("pointer", "path", "parameter", "code")
    return ProblemError(
        detail=_text(said, "detail") or "", in_=_text(said, "in"), **{name: _text(said, name) for name in names}
    )


def _text(said: Mapping[str, Any], name: str) -> str | None:
    value = said.get(name)
    return value if isinstance(value, str) else None
