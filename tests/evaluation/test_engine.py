"""An engine that cannot be loaded: one line with its remedy and exit code 70, never a traceback and never a verdict by one evaluator."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from review.cli.options import OUR_FAULT
from review.evaluation.engine import REBUILD

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SHEETS = [f"fixtures/sheets/{name}.json" for name in ("cement-clinker", "bare")]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command where the engine is what is left of a build for another Python."""
    (folder / "durable_rules_engine.py").write_text(
        "raise ImportError('durable_rules_engine.so: undefined symbol: PyEval_CallObject')\n", encoding="utf-8"
    )
    environment = {
        **os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "TWO_HIGH_OFFICER": "测试",
    }  # fmt: skip
    command = [sys.executable, "-c", "from api.command_line import main; main()", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", *SHEETS),
        ("check", *SHEETS, "--format", "json", "--jobs", "2"),
        ("submit", *SHEETS, "--database", "{folder}/record.sqlite"),
        ("serve", "--port", "0", "--database", "{folder}/record.sqlite"),
    ],
    ids=["check", "check as JSON", "submit", "serve"],
)
def test_an_engine_that_cannot_be_loaded_is_one_line_with_its_remedy(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = run(tmp_path, *(each.format(folder=tmp_path) for each in arguments))
    assert done.returncode == OUR_FAULT, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("durable_rules_engine: 规则引擎无法加载") and "the rules engine cannot be loaded" in line
    assert "undefined symbol: PyEval_CallObject" in line and REBUILD in line and "tools/setup.sh" in line


def test_what_judges_nothing_needs_no_engine(tmp_path: Path) -> None:
    for arguments in (("schema",), ("rules", "list"), ("--help",)):
        done = run(tmp_path, *arguments)
        assert done.returncode == 0 and done.stdout, (arguments, done.stderr)


def test_the_remedy_is_how_the_environment_is_made() -> None:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert any(REBUILD.endswith(each) for each in dependencies)
    script = (ROOT / "tools" / "engine.sh").read_text(encoding="utf-8")
    assert "-O2 -DPyEval_CallObject=PyObject_CallObject" in script and "--no-cache-dir" in script
