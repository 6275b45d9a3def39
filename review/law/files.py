"""Files of a ruleset folder (规则文件): YAML and CSV read with the line each value stands on; faults name file and line.

CSV as Excel saves it is read (GBK or UTF-8, with a byte order mark, quotes, CRLF). Every YAML scalar but null, true and false is text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import yaml

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML built without libyaml: slower
    from yaml import SafeLoader  # type: ignore[assignment]

from review.errors import Fault, RulesetError, Text

_LARGEST = 20_000_000
# Aliases count each time that they are read, so that a short file cannot be without end.
_MOST_VALUES = 500_000
_ANY = "tag:yaml.org,2002:str"
_NULL, _TRUE = ("", "~", "null", "Null", "NULL"), ("true", "True", "TRUE")
_FALSE = ("false", "False", "FALSE")


class Folder(Protocol):
    """A folder of an installed package, or of the file system."""

    @property
    def name(self) -> str: ...
    def joinpath(self, *parts: str) -> Any: ...
    def is_dir(self) -> bool: ...


@dataclass(frozen=True)
class Document:
    """A YAML file: its value, and the line of each part by its path of keys and places (`("rules", 3, "applies")`)."""

    name: str
    value: Any
    lines: Mapping[tuple[str | int, ...], int] = field(repr=False)

    def at(self, *path: str | int) -> str:
        """Where a part stands, `file:line`; of a part that is not there, the place of what contains it."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.name}:{self.lines.get(path, 1)}"


@dataclass(frozen=True)
class Sheet:
    """A CSV file: its columns, its rows as text without white space around, and the line each row begins on."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    lines: tuple[int, ...]

    def at(self, number: int) -> str:
        """Where a row stands, `file:line`."""
        return f"{self.name}:{self.lines[number]}"


def refusal(where: str, zh: str, en: str) -> RulesetError:
    """The error of one fault."""
    return RulesetError([Fault(where, Text(zh, en))])


def read_bytes(folder: Folder, path: str) -> bytes:
    """A file of the folder. Raises RulesetError where it cannot be read, or is too large."""
    try:
        content: bytes = folder.joinpath(*path.split("/")).read_bytes()
    except FileNotFoundError as error:
        raise refusal(path, "没有这个文件", "there is no such file") from error
    except OSError as error:
        raise refusal(path, "无法读取这个文件", "the file cannot be read") from error
    if len(content) > _LARGEST:
        raise refusal(path, f"文件过大，最多 {_LARGEST:,} 字节", f"is too large: at most {_LARGEST:,} bytes")
    return content


def decoded(content: bytes, path: str) -> str:
    """Text in UTF-8, else in GBK as Excel saves it. Raises RulesetError where it is neither."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise refusal(
            f"{path}:{line}",
            "文字编码既不是 UTF-8 也不是 GBK，请另存为 UTF-8",
            "is neither UTF-8 nor GBK: save it as UTF-8",
        ) from error


def read_yaml(folder: Folder, path: str) -> Document:
    """A YAML file. Raises RulesetError: not YAML, a key twice, an alias of what contains it, a tag."""
    text = decoded(read_bytes(folder, path), path)
    try:
        node = _Composer(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        said = f"{error.problem or error.context or ''}".strip()
        raise refusal(
            f"{path}:{line}", "不是有效的 YAML：这一行附近写法有误", f"is not valid YAML near this line: {said}"
        ) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise refusal(path, "不是有效的 YAML", "is not valid YAML") from error
    if node is None:
        raise refusal(path, "文件是空的", "the file is empty")
    reader = _Nodes(path)
    value = reader.value(node, ())
    if reader.faults:
        raise RulesetError(reader.faults)
    return Document(path, value, reader.lines)


class _Composer(SafeLoader):
    """Composes nodes without guessing what kind of value each is: `_Nodes` reads them as text."""

    def descend_resolver(self, current_node: yaml.Node | None, current_index: Any) -> None:
        """No path of the document has a kind of its own."""

    def ascend_resolver(self) -> None:
        """As above."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        return _ANY


class _Nodes:
    """Turns YAML nodes into plain values and remembers the line of each."""

    def __init__(self, file: str) -> None:
        self.file, self.faults = file, list[Fault]()
        self.lines: dict[tuple[str | int, ...], int] = {}
        self.inside = set[int]()

    def fault(self, node: yaml.Node, zh: str, en: str) -> None:
        self.faults.append(Fault(f"{self.file}:{node.start_mark.line + 1}", Text(zh, en)))

    def value(self, node: yaml.Node, path: tuple[str | int, ...]) -> Any:
        self.lines[path] = node.start_mark.line + 1
        if len(self.lines) > _MOST_VALUES:
            raise refusal(
                self.file, f"内容过多，最多 {_MOST_VALUES:,} 项", f"holds too much: at most {_MOST_VALUES:,} values"
            )
        if not isinstance(node, yaml.CollectionNode):
            return self.scalar(node)
        if id(node) in self.inside:
            self.fault(node, "引用了包含自己的部分", "refers to what holds it")
            return None
        self.inside.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self.mapping(node, path)
            return [self.value(each, (*path, place)) for place, each in enumerate(node.value)]
        finally:
            self.inside.discard(id(node))

    def mapping(self, node: yaml.MappingNode, path: tuple[str | int, ...]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value == "<<":
                self.fault(key, "键应为文字", "a key should be a word")
                continue
            if key.value in result:
                self.fault(key, f"键“{key.value}”重复", f"the key {key.value!r} is there twice")
                continue
            result[key.value] = self.value(value, (*path, key.value))
            self.lines[(*path, key.value)] = key.start_mark.line + 1
        return result

    def scalar(self, node: yaml.Node) -> Any:
        text = str(node.value)
        if node.tag.startswith("!"):
            self.fault(node, f"不能用标签 {node.tag}", f"tags such as {node.tag} are not read")
        if isinstance(node, yaml.ScalarNode) and node.style is None:
            return None if text in _NULL else True if text in _TRUE else False if text in _FALSE else text
        return text


def read_csv(folder: Folder, path: str) -> Sheet:
    """A CSV file of the folder. Raises as `csv_sheet` does."""
    return csv_sheet(read_bytes(folder, path), path)


def csv_sheet(content: bytes, path: str) -> Sheet:
    """A CSV file. Raises RulesetError: no head, a column twice, tabs for commas, a row of another width."""
    text = decoded(content, path)
    lines, rows = list[int](), list[list[str]]()
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        while True:
            start = reader.line_num + 1
            row = next(reader, None)
            if row is None:
                break
            if any(cell.strip() for cell in row):
                lines.append(start)
                rows.append([cell.strip() for cell in row])
    except csv.Error as error:
        place = f"{path}:{reader.line_num or 1}"
        if "limit" in str(error):
            most = csv.field_size_limit()
            raise refusal(place, f"一个单元格过长，最多 {most:,} 字；或引号没有成对", f"a cell is too long: at most {most:,} characters; or quotation marks do not pair") from None  # fmt: skip
        raise refusal(place, "引号没有成对", "quotation marks do not pair") from None
    return sheet_of(rows, lines, path)


def sheet_of(rows: Sequence[Sequence[str]], lines: Sequence[int], path: str) -> Sheet:
    """A table whose first row names the columns, with the line that each row stands on. Raises as `csv_sheet` does."""
    if not rows:
        raise refusal(path, "文件是空的", "the file is empty")
    head, body = [*rows[0]], rows[1:]
    if len(head) == 1 and any(mark in head[0] for mark in "\t;"):
        raise refusal(f"{path}:{lines[0]}", "各列应以逗号分隔", "columns are separated by commas")
    # Excel leaves empty columns behind.
    while head and not head[-1]:
        head.pop()
    twice = next((name for place, name in enumerate(head) if name in head[:place]), None)
    if twice is not None:
        raise refusal(f"{path}:{lines[0]}", f"列“{twice}”重复", f"the column {twice!r} is there twice")
    width = len(head)
    faults = [
        Fault(
            f"{path}:{line}",
            Text(f"有 {len(row)} 列，表头有 {width} 列", f"the row has {len(row)} columns, the head {width}"),
        )
        for line, row in zip(lines[1:], body, strict=True)
        if len(row) < width or any(row[width:])
    ]
    if faults:
        raise RulesetError(faults)
    return Sheet(path, tuple(head), tuple(dict(zip(head, row, strict=False)) for row in body), tuple(lines[1:]))


def words(names: Sequence[str]) -> str:
    """Names as a list to read."""
    return "、".join(names)
