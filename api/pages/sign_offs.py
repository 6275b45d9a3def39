"""`/reviews/{number}/decision/signature`: signing, sending back or withdrawing a decision; `/sign-off`: how many steps a decision goes through, and who signs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import StateNeeded
from api.pages.deciding import decision_shown, ticked
from api.pages.reviews import ReviewNumber
from api.web.forms import Form, Sent
from api.web.rendering import page
from api.web.session import AdminVisitor, OfficerVisitor, Viewer
from review.errors import Conflict, Fault, NotRecorded, Refused, Text
from review.record.access.known_people import name_known, person_of
from review.record.access.signing_rules import (
    ISSUES,
    MATTERS,
    REVIEWS,
    SIGNER_WORDS,
    SigningRules,
    read_signing_rules,
    rules_digest,
    set_signing_rules,
    written_subjects,
)
from review.record.cases.signing import Seen, send_back, sign, take_back

router = APIRouter(include_in_schema=False)
_SIGNED = (REVIEWS, ISSUES)


@router.post("/reviews/{number}/decision/signature")
def signed(
    request: Request, caller: OfficerVisitor, number: ReviewNumber, form: Sent, app_state: StateNeeded
) -> Response:
    """Sign the step that waits, send the decision back, or withdraw one's own. The page shows what cannot be done, with what was typed."""
    act, store, actor = form.get("act"), app_state.store, caller.acting()
    key = f"{caller.principal.key}:{act[:10]}:{form.get('once')[:40]}"
    try:
        last = _number(form, "last")
        if act == "withdraw":
            take_back(store, number, last, actor, request=key)
            said = "withdrawn"
        elif act == "return":
            send_back(store, number, last, actor, form.get("opinion"), request=key)
            said = "returned"
        elif act != "sign":
            raise Refused([Fault("", Text("请按页面上的按钮办理", "use one of the buttons of the page"))])
        else:
            seen = Seen(last, form.get("content"), ticked(form))
            made = sign(store, number, seen, actor, opinion=form.stated("opinion"), request=key)
            said = "decided" if made.decision else "signed"
    except (Refused, Conflict, NotRecorded) as error:
        typed = {"opinion": form.get("opinion"), "seen": form.all("seen")}
        status = 422 if isinstance(error, Refused) else 409
        return decision_shown(request, app_state, caller, number, typed, error.faults, status)
    return RedirectResponse(f"/reviews/{number}?said={said}", 303)


@router.get("/sign-off")
def rules(
    request: Request, caller: Viewer, app_state: StateNeeded, said: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    with app_state.store.reading() as connection:
        found = read_signing_rules(connection)
    return _rules(request, app_state, _typed(found), said=said)


@router.post("/sign-off")
def rules_set(request: Request, caller: AdminVisitor, form: Sent, app_state: StateNeeded) -> Response:
    """Set how decisions are signed."""
    names = ("steps", "reason", *(f"matter-{each}" for each in MATTERS), *(f"signers-{each}" for each in _SIGNED))
    typed = {name: form.get(name) for name in names}
    try:
        matters = {
            each: _steps(typed[f"matter-{each}"], f"matter-{each}") for each in MATTERS if typed[f"matter-{each}"]
        }
        signers = {each: tuple(written_subjects(typed[f"signers-{each}"])) for each in _SIGNED}
        wanted = SigningRules(_steps(typed["steps"], "steps"), matters, signers)
        set_signing_rules(app_state.store, wanted, caller.acting(), typed["reason"], expected=form.get("seen") or None)
    except Conflict as error:
        return _rules(request, app_state, typed, error.faults, 409)
    except Refused as error:
        faults = [
            Fault(each.where.replace("matters.", "matter-").replace("signers.", "signers-"), each.text)
            for each in error.faults
        ]
        return _rules(request, app_state, typed, faults, 422)
    return RedirectResponse("/sign-off?said=saved", 303)


def _typed(found: SigningRules) -> dict[str, str]:
    """The rules as the form has them."""
    return {
        "steps": str(found.steps), "reason": "", **{f"matter-{each}": str(found.matters.get(each, "")) for each in MATTERS},
        **{f"signers-{each}": "\n".join(found.signers.get(each, ())) for each in _SIGNED},
    }  # fmt: skip


def _rules(
    request: Request, app_state: StateNeeded, typed: dict[str, str], faults: Any = (), status: int = 200, said: str = ""
) -> Response:
    with app_state.store.reading() as connection:
        found = read_signing_rules(connection)
        named = [each for step in _SIGNED for each in found.signers.get(step, ())]
        names = {each: name_known(connection, each) for each in named}
        gone = {each for each in named if person_of(connection, each) is None}
    unsignable = [each for each in request.scope.get("inbox_items", ()) if each["kind"] == "signers"]
    return page(
        request, "sign-off.html", status, rules=found, seen=rules_digest(found), names=names, gone=gone, unsignable=unsignable, matters=MATTERS, roles=SIGNER_WORDS, signed=_SIGNED, typed=typed, faults=faults, said=said,
        ids={name: f"f-{name}" for name in typed},
    )  # fmt: skip


def _steps(text: str, where: str) -> int:
    """The number of steps that is typed. Raises Refused."""
    if text not in ("1", "2", "3"):
        raise Refused([Fault(where, Text("应为 1 至 3", "should be 1 to 3"))])
    return int(text)


def _number(form: Form, name: str) -> int:
    text = form.get(name)
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refused([Fault("", Text("表单不完整，请重新打开本页", "the form is not whole: open the page anew"))])
    return int(text)
