"""`/check`, `/reviews…`: sheets judged; reviews recorded, decided on, replayed and listed."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query, Response

from api.deps import PREFIX, AsOf, Day, Number, Reader, Reason, Replayer, RulesetName, StateNeeded, Submitter, edition
from api.if_match import IfMatch, as_seen, expected_decision
from api.openapi import SHEET, answers, reference
from api.openapi_headers import headers
from api.received import JSON, PASSED_OVER, Sheet, Values
from api.repeats import IdempotencyKey, replayed, request_key, require_no_batch_key
from api.short_path import JudgingRoute
from api.targets import target
from api.wire.document import Review
from api.wire.reading import day_from, read
from api.wire.reviews import (
    DecisionMade,
    ReplayedAlone,
    ReplayTarget,
    ReviewRecorded,
    ReviewsPage,
    ReviewSupplement,
    decision_json,
    ruling_from,
)
from review.errors import Fault, Refused, Text
from review.record.cases.decisions import decide
from review.record.cases.persons import name_of
from review.record.cases.submissions import Recorded, submit
from review.record.proof.rejudging import task_of
from review.record.storage.contents import (
    Span,
    last_decision,
    read_review,
    read_ruleset,
    read_sheet_bytes,
    reviews_page,
)
from review.record.views.replay_reach import reach_of
from review.replay.recorded import RecordedReview, sheet_from
from review.replay.replaying import replay
from review.verdict.judging import judge
from review.verdict.stated import to_put_right

router = APIRouter(prefix=PREFIX, tags=["reviews"])
ReviewNumber = Annotated[int, Path(description="审查编号 / the review's number", ge=1, le=2**63 - 1, examples=[17])]


def check_sheet(
    caller: Reader, sheet: Sheet, app_state: StateNeeded, ruleset: RulesetName = None, as_of: AsOf = None
) -> Response:
    found, when = edition(app_state, ruleset, as_of)
    review = judge(sheet.sheet, found, when)
    app_state.meters.reviewed(review.recommendation, recorded=False)
    return Response(review.to_bytes(), headers=sheet.headers, media_type=JSON)


router.add_api_route(
    "/check",
    check_sheet,
    methods=["POST"],
    operation_id="check_sheet",
    openapi_extra=SHEET,
    responses={200: {"model": Review, "description": "two-high/review/1", "headers": headers(PASSED_OVER)}},
    summary="审查一份项目表，不记录 / review a sheet, nothing stored",
    route_class_override=JudgingRoute,
)


@router.post(
    "/reviews",
    operation_id="record_review",
    status_code=201,
    openapi_extra=SHEET,
    responses={201: {"model": ReviewRecorded, "headers": headers("Location", PASSED_OVER)}, **answers(404, 409)},
    summary="审查并记录 / review a sheet and store the review",
)
def record_review(
    caller: Submitter,
    sheet: Sheet,
    app_state: StateNeeded,
    ruleset: RulesetName = None,
    as_of: AsOf = None,
    replaces: Annotated[
        Number | None, Query(description="所替代的审查编号 / the review that this is a new version of")
    ] = None,
    reason: Reason = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    found = edition(app_state, ruleset, as_of)[0] if ruleset else None
    request = request_key(caller, idempotency_key)
    require_no_batch_key(app_state.store, request)
    made = submit(
        app_state.store,
        sheet.sheet,
        caller.acting("api"),
        ruleset=found,
        as_of=as_of,
        replaces=replaces,
        reason=reason,
        request=request,
    )
    if not made.again:
        app_state.meters.reviewed(made.recommendation, recorded=True)
    told = {"Location": f"{PREFIX}/reviews/{made.id}", **sheet.headers, **replayed(made.again)}
    return Response(_whole(made), 201, told, JSON)


def _whole(found: Recorded | RecordedReview) -> bytes:
    """A recorded review: its numbers, and the very bytes that are stored."""
    return json.dumps(found.head()).encode()[:-1] + b', "review": ' + found.content.rstrip() + b"}"


@router.get(
    "/reviews",
    operation_id="list_reviews",
    response_model=ReviewsPage,
    summary="审查清单，新的在前 / recorded reviews, newest first",
)
def list_reviews(
    caller: Reader,
    app_state: StateNeeded,
    since: Annotated[Day | None, Query(description="审查日不早于 / as of this day or later")] = None,
    until: Annotated[Day | None, Query(description="审查日不晚于 / as of this day or earlier")] = None,
    project: Number | None = None,
    recommendation: Literal["approve", "justify", "supplement", "reject", "rectify"] | None = None,
    cursor: Annotated[Number | None, Query(description="上一页给出的 next / `next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    with app_state.store.reading() as connection:
        return reviews_page(
            connection, Span(since, until, project), recommendation=recommendation, before=cursor, limit=limit
        )


@router.get(
    "/reviews/{number}",
    operation_id="get_review",
    responses={
        200: {"model": ReviewRecorded, "headers": headers("ETag")},
        304: {"description": "未变 / not changed", "headers": headers("ETag")},
        **answers(404),
    },
    summary="一项审查 / one review",
)
def get_review(
    caller: Reader, number: ReviewNumber, app_state: StateNeeded,
    if_none_match: Annotated[str | None, Header(max_length=200, description="已有的 ETag / the ETag that the caller has")] = None,
) -> Response:  # fmt: skip
    with app_state.store.reading() as connection:
        recorded = read_review(connection, number)
        tag = _tag(number, last_decision(connection, number))
    # The review itself never changes; its decisions may.
    told = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if if_none_match and {tag, "*"} & {each.strip().removeprefix("W/") for each in if_none_match.split(",")}:
        return Response(status_code=304, headers=told)
    return Response(_whole(recorded), headers=told, media_type=JSON)


@router.get(
    "/reviews/{number}/supplement",
    operation_id="read_supplement",
    response_model=ReviewSupplement,
    responses=answers(404),
    summary="补充材料清单：应补充的，应核对更正的 / what a review asks to be stated, checked or put right",
)
def read_supplement(caller: Reader, number: ReviewNumber, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        recorded = read_review(connection, number)
        sheet = sheet_from(read_sheet_bytes(connection, recorded.sheet))
        case = recorded.case(sheet, read_ruleset(connection, recorded.ruleset))
    asked = recorded.document()["supplement"]
    wrong = to_put_right([each["path"] for each in asked], case)
    said = {path: words.as_json() for path, words in wrong.items()}
    return {"supplement": [{**each, "put_right": said.get(each["path"])} for each in asked]}


def _tag(number: int, decision: int | None) -> str:
    return f'"{number}-{decision or 0}"'


@router.post(
    "/reviews/{number}/decision",
    operation_id="decide_review",
    status_code=201,
    openapi_extra=reference("Ruling"),
    response_model=DecisionMade,
    responses=answers(404, 409, 412, 428),
    summary="作出决定 / decide; appended, never changed",
)
def decide_review(
    caller: Submitter,
    number: ReviewNumber,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Any:
    ruling = ruling_from(content)
    if caller.role == "system" and not (name_of(ruling.on_behalf_of) or "").strip():
        words = Text("审批系统须写明代表的审批人员", "the approval system says on whose behalf it decides")
        raise Refused([Fault("on_behalf_of", words)])
    if caller.is_person and (name_of(ruling.second) or "").strip():
        words = Text(
            "复核人不由本人指定：请由另一位审查人员登录复核（网页或 …/pending），或由审批系统载明",
            "nobody names a second person of their own: another officer confirms it (on the pages, or by …/pending), or the approval system vouches for it",
        )
        raise Refused([Fault("second", words)])
    expected = expected_decision(app_state.store, number, if_match)
    with as_seen():
        made = decide(
            app_state.store, number, ruling, caller.acting("api"), expected=expected, second_person=app_state.settings.second_person,
            request=request_key(caller, idempotency_key), seen=if_match is not None,
        )  # fmt: skip
    response.headers.update(replayed(made.again))
    return decision_json(made, number)


@router.post(
    "/reviews/{number}/replay",
    operation_id="replay_review",
    openapi_extra=reference("ReplayTarget"),
    responses={200: {"model": ReplayedAlone}, **answers(404)},
    summary="重放 / judge again: the same, or against another edition",
)
def replay_review(caller: Replayer, number: ReviewNumber, content: Values, app_state: StateNeeded) -> dict[str, Any]:
    asked = read(ReplayTarget, content)
    aim = target(app_state.law.now(), asked.against, day_from("as_of", asked.as_of))
    with app_state.store.reading() as connection:
        task = task_of(connection, read_review(connection, number), {})
        reach = reach_of(connection, Span(after=number - 1, upto=number), aim)
    return {**replay(task, aim), "review": str(number), "notes": reach.as_json()["notes"]}
