"""Notes (备注): what a person writes down of a project, a finding of a review, or a figure of its sheet. None is ever gone; each can be withdrawn, for a reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from review.errors import Fault, NotRecorded, Refused, Text
from review.record.cases.answers import FindingKey, require_finding
from review.record.cases.attaching import require_place
from review.record.projects.standing import require_state
from review.record.storage.actors import Actor, acting
from review.record.storage.beside_tables import StoredNote
from review.record.storage.bodies import NoteBody
from review.record.storage.contents import read_review, read_sheet_bytes
from review.record.storage.journal import append, body_of, drafted, table
from review.record.storage.sender_keys import Made, recorded_before
from review.record.storage.store import Store
from review.record.storage.tables import Event
from review.record.storage.text_limits import LARGEST_NUMBER, LONGEST_KEY, validate_words

WRITTEN, WITHDRAWN = "written", "withdrawn"
# Of a project with its reviews, withdrawn ones included: what a page can list.
MOST_NOTES = 2000


@dataclass(frozen=True)
class Noted:
    """What a note is about: a project, a review of it, a finding of that review, or a figure of its sheet (`path`)."""

    project: int | None = None
    review: int | None = None
    finding: FindingKey | None = None
    path: str | None = None


@dataclass(frozen=True)
class NoteEnd:
    """That a note was withdrawn: by which event, when (UTC), by whom and why."""

    id: int
    at: str
    by: str
    reason: str


@dataclass(frozen=True)
class Note:
    """A note as it was written: by which event (`id`), when (UTC), by whom, about what; and its end, if it has one."""

    id: int
    at: str
    by: str
    about: Noted
    text: str
    withdrawn: NoteEnd | None = None


class NoteEndShown(TypedDict):
    """The end of a note as JSON values."""

    id: str
    at: str
    by: str
    reason: str


class NoteShown(TypedDict):
    """A note as JSON values; numbers of events are text, times are UTC."""

    id: str
    at: str
    by: str
    project: int | None
    review: str | None
    rule: str | None
    subject: str | None
    path: str | None
    text: str
    withdrawn: NoteEndShown | None


def note_json(each: Note) -> NoteShown:
    """A note as JSON values."""
    about, end = each.about, each.withdrawn
    rule, subject = about.finding or (None, None)
    return {
        "id": str(each.id), "at": each.at, "by": each.by, "project": about.project, "review": None if about.review is None else str(about.review),
        "rule": rule, "subject": subject, "path": about.path, "text": each.text,
        "withdrawn": {"id": str(end.id), "at": end.at, "by": end.by, "reason": end.reason} if end else None,
    }  # fmt: skip


def write_note(store: Store, about: Noted, text: str, by: str | Actor, *, request: str | None = None) -> Made:
    """Write a note on one of project and review; beside a review a finding or a path can be named.

    `request` is the sender's own key: the same key and content give the recorded note again. Raises Refused, NotRecorded, Conflict,
    RecordUnavailable.
    """
    actor = acting(by)
    validate_words({"note": text, "by": actor.name}, required=("note", "by"))
    validate_words({"request": request}, longest=LONGEST_KEY)
    with store.writing() as connection:
        whole = _whole(connection, about)
        body = _body(whole, WRITTEN, None, request)
        body["note"] = text.strip()
        if (known := recorded_before(connection, StoredNote, body, "note")) is not None:
            return known
        if count_notes(connection, of_project(whole.project or 0)) >= MOST_NOTES:
            words = Text(f"已有 {MOST_NOTES} 条备注，不能再写", f"there are {MOST_NOTES} notes: there can be no more")
            raise Refused([Fault("note", words)])
        return Made(append(connection, drafted("note", actor, body)))


def withdraw_note(store: Store, number: int, reason: str, by: str | Actor, *, request: str | None = None) -> Made:
    """Withdraw a note, for a reason; it stays, and is shown as withdrawn. Raises as `write_note`."""
    actor = acting(by)
    validate_words({"reason": reason, "by": actor.name}, required=("reason", "by"))
    validate_words({"request": request}, longest=LONGEST_KEY)
    with store.writing() as connection:
        found = read_note(connection, number)
        body = _body(found.about, WITHDRAWN, number, request)
        body["reason"] = reason.strip()
        if (known := recorded_before(connection, StoredNote, body, "note")) is not None:
            return known
        if found.withdrawn is not None:
            raise Refused([Fault("note", Text(f"备注 {number} 已撤回", f"note {number} is withdrawn already"))])
        return Made(append(connection, drafted("note", actor, body)))


def _whole(connection: Connection, about: Noted) -> Noted:
    """What a note is about, with its project. Raises Refused, NotRecorded."""
    stated = about.finding is not None or about.path is not None
    if (
        (about.project is None) is (about.review is None)
        or (stated and about.review is None)
        or (about.finding is not None and about.path is not None)
    ):
        words = Text(
            "应写明 project、review 之一；条目或 path 只与 review 同写，不能都写",
            "should be one of project and review; a finding or a path stands beside review alone, and not both",
        )
        raise Refused([Fault("about", words)])
    if about.review is None:
        require_state(connection, about.project or 0)
        return about
    recorded = read_review(connection, about.review)
    if about.finding is not None:
        require_finding(recorded.document(), about.finding)
    if about.path is not None:
        require_place(about.path, json.loads(read_sheet_bytes(connection, recorded.sheet)))
    return Noted(recorded.project, about.review, about.finding, about.path)


def _body(about: Noted, act: str, added: int | None, request: str | None) -> NoteBody:
    finding = about.finding
    return {
        "act": act, "added": added, "project": {"id": about.project or 0, "new": False}, "review": about.review,
        "finding": {"rule": finding[0], "subject": finding[1]} if finding else None, "path": about.path, "note": None, "reason": None,
        "request": request,
    }  # fmt: skip


def of_project(project: int) -> ColumnElement[bool]:
    """All notes on a project, its reviews, their findings and figures."""
    found: ColumnElement[bool] = table(StoredNote).c.project == project
    return found


def of_review(review: int) -> ColumnElement[bool]:
    """The notes on a review, its findings and figures."""
    found: ColumnElement[bool] = table(StoredNote).c.review == review
    return found


def of_finding(review: int, finding: FindingKey, paths: list[str]) -> ColumnElement[bool]:
    """The notes on a finding of a review, and on the figures of the sheet that it rests on."""
    rows = table(StoredNote)
    of_it = and_(rows.c.rule == finding[0], rows.c.subject == finding[1])
    return and_(of_review(review), or_(of_it, rows.c.path.in_(paths)))


def list_notes(
    connection: Connection, among: ColumnElement[bool], *, before: int = LARGEST_NUMBER, limit: int | None = None
) -> list[Note]:
    """Notes, the newest first, withdrawn ones among them: those before one."""
    rows = table(StoredNote)
    query = select(rows.c.position).where(among, rows.c.act == WRITTEN, rows.c.position < before)
    return _read(connection, query.order_by(rows.c.position.desc()).limit(limit))


def read_note(connection: Connection, number: int) -> Note:
    """A note by its number. Raises NotRecorded."""
    rows = table(StoredNote)
    query = select(rows.c.position).where(rows.c.position == number, rows.c.act == WRITTEN)
    found = _read(connection, query) if 0 < number <= LARGEST_NUMBER else []
    if not found:
        raise NotRecorded([Fault("note", Text(f"没有备注 {number}", f"there is no note {number}"))])
    return found[0]


def count_notes(connection: Connection, among: ColumnElement[bool]) -> int:
    """How many notes were written, withdrawn ones included."""
    rows = table(StoredNote)
    return int(connection.execute(select(func.count()).where(among, rows.c.act == WRITTEN)).scalar_one())


def _read(connection: Connection, numbers: Any) -> list[Note]:
    """The notes of those numbers, the newest first, each with its end."""
    rows, events = table(StoredNote), table(Event)
    wanted = numbers.subquery().c.position
    query = select(events, rows.c.added).join(rows, rows.c.position == events.c.position)
    query = query.where(or_(rows.c.position.in_(select(wanted)), rows.c.added.in_(select(wanted))))
    ends: dict[int, NoteEnd] = {}
    written: list[Mapping[str, Any]] = []
    for row in map(dict, connection.execute(query.order_by(rows.c.position.desc())).mappings()):
        if row["added"] is None:
            written.append(row)
        else:
            ends[row["added"]] = NoteEnd(row["position"], row["at"], row["actor"], body_of(row)["reason"])
    return [_note(row, ends.get(row["position"])) for row in written]


def _note(row: Mapping[str, Any], end: NoteEnd | None) -> Note:
    body: NoteBody = body_of(row)
    finding = body["finding"]
    about = Noted(
        body["project"]["id"], body["review"], (finding["rule"], finding["subject"]) if finding else None, body["path"]
    )
    return Note(row["position"], row["at"], row["actor"], about, body["note"] or "", end)
