"""The index of search (检索索引): it goes on from the last event that it has, so that recording never waits for it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, func, insert, select

from review.canonical_json import canonical
from review.errors import NotRecorded, RecordDamaged, RecordUnavailable, RulesetError
from review.law.edition import Ruleset
from review.record.editions.in_force import edition_of_digest
from review.record.search.folding import folded
from review.record.search.texts import Stated, Subject, subject_of, texts_of, texts_of_sheet
from review.record.storage.journal import body_of, packed, table, unpacked
from review.record.storage.operations import SearchText
from review.record.storage.store import Store
from review.record.storage.tables import Event, StoredSheet

BATCH = 200
# How an event, a sheet or a row of the index fails that is not as it was written.
_DAMAGED = (RecordDamaged, ValueError, KeyError, TypeError, AttributeError)


def bring_up(store: Store, most: int = BATCH) -> bool:
    """Index events that came since, at most so many; whether any are left. Raises RecordUnavailable."""
    rows = table(Event)
    with store.reading() as connection:
        after, head = _reached(connection), _head(connection)
        if after >= head:
            return False
        # Reading and folding take a while, so the writer is asked for when all is made.
        events = connection.execute(select(rows).where(rows.c.position > after).order_by(rows.c.position).limit(most))
        made = _made(connection, events.mappings())
    with store.writing() as connection:
        if _reached(connection) == after:
            connection.execute(insert(table(SearchText)), made)
    return after + len(made) < head


def bring_up_if_possible(store: Store) -> None:
    """Index a batch; where the record cannot be written now, search is by what the index has."""
    with contextlib.suppress(RecordUnavailable):
        bring_up(store)


def behind(connection: Connection) -> int:
    """How many events are not indexed yet."""
    return _head(connection) - _reached(connection)


def _reached(connection: Connection) -> int:
    return int(connection.execute(select(func.max(table(SearchText).c.position))).scalar() or 0)


def _head(connection: Connection) -> int:
    return int(connection.execute(select(func.max(table(Event).c.position))).scalar() or 0)


def stated_in(content: bytes) -> list[Stated]:
    """The texts of a row of the index, with their places; none of a row that cannot be read any more."""
    try:
        return [Stated(place, words) for place, words in json.loads(unpacked(content))]
    except _DAMAGED:
        return []


def _made(connection: Connection, events: Iterable[Any]) -> list[dict[str, Any]]:
    """The rows of these events: of each what its subject did not say before."""
    known: dict[Subject, set[Stated]] = {}
    made = []
    for event in events:
        try:
            body = body_of(event)
            subject = subject_of(event["kind"], event["position"], body)
            stated = dict.fromkeys(_texts(connection, event, body))
        except _DAMAGED:
            # `verify` names what is damaged; the rest of the record is found all the same.
            subject, stated = Subject(event["kind"], str(event["position"])), {}
        if subject not in known:
            known[subject] = _known(connection, subject)
        new = [each for each in stated if each not in known[subject]]
        known[subject].update(new)
        lines = dict.fromkeys(folded(each.words) for each in new)
        made.append(
            {
                "position": event["position"],
                "kind": subject.kind,
                "subject": subject.id,
                "folded": "\n".join(each for each in lines if each),
                "stated": packed(canonical([[each.place, each.words] for each in new])),
            }
        )
    return made


def _known(connection: Connection, subject: Subject) -> set[Stated]:
    rows = table(SearchText)
    query = select(rows.c.stated).where(rows.c.kind == subject.kind, rows.c.subject == subject.id)
    return {stated for content in connection.execute(query).scalars() for stated in stated_in(content)}


def _texts(connection: Connection, event: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[Stated]:
    yield from texts_of(event["actor"], body)
    if not (digest := body.get("sheet")):
        return
    rows = table(StoredSheet)
    content = connection.execute(select(rows.c.content).where(rows.c.digest == digest)).scalar()
    try:
        yield from texts_of_sheet(json.loads(unpacked(content)), _edition(connection, body.get("ruleset")))
    except _DAMAGED:
        # What the event itself says is found still.
        return


def _edition(connection: Connection, digest: str | None) -> Ruleset | None:
    try:
        return edition_of_digest(connection, digest) if digest else None
    except (NotRecorded, RecordDamaged, RulesetError):
        return None
