"""Sessions of people who come in by single sign-on (单点登录) on the pages: who they are and what they may do is the provider's word of then."""

from __future__ import annotations

import hmac
import secrets

from sqlalchemy import Connection, delete, insert, select

from review.clock import timestamp
from review.record.access.callers import Principal
from review.record.access.keys import digest
from review.record.storage.audit_log import Origin, append_entry
from review.record.storage.journal import table
from review.record.storage.sign_in_tables import SingleSession
from review.record.storage.store import Store

_PREFIX = "two-high-single"


def is_single_session(presented: str) -> bool:
    """Whether a token is one of a session by single sign-on, by its form."""
    return presented.startswith(f"{_PREFIX}.")


def open_single_session(store: Store, principal: Principal, *, hours: float, origin: Origin) -> str:
    """Open a session for somebody whom the provider vouches for. Returns its token; the audit log has it. Raises RecordUnavailable."""
    number, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    rows, now = table(SingleSession), timestamp()
    row = {
        "id": number, "secret": digest(secret), "subject": principal.key, "name": principal.name, "role": principal.role,
        "made": now, "expires": timestamp(hours * 3600),
    }  # fmt: skip
    with store.writing() as connection:
        connection.execute(delete(rows).where(rows.c.expires <= now))
        connection.execute(insert(rows), [row])
        append_entry(connection, "signed_in", principal.key, session=number, origin=origin)
    return f"{_PREFIX}.{number}.{secret}"


def single_session_of(connection: Connection, presented: str) -> Principal | None:
    """The person whose session token this is; None where it is malformed, unknown or has ended."""
    _, number, secret = [*presented.split(".", 2), "", ""][:3]
    rows = table(SingleSession)
    row = connection.execute(select(rows).where(rows.c.id == number)).first()
    same = hmac.compare_digest(row.secret if row else digest(""), digest(secret))
    if row is None or not same or row.expires <= timestamp():
        return None
    return Principal(row.subject, row.name, row.role, session=number)


def end_single_session(store: Store, presented: str, *, origin: Origin) -> None:
    """End a session."""
    rows = table(SingleSession)
    with store.writing() as connection:
        principal = single_session_of(connection, presented)
        if principal is not None:
            connection.execute(delete(rows).where(rows.c.id == principal.session))
            append_entry(connection, "signed_out", principal.key, session=principal.session, origin=origin)
