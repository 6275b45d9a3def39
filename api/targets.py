"""What is replayed against, by name or day, from the editions that the server has: no folder is looked at."""

from __future__ import annotations

from datetime import date

from review.errors import EditionNotFound, Fault, Text
from review.law.loading import DEFAULT, load_builtin
from review.record.storage import chain
from review.replay.replaying import Target


def target(against: str | None, as_of: date | None) -> Target:
    """The target; neither: the recorded edition and day. Raises EditionNotFound."""
    if against is None and as_of is None:
        return Target()
    name = against or DEFAULT
    place, _, wanted = name.partition("@")
    editions = load_builtin(place) if place.isidentifier() else ()
    if not editions or (wanted and wanted not in [each.edition for each in editions]):
        raise EditionNotFound([Fault("against", Text(f"没有版本 {name[:80]}", f"there is no edition {name[:80]}"))])
    return Target(name, tuple(chain.canonical(dict(each.content)) for each in editions), wanted, as_of)
