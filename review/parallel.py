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
    return chain.from_iterable(spread_batches(work, items, BATCH, jobs, alone=1))


def spread_batches(
    work: Callable[[list[Item]], Result], items: Iterable[Item], batch: int, jobs: int | None = None, *, alone: int = 0
) -> Iterator[Result]:
    """The result of `work` for each batch of items, in order. Where the work stays in this process, a batch has `alone` items, if given."""
    stream = iter(items)
    cores = jobs or os.cpu_count() or 1
    first = list(islice(stream, WORTH_IT)) if cores > 1 else []
    stream = chain(first, stream)
    if len(first) < WORTH_IT:
        while some := list(islice(stream, alone or batch)):
            yield work(some)
        return
    # Little work starts without them.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Spawned, not forked: the caller may have threads and an open database.
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting: deque[Future[Result]] = deque()
        while some := list(islice(stream, batch)):
            waiting.append(pool.submit(work, some))
            if len(waiting) > cores + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
