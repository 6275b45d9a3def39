"""Whole portfolios as columns: numpy against the single path, DuckDB, plain Python, and on ready columns against OpenFisca and Polars; growth; and Spark."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.measures.line import Line, a_second, line, number, unavailable
from benchmarks.measures.rows import complete, of
from benchmarks.pairs import Pair, paired
from benchmarks.peers.processes import COLUMNS, PLAIN, PYTHON, ROOT, Disagreement, worker, written
from benchmarks.peers.worker import first_difference, timed
from benchmarks.samples import Samples, samples
from review.evaluation import exact
from review.quantities import exact as exact_arithmetic

DISTINCT, REPEATS, ROUNDS, ALONE = 1_000, 100, 5, 60
SMALL, MIDDLE, LARGE = 10_000, 100_000, 1_000_000
OURS, READY = "portfolio on numpy, from narrow facts", "the rules on numpy, from ready columns"
ALIKE = (
    "both have levels and both ends of each comparison ready made, and give the outcome of every rule on every subject"
)
WHOLE = "ours looks levels up, works the ends out and recommends"
MISSING = "the portfolio evaluation is not installed here"
# How many times as fast ours is to be, at least.
ASKED = {"single": 500.0, "DuckDB": 5.0, "OpenFisca": 1.3, "PlainPython": 1.0, "PolarsFrames": 0.6}
# How many times as long a sheet may take in a portfolio that has grown.
MOST = 1.2


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
    """The outcome of every rule materialised, from narrow facts; and from ready columns, beside those who are given the same."""
    if not installed():
        yield unavailable(OURS, "complete single-sheet path, DuckDB, plain Python", MISSING, "≥ 500×, ≥ 5×, ahead")
        yield unavailable(READY, "OpenFisca, Polars", MISSING, "≥ 1.3×, ≥ 0.6×")
        return
    found = generated()
    agreement, batch = f"{DISTINCT}/{DISTINCT}", checked(found)
    ours = evaluating(found, batch, None)
    few = Samples(found.lowering, found.cases[:ALONE], found.facts[:ALONE], found.rows[:ALONE], found.answers[:ALONE])
    alone = paired(ours, complete(few, "clock"), ROUNDS)
    yield line(OURS, "complete single-sheet path", alone, least=ASKED["single"], agreement=agreement)
    engine = part("review.portfolio.engines").DuckDB()
    on_duckdb = paired(ours, evaluating(found, declared(found, batch), engine), ROUNDS)
    yield line(
        OURS, "DuckDB", on_duckdb, least=ASKED["DuckDB"], agreement=agreement, note=f"{len(batch):,} sheets each"
    )
    ready = ready_columns(found)
    with tempfile.TemporaryDirectory() as folder:
        payload = written(Path(folder) / "rows", found.lowering.program, found.rows, found.answers)
        for peer, repeats, mine in ((PLAIN, 5, ours), (COLUMNS[0], REPEATS, ready), (COLUMNS[1], REPEATS, ready)):
            with worker(peer, payload, repeats) as running:
                yield line(
                    OURS if mine is ours else READY,
                    f"{running.title} {running.version}",
                    paired(mine, of(running, "clock"), ROUNDS),
                    least=ASKED[peer[1]],
                    agreement=agreement,
                    note=f"{len(batch):,} sheets against {running.count:,}; {WHOLE if mine is ours else ALIKE}",
                )


def checked(found: Samples) -> Any:
    """A batch of narrow facts, all outcomes of which numpy and DuckDB gave as `exact.py` does."""
    deriving, evaluate = part("review.portfolio.deriving"), part("review.portfolio.evaluating").evaluate
    ruleset, engine = found.lowering.ruleset, part("review.portfolio.engines").DuckDB()
    names = part("review.portfolio.columns").names_read(ruleset)
    with exact_arithmetic():
        pool = deriving.facts_table((deriving.Numbered(n, case) for n, case in enumerate(found.cases)), names)
        wanted = [dict(exact.judge(case, facts, ruleset)) for case, facts in zip(found.cases, found.facts, strict=True)]
    for title, each in (("numpy", None), ("DuckDB", engine)):
        outcomes = evaluate(pool, ruleset, each).outcomes()
        for n, judged in enumerate(wanted):
            if outcomes.get(n) != judged:
                raise Disagreement(f"portfolio sheet {n}: {title} judges otherwise than exact.py")
    engine.close()
    (batch,) = part("benchmarks.portfolio").portfolio(DISTINCT * REPEATS, pool, DISTINCT)
    return batch


def evaluating(found: Samples, batch: Any, engine: Any) -> Callable[[], float]:
    """Seconds a sheet of a batch on an engine, None being numpy."""
    evaluate = part("review.portfolio.evaluating").evaluate

    def seconds() -> float:
        start = time.perf_counter()
        evaluate(batch, found.lowering.ruleset, engine)
        return (time.perf_counter() - start) / len(batch)

    return seconds


def declared(found: Samples, batch: Any) -> Any:
    """The batch in the types that its columns are declared with, as queries are written for them."""
    columns, extra = part("review.portfolio.columns"), part("review.portfolio.extra")
    vocabulary, tables = found.lowering.ruleset.vocabulary, {}
    for name, table in batch.tables.items():
        types = extra.schema(
            each for each in columns.table_columns(name, vocabulary) if each.name in table.column_names
        )
        tables[name] = table.cast(types)
    return replace(batch, tables=tables)


def ready_columns(found: Samples) -> Callable[[], float]:
    """Seconds a sheet of the product's steps on the columns that OpenFisca and Polars are given. Raises Disagreement."""
    kind = part("benchmarks.peers.ready_arrays").ReadyArrays
    few = kind(found.lowering)
    few.take(found.rows)
    few.judge()
    difference = first_difference(found.rows, few.answers(found.rows), found.answers)
    if difference:
        raise Disagreement(f"ready columns: {difference}")
    peer, sheets = kind(found.lowering), found.rows * REPEATS
    peer.take(sheets)
    return lambda: timed(peer.judge, "clock") / len(sheets)


def grow(count: int) -> dict[str, Any]:
    """In a process of its own: a portfolio of `count` sheets on numpy, its seconds a sheet and the most memory held."""
    whole = part("benchmarks.portfolio")
    rules = whole.ruleset()
    pool = whole.together(list(whole.derived(DISTINCT)))
    whole.judge_all(whole.portfolio(DISTINCT, pool, DISTINCT), rules, None)
    judged, seconds, digest = whole.judge_all(whole.portfolio(count, pool, DISTINCT), rules, None)
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
    """Time a sheet and memory as the portfolio grows: from one small batch, and from one whole batch to ten of them."""
    ours = f"time a sheet at {LARGE:,} sheets"
    if not installed():
        for count in (SMALL, MIDDLE):
            yield unavailable(ours, f"at {count:,}", MISSING, f"≤ {MOST}×")
        return
    # Each smaller one before and after the large.
    counts = (SMALL, MIDDLE, LARGE, MIDDLE, SMALL)
    small, middle, large, middle_after, small_after = (apart("grow", str(count)) for count in counts)
    one, many = (
        statistics.mean(each["seconds"] for each in pair) for pair in ((small, small_after), (middle, middle_after))
    )
    fixed = (one - many) / (1 / SMALL - 1 / MIDDLE)
    memory = (
        f"most memory held: {small['peak']:,} MB at {SMALL:,}, {middle['peak']:,} MB at {MIDDLE:,}, {large['peak']:,} MB at {LARGE:,};"
        f" {DISTINCT:,} distinct sheets under new numbers; the smaller ones before and after the large"
    )
    share = f"one small batch: {number(fixed * 1000)} ms of it, by its difference from {MIDDLE:,}, do not depend on the number of sheets (steps bound to arrays)"
    yield _grown(ours, SMALL, large, (small, small_after), share)
    yield _grown(ours, MIDDLE, large, (middle, middle_after), f"batches of the same size; {memory}")


def _grown(ours: str, count: int, large: Mapping[str, Any], each: Sequence[Mapping[str, Any]], note: str) -> Line:
    """The large portfolio against the smaller one, measured more than once."""
    smaller = statistics.mean(one["seconds"] for one in each)
    ratios = sorted(large["seconds"] / one["seconds"] for one in each)
    ratio = large["seconds"] / smaller
    return Line(
        ours, f"at {count:,}", a_second(large["seconds"]), a_second(smaller), ratio, ratios[0], ratios[-1], f"≤ {MOST}×", ratio <= MOST, note=note
    )  # fmt: skip


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
