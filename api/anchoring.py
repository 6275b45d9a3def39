"""Anchoring the record while the service runs: a checkpoint before long, signed, handed out to the folder, stamped with the time."""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path

import httpx

from api.settings import Settings
from review.errors import NotRecorded, RecordDamaged, RecordUnavailable
from review.record.proof import anchors, checkpoints, time_stamps
from review.record.storage import journal
from review.record.storage.store import Store

_LOG = logging.getLogger("api.anchors")
# An authority that does not answer is asked again after a while.
_STAMP_PAUSE_SECONDS = 60.0
_QUERY, _ANSWER = "application/timestamp-query", "application/timestamp-reply"


class Anchors:
    """Records, signs and hands out checkpoints. Several workers may do so at once: what one has done another leaves."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self.folder = anchors.folder_of(store, settings.anchor_folder)
        self._handed = -1
        self._said: str | None = None
        self._stamp_after = 0.0

    async def round(self) -> bool:
        """Do what is due. Never more than once without a pause."""
        await asyncio.to_thread(self._work)
        return False

    def _work(self) -> None:
        try:
            self._sign()
            self._hand_out()
            self._stamp()
            self._said = None
        except (RecordDamaged, RecordUnavailable, NotRecorded) as error:
            self._say(str(error))
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            self._say(f"the time stamp authority was not reached: {type(error).__name__}")

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

    def _stamp(self) -> None:
        settings = self.settings
        if settings.time_stamp_url is None or settings.time_stamp_roots is None or self.folder is None:
            return
        if self._handed < 1 or time.monotonic() < self._stamp_after:
            return
        # Set before it is tried: what fails is tried again after the pause.
        self._stamp_after = time.monotonic() + _STAMP_PAUSE_SECONDS
        time_stamps.stamp(self.folder, Path(settings.time_stamp_roots).read_bytes(), self._ask)
        self._stamp_after = 0.0

    def _ask(self, query: bytes) -> bytes:
        """Send a query to the authority. Raises httpx.HTTPError."""
        assert self.settings.time_stamp_url is not None
        with httpx.Client(timeout=self.settings.webhook_timeout_seconds, trust_env=False) as client:
            answer = client.post(
                self.settings.time_stamp_url, content=query, headers={"Content-Type": _QUERY, "Accept": _ANSWER}
            )
        return answer.raise_for_status().content
