"""durable-rules through its stock Host: rules of flat comparisons for each outcome, an action each, a fact asserted and retracted a row.

The engine stops at 65 rules that match at once and hangs at 513 distinct conditions, so a table is several rulesets.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from benchmarks.peers.base import Peer, Rules
from benchmarks.peers.program import (
    UNKNOWN,
    Always,
    End,
    Is,
    NoneOf,
    OneOf,
    Program,
    Row,
    Test,
    outcomes_of,
    ways,
)

CHUNK = 12
_OPERATORS = {">=": "$gte", ">": "$gt", "<=": "$lte", "<": "$lt"}


class StockHost(Peer):
    title, package = "durable-rules, stock Host", "durable-rules"

    def __init__(self, program: Program) -> None:
        from durable.engine import Host, MessageNotHandledException

        self.none_matched = suppress(MessageNotHandledException)
        self.found: list[tuple[int, int]] = []
        self.numbers = {
            place: {each.name: (f"c{n}", each) for n, each in enumerate(each_of)}
            for place, each_of in program.columns.items()
        }
        self.definitions: dict[str, dict[str, Any]] = {}
        self.tables: dict[str, tuple[list[str], int]] = {}
        super().__init__(program)
        self.host = Host(self.definitions)

    def compile(self, place: str, rules: Rules) -> None:
        names = []
        for start in range(0, len(rules), CHUNK):
            name = f"{place.replace('.', '-') or 'project'}{start}"
            names.append(name)
            definition = self.definitions[name] = {}
            for number, rule in list(enumerate(rules))[start : start + CHUNK]:
                for code, test in outcomes_of(rule).items():
                    for at, way in enumerate([] if test == Always(False) else ways(test)):
                        tests = [{"c": 1}, *(each for one in way for each in self.tests(place, one))]
                        definition[f"r{number}_{code}_{at}"] = {
                            "all": [{"m": {"$and": tests}}],
                            "run": self.action(number, code),
                        }
        self.tables[place] = names, len(rules)

    def action(self, number: int, code: int) -> Callable[[Any], None]:
        return lambda _: self.found.append((number, code))

    def tests(self, place: str, test: Test) -> list[dict[str, Any]]:
        """Whole numbers only: a truth is 0, 1 or 2 (unknown), a choice its place from 1, 0 where unknown."""
        assert isinstance(test, Is | OneOf | NoneOf | End), test
        name, column = self.numbers[place][test.column]
        match test:
            case Is(_, value):
                return [{name: int(value)}]
            case End(_, relation, bound):
                return [{_OPERATORS[relation]: {name: bound}}]
            case OneOf(_, (value,)):
                return [{name: column.choices.index(value) + 1}]
            case OneOf(_, values):
                return [
                    {"$neq": {name: 0}},
                    *({"$neq": {name: n + 1}} for n, each in enumerate(column.choices) if each not in values),
                ]
            case NoneOf(_, values):
                return [{"$neq": {name: 0}}, *({"$neq": {name: column.choices.index(value) + 1}} for value in values)]

    def row(self, place: str, row: Row) -> Any:
        found: dict[str, Any] = {"c": 1, "id": "s"}
        for name, value in row.items():
            field, column = self.numbers[place][name]
            if column.kind == "truth":
                value = 2 if value is None else int(bool(value))
            elif column.kind == "choice":
                value = 0 if value is None else column.choices.index(str(value)) + 1
            found[field] = value
        return found

    def codes(self, place: str, row: Any) -> list[int]:
        names, count = self.tables[place]
        self.found.clear()
        for name in names:
            with self.none_matched:
                self.host.assert_fact(name, dict(row))
            self.host.retract_fact(name, dict(row))
        codes = [UNKNOWN] * count
        for number, code in self.found:
            codes[number] = code if codes[number] == UNKNOWN else max(codes[number], code)
        return codes


PEERS = (StockHost,)
