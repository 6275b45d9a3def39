"""Questions that the law leaves open (法律未定的问题): what the office has decided by its own word, where it bears, and how it came about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from review.law.amendments import SETTING
from review.law.changes import change_of, entry_of
from review.law.edition import KEY_COLUMNS, PLAN_CONTINUES, Rule, Ruleset
from review.law.figures import FigureRow, rows_of
from review.law.forms import PARAMETERS_TABLE
from review.law.prose import parameters_of_rule, tables_of_rule


@dataclass(frozen=True)
class Question:
    """A question with what the office has decided: the row that says so, and the rules that it bears on.

    `entry` is the history entry that made it what it is, `edition` the edition with that entry; None where it is as the ruleset began.
    """

    row: FigureRow
    rules: tuple[Rule, ...]
    entry: Mapping[str, Any] | None
    edition: Ruleset | None

    @property
    def is_decided(self) -> bool:
        """Whether anything is decided: a value that is left blank decides nothing."""
        return self.row.table != PARAMETERS_TABLE or bool(self.row.row["value"])


def open_questions(edition: Ruleset, editions: Iterable[Ruleset]) -> tuple[Question, ...]:
    """The questions of an edition; `editions` are those of its ruleset, whose histories say how each answer came about."""
    among = [each for each in editions if each.content["from"] <= edition.content["from"]]
    return tuple(_questions(edition, among))


def _questions(edition: Ruleset, among: list[Ruleset]) -> Iterator[Question]:
    for row in rows_of(edition):
        if row.row["evidence"] != SETTING:
            continue
        key = row.row[KEY_COLUMNS[row.table]]
        change = str(change_of(row.table, key))
        decided = next(
            ((entry, each) for each in reversed(among) if (entry := entry_of(change, each.content["history"]))),
            (None, None),
        )
        yield Question(row, tuple(each for each in edition.rules if _bears_on(row, each, edition)), *decided)


def _bears_on(row: FigureRow, rule: Rule, edition: Ruleset) -> bool:
    if row.table != PARAMETERS_TABLE:
        return row.table in tables_of_rule(rule, edition)
    name = row.row["parameter"]
    return name in parameters_of_rule(rule, edition) or (name == PLAN_CONTINUES and rule.plan_alone)
