"""HEAD: whatever answers GET answers it too, with the same status and headers and no body (RFC 9110)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any


class HeadAnswered:
    """ASGI middleware: inside it a request by HEAD is one by GET; what is sent of the body is left out."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[None]],
    ) -> None:
        if scope.get("method") != "HEAD":
            await self.app(scope, receive, send)
            return
        inside = {**scope, "method": "GET"}

        async def without_body(message: Any) -> None:
            # What was found out on the way (route, caller, quota) is told and counted outside.
            scope.update({**inside, "method": "HEAD"})
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app(inside, receive, without_body)
