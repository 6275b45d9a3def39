"""`/consultations…`: units asked for their opinion on a project, their replies, and the end of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from api.deps import PREFIX, Number, Officer, Reader, StateNeeded, Submitter
from api.openapi import answers, reference
from api.received import Values
from api.repeats import IdempotencyKey, made_answer, request_key
from api.wire.consultations import (
    ConsultationMade,
    ConsultationShown,
    ProjectConsultations,
    asking_from,
    closing_from,
    reply_from,
)
from api.wire.people import reason_from
from review.clock import today
from review.record.cases.consultations import consultation_json, list_consultations, read_consultation
from review.record.cases.consulting import (
    ask_units,
    close_consultation,
    record_reply,
    withdraw_consultation,
)
from review.record.projects.standing import require_state

router = APIRouter(prefix=PREFIX, tags=["consultations"])
ConsultationNumber = Annotated[
    int, Path(ge=1, le=2**63 - 1, description="征求意见编号 / the consultation's number", examples=[17])
]


@router.get(
    "/consultations",
    operation_id="list_consultations",
    response_model=ProjectConsultations,
    responses=answers(404),
    summary="一个项目的征求意见及各单位答复 / the consultations on a project with their replies",
)
def list_all(
    caller: Reader,
    app_state: StateNeeded,
    project: Annotated[Number, Query(description="项目编号 / the project's number")],
) -> Any:
    with app_state.store.reading() as connection:
        require_state(connection, project)
        found = list_consultations(connection, project)
    return {"consultations": [consultation_json(each, today()) for each in found]}


@router.post(
    "/consultations",
    operation_id="ask_units",
    status_code=201,
    openapi_extra=reference("ConsultationRequest"),
    response_model=ConsultationMade,
    responses=answers(404, 409),
    summary="征求其他单位的意见 / ask units for their opinion on a project",
)
def ask(
    caller: Officer,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    project, asking = asking_from(content)
    request = request_key(caller, idempotency_key)
    return made_answer(ask_units(app_state.store, project, asking, caller.acting("api"), request=request), response)


@router.get(
    "/consultations/{consultation}",
    operation_id="get_consultation",
    response_model=ConsultationShown,
    responses=answers(404),
    summary="一件征求意见 / one consultation",
)
def one(caller: Reader, consultation: ConsultationNumber, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        return consultation_json(read_consultation(connection, consultation), today())


@router.post(
    "/consultations/{consultation}/replies",
    operation_id="record_reply",
    status_code=201,
    openapi_extra=reference("ReplyRequest"),
    response_model=ConsultationMade,
    responses=answers(404, 409),
    summary="记录一个单位的答复，后来的取代先前的 / record a unit's reply; a later one takes its place",
)
def reply(
    caller: Submitter,
    consultation: ConsultationNumber,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    said, request = reply_from(content), request_key(caller, idempotency_key)
    return made_answer(
        record_reply(app_state.store, consultation, said, caller.acting("api"), request=request), response
    )


@router.post(
    "/consultations/{consultation}/close",
    operation_id="close_consultation",
    status_code=201,
    openapi_extra=reference("ClosingRequest"),
    response_model=ConsultationMade,
    responses=answers(404, 409),
    summary="办结；有单位未答复时写明理由 / close it; with a reason where a unit has not replied",
)
def close(
    caller: Officer,
    consultation: ConsultationNumber,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    reason, request = closing_from(content), request_key(caller, idempotency_key)
    made = close_consultation(app_state.store, consultation, caller.acting("api"), reason=reason, request=request)
    return made_answer(made, response)


@router.post(
    "/consultations/{consultation}/withdraw",
    operation_id="withdraw_consultation",
    status_code=201,
    openapi_extra=reference("Reason"),
    response_model=ConsultationMade,
    responses=answers(404, 409),
    summary="撤回，写明理由 / take it back, with a reason",
)
def withdraw(
    caller: Officer,
    consultation: ConsultationNumber,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    reason, request = reason_from(content), request_key(caller, idempotency_key)
    made = withdraw_consultation(app_state.store, consultation, caller.acting("api"), reason=reason, request=request)
    return made_answer(made, response)
