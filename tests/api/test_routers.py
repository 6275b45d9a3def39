"""A request reaches the same routes whether all routers are tried or those alone that its path begins as."""

from __future__ import annotations

import re

import pytest
from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import Scope

from api.app import ROUTERS, create_app
from api.pages import PAGES
from api.routers import Router
from api.settings import Settings

PATHS = sorted({each.path for router in (*ROUTERS, *PAGES) for each in router.routes if isinstance(each, Route)})
PLAIN = Route("/plain", lambda _: None)
VALUES = ("7:export", "")


def matched(app: FastAPI, path: str, root_path: str = "") -> list[tuple[int, Match]]:
    """Which routers have an answer to it, by their places."""
    scope = {"type": "http", "path": path, "method": "GET", "root_path": root_path, "headers": []}
    found = [(place, each.matches(dict(scope))[0]) for place, each in enumerate(app.router.routes)]
    return [each for each in found if each[1] != Match.NONE]


@pytest.mark.parametrize("root_path", ["", "/two-high"])
def test_no_route_is_missed(root_path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings())
    asked = [
        (root_path + re.sub(r"\{[^}]*\}", value, path) + end, root_path)
        for path in PATHS
        for value in VALUES
        for end in ("", "/")
    ]
    narrowed = [matched(app, *each) for each in asked]
    monkeypatch.delattr(Router, "matches")
    assert narrowed == [matched(app, *each) for each in asked]
    assert sum(map(bool, narrowed)) > len(PATHS)


@pytest.mark.parametrize(("routes", "tried"), [([Mount("/files", app=FastAPI()), PLAIN], True), ([PLAIN], False)])
def test_what_is_no_plain_route_is_always_tried(
    routes: list[BaseRoute], tried: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    app = FastAPI(openapi_url=None)
    app.include_router(Router(APIRouter(routes=routes)))

    def matches(_: APIRouter, scope: Scope) -> tuple[Match, Scope]:
        asked.append(scope["path"])
        return Match.NONE, {}

    monkeypatch.setattr(APIRouter, "matches", matches)
    assert matched(app, "/files/x") == []
    assert asked == ["/files/x"] * tried
