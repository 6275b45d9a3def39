"""Attaching files (附加、撤回附件): to a project, a review, a figure of its sheet, a decision or a source. Each is appended, none is changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from review.errors import Fault, NotRecorded, Refused, Text
from review.facts.register_keys import register_key
from review.record.cases.attachments import (
    ADDED,
    WITHDRAWN,
    AttachedTo,
    count_attachments,
    on_project,
    on_source,
    read_attachment,
)
from review.record.projects.standing import require_state
from review.record.register.balances import find_entry
from review.record.storage.actors import Actor, acting
from review.record.storage.beside_tables import StoredAttachment
from review.record.storage.bodies import AttachmentBody
from review.record.storage.contents import read_review, read_sheet_bytes
from review.record.storage.event_marks import FileNamed
from review.record.storage.files import MOST_IN_RECORD, Scan, file_named, file_rows, packed_files
from review.record.storage.journal import append, drafted, next_position, table
from review.record.storage.sender_keys import Made, recorded_before
from review.record.storage.store import Store
from review.record.storage.tables import Decision, StoredFile
from review.record.storage.text_limits import LARGEST_NUMBER, LONGEST_KEY, stated_text, validate_words
from review.sheet.catalogue import describe
from review.sheet.paths import items_on, pattern_of, value_at

LONGEST_PAGE, LONGEST_PLACE = 50, 500
# Of a project with its reviews and decisions, or of a source, withdrawn ones included: what a paper and a page can list.
MOST_ATTACHED = 2000


@dataclass(frozen=True)
class Looked:
    """Where in a file to look, and what it is for: page and place as the file has them, a note; each can be left out."""

    page: str | None = None
    place: str | None = None
    note: str | None = None


def attach(
    store: Store,
    to: AttachedTo,
    file: Scan | str,
    by: str | Actor,
    where: Looked = Looked(),
    *,
    request: str | None = None,
    most_files: int = MOST_IN_RECORD,
) -> Made:
    """Attach a file, or one that the record has by its digest. The record holds at most `most_files` bytes of files.

    `to` names one of project, review (with or without a path of its sheet), decision, source. `request` is the sender's own key: the
    same key and content give the recorded one again. Raises Refused, NotRecorded, Conflict, RecordUnavailable.
    """
    actor = acting(by)
    validate_words({"by": actor.name, "note": where.note}, required=("by",))
    validate_words({"page": where.page}, longest=LONGEST_PAGE)
    validate_words({"place": where.place}, longest=LONGEST_PLACE)
    validate_words({"request": request}, longest=LONGEST_KEY)
    contents = packed_files([file] if isinstance(file, Scan) else [])
    with store.writing() as connection:
        whole = _whole(connection, to)
        named = file.named if isinstance(file, Scan) else _stored(connection, file)
        body = _body(whole, ADDED, None, request)
        body["files"], body["page"] = [named], stated_text(where.page)
        body["place"], body["note"] = stated_text(where.place), stated_text(where.note)
        if (known := recorded_before(connection, StoredAttachment, body, "attachment")) is not None:
            return known
        among = on_source(whole.source) if whole.source is not None else on_project(whole.project or 0)
        if count_attachments(connection, among) >= MOST_ATTACHED:
            words = Text(
                f"已有 {MOST_ATTACHED} 个附件，不能再附", f"{MOST_ATTACHED} files are attached: there can be no more"
            )
            raise Refused([Fault("to", words, "too-many-attachments")])  # fmt: skip
        draft = drafted("attachment", actor, body)
        draft.contents[StoredFile] = file_rows(connection, next_position(connection), contents, most_files)
        return Made(append(connection, draft))


def withdraw_attachment(store: Store, number: int, reason: str, by: str | Actor, *, request: str | None = None) -> Made:
    """Take back what was attached, for a reason: it is shown as withdrawn, and the file stays. Raises as `attach`."""
    actor = acting(by)
    validate_words({"reason": reason, "by": actor.name}, required=("reason", "by"))
    validate_words({"request": request}, longest=LONGEST_KEY)
    with store.writing() as connection:
        found = read_attachment(connection, number)
        body = _body(found.to, WITHDRAWN, number, request)
        body["reason"] = reason.strip()
        if (known := recorded_before(connection, StoredAttachment, body, "attachment")) is not None:
            return known
        if found.withdrawn is not None:
            words = Text(f"附件 {number} 已撤回", f"attachment {number} is withdrawn already")
            raise Refused([Fault("attachment", words, "attachment-withdrawn")])
        return Made(append(connection, drafted("attachment", actor, body)))


def _stored(connection: Connection, digest: str) -> FileNamed:
    """A file that the record has. Raises Refused."""
    named = file_named(connection, digest)
    if named is None:
        words = Text("记录中没有这个摘要的文件", "the record has no file of this digest")
        raise Refused([Fault("file.digest", words)])
    return named


def _body(to: AttachedTo, act: str, added: int | None, request: str | None) -> AttachmentBody:
    return {
        "act": act, "added": added, "project": {"id": to.project, "new": False} if to.project is not None else None, "review": to.review,
        "decision": to.decision, "path": to.path, "source": to.source, "request": request,
    }  # fmt: skip


def _whole(connection: Connection, to: AttachedTo) -> AttachedTo:
    """What a file is attached to, with the project and the review that it belongs to. Raises Refused, NotRecorded."""
    stated = [name for name in ("project", "review", "decision", "source") if getattr(to, name) is not None]
    if len(stated) != 1 or (to.path is not None and to.review is None):
        words = Text(
            "应写明 project、review、decision、source 之一；path 只与 review 同写",
            "should be one of project, review, decision and source; path stands beside review alone",
        )
        raise Refused([Fault("to", words)])
    if to.source is not None:
        return AttachedTo(source=_registered(connection, to.source))
    if to.decision is not None:
        return _decision(connection, to.decision)
    if to.review is None:
        require_state(connection, to.project or 0)
        return to
    recorded = read_review(connection, to.review)
    if to.path is not None:
        require_place(to.path, json.loads(read_sheet_bytes(connection, recorded.sheet)))
    return AttachedTo(recorded.project, to.review, to.path)


def _registered(connection: Connection, source: str) -> str:
    """The key of a source that is registered. Raises NotRecorded."""
    validate_words({"source": source})
    key = find_entry(connection, source)
    if key is None:
        named = register_key(source)
        raise NotRecorded([Fault("source", Text(f"没有登记来源“{named}”", f"no source “{named}” is registered"))])
    return key


def _decision(connection: Connection, number: int) -> AttachedTo:
    rows = table(Decision)
    query = select(rows.c.review).where(rows.c.position == number)
    review = connection.execute(query).scalar() if 0 < number <= LARGEST_NUMBER else None
    if review is None:
        raise NotRecorded([Fault("decision", Text(f"没有决定 {number}", f"there is no decision {number}"))])
    return AttachedTo(read_review(connection, review).project, review, decision=number)


def require_place(path: str, content: Any) -> None:
    """Raises Refused for what is no place of that sheet: an unknown field, a list without an index, an item that is not there."""
    validate_words({"path": path}, longest=LONGEST_KEY)
    try:
        describe(path)
    except (KeyError, IndexError):
        words = Text("不是项目表的字段", "is no field of the sheet")
        raise Refused([Fault("path", words)]) from None
    missing = [each for each in items_on(path) if value_at(content, each) is None]
    if missing or "[]" in path or pattern_of(path).count("[]") != path.count("["):
        words = Text("该项目表没有这一条", "this sheet has no such item")
        raise Refused([Fault("path", words)])
