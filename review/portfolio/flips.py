"""Two results of the same cases compared: which cases flip, by which rules; only what differs is written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypedDict

from review.evaluation.exact import PROJECT, Subject
from review.law.edition import Rule
from review.portfolio.columns import CASES
from review.portfolio.evaluating import Outcomes, of_cases, word
from review.portfolio.extra import need, whole
from review.portfolio.queries import GRAVE, OUTCOMES, STAGE
from review.verdict.findings import status_of, subject_name

ABSENT = "absent"


class Change(TypedDict):
    """The status of one rule on one subject, then and now."""

    rule: str
    subject: str
    then: str
    now: str


def flips(then: Outcomes, now: Outcomes) -> dict[int, tuple[str, str, list[Change]]]:
    """Of each case that both judge and that flips, in order: its recommendation then and now, and what changed. Both have the same rules."""
    refused = {*then.refused, *now.refused}
    if refused:
        then, now = without(then, refused), without(now, refused)
    changes: dict[int, tuple[list[Change], list[Change]]] = {}
    for path, table in then.tables.items():
        _compare(path, table, now.tables[path], (then, now), changes)
    recommended = _recommended(then, now, changes)
    return {case: (*recommended[case], [*first, *last]) for case, (first, last) in sorted(changes.items())}


def without(outcomes: Outcomes, numbers: set[int]) -> Outcomes:
    """The outcomes but of those cases."""
    tables = of_cases({**outcomes.tables, "": outcomes.recommendations}, numbers, False)
    return replace(outcomes, recommendations=tables.pop(""), tables=tables)


def _compare(
    path: str, old: Any, new: Any, of: tuple[Outcomes, Outcomes], changes: dict[int, tuple[list[Change], list[Change]]]
) -> None:
    """Add what changed in one table; what is judged now alone comes after the rest of its case."""
    numpy = need("numpy")
    cases = whole(old["case"]).to_numpy()
    places = None if path == CASES else whole(old["place"]).to_numpy()
    rules = [{rule.id: rule for rule in each.ruleset.rules} for each in of]
    for name, path_as_whole, column in of[0].columns(path):
        statuses = [_statuses(some[name]) for some in rules]
        codes = [whole(table[column]).fill_null(-1).to_numpy() for table in (old, new)]
        known = list(dict.fromkeys((*statuses[0], *statuses[1])))
        ids = [
            numpy.array([known.index(status) for status in each])[found]
            for each, found in zip(statuses, codes, strict=True)
        ]
        for row in numpy.flatnonzero(ids[0] != ids[1]).tolist():
            subject = PROJECT if path_as_whole is None else Subject(path_as_whole)
            if places is not None:
                subject = Subject(path, int(places[row]))
            change = Change(
                rule=name,
                subject=subject_name(rules[0][name], subject),
                then=known[ids[0][row]],
                now=known[ids[1][row]],
            )
            changes.setdefault(int(cases[row]), ([], []))[change["then"] == ABSENT].append(change)


def _statuses(rule: Rule) -> list[str]:
    """The status of each outcome by its number; of none, which is -1, the last."""
    return [*(status_of(rule, outcome) for outcome in OUTCOMES), ABSENT]


def _recommended(
    then: Outcomes, now: Outcomes, changes: dict[int, tuple[list[Change], list[Change]]]
) -> Mapping[int, tuple[str, str]]:
    """The recommendations of the cases that changed; cases of which nothing but that differs are added."""
    numpy = need("numpy")
    cases, *graves = (
        whole(each).to_numpy()
        for each in (then.recommendations["case"], then.recommendations[GRAVE], now.recommendations[GRAVE])
    )
    for row in numpy.flatnonzero(graves[0] != graves[1]).tolist():
        changes.setdefault(int(cases[row]), ([], []))
    numbers = sorted(changes)
    rows = numpy.searchsorted(cases, numpy.array(numbers, numpy.int64))
    stages = [each.recommendations[STAGE].take(rows).to_pylist() for each in (then, now)]
    words = [
        [word(int(grave[row]), stage) for row, stage in zip(rows.tolist(), some, strict=True)]
        for grave, some in zip(graves, stages, strict=True)
    ]
    return dict(zip(numbers, zip(*words, strict=True), strict=True))
