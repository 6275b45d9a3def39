"""Importing past decisions (导入历史审批): each row is reviewed, recorded with its historic decision, or rejected with its reason.

A row is one transaction: review and decision or neither. Running an import again adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from review.errors import Conflict, Fault, Refused, RulesetError, SheetError, Text
from review.readers.past_decisions import read_history
from review.readers.past_rows import PastRow
from review.readers.written.sheet import readings_told
from review.record.cases.decisions import record_decision
from review.record.cases.imported_rows import imported_before, key_of_row, used_reference
from review.record.cases.listings import record_listing
from review.record.cases.rows_to_import import ReadyRow, day_of_row, rows_together, ruling_of_row, sheet_of_row
from review.record.cases.rulings import Ruling
from review.record.cases.submissions import project_of, record_review
from review.record.editions.in_force import law_of
from review.record.projects.standing import latest
from review.record.register.balances import read_register
from review.record.storage.actors import Actor, acting
from review.record.storage.contents import read_review
from review.record.storage.store import Store
from review.record.storage.text_limits import validate_words
from review.sheet import ProjectSheet, parse_sheet
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
    ready: list[ReadyRow] = []
    with store.reading() as connection:
        law = law_of(connection)
    for place, row in enumerate(rows):
        try:
            if row.faults or row.sheet is None or row.envelope is None:
                raise Refused(row.faults)
            validate_words(row.envelope)
            sheet, read = sheet_of_row(law, row.sheet, row.envelope) if row.written else (parse_sheet(row.sheet), {})
            if notes := (*row.readings, *readings_told(read)):
                readings.append(RowRead(row.where, notes))
            ready.append(ReadyRow(day_of_row(sheet, row.envelope), place, row.where, row.envelope, sheet))
        except (SheetError, RulesetError, Refused) as error:
            rejected.append((place, Rejected(row.where, error.faults)))
    ready.sort(key=lambda each: (each.day, each.place))
    done = 0
    for some in rows_together(ready) if dry_run else ([each] for each in ready):
        for each, found in zip(some, _import(store, some, actor, dry_run), strict=True):
            if isinstance(found, Rejected):
                rejected.append((each.place, found))
            added, present = added + (found is True), present + (found is False)
            progress(done := done + 1)
    return Imported(
        added, present, tuple(each for _, each in sorted(rejected, key=lambda pair: pair[0])), tuple(readings)
    )


# What records a row within the writer's transaction, and says whether it was new.
_Work = Callable[[Connection], bool]
_REJECTING = (SheetError, RulesetError, Refused, Conflict)


class _DryRun(Exception):
    """Ends the transaction of rows that were only tried."""


def _import(store: Store, rows: Sequence[ReadyRow], officer: Actor, dry_run: bool) -> list[bool | Rejected]:
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


def _tried(connection: Connection, row: ReadyRow, work: _Work | Rejected) -> bool | Rejected:
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


def _work(store: Store, row: ReadyRow, officer: Actor) -> _Work | Rejected:
    """What records a row and says whether it was new."""
    sheet, envelope = row.sheet, row.envelope
    try:
        request = key_of_row(sheet, envelope)
        if "listed" in envelope:
            return _listing(row, officer, request)
        ruling, review = ruling_of_row(envelope, day_of_row(sheet, envelope)), _judged(store, sheet, envelope)
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


def _listing(row: ReadyRow, officer: Actor, request: str) -> _Work:
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


def _judged(store: Store, sheet: ProjectSheet, envelope: Mapping[str, str]) -> Review:
    as_of = day_of_row(sheet, envelope)
    with store.reading() as connection:
        register = read_register(connection, sheet, project_of(connection, sheet, None))
        edition = law_of(connection).choose(envelope.get("ruleset"), as_of)
    return judge(sheet, edition, as_of, register)
