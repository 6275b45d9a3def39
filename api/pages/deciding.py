"""`/reviews/{number}/decision`: deciding, and confirming what another officer decided over a mandatory failure."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from api.deps import State, StateNeeded
from api.pages.attachments import attachments_beside
from api.pages.consultations import consultation_lines
from api.pages.reviews import ReviewNumber
from api.web.forms import Form, Sent
from api.web.rendering import page
from api.web.session import OfficerVisitor, Visitor
from review.clock import today
from review.errors import Conflict, Fault, Refused, SheetError, Text
from review.readers.written.answers import placed
from review.readers.written.days import written_day
from review.record.access.known_people import Known
from review.record.access.signing_rules import read_signing_rules
from review.record.cases.answers import open_findings, standing_answers
from review.record.cases.attachments import on_review
from review.record.cases.consultations import list_consultations
from review.record.cases.decisions import short_sources
from review.record.cases.grounds import clause_example
from review.record.cases.open_signatures import RETURNED
from review.record.cases.persons import name_of
from review.record.cases.rulings import Ruling
from review.record.cases.second_person import (
    DAYS,
    SHORT,
    Pending,
    confirm,
    decide_or_wait,
    give_back,
    last_returned,
    overridden,
    waiting_on,
    withdraw,
)
from review.record.cases.sign_offs import SignOff, sign_offs_of
from review.record.cases.signed_content import content_digest, content_of, moved
from review.record.cases.signers import returning_as, signing_as, steps_without_signer
from review.record.cases.signing import propose, steps_of
from review.record.storage.added import MEDIA
from review.record.storage.contents import last_decision, read_ruleset
from review.record.views.answer_words import answer_words
from review.record.views.balances import balances
from review.record.views.review_page import read_review_page
from review.replay.recorded import RecordedReview
from review.terms import FOLLOWS, OUTCOMES
from review.verdict.summary import unchecked, why

router = APIRouter(include_in_schema=False)
_FIELDS = ("outcome", "reason", "clause", "on_behalf_of", "responsible", "due", "conditions")
_DUE = Text("完成期限", "due date")
_SENT_BEFORE = Text(
    "本表单先前提交过，内容与这次不同；这次填写的没有记录，仍保留在下方。请核对后再提交",
    "this form was sent before with other content: what you typed now is not recorded, it is kept below. Check it, then send it again",
)


@router.get("/reviews/{number}/decision")
def decision_page(
    request: Request,
    caller: OfficerVisitor,
    number: ReviewNumber,
    app_state: StateNeeded,
    said: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    return decision_shown(request, app_state, caller, number, {}, said=said)


@router.post("/reviews/{number}/decision")
def decided(
    request: Request, caller: OfficerVisitor, number: ReviewNumber, form: Sent, app_state: StateNeeded
) -> Response:
    """Record the decision, or let it wait for a second person. Faults are shown beside their fields, with all that was typed."""
    typed = {name: form.get(name) for name in (*_FIELDS, "expected", "once")}
    key = f"{caller.principal.key}:{form.get('once') or secrets.token_hex(8)}"
    try:
        ruling, expected = _ruling(form), _expected(form)
        with app_state.store.reading() as connection:
            many = steps_of(connection, number, ruling)
        if many > 1:
            propose(app_state.store, number, ruling, caller.acting(), expected=expected, request=key)
            return RedirectResponse(f"/reviews/{number}?said=drafted", 303)
        made = decide_or_wait(
            app_state.store, number, ruling, caller.acting(), expected=expected, second_person=app_state.settings.second_person, request=key
        )  # fmt: skip
    except Refused as error:
        return decision_shown(request, app_state, caller, number, typed, error.faults, 422)
    except Conflict as error:
        faults = [Fault("", _SENT_BEFORE) if each.where == "request" else each for each in error.faults]
        return decision_shown(request, app_state, caller, number, typed, faults, 409)
    return RedirectResponse(f"/reviews/{number}?said={'waits' if isinstance(made, Pending) else 'decided'}", 303)


@router.post("/reviews/{number}/decision/second")
def seconded(
    request: Request, caller: OfficerVisitor, number: ReviewNumber, form: Sent, app_state: StateNeeded
) -> Response:
    """Confirm, return or withdraw the decision that waits."""
    pending, act, seen = form.get("pending"), form.get("act"), ticked(form)
    try:
        if act == "withdraw":
            withdraw(app_state.store, pending, caller.acting())
        elif act == "return":
            give_back(app_state.store, pending, caller.acting(), form.get("why"))
        else:
            confirm(app_state.store, pending, caller.acting(), seen)
    except (Refused, Conflict) as error:
        typed = {"why": form.get("why"), "seen": form.all("seen")}
        return decision_shown(
            request, app_state, caller, number, typed, error.faults, 409 if isinstance(error, Conflict) else 422
        )
    said = {"withdraw": "withdrawn", "return": "returned"}.get(act, "decided")
    return RedirectResponse(f"/reviews/{number}?said={said}", 303)


def ticked(form: Form) -> frozenset[tuple[str, str]]:
    """The failures and short sources that were looked at, each by rule and subject."""
    return frozenset((rule, subject) for rule, _, subject in (each.partition("|") for each in form.all("seen")))


def _ruling(form: Form) -> Ruling:
    """What the form decides. Raises Refused."""
    due = form.stated("due")
    try:
        day = written_day(due) if due else None
    except SheetError as error:
        raise Refused(placed(error, "due", _DUE)) from None
    if not form.get("outcome"):
        raise Refused([Fault("outcome", Text("请选择决定", "choose an outcome"))])
    lines = (line.strip() for line in form.get("conditions").splitlines())
    return Ruling(
        form.get("outcome"), form.stated("reason"), form.stated("clause"), form.stated("on_behalf_of"), None, form.stated("responsible"), day,
        tuple(Text(line, line) for line in lines if line),
    )  # fmt: skip


def _expected(form: Form) -> int:
    text = form.get("expected")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refused([Fault("", Text("表单不完整，请重新打开本页", "the form is not whole: open the page anew"))])
    return int(text)


def decision_shown(
    request: Request,
    app_state: State,
    caller: Visitor,
    number: int,
    typed: dict[str, Any],
    faults: Sequence[Fault] = (),
    status: int = 200,
    said: str = "",
) -> Response:
    """The page on which a decision is made, confirmed or signed, with what was typed and what is wrong with it."""
    with app_state.store.reading() as connection:
        whole = read_review_page(connection, number)
        edition = read_ruleset(connection, whole.recorded.ruleset)
        pending, returned = waiting_on(connection, number), last_returned(connection, number)
        last, short = last_decision(connection, number) or 0, short_sources(connection, whole.recorded)
        answers = standing_answers(connection, number)
        signing = _signing(connection, caller, whole.recorded)
        left_to_add = balances(connection, edition.id, today(), review=number)
        consultations = list_consultations(connection, whole.recorded.project)
        # A file goes to the last decision, before there is one to the review.
        to = {"decision": str(last)} if last else {"review": str(number)}
        beside = attachments_beside(
            connection, on_review(whole.recorded.project, number), f"/attachments?review={number}", f"/reviews/{number}/decision", to
        )  # fmt: skip
    document = whole.document
    left = open_findings(document, answers)
    titles = {(each["rule"], each["subject"]): each for each in document["findings"]}
    sign_off = signing["sign_off"]
    values = {
        **dict.fromkeys(_FIELDS, ""),
        **_again(caller, signing["sign_offs"]),
        "why": "",
        "opinion": "",
        "seen": (),
        "expected": str(last),
        "once": secrets.token_hex(8),
        **typed,
    }
    if status == 409:
        # The officer sees what was decided meanwhile on this very page, and may decide upon it.
        values |= {"expected": str(last), "once": secrets.token_hex(8)}
    return page(
        request, "decision.html", status, consultations=consultation_lines(consultations), left=left, titles=titles, answers={key: answer_words(each) for key, each in answers.items()}, said=said, beside=beside, balances=left_to_add, media=MEDIA, ruleset_id=edition.id, clause_example=clause_example(edition), whole=whole, recorded=whole.recorded, document=document, pending=pending, returned=returned, values=values,
        faults=faults, outcomes=OUTCOMES, follows=FOLLOWS[document["recommendation"]], failures=overridden(document), short=short, short_tick=SHORT, why=why(document),
        unchecked=unchecked(document), second_person=app_state.settings.second_person, days=DAYS, mine=bool((pending and pending.login == caller.principal.key) or (sign_off and sign_off.drafter.by.subject == caller.principal.key)),
        **signing, may_sign=lambda role: not isinstance(role, Fault),
        filled_in=any(typed.get(name) for name in _FIELDS),
        commitments=list({each["condition"]["zh"]: each["condition"] for each in document["findings"] if each["condition"]}.values()),
        ids={**{name: f"f-{name}" for name in _FIELDS}, "seen": "f-seen", "why": "f-why", "opinion": "f-opinion"},
    )  # fmt: skip


def _signing(connection: Connection, caller: Visitor, recorded: RecordedReview) -> dict[str, Any]:
    """What the page says of signatures: of the decision that waits for one, and of those before."""
    rules, found = read_signing_rules(connection), sign_offs_of(connection, recorded.id)
    waits = found[-1] if found and found[-1].is_open else None
    shown: dict[str, Any] = {
        "sign_offs": found[::-1], "sign_off": waits, "role": None, "returning": None, "unsignable": {}, "moved": [], "content": "", "most_steps": max(rules.steps, *rules.matters.values(), 1),
    }  # fmt: skip
    if waits is not None:
        now = content_of(connection, recorded)
        by = Known(caller.principal.key, caller.principal.name)
        shown |= {
            "role": signing_as(connection, rules, waits, by), "returning": returning_as(connection, rules, waits, by), "unsignable": steps_without_signer(connection, rules, waits), "moved": moved(waits.content, now), "content": content_digest(now),
        }  # fmt: skip
    return shown


def _again(caller: Visitor, found: Sequence[SignOff]) -> dict[str, str]:
    """What was sent back to the visitor, to be changed and proposed again; nothing where another step came after."""
    if not found or found[0].last.act != RETURNED or found[0].drafter.by.subject != caller.principal.key:
        return {}
    ruling = found[0].ruling
    stated = {
        "outcome": ruling.outcome, "reason": ruling.reason, "clause": ruling.clause, "on_behalf_of": name_of(ruling.on_behalf_of),
        "responsible": ruling.responsible, "due": ruling.due.isoformat() if ruling.due else None,
        "conditions": "\n".join(each.zh for each in ruling.conditions),
    }  # fmt: skip
    return {name: value or "" for name, value in stated.items()}
