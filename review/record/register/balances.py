"""The register (登记册), 四（二）: nothing is drawn on for more than was verified, over all projects together; a retired line serves one project.

A project reserves when its review is recorded, up to what is free; holds until it is refused, withdrawn, lapses, or a new version
takes its place. A draw on what is not registered is a claim: it holds nothing until that is registered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select

from review.facts import Balance, Register
from review.facts.model import Claim
from review.facts.register_keys import (
    CAPACITY,
    VOC,
    draw_key,
    entry_for,
    identifier_of,
    keys_like,
    keys_of,
    kind_of,
    register_key,
)
from review.facts.spellings import with_one_bracket
from review.quantities import ZERO, plain
from review.record.projects.standing import approval_of, latest, named_projects
from review.record.projects.state import Holding as HoldingState
from review.record.storage.bodies import Movement
from review.record.storage.journal import table
from review.record.storage.tables import Draw, Source, source_of
from review.record.storage.text_limits import LARGEST_NUMBER
from review.sheet import ProjectSheet

_SOURCES, _DRAWS = table(Source), table(Draw)
_ONE_ENTRY, _ONE_DRAW = source_of(_SOURCES), source_of(_DRAWS)
_NEWEST = (
    select(func.max(_SOURCES.c.position))
    .where(_ONE_ENTRY.in_(bindparam("keys", expanding=True)), _SOURCES.c.position <= bindparam("upto"))
    .group_by(_ONE_ENTRY)
)
_ENTRIES = select(
    _SOURCES.c.source, _SOURCES.c.position, _SOURCES.c.verified_t, _SOURCES.c.area, _SOURCES.c.pollutant
).where(_SOURCES.c.position.in_(_NEWEST))
_OWN = select(_ONE_ENTRY).where(_ONE_ENTRY.in_(bindparam("keys", expanding=True)))
_ENDS = (
    select(_DRAWS.c.source, _DRAWS.c.project, func.max(_DRAWS.c.position).label("position"))
    .where(_ONE_DRAW.in_(bindparam("keys", expanding=True)), _DRAWS.c.position <= bindparam("upto"))
    .group_by(_DRAWS.c.source, _DRAWS.c.project)
    .subquery()
)
_DRAWN = (
    select(_DRAWS.c.position, _DRAWS.c.source, _DRAWS.c.project, _DRAWS.c.asked_t, _DRAWS.c.held_t)
    .join(
        _ENDS,
        and_(
            _DRAWS.c.source == _ENDS.c.source,
            _DRAWS.c.project == _ENDS.c.project,
            _DRAWS.c.position == _ENDS.c.position,
        ),
    )
    .order_by(_DRAWS.c.position, _DRAWS.c.ordinal)
)


@dataclass(frozen=True)
class Holding:
    """What one project asks of a source, by which key, and holds."""

    project: int
    asked_t: Decimal
    held_t: Decimal
    key: str


@dataclass(frozen=True)
class Account:
    """A source as it stands: its verified amount (None: not registered), what is drawn, by whom, since which position."""

    verified_t: Decimal | None
    drawn_t: Decimal
    holdings: tuple[Holding, ...]
    position: int
    area: str | None = None
    pollutant: str = VOC

    def mine(self, project: int | None) -> Decimal:
        return sum((each.held_t for each in self.holdings if each.project == project), ZERO)

    def held_by(self, project: int, key: str) -> Decimal:
        """What the project holds by a key, as it is spelled."""
        return sum((each.held_t for each in self.holdings if each.project == project and each.key == key), ZERO)

    def free_for(self, project: int | None) -> Decimal:
        """What the project could hold: all that others do not; of a retired line that another holds, nothing."""
        others = self.drawn_t - self.mine(project)
        if self.verified_t is None or (self.pollutant == CAPACITY and others):
            return ZERO
        return max(ZERO, self.verified_t - others)


def account(connection: Connection, key: str, upto: int | None = None) -> Account:
    """What is drawn by a key, and the entry that it is on, as the record has them now, or had them at a position."""
    return accounts(connection, (key,), upto)[key]


def accounts(connection: Connection, keys: Sequence[str], upto: int | None = None) -> dict[str, Account]:
    """The account of each key, in the order given, as the record has them now, or had them at a position."""
    if not keys:
        return {}
    ones = {key: with_one_bracket(key) for key in keys}
    entries = _entries(connection, {*ones.values(), *map(identifier_of, ones.values())}, upto)
    drawn: dict[str, list[Any]] = {one: [] for one in ones.values()}
    for row in _drawn(connection, drawn, upto):
        drawn[with_one_bracket(row.source)].append(row)
    found = ((key, one, entry_for(one, entries)) for key, one in ones.items())
    return {key: _account(entries[entry] if entry else None, (key,), drawn[one]) for key, one, entry in found}


def unregistered(connection: Connection, keys: Sequence[str]) -> frozenset[str]:
    """Those of the keys that no entry of the register is of now."""
    return frozenset(key for key, found in accounts(connection, keys).items() if found.verified_t is None)


def entry_account(connection: Connection, entry: str, upto: int | None = None) -> Account:
    """An entry of the register with all that is drawn on it, by whatever key."""
    keys = keys_on(connection, entry)
    return _account(_latest(connection, entry, upto), keys, _drawn(connection, keys, upto))


def _account(entry: Any, keys: Sequence[str], drawn: Sequence[Any]) -> Account:
    """An account by its entry and the last draw of every project by one of its keys, in the order of the record."""
    holdings = tuple(
        Holding(row.project, Decimal(row.asked_t), Decimal(row.held_t), row.source)
        for row in drawn
        if row.asked_t != "0"
    )
    return Account(
        verified_t=Decimal(entry.verified_t) if entry else None,
        drawn_t=sum((each.held_t for each in holdings), ZERO),
        holdings=holdings,
        position=max(entry.position if entry else 0, max((row.position for row in drawn), default=0)),
        area=entry.area if entry else None,
        pollutant=entry.pollutant if entry else kind_of(keys[0]),
    )


def _drawn(connection: Connection, keys: Iterable[str], upto: int | None) -> Sequence[Any]:
    return connection.execute(_DRAWN, {"keys": [*keys], "upto": LARGEST_NUMBER if upto is None else upto}).all()


def _entries(connection: Connection, keys: Iterable[str], upto: int | None = None) -> dict[str, Any]:
    """The last entry of each of those that are registered; keys are with one kind of bracket."""
    rows = connection.execute(_ENTRIES, {"keys": [*keys], "upto": LARGEST_NUMBER if upto is None else upto})
    return {with_one_bracket(row.source): row for row in rows}


def _latest(connection: Connection, entry: str, upto: int | None = None) -> Any:
    one = with_one_bracket(entry)
    return _entries(connection, (one,), upto).get(one)


def keys_on(connection: Connection, entry: str) -> tuple[str, ...]:
    """The keys by which sheets draw on an entry, with one kind of bracket: of one that has an id alone, those of every kind that has no entry of its own."""
    one = with_one_bracket(entry)
    if kind_of(one) != VOC:
        return (one,)
    keys = keys_like(one)
    own = connection.execute(_OWN, {"keys": [*keys]}).scalars().all()
    return tuple(each for each in keys if each == one or each not in own)


def find_entry(connection: Connection, text: str) -> str | None:
    """The entry that a person or program names, by its id or by the key of a draw on it; None where there is none."""
    key = register_key(text)
    for each in dict.fromkeys((key, identifier_of(key) if kind_of(key) != CAPACITY else key)):
        if (found := _latest(connection, each)) is not None:
            return str(found.source)
    return None


def entry_key(connection: Connection, pollutant: str, name: str, *, amends: bool = False) -> str:
    """The key under which an entry is recorded: the id alone, so that it is of one kind; with its kind where the id has an entry of another.

    One that `amends` puts right the kind of the entry that has the id. An entry that is there keeps the spelling of its key.
    """
    key = draw_key(pollutant, name)
    if (found := _latest(connection, key)) is not None:
        return str(found.source)
    if kind_of(key) in (VOC, CAPACITY):
        return key
    plain_id = identifier_of(key)
    found = _latest(connection, plain_id)
    if found is None:
        return plain_id
    return str(found.source) if found.pollutant == pollutant or amends else key


def read_register(connection: Connection, sheet: ProjectSheet, project: int | None) -> Register:
    """What a review of the sheet reads: the balances of what is registered and the claims on the rest, without the project's own."""
    return register_of(connection, accounts(connection, keys_of(sheet)), project)


def register_of(connection: Connection, found: Mapping[str, Account], project: int | None) -> Register:
    """What a review reads of the accounts of its sheet's keys: `read_register`, where they have been read already."""
    balances: dict[str, Balance] = {}
    claims: dict[str, Claim] = {}
    position = 0
    names = project_names(connection, {each.project for every in found.values() for each in every.holdings})
    for key, each in found.items():
        others = [holding for holding in each.holdings if holding.project != project]
        if each.verified_t is None:
            if asking := [holding for holding in others if holding.asked_t]:
                claimants = tuple(dict.fromkeys(names[holding.project] for holding in asking))
                claims[key] = Claim(sum((holding.asked_t for holding in asking), ZERO), claimants)
                position = max(position, each.position)
            continue
        position = max(position, each.position)
        holders = tuple(dict.fromkeys(names[holding.project] for holding in others if holding.held_t))
        balances[key] = Balance(each.verified_t, each.drawn_t - each.mine(project), holders, each.area, each.pollutant)
    return Register(position, balances, claims)


def project_names(connection: Connection, projects: Collection[int]) -> dict[int, str]:
    """What the register calls each project: by its name and code as they stand now; one of which no name is recorded by its number."""
    named = {row.project: f"{row.name}（{row.code or row.project}）" for row in named_projects(connection, projects)}
    return {each: named.get(each, str(each)) for each in projects}


def movements(
    connection: Connection,
    project: int,
    wanted: Mapping[str, Decimal],
    sources_held: Iterable[str],
    known: Mapping[str, Account] = MappingProxyType({}),
) -> list[Movement]:
    """The draws that bring a project to what it wants now: of each source it holds or wants, as much as is free.

    `known` are accounts that the writer has read already.
    """
    spelled: dict[str, list[str]] = {}
    for source in sorted({*wanted, *sources_held}):
        spelled.setdefault(with_one_bracket(source), []).append(source)
    sources = [source for each in spelled.values() for source in each]
    found = {**accounts(connection, [each for each in sources if each not in known]), **known}
    return [row for each in spelled.values() for row in _moved(project, each, wanted, found[each[0]])]


def _moved(project: int, spelled: Sequence[str], wanted: Mapping[str, Decimal], found: Account) -> list[Movement]:
    """The draws of a project by the keys of one source: together no more than is free, or than it holds of one that earlier versions overdrew."""
    held = {each: found.held_by(project, each) for each in spelled}
    # What it holds by a spelling that is not asked about stays.
    stays = found.mine(project) - sum(held.values(), ZERO)
    room = max(found.free_for(project), found.mine(project)) - stays
    holds: dict[str, Decimal] = {}
    for source in spelled:
        # No project draws from a source that reduces something else.
        holds[source] = min(wanted.get(source, ZERO), room) if found.pollutant == kind_of(source) else ZERO
        room -= holds[source]
    rows, drawn = [], found.drawn_t
    # What is given back comes before what is drawn: at no row is more drawn than verified.
    for source in sorted(spelled, key=lambda each: holds[each] > held[each]):
        want = wanted.get(source, ZERO)
        drawn += holds[source] - held[source]
        rows.append(_movement(source, project, "reserve" if want else "release", want, holds[source], drawn))
    return rows


def lacking(
    connection: Connection,
    wanted: Mapping[str, Decimal],
    holdings: Mapping[str, HoldingState],
    draws: Iterable[Movement],
) -> list[str]:
    """The registered sources of which a project that holds `holdings` still has less than it wants, once it has made its `draws`.

    A source that is not registered is judged on the sheet alone.
    """
    holds = {source: Decimal(each["held_t"]) for source, each in holdings.items()} | {
        each["source"]: Decimal(each["held_t"]) for each in draws
    }
    short = [source for source, want in sorted(wanted.items()) if holds.get(source, ZERO) < want]
    return [source for source, found in accounts(connection, short).items() if found.verified_t is not None]


def _movement(source: str, project: int, kind: str, want: Decimal, holds: Decimal, drawn: Decimal) -> Movement:
    return {
        "source": source,
        "project": project,
        "kind": kind,
        "asked_t": plain(want),
        "held_t": plain(holds),
        "drawn_t": plain(drawn),
    }


def settled(connection: Connection, entry: str, verified_t: Decimal, pollutant: str) -> list[Movement]:
    """The draws that an entry makes: claims are granted when a source is first registered, holdings cut when it shrinks.

    Approved projects come first, then the order of the record; what no longer fits is cut from the last. A retired line goes to one.
    """
    return [
        each
        for key, found in accounts(connection, keys_on(connection, entry)).items()
        for each in _settled(connection, key, found, verified_t if pollutant == kind_of(key) else ZERO)
    ]


def _settled(connection: Connection, key: str, found: Account, room: Decimal) -> list[Movement]:
    """The draws by one key once there is `room` for all of them together."""
    # Of another kind than the entry had until now nothing could be held.
    first = found.verified_t is None or found.pollutant != kind_of(key)
    whole = kind_of(key) == CAPACITY
    ranked = sorted(found.holdings, key=lambda each: not _approved(connection, each.project))
    granted: dict[Holding, Decimal] = {}
    for each in ranked:
        granted[each] = min(each.asked_t if first else each.held_t, room)
        room = ZERO if whole and granted[each] else room - granted[each]
    rows, drawn = [], found.drawn_t
    # Cuts before grants: at no row is more drawn than verified.
    changed = [each for each in found.holdings if granted[each] != each.held_t]
    for each in sorted(changed, key=lambda each: granted[each] > each.held_t):
        drawn += granted[each] - each.held_t
        kind = "grant" if granted[each] > each.held_t else "cut"
        rows.append(_movement(each.key, each.project, kind, each.asked_t, granted[each], drawn))
    return rows


def _approved(connection: Connection, project: int) -> bool:
    standing = latest(connection, project)
    return bool(standing and approval_of(standing))
