"""`replay --portfolio`: recorded reviews judged as columns; `exact.py` is asked about every one that flips and about a sample of the others."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from review.errors import EditionNotFound, PortfolioDisagreement, PortfolioError, SheetError, TwoHighError
from review.facts import Case
from review.law.compiling import compiled
from review.law.edition import Ruleset
from review.parallel import spread_batches
from review.portfolio.columns import names_read
from review.portfolio.deriving import Numbered, facts_table
from review.portfolio.evaluating import evaluate
from review.replay.recorded import sheet_from
from review.replay.replaying import Target, Task, replay, result_of
from review.replay.results import Result
from review.sheet import ProjectSheet
from review.verdict.judging import statuses

BATCH = 400
Key = tuple[str, str]
# Of a review, its recommendation and the status of every rule and subject.
Judged = tuple[str, Mapping[Key, str]]


@dataclass(frozen=True)
class Batch:
    """The results of a batch as `replay` gives them; how many `exact.py` was asked about; and where it said otherwise, or what went wrong.

    `unflipped` are the numbers of those that columns judge as recorded; without columns, `exact.py` alone is heard: no one is asked about it.
    """

    results: tuple[Result, ...]
    asked: int
    unflipped: frozenset[int] = frozenset()
    disagreement: tuple[int, str, str, str, str] | None = None
    refused: TwoHighError | None = None


def replay_portfolio(found: Iterable[Task], target: Target, sample: int, jobs: int | None = None) -> Iterator[Batch]:
    """The reviews judged again, batch by batch. Of those that do not flip, `exact.py` judges the first and every one `sample` further on.

    They are counted over the whole run: the same ones are judged however the work is spread.
    Raises PortfolioDisagreement where that says otherwise: then nothing is to be concluded from the columns.
    """
    waiting: deque[Task] = deque()
    unflipped = 0
    for batch in spread_batches(partial(judge_batch, target=target), _remembered(found, waiting), BATCH, jobs):
        if batch.refused is not None:
            raise batch.refused
        if batch.disagreement is not None:
            raise PortfolioDisagreement(*batch.disagreement)
        asked = batch.asked
        for task in [waiting.popleft() for _ in batch.results]:
            if task.recorded.id in batch.unflipped:
                if unflipped % sample == 0:
                    asked += 1
                    _compare_with_exact(task, target)
                unflipped += 1
        yield replace(batch, asked=asked)


def _remembered(found: Iterable[Task], waiting: deque[Task]) -> Iterator[Task]:
    """The tasks, each remembered until its result is in."""
    for task in found:
        waiting.append(task)
        yield task


def _compare_with_exact(task: Task, target: Target) -> None:
    """Compare a review that does not flip, so that columns say what is recorded, with `exact.py`. Raises PortfolioDisagreement."""
    case = _case(task, target)
    assert case is not None, "what columns have judged can be made a case of"
    differs = _difference(_recorded(task), case)
    if differs:
        raise PortfolioDisagreement(task.recorded.id, *differs)


def judge_batch(batch: list[Task], target: Target) -> Batch:
    """One batch; for a process of its own, so what goes wrong is handed back, not raised."""
    try:
        now = _as_columns(batch, target)
    except PortfolioError as error:
        return Batch((), 0, refused=error)
    results, asked, unflipped = [], 0, set()
    for task in batch:
        recorded = task.recorded
        judged = now.get(recorded.id)
        if judged is None:
            # Damaged, refused by the edition, or too wide for columns: the ordinary way, by exact.py alone.
            results.append(replay(task, target))
            continue
        columns, exact_case = judged
        if _flipped(_recorded(task), columns):
            asked += 1
            differs = _difference(columns, exact_case)
            if differs:
                return Batch(tuple(results), asked, disagreement=(recorded.id, *differs))
            results.append(replay(task, target))
        else:
            unflipped.add(recorded.id)
            results.append(result_of(recorded, None))
    return Batch(tuple(results), asked, frozenset(unflipped))


def _as_columns(batch: list[Task], target: Target) -> dict[int, tuple[Judged, Case]]:
    """What the columns say of each review that fits them, by number, with the case it was made from."""
    groups: dict[Ruleset, list[tuple[Task, Case]]] = {}
    for task in batch:
        case = None if task.damaged else _case(task, target)
        if case is not None:
            groups.setdefault(case.ruleset, []).append((task, case))
    found: dict[int, tuple[Judged, Case]] = {}
    for ruleset, some in groups.items():
        facts = facts_table((Numbered(task.recorded.id, case) for task, case in some), names_read(ruleset))
        outcomes = evaluate(facts, ruleset)
        recommended, judged = outcomes.recommended(), outcomes.statuses()
        found |= {
            task.recorded.id: ((recommended[number], judged[number]), case)
            for task, case in some
            if (number := task.recorded.id) in judged
        }
    return found


def _case(task: Task, target: Target) -> Case | None:
    as_of = target.as_of or task.recorded.as_of
    try:
        sheet: ProjectSheet = sheet_from(task.sheet)
        ruleset = target.edition(compiled(task.ruleset), as_of)
    except (EditionNotFound, SheetError, ValueError):
        return None
    return Case(sheet, ruleset, as_of, task.recorded.register())


def _recorded(task: Task) -> Judged:
    document = json.loads(task.recorded.content)
    return document["recommendation"], {
        (each["rule"], each["subject"]): each["status"] for each in document["findings"]
    }


def _flipped(then: Judged, now: Judged) -> bool:
    return then[0] != now[0] or dict(then[1]) != dict(now[1])


def _difference(columns: Judged, case: Case) -> tuple[str, str, str, str] | None:
    """The first rule and subject of which `exact.py` says otherwise, with what both say."""
    overall, judged = statuses(case.sheet, case.ruleset, case.as_of, case.register)
    for key in (*judged, *columns[1]):
        a, b = judged.get(key, "absent"), columns[1].get(key, "absent")
        if a != b:
            return (*key, a, b)
    return None if overall == columns[0] else ("recommendation", "", overall, columns[0])
