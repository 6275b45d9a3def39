"""Background work of every worker: sending messages and mails, replay jobs, counting failed attempts, signing and handing out checkpoints, indexing for search. On shutdown each task finishes or releases what it began."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from api.anchoring import Anchors
from api.attempts import Attempts
from api.delivery import Sender
from api.indexing import Indexing
from api.jobs import Runner
from api.mailing import Mailer
from api.settings import Settings
from review.errors import RecordUnavailable
from review.record.storage.store import Store

_LOG = logging.getLogger("api")
# After an error nobody foresaw, so that it does not come again and again without a pause.
_PAUSE_SECONDS = 10.0


class Outages:
    """Which work waits for the record; the log says so once with its cause, and once when all goes on, however often it is tried."""

    def __init__(self) -> None:
        self._waiting: dict[str, str] = {}

    def begun(self, name: str, error: RecordUnavailable) -> None:
        cause = "; ".join(each.text.en for each in error.faults)
        if cause not in self._waiting.values():
            _LOG.warning("background work waits for the record: %s", cause)
        self._waiting[name] = cause

    def over(self, name: str) -> None:
        if self._waiting.pop(name, None) and not self._waiting:
            _LOG.info("background work goes on: the record can be reached again")


@asynccontextmanager
async def working(store: Store, settings: Settings, attempts: Attempts) -> AsyncIterator[None]:
    """All of it is at work within."""
    stop = asyncio.Event()
    async with Sender(store, settings) as sender:
        runner, anchors = Runner(store, settings), Anchors(store, settings)
        outages = Outages()
        rounds = {
            "messages": sender.round, "mails": Mailer(store, settings).round, "jobs": runner.round, "attempts": attempts.round,
            "checkpoints": anchors.round, "search": Indexing(store).round,
        }  # fmt: skip
        tasks = [
            asyncio.create_task(_again(name, each, stop, outages, settings.poll_seconds))
            for name, each in rounds.items()
        ]
        try:
            yield
        finally:
            stop.set()
            runner.stop()
            await asyncio.gather(*tasks)
            await asyncio.to_thread(runner.close)
            # What came while it was told to stop.
            await asyncio.to_thread(attempts.count)


async def _again(
    name: str, work: Callable[[], Awaitable[bool]], stop: asyncio.Event, outages: Outages, poll_seconds: float
) -> None:
    """Work as long as there is something to do, then look again after a while, until told to stop."""
    while not stop.is_set():
        wait = poll_seconds
        try:
            more = await work()
            outages.over(name)
            if more:
                continue
        except RecordUnavailable as error:
            outages.begun(name, error)
        except Exception as error:
            _LOG.error("background work failed: %s", type(error).__name__)
            wait = _PAUSE_SECONDS
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), wait)
