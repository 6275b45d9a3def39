"""The product's two evaluators as they judge ready rows: prepared, dispatched and measured by the same code as every peer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.peers.base import Peer, Prepared, Rules
from benchmarks.peers.processes import Disagreement
from benchmarks.peers.program import PROJECT, Engine, EngineRules, Row, Sheet
from benchmarks.peers.worker import first_difference, timed
from benchmarks.samples import Samples
from review.evaluation.durable import DurableEvaluator, DurableRuleset
from review.evaluation.program import Program, program_of
from review.facts import Facts

Values = Sequence[int]


class ReadySlots(Peer):
    """The Program's code. A row is the values of its place."""

    title = "outcomes from ready slots"

    def __init__(self, found: Samples) -> None:
        self.made = program_of(found.lowering.ruleset)
        places = {PROJECT: self.made.project, **self.made.lists}
        self.runs = {name: place.run for name, place in places.items()}
        super().__init__(found.lowering.program)

    def compile(self, place: str, rules: Rules) -> None:
        """The product has compiled them."""

    def codes(self, place: str, row: Any) -> Sequence[int]:
        return self.runs[place](*row)[1]


class ReadyDocuments(ReadySlots):
    """The durable-rules evaluator. A row is the same values; the text of a document is written within the measured time."""

    title = "durable-rules evaluator from ready values"

    def __init__(self, found: Samples) -> None:
        super().__init__(found)
        self.engine = DurableEvaluator(self.made)

    def codes(self, place: str, row: Any) -> Sequence[int]:
        # Nothing that was answered before is known: equal rows are asked about again, as of every peer.
        return self.engine.of_item(place, row, {}) if place else self.engine.of_project(row, {})


def ready(program: Program, facts: Facts) -> tuple[Values, dict[str, list[Values]]]:
    """The values of the project and of every item."""
    return program.project.fields.values(facts.with_lists), {
        path: [place.fields.values(facts.of_item(path, index)) for index in range(len(facts.items[path] or ()))]
        for path, place in program.lists.items()
    }


def seconds_of(peer: ReadySlots, found: Samples, repeats: int) -> Callable[[], float]:
    """Processor's seconds a sheet, every outcome held against `exact.py` first. Raises Disagreement."""
    rows: list[Prepared] = [ready(peer.made, facts) for facts in found.facts]
    difference = first_difference(found.rows, [peer.judge(row) for row in rows], found.answers)
    if difference:
        raise Disagreement(f"{peer.title}: {difference}")
    many = rows * repeats
    return lambda: timed(lambda: [peer.judge(row) for row in many], "processor") / len(many)


def engine_of(evaluator: DurableEvaluator, found: Samples) -> tuple[Engine, list[Sheet]]:
    """What our evaluator asks of the engine, and the rows that it asks about, for the stock Host."""
    program = program_of(found.lowering.ruleset)
    rulesets = {PROJECT: evaluator.project, **evaluator.lists}
    heads = {path: found.lowering.program.heads_of(path) for path in program.lists}
    places = {PROJECT: program.project, **program.lists}
    names = {name: place.fields.names() for name, place in places.items()}

    def named(place: str, values: Values) -> Row:
        return dict(zip(names[place], values, strict=True))

    sheets = []
    for each, facts in zip(found.rows, found.facts, strict=True):
        project, items = ready(program, facts)
        rows = {path: [named(path, row) for row in of] for path, of in items.items()}
        sheets.append(Sheet(each.name, named(PROJECT, project), rows))
    return Engine({place: tuple(map(_rules, of)) for place, of in rulesets.items()}, heads), sheets


def _rules(ruleset: DurableRuleset) -> EngineRules:
    return EngineRules(ruleset.definition, ruleset.fields, ruleset.meaning, len(ruleset.names))
