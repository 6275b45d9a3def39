"""A client's way to the application of a running server without a socket: what the server would make of the request is handed to it."""

from __future__ import annotations

import asyncio
from queue import SimpleQueue
from typing import Any
from urllib.parse import unquote

import httpx
import uvicorn

_PIECE = 65_536
_SECONDS = 60


class Direct(httpx.BaseTransport):
    """Asks the application in the server's own loop, as its connections do. Whatever the application raises is raised here."""

    def __init__(self, server: uvicorn.Server, loop: asyncio.AbstractEventLoop, port: int) -> None:
        self.server, self.loop, self.port = server, loop, port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path, _, query = request.url.raw_path.partition(b"?")
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "scheme": request.url.scheme,
            "server": ("127.0.0.1", self.port), "client": ("127.0.0.1", 1), "method": request.method, "root_path": "",
            "path": unquote(path.decode("ascii")), "raw_path": path, "query_string": query,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "state": self.server.lifespan.state.copy(),
        }  # fmt: skip
        answers: SimpleQueue[httpx.Response | BaseException] = SimpleQueue()
        exchange = _Exchange(scope, request.read(), self.server.server_state.default_headers, answers)
        self.loop.call_soon_threadsafe(exchange.begin, self.server.config.loaded_app)
        answer = answers.get(timeout=_SECONDS)
        if isinstance(answer, BaseException):
            raise answer
        return answer


class _Exchange:
    """One request and its answer, which is given as soon as it is whole."""

    def __init__(
        self, scope: dict[str, Any], body: bytes, headers: list[tuple[bytes, bytes]], answers: SimpleQueue[Any]
    ) -> None:
        self.scope, self.body, self.headers, self.answers = scope, body, headers, answers
        self.begun, self.whole = False, asyncio.Event()
        self.status, self.pieces = 0, bytearray()

    def begin(self, app: Any) -> None:
        # A loop knows its tasks weakly.
        self.task = asyncio.get_running_loop().create_task(self._run(app))

    async def _run(self, app: Any) -> None:
        try:
            await app(self.scope, self._receive, self._send)
            assert self.whole.is_set(), "no answer"
        except BaseException as error:
            self.answers.put(error)

    async def _receive(self) -> dict[str, Any]:
        if not self.begun or self.body:
            self.begun = True
            piece, self.body = self.body[:_PIECE], self.body[_PIECE:]
            return {"type": "http.request", "body": piece, "more_body": bool(self.body)}
        await self.whole.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], [*self.headers, *message["headers"]]
            return
        if self.scope["method"] != "HEAD":
            self.pieces += message.get("body", b"")
        if not message.get("more_body", False):
            self.whole.set()
            self.answers.put(
                httpx.Response(self.status, headers=self.headers, stream=httpx.ByteStream(bytes(self.pieces)))
            )
