"""Answers that do not reach their caller: the log says so and why, the meters count them, and no connection is left behind."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import Response
from fastapi.responses import StreamingResponse
from uvicorn.server import ServerState

from api.connections import Connection
from api.received import JSON
from tests.api.conftest import Server, eventually, forked, serving, stop, with_keys
from tests.databases import Databases

SHEETS = f"[{','.join(['{}'] * 4000)}]".replace("{}", '{"project": {"name": "x"}}').encode()


@pytest.fixture(scope="module")
def record(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, str]]:
    return databases.copy("sqlite", tmp_path_factory.mktemp("unfinished"), with_keys)


@pytest.fixture
def hasty(record: tuple[str, dict[str, str]]) -> Iterator[Server]:
    with serving(*record, send_seconds="0.5", finish_seconds="1") as running:
        yield running


def asked(server: Server, name: str, path: str, *, body: bytes = b"", role: str = "officer") -> socket.socket:
    """A connection on which that was asked, with little room for what is answered; its answer has begun."""
    host, port = server.url.removeprefix("http://").split(":")
    line = socket.socket()
    line.settimeout(60)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect((host, int(port)))
    head = f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.keys[role]}\r\nX-Request-Id: {name}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    line.sendall(head.encode() + body)
    assert line.recv(9, socket.MSG_PEEK | socket.MSG_WAITALL) == b"HTTP/1.1 "
    return line


def said(server: Server, name: str) -> dict[str, Any]:
    """The access line of a request, once it is there."""
    found: dict[str, Any] = {}

    def written() -> bool:
        for each in list(server.printed):
            line = json.loads(each)
            if line.get("request") == name:
                found.update(line)
        return bool(found)

    eventually(written)
    return found


def errors(server: Server) -> list[dict[str, Any]]:
    """What the log holds of errors and warnings."""
    return [each for each in map(json.loads, list(server.printed)) if each["level"] not in ("INFO", "DEBUG")]


def counted(server: Server, why: str) -> bool:
    text = server.request("GET", "/metrics", None).text
    return f'two_high_unfinished_answers_total{{cause="{why}"}} 1.0\n' in text


def test_the_line_of_a_reader_that_does_not_read_says_so(hasty: Server) -> None:
    with asked(hasty, "slow", "/api/v1/check:batch", body=SHEETS):
        line = said(hasty, "slow")
        assert (line["status"], line["unfinished"]) == (200, "the caller took no piece of it within 0.5 s")
        assert errors(hasty) == [] and counted(hasty, "slow")


def test_the_line_of_a_caller_that_goes_away_says_so(hasty: Server) -> None:
    line = asked(hasty, "gone", "/api/v1/check:batch", body=SHEETS)
    # Closed by a reset, as where a program is killed.
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()
    found = said(hasty, "gone")
    assert (found["status"], found["unfinished"]) == (200, "the caller closed the connection")
    assert errors(hasty) == [] and counted(hasty, "gone")


def test_an_answer_that_is_taken_is_not_called_unfinished(hasty: Server) -> None:
    headers = {"X-Request-Id": "taken"}
    assert hasty.request("POST", "/api/v1/check", json={"project": {"name": "x"}}, headers=headers).status_code == 200
    assert "unfinished" not in said(hasty, "taken")
    assert hasty.request("HEAD", "/healthz", headers={"X-Request-Id": "head"}).status_code == 200
    assert "unfinished" not in said(hasty, "head")
    assert "two_high_unfinished_answers_total{cause" not in hasty.request("GET", "/metrics", None).text


def test_what_the_service_cannot_finish_when_it_stops_has_its_line(record: tuple[str, dict[str, str]]) -> None:
    with serving(*record, send_seconds="600", finish_seconds="1") as stopped:
        line = asked(stopped, "stopped", "/api/v1/check:batch", body=SHEETS)
    with line:
        found = said(stopped, "stopped")
        assert (found["status"], found["unfinished"]) == (200, "the service stopped")
        # That requests were broken off is uvicorn's to say; no traceback goes with it.
        assert [each["message"].partition(",")[0] for each in errors(stopped)] == ["Cancel 1 running task(s)"]


def test_what_a_thread_is_at_when_the_service_stops_is_done_before_the_record_is_closed(
    record: tuple[str, dict[str, str]],
) -> None:
    begun, broken_off = threading.Event(), threading.Event()
    found = list[bool]()
    with serving(*record, finish_seconds="1") as server:
        store = application(server).state.two_high.store
        closed, close = threading.Event(), store.close

        def closing() -> None:
            closed.set()
            close()

        def slow() -> None:
            begun.set()
            broken_off.wait(60)
            found.append(closed.is_set())

        def stopping() -> None:
            eventually(lambda: any("Cancel 1 running task(s)" in each for each in list(server.printed)))
            broken_off.set()

        store.close = closing
        application(server).add_api_route("/slow", slow)
        line = socket.create_connection(tuple(server.url.removeprefix("http://").split(":")))  # type: ignore[arg-type]
        line.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\nX-Request-Id: at-work\r\n\r\n")
        begun.wait(60)
        watching = threading.Thread(target=stopping)
        watching.start()
    watching.join()
    line.close()
    assert found == [False]
    assert said(server, "at-work")["unfinished"] == "the service stopped"


@pytest.mark.record
@pytest.mark.server
def test_a_process_that_ends_has_written_the_lines_of_what_it_broke_off(tmp_path: Path) -> None:
    """Told so by a signal it ends by that signal, at once when the application has ended."""
    server = forked(f"sqlite:///{tmp_path / 'record.sqlite'}", finish_seconds="1")
    options: dict[str, Any] = {"content": SHEETS, "headers": {"X-Request-Id": "broken-off", "Content-Type": JSON}}
    with (
        pytest.raises(httpx.RemoteProtocolError),
        server.client() as client,
        client.stream("POST", "/api/v1/check:batch", **options) as answer,
    ):
        pieces = answer.iter_raw()
        next(pieces)
        server.process.terminate()
        for _ in pieces:
            pass
    stop(server)
    lines = [json.loads(each) for each in server.printed if '"request": "broken-off"' in each]
    assert [each["unfinished"] for each in lines] == ["the service stopped"]


def test_a_connection_of_which_the_answer_is_not_taken_is_dropped(record: tuple[str, dict[str, str]]) -> None:
    """An answer of one piece is out of the application's hands at once, however little of it was taken."""
    with serving(*record, send_seconds="0.5", finish_seconds="600") as server:
        with_large_answer(server)
        with asked(server, "large", "/large"):
            assert "unfinished" not in said(server, "large")
            eventually(lambda: any("connection dropped" in each for each in list(server.printed)))
    assert errors(server) == []


def test_a_connection_that_is_not_read_does_not_hold_up_the_stop(record: tuple[str, dict[str, str]]) -> None:
    with serving(*record, send_seconds="600", finish_seconds="1") as server:
        with_large_answer(server)
        line = asked(server, "large", "/large")
        said(server, "large")
    with line:
        assert errors(server) == [], "nothing was at work, so nothing was cancelled"


class Clock:
    """Calls what is due as a test lets time pass, in place of an event loop."""

    def __init__(self) -> None:
        self.now, self.due = 0.0, list[tuple[float, Callable[..., None], tuple[Any, ...]]]()

    def call_later(self, seconds: float, call: Callable[..., None], *arguments: Any) -> Any:
        timer = (self.now + seconds, call, arguments)
        self.due.append(timer)
        return SimpleNamespace(cancel=lambda: self.due.remove(timer) if timer in self.due else None)

    def pass_by(self, seconds: float) -> None:
        self.now += seconds
        for timer in [each for each in self.due if each[0] <= self.now]:
            self.due.remove(timer)
            timer[1](*timer[2])


class Sent:
    """A connection of which a test says how much its caller has not taken yet; nothing of an answer for longer than a minute ends it."""

    def __init__(self) -> None:
        self.left, self.dropped, self.clock = 0, False, Clock()
        transport = SimpleNamespace(
            get_extra_info=lambda name: None, get_write_buffer_size=lambda: self.left, is_closing=lambda: self.dropped,
            abort=self.abort, close=lambda: None,
        )  # fmt: skip
        limits = {"head_seconds": 600, "send_seconds": 60, "finish_seconds": 30}
        config = uvicorn.Config("api.server:application", factory=True, log_config=None, timeout_keep_alive=600)
        self.connection = Connection(config, ServerState(), limits, self.clock)  # type: ignore[arg-type]
        self.connection.connection_made(transport)

    def abort(self) -> None:
        self.dropped = True

    def begins(self, left: int) -> None:
        """The next answer, of which so much is left; more of it is to come."""
        self.left, self.connection.cycle = left, SimpleNamespace(response_complete=False)  # type: ignore[assignment]

    def ends(self, left: int) -> None:
        """An answer that was sent whole, of which so much is left."""
        self.left, self.connection.cycle = left, SimpleNamespace(response_complete=True)  # type: ignore[assignment]
        self.connection.on_response_complete()


def test_who_takes_an_answer_slowly_is_waited_for_and_who_takes_nothing_is_not() -> None:
    sent = Sent()
    sent.ends(1000)
    for left in (999, 998):
        sent.left = left
        sent.clock.pass_by(60)
        assert not sent.dropped
    sent.clock.pass_by(60)
    assert sent.dropped


@pytest.mark.parametrize("whole", [True, False])
def test_a_caller_of_whose_next_answer_as_much_is_left_as_of_the_one_before_has_taken_that(whole: bool) -> None:
    sent = Sent()
    sent.ends(1000)
    sent.clock.pass_by(59)
    (sent.ends if whole else sent.begins)(1000)
    sent.clock.pass_by(1)
    assert not sent.dropped
    sent.ends(1000)
    sent.clock.pass_by(60)
    assert sent.dropped


def test_an_answer_that_breaks_in_the_middle_tells_nothing_of_what_was_sent(hasty: Server) -> None:
    async def pieces() -> Any:
        yield b"begun"
        raise ValueError("某厂的内容")

    application(hasty).add_api_route("/broken", lambda: StreamingResponse(pieces()))
    with asked(hasty, "broken", "/broken"):
        found = said(hasty, "broken")
    assert found["unfinished"] == "it failed"
    assert "某厂" not in "".join(hasty.printed)
    assert ["unexpected ValueError" in each["message"] for each in errors(hasty)] == [True]


def with_large_answer(server: Server) -> None:
    """Have it answer `/large` with more than sockets hold, in one piece."""
    application(server).add_api_route("/large", lambda: Response(b"x" * 40_000_000))


def application(server: Server) -> Any:
    """The application that a server of this process serves."""
    return server.direct.server.config.loaded_app.app  # type: ignore[union-attr]
