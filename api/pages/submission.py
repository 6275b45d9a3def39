"""`/drafts/{draft}/check`: everything stated, what is wrong, what would be recommended; submission into the record."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import State, StateNeeded, edition
from api.pages.drafts import all_faults, answers, linked, opened
from api.web.forms import Sent
from api.web.rendering import page
from api.web.session import OfficerVisitor
from review.clock import today
from review.errors import Conflict, Fault, NotRecorded, Refused, RulesetError, SheetError, Text
from review.law.edition import Ruleset
from review.readers.written.answers import placed
from review.readers.written.days import written_day
from review.readers.written.sheet import understood
from review.record.cases.approval import PROJECT_NAMES
from review.record.cases.drafts import SavedDraft, submit_draft
from review.record.cases.submissions import Preview, preview
from review.sheet import parse_sheet

router = APIRouter(include_in_schema=False)
Asked = Annotated[str, Query(max_length=100)]


@router.get("/drafts/{draft}/check")
def check(
    request: Request, caller: OfficerVisitor, app_state: StateNeeded, draft: int, as_of: Asked = "", ruleset: Asked = ""
) -> Response:
    return _check(request, app_state, opened(app_state, draft), as_of, ruleset)


def _check(
    request: Request,
    app_state: State,
    saved: SavedDraft,
    as_of: str,
    name: str,
    *,
    status: int = 200,
    faults: tuple[Fault, ...] = (),
    reason: str = "",
) -> Response:
    found: tuple[Ruleset, date] | None = None
    try:
        found = _chosen(app_state, as_of, name)
    except (RulesetError, Refused) as error:
        faults = (*faults, *error.faults)
    tables, day = found or edition(app_state, None, None)
    read = understood(saved.typed.values, lambda: tables)
    wrong = all_faults(read, tables, day)
    would: Preview | None = None
    if found and not wrong and not saved.typed.left:
        try:
            would = preview(
                app_state.store,
                parse_sheet(read.values),
                ruleset=found[0],
                as_of=found[1],
                replaces=saved.head["replaces"],
            )
        except (Conflict, NotRecorded, SheetError) as error:
            faults = (*faults, *error.faults)
    return page(
        request, "draft-check.html", status, draft=saved, answers=answers(saved, read, tables), faults=[linked(saved, fault) for fault in wrong], form_faults=faults,
        would=would, reason=reason, another_day=found is not None and found[1] != today(), names=PROJECT_NAMES, ruleset=found[0] if found else None, as_of=as_of or today().isoformat(), asked=name,
        editions=[each.name for each in reversed(app_state.law.now().every)], in_force=edition(app_state, None, found[1])[0].name if found and not name else name,
    )  # fmt: skip


def _number(text: str) -> int | None:
    """The review that was ticked; None where none was."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _chosen(app_state: State, as_of: str, name: str) -> tuple[Ruleset, date]:
    """The edition and day of review asked for. Raises Refused, EditionNotFound."""
    try:
        day = written_day(as_of) if as_of else today()
    except SheetError as error:
        raise Refused(placed(error, "as_of")) from None
    return edition(app_state, name or None, day)


@router.post("/drafts/{draft}/check")
def send(request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded, draft: int) -> Response:
    """Record the review of the draft as it was looked at."""
    saved = opened(app_state, draft)
    if saved.head["submitted"] is not None:
        return RedirectResponse(f"/reviews/{saved.head['submitted']}?said=again", 303)
    as_of, name = form.get("as_of"), form.get("ruleset")
    if form.get("version") != str(saved.version):
        words = Text(
            "本表在此期间有改动，尚未提交；请重新核对",
            "the sheet was changed meanwhile and is not submitted: check it again",
        )
        return _check(request, app_state, saved, as_of, name, status=409, faults=(Fault("", words),))
    if saved.typed.left:
        words = Text("请先查看未能放入表中的内容", "look first at what found no place in the sheet")
        return _check(request, app_state, saved, as_of, name, status=422, faults=(Fault("", words),))
    try:
        ruleset, day = _chosen(app_state, as_of, name)
        made = submit_draft(
            app_state.store,
            draft,
            saved.version,
            caller.acting(),
            ruleset=ruleset if name else None,
            as_of=day,
            replaces=_number(form.get("replaces")),
            reason=form.stated("reason"),
        )
    except SheetError:
        return _check(request, app_state, saved, as_of, name, status=422)
    except (RulesetError, Refused, Conflict, NotRecorded) as error:
        last = opened(app_state, draft)
        if last.head["submitted"] is not None:
            return RedirectResponse(f"/reviews/{last.head['submitted']}?said=again", 303)
        return _check(
            request,
            app_state,
            last,
            as_of,
            name,
            status=422 if last.version == saved.version else 409,
            faults=error.faults,
            reason=form.get("reason"),
        )
    return RedirectResponse(f"/reviews/{made.id}?said={'again' if made.again else 'recorded'}", 303)
