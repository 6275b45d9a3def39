"""A project's timeline (项目经过): every event that concerned it, in order, with a line of words each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict, cast

from sqlalchemy import Connection, select, union

from review.errors import Text
from review.record.calendar.deadlines import reckoning_of
from review.record.cases.attachments import WITHDRAWN, attached_to
from review.record.cases.imported_rows import imported_reference
from review.record.projects.standing import require_state
from review.record.storage.beside_tables import StoredAnswer, StoredAttachment, StoredNote, StoredSignature
from review.record.storage.bodies import AttachmentBody, ConsultationBody, Movement, NoteBody
from review.record.storage.journal import body_of, table
from review.record.storage.signing_bodies import SignatureBody
from review.record.storage.tables import Event, Standing
from review.record.views.consultation_words import consultation_event_words
from review.record.views.edition_names import edition_names
from review.record.views.note_words import note_event_words
from review.record.views.worklist import Line, line
from review.sheet.catalogue import label_of
from review.terms import ANSWER_WORDS, OUTCOMES, RECOMMENDATION_WORDS, SIGNATURE_WORDS, STEP_WORDS
from review.verdict.document import Wording


class EventLine(TypedDict):
    """An event that concerned a project: when (`at`, UTC), by whom, in words, and the project's movements on sources."""

    position: int
    at: str
    actor: str
    kind: str
    summary: Wording
    draws: list[Movement]


class Timeline(TypedDict):
    """A project's line of the work list, and its events, oldest first."""

    project: int
    standing: Line
    events: list[EventLine]


def timeline(connection: Connection, project: int) -> Timeline:
    """The timeline of a project. Raises NotRecorded."""
    standing = require_state(connection, project)
    models = (Event, Standing, StoredAttachment, StoredAnswer, StoredSignature, StoredNote)
    events, standings, attached, answers, signatures, notes = (table(each) for each in models)
    concerning = union(
        select(standings.c.position).where(standings.c.project == project),
        select(attached.c.position).where(attached.c.project == project),
        select(answers.c.position).where(answers.c.project == project),
        select(signatures.c.position).where(signatures.c.project == project),
        select(notes.c.position).where(notes.c.project == project),
    )
    query = select(events).where(events.c.position.in_(concerning)).order_by(events.c.position)
    rows = connection.execute(query).mappings()
    return {
        "project": project,
        "standing": line(standing, edition_names(connection, [standing["review"] or 0]), reckoning_of(connection)),
        "events": [_event(row, project) for row in rows],
    }


def _event(row: Any, project: int) -> EventLine:
    body = body_of(row)
    draws = [each for each in body.get("draws", ()) if each["project"] == project]
    return {
        "position": row["position"], "at": row["at"], "actor": row["actor"], "kind": row["kind"],
        "summary": _summary(row["kind"], body).as_json(), "draws": draws,
    }  # fmt: skip


def _summary(kind: str, body: Mapping[str, Any]) -> Text:
    if kind == "review":
        words = RECOMMENDATION_WORDS[body["recommendation"]]
        reference = imported_reference(body["request"])
        zh, en = (f"（原案号 {reference}）", f" (reference {reference})") if reference else ("", "")
        return Text(
            f"第 {body['version']} 版审查{zh}：{words.zh}", f"version {body['version']} reviewed{en}: {words.en}"
        )
    if kind == "decision":
        words = OUTCOMES[body["outcome"]]
        why = body["reason"] or ""
        return Text(
            f"{body['officer']} 决定{words.zh} {why}".strip(), f"{body['officer']} decided: {words.en} {why}".strip()
        )
    if kind == "answer":
        said, why = ANSWER_WORDS[body["answer"]], body["reason"] or ""
        where = label_of(body["finding"]["subject"])
        return Text(f"审查 {body['review']} 的条目（{where.zh}）：{said.zh} {why}".strip(), f"a finding of review {body['review']} ({where.en}): {said.en} {why}".strip())  # fmt: skip
    if kind == "signature":
        return _signature(cast(SignatureBody, body))
    if kind == "note":
        return note_event_words(cast(NoteBody, body))
    if kind == "consultation":
        return consultation_event_words(cast(ConsultationBody, body))
    if kind == "attachment":
        return _attachment(cast(AttachmentBody, body))
    if kind == "step":
        words = STEP_WORDS[body["step"]]
        stated = [body.get("day"), *(body[name] for name in ("condition", "document", "reason"))]
        if body["step"] == "handed_over":
            stated.insert(0, body["holder"]["name"])
        what = [str(each) for each in stated if each]
        return Text(f"{words.zh}：{'；'.join(what)}", f"{words.en}: {'; '.join(what)}")
    return Text(
        f"来源“{body['source']}”登记变更，占用量调整",
        f"source “{body['source']}” registered or amended: holdings changed",
    )


def _attachment(body: AttachmentBody) -> Text:
    to = attached_to(body).words
    if body["act"] == WITHDRAWN:
        return Text(f"撤回附件 {body['added']}（{to.zh}）：{body['reason']}", f"attachment {body['added']} ({to.en}) withdrawn: {body['reason']}")  # fmt: skip
    name = body["files"][0]["name"]
    return Text(f"附件“{name}”（{to.zh}）", f"“{name}” attached ({to.en})")


def _signature(body: SignatureBody) -> Text:
    did, opinion = SIGNATURE_WORDS[body["act"]], body["opinion"] or ""
    zh, en = f"第 {body['step']} 步，共 {body['steps']} 步", f"step {body['step']} of {body['steps']}"
    if "ruling" in body:
        outcome = OUTCOMES[body["ruling"]["outcome"]]
        did = Text(f"{did.zh}{outcome.zh}", f"{did.en}: {outcome.en}")
    if body["deputy_for"]:
        did = Text(f"{did.zh}（代 {body['deputy_for']['name']}）", f"{did.en} (for {body['deputy_for']['name']})")
    return Text(f"审查 {body['review']} 的决定签批（{zh}）：{did.zh} {opinion}".strip(), f"sign-off of a decision on review {body['review']} ({en}): {did.en} {opinion}".strip())  # fmt: skip
