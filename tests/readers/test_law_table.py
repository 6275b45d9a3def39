"""Tables of figures read from files: what a spreadsheet shows as it is, what it has made unreadable refused by cell."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from review.errors import RulesetError
from review.readers.law_table import read_law_table

HEAD = ("代码", "标杆水平", "施行日")


def workbook(*rows: tuple[Any, ...], change: Any = None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEAD, *rows):
        sheet.append(row)
    if change:
        change(book)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_a_workbook_and_a_csv_file_give_the_same_rows() -> None:
    content = workbook(("a", 7.8, date(2027, 1, 1)), ("b", "8.50", "2027-01-01"))
    text = "代码,标杆水平,施行日\r\na,7.8,2027-01-01\r\nb,8.50,2027-01-01\r\n"
    found = read_law_table("表.xlsx", content)
    assert found.rows == read_law_table("表.csv", text.encode("gb18030")).rows
    assert found.rows == read_law_table("表.csv", text.encode("utf-8-sig")).rows
    assert found.rows[0] == {"代码": "a", "标杆水平": "7.8", "施行日": "2027-01-01"}
    assert found.at(1) == "表.xlsx:3"


@pytest.mark.parametrize(
    ("row", "change", "where", "words"),
    [
        (("a", "=1+1", ""), None, "Sheet!B2", "是公式"),
        (("a", 7.8, ""), lambda book: book.active.merge_cells("A2:A3"), "Sheet!A2:A3", "是合并单元格"),
        (("a", 7.8, ""), lambda book: setattr(book.active.row_dimensions[2], "hidden", True), "Sheet!2", "被隐藏"),
        (("a", 0.1234567890123456789, ""), None, "Sheet!B2", "数字超过 15 位"),
    ],
)
def test_what_cannot_be_read_is_refused_by_cell(row: tuple[Any, ...], change: Any, where: str, words: str) -> None:
    with pytest.raises(RulesetError) as caught:
        read_law_table("表.xlsx", workbook(row, change=change))
    (fault,) = caught.value.faults
    assert (fault.where, words in fault.text.zh) == (where, True), fault


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"\xff\xfe\x00\x81", b""])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(RulesetError):
        read_law_table("表", content)
