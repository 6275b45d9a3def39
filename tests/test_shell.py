"""A forked `two-high` is to a script what the installed command is."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.shell import forked_commands

pytestmark = pytest.mark.server

_SCRIPT = """
two-high --version | sed 's/^/piped /'
two-high --version >> kept
two-high --version >> kept
TWO_HIGH_DATABASE=sqlite:///absent.sqlite two-high verify 2> refused || echo "exit code $?"
two-high check 一.json 2>&1 >> kept || echo "exit code $?"
"""


def test_a_forked_command_has_the_arguments_folder_environment_and_streams_of_its_shell(tmp_path: Path) -> None:
    with forked_commands() as folder:
        done = subprocess.run(
            ["bash", "-uo", "pipefail", "-c", _SCRIPT],
            cwd=tmp_path, env=os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    first, *said = done.stdout.splitlines()
    version = first.removeprefix("piped ")
    assert first.startswith("piped two-high ")
    assert (tmp_path / "kept").read_text(encoding="utf-8") == f"{version}\n{version}\n"
    assert "absent.sqlite" in (tmp_path / "refused").read_text(encoding="utf-8")
    assert [each for each in said if each.startswith("exit code")] == ["exit code 2", "exit code 2"]
    assert any("一.json" in each for each in said) and not done.stderr
