"""A checkpoint that stands outside of the record."""

from __future__ import annotations

from pathlib import Path

from review.record.proof.anchors import hand_out, name_of
from review.record.proof.checkpoints import sign
from review.record.storage.journal import checkpoint
from review.record.storage.store import Store


def handed_out(store: Store, folder: Path) -> Path:
    """A checkpoint of the record as it is now, signed and handed out: its file."""
    with store.writing() as connection:
        made = checkpoint(connection)
        assert made is not None
        sign(connection)
    with store.reading() as connection:
        hand_out(connection, folder)
    return folder / name_of(made["position"])
