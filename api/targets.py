"""What is replayed against, by name or day, from the editions that the record has adopted: no folder is looked at."""

from __future__ import annotations

from datetime import date

from review.errors import EditionNotFound, Fault, Text
from review.law.loading import DEFAULT
from review.record.editions.in_force import Law
from review.replay.replaying import Target


def target(law: Law, against: str | None, as_of: date | None) -> Target:
    """The target; neither: the recorded edition and day. Raises EditionNotFound."""
    if against is None and as_of is None:
        return Target()
    name = against or DEFAULT
    place, _, wanted = name.partition("@")
    editions = law.of(place)
    if not editions or (wanted and wanted not in [each.edition for each in editions]):
        raise EditionNotFound([Fault("against", Text(f"没有版本 {name[:80]}", f"there is no edition {name[:80]}"))])
    return Target(name, tuple(each.canonical for each in editions), wanted, as_of)
