"""The pages of docs/start, and the session of docs/how-to/decide.md, followed as a newcomer follows them: every command as it stands there, in a new folder."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import ROOT
from tests.shell import forked_commands

pytestmark = pytest.mark.slow

# Commands whose exit code 1 says that a project does not pass, or that something would flip.
JUDGING = ("two-high submit", "two-high replay", "two-high check")
# What docs/start/*.md begin with is there already: an environment, which `make` sets up.
SET_UP = ("make run", "make demo", "export PATH=")
STARTING = re.compile(r"^(?:make serve|two-high serve) &$")


def script(page: str, port: int) -> str:
    """The page's commands as one script of bash, its service on a port of its own; the files that it asks to be saved are written."""
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    lines = ["set -euo pipefail"]
    fenced = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    for content in fenced.findall(text):
        lines += ["cat > changes.yaml <<'END'", content + "END"]
    block = "\n".join(re.findall(r"^    (.*)", fenced.sub("", text), re.MULTILINE)).replace("\\\n", " ")
    for line in block.splitlines():
        command = line.split("  #")[0].strip()
        if STARTING.match(command):
            lines += [
                f"two-high serve --port {port} > serve.log 2>&1 &",
                f"until curl --silent --fail --output ready.json http://127.0.0.1:{port}/readyz; do sleep 0.2; done",
                "trap 'kill %1; wait' EXIT",
            ]
        elif not command.startswith(SET_UP):
            allowed = " || test $? -eq 1" if command.startswith(JUDGING) else ""
            lines.append(command.replace("127.0.0.1:8000", f"127.0.0.1:{port}") + allowed)
    return "\n".join(lines)


@pytest.fixture(scope="module")
def forked() -> Iterator[str]:
    """What a PATH begins with on which `two-high` is forked from a process that has its modules loaded."""
    with forked_commands() as folder:
        yield f"{folder}{os.pathsep}"


def followed(page: str, folder: Path, path: str = "") -> str:
    for name in ("fixtures", "rulesets"):
        (folder / name).symlink_to(ROOT / name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {name: value for name, value in os.environ.items() if not name.startswith("TWO_HIGH_")}
    own |= {"PATH": f"{path}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "NO_PROXY": "127.0.0.1"}
    command = ["bash", "-c", script(page, port)]
    done = subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_an_auditor_verifies_replays_and_samples(tmp_path: Path, forked: str) -> None:
    said = followed("start/auditor", tmp_path, forked)
    assert "决定 decision 4: 不予批准 / reject" in said and "完好 intact" in said
    assert "一致 identical 67, 变化 flipped 0" in said
    assert "成立；不证明此后没有其他决定" in said, "the receipt holds"


def test_an_operator_starts_backs_up_and_restores(tmp_path: Path) -> None:
    """By the installed command itself."""
    said = followed("start/operator", tmp_path)
    assert "福清市示例单位（虚构）" in said and "首次密码未更改" in said and "完好 intact" in said
    names = {each.name for each in tmp_path.iterdir()}
    assert {"try.sqlite", "try.sqlite.keys", "try.sqlite.first-password.txt", "restored.sqlite"} <= names


def test_an_integrator_checks_a_sheet_over_the_api(tmp_path: Path, forked: str) -> None:
    said = followed("start/integrator", tmp_path, forked)
    assert '"recommendation":"reject"' in said
    assert '"pointer": "/voc/emission_t"' in said and "may not be negative" in said


def test_a_rule_keeper_changes_a_figure(tmp_path: Path, forked: str) -> None:
    said = followed("start/rule-keeper", tmp_path, forked)
    assert "offset_ratio: 数值 value: 1.2 → 1.5" in said
    assert "fuqing@2026-o1" in said and "规则员乙" in said
    assert re.search(r"一致 identical 4, 变化 flipped 0", said), "the three reviews of before and that of after"


def test_an_officer_takes_a_sheet_to_a_decision(tmp_path: Path, forked: str) -> None:
    said = followed("how-to/decide", tmp_path, forked)
    assert "不予批准 / reject" in said and "已登记 registered: 3" in said and "完好 intact" in said
    assert (tmp_path / "对照审查表.pdf").read_bytes().startswith(b"%PDF")
