"""Balances of what the city may still add (总量台账): quota, approved, waiting, one project, left; by medium and period, as of any position.

A project that does not state an amount is counted as one that does not, never as nothing: then what is left is at most so much.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict

from sqlalchemy import Connection, func, select

from review.quantities import ZERO, exact, plain
from review.record.register.quotas import Entered, read_quotas
from review.record.storage.added import MEDIA, sum_of
from review.record.storage.journal import table
from review.record.storage.tables import Added, Counted, Standing

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
    connection: Connection, ruleset: str, medium: str, side: str, *, upto: int | None = None, after: int = 0
) -> list[Named]:
    """The projects that do not state what they add of a medium, in order of their numbers from the one after `after`; `side`: `approved` or `pending`."""
    counted, added = _latest(upto), table(Added)
    query = (
        select(counted.c.project, added.c.review)
        .join(added, added.c.review == counted.c[side])
        .where(added.c.medium == medium, added.c.ruleset == ruleset, added.c.whole.is_(None))
        .where(counted.c.project > after)
        .order_by(counted.c.project)
        .limit(MOST_NAMED)
    )
    return [
        {"project": row.project, "name": _name(connection, row.project), "review": row.review}
        for row in connection.execute(query)
    ]


def _within(entered: Entered, year: int) -> bool:
    return entered.quota.first_year <= year <= entered.quota.last_year


def _latest(upto: int | None) -> Any:
    """What each project counts for last."""
    rows = table(Counted)
    last = select(func.max(rows.c.position).label("position")).group_by(rows.c.project)
    if upto is not None:
        last = last.where(rows.c.position <= upto)
    return select(rows).where(rows.c.position.in_(last)).subquery()


class _Sums:
    """The sums by medium: of approved projects by year of the decision, of those that wait, and what new versions of approved ones add beyond."""

    def __init__(self, connection: Connection, ruleset: str, upto: int | None) -> None:
        self.connection, self.ruleset = connection, ruleset
        counted, added = _latest(upto), table(Added)
        year = func.substr(counted.c.approved_on, 1, 4)
        self.approved: dict[tuple[str, int], tuple[Decimal, int, int]] = {}
        query = self._sums(counted, counted.c.approved).add_columns(year.label("year")).group_by("year")
        for row in connection.execute(query):
            self.approved[row.medium, int(row.year)] = _sum(row)
        query = self._sums(counted, counted.c.pending).where(counted.c.approved.is_(None))
        self.pending = {row.medium: _sum(row) for row in connection.execute(query)}
        newer = added.alias("newer")
        query = (
            select(newer.c.medium, newer.c.amount.label("new"), newer.c.whole, added.c.amount.label("old"), added.c.whole.label("was"))
            .select_from(counted)
            .join(newer, newer.c.review == counted.c.pending)
            .join(added, (added.c.review == counted.c.approved) & (added.c.medium == newer.c.medium))
            .where(newer.c.ruleset == ruleset)
        )  # fmt: skip
        for row in connection.execute(query):
            amount, projects, unstated = self.pending.get(row.medium, (ZERO, 0, 0))
            known = row.whole is not None and row.was is not None
            beyond = max(ZERO, Decimal(row.new) - Decimal(row.old)) if known else ZERO
            self.pending[row.medium] = (amount + beyond, projects + 1, unstated + (not known))

    def _sums(self, counted: Any, review: Any) -> Any:
        added = table(Added)
        columns = [func.sum(added.c[name]).label(name) for name in ("whole", "billionths", "quintillionths")]
        return (
            select(
                added.c.medium,
                *columns,
                func.count().label("projects"),
                func.count(added.c.whole).label("stated"),
            )
            .select_from(counted)
            .join(added, added.c.review == review)
            .where(added.c.ruleset == self.ruleset)
            .group_by(added.c.medium)
        )

    def approved_in(self, medium: str, first: int, last: int) -> Side:
        found = [each for (name, year), each in self.approved.items() if name == medium and first <= year <= last]
        return _side((sum((each[0] for each in found), ZERO), sum(each[1] for each in found), sum(each[2] for each in found)))  # fmt: skip

    def pending_of(self, medium: str) -> Side:
        return _side(self.pending.get(medium, (ZERO, 0, 0)))


def _sum(row: Any) -> tuple[Decimal, int, int]:
    return sum_of(row.whole, row.billionths, row.quintillionths), row.projects, row.projects - row.stated


def _side(found: tuple[Decimal, int, int]) -> Side:
    return {"amount": plain(found[0]), "projects": found[1], "not_stated": found[2]}


@dataclass(frozen=True)
class _Asked:
    """What the review asked for adds: shown, and what an approved version that it would take the place of adds (None: not stated), in which year."""

    shown: This
    replaces: bool = False
    before: Decimal | None = None
    year: int = 0


def _asked(connection: Connection, review: int, upto: int | None) -> dict[str, _Asked]:
    """By medium; nothing of a plant that exists already."""
    counted = _latest(upto)
    query = select(counted.c.approved, counted.c.approved_on, counted.c.pending)
    row = connection.execute(query.where((counted.c.approved == review) | (counted.c.pending == review))).first()
    how = None if row is None else "approved" if row.approved == review else "pending"
    old = row.approved if row is not None and how == "pending" else None
    before = _amounts(connection, old) if old is not None else {}
    return {
        medium: _Asked(
            {"amount": None if amount is None else plain(amount), "counted": how},
            old is not None and medium in before,
            before.get(medium),
            int(row.approved_on[:4]) if row is not None and row.approved_on else 0,
        )
        for medium, amount in _amounts(connection, review).items()
    }


def _amounts(connection: Connection, review: int) -> dict[str, Decimal | None]:
    rows = table(Added)
    query = select(rows.c.medium, rows.c.amount, rows.c.whole).where(rows.c.review == review)
    return {each.medium: Decimal(each.amount) if each.whole is not None else None for each in connection.execute(query)}


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
