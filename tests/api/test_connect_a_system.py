"""The session and the client example of docs/how-to/connect-a-system.md, run as they stand there over loopback."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from two_high_client import read_webhook

from review.record.access.keys import ROLES
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


def test_the_session_of_an_approval_system(served: tuple[Server, Receiver], tmp_path: Path) -> None:
    server, receiver = served
    keys = {role.upper(): server.keys[role] for role in ROLES}
    folder = {"FOLDER": str(tmp_path), "HOOK": receiver.url, "URL": server.url, "NO_PROXY": "127.0.0.1"}
    environment = {**os.environ, **keys, **folder}
    command = ["bash", "-euo", "pipefail", "-c", block("A session of an approval system", "bash")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    hook, recommendation, decision, items, same, other, *rest = done.stdout.strip().splitlines()
    departs, shown, step, *examined, later = rest
    assert (departs, later) == ("False", "[]") and examined[-1].startswith("成立")
    assert (tmp_path / "opinion.pdf").read_bytes()[:5] == b"%PDF-"
    receipt = json.loads((tmp_path / "receipt.json").read_bytes())
    assert receipt["review"] == int(shown)
    assert [each["event"]["kind"] for each in receipt["entries"]] == ["review", "decision", "step"]
    assert receipt["entries"][-1]["event"]["position"] == int(step)
    assert (recommendation, same) == ("reject", "None") and "'recommendation'" in other
    assert '"departs":false' in decision and "年产 20 万吨聚氯乙烯项目（虚构）" in items
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", hook)
    assert secret
    told = [read_webhook(secret[0], headers, body) for headers, body in receiver.wait(4)]
    assert {each["type"] for each in told} == {"review.recorded", "decision.recorded"}
    assert len(set(receiver.ids())) == 4


def test_the_example_of_the_client(served: tuple[Server, Receiver], capsys: pytest.CaptureFixture[str]) -> None:
    server, _ = served
    source = compile(block("The Python client", "python"), PAGE.name, "exec")
    exec(source, {"url": server.url, "key": server.keys["officer"]})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(" supplement") and any(line.startswith("voc-offset ") for line in lines)
