"""What every peer is: prepared once with the program, it judges a sheet's rows. And the printer of tests in a peer's language.

The dispatch of items is the same for all that judge row by row: the rules of the project and the heads of the others in one call, then one
call an item of a list that a rule is to judge.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from benchmarks.peers.program import (
    EXCUSED,
    MET,
    NOT_APPLICABLE,
    NOT_JUDGED,
    PROJECT,
    UNKNOWN,
    UNMET,
    All,
    Always,
    Answer,
    Column,
    End,
    Head,
    Is,
    Judged,
    NoneOf,
    OneOf,
    Program,
    Row,
    Sheet,
    Some,
    Test,
    simplified,
)

Rules = Sequence[Judged | Head]
# A sheet as the peer takes it: the project's row, and those of the items by list.
Prepared = tuple[Any, Mapping[str, list[Any]]]


class Peer(ABC):
    """A peer that judges sheets one by one."""

    title: ClassVar[str]
    package: ClassVar[str | None] = None
    decimals: ClassVar[bool] = False

    def __init__(self, program: Program) -> None:
        self.program = program
        self.heads = {path: program.heads_of(path) for path in program.items}
        self.compile(PROJECT, (*program.project, *program.heads))
        for path, rules in program.items.items():
            self.compile(path, rules)

    @abstractmethod
    def compile(self, place: str, rules: Rules) -> None:
        """Prepare the rules of one table once."""

    @abstractmethod
    def codes(self, place: str, row: Any) -> Sequence[int]:
        """The outcome of every rule of a table on one of its rows: what is measured."""

    def row(self, place: str, row: Row) -> Any:
        """A row in the form in which the peer takes it fastest; not measured."""
        return row

    def prepare(self, sheet: Sheet) -> Prepared:
        return self.row(PROJECT, self.own(PROJECT, sheet.project)), {
            path: [self.row(path, self.own(path, row)) for row in rows] for path, rows in sheet.items.items()
        }

    def own(self, place: str, row: Row) -> Row:
        """The columns that are for this peer: ends on the grid, or as decimals."""
        return {column.name: row[column.name] for column in self.columns(place)}

    def columns(self, place: str) -> list[Column]:
        other = "end" if self.decimals else "decimal"
        return [column for column in self.program.columns[place] if column.kind != other]

    def judge(self, sheet: Prepared) -> Answer:
        project, items = sheet
        codes = self.codes(PROJECT, project)
        found: dict[str, list[Sequence[int]]] = {}
        for path, rows in items.items():
            if not rows:
                found[path] = []
                continue
            judged = [codes[place] == MET for place in self.heads[path]]
            if all(judged):
                found[path] = [self.codes(path, row) for row in rows]
            elif any(judged):
                found[path] = [
                    [code if held else NOT_JUDGED for code, held in zip(self.codes(path, row), judged, strict=True)]
                    for row in rows
                ]
            else:
                found[path] = [[NOT_JUDGED] * len(judged) for _ in rows]
        return Answer(codes, found)


class Words:
    """Tests written in a language of infix operators; a peer's own changes what differs."""

    both, either = " && ", " || "
    true, false, null = "true", "false", "null"

    def column(self, name: str) -> str:
        return name

    def text(self, value: str) -> str:
        return f'"{value}"'

    def test(self, test: Test) -> str:
        match test:
            case Always(value):
                return self.true if value else self.false
            case Is(column, value):
                return self.truth(column, value)
            case OneOf(column, values):
                return self.one_of(column, values)
            case NoneOf(column, values):
                return self.none_of(column, values)
            case End():
                return self.end(test)
            case All(parts):
                return "(" + self.both.join(self.test(part) for part in parts) + ")"
            case Some(parts):
                return "(" + self.either.join(self.test(part) for part in parts) + ")"

    def truth(self, column: str, value: bool) -> str:
        return f"{self.column(column)} == {self.true if value else self.false}"

    def one_of(self, column: str, values: tuple[str, ...]) -> str:
        if len(values) == 1:
            return f"{self.column(column)} == {self.text(values[0])}"
        return f"{self.column(column)} in [{', '.join(map(self.text, values))}]"

    def none_of(self, column: str, values: tuple[str, ...]) -> str:
        known = f"{self.column(column)} != {self.null}"
        if len(values) == 1:
            return f"({known}{self.both}{self.column(column)} != {self.text(values[0])})"
        return f"({known}{self.both}{self.negation(self.one_of(column, values))})"

    def negation(self, text: str) -> str:
        return f"!({text})"

    def end(self, test: End) -> str:
        return f"{self.column(test.column)} {test.relation} {test.bound}"

    def choose(self, branches: Sequence[tuple[Test, str]], otherwise: str) -> str:
        """The first branch whose test holds, by `a ? b : c`."""
        text = otherwise
        for test, result in reversed(branches):
            if test == Always(True):
                text = result
            elif test != Always(False):
                text = f"({self.test(test)} ? {result} : {text})"
        return text

    def outcome(self, rule: Judged | Head) -> str:
        """One rule as one expression that gives its outcome."""
        if isinstance(rule, Head):
            return self.choose([(rule.never, str(NOT_APPLICABLE)), (rule.judged, str(MET))], str(UNKNOWN))
        unmet = self.choose([(rule.excused, str(EXCUSED))], str(UNMET))
        judged = self.choose([(rule.met, str(MET)), (rule.unmet, unmet)], str(UNKNOWN))
        return self.choose([(rule.never, str(NOT_APPLICABLE)), (simplified(rule.applies), judged)], str(UNKNOWN))
