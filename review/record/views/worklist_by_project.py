"""The work list by number of project (按项目编号): none is lost or told twice, whatever changes while a program pages through it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, select

from review.errors import Fault, Refused, Text
from review.record.storage.journal import table
from review.record.storage.tables import Event, Standing
from review.record.storage.text_limits import validate_words
from review.record.views.edition_names import edition_names
from review.record.views.worklist import LARGEST_PAGE, TEXT_FILTERS, Filters, Page, current, line, reckoning_then

_LONGEST_NUMBER = 18


@dataclass(frozen=True)
class ProjectsPage:
    """A page of the list, and the time of the last event that it takes in (UTC); None for an empty record."""

    page: Page
    recorded_until: str | None


def page_by_project(
    connection: Connection, filters: Filters, *, cursor: str | None = None, limit: int = 50
) -> ProjectsPage:
    """One page, projects in order of their numbers. Raises Refused for a cursor that this list did not give."""
    validate_words({name: getattr(filters, name) for name in TEXT_FILTERS})
    limit, rows = min(limit, LARGEST_PAGE), table(Standing)
    query = current(connection, filters).order_by(None).order_by(rows.c.project).limit(limit + 1)
    found = connection.execute(query.where(rows.c.project > _after(cursor))).all()
    standings = [json.loads(row.detail) for row in found[:limit]]
    names = edition_names(connection, [each["review"] for each in standings if each["review"] is not None])
    reckoning = reckoning_then(connection, filters)
    lines = tuple(line(each, names, reckoning) for each in standings)
    return ProjectsPage(
        Page(lines, str(standings[-1]["project"]) if len(found) > limit else None), recorded_until(connection)
    )


def recorded_until(connection: Connection) -> str | None:
    """When the last event of the record was recorded (UTC); None for an empty one."""
    events = table(Event)
    found: str | None = connection.execute(select(events.c.at).order_by(events.c.position.desc()).limit(1)).scalar()
    return found


def _after(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= _LONGEST_NUMBER):
        raise Refused([Fault("cursor", Text("不是本清单给出的页码", "is not a cursor that this list gave"))])
    return int(cursor)
