"""`/attachments…`: what is attached to a project, a review or a source; files added, sent out and withdrawn."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import ColumnElement, Connection

from api.attached import sent
from api.deps import State, StateNeeded
from api.problems import Problem
from api.web.beside import Beside
from api.web.display import source_address
from api.web.forms import Sent, SentScan
from api.web.rendering import page
from api.web.session import OfficerVisitor, Viewer, local
from review.errors import Conflict, Fault, Refused, Text
from review.facts.register_keys import register_key
from review.record.cases.attaching import Looked, attach, withdraw_attachment
from review.record.cases.attachments import (
    AttachedTo,
    Attachment,
    attachment_file,
    count_attachments,
    latest_attachments,
    list_attachments,
    on_project,
    on_review,
    on_source,
    read_attachment,
)
from review.record.projects.standing import require_state
from review.record.register.history import source_line
from review.record.storage.contents import read_review
from review.record.storage.files import scan
from review.record.storage.text_limits import validate_words
from review.record.views.attachment_lines import AttachmentLine, attachment_line, attachment_lines

router = APIRouter(include_in_schema=False)
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
Asked = Annotated[int | None, Query(ge=1, le=2**63 - 1)]
_TO = ("project", "review", "decision", "source", "path")
_TYPED = ("page", "place", "note")
_SHOWN, _BESIDE = 50, 20


def attachments_beside(
    connection: Connection, among: ColumnElement[bool], all_at: str, back: str, to: Mapping[str, str], paths: Mapping[str, Text] | None = None
) -> Beside[AttachmentLine]:  # fmt: skip
    """What a page shows of the attachments among those, and how its form attaches another."""
    lines = attachment_lines(latest_attachments(connection, among, _BESIDE))
    return Beside(
        lines, count_attachments(connection, among), all_at, to, paths or {}, secrets.token_hex(8), back
    )  # fmt: skip


@router.get("/attachments")
def listed(
    request: Request, caller: Viewer, app_state: StateNeeded, project: Asked = None, review: Asked = None,
    source: Annotated[str | None, Query(max_length=400)] = None, after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
) -> Response:  # fmt: skip
    """Everything that is attached to a project, a review or a source, in order."""
    if sum(each is not None for each in (project, review, source)) != 1:
        raise Problem(404)
    validate_words({"source": source})
    with app_state.store.reading() as connection:
        if project is not None:
            name = require_state(connection, project)["profile"]["name"]
            among, back, query = on_project(project), f"/projects/{project}", f"project={project}"
        elif review is not None:
            owner = read_review(connection, review).project
            name = require_state(connection, owner)["profile"]["name"]
            among, back, query = on_review(owner, review), f"/reviews/{review}", f"review={review}"
        else:
            name = source_line(connection, source or "")["source"]
            among, back, query = on_source(register_key(name)), source_address(name), ""
        found = list_attachments(connection, among, after=after, limit=_SHOWN + 1)
    stated = (("project", project), ("review", review), ("source", source))
    to = {kind: str(each) for kind, each in stated if each is not None}
    beside = Beside[AttachmentLine]((), 0, "", to, {}, secrets.token_hex(8), back)
    more = found[_SHOWN - 1].id if len(found) > _SHOWN else None
    return page(
        request, "attachments.html", beside=beside, name=name, back=back, query=query, source=source, more=more, lines=attachment_lines(found[:_SHOWN])
    )  # fmt: skip


@router.post("/attachments")
def attached(request: Request, caller: OfficerVisitor, form: SentScan, app_state: StateNeeded) -> Response:
    """Attach a file. The form shows why a file cannot be attached, with what was typed; the file is to be chosen anew."""
    typed = {name: form.get(name) for name in (*_TYPED, *_TO)}
    back = local(form.get("back"))
    try:
        file = form.file("file")
        if file is None:
            raise Refused([Fault("file", Text("请选择文件", "choose a file"))])
        attach(
            app_state.store, _to(typed), scan(file.name, file.content), caller.acting(), Looked(*(typed[name] for name in _TYPED)),
            request=f"{caller.principal.key}:{form.get('once')[:40]}", most_files=app_state.settings.files_bytes,
        )  # fmt: skip
    except (Refused, Conflict) as error:
        return _form(request, typed, back, error.faults, 409 if isinstance(error, Conflict) else 422)
    return RedirectResponse(f"{back}{'&' if '?' in back else '?'}said=attached", 303)


def _to(typed: Mapping[str, str]) -> AttachedTo:
    """What the form attaches to. Raises Problem 404 for a number that is none."""

    def number(name: str) -> int | None:
        text = typed[name]
        if text and not (text.isascii() and text.isdigit() and len(text) < 19):
            raise Problem(404)
        return int(text) if text else None

    return AttachedTo(
        number("project"), number("review"), typed["path"] or None, number("decision"), typed["source"] or None
    )  # fmt: skip


def _form(request: Request, typed: Mapping[str, str], back: str, faults: Sequence[Fault], status: int) -> Response:
    to = {name: typed[name] for name in _TO if typed[name]}
    beside = Beside[AttachmentLine]((), 0, "", to, {}, secrets.token_hex(8), back)
    return page(request, "attachment-new.html", status, beside=beside, typed=typed, faults=faults)


@router.get("/attachments/{number}")
def attachment(request: Request, caller: Viewer, app_state: StateNeeded, number: Number) -> Response:
    return _one(request, app_state, number)


@router.get("/attachments/{number}/file")
def file(caller: Viewer, app_state: StateNeeded, number: Number) -> Response:
    """The file, to be saved; also of an attachment that was withdrawn."""
    with app_state.store.reading() as connection:
        return sent(*attachment_file(connection, number))


@router.post("/attachments/{number}/withdraw")
def withdrawn(request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded, number: Number) -> Response:
    try:
        withdraw_attachment(app_state.store, number, form.get("reason"), caller.acting())
    except Refused as error:
        return _one(request, app_state, number, form.get("reason"), error.faults, 422)
    return RedirectResponse(f"/attachments/{number}", 303)


def _one(
    request: Request,
    app_state: State,
    number: int,
    reason: str = "",
    faults: Sequence[Fault] = (),
    status: int = 200,
) -> Response:
    with app_state.store.reading() as connection:
        found = read_attachment(connection, number)
    return page(
        request, "attachment.html", status, found=found, line=attachment_line(found), reason=reason, faults=faults, back=_back(found)
    )  # fmt: skip


def _back(found: Attachment) -> str:
    to = found.to
    if to.source is not None:
        return source_address(to.source)
    return f"/reviews/{to.review}" if to.review is not None else f"/projects/{to.project}"
