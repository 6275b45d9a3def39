"""A record of findings that an earlier version wrote, tests/data/findings-2026-11: whatever findings come to say, it replays byte for byte."""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from review import judge
from review.record.proof.rejudging import rejudge, tasks
from review.record.proof.verification import verify
from review.record.storage.backup import restore
from review.record.storage.contents import Span, each_review, read_ruleset, read_sheet_bytes
from review.record.storage.store import Store
from review.replay.recorded import sheet_from
from review.replay.replaying import Target
from tests.record.test_record_of_today import TABLES, table_digest

pytestmark = pytest.mark.record

FOLDER = Path(__file__).resolve().parents[1] / "data/findings-2026-11"
DIGESTS: dict[str, Any] = json.loads(FOLDER.joinpath("digests.json").read_bytes())


@pytest.fixture
def record(new_url: str, opened: Callable[..., Store], tmp_path: Path) -> Store:
    """The backup restored."""
    content = lzma.decompress(FOLDER.joinpath("from-sqlite/backup.sqlite.xz").read_bytes())
    assert sha256(content).hexdigest() == DIGESTS["file"]
    file = tmp_path / "backup.sqlite"
    file.write_bytes(content)
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
