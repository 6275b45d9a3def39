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
from review.evaluation.program import program_of
from review.facts import Facts

Values = Sequence[int]
Asked = list[tuple[DurableRuleset, tuple[int, ...]]]


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

    def ready(self, facts: Facts) -> Prepared:
        """The rows of the project and of every item."""
        return self.made.project.fields.values(facts.with_lists), {
            path: [place.fields.values(facts.of_item(path, index)) for index in range(len(facts.items[path] or ()))]
            for path, place in self.made.lists.items()
        }

    def codes(self, place: str, row: Any) -> Sequence[int]:
        return self.runs[place](*row)[1]


class ReadyDocuments(ReadySlots):
    """The durable-rules evaluator. A row is the documents of a place, as integers; their text is written within the measured time, as the Host writes it."""

    title = "durable-rules evaluator from ready documents"

    def __init__(self, found: Samples) -> None:
        super().__init__(found)
        self.engine = DurableEvaluator(self.made)
        self.rulesets = {PROJECT: self.engine.project, **self.engine.lists}

    def ready(self, facts: Facts) -> Prepared:
        project, items = super().ready(facts)
        return self.documents(PROJECT, project), {
            path: [self.documents(path, row) for row in rows] for path, rows in items.items()
        }

    def documents(self, place: str, values: Values) -> Asked:
        return [(each, tuple(values[slot] for slot in each.slots)) for each in self.rulesets[place]]

    def codes(self, place: str, row: Asked) -> Sequence[int]:
        # Nothing is known that was answered before: equal documents are asked about again, as of every peer.
        return [code for each, document in row for code in each.outcomes(each.fired(document))]


def seconds_of(peer: ReadySlots, found: Samples, repeats: int) -> Callable[[], float]:
    """Processor's seconds a sheet, every outcome held against `exact.py` first. Raises Disagreement."""
    rows = [peer.ready(facts) for facts in found.facts]
    difference = first_difference(found.rows, [peer.judge(row) for row in rows], found.answers)
    if difference:
        raise Disagreement(f"{peer.title}: {difference}")
    many = rows * repeats
    return lambda: timed(lambda: [peer.judge(row) for row in many], "processor") / len(many)


def engine_of(ours: ReadyDocuments, found: Samples) -> tuple[Engine, list[Sheet]]:
    """What our evaluator asks of the engine, and the rows that it asks about by the names of fields, for the stock Host."""
    heads = {path: found.lowering.program.heads_of(path) for path in ours.made.lists}

    def named(asked: Asked) -> Row:
        return {name: value for each, document in asked for name, value in zip(each.fields, document, strict=True)}

    sheets = []
    for each, facts in zip(found.rows, found.facts, strict=True):
        project, items = ours.ready(facts)
        sheets.append(Sheet(each.name, named(project), {path: [*map(named, rows)] for path, rows in items.items()}))
    return Engine({place: tuple(map(_rules, of)) for place, of in ours.rulesets.items()}, heads), sheets


def _rules(ruleset: DurableRuleset) -> EngineRules:
    return EngineRules(ruleset.definition, ruleset.fields, ruleset.meaning, len(ruleset.names))
