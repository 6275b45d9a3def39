"""How an environment is set up: which index uv asks, when pip does instead; that locking anew asks for no environment by the lock of before."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import ROOT

# Stands for pip and for uv: each line says what it was asked to do, uv's which index it asks.
_PYTHON = """#!/bin/sh
case "$*" in *"config list"*) printf '%s\\n' "$CONFIGURED" ;; *"pip "*install*) echo "pip $*" >> "$TOLD" ;; esac
"""
_UV = """#!/bin/sh
echo "uv ${UV_DEFAULT_INDEX:-of its own}" >> "$TOLD"
exit "${FAILS:-0}"
"""
Installed = Callable[..., list[str]]


def program(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(0o700)


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    """What installs the libraries, by lines, in an environment in which neither pip nor uv loads anything."""
    folder = tmp_path / "a folder"
    (folder / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "tools" / "environment.sh", folder / "tools")
    program(folder / "tools" / "engine.sh", "#!/bin/sh\n")
    program(folder / "env" / "bin" / "python", _PYTHON)
    (folder / "lock.txt").write_text(
        "some==1 \\\n    --hash=sha256:0\nuv==1 \\\n    --hash=sha256:1\n", encoding="utf-8"
    )
    told = tmp_path / "told"

    def install(*configured: str, uv: bool = True, **environment: str) -> list[str]:
        told.unlink(missing_ok=True)
        (folder / "env" / "bin" / "uv").unlink(missing_ok=True)
        if uv:
            program(folder / "env" / "bin" / "uv", _UV)
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
        own |= {"TOLD": str(told), "CONFIGURED": "\n".join(configured), **environment}
        subprocess.run(
            [folder / "tools" / "environment.sh", "lock.txt", "env"], env=own, check=True, capture_output=True
        )
        first, *others = told.read_text(encoding="utf-8").splitlines()
        assert "build.txt" in first, "what builds is pip's to install"
        return ["pip" if each.startswith("pip ") and "libraries.txt" in each else each for each in others]

    return install


@pytest.mark.parametrize(
    ("configured", "asked"),
    [
        ([], "of its own"),
        (["global.index-url='https://all.example/simple'"], "https://all.example/simple"),
        (["global.index-url=\"https://u:it's@all.example/simple\""], "https://u:it's@all.example/simple"),
        (["global.index-url='https://all.example/simple'", "install.index-url='https://installs.example/simple'"], "https://installs.example/simple"),
        ([":env:.index-url='https://now.example/simple'", "install.index-url='https://installs.example/simple'"], "https://now.example/simple"),
        (["global.extra-index-url='https://more.example/simple'", "download.index-url='https://other.example/simple'"], "of its own"),
    ],
)  # fmt: skip
def test_uv_asks_the_index_that_pip_installs_from(installed: Installed, configured: list[str], asked: str) -> None:
    assert installed(*configured) == [f"uv {asked}"]


@pytest.mark.parametrize(
    "setting",
    [
        ":env:.no-index='1'",
        "global.no-index='true'",
        "install.no-index='yes'",
        "global.proxy='http://out.example:3128'",
    ],
)
def test_where_pip_may_ask_no_index_or_goes_another_way_uv_asks_none(installed: Installed, setting: str) -> None:
    assert installed("global.find-links='/srv/wheels'", setting) == ["pip"]


def test_pip_installs_what_uv_cannot_and_where_there_is_no_uv(installed: Installed) -> None:
    assert installed(FAILS="2") == ["uv of its own", "pip"]
    assert installed(uv=False) == ["pip"]


def test_locking_anew_asks_for_no_environment_by_the_lock_of_before(tmp_path: Path) -> None:
    """What pyproject.toml newly asks for is in no lock yet: an environment by that lock would lack it, and not be taken for whole."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    program(
        tmp_path / "tools" / "setup.sh",
        "#!/bin/sh\necho set up; mkdir -p .venv/bin; touch .venv/bin/uv; chmod +x .venv/bin/uv\n",
    )
    program(tmp_path / "tools" / "lock.sh", "#!/bin/sh\necho locked\n")
    done = [
        subprocess.run(["make", "lock"], cwd=tmp_path, capture_output=True, text=True, check=True) for _ in range(2)
    ]
    assert [each.stdout.split("\n") for each in done] == [["set up", "locked", ""], ["locked", ""]]
