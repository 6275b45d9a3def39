"""Callers (调用者): who comes by a key or a session, and whether they are still let in where what they do is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from review.clock import timestamp, whole_seconds
from review.errors import AccessEnded, Fault, Text
from review.record.access.accounts import find_active
from review.record.storage.actors import Actor, Channel
from review.record.storage.audit_log import AttemptKind
from review.record.storage.journal import table
from review.record.storage.operations import Session
from review.record.storage.sign_in_tables import SingleSession
from review.record.storage.tables import AccessEnd, AccessKey

# A row of a key, with the id of its end or None as `ended`.
KeyRow = Mapping[str, Any]
_KEY = (
    select(table(AccessKey), table(AccessEnd).c.key.label("ended"))
    .outerjoin(table(AccessEnd), table(AccessEnd).c.key == table(AccessKey).c.key)
    .where(table(AccessKey).c.key == bindparam("number"))
)
ENDED = Text("密钥或登录在处理期间已失效", "the key or session has ended meanwhile")


@dataclass(frozen=True)
class Principal:
    """A caller: the key's id, the name given to it, and its role; `session` is the number of the session of somebody signed in with a password.

    `must_change_password`: a person whose first password is not changed yet. `second_factor_due`: one of whom the office asks a second
    factor that is not set up yet.
    """

    key: str
    name: str
    role: str
    must_change_password: bool = False
    session: str | None = None
    second_factor_due: bool = False

    def acting(self, channel: Channel) -> Actor:
        """The caller, as the record names the person who acts."""
        return Actor(self.name, self.key, channel, self.session, self._require_still)

    @property
    def is_person(self) -> bool:
        """A person signed in, with a password or by single sign-on; else a key given out to a system."""
        return self.key.startswith(("person:", "oidc:"))

    def _require_still(self, connection: Connection) -> None:
        """Raises AccessEnded where the key or session that the caller came by has ended since, or the person's role is another."""
        if self.session is not None:
            good = self._session_goes_on(connection)
        elif self.is_person:
            # A token of single sign-on: the provider's word of its own end was read when the caller was let in.
            good = True
        else:
            row = key_row(connection, self.key)
            good = row is not None and not key_over(row)
        if not good:
            raise AccessEnded([Fault("", ENDED)])

    def _session_goes_on(self, connection: Connection) -> bool:
        by_password = self.key.startswith("person:")
        rows = table(Session if by_password else SingleSession)
        there = select(rows.c.id).where(rows.c.id == self.session, rows.c.expires > timestamp())
        if connection.execute(there).first() is None:
            return False
        person = find_active(connection, self.key.removeprefix("person:")) if by_password else None
        return not by_password or (person is not None and person["role"] == self.role)


def key_row(connection: Connection, number: str) -> KeyRow | None:
    """The row of a key by its id, with its end."""
    row = connection.execute(_KEY, {"number": number}).mappings().first()
    return None if row is None else dict(row)


def key_over(row: KeyRow) -> AttemptKind | None:
    """How a key has ended; None where it has not."""
    if row["ended"] is not None:
        return "key_revoked"
    return "key_expired" if row["expires"] is not None and row["expires"] <= whole_seconds() else None
