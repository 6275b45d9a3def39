"""Passwords (密码): of each argon2's hash alone is stored; whether one is right, and whether one may be taken. Attempts with a wrong one are counted."""

from __future__ import annotations

import hmac
import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, select, update

from review.errors import Fault, Refused, Text
from review.record.storage.audit_log import Attempt, AttemptKind, Origin, attempt, count_attempts, login_hash
from review.record.storage.journal import table
from review.record.storage.operations import Credential, Session
from review.record.storage.store import Store

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200


def require_password(
    store: Store, login: str, current: str, *, origin: Origin | None = None, where: str = "current"
) -> str:
    """The stored hash of a login whose password that is. Raises Refused, at the field `where`; the attempt is in the audit log then."""
    with store.reading() as connection:
        credentials = table(Credential)
        stored = connection.execute(select(credentials.c.hash).where(credentials.c.login == login)).scalar()
    if stored is None or not matches(stored, current):
        count_failed(store, login, origin)
        raise Refused([Fault(where, Text("当前密码不正确", "is not the current password"))])
    return str(stored)


def validate_password(login: str, current: str, new: str) -> None:
    """Raises Refused for a new password that is too short or too long, holds the login, or is the current one."""
    fault = None
    if not SHORTEST_PASSWORD <= len(new) <= LONGEST_PASSWORD or len(set(new)) < 5:
        fault = Text(
            f"应为 {SHORTEST_PASSWORD} 至 {LONGEST_PASSWORD} 个字符，至少 5 种不同字符",
            f"should have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, at least 5 different ones",
        )
    elif login in new.lower() or hmac.compare_digest(
        new.encode("utf-8", "surrogatepass"), current.encode("utf-8", "surrogatepass")
    ):
        fault = Text("不能含登录名，也不能与当前密码相同", "may not hold the login or be the current one")
    if fault:
        raise Refused([Fault("new", fault)])


def set_password(connection: Connection, login: str, hashed: str, *, must_change: bool) -> None:
    """Store the hash of another password; every session of the login ends."""
    connection.execute(
        update(table(Credential)).where(table(Credential).c.login == login).values(hash=hashed, once=must_change)
    )
    connection.execute(delete(table(Session)).where(table(Session).c.login == login))


def count_failed(store: Store, login: str, origin: Origin | None) -> None:
    """Count an attempt with a wrong password in the audit log. Raises RecordUnavailable."""
    with store.writing() as connection:
        count_attempts(connection, attempt_of(login, origin))


def attempt_of(login: str, origin: Origin | None, kind: AttemptKind = "sign_in_failed") -> dict[Attempt, int]:
    """An attempt to sign in that failed, as the audit log counts it."""
    return {attempt(kind, origin.address if origin else None, login_hash(login)): 1}


def hash_of(password: str) -> str:
    """What is stored of a password."""
    return hasher().hash(password)


def matches(hashed: str, password: str) -> bool:
    """Whether a hash is that of a password."""
    try:
        return hasher().verify(hashed, password[: LONGEST_PASSWORD + 1].encode("utf-8", "surrogatepass"))
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def hasher() -> PasswordHasher:
    """What hashes passwords."""
    return PasswordHasher()


@lru_cache(maxsize=1)
def nobody() -> str:
    """A hash that no password has, to take as long for a login that there is not."""
    return hasher().hash(secrets.token_bytes(32))
