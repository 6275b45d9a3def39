"""Verification jobs (核验任务): the whole record verified in the background, beside the replay jobs, with what was found.

A verification that breaks off begins anew: half of one proves nothing.
"""

from __future__ import annotations

import json

from sqlalchemy import Connection, func, select

from review.record.proof.breaks import Verified, VerifiedShown
from review.record.proof.receipts import CheckpointNamed
from review.record.storage import chain
from review.record.storage.journal import Row, table
from review.record.storage.store import Store
from review.record.storage.tables import Checkpoint, Event, StoredReview
from review.record.storage.text_limits import LONGEST_KEY, validate_words
from review.record.work import jobs
from review.record.work.jobs import VERIFICATION, JobHead, Started


class VerificationJob(JobHead):
    """A verification with its progress (`done` of `total` events and reviews), and what it `found` when it is over."""

    quick: bool
    found: VerifiedShown | None


def start_check(store: Store, by: str, *, quick: bool, request: str | None = None) -> Started[VerificationJob]:
    """Put a verification into the queue; `quick`: digests, links and rows alone. The same `request` gives it again. Raises Refused, Conflict."""
    validate_words({"by": by}, required=("by",))
    validate_words({"request": request}, longest=LONGEST_KEY)
    asked = chain.canonical({"quick": quick}).decode()
    with store.writing() as connection:
        if (before := jobs.asked_before(connection, VERIFICATION, request, asked)) is not None:
            return Started(_shown(before), again=True)
        events, reviews = table(Event), table(StoredReview)
        upto = connection.execute(select(func.max(events.c.position))).scalar() or 0
        judged = 0 if quick else connection.execute(select(func.count()).select_from(reviews)).scalar_one()
        made = {**jobs.new_job(VERIFICATION, by, request, asked, upto), "total": upto + judged}
        jobs.insert_job(connection, made)
        return Started(_shown(made))


def read_check(connection: Connection, number: str) -> VerificationJob:
    """A verification with its progress, and `found` when it is over. Raises NotRecorded."""
    return _shown(jobs.read_row(connection, VERIFICATION, number))


def list_checks(connection: Connection, limit: int) -> list[VerificationJob]:
    """The latest verifications, newest first."""
    return [_shown(row) for row in jobs.latest_rows(connection, VERIFICATION, limit)]


def go_on(store: Store, number: str, done: int | None, lease: str) -> bool:
    """Say how far it is and lease it for longer; false where it was cancelled or is over."""
    values: Row = {"leased": lease, **({} if done is None else {"done": done})}
    with store.writing() as connection:
        return jobs.QUEUE.change(connection, number, values)


def finish(store: Store, number: str, found: Verified) -> None:
    """Record what a verification found."""
    summary = chain.canonical(found.as_json()).decode()
    with store.writing() as connection:
        jobs.end(connection, number, "done", summary=summary, done=jobs.JOBS.c.total)


def cancel_check(store: Store, number: str) -> None:
    """Stop a verification. Raises NotRecorded."""
    with store.writing() as connection:
        read_check(connection, number)
        jobs.end(connection, number, "cancelled")


def last_checkpoint(connection: Connection) -> CheckpointNamed | None:
    """The last checkpoint; None before the first."""
    rows = table(Checkpoint)
    row = connection.execute(select(rows).order_by(rows.c.position.desc()).limit(1)).mappings().first()
    if row is None:
        return None
    return {"position": row["position"], "head": row["head"], "root": row["root"], "peaks": json.loads(row["peaks"])}


def _shown(row: Row) -> VerificationJob:
    found = json.loads(row["summary"])
    return {**jobs.head_of(row), "quick": json.loads(row["asked"])["quick"], "found": found or None}
