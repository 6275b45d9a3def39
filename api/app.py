"""The application: routes and pages over a store, with what works in the background while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute

from api import connections, openapi, problems
from api.background import working
from api.deps import State, known_query
from api.head_requests import HeadAnswered
from api.observation import Meters, Observed
from api.pages import PAGES
from api.routers import Router
from api.routes import (
    administration,
    answers,
    attachments,
    balances,
    batches,
    cases,
    consultations,
    corrected,
    decisions,
    drafts,
    health,
    keys,
    lists,
    logs,
    notes,
    office,
    papers,
    pending,
    people,
    problem_types,
    proofs,
    proposals,
    replays,
    reviews,
    rulesets,
    search,
    second_factors,
    sign_offs,
    webhooks,
)
from api.settings import Settings
from api.web import failures
from review.record.access.weakening import record_settings
from review.record.editions.adoption import adopt_shipped_once
from review.record.storage.actors import at_terminal
from review.record.storage.store import open_store

ROUTERS = tuple(
    each.router
    for each in (
        health,
        reviews,
        batches,
        replays,
        rulesets,
        proposals,
        attachments,
        answers,
        sign_offs,
        notes,
        consultations,
        office,
        balances,
        cases,
        webhooks,
        people,
        second_factors,
        keys,
        logs,
        corrected,
        decisions,
        search,
        papers,
        pending,
        proofs,
        drafts,
        lists,
        administration,
        problem_types,
    )
)

# What is left to requests that were broken off as the service stops; with `finish_seconds` less than systemd waits.
_LAST_SECONDS = 10


@cache
def _routes() -> Sequence[BaseRoute]:
    """The routes of all routers, put together once: what an endpoint asks for is analysed when it is first called, and that stays with them."""
    whole = APIRouter(redirect_slashes=False)
    for each in ROUTERS:
        # What is added here is to be called in api/short_path.py too.
        whole.include_router(Router(each), dependencies=[Depends(known_query)])
    for each in PAGES:
        whole.include_router(Router(each))
    return tuple(whole.routes)


def create_app(settings: Settings, *, started: Callable[[], object] = lambda: None) -> FastAPI:
    """The application. The record is opened when it starts and closed when it ends. `started` is called once it can answer."""
    meters = Meters()
    at_work: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[dict[str, float]]:
        asyncio.get_running_loop().set_exception_handler(connections.Refused())
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
        store = open_store(settings.database, busy_seconds=settings.busy_seconds, key_file=settings.key_file)
        app.state.two_high = State.of(settings, store, meters)
        try:
            # What is at hand is read now, so that a fault in it keeps the service from starting, and nothing is recorded.
            app.state.two_high.law.now().waiting()
            adopt_shipped_once(store)
            record_settings(store, second_person=settings.second_person, actor=at_terminal("two-high serve"))
            async with working(store, settings, app.state.two_high.attempts):
                started()
                # What connections are told.
                yield connections.limits(settings)
        finally:
            if at_work:
                # They were broken off: what a thread has begun is done soon, and has its line in the log.
                _, late = await asyncio.wait(at_work, timeout=_LAST_SECONDS)
                for each in late:
                    each.cancel()
                if late:
                    await asyncio.wait(late)
            app.state.two_high.close()
            store.close()

    app = FastAPI(lifespan=life, docs_url=None, redoc_url=None, openapi_url="/openapi.json", redirect_slashes=False)
    problems.install(app, lambda path: openapi.methods((*ROUTERS, *PAGES), path))
    app.state.failures = problems.Pages(failures.wants_page, failures.failure_page)
    failures.install(app)
    app.router.routes.extend(_routes())
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(HeadAnswered)
    app.add_middleware(Observed, meters=meters, send_seconds=settings.send_seconds, at_work=at_work)
    app.openapi = lambda: openapi.openapi(app, ROUTERS)  # type: ignore[method-assign]
    return app
