"""Adopting editions (采用版本): the shipped ones that a record begins with, and the event that any adoption is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from sqlalchemy import Connection, bindparam, select

from review.law.edition import Ruleset
from review.record.editions.in_force import Law, law_of
from review.record.storage.actors import Actor
from review.record.storage.files import MOST_IN_RECORD, file_rows
from review.record.storage.journal import Row, append, drafted, next_position, packed, table
from review.record.storage.office_bodies import EditionBody, EditionNamed
from review.record.storage.store import Store
from review.record.storage.tables import StoredFile, StoredRuleset

# Who adopts what a record begins with: nobody of the office.
PRODUCT = Actor("two-high")
_THERE = select(table(StoredRuleset).c.digest).where(
    table(StoredRuleset).c.digest.in_(bindparam("digests", expanding=True))
)


def adopt_shipped(connection: Connection) -> Law:
    """The law of the record, within the writer's transaction; the editions at hand of a ruleset that it has adopted none of are adopted first, by one event.

    A record from before editions were adopted adopts them so too: its contents of the same names stay and are in force on no day.
    """
    law = law_of(connection)
    if not law.at_hand:
        return law
    body: EditionBody = {
        "act": "adopted",
        "proposal": None,
        "reason": None,
        "editions": [named(each) for each in law.at_hand],
    }
    append_edition(connection, PRODUCT, body, law.at_hand)
    return law_of(connection)


def adopt_shipped_once(store: Store) -> None:
    """See to it that the record has adopted editions. Raises RecordUnavailable."""
    with store.reading() as connection:
        begun = not law_of(connection).at_hand
    if not begun:
        with store.writing() as connection:
            adopt_shipped(connection)


def named(edition: Ruleset) -> EditionNamed:
    """An edition as an event names it."""
    content = edition.content
    return {
        "id": edition.id,
        "edition": edition.edition,
        "digest": edition.digest,
        "from": content["from"],
        "history": content["history"],
    }


def append_edition(
    connection: Connection,
    actor: Actor,
    body: EditionBody,
    editions: Sequence[Ruleset],
    files: Mapping[str, bytes] = MappingProxyType({}),
    most_files: int = MOST_IN_RECORD,
) -> int:
    """Append a step of the law with the contents and the packed files, by digest, that the record lacks. Returns its position.

    Raises Refused where the record would hold more than `most_files` bytes of files.
    """
    draft = drafted("edition", actor, body)
    position = next_position(connection)
    for model, rows in (
        (StoredRuleset, edition_rows(connection, position, editions)),
        (StoredFile, file_rows(connection, position, files, most_files)),
    ):
        if rows:
            draft.contents[model] = rows
    return append(connection, draft)


def edition_rows(connection: Connection, position: int, editions: Iterable[Ruleset]) -> list[Row]:
    """The contents of those editions that the record does not hold yet, as rows of the event at a position."""
    wanted = {each.digest: each for each in editions}
    there = {*connection.execute(_THERE, {"digests": [*wanted]}).scalars()}
    return [
        {"digest": digest, "position": position, "id": each.id, "edition": each.edition, "content": _packed(each)}
        for digest, each in wanted.items()
        if digest not in there
    ]


@lru_cache(maxsize=16)
def _packed(edition: Ruleset) -> bytes:
    return packed(edition.canonical)
