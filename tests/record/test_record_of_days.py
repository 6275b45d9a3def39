"""A record with days of cases, holders and absences that an earlier version wrote, tests/data/days-2026-11: it verifies, replays and counts the same days."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from review.record.access.absences import list_absences
from review.record.calendar.deadlines import reckoning_of
from review.record.projects.standing import latest
from review.record.storage.store import Store
from tests.record.earlier_records import require_rows, require_sound_and_replayed, restored

pytestmark = pytest.mark.record

FOLDER = Path(__file__).resolve().parents[1] / "data/days-2026-11"
DIGESTS: dict[str, Any] = json.loads(FOLDER.joinpath("digests.json").read_bytes())


@pytest.fixture
def record(new_url: str, opened: Callable[..., Store], tmp_path: Path) -> Store:
    """The backup restored."""
    return restored(FOLDER / "backup.sqlite.xz", new_url, opened, tmp_path)


def test_it_verifies_and_replays_byte_for_byte(record: Store) -> None:
    require_sound_and_replayed(record, DIGESTS)


def test_every_row_has_what_was_written(record: Store) -> None:
    require_rows(record, DIGESTS)


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
