"""One peer in a process of its own: reads a payload, then answers `check`, `processor` and `clock` on its standard input, a line of JSON each.

python -m benchmarks.peers.worker MODULE CLASS PAYLOAD REPEATS
"""

from __future__ import annotations

import decimal
import gc
import importlib
import json
import os
import pickle
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

from benchmarks.peers.base import Peer
from benchmarks.peers.columnar import ColumnPeer
from benchmarks.peers.program import Answer, Sheet


def first_difference(sheets: Sequence[Sheet], found: Sequence[Answer], wanted: Sequence[Answer]) -> str:
    """Where a peer and `exact.py` differ, or nothing."""
    for sheet, ours, theirs in zip(sheets, wanted, found, strict=True):
        if ours.plain() != theirs.plain():
            return f"{sheet.name}: exact {ours}, peer {theirs}"
    return ""


# One sheet at a time is one thread's work: the processor's seconds, of all threads, say what it costs whatever else the machine does.
CLOCKS: dict[str, Callable[[], float]] = {"processor": time.process_time, "clock": time.perf_counter}


def timed(work: Callable[[], object], clock: str) -> float:
    """The seconds of one pass by the processor or the clock, garbage of others collected before."""
    gc.collect()
    start = CLOCKS[clock]()
    work()
    return CLOCKS[clock]() - start


def prepared(
    kind: type[Any], program: Any, sheets: Sequence[Sheet]
) -> tuple[Callable[[], object], Callable[[], list[Answer]]]:
    """What is measured, and how the answers are read."""
    peer = kind(program)
    if isinstance(peer, ColumnPeer):
        peer.take(sheets)
        columns = peer
        return columns.judge, lambda: columns.answers(sheets)
    assert isinstance(peer, Peer)
    rows = [peer.prepare(sheet) for sheet in sheets]
    judge = peer.judge
    return lambda: [judge(row) for row in rows], lambda: [judge(row) for row in rows]


def main(module: str, name: str, payload: str, repeats: int) -> None:
    # Wide enough that no product or sum of figures rounds.
    decimal.getcontext().prec = 100
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    kind = getattr(importlib.import_module(f"benchmarks.peers.{module}"), name)
    with open(payload, "rb") as file:
        program, sheets, wanted = pickle.load(file)
    sheets, wanted = sheets * repeats, wanted * repeats
    work, answers = prepared(kind, program, sheets)
    reply = {
        "title": kind.title,
        "version": version(kind.package) if kind.package else sys.version.split()[0],
        "count": len(sheets),
    }
    print(json.dumps(reply), file=replies, flush=True)
    for line in sys.stdin:
        word = line.strip()
        if word == "check":
            work()
            print(json.dumps({"difference": first_difference(sheets, answers(), wanted)}), file=replies, flush=True)
        else:
            print(json.dumps({"seconds": timed(work, word)}), file=replies, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
