"""The journal: events are appended to the chain, each with the rows it makes. The one place that writes.

`rows_of` derives an event's rows from its body alone, so that `verify` can derive them again and compare.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import Connection, func, insert, select

from review.canonical_json import require_whole
from review.clock import timestamp
from review.errors import Fault, RecordDamaged, Text
from review.record.storage import chain
from review.record.storage.actors import Actor, marks
from review.record.storage.balance_tables import Added, Counted
from review.record.storage.beside_tables import (
    StoredAnswer,
    StoredAttachment,
    StoredConsultation,
    StoredNote,
    StoredSignature,
)
from review.record.storage.bodies import Body
from review.record.storage.outbox import put_out
from review.record.storage.tables import (
    Absence,
    AccessEnd,
    AccessKey,
    Account,
    AdoptedEdition,
    Checkpoint,
    Decision,
    Draw,
    EditionStep,
    Event,
    Hook,
    KnownPerson,
    Project,
    ProjectCode,
    Source,
    Standing,
    Step,
    StoredFile,
    StoredFinding,
    StoredPlan,
    StoredReview,
    StoredRuleset,
    StoredSheet,
    WeakeningSetting,
)
from review.verdict.document import ReviewDocument

# A row of any table, by column; and rows by the model of their table.
Row = Mapping[str, Any]
Rows = dict[Any, list[Row]]
# Many times the largest document there is.
_MOST_UNPACKED = 64_000_000
# Parents before children, as foreign keys ask.
_ORDER = (
    StoredFile,
    StoredRuleset,
    StoredSheet,
    Project,
    ProjectCode,
    StoredReview,
    StoredFinding,
    Added,
    Decision,
    Step,
    Source,
    Draw,
    AccessKey,
    AccessEnd,
    Hook,
    Account,
    KnownPerson,
    WeakeningSetting,
    Absence,
    StoredPlan,
    EditionStep,
    AdoptedEdition,
    StoredAttachment,
    StoredAnswer,
    StoredSignature,
    StoredNote,
    StoredConsultation,
    Standing,
    Counted,
)


def table(model: Any) -> Any:
    """The SQLAlchemy table of a model.

    Statements that are run again and again are constants of their modules: to make one takes several times as long as to run it.
    """
    return model.__table__


_INSERT = {model: insert(table(model)) for model in (Event, Checkpoint, *_ORDER)}
_LAST = (
    select(table(Event).c.position, table(Event).c.at, table(Event).c.digest)
    .order_by(table(Event).c.position.desc())
    .limit(1)
)
# 2: by what subjects decide, and an approval stays in force beside a newer version; 3: a source is drawn on however its id's brackets are written.
FOLD = 3
# Clocks of two machines of one office may differ by so many seconds.
_MOST_AHEAD = 300
# Kinds of event from which the state of projects is folded.
OF_PROJECTS = ("review", "decision", "step", "consultation")
FOLDED = (*OF_PROJECTS, "source")


@dataclass
class Draft:
    """An event about to be appended: `contents` are the documents it brings, by the digest that the body names.

    A `quiet` event is history: no hook is sent word of it. Made by `drafted`, which marks the body.
    """

    kind: str
    actor: Actor
    body: Body
    contents: Rows = field(default_factory=dict)
    quiet: bool = False


def drafted(kind: str, actor: Actor, body: Body, *, quiet: bool = False) -> Draft:
    """An event about to be appended, its body marked with who acted, by which version of the product, and how it is folded."""
    marked: Any = {**body, **marks(actor)}
    if kind in FOLDED:
        marked["fold"] = FOLD
    return Draft(kind, actor, marked, quiet=quiet)


def packed(content: bytes) -> bytes:
    return zlib.compress(content, 6)


def unpacked(content: Any) -> bytes:
    """The content of a stored document. Raises RecordDamaged where it is no longer what was stored."""
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(content, _MOST_UNPACKED)
    except (zlib.error, TypeError) as error:
        raise _damaged() from error
    # What stands behind the end is not part of the document, nor of its digest.
    if not unpacking.eof or unpacking.unused_data:
        raise _damaged()
    return found


def _damaged() -> RecordDamaged:
    words = Text("原文已损坏，请用 verify 核验记录", "a kept document is damaged: verify the record")
    return RecordDamaged([Fault("--database", words)])


class Last(NamedTuple):
    """The last event of the record; position 0 and no time before the first."""

    position: int
    at: str
    digest: str


def last_event(connection: Connection) -> Last:
    """The last event, as the connection sees it."""
    row = connection.execute(_LAST).first()
    return Last(0, "", chain.START) if row is None else Last(*row)


def next_position(connection: Connection) -> int:
    """The position the next event will have. For the writer alone."""
    return last_event(connection).position + 1


def next_time(connection: Connection) -> str:
    """The time the next event will have: now, or the last event's where the clock has gone back. Meant for the writer."""
    return time_after(last_event(connection))


def time_after(last: Last) -> str:
    """The time of an event that comes after `last`: now, or the time of `last` where the clock has gone back."""
    return max(timestamp(), last.at)


def ahead_of_clock(last: str) -> bool:
    """Whether the time of the last event lies more than five minutes ahead of the clock: every event until then bears that time, and is of its day."""
    return last > timestamp(_MOST_AHEAD)


def append(connection: Connection, draft: Draft, at: str | None = None, last: Last | None = None) -> int:
    """Append an event with its rows; a checkpoint every hundred events. Returns its position.

    `last` is the last event, where the writer has read it; `at` is of `next_time`. Where that is later than the clock says, the body states
    what the clock said. Raises AccessEnded where who acts is let in no longer, ValueError for a body with a number that is not whole or not below 2⁵³.
    """
    draft.actor.require_still(connection)
    last = last or last_event(connection)
    position, previous = last.position + 1, last.digest
    at = at or time_after(last)
    if at > (now := timestamp()):
        stated: Any = {**draft.body, "clock": now}
        draft.body = stated
    require_whole(draft.body)
    body = chain.canonical(draft.body)
    digest = chain.link_digest(position, at, draft.actor.name, draft.kind, body, previous)
    row = {
        "position": position,
        "at": at,
        "actor": draft.actor.name,
        "kind": draft.kind,
        "body": body.decode(),
        "previous": previous,
        "digest": digest,
    }
    connection.execute(_INSERT[Event], [row])
    rows = rows_of(draft.kind, position, draft.body)
    for model in _ORDER:
        if made := _joined(rows.get(model, []), draft.contents.get(model)):
            connection.execute(_INSERT[model], made)
    if position % chain.CHECKPOINT_EVERY == 0:
        checkpoint(connection)
    if not draft.quiet:
        put_out(connection, draft.kind, position, at)
    return position


def _joined(rows: list[Row], contents: list[Row] | None) -> list[Row]:
    if contents is None:
        return rows
    if not rows:
        return contents
    return [{**row, **content} for row, content in zip(rows, contents, strict=True)]


def rows_of(kind: str, position: int, body: Mapping[str, Any]) -> Rows:
    """The rows that an event makes, but for documents, findings and standings, of which the body states the digests."""
    rows: Rows = {}
    project = body.get("project")
    if project and project["new"]:
        rows[Project] = [{"id": project["id"], "position": position}]
    if project and project.get("new_code"):
        rows[ProjectCode] = [{"code": project["new_code"], "project": project["id"], "position": position}]
    model, columns = _MADE[kind]
    row = {"position": position, **{column: body[column] for column in columns}}
    if model is Decision:
        row["conditions"] = chain.canonical(body["conditions"]).decode()
    if model in (StoredReview, Step, StoredAttachment, StoredAnswer, StoredSignature, StoredNote, StoredConsultation):
        row["project"] = project["id"] if project else None
    if model is Source:
        row |= {name: body.get(name) for name in ("enterprise", "line")}
    if model in (StoredAnswer, StoredNote):
        finding = body["finding"] or {}
        row |= {"rule": finding.get("rule"), "subject": finding.get("subject")}
    if model is StoredSignature:
        row["drafter"] = body["drafter"]["subject"]
    rows[model] = [row]
    if kind == "edition" and body["act"] == "adopted":
        rows[AdoptedEdition] = [
            {
                "position": position,
                "ordinal": ordinal,
                "id": each["id"],
                "edition": each["edition"],
                "digest": each["digest"],
                "begins": each["from"],
            }
            for ordinal, each in enumerate(body["editions"])
        ]
    rows[Draw] = [
        {"position": position, "ordinal": ordinal, **draw} for ordinal, draw in enumerate(body.get("draws", ()))
    ]
    return rows


_REVIEW = ("version", "replaces", "sheet", "ruleset", "as_of", "recommendation", "request", "digest")
_DECISION = (
    "review", "previous", "outcome", "departs", "reason", "clause", "officer", "on_behalf_of", "second", "decided_on", "responsible", "due",
    "conditions", "request",
)  # fmt: skip
_STEP = ("step", "sheet", "condition", "document", "reason", "request")
_SOURCE = ("source", "name", "area", "pollutant", "verified_t", "document", "completed", "reason", "request")
_MADE: dict[str, tuple[Any, tuple[str, ...]]] = {
    "review": (StoredReview, _REVIEW),
    "decision": (Decision, _DECISION),
    "step": (Step, _STEP),
    "source": (Source, _SOURCE),
    "key": (AccessKey, ("key", "name", "role", "secret", "expires")),
    "key_end": (AccessEnd, ("key", "reason")),
    "hook": (Hook, ("hook", "act", "url", "kinds", "reason")),
    "plan": (StoredPlan, ("text_digest", "form")),
    "person": (KnownPerson, ("subject", "act", "name", "reason")),
    "setting": (WeakeningSetting, ("setting", "value")),
    "absence": (
        Absence,
        ("act", "absence", "person", "person_name", "deputy", "deputy_name", "begins", "ends", "reason"),
    ),
    "account": (Account, ("login", "act", "name", "role", "reason")),
    "edition": (EditionStep, ("act", "proposal", "reason")),
    "attachment": (StoredAttachment, ("act", "added", "review", "decision", "path", "source", "request")),
    "answer": (StoredAnswer, ("review", "answer", "request")),
    "signature": (StoredSignature, ("review", "proposal", "act", "step", "request")),
    "note": (StoredNote, ("act", "added", "review", "path", "request")),
    "consultation": (StoredConsultation, ("act", "asked", "request")),
}


def finding_rows(position: int, document: ReviewDocument) -> list[Row]:
    """The rows of a review's findings."""
    names = ("rule", "subject", "status", "force", "margin")
    findings: list[Row] = [*document["findings"]]
    return [
        {"review": position, "ordinal": ordinal, **{name: each[name] for name in names}}
        for ordinal, each in enumerate(findings)
    ]


class CheckpointRow(TypedDict):
    """A checkpoint as it is stored; `peaks` is canonical JSON."""

    position: int
    head: str
    root: str
    peaks: str


def checkpoint(connection: Connection) -> CheckpointRow | None:
    """Record a checkpoint of the chain as it stands; the last one if nothing was added since; None for an empty record."""
    events, checkpoints = table(Event), table(Checkpoint)
    last = connection.execute(select(checkpoints).order_by(checkpoints.c.position.desc()).limit(1)).mappings().first()
    size, peaks = (last["position"], json.loads(last["peaks"])) if last else (0, [])
    added = connection.execute(
        select(events.c.position, events.c.digest).where(events.c.position > size).order_by(events.c.position)
    ).all()
    if not added:
        return _checkpoint(last) if last else None
    size, peaks = chain.grow(size, peaks, (row.digest for row in added))
    row: CheckpointRow = {
        "position": size,
        "head": added[-1].digest,
        "root": chain.root_of(peaks),
        "peaks": chain.canonical(peaks).decode(),
    }
    connection.execute(_INSERT[Checkpoint], [row])
    return row


def checkpoint_overdue(connection: Connection, seconds: float) -> bool:
    """Whether the first event since the last checkpoint is older than so many seconds."""
    events, checkpoints = table(Event), table(Checkpoint)
    last = connection.execute(select(func.max(checkpoints.c.position))).scalar() or 0
    at = connection.execute(select(events.c.at).where(events.c.position == last + 1)).scalar()
    return at is not None and str(at) <= timestamp(-seconds)


def _checkpoint(row: Any) -> CheckpointRow:
    return {"position": row["position"], "head": row["head"], "root": row["root"], "peaks": row["peaks"]}


def by_request(connection: Connection, model: Any, request: str) -> Any:
    """The row recorded under a sender's own key; None where the key is new."""
    rows = table(model)
    return connection.execute(select(rows).where(rows.c.request == request)).mappings().first()


def body_of(event: Mapping[str, Any]) -> Any:
    """The body of a stored event, as the module `bodies` has it by kind. Raises ValueError where it is no JSON."""
    return json.loads(event["body"])
