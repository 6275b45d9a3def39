"""Many recorded reviews judged again, on several cores, in order, with memory bounded by the batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection

from review.errors import NotRecorded, RecordDamaged
from review.parallel import spread
from review.record.storage.contents import Span, packed_sheets, read_ruleset_bytes, review_batches, unpacked_sheet
from review.replay.recorded import RecordedReview
from review.replay.replaying import Target, Task, replay
from review.replay.results import Result


def tasks(connection: Connection, span: Span | None = None, batch: int = 200) -> Iterator[Task]:
    """The recorded reviews, each with its sheet and edition."""
    editions: dict[str, bytes] = {}
    for some in review_batches(connection, span or Span(), batch):
        sheets = packed_sheets(connection, (recorded.sheet for recorded, _ in some))
        for recorded, damaged in some:
            if damaged:
                yield Task(recorded, b"", b"", damaged)
            else:
                yield _task(connection, recorded, sheets.get(recorded.sheet), editions)


def task_of(connection: Connection, recorded: RecordedReview, editions: dict[str, bytes]) -> Task:
    """A review with its sheet and edition; a missing or damaged one of them is named by its layer."""
    return _task(connection, recorded, packed_sheets(connection, (recorded.sheet,)).get(recorded.sheet), editions)


def _task(connection: Connection, recorded: RecordedReview, packed: Any, editions: dict[str, bytes]) -> Task:
    try:
        sheet = unpacked_sheet(recorded.sheet, packed)
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
