"""Replay jobs (重放任务): many reviews judged again in the background, stored in the database, so that they outlive the process.

A job is leased by the process that works on it. Results and progress are stored together, batch by batch: what was done is never done again,
and a job whose process died goes on elsewhere when its lease ends. It looks at the reviews that were there when it was made.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import TypedDict

from sqlalchemy import Connection, func, insert, select

from review.clock import timestamp
from review.errors import Fault, Refused, Text
from review.parallel import BATCH
from review.record.proof.rejudging import task_of, tasks
from review.record.storage import chain
from review.record.storage.contents import Span, count_reviews, read_review
from review.record.storage.journal import Row, table
from review.record.storage.operations import JobResult
from review.record.storage.store import Store
from review.record.storage.tables import StoredReview
from review.record.storage.text_limits import LONGEST_KEY, validate_words
from review.record.work import jobs
from review.record.work.jobs import OPEN, REPLAY, JobHead, Started, Taken
from review.replay.replaying import Summary, SummaryShown, Task
from review.replay.results import Result, StoredResult
from review.sheet.fields import iso_day


class Asked(TypedDict):
    """What a replay asks: the edition to judge against, or the day by whose edition; of reviews as of which days, of which project."""

    against: str | None
    as_of: str | None
    since: str | None
    until: str | None
    project: int | None


class ReplayJob(JobHead):
    """A replay with its progress (`done` of `total` reviews), what it asks and its summary."""

    asked: Asked
    summary: SummaryShown


class DifferencesPage(TypedDict):
    """Reviews that differ, in order of number; `next`: the number that the next page goes on after, None at the end."""

    items: list[StoredResult]
    next: int | None


def start_job(
    store: Store, asked: Asked, editions: Sequence[str], by: str, *, request: str | None = None
) -> Started[ReplayJob]:
    """Put a replay into the queue. `editions` are the digests of what is judged against.

    The same `request` and question give the job again. Raises Refused (of days in the wrong order too), Conflict, RecordUnavailable.
    """
    validate_words({"by": by}, required=("by",))
    validate_words({"request": request}, longest=LONGEST_KEY)
    question = chain.canonical(asked).decode()
    with store.writing() as connection:
        if (before := jobs.asked_before(connection, REPLAY, request, question)) is not None:
            return Started(_shown(before), again=True)
        reviews = table(StoredReview)
        upto = connection.execute(select(func.max(reviews.c.position))).scalar() or 0
        row: Row = {
            **jobs.new_job(REPLAY, by, request, question, upto), "editions": chain.canonical(list(editions)).decode(),
            "summary": chain.canonical(Summary().as_json()).decode(),
        }  # fmt: skip
        row = {**row, "total": count_reviews(connection, span_of(jobs.taken(row, "")).in_order())}
        jobs.insert_job(connection, row)
        return Started(_shown(row))


def read_job(connection: Connection, number: str) -> ReplayJob:
    """A job with its progress and summary. Raises NotRecorded."""
    return _shown(jobs.read_row(connection, REPLAY, number))


def editions_of_job(connection: Connection, number: str) -> list[str]:
    """The digests of the editions that a job judges against. Raises NotRecorded."""
    found: list[str] = json.loads(jobs.read_row(connection, REPLAY, number)["editions"])
    return found


def span_of_job(connection: Connection, number: str) -> Span:
    """The reviews that a job looks at, from its first on. Raises NotRecorded."""
    return replace(span_of(jobs.taken(jobs.read_row(connection, REPLAY, number), "")), after=0)


def list_jobs(connection: Connection, limit: int) -> list[ReplayJob]:
    """The latest jobs, newest first."""
    return [_shown(row) for row in jobs.latest_rows(connection, REPLAY, limit)]


def _shown(row: Row) -> ReplayJob:
    return {**jobs.head_of(row), "asked": json.loads(row["asked"]), "summary": json.loads(row["summary"])}


def differences(connection: Connection, number: str, *, after: int, limit: int) -> DifferencesPage:
    """A page of the reviews that differ, with numbers above `after`. Raises NotRecorded."""
    read_job(connection, number)
    rows = table(JobResult)
    query = (
        select(rows.c.review, rows.c.content).where(rows.c.job == number, rows.c.review > after).order_by(rows.c.review)
    )
    found = connection.execute(query.limit(limit + 1)).all()
    items: list[Result] = [json.loads(row.content) for row in found[:limit]]
    return {
        "items": [_stored(each) for each in items],
        "next": found[limit - 1].review if len(found) > limit else None,
    }


def _stored(result: Result) -> StoredResult:
    return {
        "review": str(result["review"]),
        "project": result["project"],
        "version": result["version"],
        "as_of": result["as_of"],
        "difference": result["difference"],
    }


def difference_of(connection: Connection, number: str, review: int) -> Result | None:
    """What a job found of one review; None where nothing differs, or the job has not come to it."""
    rows = table(JobResult)
    content = connection.execute(select(rows.c.content).where(rows.c.job == number, rows.c.review == review)).scalar()
    found: Result | None = json.loads(content) if content else None
    return found


def task_for(connection: Connection, review: int) -> Task:
    """A recorded review with all it was made from. Raises NotRecorded."""
    return task_of(connection, read_review(connection, review), {})


def cancel_job(store: Store, number: str) -> ReplayJob:
    """Stop a job after the batch it is at; what it found stays. Raises NotRecorded, Refused where it is over."""
    with store.writing() as connection:
        job = read_job(connection, number)
        if job["state"] not in (*OPEN, "cancelled"):
            raise Refused([Fault("replay", Text("该任务已结束", "the replay is over"))])
        if job["state"] != "cancelled":
            jobs.end(connection, number, "cancelled")
        return read_job(connection, number)


def span_of(job: Taken) -> Span:
    """The reviews that a job is still to look at."""
    days = {name: iso_day(job.asked[name]) if job.asked[name] else None for name in ("since", "until")}
    return Span(days["since"], days["until"], job.asked["project"], job.after, job.upto)


def batch_of(connection: Connection, job: Taken) -> list[Task]:
    """The next reviews of a job, with their sheets and editions; empty at the end."""
    return list(islice(tasks(connection, span_of(job), BATCH), BATCH))


def store_batch(store: Store, job: Taken, results: Sequence[Result], seconds: float) -> Taken | None:
    """Store the results of a batch with the progress of the job, and prolong its lease; no results end the job.

    None where there is nothing more to do: it is over, was cancelled, or is another process's by now.
    """
    with store.writing() as connection:
        row = jobs.QUEUE.read(connection, job.id, lease=job.lease)
        if row is None:
            return None
        if not results:
            jobs.end(connection, job.id, "done", lease=job.lease)
            return None
        summary = Summary(**json.loads(row["summary"]))
        for each in results:
            summary.add(each)
        differing = [each for each in results if each["difference"] is not None]
        if differing:
            rows = [
                {"job": job.id, "review": each["review"], "content": chain.canonical(each).decode()}
                for each in differing
            ]
            connection.execute(insert(table(JobResult)), rows)
        after, lease = results[-1]["review"], timestamp(seconds)
        progress = {"after": after, "done": row["done"] + len(results), "leased": lease}
        progress["summary"] = chain.canonical(summary.as_json()).decode()
        jobs.QUEUE.change(connection, job.id, progress, lease=job.lease)
        return replace(job, after=after, lease=lease)
