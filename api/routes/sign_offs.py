"""`/reviews/{number}/sign-off…`, `/sign-off-rules`: decisions that need several signatures."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from api.deps import PREFIX, Admin, Officer, Reader, StateNeeded
from api.if_match import IfMatch, as_seen, expected_decision
from api.openapi import answers, reference
from api.received import Values
from api.repeats import IdempotencyKey, replayed, request_key
from api.routes.reviews import ReviewNumber
from api.wire.reviews import ruling_from
from api.wire.sign_offs import (
    SignatureMade,
    SigningRulesShown,
    SignOffs,
    sign_off_json,
    signature_from,
    signing_rules_from,
    signing_rules_json,
)
from review.errors import Fault, Refused, Text
from review.record.access.signing_rules import read_signing_rules, set_signing_rules
from review.record.cases.sign_offs import sign_offs_of
from review.record.cases.signed_content import content_of
from review.record.cases.signers import steps_without_signer
from review.record.cases.signing import Seen, Signed, propose, send_back, sign, take_back
from review.record.storage.contents import read_review

router = APIRouter(prefix=PREFIX, tags=["reviews"])


@router.get(
    "/reviews/{number}/sign-off",
    operation_id="read_sign_off",
    response_model=SignOffs,
    responses=answers(404),
    summary="决定的签批：正在签批的，和以前的 / the decision that waits to be signed, and those before",
)
def read_all(caller: Reader, number: ReviewNumber, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        recorded = read_review(connection, number)
        found = sign_offs_of(connection, number)[::-1]
        waits = None
        if found and found[0].is_open:
            unsignable = steps_without_signer(connection, read_signing_rules(connection), found[0])
            waits = sign_off_json(found.pop(0), content_of(connection, recorded), unsignable)
    return {"open": waits, "past": [sign_off_json(each) for each in found]}


@router.post(
    "/reviews/{number}/sign-off",
    operation_id="propose_decision",
    status_code=201,
    openapi_extra=reference("Ruling"),
    response_model=SignatureMade,
    responses=answers(404, 409, 412, 428),
    summary="拟定须签批的决定 / propose a decision that goes through several signatures",
)
def propose_decision(
    caller: Officer,
    number: ReviewNumber,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Any:
    ruling, expected = ruling_from(content), expected_decision(app_state.store, number, if_match)
    with as_seen():
        made = propose(
            app_state.store, number, ruling, caller.acting("api"), expected=expected, seen=if_match is not None,
            request=request_key(caller, idempotency_key),
        )  # fmt: skip
    return _made(made, response)


@router.post(
    "/reviews/{number}/sign-off/signatures",
    operation_id="sign_decision",
    status_code=201,
    openapi_extra=reference("SignatureRequest"),
    response_model=SignatureMade,
    responses=answers(404, 409),
    summary="签批、退回经办或撤回 / sign the step that waits, send it back, or withdraw it",
)
def sign_decision(
    caller: Officer,
    number: ReviewNumber,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    asked, store, actor = signature_from(content), app_state.store, caller.acting("api")
    last, key = int(asked.last), request_key(caller, idempotency_key)
    if asked.act == "withdraw":
        return _made(take_back(store, number, last, actor, request=key), response)
    if asked.act == "return":
        return _made(send_back(store, number, last, actor, asked.opinion or "", request=key), response)
    if asked.content is None:
        raise Refused([Fault("content", Text("签批须写明所见内容的摘要", "to sign, state the content that you saw"))])
    seen = Seen(last, asked.content, frozenset((each.rule, each.subject) for each in asked.seen))
    return _made(sign(store, number, seen, actor, opinion=asked.opinion, request=key), response)


def _made(made: Signed, response: Response) -> dict[str, Any]:
    response.headers.update(replayed(made.again))
    return {
        "id": str(made.id), "proposal": str(made.proposal), "act": made.act, "step": made.step, "steps": made.steps,
        "decision": None if made.decision is None else str(made.decision),
    }  # fmt: skip


@router.get(
    "/sign-off-rules",
    operation_id="read_sign_off_rules",
    response_model=SigningRulesShown,
    summary="签批设定 / through how many steps decisions go, and who signs",
)
def read_rules(caller: Reader, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        return signing_rules_json(read_signing_rules(connection))


@router.put(
    "/sign-off-rules",
    operation_id="set_sign_off_rules",
    status_code=204,
    openapi_extra=reference("SigningRulesRequest"),
    summary="设定签批 / set how decisions are signed",
)
def set_rules(caller: Admin, content: Values, app_state: StateNeeded) -> Response:
    rules, reason = signing_rules_from(content)
    set_signing_rules(app_state.store, rules, caller.acting("api"), reason)
    return Response(status_code=204)
