"""CEL, by its bindings to Rust (common-expression-language) and to C++ (cel-expr-python): one compiled expression that lists every outcome."""

from __future__ import annotations

from typing import Any

from benchmarks.peers.base import Peer, Rules, Words
from benchmarks.peers.program import Program, Row


class CelRust(Peer):
    title, package = "CEL, Rust (common-expression-language)", "common-expression-language"

    def __init__(self, program: Program) -> None:
        self.tables: dict[str, Any] = {}
        super().__init__(program)

    def compile(self, place: str, rules: Rules) -> None:
        import cel

        words = Words()
        self.tables[place] = cel.compile("[" + ", ".join(words.outcome(rule) for rule in rules) + "]")

    def codes(self, place: str, row: Any) -> list[int]:
        found: list[int] = self.tables[place].execute(row)
        return found


class _Typed(Words):
    """With declared types a truth is a number (2: unknown) and an unknown choice is empty: `null` has no place in them."""

    null = '""'

    def truth(self, column: str, value: bool) -> str:
        return f"{column} == {int(value)}"


class CelCpp(Peer):
    title, package = "CEL, C++ (cel-expr-python)", "cel-expr-python"

    def __init__(self, program: Program) -> None:
        self.tables: dict[str, Any] = {}
        super().__init__(program)

    def compile(self, place: str, rules: Rules) -> None:
        from cel_expr_python import cel

        types = {each.name: cel.Type.STRING if each.kind == "choice" else cel.Type.INT for each in self.columns(place)}
        words = _Typed()
        environment = cel.NewEnv(variables=types)
        self.tables[place] = environment.compile("[" + ", ".join(words.outcome(rule) for rule in rules) + "]")

    def row(self, place: str, row: Row) -> Any:
        kinds = {each.name: each.kind for each in self.columns(place)}
        empty: dict[str, Any] = {"truth": 2, "choice": ""}
        return {
            name: empty[kinds[name]]
            if value is None
            else int(value)
            if value in (True, False) and kinds[name] == "truth"
            else value
            for name, value in row.items()
        }

    def codes(self, place: str, row: Any) -> list[int]:
        found: list[int] = self.tables[place].eval(data=row).plain_value()
        return found
