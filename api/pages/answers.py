"""`/reviews/{number}/findings/…/answer`: what an officer says of a finding, given beside how it was computed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import StateNeeded
from api.pages.reviews import ReviewNumber, address_of, finding_shown
from api.problems import Problem
from api.web.forms import Form, Sent
from api.web.session import OfficerVisitor
from review.errors import Conflict, Fault, Refused, Text
from review.record.cases.answers import Stand, answer_finding

router = APIRouter(include_in_schema=False)
_FIELDS = ("answer", "reason", "clause", "attachment", "answer_page")


@router.post("/reviews/{number}/answer/{rule}/{subject:path}")
def answered(
    request: Request, caller: OfficerVisitor, number: ReviewNumber, form: Sent, app_state: StateNeeded,
    rule: Annotated[str, Path(max_length=100)], subject: Annotated[str, Path(max_length=200)],
) -> Response:  # fmt: skip
    """Record the officer's answer. The page shows what cannot be recorded, with what was typed."""
    typed = {name: form.get(name) for name in _FIELDS}
    try:
        answer_finding(
            app_state.store, number, (rule, subject), _stand(form), caller.acting(), request=f"{caller.principal.key}:{form.get('once')[:40]}"
        )  # fmt: skip
    except (Refused, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        return finding_shown(request, app_state, number, rule, subject, typed=typed, faults=error.faults, status=status)
    return RedirectResponse(f"{address_of(number, {'rule': rule, 'subject': subject})}?said=answered", 303)


def _stand(form: Form) -> Stand:
    """What the form says. Raises Problem 404 for a file that is no number, Refused where nothing is chosen."""
    file = form.get("attachment")
    if file and not (file.isascii() and file.isdigit() and len(file) < 19):
        raise Problem(404)
    if not form.get("answer"):
        raise Refused([Fault("answer", Text("请选择意见", "choose what you say of it"))])
    return Stand(
        form.get("answer"), form.stated("reason"), form.stated("clause"), int(file) if file else None, form.stated("answer_page")
    )  # fmt: skip
