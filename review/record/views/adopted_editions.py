"""The adopted editions of a ruleset (已采用的版本一览): each with what it changes, why and by which document, and who proposed and confirmed it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from sqlalchemy import Connection

from review.law.edition import Ruleset
from review.law.lineage import made_of
from review.law.listing import (
    ChangeListed,
    EditionListed,
    Listed,
    change_json,
    edition_lines,
    edition_listed,
    listed,
    made_differences,
)
from review.record.editions.in_force import Law
from review.record.editions.provenance import AdoptionShown, adoption_text, adoptions


class EditionAdopted(EditionListed):
    """An edition with what it changes; `adopted` says by which event and whom, null of one that is at hand and not adopted yet."""

    adopted: AdoptionShown | None


def adopted_json(connection: Connection, law: Law, place: str) -> list[EditionAdopted]:
    """The editions of a ruleset as JSON values, the one that begins first first."""
    return [
        {**edition_listed(each.edition, each.differences, each.until), "adopted": adopted}
        for each, adopted in _adopted(connection, law, place)
    ]


def adopted_text(connection: Connection, law: Law, place: str) -> str:
    """The editions of a ruleset as text."""
    lines: list[str] = []
    for each, adopted in _adopted(connection, law, place):
        lines += edition_lines(each, adoption_text(adopted) if adopted else None)
    return "\n".join(lines)


class Behind(TypedDict):
    """What stands behind an edition: the one `before` it that it was made of, what it changes of it, and its adoption; null and none for none."""

    before: str | None
    changes: list[ChangeListed]
    adopted: AdoptionShown | None


def behind(connection: Connection, law: Law, edition: Ruleset) -> Behind:
    """What stands behind an edition. Of one that was recorded and is not adopted nothing is known but its content."""
    among = law.adopted(edition.id)
    place = next((number for number, each in enumerate(among) if each.digest == edition.digest), 0)
    before, found = made_of(edition, among[:place]), adoptions(connection).get(edition.digest)
    return {
        "before": before.name if before else None, "changes": [change_json(each) for each in made_differences(edition, among[:place])],
        "adopted": found.as_json() if found else None,
    }  # fmt: skip


def _adopted(connection: Connection, law: Law, place: str) -> Iterator[tuple[Listed, AdoptionShown | None]]:
    known = adoptions(connection)
    for each in listed(law.adopted(place)):
        found = known.get(each.edition.digest)
        yield each, found.as_json() if found else None
