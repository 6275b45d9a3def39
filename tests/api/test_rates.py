"""Requests a minute hold over all workers: never more than the quota, nearly all of it, with few writes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from api.rates import Rates
from review import clock
from review.record.storage.store import Store, open_store
from tests.api.conftest import client, forked, stop
from tests.databases import DATABASES, Databases

pytestmark = pytest.mark.record

NOW = datetime.fromisoformat("2026-11-26T09:30:10+00:00")


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The time, which a test puts on."""
    found = [NOW]
    monkeypatch.setattr(clock, "utc_now", lambda: found[0])
    return found


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Store]:
    store = open_store(databases.copy(request.param, tmp_path)[0])
    yield store
    store.close()


@pytest.fixture
def file(databases: Databases, tmp_path: Path) -> Iterator[Store]:
    """A record in a file."""
    store = open_store(databases.copy("sqlite", tmp_path)[0])
    yield store
    store.close()


def test_two_workers_give_the_quota_between_them(store: Store, now: list[datetime]) -> None:
    workers = [Rates(store, 60, 2) for _ in range(2)]
    taken = [workers[number % 2].hit("key") for number in range(200)]
    assert taken.count(True) == 60 and all(taken[:60])
    assert workers[0].hit("another"), "another caller has a quota of its own"
    now[0] += timedelta(seconds=49.9)
    minute = NOW.timestamp() // 60 * 60
    assert not workers[0].hit("key") and workers[0].left("key") == (0, minute + 60)
    now[0] += timedelta(seconds=0.1)
    assert workers[0].hit("key") and workers[1].hit("key"), "the next minute has its own"


def test_what_a_worker_has_not_used_is_lost_to_the_others_for_the_minute(store: Store, now: list[datetime]) -> None:
    idle, busy = Rates(store, 60, 2), Rates(store, 60, 2)
    assert idle.hit("key") and idle.left("key")[0] == 59
    assert [busy.hit("key") for _ in range(60)].count(True) == 58, "a slice is two of sixty"


@pytest.mark.parametrize("quota", [1, 29, 30, 31, 600])
def test_no_more_than_thirty_writes_a_minute_and_caller(store: Store, now: list[datetime], quota: int) -> None:
    rates, written = Rates(store, quota, 4), 0

    taken = rates._taken

    def counted(minute: str, caller: str) -> tuple[int, int]:
        nonlocal written
        written += 1
        return taken(minute, caller)

    rates._taken = counted  # type: ignore[method-assign]
    assert [rates.hit("key") for _ in range(quota + 50)].count(True) == quota
    assert written <= 31, "thirty slices, and one look that finds no more"


def test_two_services_of_one_worker_on_a_server_s_record_give_the_quota_between_them(
    databases: Databases, tmp_path: Path, now: list[datetime]
) -> None:
    store = open_store(databases.copy("postgresql", tmp_path)[0])
    try:
        services = [Rates(store, 60, 1) for _ in range(2)]
        assert [services[number % 2].hit("key") for number in range(200)].count(True) == 60
    finally:
        store.close()


def test_the_one_worker_of_a_file_writes_nothing(file: Store) -> None:
    rates = Rates(file, 5, 1)
    assert [rates.hit("key") for _ in range(6)] == [True] * 5 + [False]
    assert rates.left("key")[0] == 0 and rates.left("another")[0] == 5
    with file.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM rate_taken")).scalar() == 0


def test_one_worker_counts_the_requests_of_the_last_minute(file: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    now = NOW.timestamp()
    rates = Rates(file, 3, 1)
    for seconds, within, left, reset in (
        (0, True, 2, 60), (10, True, 1, 60), (20, True, 0, 60), (59.9, False, 0, 60),
        (60, True, 0, 70), (69.9, False, 0, 70), (70, True, 0, 80), (200, True, 2, 260),
    ):  # fmt: skip
        monkeypatch.setattr("api.rates.time.time", lambda: now + seconds)  # noqa: B023
        assert (rates.hit("key"), rates.left("key")) == (within, (left, now + reset)), seconds
    monkeypatch.setattr("api.rates.time.time", lambda: now + 260)
    assert rates.left("key") == (3, now + 320), "what is a minute ago counts no more"


def test_callers_that_have_been_quiet_are_forgotten(file: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    now = NOW.timestamp()
    rates = Rates(file, 1, 1)
    monkeypatch.setattr("api.rates._MANY", 3)
    for seconds, caller in ((0, "a"), (1, "b"), (50, "c"), (60, "d"), (61, "e")):
        monkeypatch.setattr("api.rates.time.time", lambda: now + seconds)  # noqa: B023
        assert rates.hit(caller)
    assert set(rates._windows) == {"c", "d", "e"} and not rates.hit("c")


def test_at_the_same_moment_no_more_than_the_quota(store: Store, now: list[datetime]) -> None:
    workers = [Rates(store, 40, 4) for _ in range(4)]
    came: list[bool] = []
    together = threading.Barrier(8)

    def ask(rates: Rates) -> None:
        together.wait()
        came.extend(rates.hit("key") for _ in range(20))

    threads = [threading.Thread(target=ask, args=(workers[number % 4],)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert came.count(True) == 40


@pytest.mark.record
@pytest.mark.server
def test_the_quota_holds_over_two_workers_of_a_server(tmp_path: Path) -> None:
    """Each request on a connection of its own, so that both workers get some; a minute may begin meanwhile."""
    server = forked(f"sqlite:///{tmp_path / 'record.sqlite'}", workers="2", requests_per_minute="30")
    headers = {"Authorization": f"Bearer {server.keys['officer']}"}
    minutes: dict[str, int] = {}
    try:
        for _ in range(100):
            with client(base_url=server.url, headers=headers) as line:
                if line.get("/api/v1/me").status_code == 200:
                    minute = clock.timestamp()[:16]
                    minutes[minute] = minutes.get(minute, 0) + 1
    finally:
        stop(server)
    # An answer may be told a moment after its minute was counted.
    assert sum(minutes.values()) <= 30 * len(minutes) and min(minutes.values()) >= 1
