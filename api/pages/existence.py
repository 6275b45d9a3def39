"""`/drafts/{draft}/there`: the first page of a sheet, what the project has at all; what it has not is stated at once."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import StateNeeded
from api.pages.drafts import as_submitted, author, opened
from api.web.forms import Sent
from api.web.rendering import page
from api.web.session import OfficerVisitor
from api.web.sheet_words import sections
from review.drafting.existence import QUESTIONS, Answer, answers, with_answers
from review.drafting.typed import Typed
from review.errors import Conflict, Fault, Refused, SheetError
from review.record.cases.drafts import SavedDraft, save_draft

router = APIRouter(include_in_schema=False)
_ANSWERS: dict[str, Answer] = {"yes": "yes", "no": "no"}


@router.get("/drafts/{draft}/there")
def existence(request: Request, caller: OfficerVisitor, app_state: StateNeeded, draft: int) -> Response:
    saved = opened(app_state, draft)
    return as_submitted(saved) or _page(request, saved, answers(saved.typed.values))


@router.post("/drafts/{draft}/there")
def answered(request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded, draft: int) -> Response:
    """Save the answers; the button says whether to go on to the first section."""
    wanted = {path: _ANSWERS.get(form.get(path), "") for path in QUESTIONS if form.has(path)}
    version = form.get("version")
    try:
        save_draft(
            app_state.store,
            draft,
            author(caller),
            lambda last: Typed(with_answers(last.values, wanted), last.left, last.cells),
            base=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None,
            block=answers,
        )
    except (SheetError, Refused) as error:
        return _page(request, opened(app_state, draft), wanted, error.faults, 422)
    except Conflict as error:
        return _page(request, opened(app_state, draft), wanted, error.faults, 409)
    following = f"/{sections()[0][0]}" if form.get("then") == "next" else ""
    return RedirectResponse(f"/drafts/{draft}{following}", 303)


def _page(
    request: Request, saved: SavedDraft, wanted: dict[str, Answer], faults: tuple[Fault, ...] = (), status: int = 200
) -> Response:
    return page(
        request, "draft-there.html", status, draft=saved, questions=QUESTIONS, answers=dict.fromkeys(QUESTIONS, "") | wanted, faults=faults,
    )  # fmt: skip
