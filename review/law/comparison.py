"""Two editions side by side (版本比较): each difference with what was and what is, column by column, and why it was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any

from review.errors import Text
from review.law.changes import Change, changes, entry_of
from review.law.edition import KEY_COLUMNS, Ruleset
from review.law.lineage import entries_between

WHY_WORDS = {
    "law": Text("法规变化", "a change of the law"), "error": Text("更正本规则集的错误", "an error of ours put right"),
    "setting": Text("本单位设定变化", "a setting of the office"), "evidence": Text("经文件核对", "checked against its document"), "undeclared": Text("沿革未说明", "not declared in the history"),
    "day": Text("审查日不同", "the day of review"),
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """A column of what changed, in words where it has words: None where the row was not there, or is not any more; `values`: as they stand."""

    column: str
    then: Text | None
    now: Text | None
    values: tuple[Any, Any] = field(default=(None, None), compare=False)


@dataclass(frozen=True)
class Difference:
    """One change: its kind (`parameter`, `table`, `rule`, `section`, `clause`), table and name; `state` is added, removed or changed.

    `why` is the kind of the history entry that declares it (`law`, `error`, `setting`, `undeclared`), `reason` its words, `document` what
    moved it, with the `page` of it, and the day that the row gives it (`issued`); "" where they are not stated.
    """

    kind: str
    table: str
    name: str
    state: str
    cells: tuple[Cell, ...]
    why: str = "undeclared"
    document: str = ""
    page: str = ""
    issued: str = ""
    reason: Text | None = None


def compare(old: Ruleset, new: Ruleset, editions: Iterable[Ruleset]) -> tuple[Difference, ...]:
    """Every difference between two editions, in the order of kinds; the clauses' own rows last.

    `editions` are those of their ruleset in the order of their adoption: what lies between the two says why each was made, and by which
    document.
    """
    return declared(old, new, entries_between(old, new, editions))


def declared(old: Ruleset, new: Ruleset, entries: Sequence[Mapping[str, Any]]) -> tuple[Difference, ...]:
    """Every difference between two editions, each with the latest of some history entries that declares it."""
    found = [(str(each), difference_of(old, new, each)) for each in changes(old, new)]
    for name, a, b in _pairs(old.content["clauses"], new.content["clauses"], "clause"):
        if a != b:
            found.append((f"clause {name}", Difference("clause", "clauses", name, _state(a, b), _cells([a], [b]))))
    return tuple(explained(each, entry_of(change, entries)) for change, each in found)


def explained(difference: Difference, entry: Mapping[str, Any] | None) -> Difference:
    """A difference with what the history entry that declares it says; as it is where none does."""
    if entry is None:
        return difference
    return replace(
        difference, why=entry["kind"], document=entry.get("document", ""), page=entry.get("page", ""), reason=Text(entry["zh"], entry["en"])
    )  # fmt: skip


def difference_of(old: Ruleset, new: Ruleset, change: Change) -> Difference:
    """What one change between two editions comes to, column by column; nothing is said of why."""
    contents = old.content, new.content
    if change.kind == "table":
        table, _, key = change.name.partition(":")
        a, b = (_named(each["tables"].get(table, ()), KEY_COLUMNS[table], key) for each in contents)
        return Difference("table", table, key, _state(a, b), _cells(a, b), issued=_issued(b))
    if change.kind in ("parameter", "rule"):
        part, column = ("parameters", "parameter") if change.kind == "parameter" else ("rules", "id")
        a, b = (_named(each[part], column, change.name) for each in contents)
        return Difference(change.kind, part, change.name, _state(a, b), _cells(a, b), issued=_issued(b))
    then, now = (each.get(change.name) for each in contents)
    cells = (Cell(change.name, _said(then), _said(now), (then, now)),)
    return Difference("section", "edition", change.name, _state(then, now), cells)


def _issued(rows: Iterable[Mapping[str, Any]]) -> str:
    """The day of the document that the rows of a name rest on, where they all rest on one."""
    days = {str(row.get("document_date") or "") for row in rows}
    return days.pop() if len(days) == 1 else ""


def _named(rows: Iterable[Mapping[str, Any]], column: str, name: str) -> list[Mapping[str, Any]]:
    return [row for row in rows if row[column] == name]


def _pairs(
    old: Iterable[Mapping[str, str]], new: Iterable[Mapping[str, str]], key: str
) -> Iterable[tuple[str, Any, Any]]:
    a, b = {row[key]: row for row in old}, {row[key]: row for row in new}
    return [(name, a.get(name), b.get(name)) for name in dict.fromkeys((*a, *b))]


def _state(then: Any, now: Any) -> str:
    return "added" if not then else "removed" if not now else "changed"


def _cells(then: list[Any], now: list[Any]) -> tuple[Cell, ...]:
    """The columns that differ; rows that share a name are compared in order."""
    found: list[Cell] = []
    for a, b in zip_longest(then, now):
        for column in dict.fromkeys((*(a or ()), *(b or ()))):
            values = tuple(None if row is None else row.get(column) for row in (a, b))
            old, new = (_said(value) for value in values)
            # The same keys in another order are said otherwise.
            if old != new and values[0] != values[1]:
                found.append(Cell(column, old, new, (values[0], values[1])))
    return tuple(found)


def _said(value: Any) -> Text | None:
    """A value as a reader would have it said: words in both languages, lists and keys one after another; None for nothing."""
    if value in (None, "", [], {}):
        return None
    if isinstance(value, Mapping):
        if value.keys() == {"zh", "en"}:
            return Text(*(_bracketed(value[language]) for language in ("zh", "en")))
        parts = [(key, said) for key, part in value.items() if (said := _said(part)) is not None]
        return Text(
            "；".join(f"{key}：{said.zh}" for key, said in parts), "; ".join(f"{key}: {said.en}" for key, said in parts)
        )
    if isinstance(value, list):
        items = [said for part in value if (said := _said(part)) is not None]
        return Text(" ｜ ".join(each.zh for each in items), " | ".join(each.en for each in items))
    words = _bracketed(str(value))
    return Text(words, words)


def _bracketed(words: str) -> str:
    """Words with what is filled in named in brackets, as a rule's words are shown: `{observed}` → 〔observed〕; so are pieces that may fall away."""
    for mark, shown in (("{", "〔"), ("}", "〕"), ("[[", "〔"), ("||", "／"), ("]]", "〕")):
        words = words.replace(mark, shown)
    return words
