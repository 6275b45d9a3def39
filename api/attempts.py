"""Attempts that are refused without looking further: gathered in memory, and counted in the audit log within moments.

Each of them would else take the record's one writer: so many calls a second would keep everybody else from recording.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter

from review.record.access.keys import ended_key
from review.record.storage.audit_log import OTHERS, Attempt, attempt, attempts_are_due, count_attempts, login_hash
from review.record.storage.store import Store

# Told apart in memory; further ones are counted together.
_MOST = 1000


class Attempts:
    """What was refused since it was last counted. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._gathered: Counter[Attempt] = Counter()

    def refused(self, login: str, address: str | None) -> None:
        """Signing in was refused after too many attempts."""
        self._add(attempt("sign_in_refused", address, login_hash(login)))

    def ended_key(self, token: str, address: str | None) -> None:
        """Count an attempt where an unknown caller presented a key that has ended. Raises RecordUnavailable."""
        with self._store.reading() as connection:
            found = ended_key(connection, token)
        if found is not None:
            self._add(attempt(found[0], address, found[1]))

    def _add(self, each: Attempt) -> None:
        with self._lock:
            known = each in self._gathered or len(self._gathered) < _MOST
            self._gathered[each if known else each._replace(address=OTHERS, who=OTHERS)] += 1

    async def round(self) -> bool:
        """Count what was gathered, and enter the minutes that are over; false: there is nothing more to do. Raises RecordUnavailable."""
        await asyncio.to_thread(self.count)
        return False

    def count(self) -> None:
        """Count what was gathered, and enter the minutes that are over. What cannot be counted now is gathered still. Raises RecordUnavailable."""
        with self._lock:
            gathered, self._gathered = self._gathered, Counter()
        try:
            if gathered or self._due():
                with self._store.writing() as connection:
                    count_attempts(connection, gathered)
        except BaseException:
            with self._lock:
                self._gathered.update(gathered)
            raise

    def _due(self) -> bool:
        with self._store.reading() as connection:
            return attempts_are_due(connection)
