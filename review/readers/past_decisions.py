"""Files of past decisions (历史审批台账) → rows: a sheet with its day, decision and reference. JSON Lines, CSV or a workbook.

In CSV and workbooks the first row names the columns: a sheet path (`voc.offsets[0].source`) or one of `ENVELOPE`.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.cell_range import CellRange

from review.errors import Fault, SheetError, Text
from review.readers.sheets import read_json, refused
from review.readers.workbook_cells import cell_value, guard, is_merged, stated, text_value
from review.sheet import all_fields, all_parts, describe
from review.sheet.fields import LONGEST_LIST
from review.sheet.paths import pattern_of, put, steps

LARGEST = 100_000_000
KINDS = (".csv", ".xlsx", ".jsonl")
DECISION = ("outcome", "reason", "clause", "officer", "decided_on", "second", "on_behalf_of", "responsible", "due")
ENVELOPE = {
    "reference": "原案号", "as_of": "审查日", "ruleset": "规则版本", "listed": "列入清单原因", "decision.outcome": "决定",
    "decision.reason": "决定理由", "decision.clause": "所依据条款", "decision.officer": "决定人", "decision.decided_on": "决定日期",
    "decision.second": "复核人", "decision.on_behalf_of": "代表单位", "decision.responsible": "责任单位", "decision.due": "完成期限",
}  # fmt: skip
_DAYS = frozenset({"as_of", "decision.decided_on", "decision.due"})
_BY_LABEL = {label: name for name, label in ENVELOPE.items()}
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]+[0-9]+(?::[A-Z]+[0-9]+)?)[\"']")
_KEYS = frozenset({"sheet", "decision", "reference", "as_of", "ruleset", "listed"})


@dataclass(frozen=True)
class PastRow:
    """One row: where it stands in the file, and either what it says (`sheet` raw, `envelope` texts) or why it cannot be read."""

    where: str
    sheet: Mapping[str, Any] | None = None
    envelope: Mapping[str, str] | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class _Line:
    """A line of a table: where it stands, its cells, and a merged range that it is in."""

    where: str
    cells: list[Any]
    merged: str = ""


def read_history(path: Path, tell: Callable[[Fault], None] = lambda note: None) -> Iterator[PastRow]:
    """The rows of a file; `tell` is told of the worksheets of a workbook that are passed over.

    Raises SheetError where the file as a whole cannot be read.
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        known = "、".join(KINDS)
        raise refused(
            f"扩展名“{path.suffix}”不可用；可用：{known}",
            f"the ending {path.suffix!r} is not known; there are {', '.join(KINDS)}",
        )
    try:
        if path.stat().st_size > LARGEST:
            raise refused(f"过大：最多 {LARGEST:,} 字节", f"is too large: at most {LARGEST:,} bytes")
        content = path.read_bytes()
    except OSError as error:
        raise refused(f"无法读取：{error.strerror}", f"cannot be read: {error.strerror}") from error
    if kind == ".jsonl":
        return _lines(_text(content))
    return _columns(_csv_rows(_text(content)) if kind == ".csv" else _workbook_rows(content, tell))


def _text(content: bytes) -> str:
    """UTF-8 where it is valid, else GB 18030, which Chinese spreadsheets write."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refused("既不是 UTF-8 也不是 GB 18030 文本", "is neither UTF-8 nor GB 18030 text")


def _lines(text: str) -> Iterator[PastRow]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield _object(f"{number}", read_json(line))
        except SheetError as error:
            yield PastRow(f"{number}", faults=error.faults)


def _object(where: str, raw: Any) -> PastRow:
    if (
        not isinstance(raw, dict)
        or not isinstance(raw.get("sheet"), dict)
        or not isinstance(raw.get("decision") or {}, dict)
    ):
        return PastRow(where, faults=(Fault("", Text("应为含 sheet 的对象", "should be an object with a sheet")),))
    unknown = sorted({*raw} - _KEYS) + sorted(f"decision.{key}" for key in {*(raw.get("decision") or {})} - {*DECISION})
    if unknown:
        known = "、".join((*_KEYS, *ENVELOPE))
        return PastRow(
            where,
            faults=tuple(
                Fault(key[:80], Text(f"未知字段；可用：{known}", f"unknown key; known: {known}")) for key in unknown
            ),
        )
    values = {**raw, **{f"decision.{key}": value for key, value in (raw.get("decision") or {}).items()}}
    envelope = {name: values[name] for name in ENVELOPE if values.get(name) is not None}
    wrong = [name for name, value in envelope.items() if not isinstance(value, str)]
    if wrong:
        return PastRow(where, faults=tuple(Fault(name, Text("应为文字", "should be text")) for name in wrong))
    return PastRow(where, raw["sheet"], envelope)


def _csv_rows(text: str) -> Iterator[_Line]:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    while True:
        number += 1
        try:
            yield _Line(str(number), list(next(rows)))
        except StopIteration:
            return
        except csv.Error as error:
            raise refused(f"第 {number} 行不是有效的 CSV", f"row {number} is not valid CSV: {error}") from error


def _workbook_rows(content: bytes, tell: Callable[[Fault], None]) -> Iterator[_Line]:
    """The lines of the first worksheet that can be seen, as far as its cells reach, whatever extent the file claims for it."""
    guard(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = next((each for each in book.worksheets if each.sheet_state == "visible"), book.worksheets[0])
        sheet.reset_dimensions()
        merged = _merged(content, sheet)
    except Exception as error:  # openpyxl raises whatever a broken part makes it stumble on
        raise refused("不是可读的 Excel 工作簿", "is not a readable workbook") from error
    for other in book.worksheets:
        if other is not sheet:
            tell(
                Fault(other.title, Text("工作表未导入，只导入第一张", "was not imported: only the first worksheet is"))
            )
    rows = enumerate(sheet.iter_rows(), 1)
    while True:
        try:
            number, row = next(rows)
        except StopIteration:
            return
        except Exception as error:  # a part that is cut short is only met when its rows are read
            raise refused(
                "Excel 工作簿已损坏，无法读完", "the workbook is damaged and cannot be read to its end"
            ) from error
        found = next((each for each in merged if each.min_row <= number <= each.max_row), None)
        yield _Line(f"{sheet.title}!{number}", list(row), f"{sheet.title}!{found.coord}" if found else "")


def _merged(content: bytes, sheet: Any) -> tuple[CellRange, ...]:
    """The merged ranges of a worksheet that is read row by row."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.read(sheet._worksheet_path)
    return tuple(CellRange(each[1].decode()) for each in _MERGED.finditer(part))


def _columns(rows: Iterator[_Line]) -> Iterator[PastRow]:
    head = next(rows, _Line("", []))
    if head.merged:
        raise SheetError([is_merged(head.merged)])
    names = [_name(str(getattr(cell, "value", cell) or "").strip()) for cell in head.cells]
    if not any(names):
        raise refused("第一行应为列名", "the first row should name the columns")
    twice = {name for name in names if name and names.count(name) > 1}
    if twice:
        raise refused(f"列名重复：{'、'.join(sorted(twice))}", f"columns are there twice: {', '.join(sorted(twice))}")
    for line in rows:
        row = _row(line.where, names, line.cells)
        if row is not None:
            yield PastRow(line.where, faults=(is_merged(line.merged), *row.faults)) if line.merged else row


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
        f"unknown column {head[:60]!r}; known: sheet paths such as project.name, voc.offsets[0].source, and {', '.join(ENVELOPE)}",
    )


def _row(where: str, names: list[str], cells: list[Any]) -> PastRow | None:
    raw: dict[str, Any] = {}
    envelope: dict[str, str] = {}
    faults: list[Fault] = []
    values = [(name, _read(cell, name, f"{where}:{name}", faults)) for name, cell in zip(names, cells, strict=False)]
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
    return PastRow(where, faults=tuple(faults)) if faults else PastRow(where, raw, envelope)


def _read(cell: Any, name: str, where: str, faults: list[Fault]) -> Any:
    kind = "day" if name in _DAYS else describe(name).kind if name and name not in ENVELOPE else "text"
    if hasattr(cell, "data_type"):
        value = cell_value(cell, kind, where, faults)
    else:
        value = text_value(str(cell).strip(), kind, where, faults) if stated(cell) else None
    return [] if kind == "list" and value == "[]" else value
