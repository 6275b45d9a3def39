"""docs/rules/semantics.md: every row of its tables is what the code does."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml

from review import choose, judge, parse_sheet
from review.evaluation import Scope
from review.evaluation.exact import judge_one, subjects, truth
from review.facts import Case, Fact, Facts
from review.law.conditions import Constant, Entry, Flag, Names, parse
from review.law.edition import Rule
from review.quantities import UNSTATED, Range, exact, point
from review.verdict.findings import status_of
from review.verdict.recommendation import recommend
from tests.commands import ROOT

PAGE = (ROOT / "docs" / "rules" / "semantics.md").read_text(encoding="utf-8")
TRUTHS = {"true": True, "false": False, "unknown": None}
NAMES = Names(
    {
        "a": Entry("truth"),
        "b": Entry("truth"),
        "x": Entry("choice", ("coal", "gas")),
        "m": Entry("figure"),
        "n": Entry("figure"),
    },
    frozenset(),
    {},
)


def rows(heading: str, number: int = 0) -> list[list[str]]:
    """The rows of a table below a heading, its cells without the marks of code."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    tables = re.findall(r"(?:^\|.*\n)+", section, re.MULTILINE)
    body = tables[number].splitlines()[2:]
    assert body
    return [[cell.strip().strip("`") for cell in line.strip("| ").split(" | ")] for line in body]


def facts_of(text: str) -> dict[str, Fact]:
    """Facts as a table writes them: `a = true, m = [8, 12]`; a name that is left out is not stated."""
    found = {"a": Fact(None), "b": Fact(None), "x": Fact(None), "m": Fact(UNSTATED), "n": Fact(UNSTATED)}
    for name, interval, plain in re.findall(r"(\w) = (?:\[([^]]+)\]|([^,]+))", text):
        if interval:
            low, high = (Decimal(each) for each in interval.split(", "))
            found[name] = Fact(Range(low, high))
        elif name in "mn":
            found[name] = Fact(point(Decimal(plain)))
        else:
            found[name] = Fact(TRUTHS.get(plain, plain))
    return found


def scope_of(facts: dict[str, Fact]) -> Scope:
    return Scope(cast(Case, None), Facts(facts, {}, {}, ()))


@pytest.mark.parametrize(
    ("condition", "facts", "value"), [*rows("And, or, not"), *rows("Figures and arithmetic")]
)  # fmt: skip
def test_conditions(condition: str, facts: str, value: str) -> None:
    with exact():
        assert truth(parse(condition, NAMES), scope_of(facts_of(facts))) is TRUTHS[value]


def values(cell: str) -> list[bool | None]:
    return list(TRUTHS.values()) if cell == "any" else [TRUTHS[each] for each in TRUTHS if each in cell]


def rule_of(**said: Any) -> Rule:
    return cast(Rule, SimpleNamespace(**{"each": (), "outer": Constant(True), "excused": None, **said}))


@pytest.mark.parametrize(("applies", "requires", "excused", "outcome", "status"), rows("Outcome and status"))
def test_outcomes(applies: str, requires: str, excused: str, outcome: str, status: str) -> None:
    tried = 0
    for first in values(applies):
        for second in values(requires):
            for third in values(excused):
                facts = {"applies": Fact(first), "requires": Fact(second), "excused": Fact(third)}
                rule = rule_of(inner=Flag("applies"), requires=Flag("requires"), excused=Flag("excused"))
                assert judge_one(rule, scope_of(facts)) == outcome
                if third is not True:
                    bare = rule_of(inner=Flag("applies"), requires=Flag("requires"))
                    assert judge_one(bare, scope_of(facts)) == outcome, "a rule without an excuse"
                if outcome != "unmet":
                    assert status_of(rule_of(force="mandatory"), cast(Any, outcome)) == status
                tried += 1
    assert tried


def test_every_case_has_one_row() -> None:
    seen: list[tuple[bool | None, ...]] = []
    for applies, requires, excused, *_ in rows("Outcome and status"):
        seen += [(a, r, e) for a in values(applies) for r in values(requires) for e in values(excused)]
    assert len(seen) == len(set(seen)) == 27


@pytest.mark.parametrize(("force", "status"), rows("Outcome and status", 1))
def test_forces(force: str, status: str) -> None:
    assert status_of(rule_of(force=force), "unmet") == status


@pytest.mark.parametrize(("outer", "listed", "said"), rows("Lists"))
def test_lists(outer: str, listed: str, said: str) -> None:
    found: dict[str, Any] = {"not stated": None, "stated as empty": (), "with items": ({}, {})}
    kinds = [each for name, each in found.items() if name in listed] or list(found.values())
    for value in values(outer):
        for items in kinds:
            facts = Facts({"outer": Fact(value), "two_high": Fact(False)}, {"coal.kilns": items}, {}, ())
            rule = rule_of(each=("coal.kilns",), outer=Flag("outer"))
            judged = list(subjects(rule, Scope(cast(Case, None), facts)))
            if said.startswith("one for each item"):
                assert [(str(subject), settled) for subject, settled in judged] == [
                    ("coal.kilns[0]", None),
                    ("coal.kilns[1]", None),
                ]
            else:
                ((subject, settled),) = judged
                assert str(subject) == "coal.kilns"
                assert settled is not None and status_of(rule_of(force="mandatory"), settled) in said


@pytest.mark.parametrize(("found", "stage", "recommendation"), rows("Recommendation"))
def test_recommendations(found: str, stage: str, recommendation: str) -> None:
    pairs = [tuple(each.split(" ")) for each in found.split(", ")]
    assert recommend(cast(Any, pairs), None if stage == "not stated" else stage) == recommendation


@pytest.mark.parametrize(("sheet", "day", "rule", "said"), rows("Worked examples"))
def test_worked_examples(sheet: str, day: str, rule: str, said: str) -> None:
    block = re.search(r"```yaml\n(.*?)```", PAGE.split("\n## Worked examples\n")[1], re.DOTALL)
    assert block is not None
    whole = yaml.safe_load(block[1])
    for section, values_ in yaml.load("{" + sheet + "}", yaml.BaseLoader).items():
        typed = _typed(values_)
        whole[section] = {**whole.get(section, {}), **typed} if isinstance(typed, dict) else typed
    as_of = date.fromisoformat(day)
    review = judge(parse_sheet(whole), choose("fuqing", as_of), as_of)
    found = [
        f"{each.subject} {each.status}" + (f" ({', '.join(each.missing)})" if each.missing else "")
        for each in review.findings
        if each.rule.id == rule
    ]
    assert "; ".join(found) == ("" if said == "none" else said)


def _typed(value: Any) -> Any:
    """Values of the table: words and figures stay text, true, false and null are what they say."""
    if isinstance(value, dict):
        return {name: _typed(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_typed(each) for each in value]
    return {"true": True, "false": False, "null": None}.get(value, value)
