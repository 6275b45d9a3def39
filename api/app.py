"""The application: routes over a store, problems for every failure, request ids, logs and metrics."""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from starlette.middleware.gzip import GZipMiddleware

from api import problems
from api.deps import PREFIX, State
from api.documentation import page
from api.routes import office, reviews
from api.settings import Settings
from api.wire import KeyRequest, ProblemDocument, ReplayRequest, Ruling, SourceEntry
from review.errors import RecordUnavailable
from review.records.store import open_store
from review.records.tables import RECORD_TABLES
from review.sheet import json_schema

_LOG = logging.getLogger("api.access")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,80}")
_ERRORS = (400, 401, 403, 404, 408, 409, 412, 413, 415, 422, 429, 500, 503)
_HEADERS = (
    (b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"), (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"),
)  # fmt: skip


class Meters:
    """What is counted, for /metrics."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("two_high_requests", "Requests", ["method", "route", "status"], registry=self.registry)
        self.seconds = Histogram("two_high_request_seconds", "Time to answer", ["method", "route"], registry=self.registry)


class Observed:
    """ASGI middleware: a request id, safe headers, a line of log without any content, and the meters."""

    def __init__(self, app: Any, meters: Meters) -> None:
        self.app, self.meters = app, meters

    async def __call__(
        self, scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        scope["request_id"] = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        started, status, answered = time.perf_counter(), 500, False

        async def observed(message: Any) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], True
                message["headers"] = [*message["headers"], *_HEADERS, (b"x-request-id", scope["request_id"].encode())]
            await send(message)

        try:
            await self.app(scope, receive, observed)
        except Exception as error:
            if answered:
                raise
            await problems.crashed(Request(scope), error)(scope, receive, observed)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            seconds = time.perf_counter() - started
            method = scope["method"] if scope["method"] in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS") else "OTHER"
            self.meters.requests.labels(method, route, status).inc()
            self.meters.seconds.labels(method, route).observe(seconds)
            who = scope.get("principal")
            line = {"request": scope["request_id"], "method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
            _LOG.info(json.dumps({**line, "key": who.key if who else None}))


def create_app(settings: Settings) -> FastAPI:
    """The application. The record is opened when it starts and closed when it ends."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
        store = open_store(settings.database, busy_seconds=settings.busy_seconds)
        app.state.two_high = State.of(settings, store)
        try:
            yield
        finally:
            store.close()

    app = FastAPI(
        title="“两高”项目对照审查 two-high review",
        version="1",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        responses={status: {"model": ProblemDocument, "description": problems.TITLES[status].en} for status in _ERRORS},
        redirect_slashes=False,
    )
    problems.install(app)
    for router in (reviews.router, office.router):
        app.include_router(router)
    meters = Meters()
    _add_health(app, meters)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(Observed, meters=meters)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _add_health(app: FastAPI, meters: Meters) -> None:
    @app.get("/healthz", tags=["health"], summary="进程在运行 / the process runs")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", tags=["health"], summary="数据库可用、结构为最新 / the database answers and its schema is current")
    def ready(request: Request) -> dict[str, str]:
        here: State = request.app.state.two_high
        try:
            with here.store.reading() as connection:
                connection.execute(RECORD_TABLES[0].select().limit(1)).first()
        except RecordUnavailable as error:
            raise problems.Problem(503, *error.faults) from error
        return {"status": "ok"}

    @app.get("/metrics", tags=["health"], summary="Prometheus 指标 / metrics", response_class=Response)
    def metrics() -> Response:
        return Response(generate_latest(meters.registry), media_type=CONTENT_TYPE_LATEST)

    @app.get("/docs", include_in_schema=False, response_class=HTMLResponse)
    def documentation() -> HTMLResponse:
        return HTMLResponse(page(app.openapi()))


def _openapi(app: FastAPI) -> dict[str, Any]:
    """OpenAPI with the sheet's own schema, the bodies that are read exactly, and problems for every error."""
    if app.openapi_schema:
        return app.openapi_schema
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    sheet = json_schema()
    schemas |= {name: _moved(each) for name, each in sheet.pop("$defs", {}).items()}
    for name in ("$schema", "$id"):
        sheet.pop(name, None)
    schemas["ProjectSheet"] = _moved(sheet)
    schemas["Review"] = {"type": "object", "required": ["schema", "recommendation", "findings"], "description": "two-high/review/1"}
    for model in (Ruling, ReplayRequest, SourceEntry, KeyRequest):
        made = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= made.pop("$defs", {})
        schemas[model.__name__] = made
    document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for path, methods in document["paths"].items():
        for operation in methods.values():
            if path.startswith(PREFIX):
                operation["security"] = [{"key": []}]
            operation["parameters"] = [each for each in operation.get("parameters", []) if each["name"].lower() != "authorization"]
            for status, response in operation["responses"].items():
                if status.startswith(("4", "5")):
                    response["content"] = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    app.openapi_schema = document
    return document


def _moved(schema: Any) -> Any:
    """A schema whose references point into the components."""
    if isinstance(schema, dict):
        return {
            name: each.replace("#/$defs/", "#/components/schemas/") if name == "$ref" else _moved(each) for name, each in schema.items()
        }
    return [_moved(each) for each in schema] if isinstance(schema, list) else schema
