"""OPA's Rego (regopy, that is rego-cpp): a compiled bundle of one document that lists every outcome; a rule body for each alternative."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.peers.base import Peer, Rules, Words
from benchmarks.peers.program import (
    EXCUSED,
    UNKNOWN,
    UNMET,
    All,
    Program,
    Row,
    Test,
    outcomes_of,
    simplified,
    ways,
)


class _Rego(Words):
    """Equality with a value is false of null; a body is a list of tests that must all hold."""

    def column(self, name: str) -> str:
        return f"input.{name}"

    def one_of(self, column: str, values: tuple[str, ...]) -> str:
        if len(values) == 1:
            return f"input.{column} == {self.text(values[0])}"
        return f"input.{column} in {{{', '.join(map(self.text, values))}}}"

    def none_of(self, column: str, values: tuple[str, ...]) -> str:
        return "; ".join([f"input.{column} != null", *(f"input.{column} != {self.text(value)}" for value in values)])


class Rego(Peer):
    title, package = "OPA/Rego (regopy)", "regopy"

    def __init__(self, program: Program) -> None:
        self.tables: dict[str, tuple[Any, Any]] = {}
        super().__init__(program)

    def compile(self, place: str, rules: Rules) -> None:
        import regopy

        words = _Rego()
        lines = ["package rules", "import rego.v1"]
        for number, rule in enumerate(rules):
            lines.append(f"default r{number} := {UNKNOWN}")
            for code, test in self.apart(outcomes_of(rule)).items():
                for way in ways(test):
                    lines.append(f"r{number} := {code} if {{ {'; '.join(map(words.test, way)) or 'true'} }}")
        lines.append(f"outcomes := [{', '.join(f'r{number}' for number in range(len(rules)))}]")
        interpreter = regopy.Interpreter()
        interpreter.add_module("rules.rego", "\n".join(lines))
        self.tables[place] = interpreter, interpreter.build(None, ["rules/outcomes"])

    def apart(self, outcomes: dict[int, Test]) -> dict[int, Test]:
        """A document has one value: unmet only where it is not excused. The ground that excuses is two-valued."""
        if EXCUSED not in outcomes:
            return outcomes
        grounds = self.excused(outcomes)
        return {**outcomes, UNMET: simplified(All((outcomes[UNMET], grounds)))}

    def excused(self, outcomes: dict[int, Test]) -> Test:
        from benchmarks.peers.program import opposite

        unmet, excused = outcomes[UNMET], outcomes[EXCUSED]
        assert isinstance(unmet, All) and isinstance(excused, All)
        return opposite(All(tuple(part for part in excused.parts if part not in unmet.parts)))

    def row(self, place: str, row: Row) -> Any:
        return json.dumps(row)

    def codes(self, place: str, row: Any) -> list[int]:
        interpreter, bundle = self.tables[place]
        interpreter.set_input_term(row)
        found: list[int] = json.loads(str(interpreter.query_bundle_entrypoint(bundle, "rules/outcomes")))[
            "expressions"
        ][0]
        return found
