"""The tables of rows that events give (事件所载的各行), and rows in them that belong to no event."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, exists, literal_column, or_, select, true, type_coerce, union_all
from sqlalchemy.types import NullType

from review.record.proof.breaks import MOST_BREAKS, Break, broken
from review.record.storage.balance_tables import Added, Counted
from review.record.storage.beside_tables import (
    StoredAnswer,
    StoredAttachment,
    StoredConsultation,
    StoredNote,
    StoredSignature,
)
from review.record.storage.journal import table
from review.record.storage.tables import (
    Absence,
    AccessEnd,
    AccessKey,
    Account,
    AdoptedEdition,
    Checkpoint,
    Decision,
    Draw,
    EditionStep,
    Event,
    Hook,
    KnownPerson,
    Project,
    ProjectCode,
    Source,
    Standing,
    Step,
    StoredFile,
    StoredFinding,
    StoredPlan,
    StoredReview,
    StoredRuleset,
    StoredSheet,
    WeakeningSetting,
)

DERIVED = (
    Project,
    ProjectCode,
    StoredReview,
    Decision,
    Step,
    Source,
    Draw,
    AccessKey,
    AccessEnd,
    Hook,
    Account,
    KnownPerson,
    WeakeningSetting,
    Absence,
    StoredPlan,
    EditionStep,
    AdoptedEdition,
    StoredAttachment,
    StoredAnswer,
    StoredSignature,
    StoredNote,
    StoredConsultation,
)

# What is derived from a review's bytes: its rows are the review's.
OF_REVIEWS = (StoredFinding, Added)


_IMPOSSIBLE = select(type_coerce(table(Event).c.position, NullType())).where(table(Event).c.position < 1)
_PLACED = (Checkpoint, StoredRuleset, StoredSheet, StoredFile, *DERIVED, *OF_REVIEWS, Standing, Counted)


@cache
def _astray(*, whole: bool) -> Any:
    """Of each table, by its place in `_PLACED`, the first numbers that no event has; unless of the `whole` record, those above `after`. One statement: to ask each table takes longer."""
    found: list[Any] = []
    for place, model in enumerate(_PLACED):
        rows = table(model)
        key = rows.c.review if model in OF_REVIEWS else rows.c.position
        numbers: Any = (
            select(literal_column(str(place)).label("place"), type_coerce(key, NullType()).label("number"))
            .where(true() if whole else or_(key > bindparam("after"), key < 1))
            .where(~exists(select(1).where(table(Event).c.position == key)))
            .order_by(key)
            .limit(MOST_BREAKS)
        )
        found.append(select(numbers.subquery()))
    return union_all(*found)


def astray_breaks(connection: Connection, after: int, last: int) -> Iterator[Break]:
    """Rows that belong to no event above number `after`: beyond the `last` one the end was cut off; any other was put there by hand."""
    astray: dict[int, list[Any]] = {}
    for row in connection.execute(_astray(whole=not after), {"after": after} if after else {}):
        astray.setdefault(row.place, []).append(row.number)
    for table_place, numbers in sorted(astray.items()):
        model = _PLACED[table_place]
        for place in numbers:
            if isinstance(place, int) and place > last:
                yield broken(last + 1, model, place, f"末尾被截断：表中有第 {place} 号，而事件止于第 {last} 号",
                              f"the end was cut off: this table has {place}, the events end at {last}")  # fmt: skip
                break
            number = place if isinstance(place, int) else last
            yield broken(number, model, place, "多出这一行：没有事件记载它", "a row too many: no event speaks of it")
    for place in connection.execute(_IMPOSSIBLE).scalars():
        yield broken(0, Event, place, "编号不可能：事件从 1 起编号", "an impossible number: events are numbered from 1")
