"""A whole folder of facts judged in one go, by an engine that reads Parquet itself: DuckDB, or the workers of a Spark cluster."""

from __future__ import annotations

from typing import Any, Protocol

from review.law.edition import Ruleset
from review.portfolio.arrow import schema
from review.portfolio.basis import hold
from review.portfolio.columns import LEVELS, Column, table_name
from review.portfolio.engines import Engine
from review.portfolio.evaluating import Outcomes, compiled, results_of
from review.portfolio.folder import FactsFolder
from review.portfolio.levels import levels_table


class Scanner(Engine, Protocol):
    """An engine that reads files."""

    def read(self, name: str, path: str) -> None:
        """Hold a Parquet file under a name."""

    def narrow(self, name: str, sql: str) -> None:
        """Hold a query under a name."""


def scan(folder: FactsFolder, ruleset: Ruleset, engine: Scanner) -> Outcomes:
    """The outcomes of every case in the folder's columns; what is aside there is for `exact.py`.

    Raises PortfolioError where the facts rest on other parts than the edition has, or a condition is too wide for columns.
    """
    hold(folder.head["basis"], ruleset)
    prepared = compiled(ruleset, engine.dialect)
    names = [table_name(table) for table in prepared.plan.tables()]
    for name in names:
        engine.read(f"every__{name}", str(folder.folder / f"{name}.parquet"))
        engine.narrow(name, f"SELECT * FROM every__{name}")
    refused: dict[int, str] = {}
    if "products" in names:
        refused = _with_levels(ruleset, engine)
    if refused:
        # Numbers of our own making, so they can stand in a query as they are.
        numbers = ", ".join(map(str, sorted(refused)))
        quote = "`" if engine.dialect == "pyspark" else '"'
        for name in names:
            engine.narrow(name, f"SELECT * FROM every__{name} WHERE {quote}case{quote} NOT IN ({numbers})")
    return Outcomes(ruleset, *results_of(prepared, engine), refused)


def _with_levels(ruleset: Ruleset, engine: Scanner) -> dict[int, str]:
    """Loads the edition's levels for what the products name; the cases that it refuses, with the reason."""
    text: Any = schema([Column("benchmark", "text"), Column("unit", "text")])
    pairs = engine.fetch("SELECT DISTINCT benchmark, unit FROM every__products", text)
    engine.load(
        LEVELS, levels_table(zip(pairs["benchmark"].to_pylist(), pairs["unit"].to_pylist(), strict=True), ruleset)
    )
    quote = "`" if engine.dialect == "pyspark" else '"'
    bad = engine.fetch(
        f"SELECT p.{quote}case{quote}, l.refusal FROM every__products p JOIN {LEVELS} l ON p.benchmark = l.benchmark AND p.unit = l.unit "
        "WHERE l.refusal IS NOT NULL",
        schema([Column("case", "number"), Column("refusal", "text")]),
    )
    return dict(zip(bad["case"].to_pylist(), bad["refusal"].to_pylist(), strict=True))
