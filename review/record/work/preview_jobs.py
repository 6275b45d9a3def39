"""Previews of proposals (提案预演): every project's latest review judged by what is proposed, in the background, stored batch by batch."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, TypedDict

from sqlalchemy import Connection, func, insert, select

from review.clock import timestamp
from review.errors import Fault, Refused, Text
from review.record.editions.proposals import Proposal, read_proposal
from review.record.projects.standing import outcome_of
from review.record.projects.state import ProjectState
from review.record.proof.rejudging import task_of
from review.record.storage import chain
from review.record.storage.contents import read_review, read_ruleset_bytes
from review.record.storage.journal import Row, table
from review.record.storage.operations import JobResult
from review.record.storage.store import Store
from review.record.storage.tables import Standing
from review.record.storage.text_limits import validate_words
from review.record.work import jobs
from review.record.work.jobs import PREVIEW, JobHead, Taken
from review.replay.previewing import Draft, PreviewCounts, Previewed, PreviewSummary, Standpoint, concerns, preview
from review.replay.replaying import Task

BATCH = 50


class PreviewAsked(TypedDict):
    """What a preview is of: the number of the proposal."""

    proposal: int


class PreviewJob(JobHead):
    """A preview with its progress (`done` of `total` projects), its proposal and its counts."""

    proposal: int
    summary: PreviewCounts


def start_preview(store: Store, proposal: int, by: str, *, request: str | None = None) -> PreviewJob:
    """Put a preview of a proposal into the queue. Raises NotRecorded, Refused where the proposal is over, Conflict, RecordUnavailable."""
    validate_words({"by": by}, required=("by",))
    with store.writing() as connection:
        # A number that no proposal has may be too large to be written down.
        found = read_proposal(connection, proposal)
        asked: PreviewAsked = {"proposal": proposal}
        question = chain.canonical(asked).decode()
        if not found.is_open:
            words = Text("该提案已结束，无须预演", "the proposal is over: there is nothing to preview")
            raise Refused([Fault("proposal", words, "proposal-ended")])
        if (before := jobs.asked_before(connection, PREVIEW, request, question)) is not None:
            return _shown(before)
        upto, total = _many(connection)
        row: Row = {
            **jobs.new_job(PREVIEW, by, request, question, upto), "editions": chain.canonical(_digests(found)).decode(),
            "summary": chain.canonical(PreviewSummary().as_json()).decode(), "total": total,
        }  # fmt: skip
        jobs.insert_job(connection, row)
        return _shown(row)


def _digests(found: Proposal) -> list[str]:
    """The digests of what is proposed and of what it comes after, in turn; "" for none."""
    return [
        digest for each in found.pairs for digest in (each.edition.digest, each.before.digest if each.before else "")
    ]


def _shown(row: Row) -> PreviewJob:
    return {
        **jobs.head_of(row),
        "proposal": json.loads(row["asked"])["proposal"],
        "summary": json.loads(row["summary"]),
    }


def read_preview(connection: Connection, number: str) -> PreviewJob:
    """A preview with its progress and counts. Raises NotRecorded."""
    return _shown(jobs.read_row(connection, PREVIEW, number))


def preview_of(connection: Connection, proposal: int) -> PreviewJob | None:
    """The latest preview of a proposal; None where there is none."""
    asked: PreviewAsked = {"proposal": proposal}
    query = (
        select(jobs.JOBS)
        .where(jobs.JOBS.c.kind == PREVIEW.name, jobs.JOBS.c.asked == chain.canonical(asked).decode())
        .order_by(jobs.JOBS.c.made.desc(), jobs.JOBS.c.id)
        .limit(1)
    )
    row = connection.execute(query).mappings().first()
    return _shown(dict(row)) if row else None


def preview_items(connection: Connection, number: str, *, after: int = 0, limit: int = 50) -> list[Previewed]:
    """The projects that a preview has something to tell of, in order of review, with numbers above `after`. Raises NotRecorded."""
    read_preview(connection, number)
    rows = table(JobResult)
    query = select(rows.c.content).where(rows.c.job == number, rows.c.review > after).order_by(rows.c.review)
    return [json.loads(each) for each in connection.execute(query.limit(limit)).scalars()]


def _latest() -> Any:
    """The last standing of each project that has a review."""
    rows = table(Standing)
    last = select(rows.c.project, func.max(rows.c.position).label("position")).group_by(rows.c.project).subquery()
    joined = rows.join(last, (rows.c.project == last.c.project) & (rows.c.position == last.c.position))
    return select(rows.c.review, rows.c.detail).select_from(joined).where(rows.c.review.is_not(None))


def _many(connection: Connection) -> tuple[int, int]:
    """The number of the newest of the reviews that are latest, and how many there are."""
    found = _latest().subquery()
    row = connection.execute(select(func.max(found.c.review), func.count()).select_from(found)).one()
    return row[0] or 0, row[1]


def latest_reviews(connection: Connection, after: int, upto: int, limit: int) -> list[tuple[Task, Standpoint]]:
    """Latest reviews of projects with what is shown of each, in order of number."""
    rows = table(Standing)
    query = _latest().where(rows.c.review > after, rows.c.review <= upto).order_by(rows.c.review).limit(limit)
    editions: dict[str, bytes] = {}
    found = []
    for row in connection.execute(query).all():
        state: ProjectState = json.loads(row.detail)
        task = task_of(connection, read_review(connection, row.review), editions)
        profile = state["profile"]
        about = Standpoint(profile["name"], profile["industry"], profile["park"], outcome_of(state))
        found.append((task, about))
    return found


def drafts_of(connection: Connection, digests: Sequence[str]) -> tuple[Draft, ...]:
    """What is proposed, as contents: the edition and what it comes after, in turn. Raises NotRecorded."""
    found = [read_ruleset_bytes(connection, each) if each else None for each in digests]
    return tuple(Draft(edition, before) for edition, before in zip(found[::2], found[1::2], strict=True) if edition)


def preview_batch(batch: Sequence[tuple[Task, Standpoint]], drafts: Sequence[Draft]) -> list[Previewed]:
    """Some reviews previewed: for another process."""
    return [preview(task, drafts, about) for task, about in batch]


def preview_now(connection: Connection, found: Proposal) -> Iterator[Previewed]:
    """Every project's latest review previewed here and now, without a job."""
    drafts, after = drafts_of(connection, _digests(found)), 0
    upto, _ = _many(connection)
    while batch := latest_reviews(connection, after, upto, BATCH):
        yield from preview_batch(batch, drafts)
        after = batch[-1][0].recorded.id


def store_batch(store: Store, job: Taken, results: Sequence[Previewed], seconds: float) -> Taken | None:
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
        summary = PreviewSummary(**json.loads(row["summary"]))
        for each in results:
            summary.add(each)
        told = [each for each in results if concerns(each)]
        if told:
            rows = [
                {"job": job.id, "review": each["review"], "content": chain.canonical(each).decode()} for each in told
            ]
            connection.execute(insert(table(JobResult)), rows)
        after, lease = results[-1]["review"], timestamp(seconds)
        progress = {"after": after, "done": row["done"] + len(results), "leased": lease}
        progress["summary"] = chain.canonical(summary.as_json()).decode()
        jobs.QUEUE.change(connection, job.id, progress, lease=job.lease)
        return replace(job, after=after, lease=lease)
