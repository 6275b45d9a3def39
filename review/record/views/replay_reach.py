"""What a replay compares (重放的范围): how many reviews, and how many of them are judged by the very edition and day that they were judged by.

Where nothing is compared, no difference means nothing: that is said in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from sqlalchemy import Connection, func, select

from review.errors import EditionNotFound, NotRecorded, RecordDamaged, Text
from review.record.editions.in_force import edition_of_digest
from review.record.storage.contents import Span
from review.record.storage.journal import table
from review.record.storage.tables import StoredReview
from review.replay.replaying import Target


class ReachShown(TypedDict):
    """What a replay compares as JSON values; `notes` say in words what it does not compare, each in both languages."""

    reviews: int
    same: int
    outside: int
    notes: list[dict[str, str]]


@dataclass(frozen=True)
class Reach:
    """Of the `reviews` that are replayed, those judged by the edition and the day that they were judged by (`same`).

    `outside` are those judged by an edition that is not in force on the day. `target` is what they are replayed against.
    """

    target: Target
    reviews: int
    same: int = 0
    outside: int = 0

    @property
    def compares(self) -> bool:
        """Whether any review is compared with anything."""
        return self.reviews > self.same

    @property
    def notes(self) -> tuple[Text, ...]:
        """What is not compared, and what is compared by supposition alone, in words."""
        return tuple(self._notes())

    def _notes(self) -> Iterator[Text]:
        many, same, outside = f"{self.reviews:,}", f"{self.same:,}", f"{self.outside:,}"
        if not self.reviews:
            yield Text("所选范围内没有审查，什么也没有比较", "there is no review in the span: nothing was compared")
        elif not self.compares and self.target.wanted:
            yield Text(
                f"{many} 项审查原来就是按所指的版本、同一审查日作出的，什么也没有比较",
                f"the {many} reviews were judged by the very edition named, as of the same day: nothing was compared",
            )
        elif not self.compares:
            yield Text(
                f"{many} 项审查的审查日施行的就是各自原用的版本，其他版本的施行期间不含这些日子，什么也没有比较；要换版本，请指明版本",
                f"on their days of review the editions that judged the {many} reviews are in force, and the periods of the others do not touch them: nothing was compared; name an edition to judge by it",
            )
        elif self.same:
            yield Text(
                f"{many} 项中有 {same} 项原来就是按该版本、同一审查日作出的，没有可比较的",
                f"{same} of the {many} reviews were judged by that very edition, as of the same day: of these nothing was compared",
            )
        if self.outside:
            yield Text(
                f"{outside} 项的审查日不在所指版本的施行期间内，是假定按它审查的",
                f"{outside} have a day of review that the period of the edition named does not touch: they are judged by it by supposition",
            )

    def as_json(self) -> ReachShown:
        """What is compared as JSON values."""
        return {
            "reviews": self.reviews, "same": self.same, "outside": self.outside, "notes": [each.as_json() for each in self.notes],
        }  # fmt: skip


def reach_of(connection: Connection, span: Span, target: Target) -> Reach:
    """What replaying the reviews of a span against a target compares.

    Against the same edition and day every review is compared with itself, byte by byte: there `same` is none.
    """
    rows = table(StoredReview)
    query = span.of(select(rows.c.ruleset, rows.c.as_of, func.count().label("many"))).group_by(
        rows.c.ruleset, rows.c.as_of
    )
    reviews = same = outside = 0
    for row in connection.execute(query):
        reviews += row.many
        if target.same:
            continue
        try:
            day = date.fromisoformat(row.as_of)
            old = edition_of_digest(connection, row.ruleset)
            new = target.edition(old, target.as_of or day)
        except (EditionNotFound, NotRecorded, RecordDamaged, ValueError):
            # Told of each review, as an error or by the layer that is damaged.
            continue
        if new.digest == old.digest and target.as_of in (None, day):
            same += row.many
        elif new.overridden:
            outside += row.many
    return Reach(target, reviews, same, outside)
