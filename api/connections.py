"""HTTP connection with a time limit for a request's head; what is not HTTP is answered with a problem."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from api import problems


class Connection(H11Protocol):
    """uvicorn's HTTP/1.1 with a limit on the time a head may take: `head_seconds` of the application's state."""

    _head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        # Several workers share a listener of which asyncio does not see that it is TCP: an answer's last piece would wait for an acknowledgement.
        line = transport.get_extra_info("socket")
        if line is not None and line.family in (socket.AF_INET, socket.AF_INET6):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """The clock runs from the first byte of a head, or from the connection itself, to the head's end."""
        if self.conn.their_state is not h11.IDLE or self.transport.is_closing():
            self._rest()
        elif self._head is None:
            self._head = self.loop.call_later(self.app_state["head_seconds"], self._late)

    def _rest(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _late(self) -> None:
        self._head = None
        if not self.transport.is_closing() and self.conn.their_state is h11.IDLE:
            self._refuse(408)

    def send_400_response(self, msg: str) -> None:
        self._refuse(400)

    def _refuse(self, status: int) -> None:
        # Where an answer is under way already there is no place for another.
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            content = problems.unread(status)
            headers = [
                (b"content-type", problems.MEDIA_TYPE.encode()), (b"content-length", str(len(content)).encode()), (b"connection", b"close"),
                (b"content-language", b"zh"), (b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"),
            ]  # fmt: skip
            for event in (
                h11.Response(status_code=status, headers=headers),
                h11.Data(data=content),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
