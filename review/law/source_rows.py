"""The rows of a ruleset folder's CSV files (规则表的行), each validated by the columns of its table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from review.errors import RulesetError, Text
from review.law.dated import FROM, UNTIL
from review.law.files import Folder, Sheet, read_csv
from review.law.forms import PARAMETER_CELLS, TABLES, Table, unknown_keys
from review.law.source import Placed, Source, has_real_days


def read_rows(source: Source, folder: Folder, part: Mapping[str, Any], table: Table, where: str) -> list[Placed]:
    try:
        sheet = read_csv(folder, str(part["file"]))
    except RulesetError as error:
        source.faults += error.faults
        return []
    if not _columns(source, sheet, table):
        return []
    return list(_valid_rows(source, sheet, part, table))


def _columns(source: Source, sheet: Sheet, table: Table) -> bool:
    before, head = len(source.faults), f"{sheet.name}:1"
    for column, text in unknown_keys(sheet.columns, table.allowed):
        source.fault(
            head,
            Text(f"列{text.zh}", f"column {text.en}") if column else Text("有一列没有列名", "a column has no name"),
        )
    for column in table.required:
        if column not in sheet.columns:
            source.fault(head, Text(f"缺少列 {column}", f"the column {column} is lacking"))
    return len(source.faults) == before


def _valid_rows(source: Source, sheet: Sheet, part: Mapping[str, Any], table: Table) -> Iterator[Placed]:
    cells = [(column, table.cell(column)) for column in sheet.columns if column not in (FROM, UNTIL)]
    for number, row in enumerate(sheet.rows):
        where, sound = sheet.at(number), True
        for column, cell in cells:
            wrong = cell.fault(row[column])
            if wrong is not None:
                sound = False
                source.fault(where, Text(f"列 {column}：{wrong.zh}", f"column {column}: {wrong.en}"))
        dates = {key: row.get(key) or str(part.get(key) or "") for key in (FROM, UNTIL)}
        if has_real_days(source, where, dates) and sound:
            yield Placed({**row, **dates} if table.dated else row, where)


def validate_parameter(source: Source, row: Placed) -> None:
    name, value = row.entry["parameter"], row.entry["value"]
    cell = PARAMETER_CELLS.get(name)
    wrong = cell.fault(value) if cell else TABLES["limits"].cell("level_2").fault(value)
    if wrong is not None:
        source.fault(row.where, Text(f"参数 {name}：{wrong.zh}", f"parameter {name}: {wrong.en}"))
    elif cell is None and value.startswith("-"):
        source.fault(
            row.where, Text(f"参数 {name}：{value} 不能为负", f"parameter {name}: {value} may not be negative")
        )
