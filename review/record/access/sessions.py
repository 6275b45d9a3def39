"""Sessions (登录) of people who sign in with a password: opened, looked up by their token, ended. Of a token only the SHA-256 is stored."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select

from review.clock import timestamp
from review.errors import Refused
from review.record.access import second_factor
from review.record.access.accounts import active_person, find_active
from review.record.access.callers import Principal
from review.record.access.keys import digest
from review.record.access.passwords import attempt_of, count_failed, matches, nobody
from review.record.storage.audit_log import Origin, append_entry, count_attempts
from review.record.storage.journal import table
from review.record.storage.operations import Credential, Session
from review.record.storage.store import Store

_PREFIX = "two-high-session"
_SESSIONS, _CREDENTIALS = table(Session), table(Credential)
_NUMBERED = (
    select(_SESSIONS, _CREDENTIALS.c.once)
    .join(_CREDENTIALS, _CREDENTIALS.c.login == _SESSIONS.c.login)
    .where(_SESSIONS.c.id == bindparam("number"))
)


@dataclass(frozen=True)
class SignedIn:
    """A session: its token, which is not stored, its end (UTC), and whether the password must be changed first."""

    token: str
    expires: str
    must_change_password: bool


def sign_in(
    store: Store, login: str, password: str, *, hours: float, origin: Origin | None = None, code: str = ""
) -> SignedIn | None:
    """Open a session; None where login or password is wrong, which takes as long for a login that there is not.

    Either stands in the audit log, as does the right password without a code (`code_needed`). `code` is of the second factor, or a recovery code. Raises Refused where the password is right and
    the code lacks, is wrong or cannot be checked, RecordUnavailable.
    """
    with store.reading() as connection:
        row = connection.execute(select(_CREDENTIALS).where(_CREDENTIALS.c.login == login)).mappings().first()
    good = matches(row["hash"] if row else nobody(), password)
    if row is None or not good:
        count_failed(store, login, origin)
        return None
    with store.writing() as connection:
        now = connection.execute(select(_CREDENTIALS.c.hash).where(_CREDENTIALS.c.login == login)).scalar()
        if now != row["hash"]:
            count_attempts(connection, attempt_of(login, origin))
            return None
        asked = second_factor.is_on(connection, login)
        readable = not asked or second_factor.is_readable(connection, login)
        if not asked or (readable and code and second_factor.counts(connection, login, code, origin or Origin())):
            return _opened(connection, login, hours, origin, must_change=row["once"])
        count_attempts(connection, attempt_of(login, origin, "sign_in_failed" if code else "code_needed"))
    if not readable:
        raise Refused([second_factor.unreadable()])
    raise Refused([second_factor.wrong() if code else second_factor.needed()])


def open_again(store: Store, login: str, *, hours: float, origin: Origin) -> SignedIn:
    """A new session of somebody who has just changed the password within another, which ended with it. Raises NotRecorded, RecordUnavailable."""
    with store.writing() as connection:
        active_person(connection, login)
        return _opened(connection, login, hours, origin, must_change=False)


def _opened(connection: Connection, login: str, hours: float, origin: Origin | None, *, must_change: bool) -> SignedIn:
    number, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    made, expires = timestamp(), timestamp(hours * 3600)
    connection.execute(delete(_SESSIONS).where(_SESSIONS.c.expires <= made))
    entry = {"id": number, "login": login, "secret": digest(secret), "made": made, "expires": expires}
    connection.execute(insert(_SESSIONS), [entry])
    append_entry(connection, "signed_in", login, session=number, origin=origin or Origin())
    return SignedIn(f"{_PREFIX}.{number}.{secret}", expires, must_change)


def session_of(connection: Connection, presented: str) -> Principal | None:
    """The person whose session token this is; None where it is malformed, unknown or has ended."""
    number, secret = _parts(presented)
    row = connection.execute(_NUMBERED, {"number": number}).mappings().first() if number else None
    same = hmac.compare_digest(row["secret"] if row else digest(""), digest(secret))
    person = find_active(connection, row["login"]) if row and same and row["expires"] > timestamp() else None
    return (
        Principal(
            f"person:{person['login']}",
            person["name"],
            person["role"],
            must_change_password=bool(row and row["once"]),
            session=number,
            second_factor_due=second_factor.is_due(connection, person["login"], person["role"]),
        )
        if person
        else None
    )


def is_session(presented: str) -> bool:
    """Whether a token is one of a session, by its form."""
    return presented.startswith(f"{_PREFIX}.")


def sign_out(store: Store, presented: str, *, origin: Origin | None = None) -> None:
    """End a session."""
    number, _ = _parts(presented)
    with store.writing() as connection:
        login = connection.execute(select(_SESSIONS.c.login).where(_SESSIONS.c.id == number)).scalar()
        if login is not None:
            connection.execute(delete(_SESSIONS).where(_SESSIONS.c.id == number))
            append_entry(connection, "signed_out", login, session=number, origin=origin or Origin())


def _parts(presented: str) -> tuple[str, str]:
    prefix, _, rest = presented.partition(".")
    number, _, secret = rest.partition(".")
    usable = prefix == _PREFIX and len(number) == 16 and number.isascii() and number.isalnum()
    return (number if usable else "", secret)
