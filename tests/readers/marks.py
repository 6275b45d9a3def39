"""The marks that other software leaves in a workbook when it saves it: extents, hidden flags, far rows, worksheets of its own, runs of text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping

from openpyxl import load_workbook

from tests.readers.workbooks import saved

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def edited(content: bytes, change: Callable[[str, str], str]) -> bytes:
    """A workbook with its parts of XML changed, each by its name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, change(name, part.decode()) if name.endswith(".xml") else part)
    return out.getvalue()


def by_wps(content: bytes) -> bytes:
    """As WPS saves it: a worksheet of its own, which is hidden; an extent of one cell; rows with spans."""
    book = load_workbook(io.BytesIO(content))
    own = book.create_sheet("WpsReserved_CellImgList")
    own.sheet_state, own["A1"] = "veryHidden", "=DISPIMG(1)"

    def change(name: str, part: str) -> str:
        if not name.startswith("xl/worksheets/"):
            return part
        part = re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1"', part)
        return re.sub(r'<row r="(\d+)"', r'<row r="\1" spans="1:8" s="0" customFormat="1"', part)

    return edited(saved(book), change)


def by_libreoffice(content: bytes) -> bytes:
    """As LibreOffice saves it: flags in words, columns to the thousandth and rows to the last, each described."""

    def change(name: str, part: str) -> str:
        if not name.startswith("xl/worksheets/"):
            return part
        part = re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:AMJ1048576"', part)
        part = part.replace(' hidden="1"', ' hidden="true"')
        part = re.sub(
            r'<row r="(\d+)"(?![^>]*hidden)',
            r'<row r="\1" customFormat="false" hidden="false" outlineLevel="0" collapsed="false"',
            part,
        )
        part = part.replace(
            "</cols>",
            '<col collapsed="false" customWidth="false" hidden="false" max="1024" min="40" width="8.7"/></cols>',
        )
        last = '<row r="1048576" customFormat="false" ht="12.8" hidden="false" customHeight="false"/>'
        return part.replace("</sheetData>", f"{last}</sheetData>")

    return edited(content, change)


def by_excel(content: bytes) -> bytes:
    """As Excel saves it: text in runs with how it is said, namespaces of later versions, how low the letters stand in a row."""

    def change(name: str, part: str) -> str:
        if name == "xl/sharedStrings.xml":
            return re.sub(r"<si><t[^>]*>([^<]{2,})</t></si>", _in_runs, part)
        if not name.startswith("xl/worksheets/"):
            return part
        later = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"
        mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
        part = part.replace(
            f'xmlns="{_MAIN}"', f'xmlns="{_MAIN}" xmlns:mc="{mc}" mc:Ignorable="x14ac" xmlns:x14ac="{later}"', 1
        )
        return re.sub(r'<row r="(\d+)"', r'<row r="\1" x14ac:dyDescent="0.2"', part)

    return edited(content, change)


def _in_runs(found: re.Match[str]) -> str:
    text = found[1]
    # Not within an entity such as &amp;
    cut = len(text) if "&" in text else 1
    runs = f'<r><t xml:space="preserve">{text[:cut]}</t></r>' + (
        f'<r><rPr><sz val="11"/></rPr><t xml:space="preserve">{text[cut:]}</t></r>' if text[cut:] else ""
    )
    return f'<si>{runs}<rPh sb="0" eb="1"><t>x</t></rPh><phoneticPr fontId="1"/></si>'


SOFTWARE: Mapping[str, Callable[[bytes], bytes]] = {"WPS": by_wps, "LibreOffice": by_libreoffice, "Excel": by_excel}
