"""What an installation brings, and what holds before a commit: licence, types, templates, rules; hooks that load nothing."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel built from the files that git knows, by the tools of the lock."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "review", "api", "rulesets", "pyproject.toml", "README.md", "LICENSE"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
    ]
    subprocess.run([*command, "--wheel-dir", str(out), str(source)], check=True, capture_output=True, text=True)
    return zipfile.ZipFile(next(out.glob("*.whl")))


def test_an_installation_has_its_types_templates_and_rules(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert {
        "review/py.typed",
        "api/py.typed",
        "rulesets/fuqing/edition.yaml",
        "review/papers/templates/paper.css",
    } <= names
    kinds = {".py", ".html", ".css", ".js", ".svg", ".yaml", ".csv"}
    for folder in ("review", "api", "rulesets"):
        listed = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / folder).rglob("*")
            if path.suffix in kinds and "__pycache__" not in path.parts
        }
        assert listed - names == set()


def test_an_installation_says_its_licence_and_pythons(wheel: zipfile.ZipFile) -> None:
    (name,) = [each for each in wheel.namelist() if each.endswith(".dist-info/METADATA")]
    about = message_from_bytes(wheel.read(name))
    assert about["License-Expression"] == "Apache-2.0" and about.get_all("License-File") == ["LICENSE"]
    assert about["Requires-Python"] == "<3.14,>=3.11"
    tried = [each.rpartition(" ")[2] for each in about.get_all("Classifier", []) if "Python :: 3." in each]
    assert tried == ["3.11", "3.12", "3.13"]
    licence = wheel.read(name.replace("METADATA", "licenses/LICENSE")).decode()
    assert re.match(r"\s+Apache License\s+Version 2\.0, January 2004", licence)


def test_hooks_are_local_and_there() -> None:
    found: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [each["repo"] for each in found["repos"]] == ["local"]
    lint = (ROOT / "Makefile").read_text(encoding="utf-8").split("\nlint:")[1].split("\n\n")[0]
    for hook in found["repos"][0]["hooks"]:
        assert hook["language"] == "system"
        program, *words = hook["entry"].split()
        assert program.startswith(".venv/bin/") and (Path(sys.executable).parent / Path(program).name).exists()
        # A hook checks no more than `make lint` does.
        assert f"$(BIN)/{Path(program).name} {words[0] if not words[0].startswith('--') else ''}".strip() in lint
