"""`/check`, `/reviews…`: a sheet in, a review out; decided on, replayed, listed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Response

from api.deps import (
    PREFIX,
    AsOf,
    IdempotencyKey,
    Reader,
    Replayer,
    RulesetName,
    Sheet,
    StateNeeded,
    Submitter,
    Values,
    edition,
    request_key,
)
from api.problems import Problem
from api.wire import DecisionMade, ReviewRecorded, ReviewsPage, day_from, ruling_from
from review.editions import DEFAULT, load_builtin
from review.errors import EditionNotFound, Fault, Refused, Text
from review.records import chain
from review.records.contents import Kept, last_decision, read_review, reviews_page
from review.records.decisions import decide
from review.records.rejudging import task_of
from review.records.submissions import submit
from review.replay import Target, replay
from review.verdict import judge

router = APIRouter(prefix=PREFIX, tags=["reviews"])
Number = Annotated[int, Path(description="审查编号 / the review's number", ge=1, le=2**63 - 1)]
SHEET_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ProjectSheet"}}}}}
DECISION_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ruling"}}}}}
REPLAY_BODY = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ReplayRequest"}}}}
}
REVIEW = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Review"}}}, "description": "two-high/review/1"}


@router.post("/check", openapi_extra=SHEET_BODY, responses={200: REVIEW}, summary="审查一份项目表，不记录 / review a sheet, nothing stored")
def check(who: Reader, sheet: Sheet, ruleset: RulesetName = None, as_of: AsOf = None) -> Response:
    found, when = edition(ruleset, as_of)
    return Response(judge(sheet, found, when).to_bytes(), media_type="application/json")


@router.post(
    "/reviews", status_code=201, openapi_extra=SHEET_BODY, responses={201: {"model": ReviewRecorded}},
    summary="审查并记录 / review a sheet and store the review",
)  # fmt: skip
def create(
    who: Submitter,
    sheet: Sheet,
    here: StateNeeded,
    ruleset: RulesetName = None,
    as_of: AsOf = None,
    replaces: Annotated[
        int | None, Query(ge=1, le=2**63 - 1, description="所替代的审查编号 / the review that this is a new version of")
    ] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    found, when = edition(ruleset, as_of)
    key = request_key(who, idempotency_key)
    made = submit(here.store, sheet, who.name, ruleset=found, as_of=when, replaces=replaces, request=key)
    with here.store.reading() as connection:
        content = _recorded(read_review(connection, made.id))
    return Response(content, 201, {"Location": f"/api/v1/reviews/{made.id}"}, "application/json")


def _recorded(kept: Kept) -> bytes:
    """A recorded review: its numbers, and the very bytes that are kept."""
    head = {
        "id": str(kept.id), "project": kept.project, "version": kept.version,
        "replaces": None if kept.replaces is None else str(kept.replaces), "digest": kept.digest,
    }  # fmt: skip
    return json.dumps(head).encode()[:-1] + b', "review": ' + kept.content.rstrip() + b"}"


@router.get("/reviews", response_model=ReviewsPage, summary="审查清单，新的在前 / recorded reviews, newest first")
def listed(
    who: Reader,
    here: StateNeeded,
    since: Annotated[date | None, Query(description="审查日不早于 / as of this day or later")] = None,
    until: Annotated[date | None, Query(description="审查日不晚于 / as of this day or earlier")] = None,
    project: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    recommendation: Annotated[str | None, Query(pattern="^(approve|justify|supplement|reject|rectify)$")] = None,
    cursor: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="上一页给出的 next / `next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    with here.store.reading() as connection:
        return reviews_page(
            connection, since=since, until=until, project=project, recommendation=recommendation, before=cursor, limit=limit
        )


@router.get("/reviews/{number}", responses={200: {"model": ReviewRecorded}}, summary="一项审查 / one review")
def one(who: Reader, number: Number, here: StateNeeded) -> Response:
    with here.store.reading() as connection:
        kept = read_review(connection, number)
        tag = _tag(number, last_decision(connection, number))
    return Response(_recorded(kept), headers={"ETag": tag}, media_type="application/json")


def _tag(number: int, decision: int | None) -> str:
    return f'"{number}-{decision or 0}"'


@router.post(
    "/reviews/{number}/decision", status_code=201, openapi_extra=DECISION_BODY, response_model=DecisionMade,
    summary="作出决定 / decide; appended, never changed",
)  # fmt: skip
def decided(
    who: Submitter,
    number: Number,
    content: Values,
    here: StateNeeded,
    idempotency_key: IdempotencyKey = None,
    if_match: Annotated[
        str | None, Header(max_length=60, description="审查的 ETag：之后如有新决定则拒绝 / refuses if decided since")
    ] = None,
) -> Any:
    ruling = ruling_from(content)
    if who.role == "system" and not (ruling.on_behalf_of or "").strip():
        words = Text("审批系统须写明代表的审批人员", "the approval system says on whose behalf it decides")
        raise Refused([Fault("on_behalf_of", words)])
    expected = _expected(number, if_match)
    made = decide(
        here.store, number, ruling, who.name, expected=expected, second_person=here.settings.second_person,
        request=request_key(who, idempotency_key),
    )  # fmt: skip
    return {
        "id": str(made.id),
        "review": str(number),
        "departs": made.departs,
        "conditions": list(made.conditions),
        "short": list(made.short),
    }


def _expected(number: int, tag: str | None) -> int | None:
    if tag is None or tag == "*":
        return None
    review, _, decision = tag.strip('"').partition("-")
    if review != str(number) or not (decision.isascii() and decision.isdigit() and len(decision) < 19):
        raise Problem(412, Fault("If-Match", Text("不是该审查的 ETag", "is not an ETag of this review")))
    return int(decision)


@router.post("/reviews/{number}/replay", openapi_extra=REPLAY_BODY, summary="重放 / judge again: the same, or against another edition")
def replayed(who: Replayer, number: Number, content: Values, here: StateNeeded) -> dict[str, Any]:
    target = _target(content)
    with here.store.reading() as connection:
        task = task_of(connection, read_review(connection, number), {})
    return {**replay(task, target), "review": str(number)}


def _target(content: Any) -> Target:
    if not isinstance(content, dict) or {*content} - {"against", "as_of"}:
        raise Refused([Fault("", Text("应为含 against、as_of 的对象", "should be an object with against and as_of"))])
    against, day = content.get("against"), content.get("as_of")
    if not isinstance(against, str | None) or not isinstance(day, str | None):
        raise Refused([Fault("against", Text("应为文字", "should be text"))])
    if against is None and day is None:
        return Target()
    as_of = day_from("as_of", day)
    name = against or DEFAULT
    place, _, wanted = name.partition("@")
    contents = tuple(_contents(place, wanted, name))
    return Target(name, contents, wanted, as_of)


def _contents(place: str, wanted: str, name: str) -> Iterator[bytes]:
    editions = load_builtin(place) if place.isidentifier() else ()
    if not editions or (wanted and wanted not in [each.edition for each in editions]):
        raise EditionNotFound([Fault("against", Text(f"没有版本 {name[:80]}", f"there is no edition {name[:80]}"))])
    yield from (chain.canonical(dict(each.content)) for each in editions)
