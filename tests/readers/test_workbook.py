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
from review.readers.workbook_layout import INSTRUCTIONS, OPTIONS, cell_of, worksheets
from review.readers.workbook_template import fill_template, write_template
from review.sheet import canonical_sheet
from tests.readers.workbooks import before, saved, typed_in

pytestmark = pytest.mark.slow

SHEETS = sorted(Path(__file__).parents[2].joinpath("fixtures/sheets").glob("*.json"))


def with_total(value: Any) -> bytes:
    return typed_in({"energy.total_tce": value}, {"project": {"name": "甲"}})


@pytest.mark.slow
@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_a_filled_template_reads_as_the_json_sheet(path: Path) -> None:
    sheet = read_sheet_file(path)
    assert canonical_sheet(read_workbook(fill_template(canonical_sheet(sheet)))) == canonical_sheet(sheet)


def test_the_template_is_the_same_bytes_and_has_every_section() -> None:
    assert write_template() == write_template()
    assert load_workbook(io.BytesIO(write_template())).sheetnames == [
        INSTRUCTIONS,
        *(each.title for each in worksheets()),
        OPTIONS,
    ]


def test_a_blank_template_lacks_only_the_name() -> None:
    with pytest.raises(SheetError) as error:
        read_workbook(write_template())
    assert [fault.where for fault in error.value.faults] == ["项目"]


def test_a_fault_names_its_cell_and_no_path() -> None:
    with pytest.raises(SheetError) as error:
        read_workbook(with_total("很多"))
    [fault] = error.value.faults
    assert fault.where == cell_of("energy.total_tce") == "能源!C5"
    assert (
        "年综合能源消费量" in fault.text.zh
        and "comprehensive energy" in fault.text.en
        and "energy." not in fault.text.zh + fault.text.en
    )


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
        read_workbook(with_total(value))
    assert words in error.value.faults[0].text.zh


@pytest.mark.slow
@pytest.mark.parametrize(("value", "read"), [(4.1, "4.1"), (100, "100"), ("4.10", "4.1"), (0.204, "0.204")])
def test_a_figure_is_read_as_it_was_typed(value: Any, read: str) -> None:
    sheet = read_workbook(with_total(value))
    assert canonical_sheet(sheet)["energy"]["total_tce"] == read


def test_an_empty_list_and_an_absent_section_can_be_stated() -> None:
    content = {"project": {"name": "甲"}, "products": [], "voc": "none", "energy": {"review": "none"}}
    sheet = read_workbook(fill_template(content))
    assert canonical_sheet(sheet) == {"schema": "two-high/sheet/1", **content}


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
@pytest.mark.parametrize("blank", [True, False], ids=["whole", "older"])
def test_a_workbook_of_the_layout_of_before_is_read(path: Path, blank: bool) -> None:
    content = canonical_sheet(read_sheet_file(path))
    assert canonical_sheet(read_workbook(before(content, blank))) == content


def test_an_area_by_the_label_of_before_is_read() -> None:
    """What stood for everywhere outside Fuzhou never counts, as ever."""
    content = {"project": {"name": "甲"}, "voc": {"offsets": [{"source": "S-1", "area": "other"}]}}
    for filled, cell in ((fill_template(content), "D5"), (before(content), "C3")):
        book = load_workbook(io.BytesIO(filled))
        assert book["替代来源"][cell].value == "福建省以外"
        book["替代来源"][cell].value = "福州市以外"
        assert canonical_sheet(read_workbook(saved(book))) == {"schema": "two-high/sheet/1", **content}


@pytest.mark.parametrize(
    ("cell", "value", "where"),
    [("B1", None, "B1"), ("B1", "别的", "B1"), ("B1", "source", "B1"), ("A1", None, "A1"), ("L1", "备注", "L1")],
)
def test_a_changed_header_row_of_the_layout_of_before_is_refused(cell: str, value: Any, where: str) -> None:
    book = load_workbook(io.BytesIO(before({"project": {"name": "甲"}})))
    book["替代来源"][cell], book["替代来源"]["A3"] = value, "S-1"
    with pytest.raises(SheetError) as error:
        read_workbook(saved(book))
    assert [fault.where for fault in error.value.faults] == [f"替代来源!{where}"]


def test_the_template_says_what_the_office_supplies() -> None:
    book = load_workbook(io.BytesIO(write_template()))
    rows = {str(row[0].value).partition(" ")[0]: str(row[4].value or "") for row in book["管理"].iter_rows(min_row=5)}
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
    written = {"project.name": "甲", "project.nature": "新建", "project.stage": "建成", "site.sewage": "园区污水处理厂", "eia.access_list.conforms": "不适用",
               "eia.access_list.note": "无此要求", "voc": "无", "energy.review": "无", "site.park": "无", "coal.boilers[0].fuel": "天然气"}  # fmt: skip
    sheet = read_workbook(typed_in(written))
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
