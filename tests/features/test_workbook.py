"""workbook.feature: what an applicant does with the workbook, and what other software does to it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.styles import Border, Side
from pytest_bdd import given, parsers, scenarios, then, when

from review.errors import Fault, SheetError
from review.readers.workbook import read_workbook
from review.readers.workbook_template import fill_template, write_template
from review.sheet import canonical_sheet, parse_sheet
from tests.readers.marks import SOFTWARE
from tests.readers.workbooks import before, changed, typed_in
from tests.readers.written.test_sheet import PAPER, STATED, edition

pytestmark = pytest.mark.slow
scenarios("workbook.feature")

CONTENT: dict[str, Any] = {
    "project": {"code": "2503-350181-04-01-123456", "name": "甲（虚构）", "industry": "3041", "stage": "proposed"},
    "site": {"park": "none"},
    "voc": {
        "emission_t": "10",
        "offsets": [
            {"source": each, "area": "fuqing", "reduction_t": "9", "allocated_t": "6", "document": "=1+1 号"}
            for each in ("S-1", "S-2")
        ],
    },
    "coal": "none",
    "products": [],
    "eia": {
        "laws": {"conforms": True, "document": "5.2 节"},
        "zoning": {"conforms": False},
        "access_list": {"conforms": "not_applicable", "note": "无此清单"},
        "change_approval": "none",
    },
}


class Workbook:
    """A workbook on its way from the applicant to the office."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.told: list[Fault] = []
        self.said: list[Fault] = []

    def change(self, change: Callable[[Any], object]) -> None:
        self.content = changed(self.content, change)

    def read(self) -> dict[str, Any]:
        return canonical_sheet(read_workbook(self.content, self.told.append, edition=edition, said=self.said.append))


@given("填好的工作簿", target_fixture="workbook")
def filled_in() -> Workbook:
    return Workbook(fill_template(CONTENT, edition()))


@given("按以前的模板填好的工作簿", target_fixture="workbook")
def of_before() -> Workbook:
    return Workbook(before(CONTENT))


@given(parsers.parse("行业为{industry}的空白工作簿"), target_fixture="workbook")
def of_industry(industry: str) -> Workbook:
    return Workbook(
        write_template(edition())
        if industry == "未载明"
        else fill_template({"project": {"industry": industry}}, edition())
    )


@when("照纸件把浮法玻璃项目填入空白工作簿", target_fixture="workbook")
def as_the_paper_says() -> Workbook:
    return Workbook(typed_in(PAPER))


@when(parsers.parse("由{software}保存"))
def saved_by(workbook: Workbook, software: str) -> None:
    workbook.content = SOFTWARE[software](workbook.content)


@when(parsers.parse("在“{title}”第 {column} 列写备注"))
def notes_beside(workbook: Workbook, title: str, column: str) -> None:
    def write(book: Any) -> None:
        book[title][f"{column}4"], book[title][f"{column}6"] = "备注", "与核准文件核对过"

    workbook.change(write)


@when(parsers.parse("另加工作表“{title}”"))
def another_worksheet(workbook: Workbook, title: str) -> None:
    workbook.change(lambda book: book.create_sheet(title, 0).append(("草稿",)))


@when(parsers.parse("给“{title}”第 {row:d} 行画上边框"))
def border_below(workbook: Workbook, title: str, row: int) -> None:
    def draw(book: Any) -> None:
        for column in range(2, 9):
            book[title].cell(row, column).border = Border(bottom=Side("thin"))

    workbook.change(draw)


@when(parsers.re(r"隐藏“(?P<title>\w+)”的第 (?P<which>\w+) (行|列)"))
def hides(workbook: Workbook, title: str, which: str) -> None:
    def hide(book: Any) -> None:
        sheet = book[title]
        (sheet.row_dimensions[int(which)] if which.isdigit() else sheet.column_dimensions[which]).hidden = True

    workbook.change(hide)


@when(parsers.re(r"把“(?P<title>\w+)!(?P<cell>\w+)”改成“(?P<words>.*)”"))
def writes(workbook: Workbook, title: str, cell: str, words: str) -> None:
    def write(book: Any) -> None:
        book[title][cell].value = words or None

    workbook.change(write)


@when(parsers.parse("另附以前模板的“{title}”工作表，填“{path}”为“{words}”"))
def worksheet_of_before(workbook: Workbook, title: str, path: str, words: str) -> None:
    """It stands in the place of the new one, and answers what another worksheet answers too."""

    def replace(book: Any) -> None:
        del book[title]
        page = book.create_sheet(title)
        for row in load_workbook(io.BytesIO(before({}))).worksheets[0].iter_rows(max_row=1, values_only=True):
            page.append(row)
        page.append((path, *[None] * 5, words))

    workbook.change(replace)


@then("读成的内容与填写的相同")
def read_as_filled_in(workbook: Workbook) -> None:
    assert workbook.read() == {"schema": "two-high/sheet/1", **CONTENT}


@then("读成的内容与纸件相符")
def read_as_the_paper_means(workbook: Workbook) -> None:
    assert workbook.read() == canonical_sheet(parse_sheet(STATED))
    assert workbook.told == []


@then(parsers.parse("“{cell}”读作“{words}”"))
def read_as(workbook: Workbook, cell: str, words: str) -> None:
    assert [each.text.zh for each in workbook.said if each.where == cell and words in each.text.zh]


@then("没有另外说明的")
def nothing_told(workbook: Workbook) -> None:
    assert workbook.told == []


@then(parsers.parse("另外说明“{one}”“{other}”未读取"))
def told_of(workbook: Workbook, one: str, other: str) -> None:
    assert {each.where for each in workbook.told} == {one, other}
    assert all("未读取" in each.text.zh and "not read" in each.text.en for each in workbook.told)


@then(parsers.re("不收，指出“(?P<where>[^”]+)”“(?P<words>.+)”"))
def refused(workbook: Workbook, where: str, words: str) -> None:
    with pytest.raises(SheetError) as error:
        workbook.read()
    workbook.told = list(error.value.faults)
    assert [each.where for each in workbook.told if words in each.text.zh] == [where], workbook.told


@then("话里没有字段编号")
def no_path_is_said(workbook: Workbook) -> None:
    for each in workbook.told:
        assert not re.search(r"[a-z_]+\.[a-z_]+|[a-z]+_[a-z]+|eia|note\b", f"{each.where}{each.text.zh}"), each
        assert not re.search(r"[a-z_]+\.[a-z_]+|[a-z]+_[a-z]+", each.text.en), each


@then(parsers.parse("“{title}”的表首写明“{words}”"))
def said_above(workbook: Workbook, title: str, words: str) -> None:
    assert words in str(load_workbook(io.BytesIO(workbook.content))[title]["B2"].value)
