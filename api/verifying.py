"""Verifying the record in the background, in a process of its own that is stopped when the verification is cancelled or the server ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from pathlib import Path

from review.clock import timestamp
from review.record.proof.anchors import folder_of
from review.record.proof.verification import verify
from review.record.storage.store import Store, open_store
from review.record.work import jobs, verification_jobs
from review.record.work.jobs import Taken

_LEASE_SECONDS = 120.0
_LOOK_SECONDS = 0.5
_NICE = 10


def verify_beside(store: Store, job: Taken, stopping: threading.Event, anchor_folder: str | None = None) -> None:
    """Work on a verification until it is over, is cancelled, or the server stops; then another takes it up from the beginning."""
    process = multiprocessing.get_context("spawn").Process(
        target=_verify,
        args=(store.full_url, folder_of(store, anchor_folder), job.id, bool(job.asked["quick"])),
        daemon=True,
    )
    process.start()
    try:
        while process.is_alive():
            process.join(_LOOK_SECONDS)
            if stopping.is_set():
                break
            if process.is_alive() and not verification_jobs.go_on(store, job.id, None, timestamp(_LEASE_SECONDS)):
                break
    finally:
        process.terminate()
        process.join()
    if stopping.is_set():
        with store.reading() as connection:
            over = verification_jobs.read_check(connection, job.id)["ended"]
        if not over:
            jobs.release(store, job.id)
    elif process.exitcode:
        jobs.broke_off(
            store,
            job.id,
            "核验进程意外结束，请重新提交 / the process that verifies ended unexpectedly: ask for it again",
        )


def _verify(url: str, folder: Path | None, number: str, quick: bool) -> None:
    os.nice(_NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    store = open_store(url, create=False)
    counted = _Counted(store, number)
    try:
        with store.reading() as connection:
            found = verify(connection, folder=folder, jobs=1, rejudging=not quick, progress=counted.progress)
        verification_jobs.finish(store, number, found)
    finally:
        store.close()


class _Counted:
    """Events are counted first, the reviews judged again after them: the count then goes on from there."""

    def __init__(self, store: Store, number: str) -> None:
        self.store, self.number, self.before, self.last = store, number, 0, 0

    def progress(self, done: int) -> None:
        if done < self.last:
            self.before += self.last
        self.last = done
        if done % 50 == 0:
            verification_jobs.go_on(self.store, self.number, self.before + done, timestamp(_LEASE_SECONDS))
