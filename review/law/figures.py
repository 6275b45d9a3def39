"""Figures to be checked (待核对的数值): the rows of an edition whose figures are neither official nor the office's own word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from review.errors import Text
from review.law.edition import KEY_COLUMNS, Row, Ruleset
from review.law.forms import FORMS, OFFICIAL_COLUMNS, PARAMETERS_TABLE, Table
from review.law.row_cells import cell_of
from review.law.table_words import cell_words

CHECKED = ("official", "setting")


@dataclass(frozen=True)
class FigureRow:
    """A row of an edition's parameters or of a table, by its place there; `key` are the columns that name it."""

    table: str
    place: int
    row: Row

    @property
    def form(self) -> Table:
        return FORMS[self.table]

    @property
    def key(self) -> Mapping[str, str]:
        return {name: self.row[name] for name in self.form.names if name in self.row}

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose cells can be changed, in their order: not those that name the row, nor those that say what it rests on."""
        grounds = ("evidence", *(OFFICIAL_COLUMNS))
        return tuple(
            name
            for name in dict.fromkeys((*self.form.columns, *self.row))
            if name in self.row and name not in self.form.key and name not in grounds and name not in ("from", "until")
        )


def choices_of_cell(row: FigureRow, column: str) -> Mapping[str, Text]:
    """The values that a cell can have, in words; none where it is written freely. A blank one means that nothing is decided."""
    cell = cell_of(row.table, row.row, column)
    codes = ("yes", "no") if cell.kind == "yes_no" else cell.choices
    if not codes:
        return {}
    words = {code: cell_words(row.table, column, code) for code in codes}
    return words if cell.required else {"": Text("未定", "not decided")} | words


def rows_in(content: Mapping[str, Any], table: str) -> Sequence[Row] | None:
    """The rows of a table of an edition's content, or its parameters; None where it has no such table."""
    rows: Sequence[Row] | None = content["parameters"] if table == PARAMETERS_TABLE else content["tables"].get(table)
    return rows


def rows_of(edition: Ruleset) -> Iterator[FigureRow]:
    """Every row of an edition that says how sure its figures are."""
    parts = {PARAMETERS_TABLE: edition.content["parameters"], **edition.content["tables"]}
    for table, rows in parts.items():
        yield from (FigureRow(table, place, row) for place, row in enumerate(rows) if "evidence" in row)


def place_of(edition: Ruleset, table: str, key: str, figure: str) -> FigureRow | None:
    """The row that a review cites, in an edition: by its name, of several of one name the one that has the figure. None where it is gone."""
    found = [each for each in rows_of(edition) if each.table == table and each.row[KEY_COLUMNS[table]] == key]
    return next((each for each in found if figure in each.row.values()), found[0] if found else None)


def unchecked_rows(edition: Ruleset) -> tuple[FigureRow, ...]:
    """The rows whose figures are to be checked against their official document."""
    return tuple(each for each in rows_of(edition) if each.row["evidence"] not in CHECKED)


def figure_row(edition: Ruleset, table: str, place: int) -> FigureRow | None:
    """The row of a table at a place; None where there is none."""
    return next((each for each in rows_of(edition) if (each.table, each.place) == (table, place)), None)
