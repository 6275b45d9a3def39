"""What is wrong with settings: each by the option, variable or file that states it, with the value and what is allowed."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from tomllib import TOMLDecodeError
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo

from api.wire.refused import words_of
from review.errors import Fault, Text, system_words
from review.law.forms import near

CONFIG, PREFIX = "TWO_HIGH_CONFIG", "TWO_HIGH_"
# Read beside the settings: the file of settings, and who acts.
_BESIDE = (CONFIG, "TWO_HIGH_OFFICER")
_SYMBOLS = (("ge", "≥"), ("gt", ">"), ("le", "≤"))
_AT = re.compile(r"\(at line (\d+), column (\d+)\)")
# The address of a database can hold a password.
_SECRET = ("database",)


def bounds(field: FieldInfo) -> str:
    """What a setting allows besides its kind, as `≥ 1, ≤ 64`."""
    found = ((symbol, getattr(each, name, None)) for each in field.metadata for name, symbol in _SYMBOLS)
    return ", ".join(f"{symbol} {limit}" for symbol, limit in found if limit is not None)


def unknown_variables(fields: Mapping[str, FieldInfo]) -> Iterator[Fault]:
    """A variable that is named as settings are and is none: a setting that was spelt wrong would be passed over in silence."""
    known = [f"{PREFIX}{name.upper()}" for name in fields]
    for name in sorted(each for each in os.environ if each.upper().startswith(PREFIX)):
        if name.upper() not in (*known, *_BESIDE):
            yield Fault(name, _unknown(name[len(PREFIX) :].lower(), fields, lambda near: f"{PREFIX}{near.upper()}"))


def faults(error: ValidationError, fields: Mapping[str, FieldInfo], given: Mapping[str, Any]) -> Iterator[Fault]:
    """Each thing wrong with the settings; `given`: those that options of the command state."""
    for each in error.errors(include_url=False):
        # A fault between several settings has the name of the one to change as its kind.
        name = ".".join(map(str, each["loc"])) or each["type"]
        where = _stated_by(name, given)
        if each["type"] == "extra_forbidden":
            yield Fault(where, _unknown(name, fields))
            continue
        words, field = words_of(each), fields.get(name)
        if not each["loc"] or field is None:
            yield Fault(where, Text(f"设置不可用：{words.zh}", f"cannot be used: {words.en}"))
            continue
        allowed = bounds(field)
        zh = f"{words.zh}（{allowed.replace(', ', '，')}）" if allowed else words.zh
        en = f"{words.en} ({allowed})" if allowed else words.en
        if name in _SECRET or "SecretStr" in str(field.annotation) or isinstance(each["input"], SecretStr):
            yield Fault(where, Text(f"设置不可用：{zh}", f"cannot be used: {en}"))
        elif each["type"] == "literal_error":
            # Its words begin with what is said of other values here.
            yield Fault(where, Text(f"“{each['input']}”{zh}", f"“{each['input']}” {en}"))
        else:
            yield Fault(where, Text(f"“{each['input']}”不可用：{zh}", f"“{each['input']}” cannot be used: {en}"))


def unreadable(file: str, error: Exception) -> Fault:
    """The file of settings cannot be read."""
    if isinstance(error, OSError):
        return Fault(file, Text(f"无法读取：{system_words(error)}", f"cannot be read: {error.strerror}"))
    if isinstance(error, TOMLDecodeError):
        place = _AT.search(str(error))
        line = f"（第 {place[1]} 行第 {place[2]} 列）" if place else ""
        return Fault(file, Text(f"不是有效的 TOML{line}", f"is not valid TOML: {error}"))
    return Fault(file, Text("应为 UTF-8 编码的 TOML", "should be TOML in UTF-8"))


def _unknown(name: str, fields: Iterable[str], written: Callable[[str], str] = str) -> Text:
    zh, en, nearest = "没有这个设置", "there is no such setting", near(name, fields)
    if nearest is None:
        return Text(zh, en)
    return Text(f"{zh}；是否为 {written(nearest)}？", f"{en}; did you mean {written(nearest)}?")


def _stated_by(name: str, given: Mapping[str, Any]) -> str:
    variable = f"{PREFIX}{name.upper()}"
    if given.get(name) is not None:
        return f"--{name.replace('_', '-')}"
    file = os.environ.get(CONFIG)
    if file and variable not in map(str.upper, os.environ) and name in _stated_in(file):
        return f"{file}: {name}"
    return variable


def _stated_in(file: str) -> Mapping[str, Any]:
    import tomllib

    with open(file, "rb") as opened:
        return tomllib.load(opened)
