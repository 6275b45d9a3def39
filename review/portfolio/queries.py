"""An edition as queries: for each table of facts, the outcome of every rule on every row; and each case's recommendation.

Outcomes are small integers, in the order of `OUTCOMES`; NULL where a rule is judged elsewhere: on the items, or on the list as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from review.errors import Fault, PortfolioError, Text
from review.evaluation import Outcome
from review.law.conditions import Compare, Condition, Member, atoms
from review.law.edition import Rule, Ruleset
from review.portfolio.columns import (
    CASES,
    ITEM_HEAD,
    Column,
    column,
    listed,
    names_read,
    table_columns,
    table_facts,
    width,
)
from review.portfolio.compiler import Bounds, Compiler, Truth, conjunction, negation
from review.portfolio.deriving import NEEDED
from review.portfolio.extra import need
from review.portfolio.levels import levelled, unbound, with_levels

OUTCOMES: tuple[Outcome, ...] = ("not_applicable", "met", "unmet", "unknown", "excused")
_CODE = {outcome: code for code, outcome in enumerate(OUTCOMES)}
# The most severe that a case has: what recommendations are made from (`recommendation.py`), in order.
NOTHING, JUSTIFY, SUPPLEMENT, REFUSE = range(4)
GRAVE = "grave"
# The stage of a case, among the results: it makes the word of a refusal.
STAGE = "stage"
# PostgreSQL cuts a longer name off, without an error.
LONGEST_NAME = 63


@dataclass(frozen=True)
class Query:
    """What makes the results of one table of facts: the expression, and its columns that are outcomes: (rule, list or None for the project)."""

    table: str
    expression: Any
    outcomes: tuple[tuple[str, str | None], ...]


@lru_cache(maxsize=256)
def _read(ruleset: Ruleset, table: str) -> tuple[Column, ...]:
    names, vocabulary = names_read(ruleset) | NEEDED, ruleset.vocabulary
    facts = table_facts(table, vocabulary)
    left_out = {each.name for name, columns in facts.items() if name not in names for each in columns}
    return tuple(each for each in table_columns(table, vocabulary) if each.name not in left_out)


def outcome_column(rule: str, path: str | None = None) -> str:
    """The column of a rule's outcome; with `path`, of its outcome on that list as a whole."""
    return rule.replace("-", "_") + (f"__{column(path)}" if path else "")


@dataclass(frozen=True)
class Plan:
    """Every query of one edition over tables of facts that engines have under their names."""

    ruleset: Ruleset

    def paths(self) -> tuple[str, ...]:
        """The lists that some rule judges."""
        return tuple(
            path for path in self.ruleset.vocabulary.lists if any(path in rule.each for rule in self.ruleset.rules)
        )

    def tables(self) -> tuple[str, ...]:
        """The tables of facts that the queries read."""
        return (CASES, *self.paths())

    def columns(self, table: str) -> tuple[Column, ...]:
        """The columns of a table of facts that the rules read."""
        return _read(self.ruleset, table)

    def queries(self) -> tuple[Query, ...]:
        """The queries, in order: the cases, then each list."""
        cases = unbound(CASES, self.columns(CASES))
        return (self._cases(cases), *(self._items(path, cases) for path in self.paths()))

    def _cases(self, cases: Any) -> Query:
        found, known = self._staged(cases, self.ruleset.rules)
        outcomes: dict[tuple[str, str | None], Any] = {}
        for rule in self.ruleset.rules:
            compiler = self.compiler(rule, found, None, known)
            if not rule.each:
                outcomes[rule.id, None] = judged(rule, compiler)
            for path in rule.each:
                outcomes[rule.id, path] = as_whole(compiler.truth(rule.outer), found[listed(path)])
        return self._query(CASES, found, {"case": found["case"], STAGE: found["project__stage"]}, outcomes)

    def _items(self, path: str, cases: Any) -> Query:
        items = unbound(path, self.columns(path))
        joined = items.join(cases, items["case"] == cases["case"], rname="the__{name}")
        if path == "products":
            joined = with_levels(joined, self.ruleset)
        rules = tuple(rule for rule in self.ruleset.rules if path in rule.each)
        found, known = self._staged(joined, rules, path)
        outcomes: dict[tuple[str, str | None], Any] = {}
        for rule in rules:
            compiler = self.compiler(rule, found, path, known)
            alone = conjunction([compiler.truth(rule.outer), found[listed(path)]])
            outcomes[rule.id, None] = need("ibis").cases((alone, judged(rule, compiler)))
        return self._query(path, found, {name: found[name] for name in ITEM_HEAD}, outcomes)

    def _staged(self, table: Any, rules: Iterable[Rule], path: str | None = None) -> tuple[Any, dict[Condition, Truth]]:
        """The table with every comparison, and then every part of a rule, as a column of its own, worked out one time."""
        parts = {part: rule for rule in rules for part in parts_of(rule, path)}
        singles = {
            atom: rule for part, rule in parts.items() for atom in atoms(part) if isinstance(atom, Compare | Member)
        }
        known: dict[Condition, Truth] = {}
        for stage, wanted in (("atom", singles), ("part", parts)):
            values = {
                condition: self.compiler(rule, table, path, known).truth(condition)
                for condition, rule in wanted.items()
            }
            columns = {
                condition: value
                for condition, value in values.items()
                if not (value is None or isinstance(value, bool))
            }
            names = {condition: f"{stage}__{place}" for place, condition in enumerate(columns)}
            table = table.mutate(**{names[condition]: value for condition, value in columns.items()})
            known = {condition: value for condition, value in values.items() if condition not in columns} | {
                condition: table[name] for condition, name in names.items()
            }
        return table, known

    def compiler(self, rule: Rule, table: Any, path: str | None, known: Mapping[Condition, Truth]) -> Compiler:
        vocabulary = self.ruleset.vocabulary
        facts = {**table_facts(CASES, vocabulary), **(table_facts(path, vocabulary) if path else {})}

        def lookup(name: str) -> Any:
            if name in vocabulary.joined:
                return levelled(table, vocabulary.joined[name])
            columns = [table[each.name] for each in facts[name]]
            if len(columns) == 1:
                return columns[0]
            low, high = columns
            return Bounds(low, high, width(name, path, vocabulary))

        return Compiler(lookup, {name: each.value for name, each in self.ruleset.parameters.items()}, rule.id, known)

    def _query(
        self, table: str, source: Any, head: Mapping[str, Any], outcomes: Mapping[tuple[str, str | None], Any]
    ) -> Query:
        shown = {outcome_column(*key): value for key, value in outcomes.items()}
        self.require_names([outcome_column(*key) for key in outcomes])
        selected = source.select(**head, **shown)
        rules = {rule.id: rule for rule in self.ruleset.rules}
        grave = self._grave(selected, [(rules[key[0]], outcome_column(*key)) for key in outcomes])
        return Query(table, selected.mutate(**{GRAVE: grave}), tuple(outcomes))

    def require_names(self, names: Sequence[str]) -> None:
        """Raises PortfolioError where two outcomes of a table would have one name, or one that is too long."""
        if len(set(names)) < len(names) or any(len(name) > LONGEST_NAME for name in names):
            raise _unnamed(self.ruleset)

    def _grave(self, table: Any, columns: Iterable[tuple[Rule, str]]) -> Any:
        """The most severe of a row: a mandatory failure, something missing, a failure in principle, or nothing."""
        ibis = need("ibis")
        wanted: dict[int, list[Any]] = {REFUSE: [], SUPPLEMENT: [], JUSTIFY: []}
        for rule, name in columns:
            if rule.force in ("mandatory", "in_principle"):
                wanted[REFUSE if rule.force == "mandatory" else JUSTIFY].append(table[name] == _CODE["unmet"])
                wanted[SUPPLEMENT].append(table[name] == _CODE["unknown"])
        branches = [(ibis.or_(*tests), small(rank)) for rank, tests in wanted.items() if tests]
        return ibis.cases(*branches, else_=small(NOTHING)) if branches else small(NOTHING)


def _unnamed(ruleset: Ruleset) -> PortfolioError:
    text = Text(
        f"规则编号写成列名后重复或超过 {LONGEST_NAME} 个字符，请改短或改名",
        f"two rule ids make one column name, or one is longer than {LONGEST_NAME} characters: rename them",
    )
    return PortfolioError([Fault(ruleset.name, text)])


def parts_of(rule: Rule, path: str | None) -> tuple[Condition, ...]:
    """The parts of a rule that a table's rows are judged by: of the cases, or of the items of a list."""
    whole = (rule.inner, rule.requires, *((rule.excused,) if rule.excused else ()))
    if path is None:
        return (rule.outer,) if rule.each else whole
    return (rule.outer, *whole)


def small(code: int) -> Any:
    return need("ibis").literal(code, type="int8")


def code(outcome: Outcome) -> Any:
    return small(_CODE[outcome])


# No test asks IS NULL of a truth: ibis writes `NOT (x) IS NULL`, which SQL reads as NOT ((x) IS NULL). What is neither is left over.
# A test within a test is asked of the rows that come to it alone: engines take fewer steps than for conjunctions one after another.
def judged(rule: Rule, compiler: Compiler) -> Any:
    """The outcome of a rule on one subject: the table of rules.md, “How a rule is judged”, as `exact.judge_one` has it."""
    applies, requires = compiler.truth(rule.inner), compiler.truth(rule.requires)
    excused = False if rule.excused is None else compiler.truth(rule.excused)
    unmet = chosen([(excused, code("excused"))], code("unmet"))
    judged = chosen([(requires, code("met")), (negation(requires), unmet)], code("unknown"))
    return chosen([(negation(applies), code("not_applicable")), (applies, judged)], code("unknown"))


def as_whole(outer: Truth, items: Any) -> Any:
    """The outcome on a list as a whole, as `exact.subjects` has it: NULL where its items are judged."""
    none = code("not_applicable")
    listed = chosen([(items, need("ibis").null("int8")), (negation(items), none)], code("unknown"))
    return chosen([(negation(outer), none), (outer, listed), (negation(items), none)], code("unknown"))


def chosen(branches: list[tuple[Truth, Any]], otherwise: Any) -> Any:
    """The first branch whose test is surely true; constants folded."""
    reached: list[tuple[Truth, Any]] = []
    for test, value in branches:
        if test is True:
            return need("ibis").cases(*reached, else_=value) if reached else value
        if test is not False and test is not None:
            reached.append((test, value))
    return need("ibis").cases(*reached, else_=otherwise) if reached else otherwise
