"""Changes (变化) between two editions, and an edition with some of another's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from review.law.compiling import from_content
from review.law.edition import KEY_COLUMNS, Ruleset

_SECTIONS = (
    "facts",
    "findings",
    "plan",
    "benchmark_document",
    "baseline_deadlines",
    "capacity_notices",
    "notes",
    "reminders",
    "terms",
)


# What `changes` compares, and which rows others list, which follows from the tables.
_COMPARED = frozenset({*_SECTIONS, "parameters", "tables", "rules", "known_elsewhere", "added_rows"})


@dataclass(frozen=True)
class Change:
    """One difference between two editions, or of the day of review: its kind, and the name of what changed."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def change_of(table: str, key: str) -> Change:
    """The change of a row by the column that names it."""
    return Change("parameter", key) if table == "parameters" else Change("table", f"{table}:{key}")


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
    found += (Change("section", name) for name in _SECTIONS if (a.get(name) or None) != (b.get(name) or None))
    return tuple(found)


def same_beside(old: Ruleset, new: Ruleset, names: Iterable[str]) -> bool:
    """Whether two editions are the same but for `changes` between them and the keys of those names."""
    a, b = old.content, new.content
    return all(a.get(key) == b.get(key) for key in {*a, *b} - _COMPARED - {*names})


def _rows(table: str, rows: Iterable[Mapping[str, str]]) -> dict[str, list[Mapping[str, str]]]:
    """Rows by the column that names them, without their empty cells; several rows can share a name."""
    result: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        filled = {column: value for column, value in row.items() if value}
        result.setdefault(row[KEY_COLUMNS[table]], []).append(filled)
    return result


def _rules(content: Mapping[str, Any]) -> dict[str, Any]:
    return {rule["id"]: rule for rule in content["rules"]}


def _differing(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    return [key for key in dict.fromkeys((*a, *b)) if a.get(key) != b.get(key)]


def kind_of(cause: str, entries: Iterable[Mapping[str, Any]]) -> str:
    """Why a change was made, as the histories between two editions say (`lineage.entries_between`): `law`, `error`, `setting`, or `undeclared`.

    A cause of several changes is of their kinds together; a change of the day of review is none of the editions' doing: `day`.
    """
    known = tuple(entries)
    kinds: dict[str, None] = {}
    for change in cause.split(" + "):
        entry = entry_of(change, known)
        kinds["day" if change.startswith("as_of ") else entry["kind"] if entry else "undeclared"] = None
    return " + ".join(kinds)


def entry_of(change: str, entries: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The history entry that declares a change, the latest where several do."""
    return next((each for each in reversed(tuple(entries)) if declares(each, change)), None)


def declares(entry: Mapping[str, Any], change: str) -> bool:
    """Whether a history entry declares a change, by what it `changes` or `corrects`."""
    return any(fnmatchcase(change, pattern) for key in ("changes", "corrects") for pattern in entry.get(key, ()))


def with_changes(old: Ruleset, new: Ruleset, some: Iterable[Change]) -> Ruleset:
    """The old edition with some of the changes that lead to the new one. Raises RulesetError where they cannot stand alone."""
    a, b = old.content, new.content
    content: dict[str, Any] = {**a, "tables": dict(a["tables"])}
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
            content.pop(change.name, None)
            if change.name in b:
                content[change.name] = b[change.name]
    present = {row["id"] for row in content["tables"].get("benchmark_levels", ())}
    every = {row["id"] for each in (a, b) for row in each["tables"].get("benchmark_levels", ())} | {
        *a["known_elsewhere"],
        *b["known_elsewhere"],
    }
    content["known_elsewhere"] = sorted(every - present)
    content["added_rows"] = sorted(present & {*a["added_rows"], *b["added_rows"]})
    return from_content(content)


def _replaced(
    table: str, mine: list[Mapping[str, str]], theirs: list[Mapping[str, str]], key: str
) -> list[Mapping[str, str]]:
    """My rows with those of one key as they are in theirs, in place."""
    column = KEY_COLUMNS[table]
    coming = [row for row in theirs if row[column] == key]
    places = [place for place, row in enumerate(mine) if row[column] == key]
    others = [row for row in mine if row[column] != key]
    start = places[0] if places else len(others)
    return [*others[:start], *coming, *others[start:]]


def _with_rule(mine: list[Mapping[str, Any]], theirs: list[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    coming = [rule for rule in theirs if rule["id"] == name]
    if any(rule["id"] == name for rule in mine):
        return [each for rule in mine for each in (coming if rule["id"] == name else [rule])]
    return [*mine, *coming]
