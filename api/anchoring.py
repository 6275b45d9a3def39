"""Anchoring the record while the service runs: a checkpoint before long, signed, handed out to the folder, stamped with the time."""

from __future__ import annotations

import asyncio
import logging

from api.settings import Settings
from review.errors import RecordDamaged, RecordUnavailable
from review.record.proof import anchors, checkpoints
from review.record.storage import journal
from review.record.storage.store import Store

_LOG = logging.getLogger("api.anchors")


class Anchors:
    """Records, signs and hands out checkpoints. Several workers may do so at once: what one has done another leaves."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self.folder = anchors.folder_of(store, settings.anchor_folder)
        self._handed = -1
        self._said: str | None = None

    async def round(self) -> bool:
        """Do what is due. Never more than once without a pause."""
        await asyncio.to_thread(self._work)
        return False

    def _work(self) -> None:
        try:
            self._sign()
            self._hand_out()
            self._said = None
        except (RecordDamaged, RecordUnavailable) as error:
            self._say(str(error))

    def _say(self, words: str) -> None:
        """Log what is wrong, once until it is another thing or right again."""
        if words != self._said:
            _LOG.error("the record is not anchored: %s", words)
            self._said = words

    def _sign(self) -> None:
        with self.store.reading() as connection:
            overdue = journal.checkpoint_overdue(connection, self.settings.checkpoint_minutes * 60)
            if not overdue and not checkpoints.anything_unsigned(connection):
                return
        with self.store.writing() as connection:
            if journal.checkpoint_overdue(connection, self.settings.checkpoint_minutes * 60):
                journal.checkpoint(connection)
            checkpoints.sign(connection)

    def _hand_out(self) -> None:
        if self.folder is None:
            return
        with self.store.reading() as connection:
            last = checkpoints.last_signed(connection)
            newest = last["position"] if last else 0
            if newest > self._handed:
                anchors.hand_out(connection, self.folder)
                self._handed = newest
