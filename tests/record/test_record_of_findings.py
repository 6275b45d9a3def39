"""A record of findings that an earlier version wrote, tests/data/findings-2026-11: whatever findings come to say, it replays byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from review import judge
from review.record.storage.contents import Span, each_review, read_ruleset, read_sheet_bytes
from review.record.storage.store import Store
from review.replay.recorded import sheet_from
from tests.record.earlier_records import require_rows, require_sound_and_replayed, restored

pytestmark = pytest.mark.record

FOLDER = Path(__file__).resolve().parents[1] / "data/findings-2026-11"
DIGESTS: dict[str, Any] = json.loads(FOLDER.joinpath("digests.json").read_bytes())


@pytest.fixture
def record(new_url: str, opened: Callable[..., Store], tmp_path: Path) -> Store:
    """The backup restored."""
    packed = FOLDER / "from-sqlite/backup.sqlite.xz"
    return restored(packed, new_url, opened, tmp_path, digest=DIGESTS["file"])


def test_it_verifies_and_replays_byte_for_byte(record: Store) -> None:
    require_sound_and_replayed(record, DIGESTS)


def test_every_row_has_what_was_written(record: Store) -> None:
    require_rows(record, DIGESTS)


def test_findings_made_as_objects_say_what_the_bytes_said(record: Store) -> None:
    with record.reading() as connection:
        for kept, _ in each_review(connection, Span()):
            sheet, ruleset = (
                sheet_from(read_sheet_bytes(connection, kept.sheet)),
                read_ruleset(connection, kept.ruleset),
            )
            assert (ruleset.facts, ruleset.findings) == (3, 2)
            review = judge(sheet, ruleset, kept.as_of, kept.register())
            assert [json.loads(each.encoded) for each in review.findings] == kept.document()["findings"]
