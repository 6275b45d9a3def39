"""`/`: what is waiting for whom."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.deps import StateNeeded
from api.web.rendering import page
from api.web.session import Viewer

router = APIRouter(include_in_schema=False)


@router.get("/")
def home(request: Request, who: Viewer, here: StateNeeded, said: Annotated[str, Query(max_length=40)] = "") -> Response:
    return page(request, "home.html", said=said)
