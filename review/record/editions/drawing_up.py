"""Drawing up (拟制): which editions come of amendments, of a folder or of what the product ships, by the law as it stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, select

from review.errors import Fault, Refused, RulesetError, Text
from review.law.amending import amended, carried, carried_onto, has_carried, office_name, office_root
from review.law.amendments import Amended
from review.law.at_hand import default_ruleset
from review.law.changes import changes
from review.law.comparison import Difference
from review.law.compiling import from_content
from review.law.edition import KEY_COLUMNS, Ruleset
from review.law.listing import proposed_differences
from review.law.loading import every_edition
from review.law.written import row_at
from review.lint.edition import edition_faults
from review.record.editions.in_force import Law, law_of
from review.record.storage.journal import table
from review.record.storage.store import Store
from review.record.storage.tables import StoredRuleset


@dataclass(frozen=True)
class Pair:
    """A proposed edition, and the one that it comes after or takes the place of; None for the first of a ruleset.

    `conflicts` are changes of the office's own that were not carried onto it, as it changes the same.
    """

    edition: Ruleset
    before: Ruleset | None
    conflicts: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[str, ...]:
        """What differs, as lists of changes name it."""
        return tuple(str(each) for each in changes(self.before, self.edition)) if self.before else ()


@dataclass(frozen=True)
class Drawn:
    """What is to be proposed: the editions, and the digests of adopted ones that begin later and stay beside them (`kept`)."""

    pairs: tuple[Pair, ...]
    kept: tuple[str, ...] = ()

    def differences(self) -> list[tuple[Pair, tuple[Difference, ...]]]:
        """What each edition changes of the one before it, and why."""
        found = proposed_differences([(each.before, each.edition) for each in self.pairs])
        return list(zip(self.pairs, found, strict=True))


def drawn_up(law: Law, asked: Amended, taken: Sequence[str]) -> Drawn:
    """The editions that come of amendments: of the one in force on the first day, and of each that begins after it, which would else undo them.

    A later edition that has a figure of its own in place of an amended one keeps it.
    `taken` are the names of editions that the record holds. Raises RulesetError with every fault of lint, EditionNotFound.
    """
    base = law.choose(None, asked.first)
    pairs: list[Pair] = []
    names, kept = [*taken], list[str]()
    for each in (base, *later_editions(law, base.id, asked.first.isoformat())):
        mine = asked if each is base else carried(base, each, asked)
        if not mine.amendments:
            kept.append(each.digest)
            continue
        name = office_name(each.edition, names)
        names.append(name)
        begins = asked.first if each is base else date.fromisoformat(each.content["from"])
        pairs.append(Pair(amended(each, mine, name, begins), each))
    first_days = {date.fromisoformat(each.edition.content["from"]) for each in pairs}
    faults = [
        _placed(fault, each.edition, asked)
        for each in pairs
        for fault in edition_faults(each.edition, each.before, first_days)
    ]
    if faults:
        raise RulesetError(list(dict.fromkeys(faults)))
    return Drawn(tuple(pairs), tuple(kept))


def _placed(fault: Fault, edition: Ruleset, asked: Amended) -> Fault:
    """A fault of a row that an amendment names, at the place of that amendment instead of the edition's own."""
    found = row_at(edition.content, fault.where)
    for each in asked.amendments:
        if found is not None:
            table, row = found
            same = each.table == table and all(row.get(key) == value for key, value in each.row.items())
        else:
            same = fault.where == f"{each.table} ({each.row.get(KEY_COLUMNS[each.table])})"
        if same:
            return replace(fault, where=each.where or each.name)
    return fault


def later_editions(law: Law, place: str, first: str) -> list[Ruleset]:
    """The editions of a ruleset that begin after a day and are in force on some day."""
    return [each for each in law.of(place) if str(each.content["from"]) > first and law.successor(each) is None]


def of_folder(
    law: Law,
    editions: Sequence[Ruleset],
    taken: Mapping[str, Collection[str]],
    at_hand: Callable[[], Sequence[Ruleset]] | None = None,
) -> Drawn:
    """Those of a folder's editions that are not adopted and change what is judged, each beside the edition in force on its first day.

    The office's own changes are carried onto it, and named where they conflict. One that comes to differ by that, or whose name is adopted
    or was proposed with another content, becomes an office edition of that name. `taken` are the names of editions that the record holds,
    each with the digests of their contents. `at_hand` gives the editions that an office edition can have been made of besides those adopted;
    by default the folder's. Raises Refused where all of them are adopted, RulesetError with every fault of lint.
    """
    adopted = {each.name: each for each in law.editions}
    new = [each for each in editions if not law.has(each)]
    # Where something changes what is judged, editions that differ in the list of clauses alone stay as they are.
    telling = [each for each in new if (same := adopted.get(each.name)) is None or changes(same, each)]
    names, by_name = [*taken], {each.name for each in law.editions}
    pairs: list[Pair] = []
    for each in telling or new:
        first = date.fromisoformat(each.content["from"])
        among = [old for old in law.of(each.id) if old.covers(first)]
        before = among[-1] if among else None
        edition, conflicts = each, tuple[str, ...]()
        name = office_name(each.edition, names)
        shipped = _shipped_of(law, before, at_hand or (lambda: editions))
        if before is not None and shipped is not None:
            edition, conflicts = carried_onto(each, before, shipped, name)
            _require_sound(edition, each, before)
        if edition == each and (each.name in by_name or each.digest not in taken.get(each.edition, (each.digest,))):
            edition = from_content({**each.content, "edition": name})
        if edition != each:
            names.append(name)
        pairs.append(Pair(edition, before, conflicts))
    if not pairs:
        raise Refused(
            [Fault("", Text("其中的版本都已采用，没有可提的", "all of its editions are adopted: nothing to propose"))]
        )
    return Drawn(
        tuple(pairs), tuple(each.digest for each in later_editions(law, pairs[0].edition.id, first_day(pairs)))
    )


def _require_sound(edition: Ruleset, new: Ruleset, before: Ruleset) -> None:
    """Raises RulesetError where the office's changes make a fault together with a new edition that neither has alone."""
    if edition == new:
        return
    alone = {each.text for each in edition_faults(new, before, history=False)}
    found = [each for each in edition_faults(edition, before, history=False) if each.text not in alone]
    if found:
        raise RulesetError(found)


def first_day(pairs: Sequence[Pair]) -> str:
    """The first day of what is proposed."""
    return min(str(each.edition.content["from"]) for each in pairs)


def _shipped_of(law: Law, edition: Ruleset | None, at_hand: Callable[[], Sequence[Ruleset]]) -> Ruleset | None:
    """The edition that an office edition was made of; None of one that is none of the office's, or where that is not known.

    Where it was adopted only with the office's changes, or under an office's name, it is the one at hand that an adopted edition has word
    for word beside declared changes: one that was mended since would give its mended figures out as the office's own.
    """
    if edition is None or (root := office_root(edition.edition)) == edition.edition:
        return None
    of_root = [each for each in law.of(edition.id) if office_root(each.edition) == root]
    adopted = next((each for each in of_root if each.edition == root), None)
    if adopted is not None:
        return adopted
    shipped = (each for each in at_hand() if each.id == edition.id and each.edition == root)
    return next((each for each in shipped if any(has_carried(office, each) for office in of_root)), None)


def contents_taken(connection: Connection, place: str) -> dict[str, list[str]]:
    """The names of a ruleset's editions that the record holds, each with the digests of its contents."""
    rows = table(StoredRuleset)
    found: dict[str, list[str]] = {}
    for name, digest in connection.execute(select(rows.c.edition, rows.c.digest).where(rows.c.id == place)):
        found.setdefault(name, []).append(digest)
    return found


def names_taken(connection: Connection, place: str | None = None) -> list[str]:
    """The names of a ruleset's editions that the record holds: adopted, judged by, or proposed at any time."""
    return [*contents_taken(connection, place or default_ruleset())]


def proposal_for(store: Store, asked: Amended) -> Drawn:
    """The editions that amendments give by the law as it stands. Raises RulesetError, EditionNotFound, RecordUnavailable."""
    with store.reading() as connection:
        law, taken = law_of(connection), names_taken(connection)
    return drawn_up(law, asked, taken)


def proposal_of_folder(store: Store, editions: Sequence[Ruleset]) -> Drawn:
    """The editions of a folder that are to be proposed by the law as it stands. Raises Refused, RecordUnavailable."""
    with store.reading() as connection:
        law, taken = law_of(connection), contents_taken(connection, editions[0].id)
    return of_folder(law, editions, taken)


def proposal_of_shipped(store: Store) -> Drawn:
    """The editions that the product ships and that wait, as they are to be proposed. Raises Refused, RecordUnavailable."""
    with store.reading() as connection:
        law, taken = law_of(connection), contents_taken(connection, default_ruleset())
    return of_folder(law, law.waiting(), taken, every_edition)
