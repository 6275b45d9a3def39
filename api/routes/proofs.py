"""`/reviews/{number}/receipt`, `/checkpoints`, `/verifications`: what proves the record, and whether it is whole."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from api.deps import PREFIX, Reader, Replayer, StateNeeded
from api.openapi import answers, reference
from api.openapi_headers import headers
from api.received import JSON, Values
from api.repeats import IdempotencyKey, replayed, request_key
from api.routes.reviews import ReviewNumber
from api.wire.proofs import (
    CheckpointShown,
    CheckpointsPage,
    ReceiptShown,
    Verifications,
    VerificationShown,
    verification_from,
)
from review.errors import Fault, NotRecorded, Refused, Text
from review.record.proof.checkpoints import last_signed, sign, signed_page
from review.record.proof.receipts import receipt
from review.record.storage.journal import checkpoint
from review.record.work.verification_jobs import cancel_check, last_checkpoint, list_checks, read_check, start_check

router = APIRouter(prefix=PREFIX, tags=["proofs"])
Check = Annotated[
    str,
    Path(max_length=40, pattern=r"^[0-9A-Za-z_-]+$", description="核验编号 / its id", examples=["0123456789abcdef"]),
]


@router.get(
    "/reviews/{number}/receipt",
    operation_id="get_receipt",
    responses={200: {"model": ReceiptShown}, **answers(404)},
    summary="回执：审查、决定和以后的步骤，连同证明 / a receipt: the review, its decisions and later steps, with what proves them",
)
def get_receipt(caller: Reader, number: ReviewNumber, app_state: StateNeeded) -> Response:
    with app_state.store.reading() as connection:
        content = receipt(connection, number)
    return Response(json.dumps(content, ensure_ascii=False).encode(), media_type=JSON)


@router.get(
    "/checkpoints",
    operation_id="list_checkpoints",
    response_model=CheckpointsPage,
    response_model_exclude_none=True,
    summary="已签名的检查点，按顺序 / signed checkpoints in order",
)
def list_checkpoints(
    caller: Replayer,
    app_state: StateNeeded,
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="在该事件之后的 / of events after this one")] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    with app_state.store.reading() as connection:
        return {"items": signed_page(connection, after, limit)}


@router.post(
    "/checkpoints",
    operation_id="record_checkpoint",
    status_code=201,
    response_model=CheckpointShown,
    response_model_exclude_none=True,
    summary="记录并签名一个检查点 / record and sign a checkpoint of the chain as it stands",
)
def record_checkpoint(caller: Replayer, app_state: StateNeeded) -> Any:
    with app_state.store.writing() as connection:
        found = checkpoint(connection)
        sign(connection)
        signed = last_signed(connection)
    if found is None:
        raise Refused([Fault("", Text("记录是空的", "the record is empty"))])
    return signed if signed is not None and signed["position"] == found["position"] else found


@router.get(
    "/checkpoints/last",
    operation_id="get_last_checkpoint",
    response_model=CheckpointShown,
    response_model_exclude_none=True,
    responses=answers(404),
    summary="最近的检查点；尚未签名的照原样 / the last checkpoint, signed; as it is where it is not signed yet",
)
def get_last_checkpoint(caller: Replayer, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        found, signed = last_checkpoint(connection), last_signed(connection)
    if found is None:
        raise NotRecorded([Fault("checkpoint", Text("还没有检查点", "there is no checkpoint yet"))])
    return signed if signed is not None and signed["position"] == found["position"] else found


@router.post(
    "/verifications",
    operation_id="start_verification",
    status_code=202,
    openapi_extra=reference("VerificationRequest"),
    response_model=VerificationShown,
    responses={202: {"headers": headers("Location")}, **answers(409)},
    summary="在后台核验整份记录 / verify the whole record, in the background",
)
def start_verification(
    caller: Replayer,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    made = start_check(
        app_state.store,
        caller.name,
        quick=verification_from(content),
        request=request_key(caller, idempotency_key),
    )
    response.headers.update({"Location": f"{PREFIX}/verifications/{made.job['id']}", **replayed(made.again)})
    return made.job


@router.get(
    "/verifications",
    operation_id="list_verifications",
    response_model=Verifications,
    summary="核验，新的在前 / verifications, newest first",
)
def list_verifications(
    caller: Replayer, app_state: StateNeeded, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> Any:
    with app_state.store.reading() as connection:
        return {"items": list_checks(connection, limit)}


@router.get(
    "/verifications/{verification}",
    operation_id="read_verification",
    response_model=VerificationShown,
    responses=answers(404),
    summary="进度和结果 / progress, and what it found",
)
def read_verification(caller: Replayer, verification: Check, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        return read_check(connection, verification)


@router.post(
    "/verifications/{verification}/cancel",
    operation_id="cancel_verification",
    response_model=VerificationShown,
    responses=answers(404),
    summary="取消 / cancel",
)
def cancel_verification(caller: Replayer, verification: Check, app_state: StateNeeded) -> Any:
    cancel_check(app_state.store, verification)
    with app_state.store.reading() as connection:
        return read_check(connection, verification)
