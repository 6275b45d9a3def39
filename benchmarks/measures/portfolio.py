"""Whole portfolios as columns: DuckDB against the single path, OpenFisca, plain Python and Polars; growth; and Spark."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.measures.line import Line, a_second, line, number, unavailable
from benchmarks.measures.rows import complete, of
from benchmarks.pairs import Pair, paired
from benchmarks.peers.processes import COLUMNS, PLAIN, PYTHON, ROOT, Disagreement, worker, written
from benchmarks.samples import Samples, samples
from review.evaluation import exact
from review.quantities import exact as exact_arithmetic

DISTINCT, REPEATS, ROUNDS, ALONE = 1_000, 100, 5, 60
SMALL, MIDDLE, LARGE = 10_000, 100_000, 1_000_000
OURS = "portfolio on DuckDB, from columns"
READY = "the other has levels and both ends of each comparison ready made"
MISSING = "the portfolio evaluation is not installed here"


def installed() -> bool:
    """Whether the portfolio evaluation is there, and what it needs."""
    names = ("review.portfolio", "benchmarks.portfolio_sheets")
    return (ROOT / "review" / "portfolio").is_dir() and all(
        find_spec(name) for name in (*names, "duckdb", "ibis", "pyarrow")
    )


def part(name: str) -> Any:
    """A module of the portfolio evaluation, which needs more than the product itself."""
    return import_module(name)


def generated() -> Samples:
    """Sheets of the portfolio's own generator."""
    sheets = part("benchmarks.portfolio_sheets").sheets(DISTINCT)
    return samples([(f"portfolio {number}", sheet) for number, sheet in enumerate(sheets)])


def columns() -> Iterator[Line]:
    """The outcome of every rule materialised, from columns."""
    asked = {"single": 500.0, "OpenFisca": 1.0, "PlainPython": 1.0, "PolarsFrames": 0.25}
    if not installed():
        yield unavailable(
            OURS,
            "complete single-sheet path, OpenFisca, plain Python, Polars",
            MISSING,
            "≥ 500×, ahead, ahead, ≥ 0.25×",
        )
        return
    found = generated()
    ours, count = _duckdb(found)
    agreement = f"{DISTINCT}/{DISTINCT}"
    few = Samples(found.lowering, found.cases[:ALONE], found.facts[:ALONE], found.rows[:ALONE], found.answers[:ALONE])
    yield line(
        OURS,
        "complete single-sheet path",
        paired(ours, complete(few, "clock"), ROUNDS),
        least=asked["single"],
        agreement=agreement,
    )
    with tempfile.TemporaryDirectory() as folder:
        payload = written(Path(folder) / "rows", found.lowering.program, found.rows, found.answers)
        for peer, repeats in ((COLUMNS[0], REPEATS), (PLAIN, 5), (COLUMNS[1], REPEATS)):
            with worker(peer, payload, repeats) as running:
                note = (
                    f"{count:,} sheets against {running.count:,}; ours looks levels up, does the arithmetic and recommends; {READY}"
                    if peer != PLAIN
                    else f"{count:,} sheets against {running.count:,}"
                )
                pair = paired(ours, of(running, "clock"), ROUNDS)
                yield line(
                    OURS,
                    f"{running.title} {running.version}",
                    pair,
                    least=asked[peer[1]],
                    agreement=agreement,
                    note=note,
                )


def _duckdb(found: Samples) -> tuple[Callable[[], float], int]:
    """Seconds a sheet on DuckDB, all outcomes held against `exact.py` first."""
    deriving, evaluate = part("review.portfolio.deriving"), part("review.portfolio.evaluating").evaluate
    ruleset, engine = found.lowering.ruleset, part("review.portfolio.engines").DuckDB()
    names = part("review.portfolio.columns").names_read(ruleset)
    with exact_arithmetic():
        pool = deriving.facts_table((deriving.Numbered(n, case) for n, case in enumerate(found.cases)), names)
        outcomes = evaluate(pool, ruleset, engine).outcomes()
        for n, (case, facts) in enumerate(zip(found.cases, found.facts, strict=True)):
            if outcomes.get(n) != dict(exact.judge(case, facts, ruleset)):
                raise Disagreement(f"portfolio sheet {n}: DuckDB judges otherwise than exact.py")
    (batch,) = part("benchmarks.portfolio").portfolio(DISTINCT * REPEATS, pool, DISTINCT)

    def seconds() -> float:
        start = time.perf_counter()
        evaluate(batch, ruleset, engine)
        return (time.perf_counter() - start) / len(batch)

    return seconds, len(batch)


def grow(count: int) -> dict[str, Any]:
    """In a process of its own: a portfolio of `count` sheets on DuckDB, its seconds a sheet and the most memory held."""
    whole = part("benchmarks.portfolio")
    rules, engine = whole.ruleset(), whole.DuckDB()
    pool = whole.together(list(whole.derived(DISTINCT)))
    whole.judge_all(whole.portfolio(DISTINCT, pool, DISTINCT), rules, engine)
    judged, seconds, digest = whole.judge_all(whole.portfolio(count, pool, DISTINCT), rules, engine)
    return {"seconds": seconds / judged, "peak": whole.peak_mb(), "digest": digest}


def spread(master: str, count: int) -> dict[str, Any]:
    """In a process of its own: the same portfolio on Spark and on DuckDB; the second run of each."""
    whole = part("benchmarks.portfolio")
    rules, pool = whole.ruleset(), whole.together(list(whole.derived(DISTINCT)))
    batches = list(whole.portfolio(count, pool, DISTINCT))
    engine = whole.DuckDB()
    whole.judge_all(iter(batches), rules, engine)
    mine = whole.judge_all(iter(batches), rules, engine)
    engine.close()
    spark = whole.Spark(master)
    whole.judge_all(iter(batches), rules, spark)
    theirs = whole.judge_all(iter(batches), rules, spark)
    spark.close()
    return {
        "seconds": theirs[1] / theirs[0],
        "duckdb": mine[1] / mine[0],
        "same": mine[2] == theirs[2],
        "digest": theirs[2],
    }


def apart(word: str, *arguments: str) -> dict[str, Any]:
    """Run one of the two above in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.measures.portfolio", word, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[2:])}: {done.stderr.strip()[-600:]}")
    reply: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return reply


def growth() -> Iterator[Line]:
    """Time a sheet and memory as the portfolio grows."""
    ours, other = f"time a sheet at {LARGE:,} sheets", f"at {SMALL:,}"
    if not installed():
        yield unavailable(ours, other, MISSING, "≤ 1.2×")
        return
    before, large, after = (apart("grow", str(count)) for count in (SMALL, LARGE, SMALL))
    middle = apart("grow", str(MIDDLE))
    small = (before["seconds"] + after["seconds"]) / 2
    ratios = sorted(large["seconds"] / each["seconds"] for each in (before, after))
    ratio = large["seconds"] / small
    note = (
        f"most memory held: {before['peak']:,} MB at {SMALL:,}, {middle['peak']:,} MB at {MIDDLE:,}, {large['peak']:,} MB at {LARGE:,};"
        f" {DISTINCT:,} distinct sheets under new numbers; the small one before and after the large"
    )
    yield Line(
        ours,
        other,
        a_second(large["seconds"]),
        a_second(small),
        ratio,
        ratios[0],
        ratios[-1],
        "≤ 1.2×",
        ratio <= 1.2,
        note=note,
    )


def spark() -> Iterator[Line]:
    """Spark on a local cluster: the same digest as DuckDB, and how two workers stand to one."""
    ours, asked = "portfolio on Spark, local cluster of 2 workers", "same bytes as DuckDB"
    lacking = MISSING if not installed() else "Java is not installed here" if not shutil.which("java") else None
    if lacking:
        yield unavailable(ours, "DuckDB", lacking, asked)
        return
    two, one = (apart("spark", f"local-cluster[{workers},1,1024]", str(10 * DISTINCT)) for workers in (2, 1))
    same = two["same"] and one["same"]
    agreement = f"digest {two['digest'].removeprefix('sha256:')[:16]}, {'the same' if same else 'NOT the same'}"
    pair = Pair(two["seconds"], two["duckdb"], two["duckdb"] / two["seconds"], 0, 0)
    yield Line(ours, "DuckDB", a_second(pair.ours), a_second(pair.other), pair.ratio, None, None, asked, same, agreement,
               f"{10 * DISTINCT:,} sheets, loading included, second run")  # fmt: skip
    yield Line(ours, "one worker", a_second(two["seconds"]), a_second(one["seconds"]), one["seconds"] / two["seconds"], None, None, "stated", None,
               agreement, f"{number(one['seconds'] / two['seconds'])}× with twice the workers, of one core each")  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1] == "spark":
        # Spark is among the peers; everything else is the product's own.
        sys.path.extend(str(path) for path in PYTHON.parent.parent.glob("lib/python*/site-packages"))
    found = grow(int(sys.argv[2])) if sys.argv[1] == "grow" else spread(sys.argv[2], int(sys.argv[3]))
    print(json.dumps(found))
