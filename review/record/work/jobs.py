"""Jobs (后台任务): replays, previews and verifications in one queue, stored in the database, so that they outlive the process that works on them.

Each is leased by the process that works on it; one whose process died goes on elsewhere when its lease ends.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any, Generic, TypedDict, TypeVar

from sqlalchemy import Connection, func, insert, select

from review.clock import timestamp
from review.errors import Conflict, Fault, NotRecorded, Refused, Text
from review.record.storage.journal import Row, by_request
from review.record.storage.lease_queue import LeaseQueue
from review.record.storage.operations import Job
from review.record.storage.store import Store

OPEN = ("queued", "running")
MOST_OPEN = 20
LONGEST_DETAIL = 500
JOBS: Any = Job.__table__  # type: ignore[attr-defined]
QUEUE = LeaseQueue(JOBS, OPEN, ("made",))


T = TypeVar("T")


class JobHead(TypedDict):
    """What is shown of a job of any kind: who asked for it and when (UTC), its state and progress, when it ended and why it failed."""

    id: str
    made: str
    actor: str
    state: str
    done: int
    total: int
    ended: str | None
    detail: str | None


@dataclass(frozen=True)
class Started(Generic[T]):
    """A job as it stands once it was asked for; `again`: asked for before under the same key."""

    job: T
    again: bool = False


@dataclass(frozen=True)
class JobKind:
    """A kind of job: its name in the column `kind`, the field that a fault names, and what is said where one cannot be had."""

    name: str
    field: str
    missing: Text
    key_used: Text
    most: Text


REPLAY = JobKind(
    "replay",
    "replay",
    Text("没有这个任务", "there is no such replay"),
    Text("该提交编号已用于另一任务，请换用新的编号", "this key was used for another replay: use a new key"),
    Text(f"未完成的任务最多 {MOST_OPEN} 个", f"at most {MOST_OPEN} replays may be open"),
)
VERIFICATION = JobKind(
    "verify",
    "check",
    Text("没有这个任务", "there is no such verification"),
    Text("该提交编号已用于另一任务", "this key was used for another job"),
    Text(f"未完成的任务最多 {MOST_OPEN} 个", f"at most {MOST_OPEN} jobs may be open"),
)
PREVIEW = JobKind(
    "preview",
    "preview",
    Text("没有这次预演", "there is no such preview"),
    Text("该提交编号已用于另一任务", "this key was used for another job"),
    Text(f"未完成的任务最多 {MOST_OPEN} 个", f"at most {MOST_OPEN} jobs may be open"),
)
BACKUP = JobKind(
    "backup",
    "backup",
    Text("没有这次备份", "there is no such backup"),
    Text("该提交编号已用于另一任务", "this key was used for another job"),
    Text(f"未完成的任务最多 {MOST_OPEN} 个", f"at most {MOST_OPEN} jobs may be open"),
)


def asked_before(connection: Connection, kind: JobKind, request: str | None, asked: str) -> Row | None:
    """The job that the same `request` and question made; None for a new one. Raises Conflict, and Refused where too many jobs are open."""
    row: Row | None = None if request is None else by_request(connection, Job, request)
    if row is not None:
        if row["asked"] != asked:
            raise Conflict([Fault("request", kind.key_used)])
        return row
    waiting = connection.execute(select(func.count()).select_from(JOBS).where(JOBS.c.state.in_(OPEN))).scalar_one()
    if waiting >= MOST_OPEN:
        raise Refused([Fault("", kind.most)])
    return None


def new_job(kind: JobKind, by: str, request: str | None, asked: str, upto: int) -> Row:
    """The row of a job that nobody has worked on; `upto` is the last entry of the record that it looks at."""
    return {
        "id": secrets.token_hex(8), "made": timestamp(), "actor": by, "request": request, "asked": asked, "editions": "[]",
        "state": "queued", "after": 0, "upto": upto, "done": 0, "total": 0, "summary": "{}", "leased": "", "ended": None, "detail": None,
        "kind": kind.name,
    }  # fmt: skip


def note_backup(store: Store, by: str) -> None:
    """Note that a backup was made just now, as a job that is over. Raises RecordUnavailable."""
    now = timestamp()
    with store.writing() as connection:
        insert_job(connection, {**new_job(BACKUP, by, None, "{}", 0), "state": "done", "ended": now})


def last_end(connection: Connection, kind: JobKind) -> str | None:
    """When a job of that kind last came to its end (UTC); None where none ever did."""
    query = select(func.max(JOBS.c.ended)).where(JOBS.c.kind == kind.name, JOBS.c.state == "done")
    found: str | None = connection.execute(query).scalar()
    return found


def insert_job(connection: Connection, row: Row) -> None:
    """Put a job into the queue."""
    connection.execute(insert(JOBS), [dict(row)])


def read_row(connection: Connection, kind: JobKind, number: str) -> Row:
    """A job of a kind as it stands. Raises NotRecorded."""
    row = QUEUE.read(connection, number)
    if row is None or row["kind"] != kind.name:
        raise NotRecorded([Fault(kind.field, kind.missing)])
    return row


def latest_rows(connection: Connection, kind: JobKind, limit: int) -> list[Row]:
    """The latest jobs of a kind, newest first."""
    query = select(JOBS).where(JOBS.c.kind == kind.name).order_by(JOBS.c.made.desc(), JOBS.c.id).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]


def head_of(row: Row) -> JobHead:
    """What is shown of a job of any kind."""
    return {
        "id": row["id"], "made": row["made"], "actor": row["actor"], "state": row["state"], "done": row["done"], "total": row["total"],
        "ended": row["ended"], "detail": row["detail"],
    }  # fmt: skip


def anything_to_do(connection: Connection) -> bool:
    """Whether a job waits for a process."""
    return QUEUE.anything_free(connection)


@dataclass(frozen=True)
class Taken:
    """A job that this process works on: what is asked, up to where it got, and the lease that it has."""

    id: str
    asked: Row
    editions: list[str]
    after: int
    upto: int
    lease: str
    kind: str = REPLAY.name


def taken(row: Row, lease: str) -> Taken:
    """A job's row as it is worked on under a lease."""
    asked, editions = json.loads(row["asked"]), json.loads(row["editions"])
    return Taken(row["id"], asked, editions, row["after"], row["upto"], lease, row["kind"])


def take(store: Store, seconds: float) -> Taken | None:
    """Take the oldest job that nobody works on, for so long; None where there is none."""
    with store.writing() as connection:
        rows, lease = QUEUE.lease(connection, 1, seconds, state="running")
    return taken(rows[0], lease) if rows else None


def let_go(store: Store, job: Taken) -> None:
    """Leave a job for another process, or a later start of this one."""
    with store.writing() as connection:
        QUEUE.change(connection, job.id, {"leased": ""}, lease=job.lease)


def release(store: Store, number: str) -> None:
    """Leave an open job for another process, whatever its lease."""
    with store.writing() as connection:
        QUEUE.change(connection, number, {"leased": ""})


def fail(store: Store, job: Taken, detail: str) -> None:
    """End a job that cannot go on, and say why."""
    with store.writing() as connection:
        end(connection, job.id, "failed", lease=job.lease, detail=detail[:LONGEST_DETAIL])


def broke_off(store: Store, number: str, detail: str) -> None:
    """End an open job that cannot go on, whatever its lease."""
    with store.writing() as connection:
        end(connection, number, "failed", detail=detail[:LONGEST_DETAIL])


def end(connection: Connection, number: str, state: str, *, lease: str | None = None, **values: Any) -> bool:
    """End an open job, and where a `lease` is given only while it is leased by that; false where it is not so."""
    ended = {"state": state, "leased": "", "ended": timestamp(), **values}
    return QUEUE.change(connection, number, ended, lease=lease)


def depths(connection: Connection) -> dict[str, int]:
    """How many jobs are in each open state."""
    return QUEUE.depths(connection, OPEN)
