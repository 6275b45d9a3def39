"""`/projects/{project}/days/{kind}`, `/projects/{project}/holder`: days of a case recorded, a case handed over."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import StateNeeded
from api.problems import Problem
from api.web.forms import Form, Sent
from api.web.rendering import page, say
from api.web.session import OfficerVisitor, language
from review.clock import today
from review.errors import Conflict, Fault, Refused, SheetError, Text
from review.readers.written.answers import placed
from review.readers.written.days import written_day
from review.record.access.known_people import officers_known
from review.record.cases.case_days import DAY_STEPS, hand_over, open_days, record_day
from review.record.projects.standing import require_state
from review.record.views.timeline import timeline

router = APIRouter(include_in_schema=False)
Project = Annotated[int, Path(ge=1, le=2**63 - 1)]
_HANDED = "handed_over"
_TYPED = ("day", "reason", "document", "condition", "holder")
_DAY = Text("日期", "day")


@router.get("/projects/{project}/days/{kind}")
def day_page(request: Request, caller: OfficerVisitor, project: Project, kind: str, app_state: StateNeeded) -> Response:
    typed = {**dict.fromkeys(_TYPED, ""), "day": "" if kind == "condition_due" else today().isoformat()}
    return _form(request, app_state, project, _known(kind), typed)


@router.post("/projects/{project}/days/{kind}")
def day_recorded(
    request: Request, caller: OfficerVisitor, form: Sent, project: Project, kind: str, app_state: StateNeeded
) -> Response:
    """Record a day of a case. What the record refuses is said on the form, with what was typed."""
    typed = _typed(form)
    try:
        day = written_day(typed["day"])
    except SheetError as error:
        return _form(request, app_state, project, _known(kind), typed, placed(error, "day", _DAY), 422)
    try:
        record_day(
            app_state.store, project, _known(kind), day, caller.acting(), reason=form.stated("reason"), document=form.stated("document"),
            condition=form.stated("condition"), request=f"{caller.principal.key}:{form.get('once')[:40]}",
        )  # fmt: skip
    except (Refused, Conflict) as error:
        return _form(
            request, app_state, project, kind, typed, error.faults, 409 if isinstance(error, Conflict) else 422
        )
    return RedirectResponse(f"/projects/{project}?said=step", 303)


@router.get("/projects/{project}/holder")
def holder_page(request: Request, caller: OfficerVisitor, project: Project, app_state: StateNeeded) -> Response:
    return _form(request, app_state, project, _HANDED, dict.fromkeys(_TYPED, ""))


@router.post("/projects/{project}/holder")
def handed_over(
    request: Request, caller: OfficerVisitor, form: Sent, project: Project, app_state: StateNeeded
) -> Response:
    """Hand a case over, with a note."""
    typed = _typed(form)
    try:
        hand_over(
            app_state.store, project, typed["holder"], caller.acting(), note=form.stated("reason"),
            request=f"{caller.principal.key}:{form.get('once')[:40]}",
        )  # fmt: skip
    except (Refused, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        return _form(request, app_state, project, _HANDED, typed, error.faults, status)
    return RedirectResponse(f"/projects/{project}?said=step", 303)


def _form(
    request: Request, app_state: StateNeeded, project: int, kind: str, typed: dict[str, str], faults: Any = (), status: int = 200
) -> Response:  # fmt: skip
    lang = language(request)
    with app_state.store.reading() as connection:
        standing = timeline(connection, project)["standing"]
        possible = kind == _HANDED or kind in open_days(require_state(connection, project))
        people = officers_known(connection)
    if not possible and not faults:
        words = Text("该项目现在没有这一步可办", "the project cannot take this step as it stands")
        faults, status = (Fault("", words),), 409
    return page(
        request, "case-day.html", status, project=project, standing=standing, kind=kind, typed=typed, faults=faults, possible=possible,
        form_key=secrets.token_hex(8), officers=[(each.subject, each.name) for each in people],
        conditions=[(each["zh"], say(each, lang)) for each in standing["open_conditions"]],
    )  # fmt: skip


def _typed(form: Form) -> dict[str, str]:
    return {name: form.get(name) for name in _TYPED}


def _known(kind: str) -> str:
    """Raises Problem 404 for what is no day of a case."""
    if kind not in DAY_STEPS:
        raise Problem(404)
    return kind
