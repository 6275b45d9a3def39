"""A sheet judged by all three: exact arithmetic and the rules engine, which a review runs side by side, and columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from review import Review
from review.facts import Case
from review.portfolio.deriving import Numbered, facts_table
from review.portfolio.evaluating import evaluate
from tests.noted import note
from tests.sheets import review, sheet

DAY = date(2026, 11, 23)


def judged(
    changes: Mapping[str, Any], base: Mapping[str, Any], as_of: date = DAY, edition: str | None = None
) -> Review:
    """The review of a base sheet with changes, by the edition of the day unless one is named; columns agree on every status."""
    result = review(sheet(changes, base), edition=edition, as_of=as_of)
    assert fits_columns(result)
    return result


def fits_columns(result: Review) -> bool:
    """Whether columns can hold the figures of a review; where they do, they agree on every status."""
    case = Case(result.case.sheet, result.case.ruleset, result.case.as_of)
    table = facts_table([Numbered(1, case)])
    if table.aside:
        return False
    outcomes = evaluate(table, case.ruleset)
    assert not outcomes.refused
    assert outcomes.statuses()[1] == {(each.rule.id, each.subject): each.status for each in result.findings}
    return True


def statuses(result: Review, rule: str) -> list[str]:
    """The statuses of one rule."""
    found = [each.status for each in result.findings if each.rule.id == rule]
    note(result, rule, found)
    return found


def missing(result: Review, rule: str) -> tuple[str, ...]:
    """What the first finding of a rule lacks."""
    return next(each.missing for each in result.findings if each.rule.id == rule)


def codes(result: Review) -> list[str]:
    """The codes of a review's notes."""
    return [note.code for note in result.notes]
