"""The session and the client example of docs/how-to/connect-a-system.md, run as they stand there over loopback."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from two_high_client import read_webhook

from tests.api.conftest import Server, serving
from tests.api.receiver import Receiver, receiving

pytestmark = pytest.mark.server

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to" / "connect-a-system.md"


@pytest.fixture
def served(url: str) -> Iterator[tuple[Server, Receiver]]:
    with receiving() as receiver, serving(url, webhook_private="true", poll_seconds="0.05") as server:
        yield server, receiver


def block(heading: str, language: str) -> str:
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1]
    found = re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1]


def test_the_session_of_an_approval_system(served: tuple[Server, Receiver]) -> None:
    server, receiver = served
    keys = {role.upper(): server.keys[role] for role in ("admin", "system", "auditor")}
    environment = {**os.environ, **keys, "URL": server.url, "HOOK": receiver.url, "NO_PROXY": "127.0.0.1"}
    command = ["bash", "-euo", "pipefail", "-c", block("A session of an approval system", "bash")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    hook, recommendation, decision, items, same, other = done.stdout.strip().splitlines()
    assert (recommendation, same) == ("reject", "None") and "'recommendation'" in other
    assert '"departs":false' in decision and "年产 20 万吨聚氯乙烯项目（虚构）" in items
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", hook)
    assert secret
    told = [read_webhook(secret[0], headers, body) for headers, body in receiver.wait(2)]
    assert {each["type"] for each in told} == {"review.recorded", "decision.recorded"}
    assert len(set(receiver.ids())) == 2


def test_the_example_of_the_client(served: tuple[Server, Receiver], capsys: pytest.CaptureFixture[str]) -> None:
    server, _ = served
    source = compile(block("The Python client", "python"), PAGE.name, "exec")
    exec(source, {"url": server.url, "key": server.keys["officer"]})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(" supplement") and any(line.startswith("voc-offset ") for line in lines)
