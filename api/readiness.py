"""Whether the server can record (可记录): a write to the database is tried and the free disk space read, at most every few seconds."""

from __future__ import annotations

import threading
import time

from api.settings import Settings
from review.errors import Fault, RecordUnavailable, Text, system_words
from review.record.storage.store import Store, free_bytes, ready

# Whoever asks is not asked for a key: what is found holds for so long.
_SECONDS = 2.0


class Readiness:
    """What was found last; one thread at a time finds out anew."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._least_free = store, settings.free_disk_bytes
        self._one = threading.Lock()
        self._until = 0.0
        self._found: tuple[Fault, ...] = ()

    def faults(self) -> tuple[Fault, ...]:
        """Why nothing can be recorded; none where it can."""
        with self._one:
            if time.monotonic() >= self._until:
                self._found = self._looked()
                self._until = time.monotonic() + _SECONDS
            return self._found

    def _looked(self) -> tuple[Fault, ...]:
        try:
            free = free_bytes(self._store)
            if free is not None and free < self._least_free:
                words = Text(
                    f"磁盘余量 {free:,} 字节，少于 {self._least_free:,} 字节：请腾出空间",
                    f"the disk has {free:,} bytes free, fewer than {self._least_free:,}: make room",
                )
                return (Fault("", words),)
            ready(self._store)
        except RecordUnavailable as error:
            return error.faults
        except OSError as error:
            words = Text(f"看不到磁盘：{system_words(error)}", f"the disk cannot be looked at: {error.strerror}")
            return (Fault("", words),)
        return ()
