"""`/reviews/{number}/pending…`: a decision over a mandatory failure waits for a second person, who confirms it, sends it back, or it is withdrawn."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from api.deps import PREFIX, Officer, Reader, StateNeeded
from api.if_match import IfMatch, as_seen, expected_decision
from api.openapi import answers, reference
from api.openapi_headers import headers
from api.problems import Problem
from api.received import Values
from api.repeats import REPLAYED, IdempotencyKey, replayed, request_key
from api.routes.reviews import ReviewNumber
from api.wire.pending import DecidedOrWaiting, PendingOnReview, PendingShown, pending_json, seen_from
from api.wire.people import reason_from
from api.wire.reviews import DecisionMade, decision_json, ruling_from
from review.errors import Fault, Refused, Text
from review.facts.register_keys import identifier_of
from review.record.access.callers import Principal
from review.record.cases.decisions import short_sources
from review.record.cases.persons import name_of
from review.record.cases.second_person import (
    SHORT,
    Pending,
    confirm,
    decide_or_wait,
    give_back,
    last_returned,
    overridden,
    review_of,
    waiting,
    waiting_on,
    withdraw,
)
from review.record.storage.contents import read_review

router = APIRouter(prefix=PREFIX, tags=["reviews"])
PendingId = Annotated[
    str,
    Path(
        max_length=40,
        pattern=r"^[0-9A-Za-z_-]+$",
        description="待复核的决定的编号 / its id",
        examples=["0123456789abcdef"],
    ),
]


@router.get(
    "/pending-decisions",
    operation_id="list_pending_decisions",
    response_model=list[PendingShown],
    summary="等待复核的决定，最早的在前 / decisions that wait for a second person, the oldest first",
)
def list_pending(caller: Reader, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        return [pending_json(each) for each in waiting(connection)]


@router.get(
    "/reviews/{number}/pending",
    operation_id="read_pending_decision",
    response_model=PendingOnReview,
    responses=answers(404),
    summary="审查上等待复核的决定，和复核须逐项查看的 / what waits on a review, and what is to be looked at to confirm it",
)
def read_pending(caller: Reader, number: ReviewNumber, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        recorded = read_review(connection, number)
        found, returned = waiting_on(connection, number), last_returned(connection, number)
        short = short_sources(connection, recorded) if found else ()
    failures = overridden(recorded.document()) if found else []
    to_see = [{"rule": each["rule"], "subject": each["subject"], "title": each["title"]} for each in failures]
    to_see += [
        {"rule": SHORT, "subject": each, "title": Text(identifier_of(each), identifier_of(each)).as_json()}
        for each in short
    ]
    return {"pending": pending_json(found) if found else None, "to_see": to_see, "returned": returned}


@router.post(
    "/reviews/{number}/pending",
    operation_id="decide_or_wait",
    status_code=201,
    openapi_extra=reference("Ruling"),
    response_model=DecidedOrWaiting,
    responses=answers(404, 409, 412, 428),
    summary="作出决定；须复核的等待另一人复核 / decide; what needs a second person waits for one",
)
def decide_with_second(
    caller: Officer,
    number: ReviewNumber,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Any:
    _require_person(caller)
    ruling, expected = ruling_from(content), expected_decision(app_state.store, number, if_match)
    if (name_of(ruling.second) or "").strip():
        words = Text("复核人不由本人指定", "nobody names a second person of their own")
        raise Refused([Fault("second", words)])
    with as_seen():
        made = decide_or_wait(
            app_state.store,
            number,
            ruling,
            caller.acting("api"),
            expected=expected,
            second_person=app_state.settings.second_person,
            request=request_key(caller, idempotency_key) or f"{caller.key}:{secrets.token_hex(16)}",
            seen=if_match is not None,
        )
    response.headers.update(replayed(made.again))
    if isinstance(made, Pending):
        return {"decision": None, "pending": pending_json(made)}
    return {"decision": decision_json(made, number), "pending": None}


@router.post(
    "/reviews/{number}/pending/{pending}/confirm",
    operation_id="confirm_decision",
    status_code=201,
    openapi_extra=reference("SecondRequest"),
    response_model=DecisionMade,
    responses={201: {"headers": headers(REPLAYED)}, **answers(404, 409)},
    summary="复核：逐项查看后由另一人确认，决定即生效 / confirm it as the second person, after looking at each failure",
)
def confirm_decision(
    caller: Officer,
    number: ReviewNumber,
    pending: PendingId,
    content: Values,
    app_state: StateNeeded,
    response: Response,
) -> Any:
    _require_person(caller)
    seen = seen_from(content)
    _require_of(app_state, number, pending)
    made = confirm(app_state.store, pending, caller.acting("api"), seen)
    response.headers.update(replayed(made.again))
    return decision_json(made, number)


@router.post(
    "/reviews/{number}/pending/{pending}/return",
    operation_id="return_decision",
    openapi_extra=reference("Reason"),
    response_model=PendingShown,
    responses=answers(404, 409),
    summary="退回，写明理由 / send it back, with a reason",
)
def return_decision(
    caller: Officer, number: ReviewNumber, pending: PendingId, content: Values, app_state: StateNeeded
) -> Any:
    _require_person(caller)
    reason = reason_from(content)
    _require_of(app_state, number, pending)
    return pending_json(give_back(app_state.store, pending, caller.acting("api"), reason))


@router.post(
    "/reviews/{number}/pending/{pending}/withdraw",
    operation_id="withdraw_pending_decision",
    response_model=PendingShown,
    responses=answers(404, 409),
    summary="撤回自己的决定 / take back a decision of one's own",
)
def withdraw_pending(caller: Officer, number: ReviewNumber, pending: PendingId, app_state: StateNeeded) -> Any:
    _require_person(caller)
    _require_of(app_state, number, pending)
    return pending_json(withdraw(app_state.store, pending, caller.acting("api")))


def _require_person(caller: Principal) -> None:
    """Raises Refused for a key: who decides and who confirms are persons who are signed in."""
    if not caller.is_person:
        words = Text(
            "须由审批人员本人登录办理；审批系统在作出决定时载明复核人",
            "is for a person who is signed in; an approval system names the second person as it decides",
        )
        raise Refused([Fault("by", words, "person-needed")])


def _require_of(app_state: StateNeeded, number: int, pending: str) -> None:
    """Raises NotRecorded for a review that is not there, Problem 404 for another review's decision."""
    with app_state.store.reading() as connection:
        read_review(connection, number)
        found = review_of(connection, pending)
    if found != number:
        raise Problem(404, Fault("pending", Text("没有这项待复核的决定", "there is no such decision waiting")))
