"""One sheet at a time: our outcomes from ready rows against every peer's from ready rows; our evaluators and a complete review stated beside."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.measures.line import Line, a_second, line
from benchmarks.measures.ours import ReadyDocuments, ReadySlots, engine_of, seconds_of
from benchmarks.pairs import pair_of, paired, turns
from benchmarks.peers.processes import HOST, ROWS, Worker, worker, written
from benchmarks.peers.worker import timed
from benchmarks.samples import Samples, mixed
from review import judge
from review.evaluation import evaluators, exact
from review.quantities import exact as exact_arithmetic
from tests.sheets import AS_OF

ROUNDS = 7
# How many times as fast ours is to be, at least: from ready slots, and the durable-rules evaluator from ready values.
EXACT, ASKED = 12.0, {"PlainPython": 1.2, "PlainWhole": 1.2, "ZenExpressions": 3.0, "CelRust": 3.0, "CelCpp": 3.0}
ASKED_OF_ENGINE = {"StockHost": 7.5, "ZenGraph": 6.0, "Cedar": 2.5}
# Passes over the sheets at once, so that each takes long enough to be told apart from nothing.
OFTEN, FEW = 20, {"Rego": 3}
REPEATS = {"PlainPython": 5, "PlainWhole": 5, "ZenExpressions": 10, "CelRust": 5, "CelCpp": 5}
SLOTS, ENGINE, FROM_FACTS = ReadySlots.title, ReadyDocuments.title, "outcomes from ready facts, slots worked out within"
COMPLETE = "complete review (both evaluators, findings, JSON bytes)"


def exactly(found: Samples) -> Callable[[], float]:
    """Seconds a sheet of the exact evaluator, from facts."""

    def work() -> None:
        for case, facts in zip(found.cases, found.facts, strict=True):
            exact.judge(case, facts, case.ruleset)

    return seconds_each(work, len(found.cases))


def from_facts(found: Samples) -> Callable[[], float]:
    """Seconds a sheet of the Program where the values of its slots are worked out too."""
    slots = ReadySlots(found)

    def work() -> None:
        for facts in found.facts:
            slots.judge(slots.ready(facts))

    return seconds_each(work, len(found.cases))


def both(found: Samples) -> Callable[[], float]:
    """Seconds a sheet of the evaluator pair: from facts to outcomes that the Program and the rules engine agree on."""

    def work() -> None:
        for case, facts in zip(found.cases, found.facts, strict=True):
            with evaluators(case.ruleset) as pair:
                pair.judge(case, facts)

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


def stated(ours: str, seconds: list[float], agreement: str, note: str = "") -> Line:
    """A line of ours alone, against nothing."""
    return Line(ours, "—", a_second(statistics.median(seconds)), asked="stated", agreement=agreement, note=note)


def measured() -> Iterator[Line]:
    found = mixed()
    agreement = f"{len(found.cases)}/{len(found.cases)}"
    documents = ReadyDocuments(found)
    slots, engine = seconds_of(ReadySlots(found), found, OFTEN), seconds_of(documents, found, 1)
    pair = paired(slots, exactly(found), ROUNDS)
    note = "exact.py has no slots: it reads facts, which stand ready for it"
    yield line(SLOTS, "exact.py, from ready facts", pair, least=EXACT, agreement=agreement, note=note)
    # The lines of the rules engine come after those of the Program.
    of_engine = list[Line]()
    with tempfile.TemporaryDirectory() as folder:
        lowered = written(Path(folder) / "rows", found.lowering.program, found.rows, found.answers)
        asked_of_engine = written(Path(folder) / "engine", *engine_of(documents, found), found.answers)
        for module, name in ROWS:
            payload = asked_of_engine if (module, name) == HOST else lowered
            with worker((module, name), payload, REPEATS.get(name, 1)) as peer:
                least, same = ASKED_OF_ENGINE.get(name), ", the same engine rules" if name == HOST[1] else ""
                label = f"{peer.title} {peer.version}, from ready rows{same}"
                sides = (slots, of(peer), engine) if least else (slots, of(peer))
                mine, theirs, *engines = turns(sides, FEW.get(name, ROUNDS))
                yield line(SLOTS, label, pair_of(mine, theirs), least=ASKED.get(name), agreement=agreement)
                of_engine += [
                    line(ENGINE, label, pair_of(each, theirs), least=least, agreement=agreement) for each in engines
                ]
    yield from of_engine
    exact_, worked_out, pairs, reviews = turns(
        (exactly(found), from_facts(found), both(found), complete(found)), ROUNDS
    )
    yield line(
        FROM_FACTS,
        "exact.py, from ready facts",
        pair_of(worked_out, exact_),
        asked="stated",
        agreement=agreement,
        note="both begin from the same facts",
    )
    yield stated(
        "evaluator pair, from ready facts",
        pairs,
        agreement,
        "the Program and the rules engine, agreed on every outcome",
    )
    yield stated(COMPLETE, reviews, agreement)
