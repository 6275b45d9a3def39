"""Files of past decisions (历史审批台账) → rows: a sheet with its day, decision and reference. JSON Lines, CSV or a workbook.

A file is read as it goes: never more of it is in memory than a row may take.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from review.errors import Fault, SheetError, Text, joined, system_words
from review.readers.past_rows import DECISION, ENVELOPE, Line, PastRow, by_columns
from review.readers.past_worksheet import past_rows
from review.readers.sheets import LARGEST_TEXT, read_json, refused
from review.readers.workbook_bounds import LARGEST as LARGEST_WORKBOOK
from review.readers.workbook_opening import opened_alone

LARGEST = 100_000_000
KINDS = (".csv", ".xlsx", ".jsonl")
_KEYS = frozenset({"sheet", "decision", "reference", "as_of", "ruleset", "listed"})
_PIECE = 1 << 16


def read_history(path: Path, tell: Callable[[Fault], None] = lambda note: None) -> Iterator[PastRow]:
    """The rows of a file; `tell` is called with the worksheets of a workbook that are passed over.

    Raises SheetError where the file as a whole cannot be read.
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        known = joined(KINDS)
        raise refused(
            f"扩展名“{path.suffix}”不可用；可用：{known.zh}",
            f"the ending “{path.suffix}” is not known; there are {known.en}",
        )
    try:
        if path.stat().st_size > LARGEST:
            raise refused(f"过大：最多 {LARGEST:,} 字节", f"is too large: at most {LARGEST:,} bytes")
        if kind == ".xlsx":
            with path.open("rb") as file:
                return _of_workbook(file.read(LARGEST_WORKBOOK + 1), tell)
        encoding = _encoding(path)
    except OSError as error:
        raise _not_read(error) from error
    lines = _texts(path, encoding, "\n" if kind == ".jsonl" else "")
    return _objects(lines) if kind == ".jsonl" else by_columns(_csv_rows(lines))


def _not_read(error: OSError) -> SheetError:
    return refused(f"无法读取：{system_words(error)}", f"cannot be read: {error.strerror}")


def _of_workbook(content: bytes, tell: Callable[[Fault], None]) -> Iterator[PastRow]:
    for found in opened_alone(past_rows, content):
        if isinstance(found, Fault):
            tell(found)
        else:
            yield found


def _encoding(path: Path) -> str:
    """UTF-8 where the whole file is valid, else GB 18030, which Chinese spreadsheets write."""
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while piece := file.read(_PIECE):
                    decoder.decode(piece)
            decoder.decode(b"", final=True)
            return encoding
        except UnicodeDecodeError:
            continue
    raise refused("既不是 UTF-8 也不是 GB 18030 文本", "is neither UTF-8 nor GB 18030 text")


def _texts(path: Path, encoding: str, newline: str) -> Iterator[str]:
    """The lines of a file with their ends. Of a line that is too long the first part is given: its reader refuses it."""
    try:
        with path.open(encoding=encoding, newline=newline) as file:
            while line := file.readline(LARGEST_TEXT + 1):
                yield line
                while len(line) > LARGEST_TEXT and not line.endswith("\n"):
                    line = file.readline(LARGEST_TEXT + 1)
    except OSError as error:
        raise _not_read(error) from error


def _objects(lines: Iterator[str]) -> Iterator[PastRow]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            if len(line) > LARGEST_TEXT:
                raise _too_long()
            yield _object(f"{number}", read_json(line))
        except SheetError as error:
            yield PastRow(f"{number}", faults=error.faults)


def _too_long() -> SheetError:
    return refused(f"一行过长：最多 {LARGEST_TEXT:,} 字", f"is too long for a row: at most {LARGEST_TEXT:,} characters")


def _object(where: str, raw: Any) -> PastRow:
    if (
        not isinstance(raw, dict)
        or not isinstance(raw.get("sheet"), dict)
        or not isinstance(raw.get("decision") or {}, dict)
    ):
        return PastRow(where, faults=(Fault("", Text("应为含 sheet 的对象", "should be an object with a sheet")),))
    unknown = sorted({*raw} - _KEYS) + sorted(f"decision.{key}" for key in {*(raw.get("decision") or {})} - {*DECISION})
    if unknown:
        known = sorted({*_KEYS, *ENVELOPE})
        words = Text(f"未知字段；可用：{'、'.join(known)}", f"unknown key; known: {', '.join(known)}")
        return PastRow(where, faults=tuple(Fault(key[:80], words) for key in unknown))
    values = {**raw, **{f"decision.{key}": value for key, value in (raw.get("decision") or {}).items()}}
    envelope = {name: values[name] for name in ENVELOPE if values.get(name) is not None}
    wrong = [name for name, value in envelope.items() if not isinstance(value, str)]
    if wrong:
        return PastRow(where, faults=tuple(Fault(name, Text("应为文字", "should be text")) for name in wrong))
    return PastRow(where, raw["sheet"], envelope)


def _csv_rows(lines: Iterator[str]) -> Iterator[Line]:
    taken = 0

    def within_a_row() -> Iterator[str]:
        nonlocal taken
        for line in lines:
            taken += len(line)
            if taken > LARGEST_TEXT:
                raise _too_long()
            yield line

    rows = csv.reader(within_a_row(), strict=True)
    number = 0
    while True:
        number, taken = number + 1, 0
        try:
            yield Line(str(number), list(next(rows)))
        except StopIteration:
            return
        except csv.Error as error:
            raise refused(f"第 {number} 行不是有效的 CSV", f"row {number} is not valid CSV: {error}") from error
