"""How the blank workbook looks and prints (版式): cells to fill in, headings, drop-down lists, pages of A4."""

from __future__ import annotations

from typing import Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from review.readers.workbook_layout import (
    FIRST_ROW,
    HEAD_ROW,
    NAME_COLUMN,
    OPTIONS,
    PATHS_COLUMN,
    PATHS_ROW,
    TITLE_ROW,
)

# The tab of a worksheet that concerns some industries only.
SOME_INDUSTRIES = "FFA6A6A6"
_FONT = "宋体"
_HEAD, _FILL = PatternFill("solid", fgColor="FFE8EEF4"), PatternFill("solid", fgColor="FFFFFBE6")
_LINE = Side("thin", color="FFBFBFBF")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WRAPPED, _RUNNING_ON = Alignment(wrap_text=True, vertical="center"), Alignment(vertical="center")
# Cells take their looks by name: the names are shown where styles are chosen.
_TEXT, _NAME, _ANSWER, _TITLE, _REMARK = "项目表说明", "项目表名称", "项目表填写", "项目表标题", "项目表备注"
_A4, _COLUMN_OF_LIST, _HEIGHT_OF_QUESTION = 9, 16, 45
# What a list within the rule of a cell may have of characters; a longer one stands on a worksheet of its own.
_LONGEST_LIST = 255


def add_styles(book: Workbook) -> None:
    """Add the looks of cells to a new workbook. What is filled in is text, so that nothing typed becomes a date or a formula."""
    plain, bold, large = (
        Font(name=_FONT, size=11),
        Font(name=_FONT, size=11, bold=True),
        Font(name=_FONT, size=14, bold=True),
    )
    for style in (
        NamedStyle(_TEXT, font=plain, border=_BOX, alignment=_WRAPPED),
        NamedStyle(_NAME, font=bold, border=_BOX, alignment=_WRAPPED, fill=_HEAD),
        NamedStyle(_ANSWER, font=plain, border=_BOX, alignment=_WRAPPED, fill=_FILL, number_format="@"),
        NamedStyle(_TITLE, font=large, alignment=_RUNNING_ON),
        NamedStyle(_REMARK, font=plain, alignment=_RUNNING_ON),
    ):
        book.add_named_style(style)


def text(page: Worksheet, row: int, column: int, words: str) -> None:
    """Words to read."""
    _write(page, row, column, words or None, _TEXT)


def heading(page: Worksheet, row: int, column: int, words: str) -> None:
    """The name of a column or of a group of rows."""
    _write(page, row, column, words, _NAME)


def titled(page: Worksheet, row: int, column: int, words: str) -> None:
    """Words above all else, which run on over the cells beside them."""
    _write(page, row, column, words, _TITLE)


def remarked(page: Worksheet, row: int, column: int, words: str) -> None:
    """A remark, which runs on over the cells beside it."""
    _write(page, row, column, words, _REMARK)


def answer(page: Worksheet, row: int, column: int, value: str | None) -> None:
    """A cell to fill in, with text as it is: what begins with an equals sign is no formula."""
    _write(page, row, column, value, _ANSWER)
    if value is not None:
        page.cell(row, column).data_type = "s"


def _write(page: Worksheet, row: int, column: int, value: str | None, style: str) -> None:
    cell = page.cell(row, column)
    cell.value, cell.style = value, style


class Choices:
    """The drop-down lists of a workbook: cells that offer the same share one; long ones stand in columns of a hidden worksheet."""

    def __init__(self) -> None:
        self._columns: dict[tuple[str, ...], str] = {}
        self._cells: dict[tuple[str, ...], list[str]] = {}

    def add(self, where: str, offered: tuple[str, ...]) -> None:
        """Offer these in the cells of the page that is being written; nothing where there are none."""
        if offered:
            self._cells.setdefault(offered, []).append(where)

    def offer(self, page: Worksheet) -> None:
        """Write the lists of the page. What is none of a list can be typed as well."""
        for offered, cells in self._cells.items():
            rule = DataValidation(
                type="list", formula1=self._formula(offered), allow_blank=True, showErrorMessage=False
            )
            page.add_data_validation(rule)
            for each in cells:
                rule.add(each)
        self._cells.clear()

    def _formula(self, offered: tuple[str, ...]) -> str:
        joined = ",".join(offered)
        if len(joined) <= _LONGEST_LIST and not any(sign in each for each in offered for sign in ',"'):
            return f'"{joined}"'
        letter = self._columns.setdefault(offered, get_column_letter(len(self._columns) + 1))
        return f"'{OPTIONS}'!${letter}$1:${letter}${len(offered)}"

    def write(self, book: Workbook) -> None:
        """Write the hidden worksheet of the long lists."""
        page = book.create_sheet(OPTIONS)
        page.sheet_state = "hidden"
        for column, offered in enumerate(self._columns, 1):
            for row, each in enumerate(offered, 1):
                cell = page.cell(row, column, each)
                cell.data_type = "s"


def page_of_text(page: Worksheet, widths: tuple[int, ...]) -> None:
    """One page to read."""
    _widths(page, 1, widths)
    _printed(page, "portrait", "")
    page.page_setup.fitToHeight = 1


def page_of_rows(page: Worksheet, widths: tuple[int, ...]) -> None:
    """Rows with a name and what is filled in beside it, the names and paths in their places."""
    _widths(page, NAME_COLUMN, widths)
    _hide_paths(page)
    page.freeze_panes = f"{get_column_letter(NAME_COLUMN + 1)}{FIRST_ROW}"
    _printed(page, "portrait", f"{HEAD_ROW}:{HEAD_ROW}")


def page_of_list(page: Worksheet, columns: int) -> None:
    """A table across the page."""
    _widths(page, NAME_COLUMN, (_COLUMN_OF_LIST,) * columns)
    _hide_paths(page)
    page.row_dimensions[TITLE_ROW].height = _HEIGHT_OF_QUESTION
    page.freeze_panes = f"{get_column_letter(NAME_COLUMN)}{FIRST_ROW}"
    _printed(page, "landscape", f"{HEAD_ROW}:{HEAD_ROW}")


def _hide_paths(page: Worksheet) -> None:
    page.row_dimensions[PATHS_ROW].hidden = True
    page.column_dimensions[get_column_letter(PATHS_COLUMN)].hidden = True


def _widths(page: Worksheet, first: int, widths: tuple[int, ...]) -> None:
    for column, width in enumerate(widths, first):
        page.column_dimensions[get_column_letter(column)].width = width


def _printed(page: Worksheet, orientation: Literal["portrait", "landscape"], repeated: str) -> None:
    """A4, as wide as the page, with the name of the worksheet above and the number of the page below."""
    page.page_setup.paperSize, page.page_setup.orientation = _A4, orientation
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_options.horizontalCentered = True
    if repeated:
        page.print_title_rows = repeated
    page.HeaderFooter.oddHeader = HeaderFooterItem(center=_HeaderFooterPart("&A"))
    page.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart("第 &P 页，共 &N 页"))
