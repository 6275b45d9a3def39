"""Files and streams → sheets: JSON, YAML and the Excel template, read exactly or refused with a clear word.

A number keeps every digit it is written with; two equal keys, NaN, deep nesting and what is too large are refused before
they can do harm.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Hashable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from review.errors import Fault, SheetError, Text, joined, system_words
from review.readers.asking import Edition, Tell, edition_today, unheard
from review.sheet import ProjectSheet, parse_sheet

if TYPE_CHECKING:
    from review.drafting.typed import Typed

LARGEST_TEXT, LARGEST_WORKBOOK = 1_000_000, 10_000_000
# YAML is read character by character: what is written by hand is far smaller.
LARGEST_YAML = 300_000
DEEPEST = 40
# A sheet with every list full states fewer.
MOST_VALUES, MOST_YAML_VALUES = 100_000, 40_000
KINDS = {".json": "json", ".yaml": "yaml", ".yml": "yaml", ".xlsx": "xlsx"}


def refused(zh: str, en: str, where: str = "") -> SheetError:
    return SheetError([Fault(where, Text(zh, en))])


def read_sheet_file(
    path: Path, tell: Tell = unheard, *, edition: Edition = edition_today, said: Tell = unheard
) -> ProjectSheet:
    """The sheet in a .json, .yaml or .xlsx file; the rest as `read_sheet` takes it. Raises SheetError."""
    kind = KINDS.get(path.suffix.lower())
    if path.is_dir():
        raise refused("是文件夹，应为文件", "is a directory, not a file")
    if kind is None:
        known = joined(KINDS)
        raise refused(
            f"扩展名“{path.suffix}”不可用；可用：{known.zh}",
            f"the ending “{path.suffix}” is not known; there are {known.en}",
        )
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_WORKBOOK + 1)
    except OSError as error:
        raise refused(f"无法读取：{system_words(error)}", f"cannot be read: {error.strerror}") from error
    return read_sheet(content, kind, tell, edition=edition, said=said)


def read_standard_input(
    tell: Tell = unheard, *, edition: Edition = edition_today, said: Tell = unheard
) -> ProjectSheet:
    """The sheet on standard input: JSON where it begins with a brace, a workbook where it is a zip file, else YAML."""
    content = sys.stdin.buffer.read(LARGEST_WORKBOOK + 1)
    head = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:2]
    kind = "json" if head[:1] in (b"{", b"[") else "xlsx" if head == b"PK" else "yaml"
    return read_sheet(content, kind, tell, edition=edition, said=said)


def read_sheet(
    content: bytes, kind: str, tell: Tell = unheard, *, edition: Edition = edition_today, said: Tell = unheard
) -> ProjectSheet:
    """The sheet that `content` holds, of kind `json` (read strictly), `yaml` or `xlsx` (read as people write).

    `tell` is called with what a workbook holds beside it, `said` with every reading that differs from what was written; `edition` is asked for where a name of one of its
    tables is to be read, by default the one in force today. Raises SheetError.
    """
    if kind != "json":
        _require_sheet(content)
    if kind == "xlsx":
        from review.readers.workbook import read_workbook

        return read_workbook(content, tell, edition=edition, said=said)
    text = decode(content)
    if kind == "json":
        return parse_sheet(read_json(text))
    # What reads what people write is loaded for it alone: a sheet in JSON starts without.
    from review.readers.written.sheet import readings_told, written_sheet

    sheet, readings = written_sheet(_yaml(text), edition)
    for each in readings_told(readings):
        said(each)
    return sheet


def _require_sheet(content: bytes) -> None:
    """Raises SheetError where the content is of a file that is no sheet, saying which it is and what is taken."""
    from review.readers.file_types import no_sheet

    found = no_sheet(content)
    if found is not None:
        raise refused(
            f"是 {found.zh}，不是项目表；可用：.xlsx（下载的空白项目表）、.json、.yaml",
            f"is a {found.en}, not a sheet; taken are .xlsx (the blank sheet, filled in), .json and .yaml",
        )


def decode(content: bytes, largest: int = LARGEST_TEXT) -> str:
    """UTF-8 (or marked UTF-16) text, by default no larger than a sheet. Raises SheetError."""
    if not content.strip():
        raise refused("是空的", "is empty")
    if len(content) > largest:
        raise refused(f"过大：最多 {largest:,} 字节", f"is too large: at most {largest:,} bytes")
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise refused(
            f"不是有效的 UTF-8 文本（第 {error.start} 字节起），请另存为 UTF-8",
            f"is not valid UTF-8 from byte {error.start}: save it as UTF-8",
        ) from error
    if "\x00" in text:
        raise refused("含有空字符，请另存为 UTF-8", "holds null characters: save it as UTF-8")
    return text


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise refused(f"字段“{key[:60]}”写了两次", f"the key “{key[:60]}” is there twice", key[:60])
        result[key] = value
    return result


class _KeyTwice(SheetError):
    """A key is there twice in an object of which it is not known yet where it stands."""


def _unless_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    try:
        return _no_duplicates(pairs)
    except SheetError as error:
        raise _KeyTwice(error.faults) from None


class _Twice(dict[str, Any]):
    """An object with the first `key` that is there twice."""

    key: str


def _path_of_twice(text: str) -> str:
    """The path of the first key that is there twice; empty where what follows is no JSON."""

    def noted(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = _Twice()
        for key, value in pairs:
            if key in found:
                found.key = key
                return found
            found[key] = value
        return dict(found)

    def within(value: Any, path: str) -> str:
        if isinstance(value, _Twice):
            return f"{path}.{value.key[:60]}".lstrip(".")
        inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        paths = (within(each, f"{path}[{at}]" if isinstance(value, list) else f"{path}.{at}") for at, each in inside)
        return next((each for each in paths if each), "")

    try:
        return within(json.loads(text, parse_float=str, parse_int=str, object_pairs_hook=noted), "")
    except json.JSONDecodeError:
        return ""


def _number(text: str) -> Decimal:
    if len(text) > 400:
        raise refused(
            f"数字过长：{text[:20]}…（{len(text)} 位）", f"a number is too long: {text[:20]}… ({len(text)} characters)"
        )
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise refused(f"数字过大：{text[:20]}…", f"a number is too large: {text[:20]}…") from error


def _constant(text: str) -> Any:
    raise refused(f"{text} 不是数字，未知请留空", f"{text} is no number; leave out what is not known")


def read_json(text: str) -> Any:
    """JSON values with exact numbers. Raises SheetError for equal keys, NaN, deep nesting, too many values and what is not JSON."""
    _validate_shape(text)
    try:
        return json.loads(
            text, parse_float=_number, parse_int=_number, parse_constant=_constant, object_pairs_hook=_unless_twice
        )
    except _KeyTwice as error:
        raise SheetError([Fault(_path_of_twice(text), each.text) for each in error.faults]) from None
    except json.JSONDecodeError as error:
        raise refused(
            f"不是有效的 JSON：第 {error.lineno} 行第 {error.colno} 列附近",
            f"is not valid JSON near line {error.lineno}, column {error.colno}: {error.msg}",
        ) from error
    except RecursionError as error:
        raise _too_deep() from error


# It never goes back: a long text takes no memory of its own.
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


def _validate_shape(text: str) -> None:
    """How deep JSON is nested and how many values it holds, before any of them is made."""
    outside = _STRING.sub("", text)
    _validate_count(outside.count(",") + outside.count(":"), MOST_VALUES)
    depth = 0
    for found in _BRACKET.finditer(outside):
        depth += 1 if found[0] in "[{" else -1
        if depth > DEEPEST:
            raise _too_deep()


def _validate_count(values: int, most: int) -> None:
    if values > most:
        raise refused(f"内容过多：最多 {most:,} 个值", f"holds too many values: at most {most:,}")


def _too_deep() -> SheetError:
    return refused(f"嵌套过深，最多 {DEEPEST} 层", f"is nested too deeply: at most {DEEPEST} levels")


class _Loader(yaml.SafeLoader):
    """YAML with JSON's scalars and exact numbers: no yes/no, no dates, no octal, no anchors, no tags."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise refused(
                f"第 {event.start_mark.line + 1} 行：不支持锚点和别名",
                f"line {event.start_mark.line + 1}: anchors and aliases are not read",
            )
        if getattr(event, "tag", None):
            raise refused(
                f"第 {event.start_mark.line + 1} 行：不支持标签", f"line {event.start_mark.line + 1}: tags are not read"
            )
        node: yaml.Node | None = super().compose_node(parent, index)
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        pairs = [
            (self.construct_object(key, deep=True), self.construct_object(value, deep=True))
            for key, value in node.value
        ]
        for key, _ in pairs:
            if not isinstance(key, str):
                raise refused(
                    f"第 {node.start_mark.line + 1} 行：键名应为文字",
                    f"line {node.start_mark.line + 1}: keys should be text",
                )
        return {key: value for key, value in _no_duplicates(pairs).items()}


def _resolver(tag: str, pattern: str, first: str) -> None:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


_Loader.yaml_implicit_resolvers = {}
_resolver("null", r"^(?:~|null|)$", "~n")
_Loader.yaml_implicit_resolvers[""] = [("tag:yaml.org,2002:null", re.compile(r"^$"))]
_resolver("bool", r"^(?:true|false)$", "tf")
_resolver("float", r"^[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?$", "-+0123456789")
_resolver("float", r"^[-+]?\.(?:inf|nan|Inf|NaN|INF|NAN)$", "-+.")


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    return loader.construct_mapping(node)


def _decimal(loader: _Loader, node: yaml.ScalarNode) -> Decimal:
    return _scalar(node.value)


def _scalar(text: str) -> Decimal:
    if text.lstrip("+-")[:1] == ".":
        _constant(text)
    return _number(text)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:float", _decimal)


def _yaml(text: str) -> Any:
    if len(text) > LARGEST_YAML:
        raise refused(
            f"过大：YAML 最多 {LARGEST_YAML:,} 字，更大的请用 JSON",
            f"is too large: YAML has at most {LARGEST_YAML:,} characters, use JSON for more",
        )
    try:
        depth = 0
        documents = 0
        for values, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
            _validate_count(values, MOST_YAML_VALUES)
            documents += isinstance(event, yaml.DocumentStartEvent)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise _too_deep()
        if documents > 1:
            raise refused("含有多个 YAML 文档，应只有一个", "holds several YAML documents, not one")
        return yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"第 {mark.line + 1} 行第 {mark.column + 1} 列附近" if mark else ""
        at = f" near line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise refused(f"不是有效的 YAML：{where}", f"is not valid YAML{at}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise refused(
            "不是有效的 YAML：含有不允许的字符或嵌套过深",
            "is not valid YAML: characters that are not allowed, or nested too deeply",
        ) from error


def read_typed(content: bytes, name: str = "") -> Typed:
    """All that a file or pasted text holds, faulty or not; its kind is told by what it begins with, and by the name's ending.

    Raises SheetError where the whole cannot be read.
    """
    from review.drafting.typed import typed

    if not content.strip():
        raise refused("是空的", "is empty")
    _require_sheet(content)
    head = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:8]
    if head.startswith(b"PK"):
        from review.readers.workbook import read_typed as read_filled

        return read_filled(content)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise refused("是旧格式 .xls，请另存为 .xlsx", "is an old .xls: save it as .xlsx")
    kind = "json" if head[:1] in (b"{", b"[") else KINDS.get(Path(name).suffix.lower(), "yaml")
    if kind == "xlsx":
        raise refused("不是 .xlsx 工作簿", "is not an .xlsx workbook")
    text = decode(content)
    values = read_json(text) if kind == "json" else _yaml(text)
    if not isinstance(values, Mapping):
        raise refused(
            "不是项目表；可用：.xlsx（下载的空白项目表）、.json、.yaml",
            "is no sheet; taken are .xlsx (the blank sheet, filled in), .json and .yaml",
        )
    return typed(values)
