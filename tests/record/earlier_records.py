"""Records that earlier versions wrote, kept as backups in tests/data: restored, and held against what was noted of them then."""

from __future__ import annotations

import lzma
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from review.record.proof.rejudging import rejudge, tasks
from review.record.proof.verification import verify
from review.record.storage.backup import restore
from review.record.storage.store import Store
from review.replay.replaying import Target
from tests.record.test_record_of_today import TABLES, table_digest


def restored(packed: Path, url: str, opened: Callable[..., Store], folder: Path, *, digest: str | None = None) -> Store:
    """The record of a packed backup in the database at an address; `digest` is the file's SHA-256 where it was noted, `folder` receives the file."""
    content = lzma.decompress(packed.read_bytes())
    assert digest is None or sha256(content).hexdigest() == digest
    file = folder / "backup.sqlite"
    file.write_bytes(content)
    store = opened(url)
    restore(file, store)
    return store


def require_sound_and_replayed(record: Store, noted: Mapping[str, Any]) -> None:
    """It verifies as was noted of it, and every review replays byte for byte."""
    with record.reading() as connection:
        found = verify(connection, jobs=1)
        again = list(rejudge(tasks(connection), Target(), 1))
    assert found.breaks == () and found.remarks == ()
    assert {"events": found.events, "reviews": found.reviews, "head": found.head} == noted["verified"]
    assert len(again) == found.reviews and all(each["difference"] is None for each in again)


def require_rows(record: Store, noted: Mapping[str, Any]) -> None:
    """Every row has what was written."""
    with record.reading() as connection:
        for name, expected in noted["tables"].items():
            assert table_digest(connection, TABLES[name], expected["columns"]) == expected["digest"], name
