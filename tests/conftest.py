"""A real SQLite file and a real PostgreSQL server, each test with a database of its own."""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import cache, wraps
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import pytest
import typer.main
from argon2 import PasswordHasher

from review.evaluation import Judged, hold_to_definition
from review.evaluation.judged import Evaluators
from review.facts import Case, Facts
from review.record.access import passwords
from review.record.storage.store import Store, open_store
from tests.commands import Forking, fork_from_one
from tests.databases import DATABASES, Databases, Fill, compiled_once, migrated_once
from tests.postgresql import Connections, postgresql_server, without_sync
from tests.scenarios import steps_gathered_once

# Thousands of records are synced to the disk some forty times each; in memory that takes half the time of a run, and a killed process leaves the same behind.
_IN_MEMORY, _ROOM = Path("/dev/shm"), 4_000_000_000
if "TMPDIR" not in os.environ and os.access(_IN_MEMORY, os.W_OK) and shutil.disk_usage(_IN_MEMORY).free > _ROOM:
    os.environ["TMPDIR"] = str(_IN_MEMORY)
    tempfile.tempdir = None

# One key file for all the records of a test process, made when it is first needed; nothing is handed out but where a test says so.
os.environ["TWO_HIGH_KEY_FILE"] = str(Path(tempfile.mkdtemp(prefix="two-high-keys-")) / "keys")
os.environ["TWO_HIGH_ANCHOR_FOLDER"] = "none"
atexit.register(shutil.rmtree, Path(os.environ["TWO_HIGH_KEY_FILE"]).parent, ignore_errors=True)
# The many processes that tests start keep what the first of them compiled.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

# What collecting loads stays: it is not looked through for cycles on the way.
gc.set_threshold(200_000)

# A test that asks for one of these is of that kind; what opens a record or serves by itself says so.
_KINDS = {"databases": "record", "server": "server", "site": "server", "each_site": "server", "chromium": "browser"}
# The kinds that all tests of a module are of, as its `pytestmark` names them.
_OF_MODULE = re.compile(
    r"^pytestmark = (?:.*\b|\[\n(?: .*\n)*? *)pytest\.mark\.(record|server|browser|slow)\b", re.MULTILINE
)

# The files that take longest, the longest first: each is run by one process, and one begun late would be run alone at the end.
_LONGEST = (
    "deploy/test_backup", "web/test_hostile", "api/test_schema", "web/test_every_page", "api/test_client", "deploy/test_service",
    "deploy/test_upgrade", "deploy/test_bundle", "web/test_reviews", "web/test_case_life", "portfolio/test_commands", "security/test_rewriting",
    "security/test_logs", "papers/test_letters", "record/test_replay", "record/test_later_records", "record/test_faults", "record/test_commands",
    "features/test_auditors", "security/test_verify_distrusts", "record/proof/test_tampering", "law_2026/test_code", "features/test_features",
    "record/cases/test_past_decisions", "api/test_replays", "web/test_signing", "web/test_register", "web/test_sheets", "security/test_texts",
)  # fmt: skip
_PLACES = {Path(__file__).parent / f"{each}.py": place for place, each in enumerate(_LONGEST)}
assert all(each.is_file() for each in _PLACES), "a file that takes longest was renamed"


@pytest.fixture(autouse=True, scope="session")
def the_definition_agrees() -> Iterator[None]:
    """Whatever a test has judged is held against `exact.py` as well."""
    judge = Evaluators.judge

    @wraps(judge)
    def held(mine: Evaluators, case: Case, facts: Facts) -> Judged:
        found = judge(mine, case, facts)
        hold_to_definition(found)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Evaluators, "judge", held)
        yield


@pytest.fixture(autouse=True, scope="session")
def processes_are_forked() -> Iterator[None]:
    """What would start a Python that imports everything anew is forked from one that has; the commands that tests start do as they always do."""
    context = multiprocessing.get_context

    def forking(method: str | None = None) -> BaseContext:
        return Forking() if method == "spawn" else context(method)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(multiprocessing, "get_context", forking)
        yield


def pytest_configure(config: pytest.Config) -> None:
    """Let the processes of a run have one that they fork commands and servers from."""
    fork_from_one(bool(getattr(config.option, "numprocesses", None)) and "not server" not in config.option.markexpr)
    if hasattr(config, "workerinput"):
        atexit.register(_leave)


def _leave() -> None:
    """Let a process of a run end without taking a million objects apart, which takes seconds; whatever else is to be done at its end is done."""
    atexit.unregister(_leave)
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


class LeftOut(pytest.Module):
    """A module of which no test is asked for."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        return ()


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Leave a module out whose tests are all of a kind that `-m` excludes: to import it takes longer than many a quick test."""
    excluded = str(parent.config.option.markexpr).split(" and ")
    kind = _OF_MODULE.search(module_path.read_text(encoding="utf-8"))
    if kind and f"not {kind[1]}" in excluded and "or" not in " ".join(excluded).split():
        return LeftOut.from_parent(parent, path=module_path)
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by what it needs, and begin with the files that take longest."""
    items.sort(key=lambda item: _PLACES.get(item.path, len(_PLACES)))
    for item in items:
        assert isinstance(item, pytest.Function)
        for name in {_KINDS[each] for each in item.fixturenames if each in _KINDS}:
            item.add_marker(name)


def pytest_collection_finish() -> None:
    """Leave what was collected out of the search for garbage: it lives as long as the run, and looking through it takes a tenth of the time of tests."""
    gc.freeze()
    gc.set_threshold(50_000, 100, 1000)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """argon2 with little memory, in one pass: a password of the product takes a quarter of a second, on purpose."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "hasher", lambda: QUICK)
        yield


@pytest.fixture(scope="session", autouse=True)
def one_cache_of_statements(connections: Connections) -> Iterator[None]:
    """Each record of a test has an engine of its own."""
    with compiled_once(connections), migrated_once():
        yield


@pytest.fixture(scope="session", autouse=True)
def steps_of_a_module() -> Iterator[None]:
    """Up to a third of the time of scenarios was the search for their steps."""
    with steps_gathered_once():
        yield


@pytest.fixture(scope="session", autouse=True)
def commands_of_one_application() -> Iterator[None]:
    """To make the commands of an application takes longer than most of them run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.testing._get_command", cache(typer.main.get_command))
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the test run."""
    with postgresql_server() as server:
        without_sync(server.get_uri())
        yield server.get_uri()


@pytest.fixture(scope="session")
def connections() -> Connections:
    """Connections to PostgreSQL that one test after the other uses."""
    return Connections()


@pytest.fixture(scope="session")
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, connections: Connections
) -> Iterator[Databases]:
    """Makes databases, new or as copies of filled records."""
    made = Databases(lambda: request.getfixturevalue("postgresql"), tmp_path_factory.mktemp("templates"), connections)
    yield made
    made.close()


@pytest.fixture(params=DATABASES)
def database_kind(request: pytest.FixtureRequest) -> str:
    """The kind of database: each test runs on both."""
    return str(request.param)


@pytest.fixture
def new_url(database_kind: str, databases: Databases, tmp_path: Path) -> Iterator[str]:
    """The address of a database in which no record was made yet."""
    made = databases.new(database_kind, tmp_path)
    yield made
    databases.drop(made)


@pytest.fixture
def url(database_kind: str, databases: Databases, tmp_path: Path) -> Iterator[str]:
    """The address of an empty record."""
    made = databases.copy(database_kind, tmp_path)[0]
    yield made
    databases.drop(made)


@pytest.fixture
def opened() -> Iterator[Callable[..., Store]]:
    """Opens records and closes them when the test is over."""
    stores: list[Store] = []

    def open_one(*args: Any, **options: Any) -> Store:
        stores.append(open_store(*args, **options))
        return stores[-1]

    yield open_one
    for each in stores:
        each.close()


@pytest.fixture
def store(url: str, opened: Callable[..., Store]) -> Store:
    """An empty record."""
    return opened(url)


Filled = Callable[[Fill], tuple[Store, Any]]


@pytest.fixture
def filled_by(
    database_kind: str, databases: Databases, tmp_path: Path, opened: Callable[..., Store]
) -> Iterator[Filled]:
    """A record that a function has filled, and what the function returned: filled once, copied for each test."""
    made: list[Store] = []

    def fill_by(fill: Fill) -> tuple[Store, Any]:
        url, returned = databases.copy(database_kind, tmp_path, fill)
        made.append(opened(url))
        return made[-1], returned

    yield fill_by
    for each in made:
        each.close()
        databases.drop(each.full_url)
