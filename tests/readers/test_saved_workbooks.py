"""Workbooks as spreadsheets save them: merged cells, formats far below, further worksheets, extents, dates; nothing is read past."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.styles import Border, Side
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900
from typer.testing import CliRunner

from api.command_line import command_line
from review import Fault, SheetError
from review.readers.workbook import read_typed, read_workbook
from review.readers.workbook_layout import MOST_ITEMS, cell_of, worksheets
from review.readers.workbook_template import fill_template
from review.sheet import canonical_sheet
from tests.readers.workbooks import before, changed

pytestmark = pytest.mark.slow

OFFSET = {"source": "S-1", "area": "fuqing", "reduction_t": "9", "allocated_t": "6", "document": "文号"}
CONTENT: dict[str, Any] = {
    "project": {"name": "甲（虚构）", "stage": "proposed"},
    "voc": {"emission_t": "10", "offsets": [OFFSET, {**OFFSET, "source": "S-2"}]},
}
BORDER = Border(bottom=Side("thin"))


@cache
def filled() -> bytes:
    return fill_template(CONTENT)


def saved(*changes: Callable[[Any], object]) -> bytes:
    """The filled template, changed and saved again."""
    return changed(filled(), *changes)


def refused(content: bytes) -> list[Fault]:
    with pytest.raises(SheetError) as error:
        read_workbook(content)
    return list(error.value.faults)


def told(content: bytes) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    notes: list[Fault] = []
    found = canonical_sheet(read_workbook(content, notes.append))
    return found, [(each.where, each.text.zh) for each in notes]


def at(book: Any, path: str) -> Any:
    """The cell of a field."""
    title, _, where = str(cell_of(path)).partition("!")
    return book[title][where]


@pytest.mark.parametrize("merged", ["B5:B6", "B5:C5", "B4:B5", "E5:F7", "D6:E6", "B4:C4", "B1:C1"])
def test_merged_cells_in_a_list_are_refused_by_sheet_and_range(merged: str) -> None:
    """A source that two rows share would stand in the first alone: the second would be drawn on no source."""
    faults = refused(saved(lambda book: book["替代来源"].merge_cells(merged)))
    fault = next(each for each in faults if "合并" in each.text.zh)
    assert fault.where == f"替代来源!{merged}" and "拆分" in fault.text.zh and "split" in fault.text.en


@pytest.mark.parametrize("merged", ["B20:D24", "P4:Q5", "D1:F1"])
def test_what_is_merged_and_states_nothing_is_no_matter(merged: str) -> None:
    content = saved(lambda book: book["替代来源"].merge_cells(merged))
    assert canonical_sheet(read_workbook(content)) == {"schema": "two-high/sheet/1", **CONTENT}


def test_merged_cells_of_a_draft_are_told_beside_what_was_read() -> None:
    found = read_typed(saved(lambda book: book["替代来源"].merge_cells("B5:B6")))
    assert [each.where for each in found.left] == ["替代来源!B5:B6"]
    assert found.values["voc"]["offsets"][0]["source"] == "S-1"


@pytest.mark.parametrize("merged", ["B6:C6", "C6:C7", "C6:D6"])
def test_merged_cells_over_an_answer_are_refused(merged: str) -> None:
    """Also with the cell beside it: that is its unit."""
    assert cell_of("voc.emission_t") == "VOCs!C6"
    faults = refused(saved(lambda book: book["VOCs"].merge_cells(merged)))
    assert "VOCs!" + merged in [each.where for each in faults if "合并" in each.text.zh]


@pytest.mark.parametrize("row", [600, 1_048_576])
@pytest.mark.parametrize("value", [None, " "])
def test_a_border_far_below_makes_no_rows(row: int, value: str | None) -> None:
    def draw(book: Any) -> None:
        for title in ("替代来源", "能源明细", "VOCs"):
            book[title].cell(row, 2).border = BORDER
            book[title].cell(row, 2).value = value

    assert canonical_sheet(read_workbook(saved(draw))) == {"schema": "two-high/sheet/1", **CONTENT}


def test_rows_are_counted_by_what_they_state() -> None:
    def fill(many: int) -> Callable[[Any], None]:
        def change(book: Any) -> None:
            for number in range(many):
                book["能源明细"].cell(5 + 2 * number, 2).value = "raw_coal"

        return change

    assert len(canonical_sheet(read_workbook(saved(fill(MOST_ITEMS))))["energy"]["items"]) == MOST_ITEMS
    faults = refused(saved(fill(MOST_ITEMS + 1)))
    assert [(fault.where, fault.text.zh) for fault in faults] == [
        (f"能源明细!A{5 + 2 * MOST_ITEMS}", f"行数过多，最多 {MOST_ITEMS} 行")
    ]


def test_a_worksheet_beside_the_template_is_passed_over_with_a_note() -> None:
    def add(book: Any) -> None:
        book.create_sheet("草稿", 0)["A1"] = "=1/0"
        book.create_sheet("Sheet1")
        book.create_chartsheet("图").add_chart(BarChart())

    found, notes = told(saved(add))
    assert found == {"schema": "two-high/sheet/1", **CONTENT}
    assert [where for where, _ in notes] == ["草稿", "Sheet1", "图"]
    assert all("未读取" in words for _, words in notes)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_worksheet_is_passed_over_and_told_where_it_holds_anything(state: str) -> None:
    def hide(book: Any) -> None:
        for title in ("用煤", "VOCs", "替代来源"):
            book[title].sheet_state = state

    found, notes = told(saved(hide))
    assert "voc" not in found and [where for where, _ in notes] == ["VOCs", "替代来源"]
    assert all("隐藏" in words for _, words in notes)


def test_a_workbook_without_a_worksheet_of_the_template_is_refused() -> None:
    def hide_all(book: Any) -> None:
        book.create_sheet("草稿")
        for title in (each.title for each in worksheets()):
            book[title].sheet_state = "hidden"

    assert "没有模板的工作表" in refused(saved(hide_all))[0].text.zh


def test_what_was_passed_over_is_said_on_standard_error_and_in_a_draft(tmp_path: Any) -> None:
    content = saved(lambda book: book.create_sheet("草稿"))
    assert [each.where for each in read_typed(content).left] == ["草稿"]
    (tmp_path / "甲.xlsx").write_bytes(content)
    result = CliRunner().invoke(
        command_line(), ["check", str(tmp_path / "甲.xlsx"), "--as-of", "2025-03-01", "--format", "json"]
    )
    assert result.exit_code == 1 and "草稿: 不是模板的工作表，未读取" in result.stderr and "草稿" not in result.stdout


@pytest.mark.parametrize("extent", ["A1", "A1:B2", "A1:XFD1048576"])
def test_the_extent_that_a_file_claims_is_not_relied_on(extent: str) -> None:
    content = edited(
        filled(), lambda part: re.sub(rb'<dimension ref="[^"]*"/>', f'<dimension ref="{extent}"/>'.encode(), part)
    )
    assert canonical_sheet(read_workbook(content)) == {"schema": "two-high/sheet/1", **CONTENT}


def edited(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with the parts of its worksheets changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, change(part) if name.startswith("xl/worksheets/") else part)
    return out.getvalue()


def with_value(path: str, value: Any) -> bytes:
    def write(book: Any) -> None:
        cell = at(book, path)
        cell.value, cell.number_format = value, "yyyy/m/d" if isinstance(value, date) else "General"

    return saved(write)


@pytest.mark.parametrize(
    "value", [date(2025, 3, 1), datetime(2025, 3, 1), datetime(2025, 3, 1, 9, 30), "2025/3/1", "2025/03/01", "2025-3-1", " 2025-03-01 "]
)  # fmt: skip
def test_a_day_is_read_as_spreadsheets_write_it(value: Any) -> None:
    found = read_workbook(with_value("project.received", value))
    assert found.project.received == date(2025, 3, 1)


@pytest.mark.parametrize(
    ("value", "why"),
    [("2025/13/1", "应为日期"), ("2025/2/30", "应为日期"), ("3/1/2025", "两种读法"), ("25/3/1", "四位"), ("2025/3", "应为日期"), (2025, "应为日期"),
     (202503, "应为日期"), (18263, "应为日期"), (73051, "应为日期")],
)  # fmt: skip
def test_what_may_be_another_day_is_refused(value: Any, why: str) -> None:
    assert why in refused(with_value("project.received", value))[0].text.zh


@pytest.mark.parametrize(
    ("value", "from_1904", "day"),
    [
        (45717, False, date(2025, 3, 1)), (45717.75, False, date(2025, 3, 1)), (45717.999999999, False, date(2025, 3, 1)),
        (44255, True, date(2025, 3, 1)), (18264, False, date(1950, 1, 1)), (73050, False, date(2099, 12, 31)), (20250301, False, date(2025, 3, 1)),
    ],
)  # fmt: skip
def test_a_day_number_is_read_by_the_calendar_of_its_workbook(value: Any, from_1904: bool, day: date) -> None:
    def write(book: Any) -> None:
        book.epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
        cell = at(book, "project.received")
        cell.value, cell.number_format = value, "General"

    assert read_workbook(saved(write)).project.received == day


@pytest.mark.parametrize(
    ("shown_by", "value", "read"),
    [("0.00", 85000, "85000"), ("#,##0.00", 85000, "85000"), ('#,##0"万元"', 85000, "85000"), ('0"元"', 85000, "8.5"), ("[Red]#,##0_ ", 85000, "85000"), ("0.00E+00", 85000, "85000"),
     ("_ * #,##0.00_ ;_ * -#,##0.00_ ;", 85000, "85000")],
)  # fmt: skip
def test_a_figure_is_read_as_its_format_shows_it(shown_by: str, value: Any, read: str) -> None:
    def write(book: Any) -> None:
        cell = at(book, "project.investment_wan")
        cell.value, cell.number_format = value, shown_by

    assert canonical_sheet(read_workbook(saved(write)))["project"]["investment_wan"] == read


@pytest.mark.parametrize(
    ("shown_by", "why"),
    [("0%", "不识单位"), ('0"%"', "不识单位"), ("#,##0,", "常规格式"), ('0"00"', "常规格式"), ('"1"0', "常规格式"), (r"0\0", "常规格式"), ('0!.0,"万"', "常规格式"), ('0"."0,', "常规格式"), ('0"万"', "两种读法"), ('0"万美元"', "不识单位"), ("yyyy", "改成日期")],
)  # fmt: skip
def test_a_figure_that_its_format_shows_as_another_is_refused(shown_by: str, why: str) -> None:
    def write(book: Any) -> None:
        cell = at(book, "project.investment_wan")
        cell.value, cell.number_format = 85000, shown_by

    assert why in refused(saved(write))[0].text.zh


@pytest.mark.parametrize(
    ("value", "shown_by"),
    [(1.25, "0%"), (1.25, "0.00 %"), (125, '0"%"'), (125, '0.0 "%"'), (125, r"0\%"), (125, '0_ "%"'), (1.25, "0.00"), (1.25, "0.00_%")],
)  # fmt: skip
def test_a_ratio_shown_as_a_percentage_is_the_ratio(value: Any, shown_by: str) -> None:
    def write(book: Any) -> None:
        cell = at(book, "capacity.ratio")
        cell.value, cell.number_format = value, shown_by

    assert canonical_sheet(read_workbook(saved(write)))["capacity"]["ratio"] == "1.25"


def test_a_day_that_may_be_none_is_read_too() -> None:
    for value, read in (("2025/3/1", date(2025, 3, 1)), ("无", "none"), (date(2025, 3, 1), date(2025, 3, 1))):
        found = read_workbook(with_value("capacity.announced", value))
        assert found.capacity and not isinstance(found.capacity, str) and found.capacity.announced == read


@pytest.mark.parametrize(
    "path",
    [
        "project.code",
        "voc.emission_t",
        "project.stage",
        "approvals.eia.document",
        "eia.laws.document",
        "voc.offsets[0].document",
    ],
)
def test_a_date_where_no_day_is_asked_for_is_refused(path: str) -> None:
    """An id such as 2024-1-5, or a document number, becomes a date: what was typed cannot be known."""
    faults = refused(with_value(path, date(2024, 1, 5)))
    assert [(fault.where, "改成日期" in fault.text.zh) for fault in faults] == [(cell_of(path), True)]


@pytest.mark.parametrize("value", [25033501810401900046, 1e15, 123456789012345678, "2.50335E+19"])
def test_a_code_whose_digits_a_spreadsheet_lost_is_refused(value: Any) -> None:
    words = refused(with_value("project.code", value))[0].text.zh
    assert "15 位" in words or "科学计数法" in words


@pytest.mark.parametrize(
    ("value", "read"), [(999999999999999, "999999999999999"), ("2E5", "2E5"), ("1E+5", "1E+5"), (350181, "350181")]
)
def test_a_code_with_all_of_its_digits_is_read(value: Any, read: str) -> None:
    assert read_workbook(with_value("project.code", value)).project.code == read


def test_a_field_that_stands_there_twice_is_refused() -> None:
    def copy(book: Any) -> None:
        sheet = book["VOCs"]
        for column in range(1, 5):
            sheet.cell(40, column).value = sheet.cell(6, column).value

    assert [fault.where for fault in refused(saved(copy))] == ["VOCs!B40"]


def test_a_column_of_the_layout_of_before_without_a_name_that_holds_something_is_refused() -> None:
    def cut(book: Any) -> None:
        sheet = book["替代来源"]
        last = sheet.max_column - 2
        sheet.cell(1, last).value, sheet.cell(3, last).value = None, "审查岗"

    faults = refused(changed(before(CONTENT), cut))
    assert len(faults) == 1 and "没有列名" in faults[0].text.zh


def test_a_workbook_of_another_kind_is_refused() -> None:
    out = io.BytesIO()
    Workbook().save(out)
    assert "没有模板的工作表" in refused(out.getvalue())[0].text.zh


def test_what_excel_keeps_of_the_printer_is_no_macro() -> None:
    content = filled()
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/printerSettings/printerSettings1.bin", b"\0" * 64)
    assert canonical_sheet(read_workbook(out.getvalue())) == canonical_sheet(read_workbook(content))
