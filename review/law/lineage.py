"""Lineage (沿革的路径): which edition each edition was made of, and the history entries on the way from one edition to another.

An edition is made of the one that was in force on its first day when it was adopted. Editions stand in the order of their adoption: those
of a folder oldest first, those of a record as its events have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from review.law.amending import office_root
from review.law.edition import Ruleset

Entry = Mapping[str, Any]


def made_of(edition: Ruleset, earlier: Iterable[Ruleset]) -> Ruleset | None:
    """The edition that one was made of, of those adopted earlier: the one in force on its first day; None where none was.

    An office edition is made of one of its own root where there is any: `2026-o2` of `2026` or `2026-o1`.
    """
    root = office_root(edition.edition)
    begun = [each for each in earlier if each.id == edition.id and _first(each) <= _first(edition)]
    own = [each for each in begun if office_root(each.edition) == root]
    among = own if root != edition.edition and own else begun
    # Of equals the one adopted last.
    return max(enumerate(among), key=lambda each: (_first(each[1]), each[0]))[1] if among else None


def own_entries(edition: Ruleset, before: Ruleset | None, earlier: Sequence[Ruleset]) -> tuple[Entry, ...]:
    """The history entries that tell what an edition changes of the one it was made of; none where there is none before it.

    An edition that ships again has the entries of before as well, reworded or not, and those tell of the one before. Corrections in place count
    where both begin on one day; those of editions that begin earlier and ship again with it too, as a correction stands in the first
    edition that it touches. `earlier` are the editions adopted before it, in that order.
    """
    if before is None:
        return ()
    known = before.content["history"] if office_root(before.edition) == before.edition else ()
    reissued = _first(before) == _first(edition)
    own = [each for each in edition.content["history"] if each not in known and (reissued or "corrects" not in each)]
    own = _beside(own, _gone(known, edition))
    return (*_corrections_along(edition, before, earlier), *own) if reissued else tuple(own)


def _gone(entries: Iterable[Entry], edition: Ruleset) -> list[Entry]:
    """Those of the entries that the history of an edition does not have, or not in these words."""
    return [each for each in entries if each not in edition.content["history"]]


def _beside(entries: Iterable[Entry], reworded: Sequence[Entry]) -> list[Entry]:
    """What entries declare that those they are in other words did not."""
    found = list[Entry]()
    for entry in entries:
        known = [name for each in reworded if _rewords(entry, each) for name in each["changes"]]
        more = [name for name in entry.get("changes", ()) if name not in known]
        if more or not known:
            found.append({**entry, "changes": more} if known else entry)
    return found


def _rewords(entry: Entry, other: Entry) -> bool:
    """Whether an entry is another in other words: of one kind and date, and of the same rows by a pattern, as an office's own names each row."""
    patterns = {name for name in other.get("changes", ()) if "*" in name}
    return (entry["kind"], entry["date"]) == (other["kind"], other["date"]) and not patterns.isdisjoint(
        entry.get("changes", ())
    )


def _corrections_along(edition: Ruleset, before: Ruleset, earlier: Sequence[Ruleset]) -> tuple[Entry, ...]:
    """The corrections of editions that begin before this one, adopted since the one it was made of, which none of that time had."""
    digests = [each.digest for each in earlier]
    since = digests.index(before.digest) + 1 if before.digest in digests else len(earlier)
    known = [entry for each in earlier[:since] for entry in _corrections(each)]
    begun = [each for each in earlier[since:] if each.id == edition.id and _first(each) < _first(edition)]
    return tuple(entry for each in begun for entry in _corrections(each) if entry not in known)


def _corrections(edition: Ruleset) -> tuple[Entry, ...]:
    return tuple(each for each in edition.content["history"] if "corrects" in each)


def entries_between(old: Ruleset, new: Ruleset, editions: Iterable[Ruleset]) -> tuple[Entry, ...]:
    """The history entries that tell what differs between two editions of a ruleset, whichever is the older, those adopted first first.

    They are those of the editions on the way from one to the other, by what each was made of; never of the one from which both come. An
    edition that is none of `editions` stands where the one of its name does, and before the entries come the corrections up to its first
    day: it was recorded before a correction in place, or is another office's. Editions of two rulesets have nothing between them.
    """
    if old.id != new.id:
        return ()
    among = [each for each in editions if each.id == new.id]
    digests = {each.digest for each in among}
    apart = [each for each in (old, new) if each.digest not in digests]
    corrections = [
        entry for each in among if any(_first(each) <= _first(other) for other in apart) for entry in _corrections(each)
    ]
    among += [each for each in apart if all(each.edition != other.edition for other in among)]
    ways = [_way(_place(each, among), among) for each in (old, new)]
    passed = sorted(set(ways[0]) ^ set(ways[1]))
    found = [*corrections, *(entry for number in passed for entry in _entries_at(number, among))]
    # What was both corrected and changed by law on the way differs by the law, which would differ without the correction too.
    return tuple(sorted(found, key=lambda each: "corrects" not in each))


def _entries_at(number: int, among: Sequence[Ruleset]) -> tuple[Entry, ...]:
    """What the edition at a place changes of the one that it was made of, also as editions that ship it again tell more of that."""
    edition, earlier = among[number], among[:number]
    own = own_entries(edition, made_of(edition, earlier), earlier)
    again = [
        each
        for each in among[number + 1 :]
        if office_root(each.edition) == edition.edition and _first(each) == _first(edition)
    ]
    told = [entry for each in again for entry in _beside(_restated(each, _gone(own, each)), own)]
    return (*own, *told)


def _restated(edition: Ruleset, entries: Sequence[Entry]) -> list[Entry]:
    """The entries of an edition that say in other words what the given ones do."""
    return [each for each in edition.content["history"] if any(_rewords(each, other) for other in entries)]


def _place(edition: Ruleset, among: Sequence[Ruleset]) -> int:
    """Where an edition stands: its own place, or that of the one of its name."""
    own = next((number for number, each in enumerate(among) if each.digest == edition.digest), None)
    if own is not None:
        return own
    return next(number for number, each in enumerate(among) if each.edition == edition.edition)


def _way(number: int, among: Sequence[Ruleset]) -> list[int]:
    """An edition and all that it comes from, as places."""
    way = [number]
    while (before := made_of(among[way[-1]], among[: way[-1]])) is not None:
        way.append(next(place for place, each in enumerate(among) if each.digest == before.digest))
    return way


def _first(edition: Ruleset) -> str:
    return str(edition.content["from"])
