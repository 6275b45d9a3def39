"""OpenFisca: a variable a column and a variable a rule, whose vector formula reads columns; a simulation a table.

Its integers have 32 bits; those of figures are given 64, so that they are exact. Truths and choices are small codes, 0 for an unknown choice.
"""

from __future__ import annotations

from typing import Any

from benchmarks.peers.base import Rules, Words
from benchmarks.peers.columnar import ColumnPeer, Table
from benchmarks.peers.program import (
    MET,
    NOT_APPLICABLE,
    NOT_JUDGED,
    PROJECT,
    UNKNOWN,
    Always,
    Column,
    End,
    Head,
    Judged,
    Program,
    Test,
    leaves,
    outcomes_of,
)

_PERIOD = "2025"


class _Numpy(Words):
    both, either = " & ", " | "

    def __init__(self, columns: dict[str, Column]) -> None:
        self.columns = columns

    def truth(self, column: str, value: bool) -> str:
        return f"({column} == {int(value)})"

    def one_of(self, column: str, values: tuple[str, ...]) -> str:
        codes = [self.columns[column].choices.index(value) + 1 for value in values]
        return "(" + " | ".join(f"({column} == {code})" for code in codes) + ")"

    def none_of(self, column: str, values: tuple[str, ...]) -> str:
        codes = [0, *(self.columns[column].choices.index(value) + 1 for value in values)]
        return "(" + " & ".join(f"({column} != {code})" for code in codes) + ")"

    def end(self, test: End) -> str:
        return f"({super().end(test)})"

    def formula(self, rule: Judged | Head) -> str:
        outcomes: list[tuple[int, Test]] = [
            (code, test) for code, test in outcomes_of(rule).items() if test != Always(False)
        ]
        # Excused is unmet with more said: it comes first.
        outcomes.sort(key=lambda each: (each[0] not in (NOT_APPLICABLE, MET), -each[0]))
        names = dict.fromkeys(
            leaf.column  # type: ignore[union-attr]
            for _, test in outcomes
            for leaf in leaves(test)
            if not isinstance(leaf, Always)
        )
        read = [f"    {name} = row({name!r}, period)" for name in names]
        tests = [
            f"numpy.full(row.count, {test.value})" if isinstance(test, Always) else self.test(test)
            for _, test in outcomes
        ]
        return "\n".join(
            [
                "def formula(row, period):",
                *read,
                f"    return numpy.select([{', '.join(tests)}], {[code for code, _ in outcomes]}, {UNKNOWN})",
            ]
        )


class OpenFisca(ColumnPeer):
    title, package = "OpenFisca", "openfisca-core"

    def __init__(self, program: Program) -> None:
        import numpy
        from openfisca_core import entities, periods, simulations, taxbenefitsystems, variables

        self.numpy, self.variables, self.periods = numpy, variables, periods
        self.new_entity, self.new_system = entities.build_entity, taxbenefitsystems.TaxBenefitSystem
        self.builder = simulations.SimulationBuilder
        self.systems: dict[str, tuple[Any, list[str]]] = {}
        self.simulations: dict[str, tuple[Any, Any]] = {}
        self.found: dict[str, Any] = {}
        super().__init__(program)

    def compile(self, place: str, rules: Rules) -> None:
        entity = self.new_entity(key="row", plural="rows", label="one row of facts", is_person=True)
        system, columns = self.new_system([entity]), {each.name: each for each in self.columns(place)}
        for column in columns.values():
            self.add(system, entity, column.name, None, self.numpy.int64 if column.kind == "end" else self.numpy.int32)
        words, names = _Numpy(columns), []
        for number, rule in enumerate(rules):
            found: dict[str, Any] = {"numpy": self.numpy}
            exec(words.formula(rule), found)
            names.append(f"r{number}")
            self.add(system, entity, f"r{number}", found["formula"], self.numpy.int32)
        self.systems[place] = system, names

    def add(self, system: Any, entity: Any, name: str, formula: Any, dtype: Any) -> None:
        content = {"value_type": int, "entity": entity, "definition_period": self.periods.DateUnit.YEAR, "label": name}
        if formula is not None:
            content["formula"] = formula
        system.add_variable(type(name, (self.variables.Variable,), content))
        system.get_variable(name).dtype = dtype

    def value(self, column: Column, value: Any) -> Any:
        if column.kind == "truth":
            return 2 if value is None else int(value)
        if column.kind == "choice":
            return 0 if value is None else column.choices.index(value) + 1
        return value

    def load(self, place: str, table: Table) -> None:
        system, _ = self.systems[place]
        simulation = self.builder().build_default_simulation(system, len(table.of))
        for name, values in table.columns.items():
            simulation.set_input(name, _PERIOD, self.numpy.array(values, dtype=system.get_variable(name).dtype))
        self.simulations[place] = simulation, self.numpy.array(table.of, dtype=self.numpy.int64)

    def calculated(self, place: str) -> list[Any]:
        simulation, names = self.simulations[place][0], self.systems[place][1]
        for name in names:
            simulation.delete_arrays(name)
        return [simulation.calculate(name, _PERIOD) for name in names]

    def judge(self) -> None:
        project = self.calculated(PROJECT)
        self.found = {PROJECT: project}
        for path, places in self.heads.items():
            of = self.simulations[path][1]
            self.found[path] = [
                self.numpy.where(project[place][of] == MET, each, NOT_JUDGED)
                for place, each in zip(places, self.calculated(path), strict=True)
            ]

    def outcomes(self, place: str) -> list[list[int]]:
        return [[int(value) for value in row] for row in zip(*self.found[place], strict=True)]


PEERS = (OpenFisca,)
