"""durable-rules through its stock Host: the engine rules that our evaluator asks, with the Host's own actions, promises and timers.

A document is ready as the mapping that the Host takes; it writes its text, runs an action for every rule that fires, and retracts it. What
fired is read as ours is: exactly one outcome a rule.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from benchmarks.peers.base import Peer, Rules
from benchmarks.peers.program import Engine, EngineRules, Row, Sheet

Documents = list[dict[str, Any]]


class StockHost(Peer):
    title, package = "durable-rules, stock Host", "durable-rules"

    def __init__(self, engine: Engine) -> None:
        from durable.engine import Host, MessageNotHandledException

        self.engine, self.heads = engine, dict(engine.heads)
        self.fired: list[str] = []
        self.named = {
            place: [(f"{place.replace('.', '-') or 'project'}{number}", each) for number, each in enumerate(rulesets)]
            for place, rulesets in engine.rulesets.items()
        }
        rules = {name: self.rules(each) for named in self.named.values() for name, each in named}
        self.host = Host(rules)
        # The first message of all leaves something behind in the engine.
        for named in self.named.values():
            for name, each in named:
                with suppress(MessageNotHandledException):
                    self.asked(name, {"id": "s", **dict.fromkeys(each.fields, -7)})

    def compile(self, place: str, rules: Rules) -> None:
        """Our evaluator has compiled them."""

    def rules(self, ruleset: EngineRules) -> dict[str, Any]:
        return {name: {**test, "run": self.action(name)} for name, test in ruleset.definition.items()}

    def action(self, name: str) -> Callable[[Any], None]:
        return lambda _: self.fired.append(name)

    def prepare(self, sheet: Sheet) -> tuple[Documents, dict[str, list[Documents]]]:
        return self.row("", sheet.project), {
            path: [self.row(path, row) for row in rows] for path, rows in sheet.items.items()
        }

    def row(self, place: str, row: Row) -> Documents:
        return [{"id": "s", **{field: row[field] for field in each.fields}} for _, each in self.named[place]]

    def codes(self, place: str, row: Documents) -> list[int]:
        codes = list[int]()
        for (name, ruleset), document in zip(self.named[place], row, strict=True):
            found = [-1] * ruleset.count
            for fired in self.asked(name, document):
                for number, outcome in ruleset.meaning[fired]:
                    if found[number] not in (-1, outcome):
                        raise RuntimeError(f"{name}: two outcomes of rule {number}")
                    found[number] = outcome
            if -1 in found:
                raise RuntimeError(f"{name}: no outcome of rule {found.index(-1)}")
            codes += found
        return codes

    def asked(self, name: str, document: dict[str, Any]) -> list[str]:
        """The engine rules that fire on a document."""
        self.fired.clear()
        try:
            self.host.assert_fact(name, document)
        finally:
            self.host.retract_fact(name, {"id": "s"})
        return list(self.fired)
