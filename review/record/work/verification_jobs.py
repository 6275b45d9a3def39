"""Verification jobs (核验任务): the whole record verified in the background, beside the replay jobs, with what was found.

A verification that breaks off begins anew: half of one proves nothing.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from review.clock import timestamp
from review.errors import Conflict, Fault, NotRecorded, Refused, Text
from review.record.proof.verification import Verified
from review.record.storage import chain
from review.record.storage.journal import by_request, table
from review.record.storage.operations import Job
from review.record.storage.store import Store
from review.record.storage.tables import Checkpoint, Event, StoredReview
from review.record.storage.text_limits import LONGEST_KEY, hold_words
from review.record.work.replay_jobs import MOST_OPEN, OPEN

KIND = "verify"
_JOBS: Any = Job.__table__  # type: ignore[attr-defined]


def start_check(store: Store, by: str, *, quick: bool, request: str | None = None) -> dict[str, Any]:
    """Put a verification into the queue; `quick`: digests, links and rows alone. The same `request` gives it again. Raises Refused, Conflict."""
    hold_words({"by": by}, required=("by",))
    hold_words({"request": request}, longest=LONGEST_KEY)
    asked = chain.canonical({"quick": quick}).decode()
    with store.writing() as connection:
        row = by_request(connection, Job, request) if request is not None else None
        if row is not None:
            if row["asked"] != asked:
                raise Conflict(
                    [Fault("request", Text("该提交编号已用于另一任务", "this key was used for another job"))]
                )
            return _shown(row)
        waiting = connection.execute(
            select(func.count()).select_from(_JOBS).where(_JOBS.c.state.in_(OPEN))
        ).scalar_one()
        if waiting >= MOST_OPEN:
            raise Refused(
                [Fault("", Text(f"未完成的任务最多 {MOST_OPEN} 个", f"at most {MOST_OPEN} jobs may be open"))]
            )
        events, reviews = table(Event), table(StoredReview)
        upto = connection.execute(select(func.max(events.c.position))).scalar() or 0
        judged = 0 if quick else connection.execute(select(func.count()).select_from(reviews)).scalar_one()
        made = {
            "id": secrets.token_hex(8), "made": timestamp(), "actor": by, "request": request, "asked": asked, "editions": "[]", "state": "queued",
            "after": 0, "upto": upto, "done": 0, "total": upto + judged, "summary": "{}", "leased": "", "ended": None, "detail": None, "kind": KIND,
        }  # fmt: skip
        connection.execute(insert(_JOBS), [made])
        return _shown(made)


def read_check(connection: Connection, number: str) -> dict[str, Any]:
    """A verification with its progress, and `found` once it is over. Raises NotRecorded."""
    row = connection.execute(select(_JOBS).where(_JOBS.c.id == number, _JOBS.c.kind == KIND)).mappings().first()
    if row is None:
        raise NotRecorded([Fault("check", Text("没有这个任务", "there is no such verification"))])
    return _shown(row)


def list_checks(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """The latest verifications, newest first."""
    query = select(_JOBS).where(_JOBS.c.kind == KIND).order_by(_JOBS.c.made.desc(), _JOBS.c.id).limit(limit)
    return [_shown(row) for row in connection.execute(query).mappings()]


def go_on(store: Store, number: str, done: int | None, lease: str) -> bool:
    """Say how far it is and hold it for longer; false where it was cancelled or is over."""
    values: dict[str, Any] = {"leased": lease, **({} if done is None else {"done": done})}
    with store.writing() as connection:
        mine = (_JOBS.c.id == number) & (_JOBS.c.state == "running")
        return connection.execute(update(_JOBS).where(mine).values(**values)).rowcount == 1


def finish(store: Store, number: str, found: Verified) -> None:
    """Keep what a verification found."""
    values = {
        "state": "done",
        "leased": "",
        "ended": timestamp(),
        "summary": chain.canonical(found.as_json()).decode(),
        "done": _JOBS.c.total,
    }
    with store.writing() as connection:
        connection.execute(update(_JOBS).where(_JOBS.c.id == number, _JOBS.c.state == "running").values(**values))


def cancel_check(store: Store, number: str) -> None:
    """Stop a verification. Raises NotRecorded."""
    with store.writing() as connection:
        read_check(connection, number)
        mine = (_JOBS.c.id == number) & _JOBS.c.state.in_(OPEN)
        connection.execute(update(_JOBS).where(mine).values(state="cancelled", leased="", ended=timestamp()))


def last_checkpoint(connection: Connection) -> dict[str, Any] | None:
    """The last checkpoint: `position`, `head`, `root`; None before the first."""
    rows = table(Checkpoint)
    row = connection.execute(select(rows).order_by(rows.c.position.desc()).limit(1)).mappings().first()
    return None if row is None else {name: row[name] for name in ("position", "head", "root")}


def _shown(row: Any) -> dict[str, Any]:
    names = ("id", "made", "actor", "state", "done", "total", "ended", "detail")
    found = json.loads(row["summary"])
    return {**{name: row[name] for name in names}, "quick": json.loads(row["asked"])["quick"], "found": found or None}
