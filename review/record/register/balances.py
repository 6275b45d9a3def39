"""The offset register (减排来源登记册), 四（二）: a source is never drawn on for more than was verified, over all projects together.

A project reserves when its review is recorded, up to what is free; holds until it is refused, withdrawn, lapses, or a new version
takes its place. A draw on a source that is not registered is a claim: it holds nothing until the source is registered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypedDict

from sqlalchemy import Connection, and_, func, or_, select

from review.facts import Balance, Register
from review.facts.model import Claim, source_key
from review.facts.voc import POLLUTANT
from review.quantities import ZERO, plain
from review.record.projects.standing import Holding as HoldingState
from review.record.projects.standing import approval_of, latest
from review.record.storage.bodies import Movement
from review.record.storage.journal import table
from review.record.storage.tables import Draw, Source
from review.sheet import ProjectSheet

# No source with a longer name can be registered.
LONGEST_SOURCE = 200


@dataclass(frozen=True)
class Holding:
    """What one project asks of a source, and holds."""

    project: int
    asked_t: Decimal
    held_t: Decimal


@dataclass(frozen=True)
class Account:
    """A source as it stands: its verified amount (None: not registered), what is drawn, by whom, since which position."""

    verified_t: Decimal | None
    drawn_t: Decimal
    holdings: tuple[Holding, ...]
    position: int
    area: str | None = None
    pollutant: str = "voc"

    def mine(self, project: int | None) -> Decimal:
        return next((each.held_t for each in self.holdings if each.project == project), ZERO)

    def free_for(self, project: int | None) -> Decimal:
        """What the project could hold: all that others do not."""
        return ZERO if self.verified_t is None else max(ZERO, self.verified_t - (self.drawn_t - self.mine(project)))


def asked(sheet: ProjectSheet) -> dict[str, Decimal]:
    """What a sheet draws on each source (by its key), in t/a. Rows without a source or an amount draw nothing that could be held."""
    voc = sheet.voc
    offsets = () if voc is None or isinstance(voc, str) else voc.offsets or ()
    result: dict[str, Decimal] = {}
    for each in offsets:
        if each.source and len(each.source) <= LONGEST_SOURCE and each.allocated_t:
            key = source_key(each.source)
            result[key] = result.get(key, ZERO) + each.allocated_t
    return result


def sources_of(sheet: ProjectSheet) -> list[str]:
    """The sources that a review of the sheet reads, by their keys."""
    voc = sheet.voc
    offsets = () if voc is None or isinstance(voc, str) else voc.offsets or ()
    return sorted({source_key(each.source) for each in offsets if each.source and len(each.source) <= LONGEST_SOURCE})


def account(connection: Connection, source: str) -> Account:
    """A source as the record has it now."""
    sources, draws = table(Source), table(Draw)
    entry = connection.execute(
        select(sources.c.position, sources.c.verified_t, sources.c.area, sources.c.pollutant)
        .where(sources.c.source == source)
        .order_by(sources.c.position.desc())
        .limit(1)
    ).first()
    drawn = connection.execute(
        select(draws.c.position, draws.c.drawn_t)
        .where(draws.c.source == source)
        .order_by(draws.c.position.desc(), draws.c.ordinal.desc())
        .limit(1)
    ).first()
    last = (
        select(draws.c.project, func.max(draws.c.position).label("position"))
        .where(draws.c.source == source)
        .group_by(draws.c.project)
    )
    ends = last.subquery()
    rows = connection.execute(
        select(draws.c.project, draws.c.asked_t, draws.c.held_t)
        .join(ends, and_(draws.c.project == ends.c.project, draws.c.position == ends.c.position))
        .where(draws.c.source == source, draws.c.asked_t != "0")
        .order_by(draws.c.position, draws.c.ordinal)
    )
    return Account(
        verified_t=Decimal(entry.verified_t) if entry else None,
        drawn_t=Decimal(drawn.drawn_t) if drawn else ZERO,
        holdings=tuple(Holding(row.project, Decimal(row.asked_t), Decimal(row.held_t)) for row in rows),
        position=max(entry.position if entry else 0, drawn.position if drawn else 0),
        area=entry.area if entry else None,
        pollutant=entry.pollutant if entry else "voc",
    )


def read_register(connection: Connection, sheet: ProjectSheet, project: int | None) -> Register:
    """What a review of the sheet reads: the balances of registered sources and the claims on others, without the project's own."""
    balances: dict[str, Balance] = {}
    claims: dict[str, Claim] = {}
    position = 0
    for source in sources_of(sheet):
        found = account(connection, source)
        if found.verified_t is None:
            others = [each for each in found.holdings if each.project != project and each.asked_t]
            if others:
                names = tuple(_name(connection, each.project) for each in others)
                claims[source] = Claim(sum((each.asked_t for each in others), ZERO), names)
                position = max(position, found.position)
            continue
        position = max(position, found.position)
        holders = tuple(
            _name(connection, each.project) for each in found.holdings if each.project != project and each.held_t
        )
        balances[source] = Balance(
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
        # A sheet offsets VOC: it holds nothing of a source that reduces something else.
        holds = min(want, found.free_for(project)) if found.pollutant == POLLUTANT else ZERO
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


def settled(connection: Connection, source: str, verified_t: Decimal, pollutant: str = POLLUTANT) -> list[Movement]:
    """The draws that a new verified amount makes: claims are granted when a source is first registered, holdings cut when it shrinks.

    Approved projects come first, then the order of the record; what no longer fits is cut from the last.
    """
    found = account(connection, source)
    first = found.verified_t is None
    ranked = sorted(found.holdings, key=lambda each: not _approved(connection, each.project))
    granted: dict[int, Decimal] = {}
    room = verified_t if pollutant == POLLUTANT else ZERO
    for each in ranked:
        granted[each.project] = min(each.asked_t if first else each.held_t, room)
        room -= granted[each.project]
    rows, drawn = [], found.drawn_t
    # Cuts before grants: at no row is more drawn than verified.
    changed = [each for each in found.holdings if granted[each.project] != each.held_t]
    for each in sorted(changed, key=lambda each: granted[each.project] > each.held_t):
        drawn += granted[each.project] - each.held_t
        kind = "grant" if granted[each.project] > each.held_t else "cut"
        rows.append(_movement(source, each.project, kind, each.asked_t, granted[each.project], drawn))
    return rows


def _approved(connection: Connection, project: int) -> bool:
    standing = latest(connection, project)
    return bool(standing and approval_of(standing))


class HolderLine(TypedDict):
    """What a project asks of a source and holds of it, in t/a."""

    project: int
    name: str
    asked_t: str
    held_t: str


class SourceLine(TypedDict):
    """A registered source: its last entry (at `position`), what is drawn and free (t/a), and who holds what."""

    source: str
    name: str | None
    area: str
    pollutant: str
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
) -> list[SourceLine]:
    """The registered sources in order of name, from the one after `after`: verified, drawn, free, and who holds what.

    With `text`, those whose id, name or document holds it, now or in an earlier entry; with `only`, the one of that key.
    """
    sources = table(Source)
    last = select(sources.c.source, func.max(sources.c.position).label("position")).group_by(sources.c.source)
    if after is not None:
        last = last.where(sources.c.source > after)
    if only is not None:
        last = last.where(sources.c.source == only)
    if text:
        found = select(sources.c.source).where(
            or_(*(sources.c[name].icontains(text, autoescape=True) for name in ("source", "name", "document")))
        )
        last = last.where(sources.c.source.in_(found))
    ends = last.order_by(sources.c.source).limit(limit).subquery()
    rows = (
        connection.execute(select(sources).join(ends, sources.c.position == ends.c.position).order_by(sources.c.source))
        .mappings()
        .all()
    )
    return [_line(connection, row) for row in rows]


def _line(connection: Connection, row: Any) -> SourceLine:
    found = account(connection, row["source"])
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
        "area": row["area"],
        "pollutant": row["pollutant"],
        "verified_t": row["verified_t"],
        "document": row["document"],
        "completed": row["completed"],
        "position": row["position"],
        "drawn_t": plain(found.drawn_t),
        "free_t": plain(found.free_for(None)),
        "holders": holders,
    }
