"""Batches under way (批量任务名额), counted for each key, so that a caller that sends slowly, or much, takes no capacity from others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from api.problems import Problem
from review.errors import Fault, Text


class Batches:
    """The batches of this process that are being received, and those at work: so many of a key, so many in all.

    A batch is counted among those at work when its body has arrived. Used by one event loop alone.
    """

    def __init__(self, of_a_key: int, in_all: int) -> None:
        self._of_a_key, self._in_all = of_a_key, in_all
        self._received: Counter[str] = Counter()
        self._at_work: Counter[str] = Counter()

    @contextmanager
    def receiving(self, key: str) -> Iterator[None]:
        """Raises Problem 503 where the key is sending as many as it may already."""
        with _counted(self._received, key, self._of_a_key, None):
            yield

    @contextmanager
    def working(self, key: str) -> Iterator[None]:
        """Raises Problem 503 where as many are at work as may be, of the key or in all."""
        with _counted(self._at_work, key, self._of_a_key, self._in_all):
            yield


@contextmanager
def _counted(under_way: Counter[str], key: str, of_a_key: int, in_all: int | None) -> Iterator[None]:
    if under_way[key] >= of_a_key:
        raise _full(
            Text(
                "该密钥同时处理的批数已满，请稍后重试",
                "as many batches of this key as can be are under way: try again later",
            )
        )
    if in_all is not None and under_way.total() >= in_all:
        raise _full(Text("同时处理的批数已满，请稍后重试", "as many batches as can be are at work: try again later"))
    under_way[key] += 1
    try:
        yield
    finally:
        under_way[key] -= 1
        if not under_way[key]:
            del under_way[key]


def _full(words: Text) -> Problem:
    return Problem(503, Fault("", words), headers={"Retry-After": "10"})
