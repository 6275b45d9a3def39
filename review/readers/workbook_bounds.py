"""The bounds of a workbook (工作簿上限): what its parts hold is counted, piece by piece, before any library opens it.

A few kilobytes can unpack to gigabytes, or make a library create millions of cells: such a file is refused by what it holds
too much of. What is malformed is counted up to where it breaks: the library that opens the file stops there too.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from review.errors import Fault, SheetError, Text

LARGEST, MOST_UNPACKED, MOST_RATIO, MOST_ENTRIES = 10_000_000, 50_000_000, 200, 300
# What one element, text or comment may take before anything else must have begun.
LONGEST_PIECE = 2_000_000
_CHUNK = 1 << 16
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_ENTRY = b"PK\x01\x02"
_ROW_NUMBER = re.compile(r"([0-9]{1,7})(?:\.0+)?", re.ASCII)
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})", re.ASCII)
_STYLES = frozenset({"xf", "font", "fill", "border", "numFmt", "dxf", "cellStyle"})
_ON_CELLS = frozenset({"mergeCell", "hyperlink", "comment"})


@dataclass(frozen=True)
class Bound:
    """The most that a workbook may hold of something."""

    most: int
    of: Text


BOUNDS: Mapping[str, Bound] = MappingProxyType(
    {
        "sheets": Bound(100, Text("张工作表", "worksheets")),
        "rows": Bound(30_000, Text("行", "rows")),
        "cells": Bound(150_000, Text("个单元格", "cells")),
        "grid": Bound(3_000_000, Text("个单元格（含其间空白）", "cells with the blank ones between them")),
        "columns": Bound(20_000, Text("个列设置", "settings of columns")),
        "merged": Bound(2_000, Text("个合并区域", "merged ranges")),
        "covered": Bound(100_000, Text("个被合并、链接或批注覆盖的单元格", "cells under merged ranges, links and comments")),
        "strings": Bound(100_000, Text("条共享文字", "shared strings")),
        "styles": Bound(20_000, Text("个样式", "styles")),
        "elsewhere": Bound(100_000, Text("个单元格以外的元素", "elements beside cells")),
        "nodes": Bound(1_000_000, Text("个元素和属性", "elements and attributes")),
    }
)  # fmt: skip


def refused(zh: str, en: str, where: str = "") -> SheetError:
    return SheetError([Fault(where, Text(zh, en))])


def validate_bounds(content: bytes) -> None:
    """That a workbook holds no more than `BOUNDS` and the bounds of a file. Raises SheetError.

    Nothing of it is stored: 64 kB at a time are unpacked and counted.
    """
    if len(content) > LARGEST:
        raise refused(f"过大：最多 {LARGEST:,} 字节", f"is too large: at most {LARGEST:,} bytes")
    try:
        with _opened(content) as archive:
            entries = archive.infolist()
            _validate_entries(entries)
            counter = _Counter()
            for each in entries:
                with archive.open(each) as part:
                    counter.count(each.filename, part)
            counter.validate_references()
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, NotImplementedError) as error:
        raise refused("不是 .xlsx 工作簿", "is not an .xlsx workbook") from error


def _opened(content: bytes) -> zipfile.ZipFile:
    # Each entry of the directory is marked: thousands are not even listed.
    if content.count(_ENTRY) > 10 * MOST_ENTRIES:
        raise _out_of_proportion(f"超过 {MOST_ENTRIES} 个部件", f"holds more than {MOST_ENTRIES} parts")
    return zipfile.ZipFile(io.BytesIO(content))


def _validate_entries(entries: list[zipfile.ZipInfo]) -> None:
    """Sizes and ratios as the zip's directory states them: no more than that is ever unpacked of an entry."""
    unpacked, packed = sum(each.file_size for each in entries), sum(each.compress_size for each in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(packed, 1):
        raise _out_of_proportion(f"展开 {unpacked:,} 字节", f"unpacks to {unpacked:,} bytes")
    if any("vbaproject" in each.filename.lower() or each.filename.lower().endswith(".bin") for each in entries):
        raise refused("含有宏，请另存为不含宏的 .xlsx", "holds macros: save it as .xlsx without them")
    if len({each.filename for each in entries}) < len(entries):
        raise _unreadable("同名部件重复", "a part is there twice")
    if any(each.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for each in entries):
        raise _unreadable("压缩方式不可用", "is compressed in a way that spreadsheets do not use")


def _out_of_proportion(zh: str, en: str) -> SheetError:
    return refused(f"压缩内容异常（{zh}），拒绝打开", f"{en}, out of proportion: not opened")


def _unreadable(zh: str, en: str, where: str = "") -> SheetError:
    return refused(
        f"不是可读的 Excel 工作簿（{zh}），请用模板另存为 .xlsx",
        f"is not a readable workbook ({en}): save it from the template as .xlsx",
        where,
    )


class _Part(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Counter:
    """Counts what the parts of a workbook hold, by the names that openpyxl goes by, whatever their namespace."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(BOUNDS, 0)
        self._with_rows: set[str] = set()
        self._targets: list[str] = []
        self._sheets: list[str] = []
        self._part = ""
        self._last_column = 0

    def count(self, name: str, part: _Part) -> None:
        """Count a part that is XML, piece by piece. Raises SheetError where there is too much of something."""
        self._part, self._last_column = name, 0
        parser = _Parser(self)
        waiting = 0
        try:
            while chunk := part.read(_CHUNK):
                parser.moved = False
                parser.feed(chunk)
                waiting = 0 if parser.moved else waiting + len(chunk)
                if waiting > LONGEST_PIECE:
                    raise _out_of_proportion("单个元素过长", "holds an element that is too long")
        except SAXParseException:
            return
        except DefusedXmlException as error:
            raise _unreadable("含有实体或文档类型声明", "declares entities or a document type", name) from error

    def validate_references(self) -> None:
        """That each worksheet has a part of its own: one that stands for many would be read as often."""
        of_rows = [each for each in self._targets if each in self._with_rows]
        if len(set(of_rows)) < len(of_rows) or len(set(self._sheets)) < len(self._sheets):
            raise _unreadable("几张工作表共用一个部件", "several worksheets share one part")

    def add(self, name: str, many: int = 1) -> None:
        """Count so many more of something. Raises SheetError where that is too many."""
        self._counts[name] += many
        if self._counts[name] > BOUNDS[name].most:
            bound = BOUNDS[name]
            raise refused(
                f"内容过多，未打开：最多 {bound.most:,} {bound.of.zh}；请只保留模板中的内容",
                f"holds too much and was not opened: at most {bound.most:,} {bound.of.en}; leave in it what the template asks for",
                self._part,
            )

    def elsewhere(self, local: str, attrs: Mapping[str, str]) -> None:
        """Count an element that is neither in a row nor in a shared text."""
        self.add("elsewhere")
        if local in _ON_CELLS and "ref" in attrs:
            self.add("merged", int(local == "mergeCell"))
            self.add("covered", self._area(attrs["ref"]))
        elif local in _STYLES:
            self.add("styles")
        elif local == "col":
            self.add("columns")
        elif local == "sheet":
            self.add("sheets")
            self._sheets += (value for key, value in attrs.items() if key.rpartition(":")[2] == "id")
        elif local == "Relationship" and self._part.endswith(".rels") and attrs.get("TargetMode") != "External":
            self._targets.append(_target(self._part, attrs.get("Target", "")))

    def row(self, attrs: Mapping[str, str]) -> None:
        """Count a row that begins."""
        self.add("rows")
        self._with_rows.add(self._part)
        self._last_column = 0
        number = attrs.get("r")
        if number is not None:
            found = _ROW_NUMBER.fullmatch(number)
            if found is None or int(found[1]) > _LAST_ROW:
                raise self._no_place(number)

    def cell(self, attrs: Mapping[str, str]) -> None:
        """Count an element of a row: openpyxl makes a cell of each, whatever its name."""
        self.add("cells")
        where = attrs.get("r")
        if where is None:
            self._last_column += 1
            return
        letters = where.rstrip("0123456789")
        column = _column(letters)
        if not (1 <= column <= _LAST_COLUMN and 1 <= len(where) - len(letters) <= len(str(_LAST_ROW))):
            raise self._no_place(where)
        self._last_column = max(self._last_column, column)

    def end_of_row(self) -> None:
        """Count the cells of a row with the blank ones between them."""
        self.add("grid", self._last_column)

    def _area(self, where: str) -> int:
        """How many cells a range covers: `A1:C2` → 6."""
        first, _, last = where.partition(":")
        (top, left), (bottom, right) = self._place(first), self._place(last or first)
        return (abs(bottom - top) + 1) * (abs(right - left) + 1)

    def _place(self, where: str) -> tuple[int, int]:
        """The row and column of a cell: `C2` → 2, 3."""
        found = _CELL.fullmatch(where)
        row, column = (int(found[2]), _column(found[1])) if found else (0, 0)
        if not (1 <= row <= _LAST_ROW and 1 <= column <= _LAST_COLUMN):
            raise self._no_place(where)
        return row, column

    def _no_place(self, where: str) -> SheetError:
        return _unreadable(
            f"没有这样的行或单元格：{where[:20]}", f"there is no such row or cell: {where[:20]}", self._part
        )


class _Parser(DefusedExpatParser):
    """Tells the counter of each element; it has an end in the beginning of the next, or it is no workbook's."""

    def __init__(self, counter: _Counter) -> None:
        super().__init__(forbid_dtd=True)
        self.counter = counter
        # Whether anything began or ended since this was last set to false.
        self.moved = False
        self._depth = 0
        # The row or shared text that is being read: how deep it stands, 0 outside; and whether it is a row.
        self._within, self._in_row = 0, False
        handler = ContentHandler()
        handler.characters = self._text  # type: ignore[method-assign]
        self.setContentHandler(handler)

    def start_element(self, name: str, attrs: Mapping[str, str]) -> None:
        self.moved = True
        self._depth += 1
        self.counter.add("nodes", 1 + len(attrs))
        local = name.rpartition(":")[2]
        if local in ("row", "si"):
            self._begin(local, attrs)
        elif not self._within:
            self.counter.elsewhere(local, attrs)
        elif self._in_row and self._depth == self._within + 1:
            self.counter.cell(attrs)

    def _begin(self, local: str, attrs: Mapping[str, str]) -> None:
        if self._within:
            raise _unreadable("行或共享文字相互嵌套", "rows or shared strings stand within each other")
        self._within, self._in_row = self._depth, local == "row"
        if self._in_row:
            self.counter.row(attrs)
        else:
            self.counter.add("strings")

    def end_element(self, name: str) -> None:
        self.moved = True
        if self._depth == self._within:
            if self._in_row:
                self.counter.end_of_row()
            self._within, self._in_row = 0, False
        self._depth -= 1

    def _text(self, content: str) -> None:
        self.moved = True


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    """The number of a column: `AA` → 27; 0 where it has none."""
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
        return 0
    number = 0
    for each in letters.upper():
        number = number * 26 + ord(each) - 64
    return number


def _target(part: str, target: str) -> str:
    """The part that a relationship leads to, as openpyxl finds it."""
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(posixpath.dirname(part)), target))
