"""The demonstration by its command: samples recorded, people who can sign in, nothing left when it ends."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import free_port
from tests.commands import Started
from tests.web.conftest import sample

pytestmark = pytest.mark.server


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM], ids=["interrupted", "terminated"])
def test_a_demonstration_is_served_and_gone_when_it_ends(tmp_path: Path, ending: signal.Signals) -> None:
    port, unusable = free_port(), tmp_path / "unusable.json"
    unusable.write_text("{", encoding="utf-8")
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    # Those of the office's own record are not for it.
    environment |= {
        "TWO_HIGH_ANCHOR_FOLDER": str(tmp_path / "anchors"),
        "TWO_HIGH_DATABASE": str(tmp_path / "own.sqlite"),
    }
    files = [sample("pvc.json"), unusable, sample("printing-shop.json")]
    process = Started("demo", "--port", port, *files, environment=environment, joined=True)
    printed = []
    for line in process.stderr:
        printed.append(line)
        if "Uvicorn running" in line:
            break
    said = "".join(printed)
    try:
        assert "unusable.json" in said and "2 sample projects" in said
        found = re.search(r"^ +shencha +(\S+)", said, re.MULTILINE)
        assert found is not None
        at = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=at, follow_redirects=True) as client:
            token = re.search(r'name="csrf" value="([^"]+)"', client.get("/sign-in").text)
            assert token is not None
            data = {"login": "shencha", "password": found[1], "csrf": token[1]}
            home = client.post("/sign-in", data=data, headers={"Origin": at})
            assert home.status_code == 200 and "林审查（示例）" in home.text
            assert "聚氯乙烯" in client.get("/worklist").text
    finally:
        os.kill(process.pid, ending)
        rest = process.stderr.read()
        process.stderr.close()
        process.wait(60)
    assert process.returncode in (0, 128 + ending, -ending), rest
    assert [each.name for each in tmp_path.iterdir()] == ["unusable.json"]
