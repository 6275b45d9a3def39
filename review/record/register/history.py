"""One source of the register over time: its entries and amendments, who holds what, its movements, and what an amendment would cut."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict, cast

from sqlalchemy import Connection, func, select

from review.errors import Fault, NotRecorded, Text
from review.facts.register_keys import register_key
from review.facts.spellings import with_one_bracket
from review.quantities import plain
from review.record.projects.standing import latest
from review.record.register.balances import account, entry_account, find_entry, keys_on, settled
from review.record.register.entries import SourceEntry, key_of, require_reason, validate_entry
from review.record.register.lines import SourceLine, register_lines
from review.record.storage.bodies import Movement
from review.record.storage.journal import table
from review.record.storage.tables import Draw, Event, Source, source_of


class EntryLine(TypedDict):
    """An entry of a source or its amendment: what it states (as `SourceBody`), its position, when (`at`, UTC) and by whom."""

    position: int
    source: str
    name: str | None
    area: str
    pollutant: str
    verified_t: str
    document: str
    completed: str | None
    reason: str | None
    request: str | None
    at: str
    actor: str


class MovementLine(Movement):
    """A movement of a source, with the event that made it (`event` is its kind) and the project's `name`."""

    position: int
    ordinal: int
    at: str
    actor: str
    event: str
    name: str


class Effect(Movement):
    """What an entry would change of a project's holding: `before_t` is what it holds now, `held_t` what it would hold, in t/a."""

    before_t: str
    name: str


def source_line(connection: Connection, source: str, *, upto: int | None = None) -> SourceLine:
    """A registered source as it stands, as `register_lines` has it, or stood at a position of the record. Raises NotRecorded."""
    key = find_entry(connection, source)
    if key is None:
        raise NotRecorded(
            [Fault("source", Text(f"登记册中没有来源“{source[:60]}”", f"the register has no source “{source[:60]}”"))]
        )
    for each in register_lines(connection, limit=1, only=key, upto=upto):
        return each
    raise NotRecorded(
        [
            Fault(
                "source", Text(f"登记册那时没有来源“{source[:60]}”", f"the register had no source “{source[:60]}” then")
            )
        ]
    )


def recorded_key(connection: Connection, entry: int) -> str:
    """The key of the source that the entry of that position is of."""
    rows = table(Source)
    return str(connection.execute(select(rows.c.source).where(rows.c.position == entry)).scalar_one())


def source_entries(connection: Connection, source: str) -> list[EntryLine]:
    """Its entry and every amendment, newest first: when, by whom, what was stated and why."""
    rows, events = table(Source), table(Event)
    query = select(rows, events.c.at, events.c.actor).join(events, events.c.position == rows.c.position)
    query = query.where(source_of(rows) == with_one_bracket(find_entry(connection, source) or ""))
    query = query.order_by(rows.c.position.desc())
    return [cast(EntryLine, dict(row)) for row in connection.execute(query).mappings()]


def source_movements(
    connection: Connection, source: str, *, before: int | None = None, limit: int = 50
) -> list[MovementLine]:
    """Its movements, newest first, from those of events before `before`: what a project asks and holds after it, and all together.

    The movements of one event stay together, so there may be some more than `limit`.
    """
    rows, events, keys = (
        table(Draw),
        table(Event),
        keys_on(connection, find_entry(connection, source) or register_key(source)),
    )
    some = select(rows.c.position).where(source_of(rows).in_(keys)).order_by(rows.c.position.desc()).limit(limit)
    if before is not None:
        some = some.where(rows.c.position < before)
    newest = some.subquery()
    oldest = select(func.min(newest.c.position)).scalar_subquery()
    query = select(rows, events.c.at, events.c.actor, events.c.kind.label("event")).join(
        events, events.c.position == rows.c.position
    )
    query = query.where(source_of(rows).in_(keys), rows.c.position >= oldest).order_by(
        rows.c.position.desc(), rows.c.ordinal.desc()
    )
    if before is not None:
        query = query.where(rows.c.position < before)
    found = [dict(row) for row in connection.execute(query).mappings()]
    names = {number: project_name(connection, number) for number in {each["project"] for each in found}}
    return [cast(MovementLine, {**each, "name": names[each["project"]]}) for each in found]


@dataclass(frozen=True)
class Preview:
    """What an entry would do: under which key, whether it amends a source that is registered, its last movement, the holdings it changes."""

    key: str
    amends: bool
    position: int
    changes: tuple[Effect, ...]


def preview_source(connection: Connection, entry: SourceEntry, officer: str) -> Preview:
    """What an entry of the register would change, without recording it. Raises Refused as recording it would."""
    validate_entry(entry, officer)
    key = key_of(connection, entry)
    found = entry_account(connection, key)
    require_reason(entry, found.verified_t is not None)
    return Preview(
        key,
        found.verified_t is not None,
        found.position,
        tuple(amendment_effects(connection, key, entry.verified_t, entry.pollutant)),
    )


def amendment_effects(connection: Connection, source: str, verified_t: Decimal, pollutant: str) -> list[Effect]:
    """What an entry of that amount (t/a) would change, without recording it."""
    return [
        {
            **each,
            "before_t": plain(account(connection, each["source"]).held_by(each["project"], each["source"])),
            "name": project_name(connection, each["project"]),
        }
        for each in settled(connection, register_key(source), verified_t, pollutant)
    ]


def project_name(connection: Connection, project: int) -> str:
    """A project's name as its latest sheet has it."""
    standing = latest(connection, project)
    return standing["profile"]["name"] if standing else str(project)
