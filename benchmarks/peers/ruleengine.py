"""rule-engine: one parsed expression a rule that gives its outcome."""

from __future__ import annotations

from typing import Any

from benchmarks.peers.base import Peer, Rules, Words
from benchmarks.peers.program import Program


class _RuleEngine(Words):
    both, either = " and ", " or "

    def negation(self, text: str) -> str:
        return f"not ({text})"


class RuleEngine(Peer):
    title, package = "rule-engine", "rule-engine"

    def __init__(self, program: Program) -> None:
        self.tables: dict[str, Any] = {}
        super().__init__(program)

    def compile(self, place: str, rules: Rules) -> None:
        import rule_engine

        words = _RuleEngine()
        self.tables[place] = [rule_engine.Rule(words.outcome(rule)) for rule in rules]

    def codes(self, place: str, row: Any) -> list[int]:
        return [int(rule.evaluate(row)) for rule in self.tables[place]]
