"""Figures that were corrected (经更正的数值): which figures of an edition a later adoption has corrected, for a review of a day.

A figure is a parameter or a row of a table. It counts as corrected where the history of an edition adopted after the review says that an
error was put right (`error`), that the document gives another value (`evidence`), or that the law says otherwise from a day on or before
the day of review (`law`): that law was in force then and the record did not have it. Law from a later day, the office's own word
(`setting`) and evidence of the same value correct nothing. What was corrected is the very figure of the review's edition; where the
correction was corrected in turn, both are told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from review.law.changes import Change, changes, entry_of
from review.law.edition import KEY_COLUMNS, Ruleset
from review.law.forms import OFFICIAL_COLUMNS
from review.law.lineage import Entry, entries_between, made_of, own_entries
from review.record.editions.in_force import Law
from review.record.editions.provenance import Adoption

# Where a figure is from: another one of these is no other value.
GROUNDS = ("source", "standard", "article", "quote", "evidence", *OFFICIAL_COLUMNS)
Figure = list[dict[str, str]]


@dataclass(frozen=True)
class Correction:
    """A figure that an adopted edition changed of the one `before` it, and the history entry that says why."""

    before: Ruleset
    edition: Ruleset
    change: Change
    entry: Entry
    adoption: Adoption


@dataclass(frozen=True)
class Corrections:
    """The corrections of a record, worked out once for every edition that is asked about. `adopted` is by digest."""

    law: Law
    adopted: Mapping[str, Adoption]
    _known: dict[str, tuple[Correction, ...]] = field(default_factory=dict)

    def since(self, old: Ruleset, review: int, as_of: date) -> Iterator[Correction]:
        """What was corrected of an edition's figures after the review of that number, which was as of that day; in order of adoption.

        What one adoption corrects of several editions alike is told once, of the review's own edition where that is one of them.
        """
        told: dict[Change, list[Figure]] = {}
        found: dict[tuple[str, ...], Correction] = {}
        for each in self._every(old):
            too_late = each.entry["kind"] == "law" and date.fromisoformat(each.edition.content["from"]) > as_of
            if each.adoption.position <= review or too_late:
                continue
            figures = told.setdefault(each.change, [figure(old, each.change)])
            then, now = figure(each.before, each.change), figure(each.edition, each.change)
            if then in figures:
                figures.append(now)
                same = (str(each.change), str(each.adoption.position), str(then), str(now))
                if same not in found or each.before == old:
                    found[same] = each
        yield from found.values()

    def _every(self, old: Ruleset) -> tuple[Correction, ...]:
        return (*self._in_place(old), *self._adopted(old.id))

    def _adopted(self, place: str) -> tuple[Correction, ...]:
        """What the adopted editions of a ruleset corrected, each of the one it was made of. Those that a record begins with correct nothing."""
        if place not in self._known:
            among, found = self.law.adopted(place), list[Correction]()
            for number, edition in enumerate(among):
                adoption, before = self.adopted.get(edition.digest), made_of(edition, among[:number])
                if adoption is not None and adoption.proposal is not None and before is not None:
                    entries = own_entries(edition, before, among[:number])
                    found += _between(before, edition, entries, adoption)
            self._known[place] = tuple(found)
        return self._known[place]

    def _in_place(self, old: Ruleset) -> tuple[Correction, ...]:
        """What the adopted edition of its name corrects of an edition that was recorded before; nothing where it is that edition."""
        if old.digest not in self._known:
            among = self.law.adopted(old.id)
            named = next((each for each in among if each.edition == old.edition and each != old), None)
            adoption = self.adopted.get(named.digest) if named is not None and old not in among else None
            found: Iterator[Correction] = iter(())
            if named is not None and adoption is not None:
                found = _between(old, named, entries_between(old, named, among), adoption)
            self._known[old.digest] = tuple(found)
        return self._known[old.digest]


def _between(before: Ruleset, edition: Ruleset, entries: tuple[Entry, ...], adoption: Adoption) -> Iterator[Correction]:
    """The figures that an edition corrects of the one before it, as its history declares them."""
    for change in changes(before, edition):
        entry = entry_of(str(change), entries)
        if change.kind in ("parameter", "table") and entry is not None and _corrects(before, edition, change, entry):
            yield Correction(before, edition, change, entry, adoption)


def _corrects(before: Ruleset, edition: Ruleset, change: Change, entry: Entry) -> bool:
    if entry["kind"] == "evidence":
        return _value(before, change) != _value(edition, change)
    return entry["kind"] in ("error", "law")


def figure(edition: Ruleset, change: Change) -> Figure:
    """The rows that a change speaks of, without their empty cells."""
    place, _, key = change.name.partition(":") if change.kind == "table" else ("parameters", "", change.name)
    rows = edition.content["parameters"] if change.kind == "parameter" else edition.content["tables"].get(place, ())
    return [{name: cell for name, cell in row.items() if cell} for row in rows if row[KEY_COLUMNS[place]] == key]


def _value(edition: Ruleset, change: Change) -> Figure:
    """The rows that a change speaks of, without where their figures are from."""
    return [{name: cell for name, cell in row.items() if name not in GROUNDS} for row in figure(edition, change)]
