"""What an installation brings, and what holds before a commit: licence, types, templates, rules; hooks that load nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from email import message_from_bytes
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import licences

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent


def built(folder: Path, **environment: str) -> Path:
    """The wheel that `tools/wheel.sh` puts into the folder."""
    subprocess.run(
        [ROOT / "tools" / "wheel.sh", folder],
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, by the tools of the lock."""
    return built(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def wheel(file: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(file)


def test_a_wheel_is_the_same_whenever_and_wherever_it_is_built(file: Path, tmp_path: Path) -> None:
    """Another time zone, locale, folder of temporary files and order of hashes; the files of the checkout are touched by nobody."""
    (tmp_path / "temporary").mkdir()
    again = built(
        tmp_path / "again", TZ="Asia/Shanghai", LC_ALL="C", TMPDIR=str(tmp_path / "temporary"), PYTHONHASHSEED="7",
        SOURCE_DATE_EPOCH="1",
    )  # fmt: skip
    assert sha256(again.read_bytes()).hexdigest() == sha256(file.read_bytes()).hexdigest()
    with zipfile.ZipFile(again) as opened:
        assert {each.date_time[:3] for each in opened.infolist()} == {released()}


def released() -> tuple[int, int, int]:
    """The day of the newest version in the changelog."""
    days = re.findall(
        r"^## \[\d.+\] - (\d+)-(\d+)-(\d+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    year, month, day = days[0]
    return int(year), int(month), int(day)


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


# What may be installed with the product: permissive licences, weaker ones of a file or a library. Of a choice one is enough.
_GOOD = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "HPND", "ISC", "LGPL-2.1-or-later", "LGPL-3.0-only", "MIT", "MIT-0",
    "MIT-CMU", "MPL-1.1", "MPL-2.0", "PSF-2.0", "Zlib",
}  # fmt: skip


def good(licence: str) -> bool:
    return any(all(each in _GOOD for each in choice.split(" AND ")) for choice in licence.split(" OR "))


def test_what_is_installed_is_listed_with_its_licence_and_each_is_permissive_or_a_librarys() -> None:
    text = licences.PAGE.read_text(encoding="utf-8")
    assert text.startswith(licences.page().partition("|---")[0])
    listed = {
        name: (version, licence)
        for name, version, licence in re.findall(r"^\| ([a-z0-9-]+) \| (\d\S*) \| (.+?) \|", text, re.MULTILINE)
    }
    versions = Counter(
        re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    )
    for name, version, licence, _ in licences.rows():
        assert good(licence), (name, licence)
        # A lock can name one version for this Python and another for the one that the list was made with.
        assert listed[name] == (version, licence) or versions[name] > 1, name
    assert not good("GPL-3.0-only") and not good("MIT AND AGPL-3.0-or-later") and good("GPL-2.0-or-later OR MPL-1.1")
    # Others are for another system or another kind of Python.
    assert versions.keys() - listed.keys() <= {"brotlicffi", "colorama"}
