"""A record with days of cases, holders and absences that an earlier version wrote, tests/data/days-2026-11: it verifies, replays and counts the same days."""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from review.record.access.absences import list_absences
from review.record.calendar.deadlines import reckoning_of
from review.record.projects.standing import latest
from review.record.proof.rejudging import rejudge, tasks
from review.record.proof.verification import verify
from review.record.storage.backup import restore
from review.record.storage.store import Store
from review.replay.replaying import Target
from tests.record.test_record_of_today import TABLES, table_digest

pytestmark = pytest.mark.record

FOLDER = Path(__file__).resolve().parents[1] / "data/days-2026-11"
DIGESTS: dict[str, Any] = json.loads(FOLDER.joinpath("digests.json").read_bytes())


@pytest.fixture
def record(new_url: str, opened: Callable[..., Store], tmp_path: Path) -> Store:
    """The backup restored."""
    file = tmp_path / "backup.sqlite"
    file.write_bytes(lzma.decompress(FOLDER.joinpath("backup.sqlite.xz").read_bytes()))
    store = opened(new_url)
    restore(file, store)
    return store


def test_it_verifies_and_replays_byte_for_byte(record: Store) -> None:
    with record.reading() as connection:
        found = verify(connection, jobs=1)
        again = list(rejudge(tasks(connection), Target(), 1))
    assert found.breaks == () and found.remarks == ()
    assert {"events": found.events, "reviews": found.reviews, "head": found.head} == DIGESTS["verified"]
    assert len(again) == found.reviews and all(each["difference"] is None for each in again)


def test_every_row_has_what_was_written(record: Store) -> None:
    with record.reading() as connection:
        for name, expected in DIGESTS["tables"].items():
            assert table_digest(connection, TABLES[name], expected["columns"]) == expected["digest"], name


def test_the_same_is_due_on_the_same_day(record: Store) -> None:
    with record.reading() as connection:
        reckoning = reckoning_of(connection, date.fromisoformat(DIGESTS["day"]))
        found = {number: latest(connection, int(number)) for number in DIGESTS["deadlines"]}
        assert {number: reckoning.deadlines(standing) for number, standing in found.items() if standing} == DIGESTS[
            "deadlines"
        ]
        assert [(each.person.subject, each.deputy.subject) for each in list_absences(connection)] == [
            ("person:yi", "person:jia")
        ]
