"""`/consultations…`: units asked for their opinion on a project, their replies recorded, a consultation closed or taken back."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import State, StateNeeded
from api.problems import Problem
from api.web.days import day_typed
from api.web.forms import Form, Sent
from api.web.rendering import page
from api.web.session import OfficerVisitor, Viewer, Visitor
from review.clock import today
from review.errors import Conflict, Fault, Refused, Text
from review.record.cases.attachments import list_attachments, on_project
from review.record.cases.consultations import OPEN, Consultation, read_consultation, unit_written
from review.record.cases.consulting import (
    OBJECT,
    Asking,
    Replied,
    ask_units,
    close_consultation,
    ending_fault,
    record_reply,
    withdraw_consultation,
)
from review.record.projects.standing import ENDED, require_state
from review.record.storage.actors import Actor
from review.record.storage.sender_keys import Made
from review.record.storage.text_limits import REQUIRED
from review.record.views.consultation_words import UnitLine, asked_words, state_words, unit_lines

router = APIRouter(include_in_schema=False)
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
Said = Annotated[str, Query(max_length=40)]
_ASKED = ("units", "question", "day", "due", "working_days")
_REPLIED = ("unit", "opinion", "words", "day", "attachment", "reply_reason")
_ENDED = ("close_reason", "withdraw_reason")
_DAYS = {"day": Text("日期", "day"), "due": Text("答复期限", "due date")}
_WORKING_DAYS = re.compile("[0-9]{1,3}", re.ASCII)


@dataclass(frozen=True)
class ConsultationLine:
    """A consultation as pages show it, in the words of the paper; `to_be_seen`: a decision is to look at it, as it is open or a unit objects."""

    found: Consultation
    asked: Text
    state: Text
    units: tuple[UnitLine, ...]
    is_overdue: bool
    to_be_seen: bool


def consultation_lines(found: Sequence[Consultation]) -> tuple[ConsultationLine, ...]:
    """Consultations as pages show them, the newest first."""
    return tuple(_line(each) for each in reversed(found))


def _line(each: Consultation) -> ConsultationLine:
    to_be_seen = each.state == OPEN or any(reply.opinion == OBJECT for reply in each.standing.values())
    return ConsultationLine(
        each, asked_words(each), state_words(each), unit_lines(each), each.is_overdue(today()), to_be_seen
    )


@router.get("/consultations/new")
def asking_page(
    request: Request, caller: OfficerVisitor, app_state: StateNeeded, project: Annotated[int, Query(ge=1, le=2**63 - 1)]
) -> Response:
    typed = {**dict.fromkeys(_ASKED, ""), "day": today().isoformat()}
    return _asking(request, app_state, project, typed)


@router.post("/consultations")
def asked(request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded) -> Response:
    """Record the units and the question. The form shows what cannot be recorded, with what was typed."""
    project = _number(form.get("project"))
    typed = {name: form.get(name) for name in _ASKED}
    try:
        made = ask_units(app_state.store, project, _asking_from(typed), caller.acting(), request=_request(caller, form))
    except (Refused, Conflict) as error:
        return _asking(request, app_state, project, typed, error.faults, _status(error))
    return RedirectResponse(f"/consultations/{made.id}?said=asked", 303)


@router.get("/consultations/{number}")
def consultation(request: Request, caller: Viewer, number: Number, app_state: StateNeeded, said: Said = "") -> Response:
    return _page(request, app_state, number, {}, said=said)


@router.post("/consultations/{number}/replies")
def replied(request: Request, caller: OfficerVisitor, form: Sent, number: Number, app_state: StateNeeded) -> Response:
    """Record what a unit replied."""
    typed = {name: form.get(name) for name in _REPLIED}
    try:
        if not typed["opinion"]:
            raise Refused([Fault("opinion", Text("请选择答复", "choose what it says"))])
        file = _number(typed["attachment"]) if typed["attachment"] else None
        reply = Replied(
            typed["unit"], typed["opinion"], form.stated("words"), _day(typed, "day"), file, form.stated("reply_reason")
        )
        record_reply(app_state.store, number, reply, caller.acting(), request=_request(caller, form))
    except (Refused, Conflict) as error:
        # The form's own name of a field, where another form of the page has the same.
        faults = [Fault("reply_reason", each.text) if each.where == "reason" else each for each in error.faults]
        return _page(request, app_state, number, typed, faults, _status(error))
    return RedirectResponse(f"/consultations/{number}?said=replied", 303)


@router.post("/consultations/{number}/{act}")
def ended(
    request: Request, caller: OfficerVisitor, form: Sent, number: Number, act: str, app_state: StateNeeded
) -> Response:
    """Close a consultation, or take it back."""
    if act not in ("close", "withdraw"):
        raise Problem(404)
    field = f"{act}_reason"
    reason, actor, request_key = form.get(field), caller.acting(), _request(caller, form)
    try:
        _end(app_state, number, act, reason, actor, request_key)
    except (Refused, Conflict) as error:
        faults = [Fault(field, each.text) if each.where == "reason" else each for each in error.faults]
        return _page(request, app_state, number, {field: reason}, faults, _status(error))
    return RedirectResponse(f"/consultations/{number}?said=step", 303)


def _end(app_state: State, number: int, act: str, reason: str, actor: Actor, request: str) -> Made:
    if act == "close":
        return close_consultation(app_state.store, number, actor, reason=reason, request=request)
    return withdraw_consultation(app_state.store, number, actor, reason=reason, request=request)


def _asking_from(typed: Mapping[str, str]) -> Asking:
    """What the form asks whom. Raises Refused, naming every field that is wrong in itself."""
    faults = [Fault(name, REQUIRED) for name in ("units", "question") if not typed[name].strip()]
    days: dict[str, date | None] = {}
    for name in _DAYS:
        try:
            days[name] = _day(typed, name)
        except Refused as error:
            faults += error.faults
    if bool(typed["due"]) is bool(typed["working_days"]):
        words = Text(
            "期限请填日期或工作日数之一", "give the day by which replies are due, or the working days: one of them"
        )
        faults.append(Fault("due", words))
    elif typed["working_days"] and not _WORKING_DAYS.fullmatch(typed["working_days"]):
        faults.append(Fault("working_days", Text("应为整数，例如 10", "should be a whole number, such as 10")))
    if faults:
        raise Refused(faults)
    units = [unit_written(line) for line in typed["units"].splitlines() if line.strip()]
    return Asking(units, typed["question"], days["due"] or int(typed["working_days"]), days["day"])


def _day(typed: Mapping[str, str], name: str) -> date | None:
    """The day that a field writes, if it writes one. Raises Refused."""
    return day_typed(typed[name], name, _DAYS[name])


def _number(text: str) -> int:
    """Raises Problem 404 for what is no number."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Problem(404)
    return int(text)


def _request(caller: Visitor, form: Form) -> str:
    return f"{caller.principal.key}:{form.get('once')[:40]}"


def _status(error: Refused | Conflict) -> int:
    return 409 if isinstance(error, Conflict) else 422


def _asking(
    request: Request, app_state: State, project: int, typed: Mapping[str, str], faults: Sequence[Fault] = (), status: int = 200
) -> Response:  # fmt: skip
    with app_state.store.reading() as connection:
        standing = require_state(connection, project)
    if standing["state"] in ENDED and not faults:
        faults, status = (Fault("", Text("该项目已结束", "the project has ended")),), 409
    return page(
        request, "consultation-new.html", status, project=project, name=standing["profile"]["name"], typed=typed, faults=faults,
        form_key=secrets.token_hex(8), possible=standing["state"] not in ENDED,
    )  # fmt: skip


def _page(
    request: Request, app_state: State, number: int, typed: Mapping[str, str], faults: Sequence[Fault] = (), status: int = 200, said: str = ""
) -> Response:  # fmt: skip
    with app_state.store.reading() as connection:
        found = read_consultation(connection, number)
        name = require_state(connection, found.project)["profile"]["name"]
        there = list_attachments(connection, on_project(found.project))
    files = {"": Text("—", "—")} | {
        str(each.id): Text(f"{each.id} {each.file['name']}", f"{each.id} {each.file['name']}")
        for each in there
        if each.withdrawn is None
    }
    values = {**dict.fromkeys((*_REPLIED, *_ENDED), ""), "day": today().isoformat(), **typed}
    return page(
        request, "consultation.html", status, line=_line(found), found=found, name=name, files=files, typed=values, faults=faults, said=said,
        form_key=secrets.token_hex(8), open=found.state != "withdrawn", closable=ending_fault(found, "closed", "-") is None,
    )  # fmt: skip
