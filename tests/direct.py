"""A client's way to the application of a running server without a socket."""

from __future__ import annotations

import asyncio

import httpx
import uvicorn

_SECONDS = 60


class Direct(httpx.BaseTransport):
    """Asks the application in the server's own loop, as its connections do. Whatever the application raises is raised here."""

    def __init__(self, server: uvicorn.Server, loop: asyncio.AbstractEventLoop) -> None:
        self.server, self.loop = server, loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        content = request.read()
        return asyncio.run_coroutine_threadsafe(self._asked(request, content), self.loop).result(_SECONDS)

    async def _asked(self, request: httpx.Request, content: bytes) -> httpx.Response:
        application = httpx.ASGITransport(self.server.config.loaded_app, client=("127.0.0.1", 1))
        sent = httpx.Request(request.method, request.url, headers=request.headers.raw, content=content)
        answer = await application.handle_async_request(sent)
        headers = [*self.server.server_state.default_headers, *answer.headers.raw]
        return httpx.Response(answer.status_code, headers=headers, stream=httpx.ByteStream(await answer.aread()))
