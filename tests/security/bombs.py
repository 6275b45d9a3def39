"""Files that ask for far more than they seem to: small to send, and gigabytes or minutes to whoever opens them unprepared."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterable
from functools import lru_cache

from openpyxl.utils import get_column_letter

from review.readers.workbook_template import write_template

FIRST_SHEET, SHARED_STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


@lru_cache(maxsize=1)
def template() -> bytes:
    return write_template()


def workbook(parts: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The template with these parts in the place of its own, and a picture that no compression makes smaller: ratios look well."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template())) as source, zipfile.ZipFile(target, "w", method) as archive:
        for name in source.namelist():
            if name not in parts:
                archive.writestr(name, source.read(name))
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.writestr("xl/media/picture.png", random.Random(14).randbytes(400_000))
    return target.getvalue()


def sheet(rows: Iterable[str] = (), after: str = "", before: str = "") -> str:
    """A worksheet with these rows."""
    return f"<worksheet {_MAIN}>{before}<sheetData>{''.join(rows)}</sheetData>{after}</worksheet>"


def first_sheet(rows: Iterable[str] = (), after: str = "", before: str = "") -> bytes:
    """The template with another first worksheet."""
    return workbook({FIRST_SHEET: sheet(rows, after, before)})


def merged(*ranges: str) -> bytes:
    every = "".join(f'<mergeCell ref="{each}"/>' for each in ranges)
    return first_sheet(after=f"<mergeCells>{every}</mergeCells>")


def cells(many: int) -> bytes:
    """Empty cells, ten a row."""
    return first_sheet(f"<row>{'<c/>' * each}</row>" for each in [10] * (many // 10) + [many % 10])


def rows(many: int) -> bytes:
    return first_sheet(['<row ht="15" customHeight="1"/>'] * many)


def columns(many: int) -> bytes:
    settings = "".join(f'<col min="{each}" max="{each}" width="9"/>' for each in range(1, many + 1))
    return first_sheet(before=f"<cols>{settings}</cols>")


def grid(many: int) -> bytes:
    """Rows of a single cell each, in the thousandth column."""
    reach = [1000] * (many // 1000) + [many % 1000] * (many % 1000 > 0)
    return first_sheet(f'<row><c r="{get_column_letter(each)}1"/></row>' for each in reach)


def strings(texts: Iterable[str]) -> bytes:
    """Shared strings, and the word of them that the package needs."""
    with zipfile.ZipFile(io.BytesIO(template())) as source:
        types = source.read("[Content_Types].xml").decode()
    told = f'<Override PartName="/{SHARED_STRINGS}" ContentType="{_STRINGS_TYPE}"/></Types>'
    table = f"<sst {_MAIN}>{''.join(f'<si><t>{each}</t></si>' for each in texts)}</sst>"
    return workbook({"[Content_Types].xml": types.replace("</Types>", told), SHARED_STRINGS: table})


def attributes(many: int) -> bytes:
    every = " ".join(f'a{each}=""' for each in range(9_000))
    return first_sheet([f"<row {every}/>"] * (many // 9_000))


def styles(many: int) -> bytes:
    return workbook({STYLES: f"<styleSheet {_MAIN}><cellXfs>{'<xf/>' * many}</cellXfs></styleSheet>"})


def sheets(many: int) -> bytes:
    """A workbook that names the worksheets and no part for them."""
    named = "".join(f'<sheet name="{each}" sheetId="{each}"/>' for each in range(1, many + 1))
    return workbook({"xl/workbook.xml": f"<workbook {_MAIN}><sheets>{named}</sheets></workbook>"})


def shared_part() -> bytes:
    """Every worksheet of the template is the same part."""
    with zipfile.ZipFile(io.BytesIO(template())) as source:
        text = source.read("xl/_rels/workbook.xml.rels").decode()
    for number in range(2, 40):
        text = text.replace(f"/sheet{number}.xml", "/sheet1.xml")
    return workbook({"xl/_rels/workbook.xml.rels": text})


def lying() -> bytes:
    """A part whose size the directory understates by far."""
    content = bytearray(first_sheet(after="<x>" + "y" * 30_000_000 + "</x>"))
    name = FIRST_SHEET.encode()
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(name))
    content[at + 24 : at + 28] = struct.pack("<I", 1_000)
    return bytes(content)


def ratio() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(FIRST_SHEET, b" " * 49_000_000)
    return target.getvalue()


def many_entries() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(60_000):
            archive.writestr(str(number), b"")
    return target.getvalue()


def entities() -> bytes:
    """Ten entities, each ten times the one before."""
    declared = "".join(f'<!ENTITY e{each} "{f"&e{each - 1};" * 10}">' for each in range(1, 10))
    return workbook(
        {FIRST_SHEET: f'<!DOCTYPE x [<!ENTITY e0 "lol">{declared}]>' + sheet([f"<row><c><v>&e{9};</v></c></row>"])}
    )


def default_attributes() -> bytes:
    """Every cell has a thousand attributes that a declaration gives it."""
    given = " ".join(f'a{each} CDATA "x"' for each in range(1000))
    return workbook({FIRST_SHEET: f"<!DOCTYPE x [<!ATTLIST c {given}>]>" + sheet(["<row><c/></row>"] * 1000)})


def linked(where: str) -> bytes:
    return first_sheet(["<row><c/></row>"], f'<hyperlinks><hyperlink ref="{where}" location="A1"/></hyperlinks>')


def remembered() -> bytes:
    """Within every bound, and far more than the process that reads it may have in memory: each character takes four bytes."""
    return strings(["\U00020000" + "a" * 40_000_000])


Make = Callable[[], bytes]
# What each is refused for, in a word of the message.
WORKBOOKS: dict[str, tuple[Make, str]] = {
    "one merged range of the whole sheet": (lambda: merged("A1:XFD1048576"), "被合并"),
    "one merged range of 200 rows": (lambda: merged("A1:XFD200"), "被合并"),
    "a hundred thousand merged ranges": (lambda: merged(*(f"A{n}:B{n}" for n in range(1, 100_000))), "个合并区域"),
    "two million empty cells": (lambda: cells(2_000_000), "个单元格"),
    "cells by another name": (lambda: first_sheet(["<row>" + "<x/>" * 10 + "</row>"] * 100_000), "个单元格"),
    "a million rows": (lambda: rows(1_000_000), "行"),
    "rows that reach far to the right": (lambda: grid(30_000_000), "含其间空白"),
    "a hundred thousand columns": (lambda: columns(100_000), "列设置"),
    "a row beyond the last": (lambda: first_sheet(['<row r="99999999999"/>']), "没有这样的行"),
    "a row by another number": (lambda: first_sheet(['<row r="1e9"/>']), "没有这样的行"),
    "a cell beyond the last": (lambda: first_sheet(['<row><c r="ZZZZ1"/></row>']), "没有这样的行"),
    "rows within rows": (lambda: first_sheet(["<row><row><c/></row></row>"]), "嵌套"),
    "ten thousand worksheets": (lambda: sheets(10_000), "张工作表"),
    "worksheets that share a part": (shared_part, "共用一个部件"),
    "a million shared strings": (lambda: strings(["a"] * 900_000), "共享文字"),
    "half a million styles": (lambda: styles(500_000), "样式"),
    "a link over the whole sheet": (lambda: linked("A1:XFD1048576"), "链接"),
    "a link over a column": (lambda: linked("A"), "没有这样的行"),
    "a million elements of no use": (lambda: first_sheet(after="<x/>" * 1_000_000), "单元格以外"),
    "a million attributes": (lambda: attributes(1_800_000), "属性"),
    "one long attribute": (lambda: first_sheet(after=f'<x a="{"y" * 20_000_000}"/>'), "过长"),
    "one long comment": (lambda: first_sheet(after=f"<!--{'y' * 20_000_000}-->"), "过长"),
    "sixty megabytes": (lambda: first_sheet(after=f"<x>{'y' * 60_000_000}</x>"), "展开"),
    "out of all ratio": (ratio, "展开"),
    "a size that is a lie": (lying, "不是 .xlsx"),
    "sixty thousand parts": (many_entries, "部件"),
    "entities of entities": (entities, "实体"),
    "attributes by declaration": (default_attributes, "文档类型"),
    "compressed by other means": (lambda: workbook({}, zipfile.ZIP_LZMA), "压缩方式"),
}  # fmt: skip
