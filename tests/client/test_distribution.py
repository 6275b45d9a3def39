"""The client as it is installed: beside httpx alone, typed, under its own licence; and as the product hands it on."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from email import message_from_bytes
from importlib.metadata import requires
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "clients" / "python"


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel built from the files that git knows, by the tools of the lock."""
    source, out = tmp_path_factory.mktemp("client"), tmp_path_factory.mktemp("wheel")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "."], cwd=SOURCE, capture_output=True, text=True, check=True
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((SOURCE / name).read_bytes())
    done = run("-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(out), str(source))  # fmt: skip
    assert done.returncode == 0, done.stderr
    return zipfile.ZipFile(next(out.glob("two_high_client-*.whl")))


@pytest.mark.slow
def test_the_wheel_holds_the_package_alone(wheel: zipfile.ZipFile) -> None:
    names = {each for each in wheel.namelist() if ".dist-info/" not in each}
    there = {path.relative_to(SOURCE).as_posix() for path in (SOURCE / "two_high_client").rglob("*.py")}
    assert names == there | {"two_high_client/py.typed"}
    (name,) = [each for each in wheel.namelist() if each.endswith(".dist-info/METADATA")]
    about = message_from_bytes(wheel.read(name))
    assert (about["Name"], about["License-Expression"]) == ("two-high-client", "Apache-2.0")
    assert about.get_all("Requires-Dist") == ["httpx>=0.28"]


@pytest.mark.slow
def test_it_is_imported_beside_httpx_alone(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    for name in with_what_it_needs("httpx"):
        found = find_spec(name.replace("-", "_"))
        if found is not None and found.origin is not None:
            place = Path(found.origin)
            place = place.parent if place.name == "__init__.py" else place
            (tmp_path / place.name).symlink_to(place)
    # Without the site's packages: what is not in that folder is not there.
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import two_high_client; print(sorted(set(sys.modules) & {{'review', 'api', 'pydantic', 'fastapi'}}), two_high_client.Client('http://x').__class__.__name__)"  # fmt: skip
    done = run("-I", "-S", "-c", program)
    assert done.stdout.strip() == "[] Client", done.stderr


def with_what_it_needs(name: str) -> set[str]:
    """A distribution and those that it needs, extras aside."""
    needed = [re.split(r"[^A-Za-z0-9_.-]", each)[0] for each in requires(name) or [] if "extra ==" not in each]
    return {name}.union(*(with_what_it_needs(each) for each in needed if find_spec(each.replace("-", "_"))))


def test_architecture_names_its_modules() -> None:
    section = (
        (ROOT / "ARCHITECTURE.md")
        .read_text(encoding="utf-8")
        .split("## The client, `clients/python`")[1]
        .split("\n## ")[0]
    )
    named = re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)
    there = [f"{path.name}/" if path.is_dir() else path.name for path in (SOURCE / "two_high_client").iterdir()]
    assert sorted(named) == sorted(each for each in there if not each.startswith("__") and each != "py.typed")


def test_its_licence_is_the_project_s() -> None:
    assert (SOURCE / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_the_product_hands_it_on_with_a_warning() -> None:
    program = "import api.client, two_high_client as new; print(api.client.Client is new.Client, api.client.read_webhook is new.read_webhook)"
    done = run("-W", "always", "-c", program)
    assert done.stdout.strip() == "True True"
    assert "DeprecationWarning: api.client has moved: import two_high_client instead" in done.stderr


def test_where_it_is_not_installed_the_product_says_which_distribution_is_missing() -> None:
    done = run("-c", "import sys; sys.modules['two_high_client'] = None; import api.client")
    assert done.returncode != 0 and "install two-high-client" in done.stderr
