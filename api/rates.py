"""Requests a minute of a caller (请求限额), over all workers of a record: the single worker of a file counts those of the last minute in memory; several take slices of the minute's quota.

A slice is a thirtieth of the quota, so the workers write at most thirty times a minute and caller; what one has not used by the end
of the minute is lost to the others.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from review.clock import timestamp
from review.record.storage.journal import table
from review.record.storage.sign_in_tables import RateTaken
from review.record.storage.store import Store

_SLICES, _MINUTE = 30, 60
# So many callers' windows stay in memory before those that are empty are dropped.
_MANY = 1000
# A time as it is stored, up to its minute.
_PREFIX = len("2026-11-26T01:12")


@dataclass
class _Share:
    """What a worker has of a caller's quota: so many requests are left, so many all workers had taken by then; `over`: there is no more to be had in this minute."""

    left: int = 0
    taken: int = 0
    over: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class _Window:
    """The times of a caller's requests within the last minute, in seconds since 1970, oldest first."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def hit(self, quota: int) -> bool:
        """Whether one more request is within the quota; it is counted if so."""
        now = self._moved()
        if len(self._times) >= quota:
            return False
        self._times.append(now)
        return True

    def left(self, quota: int) -> tuple[int, float]:
        """How many more requests there may be now, and when the oldest is a minute ago."""
        now = self._moved()
        return quota - len(self._times), (self._times[0] if self._times else now) + _MINUTE

    @property
    def is_empty(self) -> bool:
        """Whether no request came within the last minute."""
        self._moved()
        return not self._times

    def _moved(self) -> float:
        now = time.time()
        while self._times and self._times[0] <= now - _MINUTE:
            self._times.popleft()
        return now


class Rates:
    """The quota of every caller: so many requests a minute. Safe to share between threads."""

    def __init__(self, store: Store, quota: int, workers: int) -> None:
        self._store, self.quota = store, quota
        # A record on PostgreSQL can have another service beside this one.
        self._alone = workers == 1 and store.is_sqlite
        self._windows: dict[str, _Window] = {}
        self._slice = max(1, -(-quota // _SLICES))
        self._lock = threading.Lock()
        self._minute = ""
        self._shares: dict[str, _Share] = {}

    def hit(self, caller: str) -> bool:
        """Whether one more request of a caller is within the quota. Raises RecordUnavailable."""
        if self._alone:
            with self._lock:
                return self._window(caller).hit(self.quota)
        with self._lock:
            minute = timestamp()[:_PREFIX]
            if minute != self._minute:
                self._minute, self._shares = minute, {}
            share = self._shares.setdefault(caller, _Share())
        # One caller that waits for the record delays no other.
        with share.lock:
            if share.left == 0 and not share.over:
                share.left, share.taken = self._taken(minute, caller)
                share.over = share.left == 0
            if share.left == 0:
                return False
            share.left -= 1
            return True

    def left(self, caller: str) -> tuple[int, float]:
        """How many more requests a caller has at most, as this worker knows, and when it has more again, in seconds since 1970."""
        if self._alone:
            with self._lock:
                return self._window(caller).left(self.quota)
        now = datetime.fromisoformat(timestamp()).timestamp()
        share = self._shares.get(caller, _Share())
        return share.left + self.quota - share.taken, now - now % _MINUTE + _MINUTE

    def _window(self, caller: str) -> _Window:
        """The window of a caller; those of callers that have been quiet for a minute are dropped when there are many."""
        found = self._windows.get(caller)
        if found is None:
            if len(self._windows) >= _MANY:
                self._windows = {name: each for name, each in self._windows.items() if not each.is_empty}
            found = self._windows[caller] = _Window()
        return found

    def _taken(self, minute: str, caller: str) -> tuple[int, int]:
        """Another slice of a caller's quota of a minute, 0 where it is used up, and what all workers have taken with it."""
        rows = table(RateTaken)
        with self._store.writing() as connection:
            connection.execute(delete(rows).where(rows.c.minute < minute))
            mine = (rows.c.minute == minute, rows.c.caller == caller)
            taken = connection.execute(select(rows.c.taken).where(*mine)).scalar()
            given = min(self._slice, self.quota - (taken or 0))
            if given <= 0:
                return 0, self.quota
            if taken is None:
                connection.execute(insert(rows), [{"minute": minute, "caller": caller, "taken": given}])
            else:
                connection.execute(update(rows).where(*mine).values(taken=taken + given))
            return given, (taken or 0) + given
