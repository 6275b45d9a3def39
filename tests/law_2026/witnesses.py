"""A sheet judged by all three: exact arithmetic and the rules engine, which a review runs side by side, and columns.

Columns take as long over one sheet as over hundreds, so they judge at the end of a module all that its tests judged.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from review import Review
from review.facts import Case
from review.portfolio.deriving import Numbered, facts_table
from review.portfolio.evaluating import evaluate
from tests.noted import note
from tests.sheets import review, sheet

DAY = date(2026, 11, 23)
# What was judged since columns judged last, by the name of the test.
_WAITING: list[tuple[str, Review]] = []


def judged(
    changes: Mapping[str, Any], base: Mapping[str, Any], as_of: date = DAY, edition: str | None = None
) -> Review:
    """The review of a base sheet with changes, by the edition of the day unless one is named; columns are to agree on every status."""
    result = review(sheet(changes, base), edition=edition, as_of=as_of)
    _WAITING.append((os.environ["PYTEST_CURRENT_TEST"], result))
    return result


@contextmanager
def columns_agree() -> Iterator[None]:
    """Columns hold every figure of what is judged meanwhile, and agree on every status."""
    _WAITING.clear()
    yield
    names, results = [name for name, _ in _WAITING], [result for _, result in _WAITING]
    _WAITING.clear()
    found = by_columns(results)
    assert [names[number] for number in range(len(results)) if number not in found] == [], "too wide for columns"
    differing = {names[number]: each for number in found if (each := differences(results[number], found[number]))}
    assert differing == {}


def by_columns(results: Iterable[Review]) -> dict[int, dict[tuple[str, str], str]]:
    """The status of every rule and subject of each review as columns have it, by its place; without those whose figures are too wide."""
    of_edition: dict[str, list[Numbered]] = {}
    for number, each in enumerate(results):
        case = Case(each.case.sheet, each.case.ruleset, each.case.as_of)
        of_edition.setdefault(case.ruleset.digest, []).append(Numbered(number, case))
    found: dict[int, dict[tuple[str, str], str]] = {}
    for cases in of_edition.values():
        table = facts_table(cases)
        outcomes = evaluate(table, cases[0].case.ruleset)
        assert not outcomes.refused and not [each for each in table.aside if each.refused]
        statuses = outcomes.statuses()
        assert statuses.keys() == {each.number for each in cases} - {each.number for each in table.aside}
        found |= statuses
    return found


def differences(result: Review, columns: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], Any]:
    """Where columns and a review do not say the same: what each says."""
    own = {(each.rule.id, each.subject): each.status for each in result.findings}
    return {key: (own.get(key), columns.get(key)) for key in own.keys() | columns.keys() if own.get(key) != columns.get(key)}  # fmt: skip


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
