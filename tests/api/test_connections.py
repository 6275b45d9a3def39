"""Clients without manners, several workers, and what stands on a connection before a route is known."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from api.received import WORKBOOK
from review.readers.workbook_template import fill_template
from review.record.proof.verification import verify
from review.record.storage.store import open_store
from tests.api.conftest import Server, client, eventually, forked, free_port, serving, start, stop, with_keys
from tests.api.lines import serve
from tests.api.test_api import AS_OF, made, named, problem
from tests.commands import FORKING, forked_at
from tests.databases import Databases


def said(server: Server, *pieces: bytes) -> bytes:
    """What a connection answers to these bytes, until it is closed."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        for piece in pieces:
            line.sendall(piece)
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    return answer


@pytest.fixture(scope="module")
def hasty(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    database, keys = databases.copy("sqlite", tmp_path_factory.mktemp("hasty"), with_keys)
    with serving(database, keys, head_seconds="0.3", receive_seconds="0.3", send_seconds="0.5") as running:
        yield running


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_a_head_that_does_not_come_is_given_up(hasty: Server, sent: bytes) -> None:
    answer = said(hasty, sent)
    assert answer.startswith(b"HTTP/1.1 408") and b"application/problem+json" in answer


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET /healthz\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/1.1\r\nA B: c\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 70_000,
    ],
)
def test_what_is_not_http_is_a_problem(hasty: Server, sent: bytes) -> None:
    answer = said(hasty, sent)
    assert answer.startswith(b"HTTP/1.1 400") and b"application/problem+json" in answer


def test_what_could_not_be_read_has_its_line_with_the_address(hasty: Server) -> None:
    for sent, status in ((b"GET / HT", 408), (b"nonsense\r\n\r\n", 400)):
        said(hasty, sent)
        found = json.loads(hasty.printed[-1])
        assert (found["address"], found["method"], found["route"], found["status"]) == (
            "127.0.0.1",
            None,
            "unread",
            status,
        )


def test_an_upgrade_is_passed_over_without_a_word(hasty: Server) -> None:
    before = len(hasty.printed)
    head = b"GET /healthz HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n"
    assert said(hasty, head).startswith(b"HTTP/1.1 200")
    assert [each for each in hasty.printed[before:] if "WARNING" in each] == []


def test_a_slow_batch_is_given_up(hasty: Server) -> None:
    head = f"POST /api/v1/check:batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {hasty.keys['officer']}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n["
    assert said(hasty, head.encode()).startswith(b"HTTP/1.1 408")


def test_a_reader_that_does_not_read_is_given_up(hasty: Server) -> None:
    """Its connection is closed before it has read anything, and its place among the batches is free again."""
    host, port = hasty.url.removeprefix("http://").split(":")
    sheets = ",".join(['{"project": {"name": "x"}}'] * 2000)
    body = f"[{sheets}]"
    head = f"POST /api/v1/check:batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {hasty.keys['officer']}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    names = ("unread-1", "unread-2")

    def given_up() -> bool:
        return all(any(f'"request": "{name}"' in each for each in list(hasty.printed)) for name in names)

    with ExitStack() as opened:
        lines = []
        for name in names:
            line = opened.enter_context(socket.socket())
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.connect((host, int(port)))
            line.sendall(f"{head}X-Request-Id: {name}\r\n\r\n{body}".encode())
            lines.append(line)
        for line in lines:
            # Looked at and not taken: both are at work, and nobody else of this key may be.
            assert line.recv(12, socket.MSG_PEEK | socket.MSG_WAITALL) == b"HTTP/1.1 200"
        # Both: one that is read before it is given up is sent all.
        eventually(given_up)
        assert hasty.request("POST", "/api/v1/check:batch", json=[named("x")], params=AS_OF).status_code == 200
        for line in lines:
            # Closed by the server: what it had sent is read, then the end or a reset comes.
            line.settimeout(60)
            heard = bytearray()
            with suppress(ConnectionResetError):
                while piece := line.recv(65536):
                    heard += piece
            assert not heard.endswith(b"]}\n\r\n0\r\n\r\n"), "what was sent is not the whole answer"


@pytest.mark.parametrize(
    "query", ["recomendation=reject", "limit=5&limit=6", "limit=5&x=1", "since=20250301", "since=1"]
)
def test_a_parameter_that_is_not_there_is_not_passed_over(hasty: Server, query: str) -> None:
    problem(hasty.request("GET", f"/api/v1/reviews?{query}"), 422)


def test_a_method_that_is_not_there_names_those_that_are(hasty: Server) -> None:
    response = hasty.request("PUT", "/api/v1/keys")
    problem(response, 405)
    assert response.headers["allow"] == "GET, HEAD, POST"
    assert hasty.request("HEAD", "/api/v1/check").headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("path", "role", "status"),
    [
        ("/healthz", None, 200), ("/readyz", None, 200), ("/openapi.json", None, 200), ("/api/v1/keys", "admin", 200), ("/api/v1/keys", "officer", 403),
        ("/api/v1/worklist", None, 401), ("/api/v1/reviews/99", "officer", 404), ("/api/v1/reviews?since=1", "officer", 422), ("/sign-in", None, 200),
        ("/worklist", None, 303), ("/nothing", None, 404),
    ],
)  # fmt: skip
def test_what_answers_get_answers_head_with_the_same_headers_and_no_body(
    hasty: Server, path: str, role: str | None, status: int
) -> None:
    headers = {"X-Request-Id": "same"}
    whole = hasty.request("GET", path, role, headers=headers, follow_redirects=False)
    head = hasty.request("HEAD", path, role, headers=headers, follow_redirects=False)
    assert (whole.status_code, head.status_code, head.content) == (status, status, b"")
    passing = ("date", "ratelimit", "set-cookie", "content-length")
    told, same = ({k: v for k, v in each.headers.items() if k not in passing} for each in (head, whole))
    assert told == same and set(head.headers) == set(whole.headers)


def test_nothing_follows_the_head_and_the_next_request_is_answered(hasty: Server) -> None:
    answers = said(
        hasty,
        b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    )
    first, _, rest = answers.partition(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 200") and rest.startswith(b"HTTP/1.1 200") and rest.endswith(b'{"status":"ok"}')
    counted = hasty.request("GET", "/metrics", "admin").text
    assert 'two_high_requests_total{method="HEAD",route="/healthz",status="200"}' in counted


def test_head_is_no_operation_of_the_document(hasty: Server) -> None:
    paths = hasty.request("GET", "/openapi.json", None).json()["paths"]
    assert [name for name, each in paths.items() if "head" in each] == []


@pytest.fixture
def patient(databases: Databases, tmp_path: Path) -> Iterator[Server]:
    """A server with the product's own limits of time: ten megabytes take a while on a busy machine."""
    with serving(*databases.copy("sqlite", tmp_path, with_keys)) as running:
        yield running


def test_a_workbook_is_read_as_a_sheet(patient: Server) -> None:
    content = fill_template(named("WORKBOOK-1"))
    found = patient.request("POST", "/api/v1/check", content=content, headers={"Content-Type": WORKBOOK}, params=AS_OF)
    alone = patient.request("POST", "/api/v1/check", json=named("WORKBOOK-1"), params=AS_OF)
    assert found.status_code == 200 and found.json() == alone.json()
    problem(
        patient.request("POST", "/api/v1/check", content=b"PK no workbook", headers={"Content-Type": WORKBOOK}), 422
    )
    problem(
        patient.request("POST", "/api/v1/check", content=b"x" * 10_000_001, headers={"Content-Type": WORKBOOK}), 413
    )


def test_an_answer_that_the_caller_has_is_not_sent_again(hasty: Server) -> None:
    number = made(hasty, named("TAG-1")).json()["id"]
    first = hasty.request("GET", f"/api/v1/reviews/{number}")
    again = hasty.request("GET", f"/api/v1/reviews/{number}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert hasty.request("GET", f"/api/v1/reviews/{number}", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.server
def test_no_worker_has_the_last_piece_of_an_answer_wait() -> None:
    """Without TCP_NODELAY the second piece of an answer waits some 40 ms for the caller's delayed acknowledgement of the first."""
    port = free_port()
    process = FORKING.Process(target=serve, args=(port, forked_at()))
    process.start()
    found: dict[int, int] = {}

    def both_answered() -> bool:
        try:
            with client(base_url=f"http://127.0.0.1:{port}") as line:
                told = line.get("/").json()
        except httpx.TransportError:
            return False
        found[told["worker"]] = told["nodelay"]
        return len(found) == 2

    try:
        eventually(both_answered)
    finally:
        process.terminate()
        process.join(60)
    assert process.pid not in found and all(found.values())


@pytest.mark.record
@pytest.mark.server
def test_several_workers_serve_one_record_and_finish_what_they_took(tmp_path: Path) -> None:
    server = start(f"sqlite:///{tmp_path / 'record.sqlite'}", workers="2", requests_per_minute="100000")
    done: list[int] = []

    def submit(number: int) -> None:
        done.append(made(server, named(f"W-{number}")).status_code)

    try:
        threads = [threading.Thread(target=submit, args=(number,)) for number in range(20)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        text = server.request("GET", "/metrics", None).text
        counted = re.search(r'two_high_reviews_total\{recommendation="[a-z]+",recorded="yes"\} ([0-9.]+)', text)
        assert counted and float(counted[1]) == 20, "any worker shows the sum of all"
        lines = "\n".join([json.dumps(named("x"))] * 100)
        headers = {"Content-Type": "application/x-ndjson"}
        with (
            server.client() as client,
            client.stream("POST", "/api/v1/check:batch", content=lines, headers=headers, params=AS_OF) as answer,
        ):
            answered = answer.iter_lines()
            assert json.loads(next(answered))["status"] == 200
            # Told to stop in the middle of an answer, it finishes that first.
            server.process.terminate()
            assert [json.loads(line)["status"] for line in answered] == [200] * 99
    finally:
        stop(server)
    assert done == [201] * 20 and server.process.returncode in (0, -15)
    store = open_store(server.database, create=False)
    with store.reading() as connection:
        found = verify(connection)
    store.close()
    assert (found.breaks, found.reviews) == ((), 20)


@pytest.mark.record
@pytest.mark.server
def test_workers_whose_parent_is_killed_give_the_port_back(tmp_path: Path) -> None:
    server = start(f"sqlite:///{tmp_path / 'record.sqlite'}", workers="2")
    host, port = server.url.removeprefix("http://").split(":")

    def refused() -> bool:
        with socket.socket() as line:
            return line.connect_ex((host, int(port))) != 0

    eventually(lambda: sum("Application startup complete" in each for each in list(server.printed)) == 2)
    workers = re.findall(r"Started server process \[([0-9]+)\]", "".join(server.printed))
    server.process.kill()
    try:
        eventually(refused)
    finally:
        for each in workers:
            with suppress(ProcessLookupError):
                os.kill(int(each), signal.SIGKILL)
        stop(server)


@pytest.mark.record
@pytest.mark.server
def test_that_no_more_connections_can_be_taken_is_said_once(tmp_path: Path) -> None:
    server = forked(f"sqlite:///{tmp_path / 'record.sqlite'}", head_seconds="60")
    host, port = server.url.removeprefix("http://").split(":")
    try:
        assert server.request("GET", "/readyz", None).status_code == 200
        files = len(os.listdir(f"/proc/{server.process.pid}/fd"))
        _, most = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (files + 20, most))
        with ExitStack() as opened:
            for _ in range(60):
                opened.enter_context(socket.create_connection((host, int(port))))
            eventually(lambda: any("new connections wait" in each for each in list(server.printed)))
        assert server.request("GET", "/healthz", None).status_code == 200
        found = [json.loads(each)["message"] for each in server.printed if '"ERROR"' in each]
        assert found == [f"new connections wait: Too many open files; this process may have {files + 20} files open"]
    finally:
        stop(server)
