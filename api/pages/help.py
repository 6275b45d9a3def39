"""`/help`: what each page is for and how it is used (帮助), on one page that can be printed; readable without signing in."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.deps import StateNeeded
from api.web.rendering import page
from api.web.session import signed_in

router = APIRouter(include_in_schema=False)


@router.get("/help")
def shown(request: Request, app_state: StateNeeded) -> Response:
    signed_in(request, app_state)
    return page(request, "help.html")
