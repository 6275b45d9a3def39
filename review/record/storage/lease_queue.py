"""A lease queue (租约队列): rows that wait to be worked on, each leased by one process until it is done or its lease ends.

A process that dies leaves its lease to end, and another takes the row up. The table has the columns `id`, `state` and `leased`:
until when the row is leased (`clock.timestamp`), empty where it is free. Only the one writer leases.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, select, update

from review.clock import timestamp

_LONGEST_WAIT_SECONDS = 86_400
_GROWTH = 4
# The shared generator of the module belongs to whoever seeded it.
_RANDOM = random.SystemRandom()


def next_try(attempts: int, wait_seconds: float) -> str:
    """When what has failed is tried again (UTC), which was tried `attempts` times before: after four times as long each time, a day at most."""
    wait = min(wait_seconds * _GROWTH**attempts, _LONGEST_WAIT_SECONDS)
    # Spread out, so that what failed together does not come back together.
    return timestamp(wait * _RANDOM.uniform(0.8, 1.2))


@dataclass(frozen=True)
class LeaseQueue:
    """The rows of `table` in an `open` state, in the order of the columns `first`; with `due`, none before the time in that column."""

    table: Any
    open: tuple[str, ...]
    first: tuple[str, ...]
    due: str | None = None

    def _free(self) -> Any:
        now, rows = timestamp(), self.table.c
        # An empty lease sorts before every time.
        free = and_(rows.state.in_(self.open), rows.leased <= now)
        return free if self.due is None else and_(free, rows[self.due] <= now)

    def anything_free(self, connection: Connection) -> bool:
        """Whether there is something to lease."""
        return connection.execute(select(self.table.c.id).where(self._free()).limit(1)).first() is not None

    def lease(
        self, connection: Connection, most: int, seconds: float, *, among: Any = None, **values: Any
    ) -> tuple[Sequence[Mapping[str, Any]], str]:
        """Take up to `most` free rows for so long, and set `values` on them: the rows as they were before, and the lease.

        `among`: a condition that the rows meet too.
        """
        order = [self.table.c[name] for name in self.first]
        free = self._free() if among is None else and_(self._free(), among)
        rows = connection.execute(select(self.table).where(free).order_by(*order).limit(most)).mappings().all()
        lease = timestamp(seconds)
        if rows:
            taken = self.table.c.id.in_([row["id"] for row in rows])
            connection.execute(update(self.table).where(taken).values(leased=lease, **values))
        return [dict(row) for row in rows], lease

    def read(self, connection: Connection, number: str, *, lease: str | None = None) -> Mapping[str, Any] | None:
        """A row by its id, and where a `lease` is given only while it is open and leased by that; None for none."""
        mine = self.table.c.id == number if lease is None else self._mine(number, lease)
        row = connection.execute(select(self.table).where(mine)).mappings().first()
        return None if row is None else dict(row)

    def change(
        self, connection: Connection, number: str, values: Mapping[str, Any], *, lease: str | None = None
    ) -> bool:
        """Set values on an open row, and where a `lease` is given only while it is leased by that; false where it is not so."""
        return connection.execute(update(self.table).where(self._mine(number, lease)).values(**values)).rowcount == 1

    def _mine(self, number: str, lease: str | None) -> Any:
        rows = self.table.c
        mine = and_(rows.id == number, rows.state.in_(self.open))
        return mine if lease is None else and_(mine, rows.leased == lease)

    def depths(self, connection: Connection, states: Sequence[str]) -> dict[str, int]:
        """How many rows are in each of these states."""
        rows = self.table.c
        query = select(rows.state, func.count()).where(rows.state.in_(states)).group_by(rows.state)
        found = {str(state): int(many) for state, many in connection.execute(query)}
        return {state: found.get(state, 0) for state in states}
