"""The application over loopback, on each database, with a key for each role: in this process, or as the real command where the process is the point."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from api.app import create_app
from api.logs import JsonLines
from api.server import options
from api.settings import Settings
from review.record.access.keys import ROLES, create_key
from review.record.storage.store import Store, open_store
from tests.commands import Started
from tests.databases import DATABASES, Databases
from tests.direct import Direct

ROOT = Path(__file__).resolve().parents[2]
_NUMBERS = count(1)
# A client makes one of its own if it is given none, which takes longer than a request.
_TLS = ssl.create_default_context()


@dataclass
class Server:
    """A running server: its address, its record, a key a role, and the lines that it printed."""

    url: str
    database: str
    keys: dict[str, str]
    printed: list[str] = field(default_factory=list)
    # The way to the application past the socket, where it is served from this process.
    direct: httpx.BaseTransport | None = None

    def client(self, role: str | None = "officer", **headers: str) -> httpx.Client:
        """A client that signs in with the role's key."""
        given = {"Authorization": f"Bearer {self.keys[role]}"} if role else {}
        return client(base_url=self.url, headers={**given, **headers})

    def request(self, method: str, path: str, role: str | None = "officer", **options: Any) -> httpx.Response:
        with self.client(role) as client:
            return client.request(method, path, **options)


@dataclass
class Process(Server):
    """A server of its own process, started by the command or forked."""

    process: subprocess.Popen[str] | Started = field(kw_only=True)
    reader: threading.Thread | None = None


class _Cookies(httpx.Cookies):
    """A client's cookies: an answer that sets none is not looked through, which takes as long as a tenth of a request."""

    def extract_cookies(self, response: httpx.Response) -> None:
        if "set-cookie" in response.headers:
            super().extract_cookies(response)


def client(**options: Any) -> httpx.Client:
    """A client that nobody is signed in with."""
    made = httpx.Client(verify=_TLS, timeout=30, **options)
    made._cookies = _Cookies(made.cookies)
    return made


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document of the application."""
    return create_app(Settings()).openapi()


def with_keys(store: Store) -> dict[str, str]:
    """Make a key for each role. Returns them by role."""
    return {role: create_key(store, f"{role}（示例）", role, "test") for role in ROLES}


class _Listening(uvicorn.Server):
    """A server that says when it listens, or has failed to."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        try:
            await super().startup(sockets)
        finally:
            self.settled.set()


class _Printed(logging.Handler):
    """What a server's log would be, as lines; not what the clients beside it say."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.addFilter(lambda record: record.threadName != "MainThread")
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{self.format(record)}\n")


@contextmanager
def printed() -> Iterator[list[str]]:
    """The lines that are logged meanwhile."""
    lines: list[str] = []
    root, handler = logging.getLogger(), _Printed(lines)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


@contextmanager
def serving(database: str, keys: dict[str, str] | None = None, /, **settings: str) -> Iterator[Server]:
    """The application in this process, over loopback as `serve` sets it up. Without `keys` a key is made for each role."""
    if keys is None:
        store = open_store(database)
        keys = with_keys(store)
        store.close()
    # A test that waits asks often; one that is about the limit sets its own.
    settings = {"requests_per_minute": "1000000", **settings}
    asked = Settings(database=database, **settings)  # type: ignore[arg-type]
    server = _Listening(uvicorn.Config(create_app(asked), **options(asked)))
    # Any port, unless a test has to know it beforehand.
    with printed() as lines, socket.create_server(("127.0.0.1", int(settings.get("port", "0")))) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            server.settled.wait()
            assert server.started
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            yield Server(url, database, keys, lines, Direct(server, server.loop))
        finally:
            server.should_exit = True
            thread.join()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start(database: str, **settings: str) -> Process:
    """Start a server by its command and wait until it says that it listens."""

    def command(arguments: list[str], environment: dict[str, str]) -> subprocess.Popen[str]:
        program = [sys.executable, "-c", "from api.command_line import main; main()", *arguments]
        return subprocess.Popen(
            program, cwd=ROOT, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )

    return _served(command, database, settings)


def forked(database: str, **settings: str) -> Process:
    """Start a server in a process of its own that has the product's modules loaded, and wait until it says that it listens."""
    return _served(lambda arguments, environment: Started(*arguments, environment=environment), database, settings)


def _served(
    begin: Callable[[list[str], dict[str, str]], subprocess.Popen[str] | Started],
    database: str,
    settings: dict[str, str],
) -> Process:
    store = open_store(database)
    keys = with_keys(store)
    store.close()
    port = free_port()
    environment = {**os.environ, **{f"TWO_HIGH_{name.upper()}": value for name, value in settings.items()}}
    environment.pop("TWO_HIGH_DATABASE", None)
    # Beside the keys, which go when the test process ends.
    passwords = Path(environment["TWO_HIGH_KEY_FILE"]).with_name(f"first-password-{next(_NUMBERS)}.txt")
    environment.setdefault("TWO_HIGH_FIRST_PASSWORD_FILE", str(passwords))
    process = begin(["serve", "--port", str(port), "--database", database], environment)
    server = Process(f"http://127.0.0.1:{port}", database, keys, process=process)
    assert process.stderr
    for line in process.stderr:
        server.printed.append(line)
        if "Uvicorn running" in line:
            break
    else:
        raise AssertionError("".join(server.printed))
    # What it prints further is read along, so that its pipe never fills.
    server.reader = threading.Thread(target=lambda: server.printed.extend(process.stderr or ()), daemon=True)
    server.reader.start()
    # Several workers listen a little later than their parent says so.
    eventually(lambda: _listens(port))
    return server


def _listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def stop(server: Process) -> None:
    server.process.terminate()
    server.process.wait(timeout=60)
    if server.reader and server.process.stderr:
        server.reader.join()
        server.process.stderr.close()


@pytest.fixture(scope="module", params=DATABASES)
def server(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The application for the tests of a module."""
    database, keys = databases.copy(request.param, tmp_path_factory.mktemp("api"), with_keys)
    with serving(database, keys) as running:
        yield running


def administrator_key(printed: list[str]) -> str | None:
    match = re.search(r"two-high\.[0-9a-f]{16}\.\S+", "".join(printed))
    return match[0] if match else None


def eventually(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Look again and again until it holds: soon at first, then the more rarely the longer it takes, as looking takes its time from what is waited for."""
    begun = time.monotonic()
    while not holds():
        passed = time.monotonic() - begun
        assert passed < seconds, "did not come about"
        time.sleep(min(0.25, 0.02 + passed / 20))
