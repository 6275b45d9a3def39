"""Plain Python: one function a rule, exact decimals, early returns: what a careful person would write, here written by the translator."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any, ClassVar

from benchmarks.peers.base import Peer, Rules, Words
from benchmarks.peers.program import Always, End, Head, Judged, Program, Row, Side, Some, Test

_NAMES = "NOT_APPLICABLE, MET, UNMET, EXCUSED, UNKNOWN = range(5)\n"


class _Python(Words):
    both, either = " and ", " or "
    true, false, null = "True", "False", "None"

    def __init__(self) -> None:
        self.constants: dict[Decimal, str] = {}

    def column(self, name: str) -> str:
        return f"p.{name}"

    def truth(self, column: str, value: bool) -> str:
        return f"p.{column} is {value}"

    def one_of(self, column: str, values: tuple[str, ...]) -> str:
        return f"p.{column} == {values[0]!r}" if len(values) == 1 else f"p.{column} in {values!r}"

    def none_of(self, column: str, values: tuple[str, ...]) -> str:
        other = f"p.{column} != {values[0]!r}" if len(values) == 1 else f"p.{column} not in {values!r}"
        return f"(p.{column} is not None and {other})"

    def end(self, test: End) -> str:
        names = dict.fromkeys(name for side in (test.left, test.right) for _, name in side.terms)
        known = "".join(f"p.{name} is not None and " for name in names)
        return f"({known}{self.side(test.left)} {test.relation} {self.side(test.right)})"

    def side(self, side: Side) -> str:
        terms = [f"p.{name}" if factor == 1 else f"{self.constant(factor)} * p.{name}" for factor, name in side.terms]
        return " + ".join([*terms, *([self.constant(side.constant)] if side.constant or not terms else [])])

    def constant(self, value: Decimal) -> str:
        return self.constants.setdefault(value, f"D{len(self.constants)}")

    def function(self, rule: Judged | Head, number: int) -> str:
        lines = [f"def rule_{number}(p):  # {rule.id}"]
        steps: list[tuple[Test, str]] = [(rule.never, "NOT_APPLICABLE")]
        if isinstance(rule, Head):
            steps += [(rule.judged, "MET")]
        else:
            lines += self.step(rule.never, "NOT_APPLICABLE")
            if rule.applies != Always(True):
                lines += [f"    if not ({self.test(rule.applies)}):", "        return UNKNOWN"]
            unmet = "UNMET" if rule.excused == Always(False) else f"EXCUSED if {self.test(rule.excused)} else UNMET"
            steps = [(rule.met, "MET"), (rule.unmet, unmet)]
        for test, result in steps:
            lines += self.step(test, result)
        return "\n".join([*lines, "    return UNKNOWN"])

    def step(self, test: Test, result: str) -> list[str]:
        if test == Always(False):
            return []
        text = self.test(test)
        if isinstance(test, Some):
            text = text.removeprefix("(").removesuffix(")")
        return [f"    if {text}:", f"        return {result}"]


class PlainPython(Peer):
    title = "plain Python, a function a rule, on exact decimals"
    decimals = True
    words: ClassVar[type[_Python]] = _Python

    def __init__(self, program: Program) -> None:
        self.tables: dict[str, Any] = {}
        self.sources: dict[str, str] = {}
        super().__init__(program)

    def compile(self, place: str, rules: Rules) -> None:
        words = self.words()
        functions = [words.function(rule, number) for number, rule in enumerate(rules)]
        constants = "".join(f"{name} = Decimal('{value}')\n" for value, name in words.constants.items())
        every = ", ".join(f"rule_{number}(p)" for number in range(len(rules)))
        self.sources[place] = "\n\n".join([_NAMES + constants, *functions, f"def judge(p):\n    return [{every}]\n"])
        names: dict[str, Any] = {"Decimal": Decimal}
        exec(compile(self.sources[place], f"<rules of {place or 'the project'}>", "exec"), names)
        self.tables[place] = names["judge"]

    def row(self, place: str, row: Row) -> Any:
        return SimpleNamespace(**row)

    def codes(self, place: str, row: Any) -> list[int]:
        found: list[int] = self.tables[place](row)
        return found


class _Whole(_Python):
    def end(self, test: End) -> str:
        return f"p.{test.column} {test.relation} {test.bound}"


class PlainWhole(PlainPython):
    """The same functions over the whole numbers that the other peers have: no arithmetic is left to do."""

    title = "plain Python, a function a rule, on whole numbers"
    decimals, words = False, _Whole
