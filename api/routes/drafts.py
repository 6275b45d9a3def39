"""`/drafts…`: sheets being filled in, with every version; submitted, a draft becomes a review."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from api.deps import PREFIX, Officer, State, StateNeeded, edition
from api.openapi import answers, reference
from api.openapi_headers import headers
from api.received import Values
from api.repeats import REPLAYED, IdempotencyKey, replayed, request_key
from api.wire.drafts import (
    DraftsPage,
    DraftVersionsPage,
    DraftWhole,
    draft_from,
    draft_json,
    saved_json,
    submission_from,
)
from api.wire.reading import day_from, refuse
from api.wire.reviews import DraftSubmitted
from review.clock import today
from review.drafting.faults import faults_of
from review.drafting.typed import Typed, typed
from review.errors import Refused, SheetError
from review.readers.written.answers import placed
from review.readers.written.sheet import first_unread, understood
from review.record.access.callers import Principal
from review.record.cases.drafts import (
    Author,
    SavedDraft,
    create_draft,
    list_versions,
    page_of_drafts,
    put_away,
    read_draft,
    save_draft,
    submit_draft,
)

router = APIRouter(prefix=PREFIX, tags=["drafts"])
Draft = Annotated[int, Path(ge=1, le=2**63 - 1, description="草稿编号 / the draft's number", examples=[3])]
After = Annotated[int, Query(ge=0, le=2**63 - 1, description="上一页给出的 next / `next` of the page before")]


@router.get(
    "/drafts",
    operation_id="list_drafts",
    response_model=DraftsPage,
    summary="草稿，自己的在前，新建的在前 / drafts that are not submitted, one's own first, each newest first",
)
def list_all(
    caller: Officer,
    app_state: StateNeeded,
    away: Annotated[bool, Query(description="收起的 / those put away")] = False,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    with app_state.store.reading() as connection:
        found = page_of_drafts(connection, caller.key, away=away, after=after or None, limit=limit)
    return {
        "items": [draft_json(each) for each in found[:limit]],
        "next": found[limit - 1]["id"] if len(found) > limit else None,
    }


@router.post(
    "/drafts",
    operation_id="create_draft",
    status_code=201,
    openapi_extra=reference("DraftContent"),
    response_model=DraftWhole,
    responses={201: {"headers": headers("Location")}, **answers(404, 409)},
    summary="新建草稿 / begin a draft",
)
def create(
    caller: Officer,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    asked = draft_from(content)
    if asked.version is not None:
        refuse("version", "新建草稿不写版本", "a new draft has no version yet")
    replaces = None if asked.replaces is None else int(asked.replaces)
    made = create_draft(
        app_state.store,
        _author(caller),
        _typed(asked.values),
        "json",
        replaces=replaces,
        request=request_key(caller, idempotency_key),
    )
    response.headers.update({"Location": f"{PREFIX}/drafts/{made.id}", **replayed(made.again)})
    return _shown(app_state, made.id, 1)


@router.get(
    "/drafts/{draft}",
    operation_id="get_draft",
    response_model=DraftWhole,
    responses=answers(404),
    summary="一份草稿：内容、问题 / a draft with its content and what is wrong with it",
)
def one(
    caller: Officer,
    draft: Draft,
    app_state: StateNeeded,
    version: Annotated[int | None, Query(ge=1, le=1_000_000, description="默认最近一版 / by default the last")] = None,
) -> Any:
    return _shown(app_state, draft, version)


@router.put(
    "/drafts/{draft}",
    operation_id="save_draft",
    openapi_extra=reference("DraftContent"),
    response_model=DraftWhole,
    responses=answers(404, 409),
    summary="保存为新的一版；他人在此期间改动的不覆盖 / save it as another version; what somebody changed meanwhile is not overwritten",
)
def save(
    caller: Officer,
    draft: Draft,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    asked = draft_from(content)
    if asked.version is None:
        refuse("version", "必须写明所见的版本", "should be the version that was seen")
    if asked.replaces is not None:
        refuse("replaces", "只在新建草稿时写明", "is stated of a new draft alone")
    values = _typed(asked.values)
    saved = save_draft(
        app_state.store,
        draft,
        _author(caller),
        lambda _: values,
        "json",
        base=asked.version,
        request=request_key(caller, idempotency_key),
    )
    response.headers.update(replayed(saved.again))
    return _shown(app_state, draft, saved.version)


@router.get(
    "/drafts/{draft}/versions",
    operation_id="list_draft_versions",
    response_model=DraftVersionsPage,
    responses=answers(404),
    summary="草稿的全部版本，最近的在前 / the versions of a draft, the last first",
)
def versions(
    caller: Officer, draft: Draft, app_state: StateNeeded, after: After = 0, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> Any:  # fmt: skip
    with app_state.store.reading() as connection:
        found = list_versions(connection, draft, before=after or None, limit=limit)
    return {"items": found[:limit], "next": found[limit - 1]["version"] if len(found) > limit else None}


@router.post(
    "/drafts/{draft}/submit",
    operation_id="submit_draft",
    status_code=201,
    openapi_extra=reference("DraftSubmission"),
    response_model=DraftSubmitted,
    responses={201: {"headers": headers("Location", REPLAYED)}, **answers(404, 409)},
    summary="提交：审查并记录，草稿即关闭 / submit it: its review is recorded, and the draft closed",
)
def submit(caller: Officer, draft: Draft, content: Values, app_state: StateNeeded, response: Response) -> Any:
    asked = submission_from(content)
    day = day_from("as_of", asked.as_of) or today()
    ruleset = edition(app_state, asked.ruleset, day)[0] if asked.ruleset else None
    with app_state.store.reading() as connection:
        left = read_draft(connection, draft, asked.version).typed.left
    if left:
        refuse(
            left[0].where, "表中没有这一项的位置，请先更正内容", "has no place in a sheet: correct the content first"
        )
    made = submit_draft(
        app_state.store, draft, asked.version, caller.acting("api"), ruleset=ruleset, as_of=day, reason=asked.reason
    )
    response.headers["Location"] = f"{PREFIX}/reviews/{made.id}"
    response.headers.update(replayed(made.again))
    return {"id": str(made.id), "recommendation": made.recommendation}


@router.post(
    "/drafts/{draft}/put-away",
    operation_id="put_draft_away",
    status_code=204,
    responses=answers(404),
    summary="收起，各版本保留 / take it off the list; its versions stay",
)
def put_draft_away(caller: Officer, draft: Draft, app_state: StateNeeded) -> Response:
    put_away(app_state.store, draft, True)
    return Response(status_code=204)


@router.post(
    "/drafts/{draft}/take-back",
    operation_id="take_draft_back",
    status_code=204,
    responses=answers(404),
    summary="放回清单 / put it back on the list",
)
def take_draft_back(caller: Officer, draft: Draft, app_state: StateNeeded) -> Response:
    put_away(app_state.store, draft, False)
    return Response(status_code=204)


def _author(caller: Principal) -> Author:
    return Author(caller.key, caller.name)


def _typed(values: Any) -> Typed:
    """What is filled in, each fault of it under `values`. Raises Refused."""
    try:
        return typed(values)
    except SheetError as error:
        raise Refused(placed(error, "values")) from None


def _shown(app_state: State, draft: int, version: int | None = None) -> dict[str, Any]:
    with app_state.store.reading() as connection:
        saved = read_draft(connection, draft, version)
    return saved_json(saved, _faults(app_state, saved))


def _faults(app_state: State, saved: SavedDraft) -> list[dict[str, Any]]:
    """What cannot be read of a draft, and what is wrong with what can, by the edition in force today."""
    ruleset, day = edition(app_state, None, None)
    read = understood(saved.typed.values, lambda: ruleset)
    found = (*first_unread(read), *faults_of(read.values, ruleset, day))
    return [{"path": each.where, "detail": each.text.as_json()} for each in found]
