"""HTTP connection with a time limit for a request's head and for what is left of an answer; what is not HTTP is answered with a problem."""

from __future__ import annotations

import asyncio
import errno
import logging
import resource
import socket
from typing import Any, Protocol

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from api import problems
from api.logs import FIELDS
from api.settings import Settings

# What a request finds its connection by in the application's state.
LINE = "line"
_LOG, _ACCESS = logging.getLogger("api.connections"), logging.getLogger("api.access")

# What keeps the system from taking a connection.
_NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_PAUSE_SECONDS = 60.0


def limits(settings: Settings) -> dict[str, float]:
    """What the application's state says to each connection."""
    return {each: getattr(settings, each) for each in ("head_seconds", "send_seconds", "finish_seconds")}


class Refused:
    """The loop's handler of errors: that no connection can be taken is said once a minute, where asyncio says it two thousand times a second."""

    def __init__(self) -> None:
        self._again = 0.0

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if not (isinstance(error, OSError) and error.errno in _NO_ROOM):
            loop.default_exception_handler(context)
        elif loop.time() >= self._again:
            self._again = loop.time() + _PAUSE_SECONDS
            most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
            _LOG.error("new connections wait: %s; this process may have %d files open", error.strerror, most)


class Line(Protocol):
    """A connection, as the application sees it while it answers."""

    @property
    def lost(self) -> bool:
        """Whether the caller went away before the answer that is under way was sent."""

    def drop(self) -> None:
        """End it at once: what the caller has not taken is not kept, and no more of an answer is expected."""


class Connection(H11Protocol):
    """uvicorn's HTTP/1.1 with limits of time, which the application's state holds.

    `head_seconds`: how long a head may take. `send_seconds`: how long nothing of an answer may be taken that was sent whole.
    `finish_seconds`: how long what is left of one may take when the service stops.
    """

    _head: asyncio.TimerHandle | None = None
    _untaken: asyncio.TimerHandle | None = None
    _stopping: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, LINE: self}
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
        for each in (self._untaken, self._stopping):
            if each is not None:
                each.cancel()
        super().connection_lost(exc)

    @property
    def lost(self) -> bool:
        return self.cycle.disconnected

    @property
    def _address(self) -> str | None:
        return self.client[0] if self.client else None

    def drop(self) -> None:
        if not self.cycle.response_complete:
            self.cycle.disconnected = True
        self.transport.abort()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._expect()

    def shutdown(self) -> None:
        super().shutdown()
        # Before uvicorn's own time is over: it would say that it breaks something off, and nothing is at work.
        self._stopping = self.loop.call_later(self.app_state["finish_seconds"] * 0.8, self._end)

    def _expect(self) -> None:
        """The clock runs while something is left of an answer that was sent whole, from what was taken last, and anew with each answer."""
        if self._untaken is not None:
            self._untaken.cancel()
            self._untaken = None
        if left := self.transport.get_write_buffer_size():
            self._untaken = self.loop.call_later(self.app_state["send_seconds"], self._look, left)

    def _look(self, before: int) -> None:
        left = self.transport.get_write_buffer_size()
        # What is left may be of the next answer, which is under way.
        if left == before and self.cycle.response_complete:
            self._give_up(left)
        else:
            self._expect()

    def _end(self) -> None:
        left = self.transport.get_write_buffer_size()
        if left and (self.cycle is None or self.cycle.response_complete):
            self._give_up(left)

    def _give_up(self, left: int) -> None:
        _LOG.info("connection dropped: %s did not take the rest of an answer, %d bytes", self._address, left)
        self.transport.abort()

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

    def _unsupported_upgrade_warning(self) -> None:
        """An upgrade is passed over, as HTTP has it. uvicorn would have the operator install what speaks WebSocket."""

    def _refuse(self, status: int) -> None:
        line = {"address": self._address, "method": None, "route": "unread", "status": status}
        _ACCESS.info("unread %d", status, extra={FIELDS: line})
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
