"""Replay jobs (重放任务): many reviews judged again in the background, kept in the database, so that they outlive the process.

A job is leased by the process that works on it. Results and progress are kept together, batch by batch: what was done is never done again,
and a job whose process died goes on elsewhere when its lease ends. It looks at the reviews that were there when it was made.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from review.clock import timestamp
from review.errors import Conflict, Fault, NotRecorded, Refused, Text
from review.parallel import BATCH
from review.record.proof.rejudging import task_of, tasks
from review.record.storage import chain
from review.record.storage.contents import Span, count_reviews, read_review
from review.record.storage.journal import by_request, table
from review.record.storage.operations import Job, JobResult
from review.record.storage.store import Store
from review.record.storage.tables import StoredReview
from review.record.storage.text_limits import LONGEST_KEY, hold_words
from review.replay.replaying import Summary, Task
from review.sheet.fields import iso_day

OPEN = ("queued", "running")
MOST_OPEN = 20
_JOBS: Any = Job.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Taken:
    """A job that this process works on: what is asked, up to where it got, and the lease that it holds."""

    id: str
    asked: dict[str, Any]
    editions: list[str]
    after: int
    upto: int
    lease: str
    kind: str = "replay"

    def span(self) -> Span:
        """The reviews that are still to be looked at."""
        days = {name: iso_day(self.asked[name]) if self.asked[name] else None for name in ("since", "until")}
        return Span(days["since"], days["until"], self.asked["project"], self.after, self.upto)


def start_job(
    store: Store, asked: dict[str, Any], editions: Sequence[str], by: str, *, request: str | None = None
) -> dict[str, Any]:
    """Put a replay into the queue. `asked`: against, as_of, since, until, project; `editions`: digests of what is judged against.

    The same `request` and question give the job again. Raises Refused, Conflict, RecordUnavailable.
    """
    hold_words({"by": by}, required=("by",))
    hold_words({"request": request}, longest=LONGEST_KEY)
    question = chain.canonical(asked).decode()
    with store.writing() as connection:
        if request and (row := by_request(connection, Job, request)) is not None:
            if row["asked"] != question:
                words = Text(
                    "该提交编号已用于另一任务，请换用新的编号", "this key was used for another replay: use a new key"
                )
                raise Conflict([Fault("request", words)])
            return _shown(row)
        waiting = connection.execute(
            select(func.count()).select_from(_JOBS).where(_JOBS.c.state.in_(OPEN))
        ).scalar_one()
        if waiting >= MOST_OPEN:
            raise Refused(
                [Fault("", Text(f"未完成的任务最多 {MOST_OPEN} 个", f"at most {MOST_OPEN} replays may be open"))]
            )
        reviews = table(StoredReview)
        upto = connection.execute(select(func.max(reviews.c.position))).scalar() or 0
        row = {
            "id": secrets.token_hex(8), "made": timestamp(), "actor": by, "request": request, "asked": question,
            "editions": chain.canonical(list(editions)).decode(), "state": "queued", "after": 0, "upto": upto, "done": 0, "total": 0,
            "summary": chain.canonical(Summary().as_json()).decode(), "leased": "", "ended": None, "detail": None, "kind": "replay",
        }  # fmt: skip
        row["total"] = count_reviews(connection, _taken(row, "").span())
        connection.execute(insert(_JOBS), [row])
        return _shown(row)


def _taken(row: Any, lease: str) -> Taken:
    return Taken(
        row["id"], json.loads(row["asked"]), json.loads(row["editions"]), row["after"], row["upto"], lease, row["kind"]
    )


def read_job(connection: Connection, number: str) -> dict[str, Any]:
    """A job with its progress and summary. Raises NotRecorded."""
    row = connection.execute(select(_JOBS).where(_JOBS.c.id == number, _JOBS.c.kind == "replay")).mappings().first()
    if row is None:
        raise NotRecorded([Fault("replay", Text("没有这个任务", "there is no such replay"))])
    return _shown(row)


def list_jobs(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """The latest jobs, newest first."""
    return [
        _shown(row)
        for row in connection.execute(
            select(_JOBS).where(_JOBS.c.kind == "replay").order_by(_JOBS.c.made.desc(), _JOBS.c.id).limit(limit)
        ).mappings()
    ]


def _shown(row: Any) -> dict[str, Any]:
    names = ("id", "made", "actor", "state", "done", "total", "ended", "detail")
    return {
        **{name: row[name] for name in names},
        "asked": json.loads(row["asked"]),
        "summary": json.loads(row["summary"]),
    }


def differences(connection: Connection, number: str, *, after: int, limit: int) -> dict[str, Any]:
    """A page of the reviews that differ, in order of number: `items`, and `next`. Raises NotRecorded."""
    read_job(connection, number)
    rows = table(JobResult)
    query = (
        select(rows.c.review, rows.c.content).where(rows.c.job == number, rows.c.review > after).order_by(rows.c.review)
    )
    found = connection.execute(query.limit(limit + 1)).all()
    items = [json.loads(row.content) for row in found[:limit]]
    return {
        "items": [{**each, "review": str(each["review"])} for each in items],
        "next": found[limit - 1].review if len(found) > limit else None,
    }


def difference_of(connection: Connection, number: str, review: int) -> dict[str, Any] | None:
    """What a job found of one review; None where nothing differs, or it has not got there."""
    rows = table(JobResult)
    content = connection.execute(select(rows.c.content).where(rows.c.job == number, rows.c.review == review)).scalar()
    return json.loads(content) if content else None


def task_for(connection: Connection, review: int) -> Task:
    """A recorded review with all it was made from. Raises NotRecorded."""
    return task_of(connection, read_review(connection, review), {})


def cancel_job(store: Store, number: str) -> dict[str, Any]:
    """Stop a job after the batch it is at; what it found stays. Raises NotRecorded, Refused where it is over."""
    with store.writing() as connection:
        job = read_job(connection, number)
        if job["state"] not in (*OPEN, "cancelled"):
            raise Refused([Fault("replay", Text("该任务已结束", "the replay is over"))])
        if job["state"] != "cancelled":
            values = {"state": "cancelled", "leased": "", "ended": timestamp()}
            connection.execute(update(_JOBS).where(_JOBS.c.id == number).values(**values))
        return read_job(connection, number)


def _free() -> Any:
    return and_(_JOBS.c.state.in_(OPEN), or_(_JOBS.c.leased == "", _JOBS.c.leased <= timestamp()))


def anything_to_do(connection: Connection) -> bool:
    """Whether a job waits for somebody."""
    return connection.execute(select(_JOBS.c.id).where(_free()).limit(1)).first() is not None


def take(store: Store, seconds: float) -> Taken | None:
    """Take the oldest job that nobody works on, for so long; None where there is none."""
    with store.writing() as connection:
        row = connection.execute(select(_JOBS).where(_free()).order_by(_JOBS.c.made).limit(1)).mappings().first()
        if row is None:
            return None
        lease = timestamp(seconds)
        connection.execute(update(_JOBS).where(_JOBS.c.id == row["id"]).values(state="running", leased=lease))
        return _taken(row, lease)


def batch_of(connection: Connection, job: Taken) -> list[Task]:
    """The next reviews of a job, with their sheets and editions; empty at the end."""
    return list(islice(tasks(connection, job.span(), BATCH), BATCH))


def keep(store: Store, job: Taken, results: Sequence[dict[str, Any]], seconds: float) -> Taken | None:
    """Keep a batch's results with the progress they are, and the lease for longer; no results end the job.

    None where there is nothing more to do: it is over, was cancelled, or is another process's by now.
    """
    mine = and_(_JOBS.c.id == job.id, _JOBS.c.leased == job.lease, _JOBS.c.state == "running")
    with store.writing() as connection:
        row = connection.execute(select(_JOBS).where(mine)).mappings().first()
        if row is None:
            return None
        if not results:
            connection.execute(update(_JOBS).where(mine).values(state="done", leased="", ended=timestamp()))
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
        values = {
            "after": after,
            "done": row["done"] + len(results),
            "summary": chain.canonical(summary.as_json()).decode(),
            "leased": lease,
        }
        connection.execute(update(_JOBS).where(mine).values(**values))
        return Taken(job.id, job.asked, job.editions, after, job.upto, lease)


def let_go(store: Store, job: Taken) -> None:
    """Leave a job for another process, or a later start of this one."""
    mine = and_(_JOBS.c.id == job.id, _JOBS.c.leased == job.lease)
    with store.writing() as connection:
        connection.execute(update(_JOBS).where(mine).values(leased=""))


def fail(store: Store, job: Taken, detail: str) -> None:
    """End a job that cannot go on, and say why."""
    mine = and_(_JOBS.c.id == job.id, _JOBS.c.leased == job.lease)
    with store.writing() as connection:
        connection.execute(
            update(_JOBS).where(mine).values(state="failed", leased="", ended=timestamp(), detail=detail[:500])
        )


def release(store: Store, number: str) -> None:
    """Leave an open job for another process, whatever its lease."""
    with store.writing() as connection:
        connection.execute(update(_JOBS).where(_JOBS.c.id == number, _JOBS.c.state.in_(OPEN)).values(leased=""))


def broke_off(store: Store, number: str, detail: str) -> None:
    """End an open job that cannot go on, whatever its lease."""
    values = {"state": "failed", "leased": "", "ended": timestamp(), "detail": detail[:500]}
    with store.writing() as connection:
        connection.execute(update(_JOBS).where(_JOBS.c.id == number, _JOBS.c.state.in_(OPEN)).values(**values))


def depths(connection: Connection) -> dict[str, int]:
    """How many jobs are in each open state."""
    query = select(_JOBS.c.state, func.count()).where(_JOBS.c.state.in_(OPEN)).group_by(_JOBS.c.state)
    found = {str(state): int(many) for state, many in connection.execute(query)}
    return {state: found.get(state, 0) for state in OPEN}
