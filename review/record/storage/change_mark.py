"""A mark of the record (变动标记): equal to an earlier one where nothing was recorded in between, so that what was read then still holds.

To read it costs far less than what it saves: SQLite counts the commits of others for each connection, and PostgreSQL finds the
last event by an index: the mark is its position and digest.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Hashable
from pathlib import Path
from urllib.parse import quote


class FileMark:
    """The mark of a file of SQLite, by a connection that never writes. Safe to share between threads."""

    def __init__(self, path: Path, identity: Callable[[Path], tuple[int, int] | None]) -> None:
        self._path, self._identity = path, identity
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._opened = 0

    def now(self) -> Hashable | None:
        """The mark as it is now; None where it cannot be told at once. It does not wait for others."""
        with self._lock:
            try:
                if self._connection is None or self._identity(self._path) != self._file:
                    self._open()
                assert self._connection is not None
                (commits,) = self._connection.execute("PRAGMA data_version").fetchone()
            except sqlite3.Error:
                self._close()
                return None
            # Each connection counts from a number of its own.
            return self._opened, commits

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._close()

    def _open(self) -> None:
        self._close()
        self._opened += 1
        # Asked before it is opened: of a file that is replaced meanwhile the next mark is another one.
        self._file = self._identity(self._path)
        name = f"file:{quote(str(self._path.absolute()))}?mode=rw"
        self._connection = sqlite3.connect(name, uri=True, timeout=0, isolation_level=None, check_same_thread=False)

    def _close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
