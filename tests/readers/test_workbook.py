"""The Excel template: what is filled in is what is read; what is dangerous is refused before it is opened."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from review import SheetError, read_sheet_file
from review.readers.workbook import read_workbook
from review.readers.workbook_layout import list_columns, lists, titles
from review.readers.workbook_template import fill_template, write_template
from review.sheet import canonical_sheet

pytestmark = pytest.mark.slow

SHEETS = sorted(Path(__file__).parents[2].joinpath("fixtures/sheets").glob("*.json"))


def edited(*changes: tuple[str, str, Any]) -> bytes:
    book = load_workbook(io.BytesIO(fill_template({"project": {"name": "甲"}})))
    for sheet, cell, value in changes:
        book[sheet][cell] = value
    result = io.BytesIO()
    book.save(result)
    return result.getvalue()


def cell_of(sheet: str, path: str) -> str:
    rows = load_workbook(io.BytesIO(write_template()))[sheet].iter_rows(min_col=1, max_col=1)
    return next(f"G{row[0].row}" for row in rows if row[0].value == path)


@pytest.mark.slow
@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_a_filled_template_reads_as_the_json_sheet(path: Path) -> None:
    sheet = read_sheet_file(path)
    assert canonical_sheet(read_workbook(fill_template(canonical_sheet(sheet)))) == canonical_sheet(sheet)


def test_the_template_is_the_same_bytes_and_has_every_section() -> None:
    assert write_template() == write_template()
    assert load_workbook(io.BytesIO(write_template())).sheetnames == list(titles().values())


def test_a_blank_template_lacks_only_the_name() -> None:
    with pytest.raises(SheetError) as error:
        read_workbook(write_template())
    assert [fault.where for fault in error.value.faults] == ["project"]


def test_a_fault_names_its_cell() -> None:
    cell = cell_of("能源", "energy.total_tce")
    with pytest.raises(SheetError) as error:
        read_workbook(edited(("能源", cell, "很多")))
    assert error.value.faults[0].where == f"能源!{cell} (energy.total_tce)"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("=1+1", "公式"),
        (1234567890.1234567, "15 位"),
        ("-1", "负数"),
        ("NaN", "数字"),
        ("1e400", "数字过长"),
        ("11.999999999999999999", "数字过长"),
        ("#REF!", "错误值"),
    ],
)
def test_a_bad_figure_is_refused(value: Any, words: str) -> None:
    with pytest.raises(SheetError) as error:
        read_workbook(edited(("能源", cell_of("能源", "energy.total_tce"), value)))
    assert words in error.value.faults[0].text.zh


@pytest.mark.slow
@pytest.mark.parametrize(("value", "read"), [(4.1, "4.1"), (100, "100"), ("4.10", "4.1"), (0.204, "0.204")])
def test_a_figure_is_read_as_it_was_typed(value: Any, read: str) -> None:
    sheet = read_workbook(edited(("能源", cell_of("能源", "energy.total_tce"), value)))
    assert canonical_sheet(sheet)["energy"]["total_tce"] == read


def test_an_empty_list_and_an_absent_section_can_be_stated() -> None:
    content = {"project": {"name": "甲"}, "products": [], "voc": "none", "energy": {"review": "none"}}
    sheet = read_workbook(fill_template(content))
    assert canonical_sheet(sheet) == {"schema": "two-high/sheet/1", **content}


def as_of_before(content: dict[str, Any]) -> bytes:
    """A filled template of before the sheet had any field that this one does not state."""
    book = load_workbook(io.BytesIO(fill_template(content)))
    for path, title in titles().items():
        sheet = book[title]
        if path in lists():
            filled = [
                any(sheet.cell(row, column).value for row in range(3, sheet.max_row + 1))
                for column, _ in enumerate(list_columns(path), 1)
            ]
            for column in [at for at, there in enumerate(filled, 1) if not there and at > 1][::-1]:
                sheet.delete_cols(column)
        else:
            for row in [row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 7).value is None][::-1]:
                sheet.delete_rows(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("path", SHEETS[::6], ids=lambda path: path.stem)
def test_a_template_of_before_is_read(path: Path) -> None:
    content = canonical_sheet(read_sheet_file(path))
    assert canonical_sheet(read_workbook(as_of_before(content))) == content


def test_an_area_by_the_label_of_before_is_read() -> None:
    """What stood for everywhere outside Fuzhou never counts, as ever."""
    content = {"project": {"name": "甲"}, "voc": {"offsets": [{"source": "S-1", "area": "other"}]}}
    book = load_workbook(io.BytesIO(fill_template(content)))
    assert book["替代来源"]["C3"].value == "福建省以外"
    book["替代来源"]["C3"].value = "福州市以外"
    out = io.BytesIO()
    book.save(out)
    assert canonical_sheet(read_workbook(out.getvalue())) == {"schema": "two-high/sheet/1", **content}


@pytest.mark.parametrize(
    ("cell", "value", "where"),
    [("B1", None, "B1"), ("B1", "别的", "B1"), ("B1", "source", "B1"), ("A1", None, "A1"), ("L1", "备注", "L1")],
)
def test_a_changed_header_row_is_refused(cell: str, value: Any, where: str) -> None:
    with pytest.raises(SheetError) as error:
        read_workbook(edited(("替代来源", cell, value), ("替代来源", "A3", "S-1")))
    assert [fault.where for fault in error.value.faults] == [f"替代来源!{where}"]


def test_the_template_says_what_the_office_supplies() -> None:
    book = load_workbook(io.BytesIO(write_template()))
    rows = {row[0].value: str(row[4].value or "") for row in book["管理"].iter_rows(min_row=2)}
    assert {path for path, meaning in rows.items() if "由审批单位填写" in meaning} == {
        "management.permit_key_management",
        "management.key_energy_user_designated",
    }


def archive(entries: dict[str, bytes]) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in entries.items():
            target.writestr(name, data)
    return result.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04nothing", "不是 .xlsx"),
        (b"", "不是 .xlsx"),
        (archive({"xl/worksheets/sheet1.xml": b" " * 60_000_000}), "压缩内容异常"),
        (archive({f"a{i}": b"" for i in range(400)}), "压缩内容异常"),
        (archive({"xl/vbaProject.bin": b"macro"}), "宏"),
        (archive({"a.txt": b"text"}), "不是可读的"),
    ],
)
def test_what_is_no_workbook_or_a_bomb_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(SheetError) as error:
        read_workbook(content)
    assert words in error.value.faults[0].text.zh


def test_an_office_writes_its_own_words() -> None:
    """Choices by the labels that the template offers, 无 for what does not exist."""
    book = load_workbook(io.BytesIO(fill_template({"project": {"name": "甲"}})))
    written = {"project.nature": "新建", "project.stage": "建成", "site.sewage": "园区污水处理厂", "eia.access_list.conforms": "不适用",
               "eia.access_list.note": "无此要求", "voc": "无", "energy.review": "无", "site.park": "无"}  # fmt: skip
    for title in book.sheetnames:
        for row in book[title].iter_rows(min_row=2):
            if row[0].value in written:
                row[6].value = written[str(row[0].value)]
    book["锅炉"]["C3"] = "天然气"
    book["炉窑"].cell(1, 6).value = None
    out = io.BytesIO()
    book.save(out)
    sheet = read_workbook(out.getvalue())
    assert (sheet.project.nature, sheet.project.stage, sheet.voc) == ("new", "existing", "none")
    assert sheet.site and (sheet.site.sewage, sheet.site.park) == ("park_plant", "none")
    assert sheet.energy and sheet.energy.review == "none" and sheet.eia and sheet.eia.access_list
    assert sheet.eia.access_list.conforms == "not_applicable"
    assert (
        not isinstance(sheet.coal, str)
        and sheet.coal
        and sheet.coal.boilers
        and sheet.coal.boilers[0].fuel == "natural_gas"
    )
