"""A worksheet of the template (填写区): which fields its hidden paths name, whether names and units are as they were written, what is filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from review.errors import Fault, Text
from review.readers.cell_names import column_letter
from review.readers.workbook_cells import cell_value, is_merged, merged, rows_shown, rows_with, stated
from review.readers.workbook_layout import (
    ANSWER,
    EIA,
    ITEM,
    NAME,
    PATHS,
    ROLES,
    UNIT,
    Worksheet,
    columns,
    gate_rows,
    named,
    section_rows,
)
from review.readers.workbook_rows import CHANGED, Cell, Column, items, none_of, of_whole
from review.sheet import FieldDescription

# How far from the first cell the hidden paths are looked for: rows and columns may have been put in before them.
_ROWS, _COLUMNS = 20, 6


@dataclass(frozen=True)
class Grid:
    """Where the hidden paths of a worksheet stand, and the mark of each column: what it is, or the path and name of its field."""

    row: int
    column: int
    marks: Mapping[int, str]

    @property
    def head(self) -> int:
        """The row of the names of the columns."""
        return self.row + 1

    def role(self, name: str) -> int | None:
        """The column of the names, the answers or the units."""
        return next((column for column, text in self.marks.items() if text == name), None)


def grid_of(sheet: Any) -> Grid | None:
    """Where the paths of a worksheet stand; None for a worksheet of another layout."""
    found = (
        (row, column)
        for row in range(1, _ROWS + 1)
        for column in range(1, _COLUMNS + 1)
        if _words(sheet, row, column) == PATHS
    )
    row, column = next(found, (0, 0))
    if not row:
        return None
    marks = {at: _words(sheet, row, at) for number, at in sorted(sheet._cells) if number == row and at > column}
    return Grid(row, column, {at: words for at, words in marks.items() if words})


def stated_on(
    sheet: Any, worksheet: Worksheet, grid: Grid, faults: list[Fault], passed_over: list[Fault]
) -> Iterator[Cell]:
    """Every cell that states something: its name, the path it is of, the value.

    Adds to `faults` what cannot be read, and to `passed_over` the columns that are none of the template's and hold something.
    """
    page = _Page(sheet, worksheet, grid, faults, passed_over)
    return {"section": page.section, "gates": page.gates, "list": page.items}[worksheet.kind]()


def _words(sheet: Any, row: int, column: int | None) -> str:
    """The text of a cell, without making a cell of what the file does not have."""
    cell = sheet._cells.get((row, column))
    return str(cell.value).strip() if cell is not None and cell.value is not None else ""


class _Page:
    """One worksheet being read."""

    def __init__(
        self, sheet: Any, worksheet: Worksheet, grid: Grid, faults: list[Fault], passed_over: list[Fault]
    ) -> None:
        self.sheet, self.worksheet, self.grid = sheet, worksheet, grid
        self.faults, self.passed_over = faults, passed_over

    def section(self) -> Iterator[Cell]:
        """What a section's worksheet states, a field a row."""
        name, column, unit = (self.grid.role(each) for each in (NAME, ANSWER, UNIT))
        if name is None or column is None or unit is None:
            self._changed(True)
            return
        self._merged(column, column)
        if not self._are_heads_as_written():
            return
        fields = {row.path: row.described for row in section_rows(self.worksheet.path) if row.answered}
        for number, path in self._rows((column,), fields, name, unit):
            value = self._value(number, column, fields[path])
            if value is not None:
                where = f"{self.sheet.title}!{self._cell(number, column)}"
                value = of_whole(fields[path], value, where, self.faults)
            if value is not None:
                yield self._cell(number, column), path, value

    def gates(self) -> Iterator[Cell]:
        """What the worksheet of the gates states, a gate a row."""
        name, found = self.grid.role(NAME), self._columns(EIA)
        if name is None or not found:
            self._changed(name is None)
            return
        gates = {row.path: row.described for row in gate_rows()}
        for number, gate in self._rows([column for column, _, _ in found], gates, name, None):
            for column, below, field in found:
                value = self._value(number, column, field)
                if value is not None:
                    yield self._cell(number, column), f"{gate}.{below}", value

    def items(self) -> Iterator[Cell]:
        """What a list's worksheet states, an item a row."""
        path, found = self.worksheet.path, self._columns(self.worksheet.path)
        if not found:
            return
        first, marks = self.grid.head + 1, rows_with(self.sheet, (self.grid.column,), self.grid.head + 1)
        marked = [row for row in marks if _words(self.sheet, row, self.grid.column) == ITEM]
        shown = rows_shown(self.sheet, [column for column, _, _ in found], first, self.faults)
        many = yield from items(self.sheet, path, found, sorted({*shown, *marked}), self.faults, marked)
        asked = next((row for row in range(1, self.grid.row) if self._mark(row)[0] == path), None)
        if asked is not None and len(found) > 1:
            yield from none_of(self.sheet, asked, found[1][0], path, many, self.faults)

    def _columns(self, path: str) -> list[Column]:
        """The columns of fields, in their order; none, and a fault, where their names or paths were changed."""
        known = dict(columns(path))
        found: list[Column] = []
        for column, text in self.grid.marks.items():
            below = text.partition(" ")[0]
            if text in ROLES:
                continue
            if below not in known or below in (each for _, each, _ in found):
                self._fault(self.grid.head, column, CHANGED)
                return []
            found.append((column, below, known[below]))
        self._changed(not found)
        if found:
            self._merged(found[0][0], found[-1][0])
        return found if self._are_heads_as_written() else []

    def _are_heads_as_written(self) -> bool:
        """Whether each column of the template has the name that the template gave it; adds a fault where one has not.

        A column that is none of the template's, and holds something, is passed over and told; with a name of the template it is a fault.
        """
        heads = {column: text if text in ROLES else text.partition(" ")[2] for column, text in self.grid.marks.items()}
        wrong = [column for column, name in heads.items() if _words(self.sheet, self.grid.head, column) != name]
        others = sorted(
            {
                at
                for (row, at), cell in self.sheet._cells.items()
                if row >= self.grid.head and at not in heads and at != self.grid.column and stated(cell.value)
            }
        )
        named_twice = [column for column in others if _words(self.sheet, self.grid.head, column) in heads.values()]
        for column in (*wrong, *named_twice):
            self._fault(self.grid.head, column, CHANGED)
        for column in others:
            if column not in named_twice:
                letter = column_letter(column)
                self.passed_over.append(Fault(f"{self.sheet.title}!{letter}:{letter}", _NO_COLUMN))
        return not wrong and not named_twice

    def _rows(
        self, answers: Sequence[int], known: Mapping[str, FieldDescription], name: int, unit: int | None
    ) -> Iterator[tuple[int, str]]:
        """The rows that are answered, each with its path. Adds to the faults rows without one, and those whose name or unit was changed."""
        seen: set[str] = set()
        for number in rows_shown(self.sheet, answers, self.grid.head + 1, self.faults):
            path, as_written = self._mark(number)
            found = named(_words(self.sheet, number, name), _words(self.sheet, number, unit))
            if path not in known or path in seen:
                self._fault(number, name, _NO_ROW)
            elif found != as_written:
                self._fault(number, name, _renamed(as_written))
            else:
                seen.add(path)
                yield number, path

    def _mark(self, row: int) -> tuple[str, str]:
        """The path and name that stand hidden in a row; empty where there are none."""
        path, _, name = _words(self.sheet, row, self.grid.column).partition(" ")
        return path, name

    def _merged(self, first: int, last: int) -> None:
        """Add merged cells to the faults that reach into the columns that are filled in, or into their names."""
        self.faults += (
            is_merged(f"{self.sheet.title}!{each.coord}")
            for each in merged(self.sheet)
            if each.min_col <= last
            and each.max_col >= first
            and (each.max_row >= self.grid.row or each.min_col < first + 2)
        )

    def _value(self, row: int, column: int, field: FieldDescription) -> Any:
        where = f"{self.sheet.title}!{self._cell(row, column)}"
        return cell_value(self.sheet.cell(row, column), field.kind, where, self.faults)

    def _cell(self, row: int, column: int) -> str:
        return f"{column_letter(column)}{row}"

    def _changed(self, is_so: bool) -> None:
        """Add to the faults that the hidden paths were changed."""
        if is_so:
            self._fault(self.grid.head, self.grid.column, CHANGED)

    def _fault(self, row: int, column: int, words: Text) -> None:
        self.faults.append(Fault(f"{self.sheet.title}!{self._cell(row, column)}", words))


_NO_ROW = Text(
    "这一行不是模板的填写行，或同一项写了两次：请填在模板原有的行中",
    "the row is none of the template's, or a field stands there twice: fill in the rows that the template has",
)
_NO_COLUMN = Text("不是模板的列，未读取", "is no column of the template: it was not read")


def _renamed(as_written: str) -> Text:
    return Text(
        f"这一行原为“{as_written}”，名称或单位被改动：请改回，或使用原模板",
        f"the row was “{as_written}”, and its name or unit was changed: put it back, or use the template as it is",
    )
