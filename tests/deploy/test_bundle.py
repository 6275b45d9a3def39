"""The bundle for a site without internet: what is in it, that it installs without a network, and that what it installs works outside a checkout."""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.deploy.site import ROOT, Site

pytestmark = [pytest.mark.server, pytest.mark.slow]
VERSION = re.findall(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)[0]


def locked(name: str) -> set[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))


def test_a_bundle_has_a_wheel_of_everything_that_the_lock_names(bundle: Path) -> None:
    (archive,) = bundle.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = [each.name for each in opened.getmembers() if each.isfile()]
        assert {each.uid for each in opened.getmembers()} == {0}
    top = {name.split("/")[0] for name in names}
    assert top == {archive.name.removesuffix(".tar.gz")}
    inside = {name.partition("/")[2] for name in names}
    assert {
        "install.sh",
        "SHA256SUMS",
        "pythons",
        "LICENSE",
        "samples/pvc.json",
        "deploy/systemd/two-high.service",
    } <= inside
    wheels = {re.sub(r"[-_.]+", "-", Path(name).name.split("-")[0]).lower() for name in inside if name.endswith(".whl")}
    # Only what other systems need, and what building needs, is not among them.
    assert {"two-high-review", "durable-rules"} <= wheels
    assert locked("requirements-run.txt") - wheels <= {"colorama", "setuptools", "wheel", "brotlicffi"}
    assert wheels - locked("requirements-run.txt") <= {"two-high-review", "two-high-client"}


def test_every_file_of_a_bundle_is_in_its_list_of_digests_and_names_no_folder_of_this_machine(
    bundle: Path, tmp_path: Path
) -> None:
    (archive,) = bundle.glob("*.tar.gz")
    subprocess.run(["tar", "-xzf", archive, "-C", tmp_path], check=True)
    (folder,) = tmp_path.iterdir()
    subprocess.run(["sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS"], cwd=folder, check=True)
    listed = {line.split("  ", 1)[1] for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there - listed == {"SHA256SUMS"} and listed <= there
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".whl":
            assert str(ROOT).encode() not in path.read_bytes(), path


def test_a_bundle_states_its_parts_with_their_licences(bundle: Path) -> None:
    (archive,) = bundle.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        found = opened.extractfile(f"{archive.name.removesuffix('.tar.gz')}/two-high-{VERSION}.cdx.json")
        assert found
        text = found.read().decode()
    parts = json.loads(text)
    assert (parts["bomFormat"], parts["metadata"]["component"]["name"]) == ("CycloneDX", "two-high-review")
    assert parts["metadata"]["component"]["version"] == VERSION
    names = {re.sub(r"[-_.]+", "-", each["name"]).lower() for each in parts["components"]}
    assert locked("requirements-run.txt") - names <= {"colorama", "brotlicffi"} and names <= locked(
        "requirements-run.txt"
    )
    assert [each["name"] for each in parts["components"] if not each.get("licenses")] == []
    assert str(ROOT) not in text and "file:" not in text
    # The tool checks all but the form of addresses by its schema.
    addresses = [named["url"] for each in parts["components"] for named in each.get("externalReferences", [])]
    assert addresses and [each for each in addresses if not re.fullmatch(r'https?://[^\s<>"{}|\\^`]+', each)] == []


def test_a_changed_file_keeps_a_bundle_from_being_installed(site: Site) -> None:
    printed = site.run(
        f"""
        cd two-high-{VERSION}-*/
        cp samples/pvc.json pvc.json && rm samples/pvc.json && echo '{{}}' > samples/pvc.json
        ./install.sh /opt/another || echo "exit code $?"
        test ! -e /opt/another
        """
    )
    assert "samples/pvc.json: FAILED" in printed and "安装包不完整或被改动" in printed and "exit code 2" in printed


def test_a_folder_that_is_there_is_not_installed_over(site: Site) -> None:
    printed = site.run(f'cd two-high-{VERSION}-*/ && {{ ./install.sh /opt/two-high || echo "exit code $?"; }}')
    assert "已存在" in printed and "exists: name a new folder" in printed and "exit code 2" in printed


def test_what_is_installed_works_outside_a_checkout(site: Site) -> None:
    printed = site.run(
        """
        export PATH="$PATH:/opt/two-high/bin"
        two-high --version
        two-high rules lint
        cd /var/lib
        two-high check /var/site/two-high-*/samples/*.json --line --as-of 2026-11-23 || test $? -eq 1
        two-high template --out sheet.xlsx
        two-high submit /var/site/two-high-*/samples/pvc.json --officer 审查岗（示例） --database sqlite:///record.sqlite || test $? -eq 1
        two-high verify --database sqlite:///record.sqlite
        two-high replay --database sqlite:///record.sqlite
        python -c 'import sys; sys.exit(sys.prefix != sys.base_prefix)'
        /opt/two-high/bin/python -m pip list --format freeze
        """
    )
    assert f"two-high {VERSION}" in printed and "不予批准" in printed
    # Nothing of development or of an extra came with it.
    named = {
        line.split("==")[0].lower().replace("_", "-") for line in printed.splitlines() if re.match(r"[\w.-]+==", line)
    }
    assert {"fastapi", "durable-rules"} <= named
    assert named <= locked("requirements-run.txt") | {"pip", "two-high-review", "setuptools"}
    assert not named & {"pytest", "duckdb", "pandas", "psycopg", "weasyprint", "pyspark"}


def test_the_shell_completes_commands_and_options(site: Site) -> None:
    printed = site.run(
        """
        . /etc/profile.d/two-high.sh
        . /etc/bash_completion.d/two-high
        completed() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _two_high_completion two-high; echo "completed: ${COMPREPLY[*]}"; }
        completed two-high rules re
        completed two-high check --fa
        """
    )
    assert re.findall(r"^completed: (.*)$", printed, re.MULTILINE) == ["reading return", "--failing"]


def test_the_locks_of_a_service_name_what_development_was_tried_with() -> None:
    found = {
        name: set(re.findall(r"^([a-z0-9-]+==\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.txt", "requirements-run.txt", "requirements-extras.txt")
    }
    assert found["requirements-run.txt"] < found["requirements-extras.txt"] < found["requirements.txt"]
    assert not {
        name for name in locked("requirements-extras.txt") if name in {"pyspark", "pytest", "mypy", "playwright"}
    }
