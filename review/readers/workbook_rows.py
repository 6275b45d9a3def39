"""The rows of a list's worksheet (条目), an item a row, and the cell that says that there are none: of every layout."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Sequence
from typing import Any

from review.errors import Fault, Text
from review.readers.workbook_cells import cell_value
from review.readers.workbook_layout import MOST_ITEMS
from review.readers.written.words import is_none_word
from review.sheet import FieldDescription
from review.sheet.fields import NONE
from review.terms import NONE_WORD

# The name of a cell, the path it is of, and what it states.
Cell = tuple[str, str, Any]
Column = tuple[int, str, FieldDescription]
CHANGED = Text("表头被改动，请使用原模板", "the header row was changed: use the template as it is")


def items(
    sheet: Any,
    path: str,
    columns: Sequence[Column],
    numbers: Sequence[int],
    faults: list[Fault],
    marked: Collection[int] = (),
) -> Generator[Cell, None, int]:
    """What the rows of a list state, blank ones left out but for the `marked` ones; returns how many items there are.

    Adds to `faults` what cannot be read, or that there are too many: then none is read.
    """
    if len(numbers) > MOST_ITEMS:
        faults.append(
            Fault(
                f"{sheet.title}!A{numbers[MOST_ITEMS]}",
                Text(f"行数过多，最多 {MOST_ITEMS} 行", f"too many rows: at most {MOST_ITEMS}"),
            )
        )
        return len(numbers)
    index = 0
    for number in numbers:
        found = []
        for column, name, field in columns:
            cell = sheet.cell(number, column)
            value = cell_value(cell, field.kind, f"{sheet.title}!{cell.coordinate}", faults)
            if value is not None:
                found.append((cell.coordinate, f"{path}[{index}].{name}", value))
        if not found and number in marked:
            found.append((sheet.cell(number, columns[0][0]).coordinate, f"{path}[{index}]", {}))
        yield from found
        index += bool(found)
    return index


def none_of(sheet: Any, row: int, column: int, path: str, many: int, faults: list[Fault]) -> Iterator[Cell]:
    """That a list of `many` items is stated to be empty, where the cell beside the question says so. Adds to `faults` anything else it says."""
    answer = sheet.cell(row, column)
    none = cell_value(answer, "text", f"{sheet.title}!{answer.coordinate}", faults)
    if none is None:
        return
    if is_none_word(str(none)) and not many:
        yield answer.coordinate, path, []
        return
    faults.append(
        Fault(
            f"{sheet.title}!{answer.coordinate}",
            Text(
                "空表标记只能写“无”，且表中不得有内容",
                "the mark of an empty list can only be none (无), and the list must have no rows",
            ),
        )
    )


def of_whole(field: FieldDescription, value: Any, where: str, faults: list[Fault]) -> Any:
    """What a cell states of a part as a whole: that it does not exist; None, and a fault, for any other words. Of a field, what was written."""
    if field.kind != "part":
        return value
    if isinstance(value, str) and is_none_word(value):
        return NONE
    faults.append(
        Fault(
            where,
            Text(
                f"“{field.label.zh}”一行只能写“{NONE_WORD.zh}”：有的，填在其下各行",
                f"the row “{field.label.en}” can only say none (无): what there is of it is filled in below",
            ),
        )
    )
    return None
