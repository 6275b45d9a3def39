"""`/notes…`: notes on projects, findings and figures; written, listed and withdrawn."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import ColumnElement, Connection

from api.deps import State, StateNeeded
from api.problems import Problem
from api.web.beside import Beside
from api.web.forms import Sent
from api.web.rendering import page
from api.web.session import OfficerVisitor, Viewer, local
from review.errors import Conflict, Fault, Refused, Text
from review.record.cases.notes import (
    Noted,
    count_notes,
    list_notes,
    of_project,
    of_review,
    read_note,
    withdraw_note,
    write_note,
)
from review.record.projects.standing import require_state
from review.record.storage.contents import read_review
from review.record.storage.text_limits import LARGEST_NUMBER
from review.record.views.note_words import NoteLine, note_line

router = APIRouter(include_in_schema=False)
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
Asked = Annotated[int | None, Query(ge=1, le=2**63 - 1)]
_ABOUT = ("project", "review", "rule", "subject", "path")
_SHOWN, _BESIDE = 50, 10


def notes_beside(
    connection: Connection, among: ColumnElement[bool], back: str, about: Mapping[str, str], all_at: str, paths: Mapping[str, Text] | None = None
) -> Beside[NoteLine]:  # fmt: skip
    """What a page shows of the notes among those, and how its form writes another."""
    lines = tuple(note_line(each) for each in list_notes(connection, among, limit=_BESIDE))
    return Beside(
        lines, count_notes(connection, among), all_at, about, paths or {}, secrets.token_hex(8), back
    )  # fmt: skip


@router.get("/notes")
def listed(
    request: Request, caller: Viewer, app_state: StateNeeded, project: Asked = None, review: Asked = None,
    before: Annotated[int, Query(ge=1, le=LARGEST_NUMBER)] = LARGEST_NUMBER,
) -> Response:  # fmt: skip
    """Every note on a project or a review, the newest first."""
    if (project is None) is (review is None):
        raise Problem(404)
    with app_state.store.reading() as connection:
        if project is not None:
            owner, among, back, query = project, of_project(project), f"/projects/{project}", f"project={project}"
        else:
            owner = read_review(connection, review or 0).project
            among, back, query = of_review(review or 0), f"/reviews/{review}", f"review={review}"
        name = require_state(connection, owner)["profile"]["name"]
        found = list_notes(connection, among, before=before, limit=_SHOWN + 1)
    more = found[_SHOWN - 1].id if len(found) > _SHOWN else None
    lines = [note_line(each) for each in found[:_SHOWN]]
    return page(request, "notes.html", lines=lines, name=name, back=back, query=query, more=more)


@router.post("/notes")
def written(request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded) -> Response:
    """Write a note. The form shows what cannot be recorded, with what was typed."""
    typed = {name: form.get(name) for name in (*_ABOUT, "note")}
    back = local(form.get("back"))
    try:
        write_note(
            app_state.store, _about(typed), typed["note"], caller.acting(), request=f"{caller.principal.key}:{form.get('once')[:40]}"
        )  # fmt: skip
    except (Refused, Conflict) as error:
        about = {name: typed[name] for name in _ABOUT if typed[name]}
        beside = Beside[NoteLine]((), 0, "", about, {}, secrets.token_hex(8), back)
        status = 409 if isinstance(error, Conflict) else 422
        return page(request, "note-new.html", status, beside=beside, typed=typed, faults=error.faults)
    return RedirectResponse(f"{back}{'&' if '?' in back else '?'}said=noted", 303)


def _about(typed: Mapping[str, str]) -> Noted:
    """What the form writes on: a figure where one was chosen, else the finding. Raises Problem 404 for a number that is none."""

    def number(name: str) -> int | None:
        text = typed[name]
        if text and not (text.isascii() and text.isdigit() and len(text) < 19):
            raise Problem(404)
        return int(text) if text else None

    path = typed["path"] or None
    finding = (typed["rule"], typed["subject"]) if typed["rule"] and path is None else None
    return Noted(number("project"), number("review"), finding, path)


@router.get("/notes/{number}")
def note(request: Request, caller: Viewer, app_state: StateNeeded, number: Number) -> Response:
    return _one(request, app_state, number)


@router.post("/notes/{number}/withdraw")
def withdrawn(request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded, number: Number) -> Response:
    try:
        withdraw_note(app_state.store, number, form.get("reason"), caller.acting())
    except Refused as error:
        return _one(request, app_state, number, form.get("reason"), error.faults, 422)
    return RedirectResponse(f"/notes/{number}", 303)


def _one(
    request: Request, app_state: State, number: int, reason: str = "", faults: Sequence[Fault] = (), status: int = 200
) -> Response:
    with app_state.store.reading() as connection:
        found = read_note(connection, number)
    about = found.about
    back = f"/reviews/{about.review}" if about.review is not None else f"/projects/{about.project}"
    return page(request, "note.html", status, line=note_line(found), reason=reason, faults=faults, back=back)
