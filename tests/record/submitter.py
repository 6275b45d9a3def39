"""Submitting until all is submitted, or until killed, in a process that is forked from the warm one of `tests/commands.py`."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection

from review.canonical_json import digest_of
from review.record.storage.store import open_store
from tests.commands import FORKING
from tests.record.projects import drawing, recorded

# Of an acknowledged review: its number, its code, the digest of its bytes.
Acknowledged = tuple[int, str, str]


class Submitter:
    """A process that submits `count` sheets in several threads, from the one numbered `start` on."""

    def __init__(self, url: str, start: int, count: int, threads: int = 4, allocated: str = "6") -> None:
        self._told, telling = FORKING.Pipe(duplex=False)
        self._process = FORKING.Process(target=_submit, args=(url, start, count, threads, allocated, telling))
        self._process.start()
        telling.close()

    def acknowledged(self, most: int | None = None) -> dict[str, tuple[int, str]]:
        """What the process acknowledged, until it ends or `most` are there: then it is killed, and what it had still told is taken too."""
        found: dict[str, tuple[int, str]] = {}
        while True:
            try:
                number, code, digest = self._told.recv()
            except EOFError:
                break
            found[code] = number, digest
            if len(found) == most:
                self._process.kill()
        self._told.close()
        self._process.join()
        assert self._process.exitcode == (0 if most is None else -9)
        self._process.close()
        return found


def _submit(url: str, start: int, count: int, threads: int, allocated: str, telling: Connection) -> None:
    store, at_once = open_store(url), threading.Lock()

    def one(number: int) -> None:
        code = f"R-{number}"
        found = recorded(store, drawing(code, allocated), request=f"key-{number}")
        told: Acknowledged = found.id, code, digest_of(found.content)
        with at_once:
            telling.send(told)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(one, range(start, start + count)))
    store.close()
