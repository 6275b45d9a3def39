"""The bundle, made once for all test processes, and sites on which it is installed by the commands of the chapter."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy.site import ROOT, Site, chapter, new_site


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all processes of this run have in common."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


def made_once(place: Path, make: Callable[[Path], None]) -> Path:
    """The folder `place`, made by the first process that asks for it; the others wait."""
    with _alone(place.with_name(f"{place.name}.lock")):
        if not place.exists():
            unfinished = place.with_name(f"{place.name}.unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            make(unfinished)
            unfinished.rename(place)
    return place


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def bundle(shared: Path) -> Path:
    """The folder with the archive for a site without internet, for the Python of .venv, without extras, and its digest."""

    def make(folder: Path) -> None:
        subprocess.run(
            [ROOT / "tools" / "bundle.sh", folder],
            env={**os.environ, "LOCK": "requirements-run.txt"}, check=True, capture_output=True, text=True,
        )  # fmt: skip

    return made_once(shared / "bundle", make)


@pytest.fixture(scope="session")
def installed(shared: Path, bundle: Path) -> Site:
    """A site on which the bundle was installed as docs/how-to/install.md says; tests that change it take a copy."""

    def make(folder: Path) -> None:
        site = new_site(folder)
        for each in bundle.iterdir():
            shutil.copy(each, site.path("/var/site"))
        site.run("".join(chapter("install.md").values()))

    return Site(made_once(shared / "installed", make))


@pytest.fixture
def site(installed: Site, tmp_path: Path) -> Site:
    """A site of the test's own, on which the product is installed."""
    folder = tmp_path / "site"
    shutil.copytree(installed.folder, folder, symlinks=True, copy_function=os.link)
    return Site(folder)
