"""Under faults: killed, locked, full, gone and back. What was acknowledged is there, what was not is not half there."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from review.canonical_json import digest_of
from review.errors import RecordUnavailable
from review.record.proof.verification import verify
from review.record.register.balances import account
from review.record.storage.contents import read_review
from review.record.storage.store import Store, open_store
from tests.databases import Databases
from tests.postgresql import postgresql_server
from tests.record.projects import drawing, recorded, registered
from tests.record.submitter import Submitter

pytestmark = pytest.mark.record

# `make soak` asks for many more.
KILLS = int(os.environ.get("SOAK_KILLS", "2"))
SUBMISSIONS = 60


def hold_all(store: Store, found: dict[str, tuple[int, str]]) -> int:
    """Every acknowledged review is there, byte for byte, and the whole record is intact. Returns how many reviews there are."""
    with store.reading() as connection:
        for number, digest in found.values():
            assert digest_of(read_review(connection, number).content) == digest
        result = verify(connection)
        assert result.breaks == ()
        source = account(connection, "S-1")
        assert source.drawn_t == sum(each.held_t for each in source.holdings) <= (source.verified_t or 0)
        return result.reviews


@pytest.mark.server
@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_at_any_moment_nothing_acknowledged_is_lost(url: str, opened: Callable[..., Store], seed: int) -> None:
    store = opened(url)
    registered(store, "600")
    most = random.Random(seed).randrange(1, SUBMISSIONS * 2 // 3)
    found = Submitter(url, 0, SUBMISSIONS).acknowledged(most)
    assert most <= len(found) < SUBMISSIONS
    assert len(found) <= hold_all(store, found) <= SUBMISSIONS
    # Started again with the same keys: what is there is not recorded twice, what is not is added.
    again = Submitter(url, 0, SUBMISSIONS).acknowledged()
    assert found.items() <= again.items() and len(again) == SUBMISSIONS
    assert hold_all(store, again) == SUBMISSIONS


@pytest.mark.server
def test_a_hundred_race_for_room_for_ten(url: str, opened: Callable[..., Store]) -> None:
    store = opened(url)
    registered(store, "60")
    processes = [Submitter(url, start, 50) for start in (0, 50)]
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(Submitter.acknowledged, processes)
    assert hold_all(store, {**first, **second}) == 100
    with store.reading() as connection:
        held = [int(each.held_t) for each in account(connection, "S-1").holdings]
    assert len(held) == 100
    assert held.count(6) == 10 and held.count(0) == 90


@pytest.mark.server
def test_a_hundred_race_for_room_for_nine_and_a_half(url: str, opened: Callable[..., Store]) -> None:
    store = opened(url)
    registered(store, "57")
    Submitter(url, 0, 40, threads=8).acknowledged()
    with store.reading() as connection:
        held = sorted((each.held_t for each in account(connection, "S-1").holdings), reverse=True)
    assert held[:11] == [6] * 9 + [3, 0]


@pytest.fixture
def hurried(url: str) -> Iterator[Store]:
    """A record whose writers wait a short time only."""
    store = open_store(url, busy_seconds=0.3)
    yield store
    store.close()


def test_a_held_database_is_a_clear_error_and_a_retry_records_once(hurried: Store) -> None:
    recorded(hurried, drawing("A-1", "6"))
    taken, release = threading.Event(), threading.Event()

    def hold() -> None:
        with hurried.writing():
            taken.set()
            release.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait()
    try:
        with pytest.raises(RecordUnavailable, match="try again") as caught:
            recorded(hurried, drawing("B-1", "6"), request="key")
        assert "INSERT" not in str(caught.value)
    finally:
        release.set()
        holder.join()
    first = recorded(hurried, drawing("B-1", "6"), request="key")
    again = recorded(hurried, drawing("B-1", "6"), request="key")
    assert (first.id, first.content) == (again.id, again.content) and again.again
    assert hold_all(hurried, {}) == 2


def test_readers_do_not_wait_for_a_writer(hurried: Store) -> None:
    first = recorded(hurried, drawing("A-1", "6"))
    with hurried.writing(), hurried.reading() as connection:
        assert read_review(connection, first.id).id == first.id


def test_a_full_disk_is_a_clear_error_and_leaves_the_record_whole(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "record.sqlite"))
    registered(store, "600")
    with store.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 40}")
    with pytest.raises(RecordUnavailable, match="the disk is full"):
        for number in range(100):
            recorded(store, drawing(f"A-{number}", "6"), request=f"key-{number}")
    refused_at = hold_all(store, {})
    with store.writing() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert not recorded(store, drawing(f"A-{refused_at}", "6"), request=f"key-{refused_at}").again
    assert hold_all(store, {}) == refused_at + 1
    store.close()


def test_a_file_that_is_moved_away_takes_nothing_with_it(tmp_path: Path) -> None:
    path, away = tmp_path / "record.sqlite", tmp_path / "away"
    store = open_store(str(path))
    recorded(store, drawing("A-1", "6"))
    away.mkdir()
    names = [name for name in ("record.sqlite", "record.sqlite-wal", "record.sqlite-shm") if (tmp_path / name).exists()]
    for name in names:
        (tmp_path / name).rename(away / name)
    for _ in range(2):
        with pytest.raises(RecordUnavailable, match="try again"):
            recorded(store, drawing("B-1", "6"), request="key")
    assert not path.exists(), "no empty record stands in for the one that is gone"
    for name in names:
        shutil.move(away / name, tmp_path / name)
    recorded(store, drawing("B-1", "6"), request="key")
    assert hold_all(store, {}) == 2
    store.close()


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(RecordUnavailable, match="cannot be made"):
        open_store(str(tmp_path / "none" / "record.sqlite"))
    with pytest.raises(RecordUnavailable):
        open_store(str(tmp_path))


def test_a_server_that_stops_and_comes_back() -> None:
    with postgresql_server() as server:
        store = open_store(server.get_uri(), busy_seconds=2)
        registered(store, "600")
        recorded(store, drawing("A-1", "6"))
        server.stop()
        with pytest.raises(RecordUnavailable, match="try again"):
            recorded(store, drawing("B-1", "6"), request="key")
        server.start()
        found = recorded(store, drawing("B-1", "6"), request="key")
        assert recorded(store, drawing("B-1", "6"), request="key").id == found.id
        assert hold_all(store, {}) == 2
        store.close()


def test_a_connection_lost_within_a_transaction_records_nothing(
    databases: Databases, opened: Callable[..., Store], tmp_path: Path
) -> None:
    store = opened(databases.copy("postgresql", tmp_path)[0])
    recorded(store, drawing("A-1", "6"))
    with pytest.raises(RecordUnavailable, match="try again"), store.writing() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    recorded(store, drawing("B-1", "6"))
    assert hold_all(store, {}) == 2


@pytest.mark.server
def test_two_processes_open_a_new_record_at_once(new_url: str, opened: Callable[..., Store]) -> None:
    processes = [Submitter(new_url, start, 5, threads=1) for start in (0, 5, 10)]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(Submitter.acknowledged, processes))
    assert [len(each) for each in found] == [5, 5, 5]
    assert hold_all(opened(new_url), {}) == 15


def test_a_reader_of_another_program_sees_plain_sqlite(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "record.sqlite"))
    recorded(store, drawing("A-1", "6"))
    store.close()
    with sqlite3.connect(tmp_path / "record.sqlite") as connection:
        assert connection.execute("SELECT kind FROM event").fetchall() == [("edition",), ("review",)]
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
