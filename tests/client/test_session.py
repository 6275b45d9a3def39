"""The example session of the client: from the first sheet to paper and receipt, typed strictly, against a real server."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.conftest import serving

pytestmark = pytest.mark.server

ROOT = Path(__file__).resolve().parents[2]


def test_from_the_first_sheet_to_the_receipt(url: str) -> None:
    with serving(url) as server:
        command = [sys.executable, "clients/python/examples/session.py", server.url, server.keys["officer"], server.keys["auditor"], "fixtures/sheets/pvc.json"]  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert said["check"].startswith("reject ") and said["recorded"].endswith(" reject")
    assert said["refused"] == "422 /voc/emission_t"
    assert said["decided"].endswith("as recommended") and said["moved"] == "on 412"
    number = said["recorded"].split()[0]
    assert said["paper"] == f"of {number} {said['decided'].split()[0]}" and said["receipt"].startswith(
        f"of {number} with "
    )
    assert (said["stands"], said["same"]) == ("reject", "bytes True")
    assert said["events"].split(",")[0] == "review" and "decision" in said["events"]


def test_the_example_of_its_readme(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = re.search(
        r"```python\n(.*?)```", (ROOT / "clients/python/README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    with serving(url) as server:
        source = found[1].replace("http://127.0.0.1:8000", server.url)
        exec(compile(source, "README.md", "exec"), {"密钥": server.keys["officer"]})
    assert any(line.startswith("voc-offset ") for line in capsys.readouterr().out.splitlines())
