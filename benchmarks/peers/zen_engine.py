"""zen-engine: as a decision graph (one expression node a table, the rules as its outputs), and as bare compiled expressions."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.peers.base import Peer, Rules, Words
from benchmarks.peers.program import Program


class _Zen(Words):
    both, either = " and ", " or "

    def negation(self, text: str) -> str:
        return f"not ({text})"


class ZenGraph(Peer):
    title, package = "zen-engine, decision graph", "zen-engine"

    def __init__(self, program: Program) -> None:
        import zen

        self.engine = zen.ZenEngine()
        self.tables: dict[str, Any] = {}
        self.names: dict[str, list[str]] = {}
        super().__init__(program)

    def compile(self, place: str, rules: Rules) -> None:
        self.names[place] = [f"r{number}" for number in range(len(rules))]
        words = _Zen()
        expressions = [{"id": f"e{n}", "key": f"r{n}", "value": words.outcome(rule)} for n, rule in enumerate(rules)]
        where = {"x": 0, "y": 0}
        content = {
            "nodes": [
                {"id": "in", "type": "inputNode", "name": "facts", "position": where},
                {
                    "id": "rules",
                    "type": "expressionNode",
                    "name": "rules",
                    "position": where,
                    "content": {"expressions": expressions},
                },
                {"id": "out", "type": "outputNode", "name": "outcomes", "position": where},
            ],
            "edges": [
                {"id": "a", "sourceId": "in", "targetId": "rules", "type": "edge"},
                {"id": "b", "sourceId": "rules", "targetId": "out", "type": "edge"},
            ],
        }
        self.tables[place] = self.engine.create_decision(json.dumps(content))

    def codes(self, place: str, row: Any) -> list[int]:
        result = self.tables[place].evaluate(row)["result"]
        return [result[name] for name in self.names[place]]


class ZenExpressions(Peer):
    title, package = "zen-engine, bare expressions (one that lists every outcome)", "zen-engine"

    def __init__(self, program: Program) -> None:
        self.tables: dict[str, Any] = {}
        super().__init__(program)

    def compile(self, place: str, rules: Rules) -> None:
        import zen

        words = _Zen()
        self.tables[place] = zen.compile_expression("[" + ", ".join(words.outcome(rule) for rule in rules) + "]")

    def codes(self, place: str, row: Any) -> list[int]:
        found: list[int] = self.tables[place].evaluate(row)
        return found
