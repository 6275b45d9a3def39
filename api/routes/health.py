"""`/healthz`, `/readyz`, `/metrics`, `/docs`: health, readiness, metrics and documentation, without a key."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from api import problems
from api.deps import StateNeeded
from api.documentation import page

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """It is well."""

    status: str = "ok"


class Ready(Health):
    """It can record; `waiting` are editions that the product ships and that the office has not adopted."""

    waiting: list[str] = []


@router.get("/healthz", operation_id="report_health", summary="进程在运行 / the process runs")
async def report_health() -> Health:
    return Health()


@router.get(
    "/readyz",
    operation_id="report_readiness",
    summary="可以记录：数据库可写、结构为最新、磁盘有余量 / it can record: the database takes writes, its schema is current, the disk has room",
)
def report_readiness(app_state: StateNeeded) -> Ready:
    faults = app_state.readiness.faults()
    if faults:
        raise problems.Problem(503, *faults, headers={"Retry-After": "5"})
    return Ready(waiting=[each.name for each in app_state.law.now().waiting()])


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
