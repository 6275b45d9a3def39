"""What an officer and a caller wait for: the command from start to end, and the API on one worker."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.measures.line import Line, a_second, number
from benchmarks.measures.rows import complete
from benchmarks.pairs import paired
from benchmarks.samples import FIXTURES, Samples, mixed
from review.sheet import ProjectSheet
from tests.api.conftest import Server, start, stop
from tests.sheets import AS_OF

ROUNDS, CALLERS = 9, 2
API = "API `POST /check`, one worker"


def command_start() -> Iterator[Line]:
    """`two-high check` of one sheet, start to end, against an interpreter that imports pydantic and yaml.

    Bytecode is kept, as it is on an office's machine.
    """
    check = [
        str(Path(sys.executable).parent / "two-high"),
        "check",
        str(FIXTURES / "cement-clinker.json"),
        "--as-of",
        AS_OF.isoformat(),
    ]
    bare = [sys.executable, "-c", "import pydantic, yaml"]
    pair = paired(_command(bare), _command(check), ROUNDS)
    yield Line(
        "`two-high check` of one sheet, start to end", "`python -c \"import pydantic, yaml\"`",
        f"{number(pair.other * 1000)} ms", f"{number(pair.ours * 1000)} ms", pair.ratio, pair.least, pair.greatest, "≤ 3.3×", pair.ratio <= 3.3,
    )  # fmt: skip


def _command(words: list[str]) -> Callable[[], float]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def seconds() -> float:
        began = time.perf_counter()
        done = subprocess.run(words, capture_output=True, check=False, env=environment)
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr.decode())
        return time.perf_counter() - began

    return seconds


def api() -> Iterator[Line]:
    """`POST /check` on one worker that two callers keep busy, against the review in this process, of the same sheets."""
    whole = mixed()
    found = Samples(whole.lowering, whole.cases[::3], whole.facts[::3], whole.rows[::3], whole.answers[::3])
    with tempfile.TemporaryDirectory() as folder:
        server = start(f"sqlite:///{Path(folder) / 'record.sqlite'}", requests_per_minute="1000000")
        try:
            pair = paired(_calls(server, found), complete(found, "clock"), 5)
        finally:
            stop(server)
    more = (pair.ours - pair.other) * 1000
    yield Line(
        API, "complete review in process, from the validated sheet", a_second(pair.ours), a_second(pair.other), pair.ratio,
        pair.least, pair.greatest, "≥ 0.62×, ≤ 3 ms more", pair.ratio >= 0.62 and more <= 3,
        note=f"the API also reads and validates the sheet, and signs in; {number(more)} ms more",
    )  # fmt: skip


def _calls(server: Server, found: Samples) -> Callable[[], float]:
    """Seconds a call; the sheets' bytes are made before."""
    bodies = [_body(case.sheet) for case in found.cases]
    headers = {"Authorization": f"Bearer {server.keys['officer']}", "Content-Type": "application/json"}
    address = urlsplit(server.url)

    def calls(mine: list[bytes], failures: list[str]) -> None:
        connection = http.client.HTTPConnection(address.hostname or "", address.port)
        for body in mine:
            connection.request("POST", f"/api/v1/check?as_of={AS_OF.isoformat()}", body, headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                failures.append(f"{answer.status} {text[:200]!r}")
        connection.close()

    def seconds() -> float:
        failures: list[str] = []
        threads = [threading.Thread(target=calls, args=(bodies[n::CALLERS], failures)) for n in range(CALLERS)]
        began = time.perf_counter()
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        if failures:
            raise RuntimeError(failures[0])
        return (time.perf_counter() - began) / len(bodies)

    return seconds


def _body(sheet: ProjectSheet) -> bytes:
    return json.dumps(sheet.model_dump(mode="json", by_alias=True, exclude_unset=True), ensure_ascii=False).encode()
