"""What made a difference (归因): the changes between two editions, and which of them flips a finding.

Each change is tried for itself: the old edition with that one change. Where none alone flips the finding, the fewest that do together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from review.facts import Register
from review.law.changes import Change, changes, with_changes
from review.law.edition import Ruleset
from review.sheet import ProjectSheet
from review.verdict.judging import statuses

# Tables whose rows a sheet names by their key; rows of the others are found by other means and may concern any sheet.
_NAMED = frozenset({"benchmark_levels", "coal_equivalents", "parks", "areas"})
RECOMMENDATION = ("recommendation", "")
# How facts are derived goes along with every other change: what else an edition of later facts contains is read by them alone.
_FACTS = Change("section", "facts")
Key = tuple[str, str]


@dataclass(frozen=True)
class Attribution:
    """Asks, for one pair of editions, which changes flip which findings of a sheet. Compiled mixtures are memoised for the next sheet."""

    old: Ruleset
    new: Ruleset
    all_changes: tuple[Change, ...]
    mixture: Callable[[frozenset[Change]], Ruleset | None]

    @classmethod
    def between(cls, old: Ruleset, new: Ruleset) -> Attribution:
        @lru_cache(maxsize=128)
        def mixture(some: frozenset[Change]) -> Ruleset | None:
            from review.errors import RulesetError

            try:
                return with_changes(old, new, sorted(some, key=str))
            except RulesetError:
                return None

        return cls(old, new, changes(old, new), mixture)

    def causes(
        self,
        sheet: ProjectSheet,
        text: str,
        flips: Mapping[Key, str],
        as_of: tuple[date, date],
        register: Register | None,
    ) -> dict[Key, list[str]]:
        """The changes that flip each finding to its new status. `text` is the sheet's JSON, `as_of` the day then and now."""
        relevant = [each for each in self.all_changes if _concerns(each, text)]
        day = Change("as_of", as_of[1].isoformat())
        if as_of[0] != as_of[1]:
            relevant.append(day)

        def outcome(some: frozenset[Change]) -> dict[Key, str]:
            ruleset = self.mixture(some - {day})
            if ruleset is None:
                return {}
            overall, found = statuses(sheet, ruleset, as_of[1] if day in some else as_of[0], register)
            # A rule that is not there any more has no status: it is absent.
            return {**dict.fromkeys(flips, "absent"), **found, RECOMMENDATION: overall}

        along = frozenset({_FACTS} & {*relevant})
        alone = {each: outcome(along | {each}) for each in relevant}
        result: dict[Key, list[str]] = {}
        for key, now in flips.items():
            single = [each for each in relevant if alone[each].get(key) == now]
            if _FACTS in single:
                single = [_FACTS]
            result[key] = [str(each) for each in single] or [self._together(relevant, key, now, outcome)]
        return result

    def _together(
        self, relevant: list[Change], key: Key, now: str, outcome: Callable[[frozenset[Change]], Mapping[Key, str]]
    ) -> str:
        """The fewest changes that flip the finding together; `undetermined` where even all of them do not."""
        day = [each for each in relevant if each not in self.all_changes]
        for some in (relevant, [*self.all_changes, *day]):
            if outcome(frozenset(some)).get(key) == now:
                return " + ".join(map(str, _fewest(some, key, now, outcome)))
        return "undetermined"


def _fewest(
    relevant: list[Change], key: Key, now: str, outcome: Callable[[frozenset[Change]], Mapping[Key, str]]
) -> list[Change]:  # fmt: skip
    """The fewest changes that flip the finding together: each is left out that can be.

    A parameter can be left out only once no rule that reads it is there, so that all are tried again until none is left out.
    """
    needed, tried = list(relevant), list[Change]()
    while needed != tried:
        tried = needed
        for each in tried:
            fewer = [other for other in needed if other != each]
            if outcome(frozenset(fewer)).get(key) == now:
                needed = fewer
    return needed


def _concerns(change: Change, text: str) -> bool:
    """Whether a sheet could read what changed: a row of a named table only by its key. Electricity is read by any sheet."""
    table, _, key = change.name.partition(":")
    return change.kind != "table" or table not in _NAMED or key == "electricity" or f'"{key}"' in text
