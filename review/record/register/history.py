"""One source of the register over time: its entries and amendments, who holds what, its movements, and what an amendment would cut."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, select

from review.errors import Fault, NotRecorded, Text
from review.facts.model import source_key
from review.quantities import plain
from review.record.projects.standing import latest
from review.record.register.balances import account, register_lines, settled
from review.record.register.entries import SourceEntry, require_reason, validate_entry
from review.record.storage.journal import table
from review.record.storage.tables import Draw, Event, Source


def source_line(connection: Connection, source: str) -> dict[str, Any]:
    """A registered source as it stands, as `register_lines` has it. Raises NotRecorded."""
    rows, key = table(Source), source_key(source)
    if connection.execute(select(func.count()).select_from(rows).where(rows.c.source == key)).scalar_one() == 0:
        raise NotRecorded(
            [Fault("source", Text(f"登记册中没有来源“{source[:60]}”", f"the register has no source “{source[:60]}”"))]
        )
    return next(each for each in register_lines(connection, limit=1, only=key))


def source_entries(connection: Connection, source: str, *, limit: int = 50) -> list[dict[str, Any]]:
    """Its entry and amendments, newest first: when, by whom, what was stated and why."""
    rows, events = table(Source), table(Event)
    query = select(rows, events.c.at, events.c.actor).join(events, events.c.position == rows.c.position)
    query = query.where(rows.c.source == source_key(source)).order_by(rows.c.position.desc()).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]


def source_movements(
    connection: Connection, source: str, *, before: int | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Its movements, newest first, from those of events before `before`: what a project asks and holds after it, and all together.

    The movements of one event stay together, so there may be some more than `limit`.
    """
    rows, events, key = table(Draw), table(Event), source_key(source)
    some = select(rows.c.position).where(rows.c.source == key).order_by(rows.c.position.desc()).limit(limit)
    if before is not None:
        some = some.where(rows.c.position < before)
    newest = some.subquery()
    oldest = select(func.min(newest.c.position)).scalar_subquery()
    query = select(rows, events.c.at, events.c.actor, events.c.kind.label("event")).join(
        events, events.c.position == rows.c.position
    )
    query = query.where(rows.c.source == key, rows.c.position >= oldest).order_by(
        rows.c.position.desc(), rows.c.ordinal.desc()
    )
    if before is not None:
        query = query.where(rows.c.position < before)
    found = [dict(row) for row in connection.execute(query).mappings()]
    names = {number: project_name(connection, number) for number in {each["project"] for each in found}}
    return [{**each, "name": names[each["project"]]} for each in found]


@dataclass(frozen=True)
class Preview:
    """What an entry would do: whether it amends a source that is registered, the source's last movement, the holdings it changes."""

    amends: bool
    position: int
    changes: tuple[dict[str, Any], ...]


def preview_source(connection: Connection, entry: SourceEntry, officer: str) -> Preview:
    """What an entry of the register would change, without recording it. Raises Refused as recording it would."""
    validate_entry(entry, officer)
    key = source_key(entry.source)
    found = account(connection, key)
    require_reason(entry, found.verified_t is not None)
    return Preview(
        found.verified_t is not None,
        found.position,
        tuple(amendment_effects(connection, key, entry.verified_t, entry.pollutant)),
    )


def amendment_effects(connection: Connection, source: str, verified_t: Decimal, pollutant: str) -> list[dict[str, Any]]:
    """What an entry of that amount would change, without recording it: `project`, `name`, `asked_t`, `before_t`, `held_t`, `kind`."""
    key = source_key(source)
    found = account(connection, key)
    return [
        {**each, "before_t": plain(found.mine(each["project"])), "name": project_name(connection, each["project"])}
        for each in settled(connection, key, verified_t, pollutant)
    ]


def project_name(connection: Connection, project: int) -> str:
    """A project's name as its latest sheet has it."""
    standing = latest(connection, project)
    return str(standing["profile"]["name"]) if standing and standing["profile"] else str(project)
