"""What is replayed against, by name or day, from the editions that the record has adopted; no folder is read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from review.errors import EditionNotFound, Fault, Text
from review.law.edition import Ruleset
from review.record.editions.in_force import Law
from review.replay.replaying import Target


def target(law: Law, against: str | None, as_of: date | None) -> Target:
    """The target; neither: the recorded edition and day; a day alone: the edition then in force of the ruleset that judged each. Raises EditionNotFound."""
    if against is None and as_of is None:
        return Target()
    if against is None:
        return Target("", contents(law.editions), "", as_of)
    name = against
    place, _, wanted = name.partition("@")
    editions = law.adopted(place)
    if not editions or (wanted and wanted not in [each.edition for each in editions]):
        raise EditionNotFound([Fault("against", Text(f"没有版本 {name[:80]}", f"there is no edition {name[:80]}"))])
    return Target(name, contents(editions), wanted, as_of)


def contents(editions: Iterable[Ruleset]) -> tuple[bytes, ...]:
    """Editions as their canonical contents."""
    return tuple(each.canonical for each in editions)
