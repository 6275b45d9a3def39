"""A real server process over loopback, on each database, with a key for each role."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from review.record.access.keys import ROLES, create_key
from review.record.storage.store import open_store
from tests.conftest import DATABASES, new_postgresql

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Server:
    """A running server: its address, a key a role, and what it printed."""

    url: str
    database: str
    keys: dict[str, str]
    process: subprocess.Popen[str]
    printed: list[str] = field(default_factory=list)
    reader: threading.Thread | None = None

    def client(self, role: str | None = "officer", **headers: str) -> httpx.Client:
        """A client that signs in with the role's key."""
        given = {"Authorization": f"Bearer {self.keys[role]}"} if role else {}
        return httpx.Client(base_url=self.url, headers={**given, **headers}, timeout=30)

    def request(self, method: str, path: str, role: str | None = "officer", **options: Any) -> httpx.Response:
        with self.client(role) as client:
            return client.request(method, path, **options)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start(database: str, **settings: str) -> Server:
    """Start a server and wait until it says that it listens."""
    store = open_store(database)
    keys = {role: create_key(store, f"{role}（示例）", role, "test") for role in ROLES}
    store.close()
    port = free_port()
    environment = {**os.environ, **{f"TWO_HIGH_{name.upper()}": value for name, value in settings.items()}}
    environment.pop("TWO_HIGH_DATABASE", None)
    command = [
        sys.executable,
        "-c",
        "from api.command_line import main; main()",
        "serve",
        "--port",
        str(port),
        "--database",
        database,
    ]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    server = Server(f"http://127.0.0.1:{port}", database, keys, process)
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


def stop(server: Server) -> None:
    server.process.terminate()
    server.process.wait(timeout=60)
    if server.reader and server.process.stderr:
        server.reader.join()
        server.process.stderr.close()


@pytest.fixture(scope="module", params=DATABASES)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for the tests of a module."""
    if request.param == "sqlite":
        database = f"sqlite:///{tmp_path_factory.mktemp('api') / 'record.sqlite'}"
    else:
        database = new_postgresql(request.getfixturevalue("postgresql"))
    running = start(database, requests_per_minute="1000000")
    yield running
    stop(running)


def administrator_key(printed: list[str]) -> str | None:
    match = re.search(r"two-high\.[0-9a-f]{16}\.\S+", "".join(printed))
    return match[0] if match else None


def eventually(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Look again and again until it holds."""
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit, "did not come about"
        time.sleep(0.02)
