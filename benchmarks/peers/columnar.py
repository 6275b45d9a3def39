"""Peers that judge whole columns at once. The dispatch of items is the same for both: the outcomes of the heads, taken to the items' rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from benchmarks.peers.base import Rules
from benchmarks.peers.program import PROJECT, Answer, Column, Program, Row, Sheet


@dataclass(frozen=True)
class Table:
    """One table's rows as columns, and the place of each row's sheet."""

    columns: Mapping[str, list[Any]]
    of: list[int]


class ColumnPeer(ABC):
    """A peer that judges every sheet in one go. Figures are ends on the grid."""

    title: ClassVar[str]
    package: ClassVar[str]

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
    def load(self, place: str, table: Table) -> None:
        """Take a table's columns in; not measured."""

    @abstractmethod
    def judge(self) -> None:
        """The outcome of every rule on every row, materialised: what is measured."""

    @abstractmethod
    def outcomes(self, place: str) -> list[list[int]]:
        """What was found, row by row."""

    def columns(self, place: str) -> list[Column]:
        return [column for column in self.program.columns[place] if column.kind != "decimal"]

    def take(self, sheets: Sequence[Sheet]) -> None:
        """Every sheet's rows as columns."""
        self.load(PROJECT, self.table(PROJECT, [(place, sheet.project) for place, sheet in enumerate(sheets)]))
        for path in self.program.items:
            self.load(
                path,
                self.table(path, [(place, row) for place, sheet in enumerate(sheets) for row in sheet.items[path]]),
            )

    def table(self, place: str, rows: list[tuple[int, Row]]) -> Table:
        columns = {
            column.name: [self.value(column, row[column.name]) for _, row in rows] for column in self.columns(place)
        }
        return Table(columns, [number for number, _ in rows])

    def value(self, column: Column, value: Any) -> Any:
        return value

    def answers(self, sheets: Sequence[Sheet]) -> list[Answer]:
        projects = self.outcomes(PROJECT)
        items = {path: iter(self.outcomes(path)) for path in self.program.items}
        return [
            Answer(project, {path: [next(items[path]) for _ in sheet.items[path]] for path in items})
            for project, sheet in zip(projects, sheets, strict=True)
        ]
