"""The blank workbook: what an applicant sees of it is Chinese, can be chosen or typed as it says, prints on A4, and is the same bytes every time."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_from_string, range_boundaries

from review.errors import Fault
from review.law.edition import Ruleset
from review.law.loading import load_builtin
from review.law.names import is_of_gate
from review.quantities import UNITS
from review.readers.workbook import read_workbook, sheet_of
from review.readers.workbook_choices import options
from review.readers.workbook_content import workbook_content
from review.readers.workbook_layout import INSTRUCTIONS, OPTIONS, cell_of, is_wanted, lists, worksheets
from review.readers.workbook_template import fill_template, write_template
from review.readers.workbook_words import EXAMPLES, in_words
from review.readers.written.fields import read_field
from review.sheet import FieldDescription, all_fields, all_parts, canonical_sheet, describe, parse_sheet
from review.sheet.fields import NONE
from review.sheet.paths import pattern_of, split_last
from tests.readers.written.test_sheet import edition
from tests.strategies import EXAMPLES as MOST
from tests.strategies import sheets

pytestmark = pytest.mark.slow

# What no Chinese paper writes otherwise: units, formulas, names of standards and of the format that is printed.
UNITS_SAID = {word for field in all_fields() for word in re.findall("[A-Za-z]+", field.unit or "")} | {
    word for name in UNITS for word in re.findall("[A-Za-z]+", name)
}
ALLOWED = UNITS_SAID | {"VOCs", "PDF", "GB", "T", "Nm", "d", "kgce", "t"}
# Codes: of an industry, of a person in law, of a source, of a project; the ways in which they are shown.
CODES = re.compile(r"\b(?:[A-T][0-9]{4}|[0-9A-Z]{18}|[SC]-[0-9]{4}-[0-9]{3})\b")
WORD = re.compile("[A-Za-z]+")


@cache
def blank() -> Any:
    return load_workbook(io.BytesIO(write_template(edition())))


def seen(book: Any) -> Iterator[tuple[str, str]]:
    """Every cell that can be seen, and what it says."""
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        for row in sheet.iter_rows():
            for cell in row:
                letter, number = coordinate_from_string(cell.coordinate)
                hidden = sheet.column_dimensions[letter].hidden or sheet.row_dimensions[number].hidden
                if cell.value is not None and not hidden:
                    yield f"{sheet.title}!{cell.coordinate}", str(cell.value)


@pytest.mark.parametrize("by", [load_builtin()[0], load_builtin()[-1]], ids=["first", "last"])
def test_no_english_and_no_path_is_seen(by: Ruleset) -> None:
    book = load_workbook(io.BytesIO(write_template(by)))
    found = [
        (where, word) for where, text in seen(book) for word in WORD.findall(CODES.sub("", text)) if word not in ALLOWED
    ]
    assert found == []
    assert len(list(seen(book))) > 500


def test_every_field_can_be_filled_in_once() -> None:
    cells = [cell_of(field.path.replace("[]", "[0]")) for field in all_fields()]
    assert None not in cells and len(set(cells)) == len(cells)
    asked = [part for part in all_parts() if part.may_be_none and "[]" not in part.path]
    assert all(cell_of(part.path) for part in asked)


def test_the_answer_stands_beside_the_name() -> None:
    for each in worksheets():
        if each.kind == "section":
            assert [blank()[each.title].cell(4, column).value for column in (2, 3)] == ["名称", "填写"]
    assert [cell.value for cell in blank()["准入条件"][4]][1:5] == ["名称", "是否符合", "依据文号", "说明"]


def test_it_prints_on_a4_with_its_heads_on_every_page() -> None:
    for sheet in blank().worksheets:
        if sheet.title == OPTIONS:
            assert sheet.sheet_state == "hidden"
            continue
        is_list = sheet.title in {each.title for each in worksheets() if each.kind == "list"}
        assert (
            sheet.page_setup.paperSize == 9
            and sheet.page_setup.fitToWidth == 1
            and sheet.sheet_properties.pageSetUpPr.fitToPage
        )
        assert sheet.page_setup.orientation == ("landscape" if is_list else "portrait")
        assert sheet.print_title_rows == (None if sheet.title == INSTRUCTIONS else "$4:$4")


def test_it_is_the_same_bytes_every_time() -> None:
    assert write_template(edition()) == write_template(edition())


def offered(cell: str) -> list[str]:
    """What the drop-down list of a cell offers; empty where it has none."""
    title, _, where = cell.partition("!")
    for rule in blank()[title].data_validations.dataValidation:
        if where in rule.sqref:
            formula = str(rule.formula1)
            assert len(formula) <= 257 and not rule.showErrorMessage
            if formula.startswith('"'):
                return formula[1:-1].split(",")
            sheet, _, area = formula.partition("!")
            left, top, right, bottom = range_boundaries(area)
            assert sheet == f"'{OPTIONS}'" and left == right and top == 1
            return [str(blank()[OPTIONS].cell(row, int(left or 0)).value) for row in range(1, int(bottom or 0) + 1)]
    return []


@pytest.mark.parametrize("field", all_fields(), ids=lambda field: field.path)
def test_every_choice_offered_is_read(field: FieldDescription) -> None:
    """Each choice in Chinese, each as what it says, and none twice."""
    wanted = is_wanted({}, edition())
    cell = cell_of(field.path.replace("[]", "[0]"), wanted)
    if cell is None:
        assert is_of_gate(field.path) and not wanted(split_last(field.path)[0])
        return
    found = offered(cell)
    assert found == list(options(field, edition()))
    beside = {"carrier": "raw_coal"}
    read = [read_field(field, each, beside, edition).value for each in found]
    assert len({str(each) for each in read}) == len(found)
    if field.choices:
        assert read == list(field.choices)
    if field.kind in ("flag", "conforms", "unit") or field.table or pattern_of(field.path) in (
        "site.park", "energy.items[].carrier", "products[].benchmark", "products[].limit", "project.industry",
    ):  # fmt: skip
        assert found
        if field.kind not in ("flag", "industry"):
            assert [in_words(value, field, edition()) for value in read] == found


def test_what_may_not_exist_offers_the_word_for_it() -> None:
    for part in all_parts():
        if part.may_be_none and "[]" not in part.path:
            assert offered(str(cell_of(part.path))) == ["无"], part.path
    for path in lists():
        title = next(each.title for each in worksheets() if each.path == path)
        assert offered(f"{title}!C1") == ["无"], path


@pytest.mark.parametrize(("path", "text"), [(path, text) for path, texts in EXAMPLES.items() for text in texts])
def test_the_instructions_show_what_is_read(path: str, text: str) -> None:
    assert read_field(describe(path), text, {}, edition).value not in (None, NONE)
    assert any(text in str(row[1].value) for row in blank()[INSTRUCTIONS].iter_rows(min_row=2))


def test_the_instructions_are_one_page() -> None:
    lines = [str(row[1].value) for row in blank()[INSTRUCTIONS].iter_rows(min_row=2)]
    assert len(lines) <= 16 and sum(1 + len(each) // 42 for each in lines) <= 45


@settings(max_examples=MOST, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(sheets())
def test_what_is_filled_in_is_what_is_read(raw: dict[str, Any]) -> None:
    content = canonical_sheet(parse_sheet(raw))
    [found] = workbook_content(fill_template(content, edition()))
    assert found.faults == () and found.passed_over == ()
    assert canonical_sheet(sheet_of(found, edition)) == content


@pytest.mark.parametrize("by", load_builtin(), ids=lambda by: by.edition)
def test_names_of_an_edition_are_read_by_the_latest(by: Ruleset) -> None:
    """A workbook that was written by an edition of before is read by the one in force."""
    for table, pattern, key in (
        ("coal_equivalents", "energy.items[].carrier", "id"), ("parks", "site.park", "park"),
        ("benchmark_levels", "products[].benchmark", "id"), ("limits", "products[].limit", "id"),
    ):  # fmt: skip
        for row in by.table(table):
            said = in_words(row[key], describe(pattern), by)
            assert read_field(describe(pattern), said, {}, lambda: load_builtin()[-1]).value == row[key], said


def test_an_industry_is_shown_with_its_name_as_the_list_offers_it() -> None:
    """A filled workbook showed the code alone; what the list offers is read as the code, and nothing is said of it."""
    content = {"project": {"name": "甲（虚构）", "industry": "3011"}}
    filled = fill_template(content, edition())
    cells = [cell.value for sheet in load_workbook(io.BytesIO(filled)) for row in sheet.iter_rows() for cell in row]
    assert "3011 水泥熟料、建材" in cells and "3011" not in cells
    said: list[Fault] = []
    assert canonical_sheet(read_workbook(filled, said=said.append)) == canonical_sheet(parse_sheet(content))
    assert said == []
    # A class that no table names is its code.
    unknown = fill_template({"project": {"name": "甲（虚构）", "industry": "0111"}}, edition())
    assert "0111" in [
        cell.value for sheet in load_workbook(io.BytesIO(unknown)) for row in sheet.iter_rows() for cell in row
    ]
