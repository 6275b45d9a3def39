"""The short path of a call that judges a sheet: the steps of the whole path in its order, without the framework's solving of dependencies.

Each worker judges what comes this way in one thread: the evaluators share an interpreter, so several would only take turns.
Large sheets are read in other threads, so that they keep nobody from being judged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from api.deps import bearer, state_of
from api.parameters import within
from api.received import JSON, media_type, sheet, upload

# Bytes. The largest sheets take many times as long to read as to judge; of usual ones, a few kB, another thread would cost as much as it spares.
_LARGE = 16_384


class JudgingRoute(APIRoute):
    """A route whose function takes the caller, the sheet, the state of the application and parameters of the query, by these names.

    A request with anything unusual (a workbook, two keys, a parameter that is not there or cannot be read) goes the whole path, which says what is
    wrong with it.

    It calls by itself what the whole path has as dependencies, those of `include_router` in `api.app` included, and no others: one that is added
    there is to be called here too. A test compares them.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        whole = super().get_route_handler()
        asked = _Asked(self.dependant)

        async def handler(request: Request) -> Response:
            query = asked.query(request)
            keys = request.headers.getlist("authorization")
            if query is None or media_type(request) != JSON or len(keys) > 1:
                return await whole(request)
            app_state = state_of(request)
            token = await bearer(keys[0] if keys else None)
            # It may wait for the record, which must keep nobody else from being judged.
            caller = await run_in_threadpool(asked.identify, request, app_state, token)
            content = await upload(request, app_state)
            read = await run_in_threadpool(sheet, content) if len(content[0]) > _LARGE else None

            def judged() -> Response:
                sent = read or sheet(content)
                found: Response = self.endpoint(caller=caller, sheet=sent, app_state=app_state, **query)
                return found

            return await asyncio.get_running_loop().run_in_executor(app_state.judging, judged)

        return handler


class _Asked:
    """What a function of a route asks for: the caller with one of its roles, and parameters of the query."""

    def __init__(self, dependant: Dependant) -> None:
        parts = list(within(dependant))
        self.identify: Callable[..., Any] = next(
            each.call for each in parts if each.call is not None and "roles" in getattr(each.call, "__dict__", {})
        )
        self._fields = {each.alias: each for part in parts for each in part.query_params}

    def query(self, request: Request) -> dict[str, Any] | None:
        """The parameters that are given, by the names that the function has for them; None where one is unknown, there twice or cannot be read."""
        given = request.query_params.multi_items()
        found = {}
        for name, text in given:
            field = self._fields.get(name)
            if field is None or field.name in found:
                return None
            found[field.name], faults = field.validate(text)
            if faults:
                return None
        return found
