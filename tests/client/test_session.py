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


def test_from_the_first_sheet_to_the_receipt(url: str, tmp_path: Path) -> None:
    with serving(url) as server:
        keys = [server.keys["officer"], server.keys["auditor"]]
        program = [sys.executable, "clients/python/examples/session.py", server.url, *keys, "fixtures/sheets/data-centre.json", str(tmp_path)]  # fmt: skip
        done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = dict(line.split(" ", 1) for line in done.stdout.splitlines() if not line.startswith("event "))
    number, decision = said["recorded"].split()[0], said["decided"].split()[0]
    assert said["check"] == "approve 0 missing" and said["refused"] == "422 /voc/emission_t"
    assert said["decided"].endswith("as recommended") and said["moved"] == "on 412"
    assert said["paper"] == f"of {number} {decision}" and (tmp_path / "opinion.pdf").read_bytes().startswith(b"%PDF")
    assert (said["stands"], said["same"]) == ("approve", "bytes True")
    events = [line.split() for line in done.stdout.splitlines() if line.startswith("event ")]
    kinds = [kind for _, _, kind in events]
    assert kinds[0] == "review" and "decision" in kinds and kinds[-1] == "step"
    assert [int(position) for _, position, _ in events] == sorted({int(position) for _, position, _ in events})
    # The receipt is examined by itself, with the standard library alone.
    verifier = [sys.executable, "-I", "review/record/proof/receipt_verifier.py", str(tmp_path / "receipt.json")]
    examined = subprocess.run(verifier, cwd=ROOT, capture_output=True, text=True, check=False)
    assert examined.returncode == 0, examined.stdout + examined.stderr


def test_the_example_of_its_readme(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = re.search(
        r"```python\n(.*?)```", (ROOT / "clients/python/README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    with serving(url) as server:
        source = found[1].replace("http://127.0.0.1:8000", server.url)
        exec(compile(source, "README.md", "exec"), {"密钥": server.keys["officer"]})
    assert any(line.startswith("voc-offset ") for line in capsys.readouterr().out.splitlines())
