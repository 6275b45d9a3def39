"""Facts as columns and an edition → the outcome of every rule on every subject, and each case's recommendation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from typing import Any

from review.errors import Fault, PortfolioError, Text, joined
from review.evaluation.exact import PROJECT, Outcome, Subject
from review.law.edition import Ruleset
from review.portfolio.arrays import Batch
from review.portfolio.basis import require_same_basis
from review.portfolio.columns import CASES, Column, table_name
from review.portfolio.deriving import FactTables
from review.portfolio.engines import DuckDB, Engine
from review.portfolio.extra import need, schema, whole
from review.portfolio.levels import levels_table
from review.portfolio.queries import GRAVE, JUSTIFY, OUTCOMES, REFUSE, STAGE, SUPPLEMENT, Plan, outcome_column
from review.portfolio.steps import steps_of
from review.verdict.findings import status_of, subject_name

Key = tuple[str, str]


@dataclass(frozen=True)
class Compiled:
    """The queries of an edition as SQL of one dialect, with the columns each gives."""

    plan: Plan
    queries: tuple[tuple[str, str, tuple[tuple[str, str | None], ...]], ...]


@lru_cache(maxsize=16)
def compiled(ruleset: Ruleset, dialect: str) -> Compiled:
    """An edition as SQL. Raises PortfolioError for a condition too wide for columns."""
    plan = Plan(ruleset)
    with _selects_apart():
        queries = tuple(
            (each.table, str(need("ibis").to_sql(each.expression, dialect=dialect)), each.outcomes)
            for each in plan.queries()
        )
    return Compiled(plan, queries)


@contextmanager
def _selects_apart() -> Iterator[None]:
    """Have ibis leave a select within a select: engines see through it, and looking which could be one takes a third of the time."""
    settings = need("ibis").options.sql
    before, settings.fuse_selects = settings.fuse_selects, False
    try:
        yield
    finally:
        settings.fuse_selects = before


@dataclass(frozen=True)
class Outcomes:
    """The results of a portfolio: Arrow tables of outcomes for the cases and each judged list, and of recommendations.

    `refused` are the cases that the edition cannot judge, with the reason; they are in none of the tables.
    """

    ruleset: Ruleset
    tables: Mapping[str, Any]
    recommendations: Any
    refused: Mapping[int, str]

    def recommended(self) -> dict[int, str]:
        """The recommendation of each case, by number."""
        rows = zip(*(self.recommendations.column(name).to_pylist() for name in ("case", GRAVE, STAGE)), strict=True)
        return {case: word(grave, stage) for case, grave, stage in rows}

    def outcomes(self) -> dict[int, dict[tuple[str, Subject], Outcome]]:
        """The outcome of every rule and subject of each case, as `exact.judge` gives them, in no particular order."""
        found: dict[int, dict[tuple[str, Subject], Outcome]] = {
            case: {} for case in self.tables[CASES].column("case").to_pylist()
        }
        for path, table in self.tables.items():
            for rule, of_list, column in self.columns(path):
                if path == CASES:
                    subjects: Iterator[Subject] | None = None
                    subject = PROJECT if of_list is None else Subject(of_list)
                else:
                    subjects = (Subject(path, place) for place in table.column("place").to_pylist())
                for case, code in zip(table.column("case").to_pylist(), table.column(column).to_pylist(), strict=True):
                    one = subject if subjects is None else next(subjects)
                    if code is not None:
                        found[case][rule, one] = OUTCOMES[code]
        return found

    def statuses(self) -> dict[int, dict[Key, str]]:
        """The status of every rule and subject of each case, by the names that a review document has."""
        rules = {rule.id: rule for rule in self.ruleset.rules}
        return {
            case: {
                (rule, subject_name(rules[rule], subject)): status_of(rules[rule], outcome)
                for (rule, subject), outcome in found.items()
            }
            for case, found in self.outcomes().items()
        }

    def columns(self, path: str) -> list[tuple[str, str | None, str]]:
        """The columns of outcomes of a table: the rule of each, and the list that it is judged on as a whole (None: the project, or items)."""
        if path == CASES:
            return [
                (rule.id, each, outcome_column(rule.id, each))
                for rule in self.ruleset.rules
                for each in (rule.each or (None,))
            ]
        return [(rule.id, None, outcome_column(rule.id)) for rule in self.ruleset.rules if path in rule.each]


def word(grave: int, stage: str | None) -> str:
    """The recommendation for the most severe that was found."""
    if grave == REFUSE:
        return "rectify" if stage in ("under_construction", "existing") else "reject"
    return {SUPPLEMENT: "supplement", JUSTIFY: "justify"}.get(grave, "approve")


def evaluate(facts: FactTables, ruleset: Ruleset, engine: Engine | None = None) -> Outcomes:
    """The outcomes of facts under an edition, by numpy unless an engine is given.

    Raises PortfolioError where the facts rest on other parts than the edition has, or a condition is too wide for columns.
    """
    if len(facts):
        require_same_basis(dict(facts.basis), ruleset)
    return _by_arrays(facts, ruleset) if engine is None else _run(facts, ruleset, engine)


def _by_arrays(facts: FactTables, ruleset: Ruleset) -> Outcomes:
    """By numpy; the cases of which a figure does not stay exactly within 64 bits by DuckDB."""
    edition = steps_of(ruleset)
    plan = edition.plan
    tables = {name: in_order(selected(facts.tables[name], plan.columns(name), ruleset)) for name in plan.tables()}
    batch = Batch(tables, edition)
    refused = batch.refused()
    if refused:
        tables = of_cases(tables, refused, False)
        batch = Batch(tables, edition)
    wide: set[int] = set()
    # Without them a grid can be finer, and a sum on it greater.
    while beyond := batch.beyond():
        wide |= beyond
        tables = of_cases(tables, beyond, False)
        batch = Batch(tables, edition)
    found = Outcomes(ruleset, *batch.judged(), refused)
    if not wide:
        return found
    engine = DuckDB()
    try:
        others = _run(replace(facts, tables=of_cases(facts.tables, wide, True)), ruleset, engine)
    finally:
        engine.close()
    return _together(found, others)


def of_cases(tables: Mapping[str, Any], numbers: Iterable[int], wanted: bool) -> dict[str, Any]:
    """The rows of those cases, or (not `wanted`) of all but those."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    some = pa.array(sorted(numbers), pa.int64())
    inside = {name: pc.is_in(table["case"], value_set=some) for name, table in tables.items()}
    return {name: table.filter(inside[name] if wanted else pc.invert(inside[name])) for name, table in tables.items()}


def _together(one: Outcomes, other: Outcomes) -> Outcomes:
    """The results of different cases as one, in order."""
    concat = need("pyarrow").concat_tables
    tables = {name: in_order(concat([table, other.tables[name]])) for name, table in one.tables.items()}
    recommendations = in_order(concat([one.recommendations, other.recommendations]))
    return Outcomes(one.ruleset, tables, recommendations, {**one.refused, **other.refused})


def _run(facts: FactTables, ruleset: Ruleset, engine: Engine) -> Outcomes:
    prepared = compiled(ruleset, engine.dialect)
    plan = prepared.plan
    tables, refused = with_levels(facts, ruleset, plan)
    for name, table in tables.items():
        engine.load(table_name(name), table)
    return Outcomes(ruleset, *results_of(prepared, engine), refused)


def results_of(prepared: Compiled, engine: Engine) -> tuple[dict[str, Any], Any]:
    """The outcomes of each table that the engine has, and the recommendations; in order of case and place."""
    pa = need("pyarrow")
    results = {}
    for table, sql, outcomes in prepared.queries:
        head = (
            [("case", pa.int64()), ("place", pa.int64())]
            if table != CASES
            else [("case", pa.int64()), (STAGE, pa.string())]
        )
        names = [*(outcome_column(*key) for key in outcomes), GRAVE]
        results[table] = in_order(engine.fetch(sql, pa.schema([*head, *((name, pa.int8()) for name in names)])))
    outcomes_alone = {
        name: table.drop_columns([GRAVE, STAGE] if name == CASES else [GRAVE]) for name, table in results.items()
    }
    return outcomes_alone, most_severe(results)


def most_severe(results: Mapping[str, Any]) -> Any:
    """The most severe that was found of each case, in its own rules or on any of its items, with its stage."""
    numpy, pa = need("numpy"), need("pyarrow")
    cases = results[CASES]
    numbers, grave = cases["case"].to_numpy(), cases[GRAVE].to_numpy().copy()
    for name, table in results.items():
        if name != CASES and table.num_rows:
            numpy.maximum.at(grave, numpy.searchsorted(numbers, table["case"].to_numpy()), table[GRAVE].to_numpy())
    return pa.table({"case": cases["case"], GRAVE: pa.array(grave, pa.int8()), STAGE: cases[STAGE]})


def in_order(table: Any) -> Any:
    """The rows in order of case and place; engines often give them so, and seeing that is cheaper than sorting."""
    numpy = need("numpy")
    head = [name for name in ("case", "place") if name in table.column_names]
    columns = [whole(table.column(name)).to_numpy() for name in head]
    rises = numpy.zeros(max(0, table.num_rows - 1), dtype=bool)
    for column in reversed(columns):
        rises = (column[:-1] < column[1:]) | ((column[:-1] == column[1:]) & rises)
    return table if rises.all() else table.sort_by([(name, "ascending") for name in head])


def with_levels(facts: FactTables, ruleset: Ruleset, plan: Plan) -> tuple[dict[str, Any], dict[int, str]]:
    """The tables that the queries read, of the columns they read, with the edition's levels; without the cases that it refuses."""
    pc = need("pyarrow.compute")
    columns = {name: plan.columns(name) for name in plan.tables()}
    # Queries are written for the declared columns, and take no narrow ones.
    tables = {name: selected(facts.tables[name], some, ruleset).cast(schema(some)) for name, some in columns.items()}
    refused: dict[int, str] = {}
    if "products" in tables:
        products = tables["products"]
        names = [name for name in ("benchmark", "limit", "unit") if name in products.column_names]
        named = products.select(names).group_by(names).aggregate([]).to_pylist()
        levels = levels_table(((each["benchmark"], each.get("limit", ""), each["unit"]) for each in named), ruleset)
        bad = levels.filter(pc.is_valid(levels["refusal"]))
        for row in bad.select([*names, "refusal"]).to_pylist():
            chosen = reduce(pc.and_, (pc.equal(products[name], row[name]) for name in names))
            refused |= dict.fromkeys(products.filter(chosen)["case"].to_pylist(), row["refusal"])
    if refused:
        tables = of_cases(tables, refused, False)
    return tables | ({"levels": levels} if "products" in tables else {}), refused


def selected(table: Any, columns: tuple[Column, ...], ruleset: Ruleset) -> Any:
    """Those columns of a table. Raises PortfolioError where facts lack one that the edition reads."""
    there = set(table.column_names)
    lacking = [each.name for each in columns if each.name not in there]
    if lacking:
        names = joined(lacking)
        raise PortfolioError(
            [Fault(ruleset.name, Text(f"事实中没有此版本所需的列：{names.zh}；请重新导出", f"the facts lack columns that the edition reads: {names.en}; export them anew"))]
        )  # fmt: skip
    return table.select([each.name for each in columns])


class Digest:
    """The digest of findings: of every outcome in order of case and place, whatever the batches they came in and the engine."""

    def __init__(self) -> None:
        self.hashes: dict[str, Any] = {}

    def add(self, outcomes: Outcomes) -> None:
        """Results that follow those that were added before."""
        numpy, pc = need("numpy"), need("pyarrow.compute")
        for name, table in (
            *outcomes.tables.items(),
            ("recommendations", outcomes.recommendations.select(["case", GRAVE])),
        ):
            if name not in self.hashes:
                self.hashes[name] = hashlib.sha256(repr(table.column_names).encode())
            columns = [pc.fill_null(table.column(each), -1).to_numpy().astype("<i8") for each in table.column_names]
            self.hashes[name].update(numpy.ascontiguousarray(numpy.stack(columns, axis=1)).tobytes())

    def hexdigest(self) -> str:
        parts = [f"{name} {each.hexdigest()}\n" for name, each in sorted(self.hashes.items())]
        return "sha256:" + hashlib.sha256("".join(parts).encode()).hexdigest()
