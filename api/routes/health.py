"""`/healthz`, `/readyz`, `/metrics`, `/docs`: health, readiness, metrics and documentation, without a key."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from api import problems
from api.deps import StateNeeded
from api.documentation import page
from review.record.storage.journal import ahead_of_clock, last_event

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """It is well."""

    status: str = "ok"


class Ready(Health):
    """It can record; `waiting` are editions that the product ships and that the office has not adopted.

    `ahead` is the time of the last event where it lies more than five minutes ahead of the clock: until then every event bears it.
    """

    waiting: list[str] = []
    ahead: str | None = None


@router.get("/healthz", operation_id="report_health", summary="进程在运行 / the process runs")
async def report_health() -> Health:
    return Health()


@router.get(
    "/readyz",
    operation_id="report_readiness",
    summary="可以记录：数据库可写、结构为最新、磁盘有余量 / it can record: the database takes writes, its schema is current, the disk has room",
    response_model_exclude_none=True,
)
def report_readiness(app_state: StateNeeded) -> Ready:
    faults = app_state.readiness.faults()
    if faults:
        raise problems.Problem(503, *faults, headers={"Retry-After": "5"})
    with app_state.store.reading() as connection:
        last = last_event(connection).at
    ahead = last if ahead_of_clock(last) else None
    return Ready(waiting=[each.name for each in app_state.law.now().waiting()], ahead=ahead)


@router.get(
    "/metrics",
    operation_id="show_metrics",
    summary="Prometheus 指标 / metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus"}},
)
def show_metrics(app_state: StateNeeded) -> Response:
    return Response(app_state.meters.shown(app_state.store), media_type=CONTENT_TYPE_LATEST)


@router.get(
    "/docs", include_in_schema=False, response_class=HTMLResponse, summary="接口文档，一页 / this API as one page"
)
async def show_documentation(request: Request) -> HTMLResponse:
    return HTMLResponse(page(request.app.openapi()))
