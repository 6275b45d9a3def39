"""Importing past decisions (导入历史审批): each row is reviewed, recorded with its historic decision, or rejected with its reason.

A row is one transaction: review and decision or neither. Running an import again adds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from review.canonical_json import digest_of
from review.clock import today
from review.errors import Conflict, Fault, Refused, RulesetError, SheetError, Text
from review.law.edition import Ruleset
from review.readers.past_decisions import read_history
from review.readers.past_rows import PastRow
from review.readers.written.days import written_day
from review.readers.written.sheet import readings_told, written_sheet
from review.record.cases.decisions import record_decision
from review.record.cases.listings import record_listing
from review.record.cases.rulings import Ruling
from review.record.cases.submissions import find_request, project_of, record_review
from review.record.editions.in_force import Law, law_of
from review.record.projects.standing import latest
from review.record.register.balances import read_register
from review.record.storage import chain
from review.record.storage.actors import Actor, acting
from review.record.storage.contents import read_review
from review.record.storage.journal import table
from review.record.storage.store import Store
from review.record.storage.tables import Decision
from review.record.storage.text_limits import LONGEST_KEY, validate_words
from review.replay.recorded import sheet_bytes
from review.sheet import ProjectSheet, parse_sheet
from review.sheet.fields import iso_day
from review.sheet.paths import value_at
from review.verdict.judging import Review, judge

# How the key of a row begins; it goes on with its reference, or where it has none with the digest of all that it says.
IMPORTED = "import:"
_REFERENCE = re.compile(rf"{IMPORTED}(?!sha256:[0-9a-f]{{64}}$)(.+)", re.DOTALL)


@dataclass(frozen=True)
class Rejected:
    """A row that was not imported, and why."""

    where: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class RowRead:
    """A row of which something was read otherwise than it was written: each with its path and words."""

    where: str
    notes: tuple[Fault, ...]


@dataclass(frozen=True)
class Imported:
    """What an import did: rows newly recorded, rows that were there already, rows rejected; what was read otherwise than it was written, by row."""

    added: int
    present: int
    rejected: tuple[Rejected, ...]
    readings: tuple[RowRead, ...] = ()


def import_history(
    store: Store,
    file: Path,
    officer: str | Actor,
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda done: None,
    tell: Callable[[Fault], None] = lambda note: None,
) -> Imported:
    """Import a file of past decisions; `tell` is called with the worksheets that are passed over.

    Raises SheetError where the file cannot be read, RecordUnavailable.
    """
    actor = acting(officer)
    validate_words({"officer": actor.name}, required=("officer",))
    return import_rows(store, read_history(file, tell), actor, dry_run=dry_run, progress=progress)


def import_rows(
    store: Store,
    rows: Iterable[PastRow],
    officer: str | Actor,
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Imported:
    """Import rows in the order of their days, whatever their order in the file. All of them are read before the first is recorded."""
    actor = replace(acting(officer), channel="import")
    added = present = 0
    rejected: list[tuple[int, Rejected]] = []
    readings: list[RowRead] = []
    ready: list[tuple[date, int, PastRow, ProjectSheet]] = []
    with store.reading() as connection:
        law = law_of(connection)
    for place, row in enumerate(rows):
        try:
            if row.faults or row.sheet is None or row.envelope is None:
                raise Refused(row.faults)
            validate_words(row.envelope)
            sheet, read = _sheet_of(law, row.sheet, row.envelope) if row.written else (parse_sheet(row.sheet), {})
            if notes := (*row.readings, *readings_told(read)):
                readings.append(RowRead(row.where, notes))
            ready.append((_as_of(sheet, row.envelope), place, row, sheet))
        except (SheetError, RulesetError, Refused) as error:
            rejected.append((place, Rejected(row.where, error.faults)))
    for done, (_, place, row, sheet) in enumerate(sorted(ready, key=lambda each: each[:2]), 1):
        try:
            if _import(store, sheet, row.envelope or {}, actor, dry_run):
                added += 1
            else:
                present += 1
        except (SheetError, RulesetError, Refused, Conflict) as error:
            rejected.append((place, Rejected(row.where, error.faults)))
        progress(done)
    return Imported(
        added, present, tuple(each for _, each in sorted(rejected, key=lambda pair: pair[0])), tuple(readings)
    )


def _sheet_of(
    law: Law, values: Mapping[str, Any], envelope: Mapping[str, str]
) -> tuple[ProjectSheet, Mapping[str, Text]]:
    """The sheet of a row that people filled in, and what was read as what: things are named by the tables of the edition that it is judged by. Raises SheetError, RulesetError."""

    def edition() -> Ruleset:
        received = value_at(values, "project.received")
        day = _day(envelope, "as_of") or _day(envelope, "decision.decided_on")
        if day is None and isinstance(received, str) and received.strip():
            day = written_day(received)
        return law.choose(envelope.get("ruleset"), day or today())

    return written_sheet(values, edition)


class _DryRun(Exception):
    """Ends the transaction of a row that was only tried."""


def _import(store: Store, sheet: ProjectSheet, envelope: Mapping[str, str], officer: Actor, dry_run: bool) -> bool:
    """Record a row; whether it was new. A dry run does all of it and takes it back."""
    request = _request(sheet, envelope)
    if "listed" in envelope:
        stray = [name for name in envelope if name.startswith("decision.")]
        if stray:
            words = Text("仅列入清单的行不能带决定", "a row that only lists a project has no decision")
            raise Refused([Fault(name, words) for name in stray])
        review, ruling = None, None
    else:
        ruling = _ruling(envelope, _as_of(sheet, envelope))
        review = _judged(store, sheet, envelope)
    try:
        with store.writing() as connection:
            if review is None:
                new = not record_listing(connection, sheet, officer, envelope["listed"], request=request).again
            else:
                named = envelope.get("ruleset") is not None
                new = _record(connection, review, ruling, envelope.get("decision.officer", ""), officer, request, named)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return new


def _record(
    connection: Connection,
    review: Review,
    ruling: Ruling | None,
    decided_by: str,
    officer: Actor,
    request: str,
    named: bool,
) -> bool:
    known = find_request(connection, request, review.case.sheet)
    if known is not None:
        _require_same_decision(connection, known.id, ruling, decided_by)
        return False
    _require_newest(connection, review, ruling)
    recorded = record_review(connection, review, officer, request=request, quiet=True, named=named)
    if ruling is not None:
        record_decision(
            connection, read_review(connection, recorded.id), ruling, replace(officer, name=decided_by), historic=True
        )
    return True


def _require_same_decision(connection: Connection, review: int, ruling: Ruling | None, decided_by: str) -> None:
    """A row that is there already must say the same decision. Raises Conflict."""
    rows = table(Decision)
    first = (
        connection.execute(select(rows).where(rows.c.review == review).order_by(rows.c.position).limit(1))
        .mappings()
        .first()
    )
    said = (
        None
        if ruling is None
        else (ruling.outcome, decided_by, ruling.decided_on.isoformat() if ruling.decided_on else None)
    )
    stored = None if first is None else (first["outcome"], first["officer"], first["decided_on"])
    if said != stored:
        words = Text(
            f"该原案号已导入为审查 {review}，而决定不同；以后的决定请用 decide 记录",
            f"this reference was imported as review {review} with another decision: record a later one with `decide`",
        )
        raise Conflict([Fault("decision.outcome", words)])


def _require_newest(connection: Connection, review: Review, ruling: Ruling | None) -> None:
    """A past row must not take the place of what is newer. Raises Refused."""
    project = project_of(connection, review.case.sheet, None)
    standing = latest(connection, project) if project is not None else None
    if standing is None or standing["profile"]["review"] is None:
        return
    decided = standing["decision"]["decided_on"] if standing["decision"] else ""
    newest = max(standing["profile"]["review"]["as_of"], decided)
    day = (ruling.decided_on if ruling and ruling.decided_on else review.case.as_of).isoformat()
    if day < newest:
        words = Text(
            f"项目 {project} 已有 {newest} 的记录，更早（{day}）的行不能取代它；请按时间先后导入",
            f"project {project} has a record of {newest}: a row of {day} cannot take its place; import in the order of days",
        )
        raise Refused([Fault("as_of", words)])


def _as_of(sheet: ProjectSheet, envelope: Mapping[str, str]) -> date:
    """The day of review: as stated, else of the decision, else of receipt. Raises Refused."""
    found = _day(envelope, "as_of") or _day(envelope, "decision.decided_on") or sheet.project.received
    if found is None and "listed" not in envelope:
        words = Text(
            "没有审查日：请填 as_of、decision.decided_on 或 project.received",
            "has no day: give as_of, decision.decided_on or project.received",
        )
        raise Refused([Fault("as_of", words)])
    return found or date.max


def _judged(store: Store, sheet: ProjectSheet, envelope: Mapping[str, str]) -> Review:
    as_of = _as_of(sheet, envelope)
    with store.reading() as connection:
        register = read_register(connection, sheet, project_of(connection, sheet, None))
        edition = law_of(connection).choose(envelope.get("ruleset"), as_of)
    return judge(sheet, edition, as_of, register)


def _ruling(envelope: Mapping[str, str], as_of: date) -> Ruling | None:
    stated = {name.removeprefix("decision."): text for name, text in envelope.items() if name.startswith("decision.")}
    if not stated:
        return None
    faults = [
        Fault(f"decision.{name}", Text("必须填写", "is required"))
        for name in ("outcome", "officer")
        if not stated.get(name, "").strip()
    ]
    if faults:
        raise Refused(faults)
    return Ruling(
        stated["outcome"], reason=stated.get("reason"), clause=stated.get("clause"), on_behalf_of=stated.get("on_behalf_of"),
        second=stated.get("second"), responsible=stated.get("responsible"), due=_day(envelope, "decision.due"),
        decided_on=_day(envelope, "decision.decided_on") or as_of,
    )  # fmt: skip


def _day(envelope: Mapping[str, str], name: str) -> date | None:
    text = envelope.get(name)
    if text is None:
        return None
    day = iso_day(text)
    if day is None:
        raise Refused(
            [
                Fault(
                    name,
                    Text(
                        f"“{text[:40]}”不是日期，应写成 2025-03-01", f"{text[:40]!r} is not a date such as 2025-03-01"
                    ),
                )
            ]
        )
    return day


def imported_reference(request: str | None) -> str | None:
    """The reference (原案号) of a row that was imported under such a key; None of any other key, and of a row without one."""
    found = _REFERENCE.fullmatch(request or "")
    return found[1] if found else None


def _request(sheet: ProjectSheet, envelope: Mapping[str, str]) -> str:
    """The key by which a row is known again: its own reference, else all that it says."""
    if reference := envelope.get("reference", "").strip():
        validate_words({"reference": reference}, longest=LONGEST_KEY - len(IMPORTED))
        return f"{IMPORTED}{reference}"
    content = {"sheet": digest_of(sheet_bytes(sheet)), **envelope}
    return f"{IMPORTED}{digest_of(chain.canonical(content))}"
