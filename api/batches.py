"""A batch of sheets (批量) taken apart: a JSON array or a line each. Each sheet is its own text: one that is bad spoils no other."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from review.errors import Fault, SheetError, Text

_WHITE = re.compile(r"[ \t\n\r]*")
# Only to find where each item ends: its values are read again, exactly, by the reader of sheets.
_BOUNDS = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


def lines(content: bytes, most: int) -> Sequence[bytes]:
    """The sheets of NDJSON, a line each; empty lines are passed over. Raises SheetError where there are too many, or none."""
    return _held([line for line in content.split(b"\n") if line.strip()], most)


def array(content: bytes, most: int) -> Sequence[bytes]:
    """The sheets of a JSON array. Raises SheetError where it is no array, breaks off, or has too many or no items."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(
            f"不是有效的 UTF-8 文本（第 {error.start} 字节起）", f"is not valid UTF-8 from byte {error.start}"
        ) from error
    at = _after(text, 0)
    if text[at : at + 1] != "[":
        raise _refused(
            "应为 JSON 数组，或一行一份的 NDJSON", "should be a JSON array, or NDJSON with a sheet on each line"
        )
    items: list[bytes] = []
    at = _after(text, at + 1)
    while text[at : at + 1] != "]" or items:
        end = _end_of_item(text, at)
        items.append(text[at:end].encode("utf-8", "surrogatepass"))
        at = _after(text, end)
        if len(items) > most or text[at : at + 1] == "]":
            break
        if text[at : at + 1] != ",":
            raise _broken(text, at)
        at = _after(text, at + 1)
    if len(items) <= most and _after(text, at + 1) != len(text):
        raise _broken(text, at + 1)
    return _held(items, most)


def _after(text: str, at: int) -> int:
    """Where white space ends."""
    match = _WHITE.match(text, at)
    return match.end() if match else at


def _end_of_item(text: str, at: int) -> int:
    try:
        return _BOUNDS.raw_decode(text, at)[1]
    except json.JSONDecodeError as error:
        raise _broken(text, error.pos) from error
    except RecursionError as error:
        raise _refused("嵌套过深", "is nested too deeply") from error


def _held(items: Sequence[bytes], most: int) -> Sequence[bytes]:
    if not items:
        raise _refused("没有项目表", "holds no sheet")
    if len(items) > most:
        raise _refused(f"一批最多 {most:,} 份", f"a batch has at most {most:,} sheets")
    return items


def _broken(text: str, at: int) -> SheetError:
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return _refused(
        f"不是有效的 JSON：第 {line} 行第 {column} 列附近；未处理任何一份",
        f"is not valid JSON near line {line}, column {column}: no sheet was looked at",
    )


def _refused(zh: str, en: str) -> SheetError:
    return SheetError([Fault("", Text(zh, en))])
