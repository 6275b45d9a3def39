"""CLIPS (clipspy): a template a table, a `defrule` for each outcome; a row is a fact that is asserted, run, and retracted."""

from __future__ import annotations

from typing import Any

from benchmarks.peers.base import Peer, Rules
from benchmarks.peers.program import (
    UNKNOWN,
    All,
    Always,
    End,
    Is,
    NoneOf,
    OneOf,
    Program,
    Row,
    Some,
    Test,
    leaves,
    outcomes_of,
)

_SINGLE = (Is, OneOf, NoneOf, End)


class Clips(Peer):
    title, package = "CLIPS (clipspy)", "clipspy"

    def __init__(self, program: Program) -> None:
        import clips

        self.clips, self.environment = clips, clips.Environment()
        self.found: list[tuple[int, int]] = []
        self.environment.define_function(self.note, "found")
        self.templates: dict[str, tuple[Any, int]] = {}
        super().__init__(program)

    def note(self, number: int, code: int) -> None:
        self.found.append((number, code))

    def compile(self, place: str, rules: Rules) -> None:
        name = place.replace(".", "_") or "project"
        slots = " ".join(f"(slot {each.name})" for each in self.columns(place))
        self.environment.build(f"(deftemplate {name} {slots})")
        for number, rule in enumerate(rules):
            for code, test in outcomes_of(rule).items():
                if test != Always(False):
                    left = self.pattern(name, test)
                    self.environment.build(f"(defrule {name}_{number}_{code} {left} => (found {number} {code}))")
        self.templates[place] = self.environment.find_template(name), len(rules)

    def pattern(self, name: str, test: Test) -> str:
        """What concerns one column alone is a constraint of its slot; alternatives over several are a test of what was bound."""
        parts = test.parts if isinstance(test, All) else (test,)
        constraints: dict[str, list[str]] = {}
        others = []
        for part in parts:
            if isinstance(part, _SINGLE):
                constraints.setdefault(part.column, []).append(self.constraint(part))
            elif part != Always(True):
                others.append(part)
        bound = dict.fromkeys(leaf.column for part in others for leaf in leaves(part) if isinstance(leaf, _SINGLE))
        for column in bound:
            constraints.setdefault(column, []).insert(0, f"?{column}")
        slots = " ".join(f"({column} {'&'.join(each)})" for column, each in constraints.items())
        tests = " ".join(f"(test {self.expression(part)})" for part in others)
        return f"({name} {slots}) {tests}"

    def constraint(self, test: Test) -> str:
        match test:
            case Is(_, value):
                return str(value).upper()
            case OneOf(_, values):
                return (
                    "|".join(map(self.word, values)) if len(values) == 1 else f"?{test.column}&:{self.expression(test)}"
                )
            case NoneOf(_, values):
                return "&".join(f"~{self.word(value)}" for value in (*values, "nil"))
            case End(column):
                return f"?{column}&:{self.expression(test)}"
        raise AssertionError(test)

    def word(self, value: str) -> str:
        return value.replace(" ", "_")

    def expression(self, test: Test) -> str:
        match test:
            case Is(column, value):
                return f"(eq ?{column} {str(value).upper()})"
            case OneOf(column, values):
                return f"(or {' '.join(f'(eq ?{column} {self.word(value)})' for value in (*values, values[0]))})"
            case NoneOf(column, values):
                return f"(and {' '.join(f'(neq ?{column} {self.word(value)})' for value in (*values, 'nil'))})"
            case End(column, relation, bound):
                return f"({relation} ?{column} {bound})"
            case All(parts) | Some(parts):
                return f"({'and' if isinstance(test, All) else 'or'} {' '.join(map(self.expression, parts))})"
        raise AssertionError(test)

    def row(self, place: str, row: Row) -> Any:
        symbol = self.clips.Symbol
        words = {None: symbol("nil"), True: symbol("TRUE"), False: symbol("FALSE")}
        kinds = {each.name: each.kind for each in self.columns(place)}
        return {
            name: value if kinds[name] == "end" else words[value] if value in words else symbol(self.word(str(value)))  # type: ignore[index]
            for name, value in row.items()
        }

    def codes(self, place: str, row: Any) -> list[int]:
        template, count = self.templates[place]
        self.found.clear()
        fact = template.assert_fact(**row)
        self.environment.run()
        fact.retract()
        codes = [UNKNOWN] * count
        for number, code in self.found:
            codes[number] = code if codes[number] == UNKNOWN else max(codes[number], code)
        return codes
