"""Accounts (账户) of people who sign in with a password, as their last event has them."""

from __future__ import annotations

from typing import TypedDict

from sqlalchemy import Connection, bindparam, select

from review.errors import Fault, NotRecorded, Text
from review.record.storage.journal import table
from review.record.storage.tables import Account

_ROWS = table(Account)
_LAST = select(_ROWS).where(_ROWS.c.login == bindparam("login")).order_by(_ROWS.c.position.desc()).limit(1)


class Active(TypedDict):
    """An account that has not ended, as its last event states it."""

    login: str
    name: str
    role: str


def find_active(connection: Connection, login: str) -> Active | None:
    """The account of that login as its last event has it, unless it ended."""
    row = connection.execute(_LAST, {"login": login}).mappings().first()
    if row is None or row["act"] == "ended":
        return None
    return {"login": row["login"], "name": row["name"], "role": row["role"]}


def active_person(connection: Connection, login: str) -> Active:
    """The account of that login. Raises NotRecorded where there is none, or it ended."""
    found = find_active(connection, login)
    if found is None:
        raise NotRecorded(
            [Fault("login", Text("没有这个人员，或已停用", "there is no such person, or the account has ended"))]
        )
    return found
