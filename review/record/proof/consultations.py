"""Consultations and notes by the product's own rules: units that were asked, days in order, replies of those units alone, an end for a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from review.clock import local_time
from review.errors import NotRecorded, TwoHighError
from review.record.access.names import name_key
from review.record.cases.consultations import (
    ASKED,
    CLOSED,
    REPLIED,
    WITHDRAWN,
    Consultation,
    read_consultation,
)
from review.record.cases.consulting import MOST_UNITS, ending_fault, needs_words, reply_fault
from review.record.cases.notes import WITHDRAWN as NOTE_WITHDRAWN
from review.record.cases.notes import WRITTEN
from review.record.projects.standing import ENDED, latest
from review.record.proof.answers import attached_before
from review.record.proof.breaks import Break, broken
from review.record.storage.beside_tables import StoredConsultation, StoredNote
from review.record.storage.contents import body_at, read_review
from review.record.storage.journal import table
from review.terms import REPLY_WORDS

# What is wrong: Chinese and English.
_Wrong = tuple[str, str]
_ABOUT = ("project", "review", "finding", "path")


def consultation_breaks(connection: Connection, event: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[Break]:
    """What is wrong with what an event says of a consultation."""
    position = event["position"]
    on = date.fromisoformat(local_time(event["at"])[:10])
    for zh, en in _consultation(connection, position, body, on):
        yield broken(position, StoredConsultation, position, zh, en)


def _consultation(connection: Connection, position: int, body: Mapping[str, Any], on: date) -> Iterator[_Wrong]:
    act = body["act"]
    if act == ASKED:
        yield from _asked(connection, position, body, on)
        return
    if act not in (REPLIED, CLOSED, WITHDRAWN):
        yield f"“{str(act)[:40]}”不是征求意见的步骤", f"{str(act)[:40]} is no step of a consultation"
        return
    try:
        found = read_consultation(connection, body["asked"], position - 1)
    except NotRecorded:
        yield "所属的征求意见此前没有记录", "its consultation was not recorded before"
        return
    if found.project != body["project"]["id"]:
        yield "所属的征求意见不是该项目的", "its consultation is not of its project"
    if act == REPLIED:
        yield from _replied(connection, position, body, found, on)
    elif (fault := ending_fault(found, act, body["reason"])) is not None:
        yield f"不能办结或撤回：{fault.text.zh}", f"it could not be closed or withdrawn: {fault.text.en}"


def _asked(connection: Connection, position: int, body: Mapping[str, Any], on: date) -> Iterator[_Wrong]:
    units, day = body["units"], date.fromisoformat(body["day"])
    standing = latest(connection, body["project"]["id"], before=position)
    if standing is None or standing["state"] in ENDED:
        yield "该项目当时不存在或已结束", "its project was not recorded, or had ended"
    if not 0 < len(units) <= MOST_UNITS or not all(each.strip() for each in units):
        yield "没有写明单位，或单位过多", "it names no unit, or too many"
    if len({name_key(each) for each in units}) < len(units) or len(body["contacts"]) != len(units):
        yield "同一单位写了两次，或联系人与单位不对应", "a unit is named twice, or contacts are not those of the units"
    if not body["question"].strip():
        yield "没有写明征求意见的内容", "it asks no question"
    if day > on:
        yield "发出之日晚于记录之日", "it was sent after the day of its event"
    if date.fromisoformat(body["due"]) < day:
        yield "期限早于发出之日", "replies were due before it was sent"


def _replied(
    connection: Connection, position: int, body: Mapping[str, Any], found: Consultation, on: date
) -> Iterator[_Wrong]:
    unit, opinion = body["unit"], body["opinion"]
    if unit not in [each.name for each in found.units]:
        yield f"没有征求“{str(unit)[:40]}”的意见", f"{str(unit)[:40]} was not asked"
    if opinion not in REPLY_WORDS:
        yield f"“{str(opinion)[:40]}”不是可用的答复", f"{str(opinion)[:40]} is no opinion of a unit"
    elif needs_words(opinion) and not (body["words"] or "").strip():
        yield "有条件同意或不同意而没有写明", "it has conditions or objects without words"
    if (fault := reply_fault(found, unit, date.fromisoformat(body["day"]), body["reason"], on=on)) is not None:
        yield f"不能记录这一答复：{fault.text.zh}", f"the reply could not be recorded: {fault.text.en}"
    number = body["attachment"]
    if number is not None and not attached_before(connection, position, number, found.project):
        yield "答复的文件不是该项目此前的附件", "its file was not attached to the project before"


def note_breaks(connection: Connection, position: int, body: Mapping[str, Any]) -> Iterator[Break]:
    """What is wrong with a note, or with the withdrawal of one."""
    found = _written(connection, body) if body["act"] == WRITTEN else _withdrawn(connection, position, body)
    for zh, en in found:
        yield broken(position, StoredNote, position, zh, en)


def _written(connection: Connection, body: Mapping[str, Any]) -> Iterator[_Wrong]:
    if body["added"] is not None or not (body["note"] or "").strip():
        yield "备注没有内容", "it says nothing"
    if body["review"] is None:
        if body["finding"] is not None or body["path"] is not None:
            yield "条目或字段应属于一项审查", "its finding or figure is of no review"
        return
    try:
        recorded = read_review(connection, body["review"])
        findings = [(each["rule"], each["subject"]) for each in recorded.document()["findings"]]
    except TwoHighError:
        # What is missing or damaged is told where it stands.
        return
    if recorded.project != body["project"]["id"]:
        yield "所属审查不是该项目的", "its review is not of its project"
    finding = body["finding"]
    if finding is not None and (finding["rule"], finding["subject"]) not in findings:
        yield "该审查没有这一条目", "the review has no such finding"


def _withdrawn(connection: Connection, position: int, body: Mapping[str, Any]) -> Iterator[_Wrong]:
    if body["act"] != NOTE_WITHDRAWN:
        yield (
            f"“{str(body['act'])[:40]}”不是备注也不是撤回",
            f"{str(body['act'])[:40]} is neither written nor withdrawn",
        )
    if not (body["reason"] or "").strip():
        yield "撤回没有理由", "it is withdrawn without a reason"
    before = body_at(connection, body["added"])
    if body["added"] >= position or before.get("act") != WRITTEN or any(before[each] != body[each] for each in _ABOUT):
        yield "所撤回的不是此前的备注", "what it withdraws was not written before"
    rows = table(StoredNote)
    query = select(rows.c.position).where(rows.c.added == body["added"], rows.c.position < position).limit(1)
    if connection.execute(query).first() is not None:
        yield "该备注此前已撤回", "what it withdraws was withdrawn before"
