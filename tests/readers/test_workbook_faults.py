"""What is said of a cell that cannot be read: in the office's words, by worksheet and cell, in both languages, without paths or keys."""

from __future__ import annotations

import re

import pytest

from review.errors import Fault, SheetError
from review.quantities import UNITS
from review.readers.workbook import sheet_of
from review.readers.workbook_content import WorkbookContent
from review.readers.workbook_layout import cell_of
from review.sheet import FieldDescription, all_fields, describe
from tests.readers.written.test_sheet import edition

TYPED = (
    "无",
    "很多",
    "2025/13/1",
    "-1",
    "12吨",
    "none",
    "1,25",
    "不适用",
    "甲\u200b乙",
    "5元",
    "/",
    "字" * 2001,
    "\u0007",
    "改扩建",
    "平板玻璃",
    "无烟",
    "炉",
)
# Names of standards and units, and the codes of industries.
UNITS_SAID = {*UNITS, "t", "m", "kgce", "kWh", "MWh", "GJ", "MW", "gce", "tce", "CO", "a", "h", "d"}
ALLOWED = UNITS_SAID | {"GB", "T", "VOCs", "Excel", "U"}
QUOTED = re.compile("“[^”]*”|'[^']*'|U\\+[0-9A-F]+|C?[0-9]{4}")


def faults(field: FieldDescription, text: str) -> tuple[Fault, ...]:
    path = field.path.replace("[]", "[0]")
    cell = cell_of(path)
    assert cell is not None
    name = () if path == "project.name" else (("项目!C6", "project.name", "甲"),)
    try:
        sheet_of(WorkbookContent((*name, (cell, path, text)), (), ()), edition)
    except SheetError as error:
        return tuple(error.faults)
    return ()


@pytest.mark.parametrize("field", all_fields(), ids=lambda field: field.path)
def test_a_fault_is_said_in_the_words_of_the_office(field: FieldDescription) -> None:
    found = [fault for text in TYPED for fault in faults(field, text)]
    paths = re.compile("|".join(re.escape(each.path.replace("[]", "")) for each in all_fields() if "." in each.path))
    for fault in found:
        assert re.fullmatch(r"\w+(![A-Z]+[0-9]+|![0-9]+:[0-9]+)?", fault.where), fault
        words = set(re.findall("[A-Za-z_]+", QUOTED.sub("", fault.text.zh)))
        assert words <= ALLOWED, fault
        assert not paths.search(fault.text.zh) and not paths.search(fault.text.en), fault
        assert fault.text.zh != fault.text.en and re.search("[a-z]{3}", fault.text.en), fault


def test_a_fault_names_the_cell_that_states_the_field() -> None:
    [fault] = faults(describe("energy.items[0].quantity"), "很多")
    assert fault.where == "能源明细!D5" and "实物量" in fault.text.zh and "quantity" in fault.text.en


def test_a_field_that_nothing_states_is_named_by_its_worksheet() -> None:
    with pytest.raises(SheetError) as error:
        sheet_of(WorkbookContent((("能源!C5", "energy.total_tce", "5"),), (), ()), edition)
    assert [fault.where for fault in error.value.faults] == ["项目"]
