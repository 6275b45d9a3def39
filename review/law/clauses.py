"""The plan's clauses (条款): of what kind each is, and what of the product carries it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from review.errors import Text
from review.law.edition import Rule, Ruleset

KIND_WORDS: Mapping[str, Text] = {
    "rule": Text("规则", "rule"), "reminder": Text("提醒", "reminder"), "indicator": Text("城市指标", "indicator of the city"),
    "account": Text("用能核算", "energy account"), "authority": Text("责任单位", "authorities"), "programme": Text("工作部署", "programme"),
    "heading": Text("标题", "heading"), "preamble": Text("总体要求", "preamble"),
}  # fmt: skip
KIND_MEANINGS: Mapping[str, Text] = {
    "rule": Text("由规则逐项审查", "rules judge each project by it"),
    "reminder": Text(
        "在有关项目的审查页上提醒，不作判断", "shown with the reviews of projects it concerns; nothing is judged by it"
    ),
    "indicator": Text("列入城市指标", "added up in the city's indicators"),
    "account": Text("列入每项审查的用能核算", "shown in the energy account of each review"),
    "authority": Text(
        "列明本条责任单位，随引用本条的审查意见列出",
        "names the authorities of its article, shown with the findings that cite it",
    ),
    "programme": Text("对部门的工作部署，不涉及单个项目", "a task for departments, not about single projects"),
    "heading": Text("条目标题", "a heading"),
    "preamble": Text("总体要求，不涉及单个项目", "general aims, not about single projects"),
}
SCOPES: Mapping[str, Text] = {
    "two_high": Text("“两高”项目", "two-high projects"), "voc_key": Text("挥发性有机物重点行业", "key sectors for VOCs"),
    "coal_used": Text("用煤项目", "projects that use coal"), "in_park": Text("园区内项目", "projects in a park"),
    "kiln_or_coal_heat": Text("有工业炉窑或燃煤供热的项目", "projects with kilns or coal heat"),
}  # fmt: skip


@dataclass(frozen=True)
class Clause:
    """A clause with what carries it: `rules` that cite it, `concerns` of a reminder; `authorities` are those of its article."""

    number: str
    article: str
    heading: str
    kind: str
    quote: str
    rules: tuple[Rule, ...]
    concerns: tuple[Text, ...]
    authorities: tuple[str, ...]


@dataclass(frozen=True)
class Article:
    """An article of the plan with its clauses in order."""

    number: str
    heading: str
    clauses: tuple[Clause, ...]


def clauses_of(ruleset: Ruleset) -> dict[str, Clause]:
    """Every clause of the plan by its number, in order."""
    authorities = {row["article"]: tuple(row["authorities"].split(";")) for row in ruleset.content["authorities"]}
    citing: dict[str, dict[str, Rule]] = {}
    for rule in ruleset.rules:
        for citation in rule.citations:
            if citation.clause:
                citing.setdefault(citation.clause, {})[rule.id] = rule
    return {
        row["clause"]: Clause(
            row["clause"], row["article"], row["heading"], row["kind"], row["quote"], tuple(citing.get(row["clause"], {}).values()),
            tuple(_concern(name, ruleset) for name in row["reminds"].split(";") if name), authorities.get(row["article"], ()),
        )
        for row in ruleset.content["clauses"]
    }  # fmt: skip


def articles_of(ruleset: Ruleset) -> tuple[Article, ...]:
    """The articles of the plan in order."""
    found: dict[tuple[str, str], list[Clause]] = {}
    for clause in clauses_of(ruleset).values():
        found.setdefault((clause.article, clause.heading), []).append(clause)
    return tuple(Article(number, heading, tuple(clauses)) for (number, heading), clauses in found.items())


def coverage(ruleset: Ruleset) -> dict[str, int]:
    """How many clauses are of each kind, the kinds in the order of KIND_WORDS."""
    counted = Counter(row["kind"] for row in ruleset.content["clauses"])
    return {kind: counted[kind] for kind in KIND_WORDS if counted[kind]}


def _concern(name: str, ruleset: Ruleset) -> Text:
    row = ruleset.row("sectors", name)
    return SCOPES.get(name) or Text(row["name"] if row else name, name.replace("-", " "))
