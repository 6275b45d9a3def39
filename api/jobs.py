"""Working on replays and previews: a batch at a time, in a process of its own, so that requests do not wait for it."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any, TypeVar, cast

from sqlalchemy import Connection

from api.settings import Settings
from api.targets import target
from api.verifying import verify_beside
from review.canonical_json import digest_of
from review.errors import NotRecorded, RecordUnavailable, TwoHighError
from review.record.editions.in_force import Law
from review.record.proof.rejudging import replay_all
from review.record.storage.contents import read_ruleset_bytes
from review.record.storage.store import Store
from review.record.views.replay_reach import Reach, reach_of
from review.record.work import jobs, preview_jobs, replay_jobs
from review.record.work.jobs import PREVIEW, VERIFICATION, Taken
from review.record.work.replay_jobs import Asked, ReplayJob
from review.replay.previewing import Draft
from review.replay.replaying import Target
from review.sheet.fields import iso_day

# A batch takes seconds at most; a lease must outlast it by far.
LEASE_SECONDS = 120.0
_NICE = 10


Judged = TypeVar("Judged")


class Runner:
    """Takes a job, works on it until it is over or the server stops."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self._stopping = threading.Event()
        self._pool: ProcessPoolExecutor | None = None

    async def round(self) -> bool:
        """Work on a job, if there is one."""
        return await asyncio.to_thread(self._work)

    def stop(self) -> None:
        """Begin no other batch."""
        self._stopping.set()

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _work(self) -> bool:
        with self.store.reading() as connection:
            if not jobs.anything_to_do(connection):
                return False
        job = jobs.take(self.store, LEASE_SECONDS)
        if job is None:
            return False
        if job.kind == VERIFICATION.name:
            verify_beside(self.store, job, self._stopping, self.settings.anchor_folder)
            return True
        try:
            with self.store.reading() as connection:
                if job.kind == PREVIEW.name:
                    drafts = preview_jobs.drafts_of(connection, job.editions)
                    going = partial(self._preview, drafts=drafts)
                else:
                    aim = aim_again(connection, cast(Asked, job.asked), job.editions)
                    going = partial(self._replay, aim=aim)
            self._go_on(job, going)
        except RecordUnavailable:
            raise
        except TwoHighError as error:
            jobs.fail(self.store, job, str(error))
        except BrokenProcessPool:
            # Not tried again by itself: what killed the process would kill the next one too.
            jobs.fail(
                self.store,
                job,
                "处理进程意外结束，请重新提交任务 / the process that judges ended unexpectedly: ask for the replay again",
            )
        finally:
            self.close()
        return True

    def _go_on(self, job: Taken, batch: Callable[[Taken], Taken | None]) -> None:
        going: Taken | None = job
        while going is not None:
            if self._stopping.is_set():
                jobs.let_go(self.store, going)
                return
            going = batch(going)

    def _replay(self, job: Taken, aim: Target) -> Taken | None:
        with self.store.reading() as connection:
            batch = replay_jobs.batch_of(connection, job)
        results = self._beside(replay_all, batch, aim) if batch else []
        return replay_jobs.store_batch(self.store, job, results, LEASE_SECONDS)

    def _preview(self, job: Taken, drafts: tuple[Draft, ...]) -> Taken | None:
        with self.store.reading() as connection:
            batch = preview_jobs.latest_reviews(connection, job.after, job.upto, preview_jobs.BATCH)
        results = self._beside(preview_jobs.preview_batch, batch, drafts) if batch else []
        return preview_jobs.store_batch(self.store, job, results, LEASE_SECONDS)

    def _beside(self, work: Callable[..., list[Judged]], *given: Any) -> list[Judged]:
        """What `work` gives of a batch, done in the process that judges."""
        if self._pool is None:
            # Spawned, not forked: this process has threads and an open database.
            self._pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_settle_in)
        return self._pool.submit(work, *given).result()


def aim_of(law: Law, asked: Asked) -> Target:
    """What a replay that is asked for now is replayed against. Raises EditionNotFound."""
    day = asked["as_of"]
    return target(law, asked["against"], iso_day(day) if day else None)


def aim_again(connection: Connection, asked: Asked, editions: list[str]) -> Target:
    """What a job is replayed against: the editions of when it was asked for, whatever was adopted since. Raises NotRecorded."""
    day = iso_day(asked["as_of"]) if asked["as_of"] else None
    if not editions:
        return Target(as_of=day)
    contents = tuple(read_ruleset_bytes(connection, each) for each in editions)
    name = asked["against"] or ""
    return Target(name, contents, name.partition("@")[2], day)


def reach_again(connection: Connection, job: ReplayJob) -> Reach | None:
    """What a job compares; None where an edition that it was to judge by is not in the record. Raises NotRecorded."""
    number = job["id"]
    try:
        aim = aim_again(connection, job["asked"], replay_jobs.editions_of_job(connection, number))
    except NotRecorded:
        return None
    return reach_of(connection, replay_jobs.span_of_job(connection, number), aim)


def digests(aim: Target) -> list[str]:
    """The editions that a target may pick from: a job goes on with the very same."""
    return [digest_of(content) for content in aim.editions]


def _settle_in() -> None:
    """The process that judges: it yields to requests, leaves Ctrl-C to its parent, and does not outlive it."""
    os.nice(_NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(0)
