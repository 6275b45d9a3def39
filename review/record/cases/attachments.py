"""Attachments (附件): files on a project, a review, a figure of its sheet, a decision or a source, as the record has them; none is ever gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from sqlalchemy import BindParameter, ColumnElement, Connection, and_, func, or_, select

from review.errors import Fault, NotRecorded, Text
from review.facts.spellings import with_one_bracket
from review.record.storage.beside_tables import StoredAttachment
from review.record.storage.bodies import AttachmentBody
from review.record.storage.event_marks import FileNamed
from review.record.storage.files import read_file
from review.record.storage.journal import body_of, table
from review.record.storage.tables import Event, Source, source_of
from review.record.storage.text_limits import LARGEST_NUMBER
from review.sheet.catalogue import label_of

ADDED, WITHDRAWN = "added", "withdrawn"
# Fewer than the numbers that a statement of either database can bind.
_AT_ONCE = 500


@dataclass(frozen=True)
class AttachedTo:
    """What a file is attached to: a project, a review, a figure of a review's sheet (`path`), a decision on a review, or a source.

    Of a figure and of a decision the review is named too; of each but a source the project.
    """

    project: int | None = None
    review: int | None = None
    path: str | None = None
    decision: int | None = None
    source: str | None = None

    @property
    def words(self) -> Text:
        """What it is in words: `项目`, `审查 12`, `审查 12 · VOCs 年排放量`, `决定 15`, `来源 S-2024-001`."""
        if self.source is not None:
            return Text(f"来源 {self.source}", f"source {self.source}")
        if self.decision is not None:
            return Text(f"决定 {self.decision}", f"decision {self.decision}")
        if self.review is None:
            return Text("项目", "the project")
        if self.path is None:
            return Text(f"审查 {self.review}", f"review {self.review}")
        label = label_of(self.path)
        return Text(f"审查 {self.review} · {label.zh}", f"review {self.review} · {label.en}")


@dataclass(frozen=True)
class Withdrawal:
    """The end of an attachment: by which event, when (UTC), by whom and why. The file stays in the record."""

    id: int
    at: str
    by: str
    reason: str


@dataclass(frozen=True)
class Attachment:
    """A file as it was attached: by which event (`id`), when (UTC) and by whom, to what, where in the file to look; and its end, if it has one."""

    id: int
    at: str
    by: str
    to: AttachedTo
    file: FileNamed
    page: str | None
    place: str | None
    note: str | None
    withdrawn: Withdrawal | None = None


class ToShown(TypedDict):
    """What a file is attached to, as JSON values; numbers of events are text."""

    project: int | None
    review: str | None
    path: str | None
    decision: str | None
    source: str | None


class WithdrawalShown(TypedDict):
    """The end of an attachment as JSON values."""

    id: str
    at: str
    by: str
    reason: str


class AttachmentShown(TypedDict):
    """An attachment as JSON values; `id` is its number as text, times are UTC."""

    id: str
    at: str
    by: str
    to: ToShown
    file: FileNamed
    page: str | None
    place: str | None
    note: str | None
    withdrawn: WithdrawalShown | None


def attachment_json(each: Attachment) -> AttachmentShown:
    """An attachment as JSON values."""
    to, end = each.to, each.withdrawn
    return {
        "id": str(each.id), "at": each.at, "by": each.by, "file": each.file, "page": each.page, "place": each.place, "note": each.note,
        "to": {
            "project": to.project, "review": _number(to.review), "path": to.path, "decision": _number(to.decision), "source": to.source,
        },
        "withdrawn": {"id": str(end.id), "at": end.at, "by": end.by, "reason": end.reason} if end else None,
    }  # fmt: skip


def _number(position: int | None) -> str | None:
    return None if position is None else str(position)


def attached_to(body: AttachmentBody) -> AttachedTo:
    """What the event of an attachment, or of its end, says that the file is attached to."""
    project = body["project"]
    return AttachedTo(
        project["id"] if project else None, body["review"], body["path"], body["decision"], body["source"]
    )


def on_project(project: int | BindParameter[int]) -> ColumnElement[bool]:
    """All that is attached to a project, its reviews, their figures and decisions."""
    return _column("project") == project


def on_project_alone(project: int) -> ColumnElement[bool]:
    """What is attached to a project and to none of its reviews."""
    return and_(on_project(project), _column("review").is_(None))


def on_review(project: int, review: int) -> ColumnElement[bool]:
    """What is attached to a review of a project, to figures of its sheet and to decisions on it."""
    return and_(on_project(project), _column("review") == review)


def on_figures(project: int, review: int, paths: Sequence[str]) -> ColumnElement[bool]:
    """What is attached to figures of a review's sheet."""
    return and_(on_review(project, review), _column("path").in_(paths))


def on_source(source: str) -> ColumnElement[bool]:
    """What is attached to a source of the register, under whatever spelling it was registered then."""
    rows = table(Source)
    return _column("source").in_(select(rows.c.source).where(source_of(rows) == with_one_bracket(source)))


def beside(
    project: int | BindParameter[int], review: int | BindParameter[int], decision: int | BindParameter[int] | None
) -> ColumnElement[bool]:
    """What the paper of a review with one decision lists: of the project, of the review and its figures, of that decision."""
    rows = table(StoredAttachment)
    return and_(
        on_project(project),
        or_(rows.c.review.is_(None), and_(rows.c.review == review, or_(rows.c.decision.is_(None), rows.c.decision == decision))),
    )  # fmt: skip


def _column(name: str) -> ColumnElement[Any]:
    found: ColumnElement[Any] = table(StoredAttachment).c[name]
    return found


def list_attachments(
    connection: Connection,
    among: ColumnElement[bool],
    *,
    after: int = 0,
    upto: int = LARGEST_NUMBER,
    limit: int | None = None,
) -> list[Attachment]:
    """Attachments in order, withdrawn ones among them: those after one, as they stood once the event `upto` was recorded."""
    rows = table(StoredAttachment)
    query = select(rows.c.position).where(among, rows.c.act == ADDED, rows.c.position > after, rows.c.position <= upto)
    numbers = list(connection.execute(query.order_by(rows.c.position).limit(limit)).scalars())
    return _read(connection, numbers, upto)


def latest_attachments(connection: Connection, among: ColumnElement[bool], limit: int) -> list[Attachment]:
    """The last files that were attached, the newest first, withdrawn ones among them."""
    rows = table(StoredAttachment)
    query = select(rows.c.position).where(among, rows.c.act == ADDED).order_by(rows.c.position.desc()).limit(limit)
    return _read(connection, list(connection.execute(query).scalars()), LARGEST_NUMBER)


def read_attachment(connection: Connection, number: int) -> Attachment:
    """An attachment by its number. Raises NotRecorded."""
    found = _read(connection, [number], LARGEST_NUMBER) if 0 < number <= LARGEST_NUMBER else []
    if not found:
        raise NotRecorded([Fault("attachment", Text(f"没有附件 {number}", f"there is no attachment {number}"))])
    return found[0]


def attachment_file(connection: Connection, number: int) -> tuple[FileNamed, bytes]:
    """The file of an attachment, as it is named there; also of one that was withdrawn. Raises NotRecorded, RecordDamaged."""
    named = read_attachment(connection, number).file
    return named, read_file(connection, named["digest"])


def count_attachments(connection: Connection, among: ColumnElement[bool]) -> int:
    """How many files were attached, withdrawn ones included."""
    rows = table(StoredAttachment)
    return int(connection.execute(select(func.count()).where(among, rows.c.act == ADDED)).scalar_one())


def _read(connection: Connection, numbers: list[int], upto: int) -> list[Attachment]:
    """The attachments of those numbers, in order, with what ended each by the event `upto`."""
    rows, events = table(StoredAttachment), table(Event)
    joined = select(events, rows.c.added, rows.c.act).join(rows, rows.c.position == events.c.position)
    found: dict[int, Mapping[str, Any]] = {}
    ends: dict[int, Withdrawal] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        wanted = or_(rows.c.position.in_(some), and_(rows.c.added.in_(some), rows.c.position <= upto))
        for row in map(dict, connection.execute(joined.where(wanted)).mappings()):
            if row["act"] == ADDED:
                found[row["position"]] = row
            else:
                ends[row["added"]] = Withdrawal(row["position"], row["at"], row["actor"], body_of(row)["reason"])
    return [_attachment(found[number], ends.get(number)) for number in numbers if number in found]


def _attachment(row: Any, end: Withdrawal | None) -> Attachment:
    body: AttachmentBody = body_of(row)
    [file] = body["files"]
    return Attachment(
        row["position"], row["at"], row["actor"], attached_to(body), file, body["page"], body["place"], body["note"], end
    )  # fmt: skip
