"""The server process: uvicorn over the application, in one or several workers; what it took it finishes before it ends."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from api.app import create_app
from api.observation import SHARED
from api.settings import Settings
from review.record.access.keys import create_key, list_keys
from review.record.access.people import add_person, list_people
from review.record.storage.store import open_store

ADMINISTRATOR = "admin"


def run(settings: Settings) -> None:
    """Serve until told to stop. Raises RecordUnavailable where the record cannot be opened."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s", stream=sys.stderr)
    # What a migration loads is nobody's business here.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    _require_administrator(settings)
    # Workers are new processes: they read the settings again, from the environment.
    for name, value in settings.model_dump(exclude_none=True).items():
        os.environ[f"TWO_HIGH_{name.upper()}"] = str(value)
    with _shared_meters(settings.workers):
        uvicorn.run(
            "api.server:application", factory=True, host=settings.host, port=settings.port, workers=settings.workers, access_log=False,
            server_header=False, log_config=None, timeout_graceful_shutdown=settings.finish_seconds, timeout_keep_alive=5,
            h11_max_incomplete_event_size=65_536, http="api.connections:Connection", ws="none",
        )  # fmt: skip


@contextmanager
def _shared_meters(workers: int) -> Iterator[None]:
    """A folder in which several workers put what each has counted, so that any of them can show the sum."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="two-high-meters-") as folder:
        os.environ[SHARED] = folder
        yield


def application() -> object:
    """The application with the settings of the environment, for a worker."""
    return create_app(Settings())


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _require_administrator(settings: Settings) -> None:
    """Make an administrator, by key and by login, where there is none, and say the way in once on the error stream."""
    store = open_store(settings.database, busy_seconds=settings.busy_seconds)
    try:
        with store.reading() as connection:
            known = any(each["role"] == "admin" and each["revoked"] is None for each in list_keys(connection))
            people = any(each["role"] == "admin" and each["ended"] is None for each in list_people(connection))
        if not known:
            key = create_key(store, "管理员 administrator", "admin", "two-high")
            _say(f"管理员密钥，只显示这一次 / the administrator's key, shown this once: {key}")
        if not people:
            password = add_person(store, ADMINISTRATOR, "系统管理员 system administrator", "admin", "two-high")
            _say(
                f"管理员登录名和首次密码，只显示这一次 / the administrator's login and first password, shown this once: {ADMINISTRATOR} {password}"
            )
        _say(f"网页 / the pages: http://{settings.host}:{settings.port}/")
    finally:
        store.close()
