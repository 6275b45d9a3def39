"""Importing past decisions (导入历史审批): each row is reviewed, recorded with its historic decision, or rejected with its reason.

A row is one transaction: review and decision or neither. Running an import again adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from review.clock import today
from review.errors import Conflict, Fault, Refused, RulesetError, SheetError, Text
from review.law.edition import Ruleset
from review.readers.past_decisions import read_history
from review.readers.past_rows import PastRow
from review.readers.written.days import written_day
from review.readers.written.sheet import readings_told, written_sheet
from review.record.cases.decisions import record_decision
from review.record.cases.imported_rows import imported_before, key_of_row, used_reference
from review.record.cases.listings import record_listing
from review.record.cases.rulings import Ruling
from review.record.cases.submissions import project_of, record_review
from review.record.editions.in_force import Law, law_of
from review.record.projects.codes import code_key
from review.record.projects.standing import latest
from review.record.register.balances import read_register
from review.record.storage.actors import Actor, acting
from review.record.storage.contents import read_review
from review.record.storage.store import Store
from review.record.storage.text_limits import validate_words
from review.sheet import ProjectSheet, parse_sheet
from review.sheet.fields import iso_day
from review.sheet.paths import value_at
from review.verdict.judging import Review, judge


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
    ready: list[_Ready] = []
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
            ready.append(_Ready(_as_of(sheet, row.envelope), place, row.where, row.envelope, sheet))
        except (SheetError, RulesetError, Refused) as error:
            rejected.append((place, Rejected(row.where, error.faults)))
    ready.sort(key=lambda each: (each.day, each.place))
    done = 0
    for together in _together(ready) if dry_run else ([each] for each in ready):
        for each, found in zip(together, _import(store, together, actor, dry_run), strict=True):
            if isinstance(found, Rejected):
                rejected.append((each.place, found))
            added, present = added + (found is True), present + (found is False)
            progress(done := done + 1)
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


# What records a row within the writer's transaction, and says whether it was new.
_Work = Callable[[Connection], bool]
_REJECTING = (SheetError, RulesetError, Refused, Conflict)


# A later day, as of a slip of the pen, would keep out all that comes after.
_PAST = ("as_of", "decision.decided_on")


class _DryRun(Exception):
    """Ends the transaction of rows that were only tried."""


@dataclass(frozen=True)
class _Ready:
    """A row that was read: its day, its place in the file and what it is called, what it says beside the sheet, and the sheet."""

    day: date
    place: int
    where: str
    envelope: Mapping[str, str]
    sheet: ProjectSheet


def _together(rows: Sequence[_Ready]) -> Iterable[list[_Ready]]:
    """Rows of which one can keep another out, in their order: of one project by its code, or under one reference."""
    leaders: dict[str, str] = {}

    def leader(key: str) -> str:
        while (found := leaders.setdefault(key, key)) != key:
            key = found
        return key

    groups: dict[str, list[_Ready]] = {}
    for each in rows:
        first, *others = _keys(each)
        for key in others:
            leaders[leader(key)] = leader(first)
    for each in rows:
        groups.setdefault(leader(_keys(each)[0]), []).append(each)
    return groups.values()


def _keys(row: _Ready) -> list[str]:
    code, reference = code_key(row.sheet.project.code), row.envelope.get("reference", "").strip()
    return [
        f"row {row.place}",
        *([f"code {code}"] if code else ()),
        *([f"reference {reference}"] if reference else ()),
    ]


def _import(store: Store, rows: Sequence[_Ready], officer: Actor, dry_run: bool) -> list[bool | Rejected]:
    """Record rows: of each whether it was new, or why it was rejected. A dry run does all of it and takes it back.

    Each is read and judged before the lock is taken.
    """
    found: list[bool | Rejected] = []
    works = [_work(store, each, officer) for each in rows]
    try:
        with store.writing() as connection:
            for each, work in zip(rows, works, strict=True):
                found.append(_tried(connection, each, work))
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return found


def _tried(connection: Connection, row: _Ready, work: _Work | Rejected) -> bool | Rejected:
    """What came of a row; of one that was rejected nothing stays."""
    if isinstance(work, Rejected):
        return work
    try:
        with connection.begin_nested():
            return work(connection)
    except _REJECTING as error:
        if any(each.where == "request" for each in error.faults):
            return Rejected(row.where, (used_reference(connection, row.envelope, key_of_row(row.sheet, row.envelope)),))
        return Rejected(row.where, error.faults)


def _work(store: Store, row: _Ready, officer: Actor) -> _Work | Rejected:
    """What records a row and says whether it was new."""
    sheet, envelope = row.sheet, row.envelope
    try:
        request = key_of_row(sheet, envelope)
        if "listed" in envelope:
            return _listing(row, officer, request)
        ruling, review = _ruling(envelope, _as_of(sheet, envelope)), _judged(store, sheet, envelope)
    except _REJECTING as error:
        return Rejected(row.where, error.faults)

    def record(connection: Connection) -> bool:
        decided_by, named = envelope.get("decision.officer", ""), envelope.get("ruleset")
        if imported_before(connection, request, review, ruling, decided_by, named) is not None:
            return False
        _require_newest(connection, review, ruling)
        recorded = record_review(connection, review, officer, request=request, quiet=True, named=named is not None)
        if ruling is not None:
            by = replace(officer, name=decided_by)
            record_decision(connection, read_review(connection, recorded.id), ruling, by, historic=True)
        return True

    return record


def _listing(row: _Ready, officer: Actor, request: str) -> _Work:
    """What lists a project. Raises Refused."""
    if stray := [name for name in row.envelope if name.startswith("decision.")]:
        words = Text("仅列入清单的行不能带决定", "a row that only lists a project has no decision")
        raise Refused([Fault(name, words) for name in stray])
    reason = row.envelope["listed"]
    return lambda connection: not record_listing(connection, row.sheet, officer, reason, request=request).again


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
    if found is not None and found > today():
        raise Refused([_ahead("project.received", found)])
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
    if name in _PAST and day > today():
        raise Refused([_ahead(name, day)])
    return day


def _ahead(where: str, day: date) -> Fault:
    words = Text(
        f"{day} 晚于今天；过去的审批不会在以后，请核对",
        f"{day} is after today: what is past does not lie ahead, check it",
    )
    return Fault(where, words)
