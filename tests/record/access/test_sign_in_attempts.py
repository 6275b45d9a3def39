"""Attempts to sign in: slowed down by place and login, exact over all workers; whoever guesses from elsewhere locks nobody out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from review import clock
from review.record.access.sign_in_attempts import Place, admit, admit_within, came_in
from review.record.storage.store import Store, open_store
from tests.databases import Databases

pytestmark = pytest.mark.record

OFFICE, HOME = Place("10.0.0.7", "the browser of the officer"), Place("203.0.113.9")


class Clock:
    """A clock that is put on by hand."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = clock.utc_now()
        patch.setattr(clock, "utc_now", lambda: self.now)

    def on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def store(databases: Databases, tmp_path: Path) -> Iterator[Store]:
    store = open_store(databases.copy("sqlite", tmp_path)[0])
    yield store
    store.close()


def elsewhere(number: int) -> Place:
    return Place(f"198.51.{number // 250}.{number % 250 + 1}")


def test_ten_are_looked_at_and_each_after_them_waits_twice_as_long(store: Store, at: Clock) -> None:
    assert [admit(store, "lin", HOME) for _ in range(10)] == [0] * 10
    for wait in (30, 60, 120, 240, 480, 900, 900):
        assert admit(store, "lin", HOME) == wait + 1
        at.on(wait - 1)
        assert admit(store, "lin", HOME) > 0
        at.on(1)
        assert admit(store, "lin", HOME) == 0


def test_after_a_quarter_of_an_hour_without_any_they_are_forgotten(store: Store, at: Clock) -> None:
    for _ in range(10):
        admit(store, "lin", HOME)
    at.on(30 + 900)
    assert [admit(store, "lin", HOME) for _ in range(10)] == [0] * 10


def test_others_at_the_same_place_and_the_same_login_elsewhere_are_not_slowed_down(store: Store, at: Clock) -> None:
    for _ in range(11):
        admit(store, "lin", HOME)
    assert admit(store, "wu", HOME) == admit(store, "lin", elsewhere(1)) == 0


def test_who_guesses_from_everywhere_locks_nobody_out(store: Store, at: Clock) -> None:
    came_in(store, "lin", OFFICE)
    assert [admit(store, "lin", elsewhere(number)) for number in range(100)] == [0] * 100
    assert admit(store, "lin", elsewhere(500)) > 0, "enough for a quarter of an hour"
    assert admit(store, "lin", OFFICE) == 0, "but not from where the person has signed in"
    assert admit(store, "lin", Place(OFFICE.address)) == 0, "an address is known too"
    assert admit(store, "wu", elsewhere(500)) == 0
    at.on(900)
    assert admit(store, "lin", elsewhere(501)) == 0


def test_who_guesses_beside_somebody_locks_nobody_out(store: Store, at: Clock) -> None:
    """A neighbour behind the same address uses up its attempts, and the address's own: a known browser is counted for itself."""
    came_in(store, "lin", OFFICE)
    neighbour = Place(OFFICE.address, "another browser")
    for number in range(80):
        admit(store, f"login-{number}", neighbour)
    for _ in range(12):
        admit(store, "lin", neighbour)
    assert admit(store, "lin", neighbour) > 0 and admit(store, "chen", neighbour) > 0
    assert [admit(store, "lin", OFFICE) for _ in range(10)] == [0] * 10
    assert admit(store, "lin", OFFICE) > 0, "a known browser is slowed down like any place"


def test_a_place_is_known_for_ninety_days_after_the_last_time(store: Store, at: Clock) -> None:
    came_in(store, "lin", OFFICE)
    at.on(90 * 86_400 - 1)
    for number in range(100):
        admit(store, "lin", elsewhere(number))
    assert admit(store, "lin", OFFICE) == 0
    at.on(2)
    assert admit(store, "lin", OFFICE) > 0


def test_the_right_person_starts_anew(store: Store, at: Clock) -> None:
    for _ in range(9):
        admit(store, "lin", HOME)
    came_in(store, "lin", HOME)
    assert [admit(store, "lin", HOME) for _ in range(10)] == [0] * 10


def test_of_many_at_the_same_moment_no_more_come_through_than_may(store: Store) -> None:
    """Each with a store of its own, as workers have."""
    waits: list[int] = []
    start = threading.Barrier(6)

    def worker() -> None:
        own = open_store(store.url)
        start.wait()
        waits.extend(admit(own, "lin", HOME) for _ in range(5))
        own.close()

    threads = [threading.Thread(target=worker) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(each == 0 for each in waits) == [False] * 20 + [True] * 10


def test_a_host_with_many_addresses_of_one_network_is_one_place(store: Store, at: Clock) -> None:
    waits = [admit(store, "lin", Place(f"2001:db8:1:2::{number:x}")) for number in range(1, 12)]
    assert waits[:10] == [0] * 10 and waits[10] > 0
    assert admit(store, "lin", Place("2001:db8:1:3::1")) == 0
    assert Place("::ffff:10.0.0.7").by_address == Place("10.0.0.7").by_address != Place("x" * 300).by_address


def test_neither_login_nor_browser_can_be_read_from_what_is_counted(store: Store, at: Clock) -> None:
    admit(store, "typed-a-password-here", OFFICE)
    came_in(store, "lin", OFFICE)
    with store.reading() as connection:
        rows = [*connection.execute(text("SELECT * FROM sign_in_count")), *connection.execute(text("SELECT * FROM known_place"))]  # fmt: skip
    assert rows and "typed-a-password" not in str(rows) and OFFICE.browser not in str(rows)


def test_places_of_a_login_are_bounded(store: Store, at: Clock) -> None:
    for number in range(30):
        at.on(1)
        came_in(store, "lin", elsewhere(number))
    with store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM known_place")).scalar() == 20


def test_who_is_signed_in_has_ten_tries_at_the_password(store: Store, at: Clock) -> None:
    assert [admit_within(store, "password", "lin") for _ in range(10)] == [0] * 10
    assert admit_within(store, "password", "lin") > 0 and admit_within(store, "code", "lin") == 0
    at.on(900)
    assert admit_within(store, "password", "lin") == 0
