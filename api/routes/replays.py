"""`/replays…`: many reviews judged again in the background."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from api.deps import PREFIX, Replayer, StateNeeded
from api.jobs import aim_of, digests, reach_again
from api.openapi import answers, reference
from api.received import Values
from api.repeats import IdempotencyKey, replayed, request_key
from api.wire.operations import DifferencesPage, ReplayJob, ReplayRead, ReplaysPage, replay_from
from api.wire.reading import day_from
from review.record.work.replay_jobs import Asked, cancel_job, differences, list_jobs, read_job, start_job

router = APIRouter(prefix=PREFIX, tags=["replays"])
Job = Annotated[str, Path(max_length=40, description="任务编号 / the replay's id")]


@router.post(
    "/replays",
    operation_id="start_replay",
    status_code=202,
    openapi_extra=reference("ReplayRequest"),
    response_model=ReplayJob,
    responses=answers(409),
    summary="在后台重放多项审查 / judge many reviews again, in the background",
)
def start_replay(
    caller: Replayer,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    stated = replay_from(content)
    for name in ("as_of", "since", "until"):
        day_from(name, getattr(stated, name))
    asked: Asked = {
        "against": stated.against,
        "as_of": stated.as_of,
        "since": stated.since,
        "until": stated.until,
        "project": stated.project,
    }
    made = start_job(
        app_state.store,
        asked,
        digests(aim_of(app_state.law.now(), asked)),
        caller.name,
        request=request_key(caller, idempotency_key),
    )
    response.headers.update(replayed(made.again))
    return made.job


@router.get(
    "/replays",
    operation_id="list_replays",
    response_model=ReplaysPage,
    summary="重放任务，新的在前 / replays, newest first",
)
def list_replays(caller: Replayer, app_state: StateNeeded, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> Any:
    with app_state.store.reading() as connection:
        return {"items": list_jobs(connection, limit)}


@router.get(
    "/replays/{replay}",
    operation_id="get_replay",
    response_model=ReplayRead,
    responses=answers(404),
    summary="进度、汇总、比较了什么 / progress, summary, and what is compared",
)
def read_replay(caller: Replayer, replay: Job, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        job = read_job(connection, replay)
        reach = reach_again(connection, job)
    return {**job, "reach": None if reach is None else reach.as_json()}


@router.get(
    "/replays/{replay}/differences",
    operation_id="list_replay_differences",
    response_model=DifferencesPage,
    responses=answers(404),
    summary="有差异的审查 / the reviews that differ",
)
def list_differences(
    caller: Replayer, replay: Job, app_state: StateNeeded,
    cursor: Annotated[int, Query(ge=0, le=2**63 - 1, description="上一页给出的 next / `next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:  # fmt: skip
    with app_state.store.reading() as connection:
        return differences(connection, replay, after=cursor, limit=limit)


@router.post(
    "/replays/{replay}/cancel",
    operation_id="cancel_replay",
    response_model=ReplayJob,
    responses=answers(404),
    summary="取消，已得结果保留 / cancel; what was found stays",
)
def cancel_replay(caller: Replayer, replay: Job, app_state: StateNeeded) -> Any:
    return cancel_job(app_state.store, replay)
