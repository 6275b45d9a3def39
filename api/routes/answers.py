"""`/reviews/{number}/answers`: what officers say of a review's findings."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from api.deps import PREFIX, Officer, Reader, StateNeeded
from api.openapi import answers, reference
from api.received import Values
from api.repeats import IdempotencyKey, made_answer, request_key
from api.routes.reviews import ReviewNumber
from api.wire.answers import AnswerMade, ReviewAnswers, answer_from
from review.record.cases.answers import answer_finding, answer_json, list_answers, open_findings
from review.record.storage.contents import read_review

router = APIRouter(prefix=PREFIX, tags=["reviews"])


@router.get(
    "/reviews/{number}/answers",
    operation_id="list_answers",
    response_model=ReviewAnswers,
    responses=answers(404),
    summary="各条目的审查人员意见，及尚未答复的 / what officers say of its findings, and what is open",
)
def list_all(caller: Reader, number: ReviewNumber, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        document = read_review(connection, number).document()
        found = list_answers(connection, number)
    left = open_findings(document, {each.key: each for each in found})
    return {
        "answers": [answer_json(each) for each in found],
        "unanswered": [{"rule": rule, "subject": subject} for rule, subject in left.unanswered],
        "doubted": [{"rule": rule, "subject": subject} for rule, subject in left.doubted],
    }


@router.post(
    "/reviews/{number}/answers",
    operation_id="answer_finding",
    status_code=201,
    openapi_extra=reference("AnswerRequest"),
    response_model=AnswerMade,
    responses=answers(404, 409),
    summary="对一个条目提出意见，不改变审查 / say of a finding that it is agreed, doubted or overruled; the review stays",
)
def answer(
    caller: Officer,
    number: ReviewNumber,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    finding, stand = answer_from(content)
    made = answer_finding(
        app_state.store, number, finding, stand, caller.acting("api"), request=request_key(caller, idempotency_key)
    )
    return made_answer(made, response)
