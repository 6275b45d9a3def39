"""Importing past decisions (导入历史审批): each row is reviewed, recorded with its historic decision, or rejected with its reason.

A row is one transaction: review and decision or neither. Running an import again adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from review.documents.history import PastRow, read_history
from review.editions import choose
from review.errors import Conflict, Fault, Refused, RulesetError, SheetError, Text
from review.records import chain
from review.records.contents import read_review, sheet_bytes
from review.records.decisions import Ruling, record_decision
from review.records.offsets import read_register
from review.records.store import Store
from review.records.submissions import find_request, list_project, project_of, record_review
from review.records.words import LONGEST_KEY, hold_words
from review.sheet import ProjectSheet, parse_sheet
from review.verdict import Review, judge


@dataclass(frozen=True)
class Rejected:
    """A row that was not imported, and why."""

    where: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Imported:
    """What an import did: rows newly recorded, rows that were there already, rows rejected."""

    added: int
    present: int
    rejected: tuple[Rejected, ...]


def import_history(
    store: Store, file: Path, officer: str, *, dry_run: bool = False, progress: Callable[[int], None] = lambda done: None
) -> Imported:
    """Import a file of past decisions. Raises SheetError where the file cannot be read, RecordUnavailable."""
    hold_words({"officer": officer}, required=("officer",))
    return import_rows(store, read_history(file), officer, dry_run=dry_run, progress=progress)


def import_rows(
    store: Store, rows: Iterable[PastRow], officer: str, *, dry_run: bool = False, progress: Callable[[int], None] = lambda done: None
) -> Imported:
    """Import rows as they were read."""
    added = present = 0
    rejected: list[Rejected] = []
    for done, row in enumerate(rows, 1):
        try:
            if row.faults or row.sheet is None or row.envelope is None:
                raise Refused(row.faults)
            if _import(store, parse_sheet(row.sheet), row.envelope, officer, dry_run):
                added += 1
            else:
                present += 1
        except (SheetError, RulesetError, Refused, Conflict) as error:
            rejected.append(Rejected(row.where, error.faults))
        progress(done)
    return Imported(added, present, tuple(rejected))


def _import(store: Store, sheet: ProjectSheet, envelope: Mapping[str, str], officer: str, dry_run: bool) -> bool:
    request = _request(sheet, envelope)
    if "listed" in envelope:
        return dry_run or not list_project(store, sheet, officer, envelope["listed"], request=request).again
    review, ruling, decided_by = _judged(store, sheet, envelope)
    if dry_run:
        return True
    with store.writing() as connection:
        if find_request(connection, request, sheet) is not None:
            return False
        recorded = record_review(connection, review, officer, request=request)
        if ruling is not None:
            record_decision(connection, read_review(connection, recorded.id), ruling, decided_by, historic=True)
    return True


def _judged(store: Store, sheet: ProjectSheet, envelope: Mapping[str, str]) -> tuple[Review, Ruling | None, str]:
    decided_on = _day(envelope, "decision.decided_on")
    received = sheet.project.received
    as_of = _day(envelope, "as_of") or decided_on or received
    if as_of is None:
        words = Text(
            "没有审查日：请填 as_of、decision.decided_on 或 project.received",
            "has no day: give as_of, decision.decided_on or project.received",
        )
        raise Refused([Fault("as_of", words)])
    ruling = _ruling(envelope, decided_on or as_of)
    with store.reading() as connection:
        register = read_register(connection, sheet, project_of(connection, sheet, None))
    review = judge(sheet, choose(envelope.get("ruleset"), as_of), as_of, register)
    return review, ruling, envelope.get("decision.officer", "")


def _ruling(envelope: Mapping[str, str], decided_on: date) -> Ruling | None:
    stated = {name.removeprefix("decision."): text for name, text in envelope.items() if name.startswith("decision.")}
    if not stated:
        return None
    faults = [
        Fault(f"decision.{name}", Text("必须填写", "is required")) for name in ("outcome", "officer") if not stated.get(name, "").strip()
    ]
    if faults:
        raise Refused(faults)
    return Ruling(
        stated["outcome"], reason=stated.get("reason"), clause=stated.get("clause"), on_behalf_of=stated.get("on_behalf_of"),
        second=stated.get("second"), responsible=stated.get("responsible"), due=_day(envelope, "decision.due"), decided_on=decided_on,
    )  # fmt: skip


def _day(envelope: Mapping[str, str], name: str) -> date | None:
    text = envelope.get(name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text if len(text) == 10 else "?")
    except ValueError:
        raise Refused(
            [Fault(name, Text(f"“{text[:40]}”不是日期，应写成 2025-03-01", f"{text[:40]!r} is not a date such as 2025-03-01"))]
        ) from None


def _request(sheet: ProjectSheet, envelope: Mapping[str, str]) -> str:
    """The key by which a row is known again: its own reference, else all that it says."""
    if reference := envelope.get("reference", "").strip():
        hold_words({"reference": reference}, longest=LONGEST_KEY - len("import:"))
        return f"import:{reference}"
    content: dict[str, Any] = {"sheet": chain.digest_of(sheet_bytes(sheet)), **envelope}
    return f"import:{chain.digest_of(chain.canonical(content))}"
