"""The register's lines: each source as it is registered, with what is drawn on it, what is free, and who holds what."""

from __future__ import annotations

from typing import Any, TypedDict

from sqlalchemy import Connection, and_, exists, or_, select

from review.facts.register_keys import UNIT, UNITS
from review.facts.spellings import with_one_bracket
from review.quantities import plain
from review.record.register.balances import entry_account, project_names
from review.record.storage.journal import table
from review.record.storage.tables import Source, source_of

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
    later = sources.alias("later")
    one, newer = source_of(sources), later.c.position > sources.c.position
    if upto is not None:
        newer = and_(newer, later.c.position <= upto)
    query = select(sources).where(~exists(select(later.c.position).where(source_of(later) == one, newer)))
    if upto is not None:
        query = query.where(sources.c.position <= upto)
    if after is not None:
        query = query.where(sources.c.source > after)
    if only is not None:
        query = query.where(one == with_one_bracket(only))
    if text:
        among = sources.alias("among")
        found = or_(*(among.c[name].icontains(text, autoescape=True) for name in _SEARCHED))
        query = query.where(one.in_(select(source_of(among)).where(found)))
    if pollutant is not None:
        query = query.where(sources.c.pollutant == pollutant)
    query = query.order_by(sources.c.source).limit(limit)
    return [_line(connection, row, upto) for row in connection.execute(query).mappings().all()]


def _line(connection: Connection, row: Any, upto: int | None) -> SourceLine:
    found = entry_account(connection, row["source"], upto)
    names = project_names(connection, {each.project for each in found.holdings})
    holders: list[HolderLine] = [
        {
            "project": each.project,
            "name": names[each.project],
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
