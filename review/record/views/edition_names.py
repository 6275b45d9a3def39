"""How the editions of reviews are called (审查所用版本的名称): by the digest as recorded, where the name means another content today."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from review.record.editions.in_force import law_of
from review.record.storage.journal import table
from review.record.storage.tables import StoredReview, StoredRuleset


def edition_names(connection: Connection, reviews: Collection[int] | None = None) -> Mapping[int, str]:
    """Of these reviews (None: of all), by number, the name of each edition whose recorded name means another content today.

    `ID@2023~12345678`, as `Law.name_of` has it; a review that is not in it is called by the recorded name.
    """
    law = law_of(connection)
    rows, judged = table(StoredRuleset), table(StoredReview)
    named = {
        each.digest: name
        for each in connection.execute(select(rows.c.id, rows.c.edition, rows.c.digest))
        if "~" in (name := law.name_of(f"{each.id}@{each.edition}", each.digest))
    }
    if not named:
        return {}
    query = select(judged.c.position, judged.c.ruleset).where(judged.c.ruleset.in_(named))
    if reviews is not None:
        query = query.where(judged.c.position.in_(reviews))
    return {each.position: named[each.ruleset] for each in connection.execute(query)}
