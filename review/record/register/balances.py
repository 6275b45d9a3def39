"""The register (登记册), 四（二）: nothing is drawn on for more than was verified, over all projects together; a retired line serves one project.

A project reserves when its review is recorded, up to what is free; holds until it is refused, withdrawn, lapses, or a new version
takes its place. A draw on what is not registered is a claim: it holds nothing until that is registered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypedDict

from sqlalchemy import Connection, and_, func, or_, select

from review.facts import Balance, Register
from review.facts.model import Claim
from review.facts.register_keys import (
    CAPACITY,
    UNIT,
    UNITS,
    VOC,
    draw_key,
    entry_for,
    identifier_of,
    keys_like,
    keys_of,
    kind_of,
    register_key,
)
from review.quantities import ZERO, plain
from review.record.projects.standing import approval_of, latest
from review.record.projects.state import Holding as HoldingState
from review.record.storage.bodies import Movement
from review.record.storage.journal import table
from review.record.storage.tables import Draw, Source
from review.sheet import ProjectSheet


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
        return next((each.held_t for each in self.holdings if each.project == project), ZERO)

    def free_for(self, project: int | None) -> Decimal:
        """What the project could hold: all that others do not; of a retired line that another holds, nothing."""
        others = self.drawn_t - self.mine(project)
        if self.verified_t is None or (self.pollutant == CAPACITY and others):
            return ZERO
        return max(ZERO, self.verified_t - others)


def account(connection: Connection, key: str, upto: int | None = None) -> Account:
    """What is drawn by a key, and the entry that it is on, as the record has them now, or had them at a position."""
    return _account(connection, _entry(connection, key, upto), (key,), upto)


def entry_account(connection: Connection, entry: str, upto: int | None = None) -> Account:
    """An entry of the register with all that is drawn on it, by whatever key."""
    found = _latest(connection, entry, upto)
    return _account(connection, found, keys_on(connection, entry), upto)


def _account(connection: Connection, entry: Any, keys: tuple[str, ...], upto: int | None) -> Account:
    draws = table(Draw)
    drawn = select(draws.c.position, draws.c.source, draws.c.project, draws.c.asked_t, draws.c.held_t, draws.c.ordinal)
    drawn = drawn.where(draws.c.source.in_(keys))
    last = select(draws.c.source, draws.c.project, func.max(draws.c.position).label("position"))
    last = last.where(draws.c.source.in_(keys)).group_by(draws.c.source, draws.c.project)
    newest = select(func.max(draws.c.position)).where(draws.c.source.in_(keys))
    if upto is not None:
        last, newest = last.where(draws.c.position <= upto), newest.where(draws.c.position <= upto)
    ends = last.subquery()
    rows = connection.execute(
        drawn.join(
            ends,
            and_(
                draws.c.source == ends.c.source,
                draws.c.project == ends.c.project,
                draws.c.position == ends.c.position,
            ),
        )
        .where(draws.c.asked_t != "0")
        .order_by(draws.c.position, draws.c.ordinal)
    )
    holdings = tuple(Holding(row.project, Decimal(row.asked_t), Decimal(row.held_t), row.source) for row in rows)
    position = connection.execute(newest).scalar() or 0
    return Account(
        verified_t=Decimal(entry.verified_t) if entry else None,
        drawn_t=sum((each.held_t for each in holdings), ZERO),
        holdings=holdings,
        position=max(entry.position if entry else 0, position),
        area=entry.area if entry else None,
        pollutant=entry.pollutant if entry else kind_of(keys[0]),
    )


def _entry(connection: Connection, key: str, upto: int | None = None) -> Any:
    """The entry that a draw is on: of its own kind, else the one that has the id."""
    found = _latest(connection, key, upto)
    plain_id = identifier_of(key)
    if found is not None or kind_of(key) in (VOC, CAPACITY):
        return found
    return _latest(connection, plain_id, upto)


def _latest(connection: Connection, entry: str, upto: int | None = None) -> Any:
    sources = table(Source)
    query = select(sources.c.position, sources.c.verified_t, sources.c.area, sources.c.pollutant)
    query = query.where(sources.c.source == entry).order_by(sources.c.position.desc()).limit(1)
    return connection.execute(query if upto is None else query.where(sources.c.position <= upto)).first()


def keys_on(connection: Connection, entry: str) -> tuple[str, ...]:
    """The keys by which sheets draw on an entry: of one that has an id alone, those of every kind that has no entry of its own."""
    if kind_of(entry) != VOC:
        return (entry,)
    rows, keys = table(Source), keys_like(entry)
    own = connection.execute(select(rows.c.source).where(rows.c.source.in_(keys))).scalars().all()
    return tuple(each for each in keys if each == entry or each not in own)


def find_entry(connection: Connection, text: str) -> str | None:
    """The entry that a person or program names, by its id or by the key of a draw on it; None where there is none."""
    key = register_key(text)
    for each in dict.fromkeys((key, identifier_of(key) if kind_of(key) != CAPACITY else key)):
        if _latest(connection, each) is not None:
            return each
    return None


def entry_key(connection: Connection, pollutant: str, name: str, *, amends: bool = False) -> str:
    """The key under which an entry is recorded: the id alone, so that it is of one kind; with its kind where the id has an entry of another.

    One that `amends` puts right the kind of the entry that has the id.
    """
    key = draw_key(pollutant, name)
    if kind_of(key) in (VOC, CAPACITY) or _latest(connection, key) is not None:
        return key
    plain_id = identifier_of(key)
    found = _latest(connection, plain_id)
    return plain_id if found is None or found.pollutant == pollutant or amends else key


def verified_for(key: str, entries: Mapping[str, tuple[str, Decimal]]) -> Decimal | None:
    """What can be drawn by a key together, by the kind and verified amount of each entry; None where nothing is registered."""
    found = entry_for(key, entries)
    if found is None:
        return None
    kind, verified = entries[found]
    return verified if kind == kind_of(key) else ZERO


def read_register(connection: Connection, sheet: ProjectSheet, project: int | None) -> Register:
    """What a review of the sheet reads: the balances of what is registered and the claims on the rest, without the project's own."""
    balances: dict[str, Balance] = {}
    claims: dict[str, Claim] = {}
    position = 0
    for key in keys_of(sheet):
        found = account(connection, key)
        if found.verified_t is None:
            others = [each for each in found.holdings if each.project != project and each.asked_t]
            if others:
                names = tuple(_name(connection, each.project) for each in others)
                claims[key] = Claim(sum((each.asked_t for each in others), ZERO), names)
                position = max(position, found.position)
            continue
        position = max(position, found.position)
        holders = tuple(
            _name(connection, each.project) for each in found.holdings if each.project != project and each.held_t
        )
        balances[key] = Balance(
            found.verified_t, found.drawn_t - found.mine(project), holders, found.area, found.pollutant
        )
    return Register(position, balances, claims)


def _name(connection: Connection, project: int) -> str:
    standing = latest(connection, project)
    return f"{standing['profile']['name']}（{standing['profile']['code'] or project}）" if standing else str(project)


def movements(
    connection: Connection, project: int, wanted: Mapping[str, Decimal], sources_held: Iterable[str]
) -> list[Movement]:
    """The draws that bring a project to what it wants now: of each source it holds or wants, as much as is free."""
    rows = []
    for source in sorted({*wanted, *sources_held}):
        found = account(connection, source)
        want = wanted.get(source, ZERO)
        # No project draws from a source that reduces something else.
        holds = min(want, found.free_for(project)) if found.pollutant == kind_of(source) else ZERO
        others = found.drawn_t - found.mine(project)
        rows.append(_movement(source, project, "reserve" if want else "release", want, holds, others + holds))
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
    return [source for source in short if account(connection, source).verified_t is not None]


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
        for key in keys_on(connection, entry)
        for each in _settled(connection, key, verified_t if pollutant == kind_of(key) else ZERO)
    ]


def _settled(connection: Connection, key: str, room: Decimal) -> list[Movement]:
    """The draws by one key once there is `room` for all of them together."""
    found = account(connection, key)
    # Of another kind than the entry had until now nothing could be held.
    first = found.verified_t is None or found.pollutant != kind_of(key)
    whole = kind_of(key) == CAPACITY
    ranked = sorted(found.holdings, key=lambda each: not _approved(connection, each.project))
    granted: dict[int, Decimal] = {}
    for each in ranked:
        granted[each.project] = min(each.asked_t if first else each.held_t, room)
        room = ZERO if whole and granted[each.project] else room - granted[each.project]
    rows, drawn = [], found.drawn_t
    # Cuts before grants: at no row is more drawn than verified.
    changed = [each for each in found.holdings if granted[each.project] != each.held_t]
    for each in sorted(changed, key=lambda each: granted[each.project] > each.held_t):
        drawn += granted[each.project] - each.held_t
        kind = "grant" if granted[each.project] > each.held_t else "cut"
        rows.append(_movement(key, each.project, kind, each.asked_t, granted[each.project], drawn))
    return rows


def _approved(connection: Connection, project: int) -> bool:
    standing = latest(connection, project)
    return bool(standing and approval_of(standing))


_SEARCHED = ("source", "name", "document", "enterprise", "line")


class HolderLine(TypedDict):
    """What a project asks of a source and holds of it, in t/a."""

    project: int
    name: str
    asked_t: str
    held_t: str


class SourceLine(TypedDict):
    """A registered source: its last entry (at `position`), what is drawn and free (`unit`), and who holds what.

    `enterprise` and `line` are of a retired line alone.
    """

    source: str
    name: str | None
    enterprise: str | None
    line: str | None
    area: str
    pollutant: str
    unit: str
    verified_t: str
    document: str
    completed: str | None
    position: int
    drawn_t: str
    free_t: str
    holders: list[HolderLine]


def register_lines(
    connection: Connection,
    after: str | None = None,
    limit: int = 100,
    *,
    text: str | None = None,
    only: str | None = None,
    pollutant: str | None = None,
    upto: int | None = None,
) -> list[SourceLine]:
    """The registered sources in order of name, from the one after `after`: verified, drawn, free, and who holds what.

    With `text`, those whose id, name or document holds it, now or in an earlier entry; with `only`, the one of that key; with
    `pollutant`, those of that kind; with `upto`, as they stood at that position of the record.
    """
    sources = table(Source)
    last = select(sources.c.source, func.max(sources.c.position).label("position")).group_by(sources.c.source)
    if upto is not None:
        last = last.where(sources.c.position <= upto)
    if after is not None:
        last = last.where(sources.c.source > after)
    if only is not None:
        last = last.where(sources.c.source == only)
    if text:
        found = select(sources.c.source).where(
            or_(*(sources.c[name].icontains(text, autoescape=True) for name in _SEARCHED))
        )
        last = last.where(sources.c.source.in_(found))
    if pollutant is None:
        last = last.order_by(sources.c.source).limit(limit)
    ends = last.subquery()
    query = select(sources).join(ends, sources.c.position == ends.c.position).order_by(sources.c.source).limit(limit)
    if pollutant is not None:
        query = query.where(sources.c.pollutant == pollutant)
    return [_line(connection, row, upto) for row in connection.execute(query).mappings().all()]


def _line(connection: Connection, row: Any, upto: int | None) -> SourceLine:
    found = entry_account(connection, row["source"], upto)
    holders: list[HolderLine] = [
        {
            "project": each.project,
            "name": _name(connection, each.project),
            "asked_t": plain(each.asked_t),
            "held_t": plain(each.held_t),
        }
        for each in found.holdings
    ]
    return {
        "source": row["source"],
        "name": row["name"],
        "enterprise": row["enterprise"],
        "line": row["line"],
        "area": row["area"],
        "pollutant": row["pollutant"],
        "unit": UNITS.get(row["pollutant"], UNIT),
        "verified_t": row["verified_t"],
        "document": row["document"],
        "completed": row["completed"],
        "position": row["position"],
        "drawn_t": plain(found.drawn_t),
        "free_t": plain(found.free_for(None)),
        "holders": holders,
    }
