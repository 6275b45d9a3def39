"""Files of past decisions as offices have them: saved again by a spreadsheet, with merged cells, several worksheets, a wrong extent."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Border, Side

from review import Fault, SheetError
from review.readers.past_decisions import read_history
from review.readers.past_rows import PastRow
from review.readers.written.sheet import understood

NAMES = [
    "project.code",
    "project.name",
    "project.received",
    "voc.offsets[0].source",
    "审查日",
    "decision.decided_on",
    "decision.due",
    "原案号",
]
DAY = date(2022, 2, 11)


def row(number: int, day: Any = "2022/2/11") -> list[Any]:
    return [
        f"2202-350181-04-01-10000{number}",
        f"旧项目{number}（虚构）",
        day,
        f"S-{number}",
        day,
        day,
        day,
        f"融审〔2022〕{number} 号",
    ]


def in_csv(path: Path, rows: list[list[Any]], encoding: str) -> Path:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([NAMES, *rows])
    file = path / "past.csv"
    file.write_bytes(out.getvalue().encode(encoding))
    return file


def in_book(path: Path, rows: list[list[Any]], *changes: Callable[[Any], object]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台账"
    for each in [NAMES, *rows]:
        sheet.append(each)
    for change in changes:
        change(book)
    file = path / "past.xlsx"
    book.save(file)
    return file


def read(file: Path) -> tuple[list[PastRow], list[str]]:
    notes: list[Fault] = []
    return list(read_history(file, notes.append)), [f"{each.where}：{each.text.zh}" for each in notes]


def days(found: PastRow) -> set[str]:
    assert found.sheet and found.envelope and not found.faults
    names = ("as_of", "decision.decided_on", "decision.due")
    return {understood(found.sheet).values["project"]["received"], *(found.envelope[name] for name in names)}


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-8"])
@pytest.mark.parametrize("day", ["2022/2/11", "2022-2-11", "2022-02-11", "2022年2月11日", "20220211"])
def test_days_of_a_csv_that_a_spreadsheet_saved_again_are_read(tmp_path: Path, encoding: str, day: str) -> None:
    rows, _ = read(in_csv(tmp_path, [row(number, day) for number in (1, 2, 3)], encoding))
    assert [days(each) for each in rows] == [{"2022-02-11"}] * 3
    assert rows[0].sheet and rows[0].sheet["project"]["name"] == "旧项目1（虚构）"


@pytest.mark.parametrize("day", ["2022/2/30", "11/2/2022", "2022/13/1", "22/2/11"])
def test_what_may_be_another_day_rejects_its_row(tmp_path: Path, day: str) -> None:
    rows, _ = read(in_csv(tmp_path, [row(1, day)], "gb18030"))
    found = {each.where: each.text.zh for each in rows[0].faults}
    assert len(found) == 3 and all(day in words for words in found.values())


def test_a_code_that_lost_its_digits_rejects_its_row(tmp_path: Path) -> None:
    lost = ["2.20235E+19", *row(2)[1:]]
    rows, _ = read(in_csv(tmp_path, [row(1), lost], "gb18030"))
    assert not rows[0].faults and [each.where for each in rows[1].faults] == ["project.code"]
    assert "科学计数法" in rows[1].faults[0].text.zh


@pytest.mark.parametrize("extent", ["A1", "A1:A2", "A1:XFD1048576", "Z9:Z9"])
def test_rows_are_read_as_far_as_they_reach_whatever_extent_a_file_claims(tmp_path: Path, extent: str) -> None:
    file = in_book(tmp_path, [row(number, DAY) for number in range(1, 6)])
    out = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            claimed = re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="{extent}"'.encode(), part)
            target.writestr(name, claimed)
    file.write_bytes(out.getvalue())
    rows, _ = read(file)
    assert [days(each) for each in rows] == [{"2022-02-11"}] * 5


def test_formats_far_below_and_blank_rows_are_no_rows(tmp_path: Path) -> None:
    def draw(book: Any) -> None:
        book["台账"].cell(5000, 3).border = Border(bottom=Side("thin"))

    rows, _ = read(in_book(tmp_path, [row(1), [None] * 8, row(2), [" "] * 8], draw))
    assert [each.where for each in rows] == ["台账!2", "台账!4"]


@pytest.mark.parametrize(("merged", "rejected"), [("D2:D3", [2, 3]), ("D3:E3", [3]), ("A4:A9", [4]), ("A6:C8", [])])
def test_a_row_with_merged_cells_is_rejected_by_its_range(tmp_path: Path, merged: str, rejected: list[int]) -> None:
    rows, _ = read(in_book(tmp_path, [row(1), row(2), row(3)], lambda book: book["台账"].merge_cells(merged)))
    faulty = [each for each in rows if each.faults]
    assert [each.where for each in faulty] == [f"台账!{number}" for number in rejected]
    assert {fault.where for each in faulty for fault in each.faults} == ({f"台账!{merged}"} if rejected else set())


def hidden(rows: tuple[int, ...] = (), columns: tuple[str, ...] = ()) -> Callable[[Any], None]:
    def hide(book: Any) -> None:
        for each in rows:
            book["台账"].row_dimensions[each].hidden = True
        for letter in columns:
            book["台账"].column_dimensions[letter].hidden = True

    return hide


def test_a_hidden_row_that_holds_something_is_rejected(tmp_path: Path) -> None:
    rows, _ = read(in_book(tmp_path, [row(1), row(2), row(3)], hidden(rows=(3, 9), columns=("Z",))))
    found = {each.where: [fault.where for fault in each.faults] for each in rows}
    assert found == {"台账!2": [], "台账!3": ["台账!3:3"], "台账!4": []}


def test_a_hidden_column_that_holds_something_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SheetError) as error:
        read(in_book(tmp_path, [row(1), row(2)], hidden(columns=("D",))))
    assert [fault.where for fault in error.value.faults] == ["台账!D:D"]


def test_merged_column_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SheetError) as error:
        read(in_book(tmp_path, [row(1)], lambda book: book["台账"].merge_cells("A1:A2")))
    assert [fault.where for fault in error.value.faults] == ["台账!A1:A2"]


def test_of_several_worksheets_the_first_to_be_seen_is_read_and_the_others_told(tmp_path: Path) -> None:
    def add(book: Any) -> None:
        book.create_sheet("隐藏", 0).sheet_state = "hidden"
        book.create_sheet("草稿")

    rows, notes = read(in_book(tmp_path, [row(1)], add))
    assert [each.where for each in rows] == ["台账!2"]
    assert [note.partition("：")[0] for note in notes] == ["隐藏", "草稿"]


def test_a_date_where_no_day_is_asked_for_rejects_its_row(tmp_path: Path) -> None:
    rows, _ = read(in_book(tmp_path, [[*row(1)[:3], date(2024, 1, 5), *row(1)[4:]]]))
    assert ["改成日期" in each.text.zh for each in rows[0].faults] == [True]
