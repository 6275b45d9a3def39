"""Consulting units (征求意见的办理): asking, recording replies, closing and taking back. Each is a recorded event; what was recorded stays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from review.clock import today
from review.errors import Fault, Refused, Text, quoted
from review.record.access.names import name_key
from review.record.calendar.settings import read_calendar
from review.record.calendar.working_days import LONGEST_TERM
from review.record.cases.attachments import read_attachment
from review.record.cases.consultations import (
    ASKED,
    CLOSED,
    OPEN,
    REPLIED,
    WITHDRAWN,
    Consultation,
    UnitAsked,
    count_consultations,
    read_consultation,
)
from review.record.projects.standing import ENDED, append_to_project, require_state
from review.record.storage.actors import Actor, acting
from review.record.storage.beside_tables import StoredConsultation
from review.record.storage.bodies import ConsultationBody
from review.record.storage.journal import drafted, next_position
from review.record.storage.sender_keys import Made, recorded_before
from review.record.storage.store import Store
from review.record.storage.text_limits import LONGEST_KEY, stated_text, validate_words
from review.terms import REPLY_WORDS, not_among

AGREE, WITH_CONDITIONS, OBJECT, NO_OPINION = REPLY_WORDS
# Opinions that say nothing without words.
_IN_WORDS = (WITH_CONDITIONS, OBJECT)
MOST_UNITS = 20
# On a project, closed and withdrawn ones included: what a page and a paper can list.
MOST_CONSULTATIONS = 200


@dataclass(frozen=True)
class Asking:
    """What units are asked: the question, the day it was sent (today by default), and by when replies are due.

    `due` is a day, or a number of working days of the office's calendar after the day it was sent.
    """

    units: Sequence[UnitAsked]
    question: str
    due: date | int
    day: date | None = None


@dataclass(frozen=True)
class Replied:
    """What a unit replied: its name, the day it was received (today by default), its opinion with words, the attached file that holds it.

    `reason` is why it takes the place of that unit's earlier reply.
    """

    unit: str
    opinion: str
    words: str | None = None
    day: date | None = None
    attachment: int | None = None
    reason: str | None = None


def ask_units(store: Store, project: int, asking: Asking, by: str | Actor, *, request: str | None = None) -> Made:
    """Record that units are asked for their opinion on a project that has not ended.

    `request` is the sender's own key: the same key and content give the recorded event again. Raises Refused, NotRecorded, Conflict,
    RecordUnavailable; then nothing is recorded.
    """
    actor = acting(by)
    validate_words({"question": asking.question, "by": actor.name}, required=("question", "by"))
    validate_words({"request": request}, longest=LONGEST_KEY)
    units = _units(asking.units)
    with store.writing() as connection:
        standing = require_state(connection, project)
        day = asking.day or today()
        if day > today():
            raise Refused([Fault("day", Text("不能晚于今天", "may not be after today"))])
        body = _body(ASKED, project, None, request)
        body["day"], body["question"] = day.isoformat(), asking.question.strip()
        body["units"], body["contacts"] = [each.name for each in units], [each.contact for each in units]
        body["due"] = _due(connection, asking.due, day).isoformat()
        body["working_days"] = asking.due if isinstance(asking.due, int) else None
        by_default = {*(("day", "due") if asking.day is None else ()), *(("due",) if body["working_days"] else ())}
        if (known := _known(connection, body, by_default)) is not None:
            return known
        if standing["state"] in ENDED:
            raise Refused([Fault("project", Text("该项目已结束", "the project has ended"))])
        if count_consultations(connection, project) >= MOST_CONSULTATIONS:
            many = MOST_CONSULTATIONS
            words = Text(f"已征求意见 {many} 次，不能再征求", f"there are {many} consultations: there can be no more")
            raise Refused([Fault("project", words)])
        return _appended(connection, actor, body)


def record_reply(store: Store, number: int, reply: Replied, by: str | Actor, *, request: str | None = None) -> Made:
    """Record what a unit replied, also after the consultation was closed; a later reply of a unit takes the place of the earlier one, which stays.

    Raises as `ask_units`.
    """
    actor = acting(by)
    validate_words(
        {"by": actor.name, "unit": reply.unit, "words": reply.words, "reason": reply.reason},
        required=("by", "unit", *_needed(reply.opinion)),
    )
    validate_words({"request": request}, longest=LONGEST_KEY)
    with store.writing() as connection:
        found = read_consultation(connection, number)
        unit, day = _asked(found, reply.unit), reply.day or today()
        body = _body(REPLIED, found.project, number, request)
        body["unit"], body["opinion"], body["words"] = unit, reply.opinion, stated_text(reply.words)
        body["day"], body["attachment"], body["reason"] = day.isoformat(), reply.attachment, stated_text(reply.reason)
        if (known := _known(connection, body, {"day"} if reply.day is None else ())) is not None:
            return known
        if (fault := reply_fault(found, unit, day, body["reason"], on=today())) is not None:
            raise Refused([fault])
        _require_file(connection, found.project, reply.attachment)
        return _appended(connection, actor, body)


def close_consultation(
    store: Store, number: int, by: str | Actor, *, reason: str | None = None, request: str | None = None
) -> Made:
    """Close a consultation; a reason is asked where a unit has not replied. Raises as `ask_units`."""
    return _ended(store, number, CLOSED, by, reason, request)


def withdraw_consultation(
    store: Store, number: int, by: str | Actor, *, reason: str, request: str | None = None
) -> Made:
    """Take a consultation back, for a reason: no reply is awaited any more. Raises as `ask_units`."""
    return _ended(store, number, WITHDRAWN, by, reason, request)


def _ended(store: Store, number: int, act: str, by: str | Actor, reason: str | None, request: str | None) -> Made:
    actor = acting(by)
    validate_words({"reason": reason, "by": actor.name}, required=("by",))
    validate_words({"request": request}, longest=LONGEST_KEY)
    with store.writing() as connection:
        found = read_consultation(connection, number)
        body = _body(act, found.project, number, request)
        body["reason"] = stated_text(reason)
        if (known := _known(connection, body)) is not None:
            return known
        if (fault := ending_fault(found, act, body["reason"])) is not None:
            raise Refused([fault])
        return _appended(connection, actor, body)


def reply_fault(found: Consultation, unit: str, day: date, reason: str | None, *, on: date) -> Fault | None:
    """Why a reply of a unit that was asked cannot be recorded on the day `on`; None where it can be."""
    if found.state == WITHDRAWN:
        return Fault("consultation", Text("该征求意见已撤回", "the consultation is withdrawn"))
    if day > on:
        return Fault("day", Text("不能晚于今天", "may not be after today"))
    if day < found.day:
        words = Text(f"不能早于征求意见之日 {found.day}", f"may not be before the day it was sent, {found.day}")
        return Fault("day", words)
    if unit in found.standing and not reason:
        words = Text(
            f"{unit} 已于 {found.standing[unit].day} 答复；以新的答复取代，须写明理由",
            f"{unit} replied on {found.standing[unit].day}: give a reason why another takes its place",
        )
        return Fault("reason", words)
    return None


def ending_fault(found: Consultation, act: str, reason: str | None) -> Fault | None:
    """Why a consultation cannot be closed or withdrawn as it stands; None where it can be."""
    if found.state == WITHDRAWN:
        return Fault("consultation", Text("该征求意见已撤回", "the consultation is withdrawn already"))
    if act == CLOSED and found.state != OPEN and not found.unread:
        return Fault("consultation", Text("该征求意见已办结", "the consultation is closed already"))
    if reason:
        return None
    if act == WITHDRAWN:
        return Fault("reason", Text("必须填写", "is required"))
    if found.awaited:
        zh, en = "、".join(found.awaited), ", ".join(found.awaited)
        return Fault(
            "reason", Text(f"{zh} 尚未答复，办结须写明理由", f"{en} has not replied: give a reason to close it")
        )
    return None


def _units(asked: Sequence[UnitAsked]) -> tuple[UnitAsked, ...]:
    """The units as they are recorded. Raises Refused for none, too many, one named twice, what cannot be stored."""
    if not 0 < len(asked) <= MOST_UNITS:
        raise Refused([Fault("units", Text(f"应有 1 至 {MOST_UNITS} 个单位", f"should be 1 to {MOST_UNITS} units"))])
    for each in asked:
        validate_words({"units": each.name, "contacts": each.contact}, required=("units",), longest=LONGEST_KEY)
    keys = [name_key(each.name) for each in asked]
    if len(set(keys)) < len(keys):
        raise Refused([Fault("units", Text("同一单位写了两次", "a unit is named twice"))])
    return tuple(UnitAsked(each.name.strip(), stated_text(each.contact)) for each in asked)


def _due(connection: Connection, due: date | int, day: date) -> date:
    """The day by which replies are due. Raises Refused."""
    if isinstance(due, int):
        if not 0 < due <= LONGEST_TERM:
            words = Text(f"应为 1 至 {LONGEST_TERM} 个工作日", f"should be 1 to {LONGEST_TERM} working days")
            raise Refused([Fault("working_days", words)])
        return read_calendar(connection).after(day, due)
    if due < day:
        words = Text(f"不能早于征求意见之日 {day}", f"may not be before the day it was sent, {day}")
        raise Refused([Fault("due", words)])
    return due


def _needed(opinion: str) -> tuple[str, ...]:
    """What an opinion asks for. Raises Refused for what is none."""
    if opinion not in REPLY_WORDS:
        raise Refused([Fault("opinion", not_among(opinion, REPLY_WORDS))])
    return ("words",) if opinion in _IN_WORDS else ()


def needs_words(opinion: str) -> bool:
    """Whether an opinion says nothing without words: conditions, an objection."""
    return opinion in _IN_WORDS


def _asked(found: Consultation, name: str) -> str:
    """The unit as it was asked. Raises Refused."""
    unit = found.unit(name)
    if unit is None:
        there = quoted(each.name for each in found.units)
        words = Text(
            f"没有征求“{name[:80]}”的意见；可选：{there.zh}", f"“{name[:80]}” was not asked; asked: {there.en}"
        )
        raise Refused([Fault("unit", words)])
    return unit


def _require_file(connection: Connection, project: int, number: int | None) -> None:
    """Raises Refused for a file that is not of the project, or was withdrawn; NotRecorded."""
    if number is None:
        return
    found = read_attachment(connection, number)
    if found.to.project != project:
        raise Refused([Fault("attachment", Text("不是该项目的附件", "is not attached to the project"))])
    if found.withdrawn is not None:
        raise Refused([Fault("attachment", Text("该附件已撤回", "the file was withdrawn"))])


def _body(act: str, project: int, asked: int | None, request: str | None) -> ConsultationBody:
    return {
        "act": act, "asked": asked, "project": {"id": project, "new": False}, "units": None, "contacts": None, "question": None, "due": None,
        "working_days": None, "unit": None, "opinion": None, "words": None, "attachment": None, "reason": None, "request": request,
    }  # fmt: skip


def _known(connection: Connection, body: ConsultationBody, by_default: Collection[str] = ()) -> Made | None:
    """What was recorded under the sender's key, whatever the day and the calendar make of `by_default` by now. Raises Conflict where the key came with another content."""
    stated = {name: value for name, value in body.items() if name not in by_default}
    return recorded_before(connection, StoredConsultation, stated, "consultation")


def _appended(connection: Connection, actor: Actor, body: ConsultationBody) -> Made:
    standing = require_state(connection, body["project"]["id"])
    draft = drafted("consultation", actor, body)
    return Made(append_to_project(connection, draft, standing, next_position(connection))[0])
