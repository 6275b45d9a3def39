"""Every edition that a kept record holds came with some version of the product: `verify` remarks on one that never did."""

from __future__ import annotations

import lzma
import sqlite3
from pathlib import Path

import pytest

from review.law.loading import load_builtin
from review.law.shipped import shipped_before

DATA = Path(__file__).resolve().parents[1] / "data"
BACKUPS = sorted(DATA.glob("*/from-*/backup.sqlite.xz"))


@pytest.mark.parametrize("backup", BACKUPS, ids=lambda each: f"{each.parents[1].name} {each.parent.name}")
def test_what_was_recorded_was_shipped(backup: Path, tmp_path: Path) -> None:
    database = tmp_path / "backup.sqlite"
    database.write_bytes(lzma.decompress(backup.read_bytes()))
    connection = sqlite3.connect(database)
    recorded = set(connection.execute("SELECT id || '@' || edition, digest FROM ruleset"))
    connection.close()
    shipped = {(name, digest) for name, digests in shipped_before().items() for digest in digests}
    shipped |= {(each.name, each.digest) for each in load_builtin()}
    assert recorded and recorded <= shipped


def test_what_ships_now_is_not_among_what_shipped_before() -> None:
    before = {digest for digests in shipped_before().values() for digest in digests}
    assert not before & {each.digest for each in load_builtin()}
