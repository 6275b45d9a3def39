"""The office's settings as the record has them: each change is an event, and the last value of each counts."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from review.record.storage.journal import table
from review.record.storage.tables import WeakeningSetting
from review.record.storage.text_limits import LARGEST_NUMBER

_ROWS = table(WeakeningSetting)
_LIKE = (
    select(_ROWS.c.setting, _ROWS.c.value)
    .where(_ROWS.c.setting.like(bindparam("like")), _ROWS.c.position <= bindparam("upto"))
    .order_by(_ROWS.c.position)
)
_LAST = select(_ROWS.c.value).where(_ROWS.c.setting == bindparam("setting")).order_by(_ROWS.c.position.desc()).limit(1)


def settings_like(connection: Connection, like: str, upto: int = LARGEST_NUMBER) -> dict[str, str]:
    """The last value of each setting that is named like that (an SQL pattern), once the event `upto` was recorded."""
    found = connection.execute(_LIKE, {"like": like, "upto": upto})
    return {row.setting: row.value for row in found}


def last_setting(connection: Connection, setting: str) -> str | None:
    """The last value of a setting; None where the record speaks of none."""
    found: str | None = connection.execute(_LAST, {"setting": setting}).scalar()
    return found
