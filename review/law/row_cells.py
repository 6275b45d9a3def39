"""Cells of a row as an officer fills them in (填写的单元格): what a column cannot hold, levels out of order, a period that is empty, in the office's words.

Lint says the same of a folder, in the columns of its files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from unicodedata import category

from review.errors import Text
from review.law.dated import FROM, UNTIL, day, period
from review.law.edition import Row
from review.law.forms import FIGURE, FORMS, ORDERS, PARAMETER_CELLS, PARAMETERS_TABLE, Cell, none_of
from review.law.table_words import cell_words
from review.law.tables import COLUMN_WORDS
from review.quantities import read_decimal

# Control and format characters and halves of surrogates: nobody means to write them.
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})


def cell_of(table: str, row: Row, column: str) -> Cell:
    """The values that a cell of a row may have."""
    if table == PARAMETERS_TABLE and column == "value":
        return PARAMETER_CELLS.get(row["parameter"], FIGURE)
    return FORMS[table].cell(column)


def is_changed(table: str, row: Row, column: str, text: str) -> bool:
    """Whether a text in a cell's place says something else; a figure of the same value, as programs that calculate write it, does not."""
    before = row.get(column, "")
    if text == before:
        return False
    if column in (FROM, UNTIL) or cell_of(table, row, column).kind not in ("figure", "signed"):
        return True
    one, other = read_decimal(before), read_decimal(text)
    return one is None or other is None or one != other


def cell_faults(table: str, row: Row, columns: Iterable[str]) -> Iterator[tuple[str, Text]]:
    """What is wrong with a row of which these columns are filled in anew, each fault with its column. None where nothing is."""
    before = False
    for column in columns:
        wrong = _cell_fault(table, row, column)
        if wrong is not None:
            before, label = True, column_words(column)
            yield column, Text(f"{label.zh}：{wrong.zh}", f"{label.en}: {wrong.en}")
    if not before:
        yield from _order_faults(table, row)


def column_words(column: str) -> Text:
    """What a column is called; its name where it has no words."""
    return COLUMN_WORDS.get(column) or Text(column, column)


def _cell_fault(table: str, row: Row, column: str) -> Text | None:
    text = row.get(column, "")
    if any(category(each) in _UNSEEN and each not in "\n\r\t" for each in text):
        return Text("含有不可见的控制字符", "holds control characters that cannot be seen")
    if column in (FROM, UNTIL):
        return Cell("day", required=False).fault(text)
    cell = cell_of(table, row, column)
    wrong = cell.fault(text)
    codes = ("yes", "no") if cell.kind == "yes_no" else cell.choices
    if wrong is None or not (text and codes):
        return wrong
    words = [cell_words(table, column, each) for each in codes]
    return Text(none_of(text, [each.zh for each in words]).zh, none_of(text, [each.en for each in words]).en)


def _order_faults(table: str, row: Row) -> Iterator[tuple[str, Text]]:
    for columns in ORDERS.get(table, ()):
        stated = [(column, value) for column in columns if (value := read_decimal(row.get(column, ""))) is not None]
        for (first, less), (second, more) in pairwise(stated):
            if less > more:
                one, other = column_words(first), column_words(second)
                yield (
                    first,
                    Text(
                        f"{one.zh} {row[first]} 应不大于 {other.zh} {row[second]}",
                        f"{one.en} {row[first]} should be at most {other.en} {row[second]}",
                    ),
                )
    days = [row.get(FROM), row.get(UNTIL)]
    if all(day(each) for each in days) and period(row).first > period(row).last:
        yield (
            FROM,
            Text(f"期间为空：自 {days[0]} 晚于 至 {days[1]}", f"the period is empty: {days[0]} lies after {days[1]}"),
        )
