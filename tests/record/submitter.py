"""A process that submits: `python -m tests.record.submitter URL START COUNT THREADS ALLOCATED`.

Prints a line for each acknowledged review, at once: number, code, digest of its bytes. Ends when all are submitted, or killed.
"""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from review.canonical_json import digest_of
from review.record.storage.store import open_store
from tests.record.projects import drawing, recorded

_PRINTING = threading.Lock()


def main(url: str, start: int, count: int, threads: int, allocated: str) -> None:
    store = open_store(url)

    def one(number: int) -> None:
        code = f"R-{number}"
        found = recorded(store, drawing(code, allocated), request=f"key-{number}")
        with _PRINTING:
            print(found.id, code, digest_of(found.content), flush=True)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(one, range(start, start + count)))
    store.close()


if __name__ == "__main__":
    _, address, first, many, at_once, amount = sys.argv
    main(address, int(first), int(many), int(at_once), amount)
