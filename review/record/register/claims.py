"""What projects draw on that is in no register (待登记的来源): listed with who draws how much, and what their sheets say of it, to be registered."""

from __future__ import annotations

from typing import TypedDict

from sqlalchemy import Connection, exists, func, select

from review.facts.register_keys import Drawn, drawn, identifier_of, kind_of, register_key, unit_of
from review.facts.spellings import with_one_bracket
from review.quantities import ZERO, plain
from review.record.projects.standing import latest
from review.record.register.balances import account
from review.record.register.lines import HolderLine
from review.record.storage.contents import read_review, read_sheet_bytes
from review.record.storage.journal import table
from review.record.storage.tables import Draw, Source, source_of
from review.replay.recorded import sheet_from
from review.sheet import Offset
from review.sheet.capacity import Retired
from review.sheet.carbon import CarbonReplacement
from review.sheet.pollutants import Pollutant


class Stated(TypedDict):
    """What the sheet of the project that drew first says: the name or enterprise, the document, and the verified amount."""

    name: str | None
    document: str | None
    verified_t: str | None


class ClaimLine(TypedDict):
    """What is drawn on by `key` and not registered: its kind, its id, what all ask of it together (`unit`), who asks, in order of the record."""

    key: str
    pollutant: str
    source: str
    unit: str
    asked_t: str
    holders: list[HolderLine]
    stated: Stated


def claim_lines(
    connection: Connection, after: str | None = None, limit: int = 100, *, upto: int | None = None
) -> list[ClaimLine]:
    """The claims in order of their keys, from the one after `after`; with `upto`, as they stood at that position of the record."""
    found: list[ClaimLine] = []
    while len(found) < limit and (keys := _unregistered(connection, after, limit, upto)):
        for key in keys:
            line = _line(connection, key, upto)
            if line is not None and len(found) < limit:
                found.append(line)
        after = keys[-1]
    return found


def claim_line(connection: Connection, key: str) -> ClaimLine | None:
    """A claim by its key; None where there is none."""
    return _line(connection, register_key(key), None)


def _unregistered(connection: Connection, after: str | None, limit: int, upto: int | None) -> list[str]:
    """Keys that were drawn on and have no entry of their own, one of each source, in order of the keys with one kind of bracket."""
    draws, sources = table(Draw), table(Source)
    one = source_of(draws)
    entries = select(sources.c.position).where(source_of(sources) == one)
    if upto is not None:
        entries = entries.where(sources.c.position <= upto)
    query = select(func.min(draws.c.source)).where(~exists(entries)).group_by(one).order_by(one).limit(limit)
    if after is not None:
        query = query.where(one > with_one_bracket(after))
    if upto is not None:
        query = query.having(func.min(draws.c.position) <= upto)
    return list(connection.execute(query).scalars())


def _line(connection: Connection, key: str, upto: int | None) -> ClaimLine | None:
    """A claim; None where the id is registered, or nobody draws on it any more."""
    found = account(connection, key, upto)
    if found.verified_t is not None or not found.holdings:
        return None
    holders: list[HolderLine] = []
    for each in found.holdings:
        standing = latest(connection, each.project)
        name = standing["profile"]["name"] if standing else str(each.project)
        holders.append({"project": each.project, "name": name, "asked_t": plain(each.asked_t), "held_t": "0"})
    return {
        "key": key,
        "pollutant": kind_of(key),
        "source": identifier_of(key),
        "unit": unit_of(key),
        "asked_t": plain(sum((each.asked_t for each in found.holdings), ZERO)),
        "holders": holders,
        "stated": _stated(connection, key, found.holdings[0].project),
    }


def _stated(connection: Connection, key: str, project: int) -> Stated:
    """What the newest sheet of a project says of what it draws on; nothing where it does not name it any more."""
    standing = latest(connection, project)
    nothing: Stated = {"name": None, "document": None, "verified_t": None}
    if standing is None or standing["review"] is None:
        return nothing
    sheet = sheet_from(read_sheet_bytes(connection, read_review(connection, standing["review"]).sheet))
    one = with_one_bracket(key)
    return next((_row(each) for each in drawn(sheet) if with_one_bracket(each.key) == one), nothing)


def _row(found: Drawn) -> Stated:
    name, document, amount = None, None, None
    match found.row:
        case Offset() as row:
            name, document, amount = row.project, row.document, row.reduction_t
        case CarbonReplacement() as row:
            document, amount = row.document, row.reduction_t
        case Pollutant() as row:
            document, amount = row.reduction_document, row.reduction_t
        case Retired() as row:
            name, document, amount = row.enterprise, row.document, row.capacity_t
    return {
        "name": name,
        "document": None if document == "none" else document,
        "verified_t": None if amount is None else plain(amount),
    }
