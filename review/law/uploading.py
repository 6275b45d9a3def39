"""Whole tables (整表): an edition's table as a file to fill in, and what a filled one changes of it, row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from review.errors import Fault, RulesetError, Text
from review.law.amendments import ADD, CHANGE, REMOVE, Amendment, Paper
from review.law.dated import FROM, UNTIL
from review.law.edition import Row, Ruleset
from review.law.figures import CHECKED, rows_in
from review.law.files import Sheet
from review.law.forms import FORMS, OFFICIAL_COLUMNS, PARAMETERS_TABLE, none_of
from review.law.row_cells import cell_faults, column_words, is_changed
from review.law.table_words import cell_code, cell_words

# What a figure rests on is stated for the whole file: the document that is named with it.
_GROUNDS = ("evidence", "source", *OFFICIAL_COLUMNS)
_NOTHING_STATED = Text(
    "现行的表没有这一行，新增的行除名称列外至少填写一格",
    "the table in force has no such row: a row that comes in states one cell at least beside its name",
)


@dataclass(frozen=True)
class Reasons:
    """Why a file's rows change, and the document that they rest on.

    `whole`: rows that the file lacks go; `checked`: rows that are the same and were still to be checked are official by the document.
    """

    kind: str
    reason: str
    paper: Paper | None
    whole: bool = False
    checked: bool = False


def tables_of(edition: Ruleset) -> tuple[str, ...]:
    """The tables that can be uploaded."""
    return (PARAMETERS_TABLE, *edition.content["tables"])


def _heading(column: str) -> str:
    """What a column is called in a file: in Chinese, but of those that have no such name."""
    return column_words(column).zh


def _columns(edition: Ruleset, table: str) -> tuple[str, ...]:
    """The columns of a file: those that name a row first, without what a figure rests on."""
    rows, form = rows_in(edition.content, table), FORMS[table]
    there = rows[0] if rows else dict.fromkeys(form.columns)
    passed_over = (*_GROUNDS, *(() if form.dated == "sheet" else (FROM, UNTIL)))
    # The record has the cells of a row in alphabetical order.
    ordered = dict.fromkeys((*form.key, *form.columns, *there))
    return tuple(each for each in ordered if each in there and each not in passed_over)


def table_file(edition: Ruleset, table: str) -> bytes:
    """A table as CSV, with Chinese headings, as Excel opens it."""
    columns = _columns(edition, table)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_heading(each) for each in columns])
    for row in rows_in(edition.content, table) or ():
        writer.writerow([cell_words(table, each, row.get(each, "")).zh for each in columns])
    return text.getvalue().encode("utf-8-sig")


def uploaded(edition: Ruleset, table: str, sheet: Sheet, why: Reasons) -> tuple[Amendment, ...]:
    """What a file changes of a table, in its order. Raises RulesetError with the place of each fault."""
    columns = _resolved(edition, table, sheet)
    rows = [
        {column: cell_code(table, column, row[heading]) for heading, column in columns.items()} for row in sheet.rows
    ]
    names = FORMS[table].names
    before = {_name(row, names): row for row in rows_in(edition.content, table) or ()}
    faults, seen = list[Fault](), dict[tuple[str, ...], int]()
    for place, row in enumerate(rows):
        name = _name(row, names)
        first = seen.setdefault(name, place)
        if first != place:
            faults.append(Fault(sheet.at(place), Text(f"与 {sheet.at(first)} 是同一行", f"is the same row as {sheet.at(first)}")))  # fmt: skip
    if faults:
        raise RulesetError(faults)
    found = [*_changed(table, sheet, rows, before, why)]
    for each in found:
        if each.act == ADD and not each.columns:
            faults.append(Fault(each.where, _NOTHING_STATED))
        else:
            row = {**before.get(_name(each.row, names), {}), **each.row, **each.columns}
            stated = each.columns if each.act == CHANGE else _filled_in(table)
            faults += (Fault(each.where, text) for _, text in cell_faults(table, row, stated))
    if faults:
        raise RulesetError(faults)
    if why.whole:
        found += (
            Amendment(table, dict(zip(names, name, strict=True)), {}, why.kind, why.reason, why.paper, "", REMOVE)
            for name in before
            if name not in seen
        )
    if not found:
        words = Text("文件与现行的表没有不同之处", "the file differs in nothing from the table in force")
        raise RulesetError([Fault(sheet.name, words, "nothing-changes")])
    return tuple(found)


def _changed(
    table: str, sheet: Sheet, rows: Sequence[Row], before: Mapping[tuple[str, ...], Row], why: Reasons
) -> Iterator[Amendment]:
    names = FORMS[table].names
    for place, row in enumerate(rows):
        name = _name(row, names)
        old = before.get(name)
        cells = {column: value for column, value in row.items() if column not in names}
        act, columns = ADD, {column: value for column, value in cells.items() if value}
        if old is not None:
            act, columns = (
                CHANGE,
                {column: value for column, value in cells.items() if is_changed(table, old, column, value)},
            )
            unchecked = why.checked and why.paper is not None and old.get("evidence", CHECKED[0]) not in CHECKED
            if not columns and not unchecked:
                continue
        yield Amendment(table, dict(zip(names, name, strict=True)), columns, why.kind, why.reason, why.paper, sheet.at(place), act)  # fmt: skip


def _filled_in(table: str) -> tuple[str, ...]:
    """The columns of a row that comes in: all but what a figure rests on."""
    return tuple(each for each in FORMS[table].allowed if each not in _GROUNDS)


def _name(row: Row, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(row.get(each, "") for each in names)


def _resolved(edition: Ruleset, table: str, sheet: Sheet) -> dict[str, str]:
    """The columns that a file's headings name, without what a figure rests on. Raises RulesetError."""
    columns = _columns(edition, table)
    by_heading = {_heading(each): each for each in columns} | {each: each for each in columns}
    passed_over = {*_GROUNDS, *(_heading(each) for each in _GROUNDS)}
    faults, found = list[Fault](), dict[str, str]()
    for heading in sheet.columns:
        column = by_heading.get(heading)
        if column is not None:
            found[heading] = column
        elif heading not in passed_over:
            words = none_of(heading, [_heading(each) for each in columns])
            faults.append(Fault(sheet.name, Text(f"列{words.zh}", f"column {words.en}")))
    lacking = [_heading(each) for each in FORMS[table].names if each not in found.values()]
    if lacking:
        faults.append(
            Fault(sheet.name, Text(f"缺少列 {'、'.join(lacking)}", f"lacks the columns {', '.join(lacking)}"))
        )
    if faults:
        raise RulesetError(faults)
    return found
