"""`/drafts`: sheets being filled in. Begin one from nothing, a file, pasted text or a recorded review; its task list, its versions."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import State, StateNeeded
from api.received import WORKBOOK
from api.web.forms import Form, Sent
from api.web.rendering import SECURITY, page
from api.web.session import OfficerVisitor, Visitor
from api.web.sheet_form import place_of
from api.web.sheet_words import section_label, sections, value_words
from review.clock import today
from review.drafting.existence import answers as existing
from review.drafting.faults import faults_of, is_unnamed
from review.drafting.typed import Typed, stated, typed
from review.errors import Conflict, Fault, Refused, SheetError, Text
from review.law.edition import Ruleset
from review.readers.sheets import read_typed
from review.readers.written.sheet import Understood, as_stated, first_unread, understood
from review.record.cases.drafts import (
    Author,
    SavedDraft,
    create_draft,
    list_versions,
    page_of_drafts,
    put_away,
    read_draft,
    restore_version,
    save_draft,
)
from review.record.storage.contents import read_review, read_sheet_bytes, sheet_values
from review.sheet import describe
from review.sheet.catalogue import order_of
from review.sheet.paths import section_of

router = APIRouter(include_in_schema=False)
PAGE = 50
Said = Annotated[str, Query(max_length=40)]
After = Annotated[int, Query(ge=0, le=2**63 - 1)]
Number = Annotated[int | None, Query(ge=1, le=2**63 - 1)]


def author(caller: Visitor) -> Author:
    return Author(caller.principal.key, caller.name)


def form_request(caller: Visitor, form: Form) -> str | None:
    """The key of a form, of that sender alone: however often the form is sent, it counts a single time. None without one."""
    key = form.get("once")
    return f"{caller.principal.key}:{key}" if key else None


def tables(app_state: State) -> Ruleset:
    """The edition in force today: its tables are what is picked from."""
    return app_state.law.now().choose(None, today())


def opened(app_state: State, draft: int, version: int | None = None) -> SavedDraft:
    """A draft at one of its versions. Raises NotRecorded."""
    with app_state.store.reading() as connection:
        return read_draft(connection, draft, version)


def as_submitted(saved: SavedDraft) -> Response | None:
    """Where a draft that was submitted is looked at instead of its forms: its last version, which nothing changes. None for one under way."""
    if saved.head["submitted"] is None:
        return None
    return RedirectResponse(f"/drafts/{saved.id}/versions/{saved.head['version']}", 303)


def read_values(saved: SavedDraft, ruleset: Ruleset) -> Understood:
    """What is filled in of a draft, read by the tables of an edition."""
    return understood(saved.typed.values, lambda: ruleset)


def found_faults(read: Understood, ruleset: Ruleset) -> tuple[Fault, ...]:
    """All that is wrong with what is filled in of a draft; that its name is still to come is said when it is checked."""
    return tuple(each for each in all_faults(read, ruleset, today()) if not is_unnamed(each, read.values))


def all_faults(read: Understood, ruleset: Ruleset, day: date) -> tuple[Fault, ...]:
    """What cannot be read, and what is wrong with what can, in the order of the form; what is of no field comes last."""
    found = (*first_unread(read), *faults_of(read.values, ruleset, day))
    return tuple(sorted(found, key=lambda each: (not each.where, order_of(each.where))))


@router.get("/drafts")
def drafts(
    request: Request,
    caller: OfficerVisitor,
    app_state: StateNeeded,
    said: Said = "",
    after: After = 0,
    away: bool = False,
) -> Response:
    with app_state.store.reading() as connection:
        found = page_of_drafts(connection, caller.principal.key, away=away, after=after or None, limit=PAGE)
    more = found[PAGE - 1]["id"] if len(found) > PAGE else None
    return page(
        request,
        "drafts.html",
        said=said,
        drafts=found[:PAGE],
        me=caller.principal.key,
        away=away,
        after=after,
        more=more,
        form_key=secrets.token_hex(8),
    )


@router.get("/drafts/template.xlsx")
def template(request: Request, caller: OfficerVisitor, app_state: StateNeeded) -> Response:
    from review.readers.workbook_template import write_template

    return _file(write_template(tables(app_state)), WORKBOOK, "项目表.xlsx")


@router.get("/drafts/new")
def new_page(
    request: Request, caller: OfficerVisitor, app_state: StateNeeded, review: Number = None, draft: Number = None
) -> Response:
    return _new(request, app_state, review, draft)


def _new(
    request: Request,
    app_state: State,
    review: int | None,
    draft: int | None,
    *,
    status: int = 200,
    faults: tuple[Fault, ...] = (),
    text: str = "",
) -> Response:
    saved = opened(app_state, draft) if draft else None
    if review:
        with app_state.store.reading() as connection:
            read_review(connection, review)
    return page(
        request,
        "draft-new.html",
        status,
        review=review,
        draft=saved,
        faults=faults,
        text=text,
        form_key=secrets.token_hex(8),
    )


@router.post("/drafts/new")
def new(request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded) -> Response:
    """Begin a draft, or bring a file or text into one that is there, as its next version."""
    review, draft = _number(form.get("review")), _number(form.get("draft"))
    try:
        content, how = _brought(app_state, form, review)
        if draft:
            base = _number(form.get("version"))
            save_draft(
                app_state.store,
                draft,
                author(caller),
                lambda _: content,
                how,
                base=base,
                request=form_request(caller, form),
            )
        else:
            draft = create_draft(
                app_state.store, author(caller), content, how, replaces=review, request=form_request(caller, form)
            ).id
    except (SheetError, Refused, Conflict) as error:
        pasted = next((value for name, value in reversed(form.fields) if name == "text"), "")
        return _new(request, app_state, review, draft, status=422, faults=error.faults, text=pasted)
    first = "/there" if how == "form" else "?said=saved"
    return RedirectResponse(f"/drafts/{draft}{first}", 303)


def _brought(app_state: State, form: Form, review: int | None) -> tuple[Typed, str]:
    """What the form brings, and how. Raises SheetError, NotRecorded, RecordDamaged."""
    how = form.get("how")
    if how == "file":
        upload = form.file("file")
        if upload is None:
            raise SheetError([Fault("file", Text("请选择文件", "choose a file"))])
        return _named("file", lambda: read_typed(upload.content, upload.name)), "workbook" if upload.content[
            :2
        ] == b"PK" else "json"
    if how == "text":
        text = next((value for name, value in reversed(form.fields) if name == "text"), "")
        return _named("text", lambda: read_typed(text.encode())), "json"
    if review:
        with app_state.store.reading() as connection:
            return typed(sheet_values(read_sheet_bytes(connection, read_review(connection, review).sheet))), "review"
    return Typed(), "form"


def _named(field: str, read: Callable[[], Typed]) -> Typed:
    """What is read; a fault of the whole is one of the form's field."""
    try:
        return read()
    except SheetError as error:
        raise SheetError([Fault(each.where or field, each.text) for each in error.faults]) from None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 and int(text) > 0 else None


@router.get("/drafts/{draft}")
def task_list(
    request: Request, caller: OfficerVisitor, app_state: StateNeeded, draft: int, said: Said = ""
) -> Response:
    saved = opened(app_state, draft)
    ruleset = tables(app_state)
    faults = found_faults(read_values(saved, ruleset), ruleset)
    counts = {section: 0 for section, _ in sections()}
    for path, _ in stated(saved.typed.values):
        counts[section_of(path)] += 1
    wrong = {section: sum(1 for fault in faults if section_of(fault.where) == section) for section in counts}
    tasks = [(section, words, counts[section], wrong[section]) for section, words in sections()]
    return page(
        request, "draft.html", draft=saved, said=said, tasks=tasks, faults=[linked(saved, fault) for fault in faults],
        answered=sum(1 for each in existing(saved.typed.values).values() if each),
    )  # fmt: skip


def linked(saved: SavedDraft, fault: Fault) -> tuple[Fault, str | None, str | None, Text | None]:
    """A fault with where it can be put right, the workbook's cell it came from, and the field's label."""
    place = place_of(fault.where)
    link = f"/drafts/{saved.id}/{place.link}" if place else None
    try:
        label = describe(fault.where).label if place else None
    except KeyError:
        label = None
    return fault, link, saved.typed.cells.get(fault.where), label


@router.post("/drafts/{draft}/left")
def look_past(caller: OfficerVisitor, form: Sent, app_state: StateNeeded, draft: int) -> Response:
    """Say that what found no place in the version shown was looked at; an earlier version keeps it, and what came since stays."""
    seen = frozenset(opened(app_state, draft, _number(form.get("version")) or 0).typed.left)
    save_draft(
        app_state.store,
        draft,
        author(caller),
        lambda last: Typed(last.values, tuple(each for each in last.left if each not in seen), last.cells),
    )
    return RedirectResponse(f"/drafts/{draft}?said=saved", 303)


@router.post("/drafts/{draft}/away")
def away(caller: OfficerVisitor, form: Sent, app_state: StateNeeded, draft: int) -> Response:
    back = form.get("back") == "yes"
    put_away(app_state.store, draft, not back)
    return RedirectResponse(f"/drafts/{draft}?said=saved" if back else "/drafts?said=put-away", 303)


@router.get("/drafts/{draft}/versions")
def versions(
    request: Request, caller: OfficerVisitor, app_state: StateNeeded, draft: int, after: After = 0
) -> Response:
    with app_state.store.reading() as connection:
        saved = read_draft(connection, draft)
        found = list_versions(connection, draft, before=after or None, limit=PAGE)
    more = found[PAGE - 1]["version"] if len(found) > PAGE else None
    return page(request, "draft-versions.html", draft=saved, versions=found[:PAGE], after=after, more=more)


@router.get("/drafts/{draft}/versions/{version}")
def version(request: Request, caller: OfficerVisitor, app_state: StateNeeded, draft: int, version: int) -> Response:
    saved = opened(app_state, draft, version)
    return page(
        request,
        "draft-version.html",
        draft=saved,
        last=saved.head["version"],
        answers=answers(saved, read_values(saved, tables(app_state)), tables(app_state)),
    )


Answer = tuple[Text, Text | None, str, str, Text | None]


def answers(saved: SavedDraft, read: Understood, ruleset: Ruleset) -> list[tuple[str, Text, list[Answer]]]:
    """Every stated value by section: its label, how it is shown, where it is changed, and what it was read as where that is another thing."""
    found: dict[str, list[Answer]] = {section: [] for section, _ in sections()}
    for path, value in stated(saved.typed.values):
        place = place_of(path)
        words, text = value_words(path, value, ruleset)
        link = f"/drafts/{saved.id}/{place.link}" if place else ""
        found[section_of(path)].append((describe(path).label, words, text, link, read.readings.get(path)))
    return [(section, section_label(section), rows) for section, rows in found.items()]


@router.post("/drafts/{draft}/versions/{version}")
def restore(caller: OfficerVisitor, form: Sent, app_state: StateNeeded, draft: int, version: int) -> Response:
    restore_version(app_state.store, draft, version, author(caller))
    return RedirectResponse(f"/drafts/{draft}?said=restored", 303)


@router.get("/drafts/{draft}/sheet.xlsx")
def workbook(caller: OfficerVisitor, app_state: StateNeeded, draft: int) -> Response:
    from review.readers.workbook_template import fill_template

    saved = opened(app_state, draft)
    return _file(fill_template(saved.typed.values), WORKBOOK, f"sheet-{draft}-v{saved.version}.xlsx")


@router.get("/drafts/{draft}/sheet.json")
def values(caller: OfficerVisitor, app_state: StateNeeded, draft: int) -> Response:
    """The sheet that the draft makes: what was typed as it is read by the tables of today."""
    saved = opened(app_state, draft)
    found = as_stated(saved.typed.values, lambda: tables(app_state))
    content = json.dumps(found, ensure_ascii=False, indent=1).encode()
    return _file(content, "application/json", f"sheet-{draft}-v{saved.version}.json")


def _file(content: bytes, media: str, name: str) -> Response:
    return Response(
        content,
        headers={**SECURITY, "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
        media_type=media,
    )
