"""Polars: a lazy frame a table, `when … then` for each rule; Polars' truths are three-valued themselves, so a null decides nothing."""

from __future__ import annotations

from typing import Any

from benchmarks.peers.base import Rules, Words
from benchmarks.peers.columnar import ColumnPeer, Table
from benchmarks.peers.program import (
    EXCUSED,
    MET,
    NOT_APPLICABLE,
    NOT_JUDGED,
    PROJECT,
    UNKNOWN,
    UNMET,
    Always,
    End,
    Head,
    Judged,
    Program,
)

_SHEET = "sheet"


class _Polars(Words):
    both, either = " & ", " | "
    true, false = "pl.lit(True)", "pl.lit(False)"

    def column(self, name: str) -> str:
        return f'pl.col("{name}")'

    def truth(self, column: str, value: bool) -> str:
        return f"{'' if value else '~'}{self.column(column)}"

    def one_of(self, column: str, values: tuple[str, ...]) -> str:
        if len(values) == 1:
            return f"({self.column(column)} == {self.text(values[0])})"
        return f"{self.column(column)}.is_in([{', '.join(map(self.text, values))}])"

    def none_of(self, column: str, values: tuple[str, ...]) -> str:
        return f"~{self.one_of(column, values)}"

    def end(self, test: End) -> str:
        return f"({super().end(test)})"

    def choose(self, branches: Any, otherwise: str) -> str:
        text = "pl"
        for test, result in branches:
            if test == Always(True):
                return f"{text}.otherwise({result})" if text != "pl" else result
            if test != Always(False):
                text += f".when({self.test(test)}).then({result})"
        return f"{text}.otherwise({otherwise})" if text != "pl" else otherwise

    def outcome(self, rule: Judged | Head) -> str:
        if isinstance(rule, Head):
            return self.choose(
                [(rule.never, self.code(NOT_APPLICABLE)), (rule.judged, self.code(MET))], self.code(UNKNOWN)
            )
        unmet = self.choose([(rule.excused, self.code(EXCUSED))], self.code(UNMET))
        judged = self.choose([(rule.met, self.code(MET)), (rule.unmet, unmet)], self.code(UNKNOWN))
        return self.choose([(rule.never, self.code(NOT_APPLICABLE)), (rule.applies, judged)], self.code(UNKNOWN))

    def code(self, code: int) -> str:
        return f"pl.lit({code}, dtype=pl.Int8)"


class PolarsFrames(ColumnPeer):
    title, package = "Polars", "polars"

    def __init__(self, program: Program) -> None:
        import polars

        self.polars = polars
        self.expressions: dict[str, list[Any]] = {}
        self.frames: dict[str, Any] = {}
        self.found: dict[str, Any] = {}
        super().__init__(program)

    def compile(self, place: str, rules: Rules) -> None:
        words = _Polars()
        self.expressions[place] = [
            eval(words.outcome(rule), {"pl": self.polars}).alias(f"r{number}")
            for number, rule in enumerate(rules)
        ]  # fmt: skip

    def load(self, place: str, table: Table) -> None:
        pl = self.polars
        kinds: dict[str, Any] = {
            "truth": lambda _: pl.Boolean,
            "end": lambda _: pl.Int64,
            "choice": lambda each: pl.Enum(each.choices),
        }
        schema = {each.name: kinds[each.kind](each) for each in self.columns(place)}
        self.frames[place] = pl.DataFrame({_SHEET: table.of, **table.columns}, schema={_SHEET: pl.UInt32, **schema})

    def judge(self) -> None:
        pl = self.polars
        project = self.frames[PROJECT].lazy().select(self.expressions[PROJECT]).collect()
        self.found = {PROJECT: project}
        for path, places in self.heads.items():
            frame, of = self.frames[path], self.frames[path][_SHEET]
            held = frame.with_columns(
                project[f"r{place}"].gather(of).alias(f"head{n}") for n, place in enumerate(places)
            )
            masked = [
                pl.when(pl.col(f"head{n}") == MET)
                .then(each)
                .otherwise(pl.lit(NOT_JUDGED, dtype=pl.Int8))
                .alias(f"r{n}")
                for n, each in enumerate(self.expressions[path])
            ]
            self.found[path] = held.lazy().select(masked).collect()

    def outcomes(self, place: str) -> list[list[int]]:
        return [list(row) for row in self.found[place].rows()]


PEERS = (PolarsFrames,)
