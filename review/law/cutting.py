"""Editions cut from dated content (版本截取): an edition is what is in force on its first day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from review.errors import RulesetError
from review.law.dated import in_force, readings_in_force
from review.law.files import Folder
from review.law.forms import TABLES
from review.law.source import Placed, Source, edition_days
from review.law.source_folder import read_source
from review.law.source_place import place_faults
from review.law.timeline import period_faults

SCHEMA = "two-high/ruleset/1"
FINDINGS = 3


@dataclass(frozen=True, eq=False)
class Cut:
    """One edition of a source without faults, by its name and first day; the rest is cut when it is first asked for."""

    source: Source = field(repr=False)
    name: str
    first: date

    @property
    def head(self) -> Mapping[str, Any]:
        """Of its content what says which edition it is, and when it begins."""
        return {"id": self.source.head["id"], "edition": self.name, "from": self.first.isoformat()}

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """Its canonical content."""
        return _content(self.source, self.name, self.first)

    @cached_property
    def lines(self) -> Mapping[str, str]:
        """Where each rule, and each key of it (`rule.applies`), stands."""
        return _lines(self.source, self.first)


def editions_of(folder: Folder) -> tuple[Cut, ...]:
    """Every edition of a folder, oldest first. Raises RulesetError with each fault of form, period or place, its file and line."""
    source = read_source(folder)
    faults = source.faults or [*period_faults(source), *place_faults(source)]
    if faults:
        raise RulesetError(faults)
    return cut(source)


def cut(source: Source) -> tuple[Cut, ...]:
    """The editions of a source without faults, oldest first."""
    return tuple(Cut(source, name, first) for name, first in edition_days(source).items())


def _content(source: Source, name: str, first: date) -> Mapping[str, Any]:
    head = source.head
    notices = {key: value for key, value in (head.get("capacity_notices") or {}).items()}
    return {
        "schema": SCHEMA,
        "facts": int(head["facts"]),
        "findings": FINDINGS,
        "id": head["id"],
        "edition": name,
        "from": first.isoformat(),
        "title": head["editions"][name]["title"],
        "history": head["editions"][name]["history"],
        "plan": head["plan"],
        "benchmark_document": dated_value(head.get("benchmark_document"), first),
        "known_elsewhere": dated_value(head.get("known_elsewhere"), first) or [],
        "added_rows": dated_value(head.get("added_rows"), first) or [],
        "baseline_deadlines": head.get("baseline_deadlines"),
        "capacity_notices": notices,
        "area_words": head.get("area_words") or {},
        "indicators": head.get("indicators") or {},
        "split_below": head.get("split_below") or [],
        "offset_ratio": head.get("offset_ratio"),
        "notes": head.get("notes") or {},
        "reminders": [dict(each) for _, each in _reminders(head, first)],
        "terms": {term: text for term, reading in head["terms"].items() if (text := _term(reading, first)) is not None},
        "parameters": in_force(_entries(source.parameters), first),
        "clauses": [dict(each.entry) for each in source.clauses],
        "authorities": [dict(each.entry) for each in source.authorities],
        "tables": {table: _table(table, rows, first) for table, rows in source.tables.items()},
        "rules": [rule for rule, _ in _rules(source.rules, first)],
    }


def _lines(source: Source, first: date) -> Mapping[str, str]:
    head = source.head
    lines: dict[str, str] = {}
    for rule, placed in _rules(source.rules, first):
        lines[str(rule["id"])] = placed.where
        lines |= {f"{rule['id']}.{key}": where for key, where in placed.lines.items()}
    lines |= {f"terms.{term}": source.at("terms", term) for term in head["terms"]}
    lines |= {
        f"reminders.{place}": source.at("reminders", written)
        for place, (written, _) in enumerate(_reminders(head, first))
    }
    return lines


def _reminders(head: Mapping[str, Any], first: date) -> list[tuple[int, Mapping[str, Any]]]:
    """The reminders in force, each with its place among those that are written."""
    placed = [{**each, "": place} for place, each in enumerate(head.get("reminders") or ())]
    return [(each.pop(""), each) for each in in_force(placed, first)]


def _entries(rows: Iterable[Placed]) -> list[Mapping[str, Any]]:
    return [each.entry for each in rows]


def _table(table: str, rows: Iterable[Placed], first: date) -> list[dict[str, Any]]:
    """The rows in force; those of which a date of the sheet chooses stay, with their periods."""
    if TABLES[table].dated == "sheet":
        return [dict(each.entry) for each in rows]
    return in_force(_entries(rows), first)


def dated_value(found: Any, first: date) -> Any:
    """A value that may be written alone, or as readings `{value, from, until}`."""
    if isinstance(found, list) and found and isinstance(found[0], Mapping):
        return next((each["value"] for each in in_force(found, first)), None)
    return found


def _term(reading: str | list[Mapping[str, Any]], first: date) -> str | None:
    if isinstance(reading, str):
        return reading
    return next((str(each["is"]) for each in in_force(reading, first)), None)


def _rules(rules: Iterable[Placed], first: date) -> list[tuple[dict[str, Any], Placed]]:
    """The reading of each rule in force, in the order of first appearance, with those of its bases that are in force."""
    placed = {id(each.entry): each for each in rules}
    chosen = readings_in_force([{**each.entry, "": key} for key, each in placed.items()], "id", first)
    result = []
    for each in chosen:
        origin = placed[each.pop("")]
        if "basis" in each:
            each["basis"] = in_force(each["basis"], first)
        result.append((each, origin))
    return result
