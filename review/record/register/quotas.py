"""What the city may still add (总量指标): the quotas that the office entered, each an event with its document and reason; the last of each counts."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import Connection, select

from review.errors import Fault, Refused, Text
from review.quantities import fits, plain
from review.record.storage import chain
from review.record.storage.actors import Actor
from review.record.storage.added import MEDIA
from review.record.storage.journal import append, drafted, table
from review.record.storage.store import Store
from review.record.storage.tables import Event, WeakeningSetting
from review.record.storage.text_limits import validate_words
from review.terms import not_among

FIRST_YEAR, LAST_YEAR = 2000, 2099
_PREFIX = "quota."


@dataclass(frozen=True)
class Quota:
    """What may be added of a medium from the first year to the last, both included, in the unit of `MEDIA`, and by which document."""

    medium: str
    first_year: int
    last_year: int
    amount: Decimal
    document: str
    reason: str


@dataclass(frozen=True)
class Entered:
    """A quota as it was entered: by the event at `position`, when (UTC), by whom."""

    quota: Quota
    position: int
    at: str
    actor: str


def set_quota(store: Store, quota: Quota, actor: Actor) -> int | None:
    """Record a quota; returns the number of its event, None where it is so already. Raises Refused, RecordUnavailable."""
    _validate(quota)
    quota = replace(quota, document=quota.document.strip(), reason=quota.reason.strip())
    name, value = _name(quota), chain.canonical(_stated(quota)).decode()
    with store.writing() as connection:
        if any(_name(each.quota) == name and each.quota == quota for each in read_quotas(connection)):
            return None
        return append(connection, drafted("setting", actor, {"setting": name, "value": value}))


def quota_is_sound(name: str, value: str) -> bool:
    """Whether a recorded setting of a quota is one that could have been entered; others are not for here to say."""
    if not name.startswith(_PREFIX):
        return True
    try:
        found = _read(name, value)
        _validate(found)
        return _name(found) == name and chain.canonical(_stated(found)).decode() == value
    except (Refused, ArithmeticError, ValueError, TypeError, LookupError, AttributeError):
        return False


def read_quotas(connection: Connection, upto: int | None = None) -> tuple[Entered, ...]:
    """The quotas as they stand, or stood at a position of the record: by medium, then by period."""
    rows, events = table(WeakeningSetting), table(Event)
    query = select(rows, events.c.at, events.c.actor).join(events, events.c.position == rows.c.position)
    query = query.where(rows.c.setting.like(f"{_PREFIX}%")).order_by(rows.c.position)
    if upto is not None:
        query = query.where(rows.c.position <= upto)
    found = {row.setting: Entered(_read(row.setting, row.value), row.position, row.at, row.actor) for row in connection.execute(query)}  # fmt: skip
    order = list(MEDIA)
    return tuple(
        sorted(
            found.values(),
            key=lambda each: (order.index(each.quota.medium), each.quota.first_year, each.quota.last_year),
        )
    )


def _validate(quota: Quota) -> None:
    validate_words({"document": quota.document, "reason": quota.reason}, required=("document", "reason"))
    faults = []
    if quota.medium not in MEDIA:
        media = {medium: each for medium, (each, _) in MEDIA.items()}
        faults.append(Fault("medium", not_among(quota.medium, media)))
    if not FIRST_YEAR <= quota.first_year <= quota.last_year <= LAST_YEAR:
        words = Text(
            f"应为 {FIRST_YEAR} 至 {LAST_YEAR} 之间的首年和末年，末年不早于首年",
            f"should be a first and a last year from {FIRST_YEAR} to {LAST_YEAR}, the last no earlier than the first",
        )
        faults.append(Fault("last_year", words))
    if not (quota.amount.is_finite() and quota.amount >= 0 and fits(quota.amount)):
        words = Text(
            "应为不小于 0 的数字：整数最多 12 位、小数最多 9 位",
            "should be a number of no less than 0, of at most 12 digits before the point and 9 after it",
        )
        faults.append(Fault("amount", words))
    if faults:
        raise Refused(faults)


def _name(quota: Quota) -> str:
    return f"{_PREFIX}{quota.medium}.{quota.first_year}-{quota.last_year}"


def _stated(quota: Quota) -> dict[str, str]:
    return {"amount": plain(quota.amount), "document": quota.document, "reason": quota.reason}


def _read(name: str, value: str) -> Quota:
    _, medium, period = name.split(".")
    first, last = period.split("-")
    stated = json.loads(value)
    return Quota(medium, int(first), int(last), Decimal(stated["amount"]), stated["document"], stated["reason"])
