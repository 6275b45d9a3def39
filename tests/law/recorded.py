"""Editions as records of November 2026 hold them, the sample sheets of then, and the digest of each review."""

from __future__ import annotations

import json
import lzma
import sqlite3
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from review import from_content
from review.law.edition import Ruleset
from review.record.storage.journal import unpacked

_DATA = Path(__file__).parents[1] / "data"
_KEPT = _DATA / "editions-2026-11.json.xz"


@cache
def kept() -> dict[str, Any]:
    """All that is kept: `editions` (contents), `digests`, `sheets` by name, `reviews` (digests by sheet, edition and day)."""
    found: dict[str, Any] = json.loads(lzma.decompress(_KEPT.read_bytes()))
    return found


@cache
def recorded_edition(name: str) -> Ruleset:
    """The edition `2022` or `2023` as it was recorded before content was dated."""
    return next(from_content(each) for each in kept()["editions"] if each["edition"] == name)


@cache
def adopted_in(record: str) -> tuple[Ruleset, ...]:
    """The editions that a kept record had adopted, by the name of its folder, in the order of their adoption."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "backup.sqlite"
        file.write_bytes(lzma.decompress(next(_DATA.joinpath(record).rglob("backup.sqlite.xz")).read_bytes()))
        connection = sqlite3.connect(file)
        query = (
            "SELECT content FROM adopted_edition JOIN ruleset USING (digest) ORDER BY adopted_edition.position, ordinal"
        )
        found = [json.loads(unpacked(content)) for (content,) in connection.execute(query)]
        connection.close()
    return tuple(from_content(each) for each in found)
