"""What made a difference (归因): the changes between two editions, and which of them flips a finding.

Each change is tried for itself: the old edition with that one change. Where none alone flips the finding, the fewest that do together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from review.facts import Register
from review.law.edition import KEY_COLUMNS, Ruleset, from_content
from review.sheet import ProjectSheet
from review.verdict.judging import statuses

# Tables whose rows a sheet names by their key; rows of the others are found by other means and may concern any sheet.
_NAMED = frozenset({"benchmark_levels", "coal_equivalents", "parks", "areas"})
_SECTIONS = ("plan", "baseline_deadlines", "capacity_notices", "terms")
RECOMMENDATION = ("recommendation", "")
Key = tuple[str, str]


@dataclass(frozen=True)
class Change:
    """One difference between two editions, or of the day of review: its kind, and the name of what changed."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def changes(old: Ruleset, new: Ruleset) -> tuple[Change, ...]:
    """Every difference between two editions that a verdict could rest on."""
    a, b = old.content, new.content
    found: list[Change] = []
    found += (
        Change("parameter", name)
        for name in _differing(_rows("parameters", a["parameters"]), _rows("parameters", b["parameters"]))
    )
    for table in dict.fromkeys((*a["tables"], *b["tables"])):
        rows = _differing(_rows(table, a["tables"].get(table, [])), _rows(table, b["tables"].get(table, [])))
        found += (Change("table", f"{table}:{key}") for key in rows)
    found += (Change("rule", name) for name in _differing(_rules(a), _rules(b)))
    found += (Change("section", name) for name in _SECTIONS if a.get(name) != b.get(name))
    return tuple(found)


def _rows(table: str, rows: Iterable[Mapping[str, str]]) -> dict[str, list[Mapping[str, str]]]:
    """Rows by the column that names them; several rows can share a name."""
    result: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        result.setdefault(row[KEY_COLUMNS[table]], []).append(row)
    return result


def _rules(content: Mapping[str, Any]) -> dict[str, Any]:
    return {rule["id"]: rule for rule in content["rules"]}


def _differing(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    return [key for key in dict.fromkeys((*a, *b)) if a.get(key) != b.get(key)]


def kind_of(old: Ruleset, new: Ruleset, cause: str) -> str:
    """Why a change was made, as the editions' histories declare it: `law`, `error`, `setting`, or `undeclared`.

    A cause of several changes is of their kinds together; a change of the day of review is none of the editions' doing: `day`.
    """
    entries = [*new.content["history"], *old.content["history"]]
    kinds: dict[str, None] = {}
    for change in cause.split(" + "):
        declared = (
            each["kind"] for each in entries if any(fnmatchcase(change, pattern) for pattern in each.get("changes", ()))
        )
        kinds["day" if change.startswith("as_of ") else next(declared, "undeclared")] = None
    return " + ".join(kinds)


def with_changes(old: Ruleset, new: Ruleset, some: Iterable[Change]) -> Ruleset:
    """The old edition with some of the changes that lead to the new one. Raises RulesetError where they cannot stand alone."""
    a, b = old.content, new.content
    content = {**a, "tables": dict(a["tables"])}
    for change in some:
        if change.kind == "parameter":
            content["parameters"] = _replaced("parameters", content["parameters"], b["parameters"], change.name)
        elif change.kind == "table":
            table, _, key = change.name.partition(":")
            content["tables"][table] = _replaced(
                table, content["tables"].get(table, []), b["tables"].get(table, []), key
            )
        elif change.kind == "rule":
            content["rules"] = _with_rule(content["rules"], b["rules"], change.name)
        elif change.kind == "section":
            content[change.name] = b[change.name]
    here = {row["id"] for row in content["tables"]["benchmark_levels"]}
    every = {row["id"] for each in (a, b) for row in each["tables"]["benchmark_levels"]} | {
        *a["known_elsewhere"],
        *b["known_elsewhere"],
    }
    content["known_elsewhere"] = sorted(every - here)
    content["added_rows"] = sorted(here & {*a["added_rows"], *b["added_rows"]})
    return from_content(content)


def _replaced(
    table: str, mine: list[Mapping[str, str]], theirs: list[Mapping[str, str]], key: str
) -> list[Mapping[str, str]]:
    """My rows with those of one key as they are in theirs, in place."""
    column = KEY_COLUMNS[table]
    coming = [row for row in theirs if row[column] == key]
    places = [place for place, row in enumerate(mine) if row[column] == key]
    kept = [row for row in mine if row[column] != key]
    start = places[0] if places else len(kept)
    return [*kept[:start], *coming, *kept[start:]]


def _with_rule(mine: list[Mapping[str, Any]], theirs: list[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    coming = [rule for rule in theirs if rule["id"] == name]
    if any(rule["id"] == name for rule in mine):
        return [each for rule in mine for each in (coming if rule["id"] == name else [rule])]
    return [*mine, *coming]


@dataclass(frozen=True)
class Attribution:
    """Asks, for one pair of editions, which changes flip which findings of a sheet. Compiled mixtures are kept for the next sheet."""

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

        alone = {each: outcome(frozenset({each})) for each in relevant}
        result: dict[Key, list[str]] = {}
        for key, now in flips.items():
            single = [each for each in relevant if alone[each].get(key) == now]
            result[key] = [str(each) for each in single] or [self._together(relevant, key, now, outcome)]
        return result

    def _together(
        self, relevant: list[Change], key: Key, now: str, outcome: Callable[[frozenset[Change]], Mapping[Key, str]]
    ) -> str:
        """The fewest changes that flip the finding together; `undetermined` where even all of them do not."""
        for some in (relevant, list(self.all_changes)):
            if outcome(frozenset(some)).get(key) == now:
                return " + ".join(map(str, _fewest(some, key, now, outcome)))
        return "undetermined"


def _fewest(
    relevant: list[Change], key: Key, now: str, outcome: Callable[[frozenset[Change]], Mapping[Key, str]]
) -> list[Change]:  # fmt: skip
    """The fewest changes that flip the finding together: each is left out that can be."""
    kept = list(relevant)
    for each in relevant:
        fewer = [other for other in kept if other != each]
        if outcome(frozenset(fewer)).get(key) == now:
            kept = fewer
    return kept


def _concerns(change: Change, text: str) -> bool:
    """Whether a sheet could read what changed: a row of a named table only by its key. Electricity is read by any sheet."""
    table, _, key = change.name.partition(":")
    return change.kind != "table" or table not in _NAMED or key == "electricity" or f'"{key}"' in text
