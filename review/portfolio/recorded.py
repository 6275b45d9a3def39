"""Recorded reviews as facts: each sheet under one edition, as of its review's day, with the balances that its review read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial
from itertools import islice

from sqlalchemy import Connection, func, select

from review.canonical_json import canonical
from review.errors import TwoHighError
from review.facts import Case
from review.law.compiling import compiled
from review.law.edition import Ruleset
from review.parallel import spread_batches
from review.portfolio.deriving import FactTables, Numbered, facts_table, together
from review.record.proof.rejudging import tasks
from review.record.storage.contents import Span
from review.record.storage.journal import table
from review.record.storage.tables import StoredReview, StoredRuleset
from review.replay.recorded import sheet_from
from review.replay.replaying import Task
from review.sheet import ProjectSheet

# A batch of a process, and of an engine or a Parquet row group.
BATCH, TOGETHER = 400, 40_000


@dataclass(frozen=True)
class Damaged:
    """A review that cannot be read: its number, the layer, and why."""

    number: int
    layer: str
    why: str


@dataclass(frozen=True)
class Derived:
    """A batch of recorded facts, one for each edition asked for; and the reviews that cannot be read."""

    facts: tuple[FactTables, ...]
    damaged: tuple[Damaged, ...]


def recorded_facts(
    connection: Connection,
    span: Span,
    rulesets: tuple[Ruleset, ...],
    names: frozenset[str] | None = None,
    jobs: int | None = None,
) -> Iterator[Derived]:
    """The facts of the recorded reviews, in order of number and in batches, under each of the editions; those that `names` says.

    Reviews by other rulesets than the editions' are left out: projects of another place, of which these say nothing.
    """
    contents = tuple(canonical(dict(each.content)) for each in rulesets)
    waiting: list[Derived] = []
    marked = _marked(connection, span, {each.id for each in rulesets})
    for each in spread_batches(partial(derive, contents=contents, names=names), marked, BATCH, jobs):
        waiting.append(each)
        if len(waiting) * BATCH >= TOGETHER:
            yield gathered(waiting)
            waiting = []
    if waiting:
        yield gathered(waiting)


def gathered(some: Sequence[Derived]) -> Derived:
    """Several batches as one: an engine's fixed cost is then paid for many together."""
    facts = tuple(together(parts) for parts in zip(*(each.facts for each in some), strict=True))
    return Derived(facts, tuple(damaged for each in some for damaged in each.damaged))


def _marked(connection: Connection, span: Span, rulesets: AbstractSet[str]) -> Iterator[tuple[Task, bool]]:
    """Each review but those by other rulesets, and whether none that follows in the span is of the same project."""
    editions = table(StoredRuleset)
    query = select(editions.c.digest).where(editions.c.id.not_in(sorted(rulesets)))
    others = frozenset(connection.execute(query).scalars())
    stream = (each for each in tasks(connection, span) if each.recorded.ruleset not in others)
    while some := list(islice(stream, BATCH)):
        yield from _with_marks(connection, span, some)


def _with_marks(connection: Connection, span: Span, some: list[Task]) -> Iterable[tuple[Task, bool]]:
    rows = table(StoredReview)
    projects = sorted({task.recorded.project for task in some})
    query = (
        span.of(select(rows.c.project, func.max(rows.c.position)))
        .where(rows.c.project.in_(projects))
        .group_by(rows.c.project)
    )
    last = {project: position for project, position in connection.execute(query)}
    return [(task, last[task.recorded.project] == task.recorded.id) for task in some]


def derive(batch: list[tuple[Task, bool]], contents: tuple[bytes, ...], names: frozenset[str] | None) -> Derived:
    """The facts of a batch; for a process of its own."""
    damaged, whole = list[Damaged](), list[tuple[Task, ProjectSheet, bool]]()
    for task, current in batch:
        sheet = readable(task)
        if isinstance(sheet, Damaged):
            damaged.append(sheet)
        else:
            whole.append((task, sheet, current))
    editions = tuple(compiled(content) for content in contents)
    facts = tuple(facts_table(numbered(whole, each), names, each.vocabulary) for each in editions)
    return Derived(facts, tuple(damaged))


def readable(task: Task) -> ProjectSheet | Damaged:
    """The sheet of a review, or why it cannot be read."""
    if task.damaged:
        return Damaged(task.recorded.id, *task.damaged)
    try:
        return sheet_from(task.sheet)
    except (TwoHighError, ValueError) as error:
        return Damaged(task.recorded.id, "sheet", str(error))


def numbered(batch: Iterable[tuple[Task, ProjectSheet, bool]], ruleset: Ruleset) -> Iterator[Numbered]:
    """Recorded reviews as cases under an edition."""
    for task, sheet, current in batch:
        recorded = task.recorded
        yield Numbered(
            recorded.id, Case(sheet, ruleset, recorded.as_of, recorded.register()), recorded.project, current
        )
