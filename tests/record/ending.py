"""Ending one consultation from several processes at the same time, each forked from the warm one of `tests/commands.py`."""

from __future__ import annotations

from multiprocessing.connection import Connection
from threading import Barrier

from review.errors import Refused
from review.record.cases.consulting import close_consultation, withdraw_consultation
from review.record.storage.store import open_store
from tests.commands import FORKING

_ACTS = {"closed": close_consultation, "withdrawn": withdraw_consultation}


def ended_at_once(url: str, number: int, acts: list[str]) -> list[tuple[str, int | None]]:
    """What came of each act, every one in a process of its own: the number of its event, None where it was refused."""
    begin = FORKING.Barrier(len(acts))
    found, processes = [], []
    for act in acts:
        told, telling = FORKING.Pipe(duplex=False)
        process = FORKING.Process(target=_end, args=(url, number, act, begin, telling))
        process.start()
        telling.close()
        found.append((act, told))
        processes.append(process)
    ended = [(act, told.recv()) for act, told in found]
    for process in processes:
        process.join()
    return ended


def _end(url: str, number: int, act: str, begin: Barrier, telling: Connection) -> None:
    store = open_store(url)
    begin.wait()
    try:
        made: int | None = _ACTS[act](store, number, f"经办人{act}（示例）", reason="不再需要（示例）").id
    except Refused:
        made = None
    telling.send(made)
    store.close()
