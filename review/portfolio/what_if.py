"""What if (假设分析): an edition with other parameters, on the facts of a portfolio: which projects would flip, by industry and park.

A project is judged by its latest review among the facts. Nothing is stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from review.errors import Fault, PortfolioError, SheetError, Text, joined
from review.facts import sector_row
from review.law.compiling import from_content
from review.law.conditions import parameters_read
from review.law.edition import Ruleset
from review.portfolio.columns import CASES
from review.portfolio.deriving import Aside, FactTables
from review.portfolio.engines import Engine
from review.portfolio.evaluating import Outcomes, evaluate, of_cases
from review.portfolio.extra import need
from review.portfolio.flips import ABSENT, Change, flips
from review.quantities import fits, plain, read_decimal
from review.terms import NOT_STATED
from review.verdict.judging import statuses

NOWHERE = "—"


@dataclass(frozen=True)
class Setting:
    """One parameter set to another figure: as text, then and now."""

    name: str
    then: str
    now: str


def with_parameters(ruleset: Ruleset, wanted: Iterable[str]) -> tuple[Ruleset, tuple[Setting, ...]]:
    """The edition with parameters set as `NAME=FIGURE` says. Raises PortfolioError for a name it does not have, or what is no figure."""
    rows = {row["parameter"]: dict(row) for row in ruleset.content["parameters"]}
    settings = []
    for text in wanted:
        name, mark, figure = (part.strip() for part in text.partition("="))
        value = read_decimal(figure)
        if not mark or name not in rows or ruleset.parameters[name].value is None:
            there = joined(each for each, parameter in ruleset.parameters.items() if parameter.value is not None)
            raise _refused(
                text, f"应写成 名称=数值；可用参数：{there.zh}", f"should be NAME=FIGURE; parameters: {there.en}"
            )
        if value is None or not fits(value):
            raise _refused(text, "数值应为十进制数，整数部分最多 12 位、小数最多 9 位", "the figure should be a decimal of at most 12 digits before the point and 9 after it")  # fmt: skip
        settings.append(Setting(name, rows[name]["value"], plain(value)))
        rows[name]["value"] = plain(value)
    return from_content({**ruleset.content, "parameters": list(rows.values())}), tuple(settings)


def _refused(where: str, zh: str, en: str) -> PortfolioError:
    return PortfolioError([Fault(f"--set {where}", Text(zh, en))])


def without_effect(ruleset: Ruleset, settings: Iterable[Setting]) -> tuple[str, ...]:
    """Those of the parameters that no rule and no fact reads: setting them cannot flip anything."""
    read = {
        name
        for rule in ruleset.rules
        for condition in (rule.outer, rule.inner, rule.requires, *((rule.excused,) if rule.excused else ()))
        for name in parameters_read(condition)
    }
    read.update(ruleset.vocabulary.reads.parameters)
    return tuple(each.name for each in settings if each.name not in read)


@dataclass
class Group:
    """The projects of one industry or park, and how many of them flip."""

    projects: int = 0
    flipped: int = 0


@dataclass
class Summary:
    """Counts over a portfolio."""

    projects: int = 0
    flipped: int = 0
    unjudged: int = 0
    by_rule: dict[str, Counter[str]] = field(default_factory=dict)
    recommendations: Counter[str] = field(default_factory=Counter)
    by_industry: dict[str, Group] = field(default_factory=dict)
    by_park: dict[str, Group] = field(default_factory=dict)

    def add(self, flip: Mapping[str, Any]) -> None:
        self.flipped += 1
        if flip["then"] != flip["now"]:
            self.recommendations[f"{flip['then']} → {flip['now']}"] += 1
        for each in flip["rules"]:
            self.by_rule.setdefault(each["rule"], Counter())[f"{each['then']} → {each['now']}"] += 1
        self.by_industry[flip["industry"]].flipped += 1
        self.by_park[flip["park"]].flipped += 1

    def count(self, industry: str, park: str, projects: int) -> None:
        self.projects += projects
        self.by_industry.setdefault(industry, Group()).projects += projects
        self.by_park.setdefault(park, Group()).projects += projects

    def as_json(self) -> dict[str, Any]:
        groups = [
            {name: vars(group) for name, group in sorted(some.items())} for some in (self.by_industry, self.by_park)
        ]
        return {
            "projects": self.projects, "flipped": self.flipped, "unjudged": self.unjudged,
            "by_rule": {rule: dict(counts) for rule, counts in sorted(self.by_rule.items())},
            "recommendations": dict(self.recommendations), "by_industry": groups[0], "by_park": groups[1],
        }  # fmt: skip


class WhatIf:
    """Compares two editions over a portfolio, batch by batch."""

    def __init__(self, base: Ruleset, changed: Ruleset, engine: Engine | None = None) -> None:
        self.base, self.changed, self.summary = base, changed, Summary()
        self.engine = engine

    def close(self) -> None:
        if self.engine is not None:
            self.engine.close()

    def add(self, facts: FactTables, under_changed: FactTables | None = None) -> Iterator[dict[str, Any]]:
        """The projects of a batch that would flip. `under_changed`: the facts under the changed edition, where it changes them."""
        facts = current(facts)
        others = facts if under_changed is None else current(under_changed)
        aside = {each.number: each for each in (*facts.aside, *others.aside)}
        facts, others = without(facts, aside), without(others, aside)
        self._count(facts)
        then, now = evaluate(facts, self.base, self.engine), evaluate(others, self.changed, self.engine)
        yield from self._flips(facts, then, now)
        # What one edition cannot have in columns is judged by exact.py under both.
        for each in aside.values():
            yield from self._exactly(each)
        self.summary.unjudged += len({*then.refused, *now.refused})

    def _count(self, facts: FactTables) -> None:
        cases = facts.tables[CASES].group_by(["industry", "park"]).aggregate([([], "count_all")])
        for industry, park, projects in zip(
            *(cases[name].to_pylist() for name in ("industry", "park", "count_all")), strict=True
        ):
            self.summary.count(industry or NOWHERE, park or NOWHERE, projects)

    def _flips(self, facts: FactTables, then: Outcomes, now: Outcomes) -> Iterator[dict[str, Any]]:
        found = flips(then, now)
        rows = chosen(facts.tables[CASES], set(found)) if found else None
        for row in rows.select(["case", "project", "name", "industry", "park"]).to_pylist() if rows else ():
            flip = _told(row, *found[row["case"]])
            self.summary.add(flip)
            yield flip

    def _exactly(self, each: Aside) -> Iterator[dict[str, Any]]:
        found = []
        sheet = each.case(self.base).sheet
        park = sheet.site.park if sheet.site else None
        row: dict[str, Any] = {
            "case": each.number,
            "project": each.project,
            "name": sheet.project.name,
            "industry": sheet.project.industry,
            "park": park,
        }
        self.summary.count(row["industry"] or NOWHERE, row["park"] or NOWHERE, 1)
        for ruleset in (self.base, self.changed):
            case = each.case(ruleset)
            try:
                found.append(statuses(case.sheet, ruleset, case.as_of, case.register))
            except SheetError:
                self.summary.unjudged += 1
                return
        flip = _flip(row, tuple(overall for overall, _ in found), tuple(judged for _, judged in found))
        if flip is not None:
            self.summary.add(flip)
            yield flip


def _flip(
    row: Mapping[str, Any], recommended: tuple[str, ...], judged: tuple[Mapping[tuple[str, str], str], ...]
) -> dict[str, Any] | None:
    then, now = judged
    rules = [
        Change(rule=key[0], subject=key[1], then=then.get(key, ABSENT), now=now.get(key, ABSENT))
        for key in dict.fromkeys((*then, *now))
        if then.get(key) != now.get(key)
    ]
    if not rules and recommended[0] == recommended[1]:
        return None
    return _told(row, recommended[0], recommended[1], rules)


def _told(row: Mapping[str, Any], then: str, now: str, rules: list[Change]) -> dict[str, Any]:
    return {
        "review": row["case"], "project": row["project"], "name": row["name"], "industry": row["industry"] or NOWHERE, "park": row["park"] or NOWHERE,
        "then": then, "now": now, "rules": rules,
    }  # fmt: skip


def current(facts: FactTables) -> FactTables:
    """The facts of each project's latest review alone."""
    pc = need("pyarrow.compute")
    cases = facts.tables[CASES]
    current = cases.filter(cases["current"])
    aside = tuple(each for each in facts.aside if each.current)
    if current.num_rows == cases.num_rows:
        return replace(facts, aside=aside)
    numbers = current["case"].combine_chunks()
    tables = {
        name: current if name == CASES else table.filter(pc.is_in(table["case"], value_set=numbers))
        for name, table in facts.tables.items()
    }
    return replace(facts, tables=tables, aside=aside)


def without(facts: FactTables, numbers: Iterable[int]) -> FactTables:
    """The facts but of those cases."""
    left_out = set(numbers)
    return replace(facts, tables=of_cases(facts.tables, left_out, False)) if left_out else facts


def chosen(table: Any, numbers: set[int]) -> Any:
    """The rows of those cases."""
    wanted = need("pyarrow").array(sorted(numbers), need("pyarrow").int64())
    return table.filter(need("pyarrow.compute").is_in(table["case"], value_set=wanted))


def label(kind: str, key: str, ruleset: Ruleset) -> str:
    """What an industry or park is called: its code and name."""
    if key == NOWHERE:
        return f"{NOT_STATED.zh} {NOT_STATED.en}"
    if kind == "park":
        row = ruleset.row("parks", key)
        return f"{key} {row['name']}" if row else {"none": "none 园区外"}.get(key, key)
    sector = sector_row(ruleset, key)
    return f"{key} {sector['name']}" if sector else key
