"""Work on a long stream, batch by batch, on several cores, with results in order and memory bounded by the batches under way."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
# Below this many, starting processes takes longer than the work.
WORTH_IT = 800


def spread(found: Iterable[T], work: Callable[[list[T]], R], batch: int, jobs: int | None = None) -> Iterator[R]:
    """The result of `work` for each batch, in order. `jobs`: processes; by default one a core, started only for a long run."""
    stream = iter(found)
    first = list(islice(stream, WORTH_IT))
    cores = jobs or os.cpu_count() or 1
    stream = chain(first, stream)
    if cores == 1 or len(first) < WORTH_IT:
        while some := list(islice(stream, batch)):
            yield work(some)
        return
    # Spawned, not forked: the caller may have threads and an open database.
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting: deque[Future[R]] = deque()
        while some := list(islice(stream, batch)):
            waiting.append(pool.submit(work, some))
            if len(waiting) > cores + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
