"""The editions of a ruleset as a list (版本一览): from when to when, what each changed from the one before, and by which document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from review.errors import Text
from review.law.comparison import WHY_WORDS, Difference, declared
from review.law.edition import Ruleset
from review.law.lineage import made_of, own_entries
from review.law.loading import ends
from review.law.tables import COLUMN_WORDS, TABLE_WORDS

_KINDS = {
    "parameter": Text("参数", "parameter"), "rule": Text("规则", "rule"), "section": Text("版本总则", "edition"), "clause": Text("条款", "clause"),
}  # fmt: skip
_STATES = {"added": Text("新增", "new"), "removed": Text("不再有", "gone"), "changed": Text("改为", "changed")}
_LONGEST = 60


class CellListed(TypedDict):
    """A column with what was and what is; null where the row was not there."""

    column: str
    then: str | None
    now: str | None


class ChangeListed(TypedDict):
    """A change of an edition from the one before: what was and what is, why (`why`, `reason`), by which document, page and of which day."""

    kind: str
    table: str
    name: str
    state: str
    why: str
    document: str
    page: str
    issued: str
    reason: dict[str, str] | None
    cells: list[CellListed]


# An edition with its period; `until` is null where no later edition begins. (`from` is a word of Python's own.)
EditionListed = TypedDict(
    "EditionListed",
    {
        "name": str, "digest": str, "from": str, "until": str | None, "title": Mapping[str, str], "changes": list[ChangeListed],
    },
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """An edition, its last day (None: open), and what it changed of the one it was made of; the first one changed nothing."""

    edition: Ruleset
    until: date | None
    differences: tuple[Difference, ...]


def listed(editions: Sequence[Ruleset]) -> tuple[Listed, ...]:
    """Every edition of a ruleset, the one that begins first first. `editions` stand in the order of their adoption."""
    contents = [each.content for each in editions]
    found = [
        Listed(each, ends(each.content, contents), made_differences(each, editions[:place]))
        for place, each in enumerate(editions)
    ]
    return tuple(sorted(found, key=lambda each: str(each.edition.content["from"])))


def editions_json(editions: Sequence[Ruleset]) -> list[EditionListed]:
    """The list as JSON values."""
    return [edition_listed(each.edition, each.differences, each.until) for each in listed(editions)]


def edition_listed(edition: Ruleset, differences: Iterable[Difference], until: date | None = None) -> EditionListed:
    """An edition as JSON values, with what it changed."""
    return {
        "name": edition.name, "digest": edition.digest, "from": edition.content["from"], "until": until.isoformat() if until else None,
        "title": edition.content["title"], "changes": [change_json(each) for each in differences],
    }  # fmt: skip


def made_differences(edition: Ruleset, earlier: Sequence[Ruleset]) -> tuple[Difference, ...]:
    """What an edition changes of the one it was made of, of those adopted `earlier`; nothing where it was made of none."""
    return _differences(made_of(edition, earlier), edition, earlier)


def proposed_differences(pairs: Sequence[tuple[Ruleset | None, Ruleset]]) -> list[tuple[Difference, ...]]:
    """What each of the editions that are proposed together changes of the one before it; `pairs` are the one before (None: none) and it."""
    before = [each for each, _ in pairs if each is not None]
    proposed = [edition for _, edition in pairs]
    return [_differences(old, new, (*before, *proposed[:place])) for place, (old, new) in enumerate(pairs)]


def _differences(before: Ruleset | None, edition: Ruleset, earlier: Sequence[Ruleset]) -> tuple[Difference, ...]:
    return declared(before, edition, own_entries(edition, before, earlier)) if before else ()


def differences_text(differences: Iterable[Difference]) -> list[str]:
    """What an edition changes of the one before it, as lines of text under the document of each."""
    return list(_difference_lines(differences))


def change_json(difference: Difference) -> ChangeListed:
    """A change as JSON values."""
    return {
        "kind": difference.kind, "table": difference.table, "name": difference.name, "state": difference.state,
        "why": difference.why, "document": difference.document, "page": difference.page, "issued": difference.issued,
        "reason": difference.reason.as_json() if difference.reason else None,
        "cells": [
            {"column": cell.column, "then": cell.then.zh if cell.then else None, "now": cell.now.zh if cell.now else None} for cell in difference.cells
        ],
    }  # fmt: skip


def editions_text(editions: Sequence[Ruleset]) -> str:
    """The list as text: an edition with its period, then each change under the document that made it."""
    return "\n".join(line for each in listed(editions) for line in edition_lines(each))


def edition_lines(found: Listed, behind: str | None = None) -> Iterator[str]:
    """An edition as lines of text; `behind` says who stands behind it."""
    content = found.edition.content
    title = content["title"]
    yield f"{found.edition.name}  {content['from']} 至 to {found.until or '今 now'}  {title['zh']} / {title['en']}"
    yield f"    {found.edition.digest}"
    if behind:
        yield f"    {behind}"
    yield from _difference_lines(found.differences)


def _difference_lines(found: Iterable[Difference]) -> Iterator[str]:
    groups: dict[tuple[str, str, str, str, str], list[Difference]] = {}
    for each in found:
        reason = each.reason.zh if each.reason else ""
        groups.setdefault((each.why, each.document, each.page, each.issued, reason), []).append(each)
    for (why, document, page, issued, reason), differences in groups.items():
        words = WHY_WORDS[why]
        parts = (document, f"第 {page} 页 page {page}" if page else "", issued, reason)
        yield "  ".join(("", f"[{words.zh} / {words.en}]", *(part for part in parts if part)))
        for difference in differences:
            yield from _change_lines(difference)


def _change_lines(difference: Difference) -> Iterator[str]:
    what, state = place_words(difference.kind, difference.table), _STATES[difference.state]
    name = f"{what.zh} {what.en} {difference.name}"
    if difference.state != "changed":
        yield f"    {name}: {state.zh} {state.en}"
        return
    for cell in difference.cells:
        column = COLUMN_WORDS.get(cell.column)
        words = f"{column.zh} {column.en}" if column else cell.column
        yield f"    {name}: {words}: {_short(cell.then)} → {_short(cell.now)}"


def place_words(kind: str, table: str) -> Text:
    """Where a change stands, in words: a parameter, a rule, the table that a row is of."""
    return _KINDS.get(kind) or TABLE_WORDS.get(table) or Text(table, table)


def _short(words: Text | None) -> str:
    if words is None:
        return "—"
    return words.zh if len(words.zh) <= _LONGEST else f"{words.zh[:_LONGEST]}…"
