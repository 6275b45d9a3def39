"""Many recorded reviews judged again, on several cores, in order, with memory bounded by the batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from sqlalchemy import Connection

from review.errors import NotRecorded, RecordDamaged
from review.parallel import spread
from review.record.storage.contents import Span, each_review, read_ruleset_bytes, read_sheet_bytes
from review.replay.recorded import RecordedReview
from review.replay.replaying import Target, Task, replay
from review.replay.results import Result


def tasks(connection: Connection, span: Span | None = None, batch: int = 200) -> Iterator[Task]:
    """The recorded reviews, each with its sheet and edition."""
    editions: dict[str, bytes] = {}
    for recorded, damaged in each_review(connection, span or Span(), batch):
        yield Task(recorded, b"", b"", damaged) if damaged else task_of(connection, recorded, editions)


def task_of(connection: Connection, recorded: RecordedReview, editions: dict[str, bytes]) -> Task:
    """A review with its sheet and edition; a missing or damaged one of them is named by its layer."""
    try:
        sheet = read_sheet_bytes(connection, recorded.sheet)
    except (NotRecorded, RecordDamaged) as error:
        return Task(recorded, b"", b"", ("sheet", str(error)))
    try:
        if recorded.ruleset not in editions:
            editions[recorded.ruleset] = read_ruleset_bytes(connection, recorded.ruleset)
    except (NotRecorded, RecordDamaged) as error:
        return Task(recorded, b"", b"", ("ruleset", str(error)))
    return Task(recorded, sheet, editions[recorded.ruleset])


def replay_all(batch: Sequence[Task], target: Target) -> list[Result]:
    """The results of some tasks."""
    return [replay(task, target) for task in batch]


def rejudge(found: Iterable[Task], target: Target, jobs: int | None = None) -> Iterator[Result]:
    """The result of each task, in order. `jobs`: processes; by default one a core, started only for a long run."""
    return spread(partial(replay_all, target=target), found, jobs)
