"""One sheet at a time: our rules engine's evaluator, and a complete review, against every peer that judges row by row."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.measures.line import Line, line
from benchmarks.pairs import pair_of, paired, turns
from benchmarks.peers.processes import ROWS, Disagreement, Worker, worker, written
from benchmarks.peers.worker import timed
from benchmarks.samples import Samples, mixed
from review import judge
from review.evaluation import durable, exact
from review.evaluation.normal_form import Fields
from review.facts import Fact
from review.quantities import exact as exact_arithmetic
from tests.sheets import AS_OF

ROUNDS = 7
# How many times as fast ours is to be, at least; bare compiled expressions and plain Python aside.
ASKED = {
    "StockHost": 8.0,
    "ZenGraph": 6.0,
    "CelRust": 1.3,
    "CelCpp": 1.3,
    "Cedar": 6.0,
    "Rego": 60.0,
    "Clips": 4.0,
    "RuleEngine": 1.0,
}
OURS, READY = "durable-rules evaluator alone", "the same on ready rows, as the peers have them"
COMPLETE = "complete review (both evaluators, findings, JSON bytes)"


def evaluator(found: Samples) -> Callable[[], float]:
    """Seconds a sheet of our rules engine's evaluator."""

    def work() -> None:
        for case, facts in zip(found.cases, found.facts, strict=True):
            durable.judge(facts, case.ruleset)

    return seconds_each(work, len(found.cases))


def on_ready_rows(found: Samples) -> Callable[[], float]:
    """Seconds a sheet of the same evaluator where its documents stand ready, as the rows of the peers do."""
    make = Fields.values
    # What is known of a subject is kept with its facts, which live as long as the samples.
    ready: dict[tuple[int, int], Sequence[int]] = {}

    def kept(fields: Fields, facts: Mapping[str, Fact]) -> Sequence[int]:
        key = id(fields), id(facts)
        if key not in ready:
            ready[key] = make(fields, facts)
        return ready[key]

    from_facts = evaluator(found)

    def seconds() -> float:
        # Its own maker of documents is put aside for the time of a pass.
        Fields.values = kept  # type: ignore[method-assign, assignment]
        try:
            return from_facts()
        finally:
            Fields.values = make  # type: ignore[method-assign]

    return seconds


def exactly(found: Samples) -> Callable[[], float]:
    """Seconds a sheet of the exact evaluator."""

    def work() -> None:
        for case, facts in zip(found.cases, found.facts, strict=True):
            exact.judge(case, facts, case.ruleset)

    return seconds_each(work, len(found.cases))


def complete(found: Samples, clock: str = "processor") -> Callable[[], float]:
    """Seconds a sheet of a complete review: from the validated sheet to the review's bytes."""

    def work() -> None:
        for case in found.cases:
            judge(case.sheet, case.ruleset, AS_OF).to_bytes()

    return seconds_each(work, len(found.cases), clock)


def seconds_each(work: Callable[[], None], count: int, clock: str = "processor") -> Callable[[], float]:
    def seconds() -> float:
        with exact_arithmetic():
            return timed(work, clock) / count

    return seconds


def of(peer: Worker, clock: str = "processor") -> Callable[[], float]:
    """Seconds a sheet of a peer."""
    return lambda: peer.seconds(clock) / peer.count


def measured() -> Iterator[Line]:
    found = mixed()
    ours, ready, all_of_it = evaluator(found), on_ready_rows(found), complete(found)
    agreement = f"{len(found.cases)}/{len(found.cases)}"
    own = [durable.judge(facts, case.ruleset) for case, facts in zip(found.cases, found.facts, strict=True)]
    if [found.lowering.answer(each, facts) for each, facts in zip(own, found.facts, strict=True)] != found.answers:
        raise Disagreement("our own evaluators differ")
    yield line(OURS, "exact.py alone", paired(ours, exactly(found), ROUNDS), agreement=agreement)
    with tempfile.TemporaryDirectory() as folder:
        payload = written(Path(folder) / "rows", found.lowering.program, found.rows, found.answers)
        for module, name in ROWS:
            with worker((module, name), payload) as peer:
                label, asked = f"{peer.title} {peer.version}", ASKED.get(name)
                from_facts, as_ready, theirs = turns((ours, ready, of(peer)), 3 if name == "Rego" else ROUNDS)
                yield line(OURS, label, pair_of(from_facts, theirs), least=asked, agreement=agreement)
                yield line(READY, label, pair_of(as_ready, theirs), agreement=agreement)
                if name == "ZenGraph":
                    pair = paired(all_of_it, of(peer), ROUNDS)
                    yield line(
                        COMPLETE,
                        label,
                        pair,
                        least=1.0,
                        asked="faster",
                        agreement=agreement,
                        note="of zen the bare rules alone",
                    )
