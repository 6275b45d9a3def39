"""A real SQLite file and a real PostgreSQL server, each test with a database of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from review.record.storage.store import Store, open_store
from tests.databases import DATABASES, Databases, Fill, postgresql_server, without_sync

# The many processes that tests start keep what the first of them compiled.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the test run."""
    with postgresql_server() as server:
        without_sync(server.get_uri())
        yield server.get_uri()


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Makes databases, new or as copies of filled records."""
    return Databases(lambda: request.getfixturevalue("postgresql"), tmp_path_factory.mktemp("templates"))


@pytest.fixture(params=DATABASES)
def database_kind(request: pytest.FixtureRequest) -> str:
    """The kind of database: each test runs on both."""
    return str(request.param)


@pytest.fixture
def new_url(database_kind: str, databases: Databases, tmp_path: Path) -> str:
    """The address of a database in which no record was made yet."""
    return databases.new(database_kind, tmp_path)


@pytest.fixture
def url(database_kind: str, databases: Databases, tmp_path: Path) -> str:
    """The address of an empty record."""
    return databases.copy(database_kind, tmp_path)[0]


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
def filled_by(database_kind: str, databases: Databases, tmp_path: Path, opened: Callable[..., Store]) -> Filled:
    """A record that a function has filled, and what the function returned: filled once, copied for each test."""

    def fill_by(fill: Fill) -> tuple[Store, Any]:
        url, returned = databases.copy(database_kind, tmp_path, fill)
        return opened(url), returned

    return fill_by
