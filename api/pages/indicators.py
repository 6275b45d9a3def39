"""`/indicators`: the city's indicators beside the plan's targets, and which projects are counted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.deps import StateNeeded, edition
from api.web.rendering import page
from api.web.session import Viewer
from review.record.views.indicators import counted, indicators

router = APIRouter(include_in_schema=False)


@router.get("/indicators")
def shown(request: Request, caller: Viewer, app_state: StateNeeded) -> Response:
    ruleset, day = edition(app_state, None, None)
    with app_state.store.reading() as connection:
        found = indicators(connection, ruleset)
    return page(request, "indicators.html", found=found, day=day.isoformat())


@router.get("/indicators/projects")
def projects(
    request: Request, caller: Viewer, app_state: StateNeeded, cursor: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    with app_state.store.reading() as connection:
        found = counted(connection, edition(app_state, None, None)[0].id, cursor=cursor or None)
    return page(request, "counted.html", lines=found.lines, cursor=found.cursor, later=bool(cursor))
