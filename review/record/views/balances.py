"""Balances of what the city may still add (总量台账): quota, approved, waiting, one project, left; by medium and period, as of any position.

A project that does not state an amount is counted as one that does not, never as nothing: then what is left is at most so much.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict

from sqlalchemy import Connection, and_, func, or_, select

from review.quantities import ZERO, exact, plain
from review.record.register.quotas import Entered, read_quotas
from review.record.storage.added import GROUPS, MEDIA, amounts_of, sum_of
from review.record.storage.balance_tables import Added, Counted
from review.record.storage.journal import table
from review.record.storage.tables import Standing, StoredReview

MOST_NAMED = 50


# A medium without a quota has a line that says so.
_NOT_ENTERED: tuple[Entered | None, ...] = (None,)


class Side(TypedDict):
    """What projects add together: the sum of those that state it, how many projects there are, and how many of them do not state it."""

    amount: str
    projects: int
    not_stated: int


class QuotaShown(TypedDict):
    """A quota as it was entered: by the event at `position`, when (UTC), by whom."""

    amount: str
    document: str
    reason: str
    position: int
    at: str
    actor: str


class This(TypedDict):
    """What one review's project adds (None: not stated), and whether it is counted as `approved`, as `pending`, or as neither (None)."""

    amount: str | None
    counted: str | None


class BalanceLine(TypedDict):
    """A medium in a period, in `unit`. `quota` is None where none was entered; `left` is the quota less what is approved, and then None.

    With `left_at_most` approved projects do not state what they add, so no more is left than that. `this` is of the review asked for,
    None where it adds nothing by its stage; `left_after` is what is left once it is approved, None where that cannot be said.
    """

    medium: str
    unit: str
    first_year: int
    last_year: int
    quota: QuotaShown | None
    approved: Side
    pending: Side
    left: str | None
    left_at_most: bool
    this: This | None
    left_after: str | None


class Named(TypedDict):
    """A project that does not state what it adds of a medium."""

    project: int
    name: str
    review: int


def balances(
    connection: Connection, ruleset: str, day: date, *, review: int | None = None, upto: int | None = None
) -> list[BalanceLine]:
    """The balances of the periods that a day is in, over the projects of a ruleset; with `upto`, as they stood at that position of the record.

    `review` is the one whose project is shown beside them.
    """
    with exact():
        sums = _Sums(connection, ruleset, upto)
        asked = _asked(connection, review, upto) if review is not None else {}
        entered = [each for each in read_quotas(connection, upto) if _within(each, day.year)]
        lines = []
        for medium in MEDIA:
            own = [each for each in entered if each.quota.medium == medium]
            for each in own or _NOT_ENTERED:
                period = (each.quota.first_year, each.quota.last_year) if each else (day.year, day.year)
                lines.append(_line(sums, medium, period, each, asked.get(medium)))
        return lines


def not_stated(
    connection: Connection,
    ruleset: str,
    medium: str,
    side: str,
    *,
    upto: int | None = None,
    after: int = 0,
    limit: int = MOST_NAMED,
) -> list[Named]:
    """The projects that do not state what they add of a medium, in order of their numbers from the one after `after`; `side`: `approved` or `pending`; at most `limit` of them.

    A new version of an approved one that does not state it is among the pending: how much more it adds cannot be said.
    """
    counted, added = _latest(upto), table(Added)
    column = f"{medium}_whole"
    unstated = added.c[column].is_(None)
    query = select(counted.c.project, added.c.review).join(added, added.c.review == counted.c[side])
    if side == "pending":
        before = added.alias("before")
        query = query.outerjoin(before, before.c.review == counted.c.approved)
        unstated = or_(unstated, and_(before.c.review.is_not(None), before.c[column].is_(None)))
    query = query.where(added.c.ruleset == ruleset, unstated, counted.c.project > after)
    query = query.order_by(counted.c.project).limit(limit)
    return [
        {"project": row.project, "name": _name(connection, row.project), "review": row.review}
        for row in connection.execute(query)
    ]


def _within(entered: Entered, year: int) -> bool:
    return entered.quota.first_year <= year <= entered.quota.last_year


def _latest(upto: int | None) -> Any:
    """What each project counts for last."""
    rows = table(Counted)
    last = select(func.max(rows.c.position).label("last")).group_by(rows.c.project)
    if upto is not None:
        last = last.where(rows.c.position <= upto)
    ends = last.subquery()
    return select(rows).join(ends, rows.c.position == ends.c.last).subquery()


class _Sums:
    """The sums by medium: of approved projects by year of the decision, of those that wait, and what new versions of approved ones add beyond."""

    def __init__(self, connection: Connection, ruleset: str, upto: int | None) -> None:
        self.approved: dict[tuple[str, int], _Sum] = {}
        self.pending: dict[str, _Sum] = {}
        counted, added = _latest(upto), table(Added)
        columns = [func.sum(added.c[f"{medium}_{name}"]).label(f"{medium}_{name}") for medium in MEDIA for name in GROUPS]  # fmt: skip
        stated = [func.count(added.c[f"{medium}_whole"]).label(f"{medium}_stated") for medium in MEDIA]
        year = func.substr(counted.c.approved_on, 1, 4).label("year")
        query = (
            select(year, func.count().label("projects"), *columns, *stated)
            .select_from(counted)
            .join(added, added.c.review == func.coalesce(counted.c.approved, counted.c.pending))
            .where(added.c.ruleset == ruleset)
            .group_by("year")
        )
        for row in connection.execute(query).mappings():
            for medium in MEDIA:
                found = _Sum(
                    sum_of(*(row[f"{medium}_{name}"] for name in GROUPS)),
                    row["projects"],
                    row["projects"] - row[f"{medium}_stated"],
                )
                if row["year"] is None:
                    self.pending[medium] = found
                else:
                    self.approved[medium, int(row["year"])] = found
        self._newer_versions(connection, counted, ruleset)

    def _newer_versions(self, connection: Connection, counted: Any, ruleset: str) -> None:
        query = select(counted.c.approved, counted.c.pending)
        query = query.where(counted.c.approved.is_not(None), counted.c.pending.is_not(None))
        for row in connection.execute(query).all():
            place, now = _row(connection, row.pending)
            if place != ruleset:
                continue
            _, before = _row(connection, row.approved)
            for medium, amount in now.items():
                # A plant that exists already, approved as such, adds nothing.
                old = before.get(medium, ZERO)
                known = amount is not None and old is not None
                beyond = max(ZERO, amount - old) if amount is not None and old is not None else ZERO
                self.pending[medium] = self.pending.get(medium, _Sum()).plus(_Sum(beyond, 1, int(not known)))

    def approved_in(self, medium: str, first: int, last: int) -> Side:
        found = _Sum()
        for (name, year), each in self.approved.items():
            if name == medium and first <= year <= last:
                found = found.plus(each)
        return _side(found)

    def pending_of(self, medium: str) -> Side:
        return _side(self.pending.get(medium, _Sum()))


@dataclass(frozen=True)
class _Sum:
    amount: Decimal = ZERO
    projects: int = 0
    not_stated: int = 0

    def plus(self, other: _Sum) -> _Sum:
        return _Sum(self.amount + other.amount, self.projects + other.projects, self.not_stated + other.not_stated)


def _row(connection: Connection, review: int) -> tuple[str | None, dict[str, Decimal | None]]:
    """The ruleset of a review and what its project adds of each medium; nothing of a plant that exists already."""
    rows = table(Added)
    row = connection.execute(select(rows).where(rows.c.review == review)).mappings().first()
    return (None, {}) if row is None else (row["ruleset"], amounts_of(row))


def _side(found: _Sum) -> Side:
    return {"amount": plain(found.amount), "projects": found.projects, "not_stated": found.not_stated}


@dataclass(frozen=True)
class _Asked:
    """What the review asked for adds: shown, and what an approved version that it would take the place of adds (None: not stated), in which year."""

    shown: This
    replaces: bool = False
    before: Decimal | None = None
    year: int = 0


def _asked(connection: Connection, review: int, upto: int | None) -> dict[str, _Asked]:
    """By medium; nothing of a plant that exists already."""
    reviews, counted = table(StoredReview), table(Counted)
    project = select(reviews.c.project).where(reviews.c.position == review).scalar_subquery()
    query = select(counted).where(counted.c.project == project).order_by(counted.c.position.desc()).limit(1)
    row = connection.execute(query if upto is None else query.where(counted.c.position <= upto)).first()
    how = None
    if row is not None and review in (row.approved, row.pending):
        how = "approved" if row.approved == review else "pending"
    old = row.approved if row is not None and how == "pending" else None
    before = _row(connection, old)[1] if old is not None else {}
    return {
        medium: _Asked(
            {"amount": None if amount is None else plain(amount), "counted": how},
            old is not None and medium in before,
            before.get(medium),
            int(row.approved_on[:4]) if row is not None and row.approved_on else 0,
        )
        for medium, amount in _row(connection, review)[1].items()
    }


def _left_after(left: Decimal | None, asked: _Asked | None, period: tuple[int, int]) -> Decimal | None:
    """What is left once the review is approved; None where that cannot be said."""
    if left is None or asked is None:
        return None
    if asked.shown["counted"] == "approved":
        return left
    if asked.shown["amount"] is None:
        return None
    counted_before = asked.replaces and period[0] <= asked.year <= period[1]
    if counted_before and asked.before is None:
        return None
    return left - Decimal(asked.shown["amount"]) + ((asked.before or ZERO) if counted_before else ZERO)


def _line(
    sums: _Sums, medium: str, period: tuple[int, int], entered: Entered | None, asked: _Asked | None
) -> BalanceLine:
    approved = sums.approved_in(medium, *period)
    left = entered.quota.amount - Decimal(approved["amount"]) if entered else None
    after = _left_after(left, asked, period)
    return {
        "medium": medium,
        "unit": MEDIA[medium][1],
        "first_year": period[0],
        "last_year": period[1],
        "quota": _shown(entered) if entered else None,
        "approved": approved,
        "pending": sums.pending_of(medium),
        "left": None if left is None else plain(left),
        "left_at_most": left is not None and approved["not_stated"] > 0,
        "this": asked.shown if asked else None,
        "left_after": None if after is None else plain(after),
    }


def _shown(entered: Entered) -> QuotaShown:
    quota = entered.quota
    return {
        "amount": plain(quota.amount), "document": quota.document, "reason": quota.reason, "position": entered.position, "at": entered.at,
        "actor": entered.actor,
    }  # fmt: skip


def _name(connection: Connection, project: int) -> str:
    rows = table(Standing)
    query = select(rows.c.name).where(rows.c.project == project).order_by(rows.c.position.desc()).limit(1)
    return str(connection.execute(query).scalar() or project)
