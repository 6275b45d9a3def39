"""Which routers a request is tried at: those that have a route which begins as its path does."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.routing import Match, Route
from starlette.types import Scope


class Router(APIRouter):
    """The routes of another router. They are tried only for a path that begins as one of them does: trying the routes of all routers takes as long as a short answer does."""

    def __init__(self, of: APIRouter) -> None:
        super().__init__(routes=of.routes)
        self._beginnings = tuple({_beginning(each.path) for each in of.routes if isinstance(each, Route)})
        # What is no plain route could match any path.
        self._plain = all(isinstance(each, Route) for each in of.routes)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        # Below the path of a proxy (`root_path`) only the routes know where their own path begins.
        if self._plain and not scope.get("root_path") and not scope["path"].startswith(self._beginnings):
            return Match.NONE, {}
        return super().matches(scope)


def _beginning(path: str) -> str:
    """What stands before a path's first parameter."""
    return path.partition("{")[0]
