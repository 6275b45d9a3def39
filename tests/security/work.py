"""Work for a process of its own, of the kinds that end well and badly."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

from review.errors import Conflict, Fault, Text


def counted(content: bytes) -> Iterator[int]:
    """The numbers below the length of the content."""
    yield from range(len(content))


def refusing(content: bytes) -> Iterator[int]:
    yield 1
    raise Conflict([Fault("here", Text("不行", "no"))])


def failing(content: bytes) -> Iterator[int]:
    raise KeyError("words of a stranger")
    yield 1


def endless(content: bytes) -> Iterator[int]:
    while True:
        if content == b"telling":
            yield 1


def greedy(content: bytes) -> Iterator[int]:
    yield len(bytearray(1_000_000_000))


def killed(content: bytes) -> Iterator[int]:
    os.kill(os.getpid(), signal.SIGKILL)
    yield 1


def main_module(content: bytes) -> Iterator[str]:
    import sys

    yield str(getattr(sys.modules["__main__"], "__file__", None))
