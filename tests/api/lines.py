"""An application that answers which worker it is and how its connection was set up, served as `serve` serves the product."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI, Request

from api.connections import Connection, limits
from api.server import options
from api.settings import Settings
from tests.commands import fork_too


class Told(Connection):
    """The product's own connection, which tells the application of its socket."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        line = transport.get_extra_info("socket")
        self.app_state = {**self.app_state, "nodelay": line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)}


def application() -> FastAPI:
    """The application, for a worker."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[dict[str, float]]:
        yield limits(Settings())

    app = FastAPI(lifespan=life)

    @app.get("/")
    async def line(request: Request) -> dict[str, int]:
        return {"worker": os.getpid(), "nodelay": request.state.nodelay}

    return app


def serve(port: int, address: str) -> None:
    """Serve it by two workers, forked from the process at that address, until this process is ended."""
    fork_too(address)
    uvicorn.run(
        "tests.api.lines:application",
        factory=True,
        port=port,
        workers=2,
        log_level="critical",
        **{**options(Settings()), "http": "tests.api.lines:Told"},
    )
