"""What a verification finds: breaks of the record, and remarks; rows as the database has them, compared with what they should be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypedDict

from sqlalchemy import select, type_coerce
from sqlalchemy.types import NullType

from review.errors import Text, joined
from review.record.storage.journal import Row, table

# What the reading of edited content can end in: told as a break, and the walk goes on.
UNEXAMINED = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, IndexError, RecursionError)
# Of each kind, breaks and remarks, so many are told.
MOST_BREAKS = 20


class BreakShown(TypedDict):
    """A break as JSON values; `message` has Chinese under `zh`, English under `en`."""

    position: int
    table: str
    key: str
    message: dict[str, str]


class ComparedShown(TypedDict):
    """A checkpoint from outside as JSON values, and whether the record agrees with it."""

    position: int
    head: str
    agrees: bool


class AnchorsShown(TypedDict):
    """How many checkpoints were compared, those that the product found by itself included, and the event of the newest; 0 where there is none."""

    checkpoints: int
    newest: int


class VerifiedShown(TypedDict):
    """What was verified as JSON values: the events after number `after` (0: all); `entries` are of the audit log, `remarks` break nothing."""

    schema: str
    after: int
    events: int
    reviews: int
    checkpoints: int
    head: str
    intact: bool
    breaks: list[BreakShown]
    remarks: list[BreakShown]
    entries: int
    compared: list[ComparedShown]
    anchors: AnchorsShown


@dataclass(frozen=True)
class Break:
    """Where the record is broken: table, key of the row, and what is wrong with it. A `remark` breaks nothing and is to be looked at."""

    position: int
    table: str
    key: str
    text: Text
    remark: bool = False

    def as_json(self) -> BreakShown:
        return {"position": self.position, "table": self.table, "key": self.key, "message": self.text.as_json()}


@dataclass(frozen=True)
class Verified:
    """What was verified, every break and every remark found (at most 20 of each), in the order of the record.

    `entries` are of the audit log, `compared` the checkpoints from outside that were given, and those that differ; `anchors` counts
    all that were compared, signed ones that the product finds by itself included, of which the newest is at `newest_anchor`.
    Only events with numbers above `after` were verified; 0: the whole record.
    """

    events: int
    reviews: int
    checkpoints: int
    head: str
    breaks: tuple[Break, ...]
    remarks: tuple[Break, ...] = ()
    entries: int = 0
    compared: tuple[ComparedShown, ...] = ()
    anchors: int = 0
    newest_anchor: int = 0
    after: int = 0

    def as_json(self) -> VerifiedShown:
        return {
            "schema": "two-high/verification/1", "after": self.after, "events": self.events, "reviews": self.reviews, "checkpoints": self.checkpoints,
            "head": self.head, "intact": not self.breaks, "breaks": [each.as_json() for each in self.breaks],
            "remarks": [each.as_json() for each in self.remarks], "entries": self.entries, "compared": list(self.compared),
            "anchors": {"checkpoints": self.anchors, "newest": self.newest_anchor},
        }  # fmt: skip


def broken(position: int, model: Any, key: object, zh: str, en: str) -> Break:
    """A break at an event: `model` is the table, `key` the row's."""
    return Break(position, table(model).name, str(key), Text(zh, en))


def remark(position: int, model: Any, key: object, zh: str, en: str) -> Break:
    """Something to be looked at that breaks nothing."""
    return Break(position, table(model).name, str(key), Text(zh, en), remark=True)


def raw(rows: Any) -> Any:
    """Every column as the database has it: a value of another type is reported and does not stop the reading."""
    return select(*(type_coerce(column, NullType()).label(column.name) for column in rows.c))


def raw_without_content(rows: Any) -> Any:
    """As `raw`, without what the documents hold: they can be large, and are read one at a time."""
    return select(*(type_coerce(each, NullType()).label(each.name) for each in rows.c if each.name != "content"))


def is_digest(digest: Any) -> bool:
    return (
        isinstance(digest, str)
        and digest.startswith("sha256:")
        and len(digest) == 71
        and all(c in "0123456789abcdef" for c in digest[7:])
    )


@cache
def _keys(model: Any) -> tuple[str, ...]:
    return tuple(column.name for column in table(model).primary_key.columns)


def compared(position: int, model: Any, expected: list[Row], stored: list[Row]) -> Iterator[Break]:
    """Stored rows against those the event gives, by key."""
    keys = _keys(model)
    there = {tuple(row[name] for name in keys): row for row in stored}
    for row in expected:
        key = tuple(row[name] for name in keys)
        shown = "/".join(map(str, key))
        found = there.pop(key, None)
        if found is None:
            yield broken(position, model, shown, "缺少这一行", "the row is missing")
            continue
        wrong = [name for name in row if found[name] != row[name] or type(found[name]) not in (type(row[name]), int)]
        if wrong:
            columns = joined(wrong)
            yield broken(position, model, shown, f"这一行被改动：{columns.zh}", f"the row was edited: {columns.en}")
    for key in there:
        yield broken(
            position,
            model,
            "/".join(map(str, key)),
            "多出这一行：没有事件记载它",
            "a row too many: no event speaks of it",
        )
