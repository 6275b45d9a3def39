"""A past decision as a row (历史审批行): what it says of the sheet and of the decision, by the names of the columns.

The first row names the columns: a sheet path (`voc.offsets[0].source`) or one of `ENVELOPE`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from review.errors import Fault, SheetError, Text
from review.readers.sheets import refused
from review.readers.workbook_cells import cell_value, is_hidden, is_merged, stated, text_value
from review.readers.written.answers import Read, placed, read_as
from review.readers.written.days import read_day
from review.readers.written.words import is_none_word, read_choice
from review.sheet import all_fields, all_parts, describe
from review.sheet.fields import LONGEST_LIST
from review.sheet.paths import pattern_of, put, steps
from review.terms import OUTCOMES

DECISION = ("outcome", "reason", "clause", "officer", "decided_on", "second", "on_behalf_of", "responsible", "due")
ENVELOPE = {
    "reference": "原案号", "as_of": "审查日", "ruleset": "规则版本", "listed": "列入清单原因", "decision.outcome": "决定",
    "decision.reason": "决定理由", "decision.clause": "所依据条款", "decision.officer": "决定人", "decision.decided_on": "决定日期",
    "decision.second": "复核人", "decision.on_behalf_of": "代表单位", "decision.responsible": "责任单位", "decision.due": "完成期限",
}  # fmt: skip
_DAYS = frozenset({"as_of", "decision.decided_on", "decision.due"})
_BY_LABEL = {label: name for name, label in ENVELOPE.items()}


@dataclass(frozen=True)
class PastRow:
    """One row: where it stands in the file, and either what it says (`sheet` raw, `envelope` texts) or why it cannot be read.

    `written`: people filled it in, so the values of the sheet are as people write them; else they are read strictly. `readings`: what was
    read as what of the other values, each with the name of its column.
    """

    where: str
    sheet: Mapping[str, Any] | None = None
    envelope: Mapping[str, str] | None = None
    faults: tuple[Fault, ...] = ()
    written: bool = False
    readings: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Line:
    """A line of a table: where it stands, its cells, a merged range that it is in, and what of it is hidden and holds something."""

    where: str
    cells: list[Any]
    merged: str = ""
    hidden: tuple[str, ...] = ()

    def faults(self) -> tuple[Fault, ...]:
        """Why nothing of it is read: what is merged or hidden is not what somebody saw."""
        return (*((is_merged(self.merged),) if self.merged else ()), *(is_hidden(each) for each in self.hidden))


def by_columns(rows: Iterator[Line]) -> Iterator[PastRow]:
    head = next(rows, Line("", []))
    if head.faults():
        raise SheetError(list(head.faults()))
    names = [_name(str(getattr(cell, "value", cell) or "").strip()) for cell in head.cells]
    if not any(names):
        raise refused("第一行应为列名", "the first row should name the columns")
    twice = {name for name in names if name and names.count(name) > 1}
    if twice:
        raise refused(f"列名重复：{'、'.join(sorted(twice))}", f"columns are there twice: {', '.join(sorted(twice))}")
    for line in rows:
        row = _row(line.where, names, line.cells)
        if row is not None:
            found = line.faults()
            yield PastRow(line.where, faults=(*found, *row.faults)) if found else row


def _name(head: str) -> str:
    """A column's sheet path or envelope name. Raises SheetError for a name that is neither."""
    if not head:
        return ""
    name = _BY_LABEL.get(head, head)
    known = {each.path for each in (*all_fields(), *all_parts())}
    if name in ENVELOPE or (
        pattern_of(name) in known and all(step < LONGEST_LIST for step in steps(name) if isinstance(step, int))
    ):
        return name
    labels = "、".join(f"{label}（{name}）" for name, label in ENVELOPE.items())
    raise refused(
        f"未知列“{head[:60]}”；可用：项目表路径（如 project.name、voc.offsets[0].source）和 {labels}",
        f"unknown column “{head[:60]}”; known: sheet paths such as project.name, voc.offsets[0].source, and {', '.join(ENVELOPE)}",
    )


def _row(where: str, names: list[str], cells: list[Any]) -> PastRow | None:
    raw: dict[str, Any] = {}
    envelope: dict[str, str] = {}
    faults: list[Fault] = []
    readings: list[Fault] = []
    values = [(name, _read(cell, name, faults, readings)) for name, cell in zip(names, cells, strict=False)]
    extra = [cell for cell in cells[len(names) :] if str(getattr(cell, "value", cell) or "").strip()]
    if extra or any(value is not None for name, value in values if not name):
        faults.append(Fault("", Text("有值的列没有列名", "a column with a value has no name")))
    stated = [(name, value) for name, value in values if name and value is not None]
    # Parts and lists stated whole come last: they contradict what stands in their columns.
    stated.sort(key=lambda pair: pair[0] not in ENVELOPE and describe(pair[0]).kind in ("part", "list"))
    if not stated and not faults:
        return None
    try:
        for name, value in stated:
            if name in ENVELOPE:
                envelope[name] = str(value)
            else:
                put(raw, name, value)
    except SheetError as error:
        faults += error.faults
    return (
        PastRow(where, faults=tuple(faults))
        if faults
        else PastRow(where, raw, envelope, written=True, readings=tuple(readings))
    )


def _read(cell: Any, name: str, faults: list[Fault], readings: list[Fault]) -> Any:
    kind = "day" if name in _DAYS else describe(name).kind if name and name not in ENVELOPE else "text"
    if hasattr(cell, "data_type"):
        value = cell_value(cell, kind, name, faults)
    else:
        value = text_value(str(cell).strip(), kind, name, faults) if stated(cell) else None
    if not isinstance(value, str):
        return value
    if kind == "list":
        return [] if value.strip() == "[]" or is_none_word(value) else value
    return _of_envelope(value, name, faults, readings) if name in ENVELOPE else value


def _of_envelope(text: str, name: str, faults: list[Fault], readings: list[Fault]) -> str | None:
    """A day or an outcome as it is called in JSON, and what it was read as; None, and a fault, for what is none. Other texts as they are."""
    try:
        read = (
            read_day(text)
            if name in _DAYS
            else read_choice(text, name, OUTCOMES)
            if name == "decision.outcome"
            else Read(text)
        )
    except SheetError as error:
        faults += placed(error, name)
        return None
    if read.words is not None:
        readings.append(Fault(name, read_as(read.words)))
    return str(read.value)
