"""Work on many items on all cores: results in order, memory bounded by a window, nothing started for little work."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

Item = TypeVar("Item")
Result = TypeVar("Result")

BATCH = 50
# Below this many, starting processes takes longer than the work.
WORTH_IT = 400


def spread(
    work: Callable[[Sequence[Item]], list[Result]], items: Iterable[Item], jobs: int | None = None
) -> Iterator[Result]:
    """The results of `work` on every item, in their order, whatever `jobs` is: processes, by default one a core; 1 is this process.

    `work` takes some items and gives a result for each; it goes to other processes, so it is a function of a module or a partial of one.
    """
    stream = iter(items)
    cores = jobs or os.cpu_count() or 1
    first = list(islice(stream, WORTH_IT)) if cores > 1 else []
    if len(first) < WORTH_IT:
        for item in chain(first, stream):
            yield from work([item])
        return
    stream = chain(first, stream)
    # Little work starts without them.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Spawned, not forked: the caller may have threads and an open database.
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting: deque[Future[list[Result]]] = deque()
        while batch := list(islice(stream, BATCH)):
            waiting.append(pool.submit(work, batch))
            if len(waiting) > 2 * cores:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
