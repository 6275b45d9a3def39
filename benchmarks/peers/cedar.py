"""Cedar (cedarpy): one policy for each outcome of a rule; one request gives all that hold, by the reasons of its decision."""

from __future__ import annotations

from typing import Any

from benchmarks.peers.base import Peer, Rules, Words
from benchmarks.peers.program import UNKNOWN, Always, Program, Row, outcomes_of

_REQUEST = {"principal": 'User::"office"', "action": 'Action::"review"', "resource": 'Sheet::"one"'}


class _Cedar(Words):
    """An unknown column is absent from the request's context."""

    def column(self, name: str) -> str:
        return f"context.{name}"

    def truth(self, column: str, value: bool) -> str:
        return f"(context has {column} && {'' if value else '!'}context.{column})"

    def one_of(self, column: str, values: tuple[str, ...]) -> str:
        return f"(context has {column} && {self.chosen(column, values)})"

    def none_of(self, column: str, values: tuple[str, ...]) -> str:
        return f"(context has {column} && !({self.chosen(column, values)}))"

    def chosen(self, column: str, values: tuple[str, ...]) -> str:
        if len(values) == 1:
            return f"context.{column} == {self.text(values[0])}"
        return f"[{', '.join(map(self.text, values))}].contains(context.{column})"


class Cedar(Peer):
    title, package = "Cedar (cedarpy)", "cedarpy"

    def __init__(self, program: Program) -> None:
        import cedarpy

        self.cedar, self.entities = cedarpy, cedarpy.Entities.from_json_str("[]")
        self.tables: dict[str, tuple[Any, int]] = {}
        self.meaning: dict[str, dict[str, tuple[int, int]]] = {}
        super().__init__(program)

    def compile(self, place: str, rules: Rules) -> None:
        words, policies, meaning = _Cedar(), list[str](), dict[str, tuple[int, int]]()
        for number, rule in enumerate(rules):
            for code, test in outcomes_of(rule).items():
                if test != Always(False):
                    # The parser numbers the policies in the order in which they stand.
                    meaning[f"policy{len(policies)}"] = number, code
                    policies.append(f"permit(principal, action, resource) when {{ {words.test(test)} }};")
        self.tables[place] = self.cedar.PolicySet.from_str("\n".join(policies)), len(rules)
        self.meaning[place] = meaning

    def row(self, place: str, row: Row) -> Any:
        return {**_REQUEST, "context": {name: value for name, value in row.items() if value is not None}}

    def codes(self, place: str, row: Any) -> list[int]:
        policies, count = self.tables[place]
        codes, meaning = [UNKNOWN] * count, self.meaning[place]
        for reason in self.cedar.is_authorized(row, policies, self.entities).diagnostics.reasons:
            number, code = meaning[reason]
            # Excused is unmet with more said: the higher code holds.
            codes[number] = code if codes[number] == UNKNOWN else max(codes[number], code)
        return codes
