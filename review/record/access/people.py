"""People (人员) who sign in with a password. Making, resetting and ending an account are events; of a password only argon2's hash is stored.

A first password is made by this module, shown a single time, and must be changed before anything else can be done with it.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypedDict

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, func, insert, select, update

from review.clock import timestamp
from review.errors import Conflict, Fault, NotRecorded, Refused, Text
from review.record.access import second_factor
from review.record.access.keys import ROLES, Principal, digest
from review.record.access.known_people import list_known
from review.record.access.names import doubles, name_key, require_own_name
from review.record.access.weak_passwords import office_words, weakness
from review.record.storage.actors import Actor, acting
from review.record.storage.audit_log import (
    Attempt,
    AttemptKind,
    Origin,
    append_entry,
    attempt,
    count_attempts,
    login_hash,
)
from review.record.storage.journal import append, drafted, table
from review.record.storage.office_bodies import AccountBody
from review.record.storage.operations import Credential, PendingDecision, Session
from review.record.storage.store import Store
from review.record.storage.tables import Account
from review.record.storage.text_limits import LONGEST_KEY, validate_words

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
_PREFIX = "two-high-session"


@dataclass(frozen=True)
class SignedIn:
    """A session: its token, which is not stored, its end (UTC), and whether the password must be changed first."""

    token: str
    expires: str
    must_change_password: bool


def add_person(store: Store, login: str, name: str, role: str, by: str | Actor) -> str:
    """Make an account. Returns its first password, which is not stored. Raises Refused, RecordUnavailable.

    A name is what decisions are signed with: no two people, and no person and key, have the same, not even after one has left.
    """
    actor = acting(by)
    validate_words(
        {"login": login, "name": name, "by": actor.name}, required=("login", "name", "by"), longest=LONGEST_KEY
    )
    if not _LOGIN.fullmatch(login):
        words = Text("应为 2 至 32 个小写字母、数字或 . _ -", "should be 2 to 32 of a-z, 0-9 and . _ -")
        raise Refused([Fault("login", words)])
    if role not in ROLES:
        there = ", ".join(ROLES)
        raise Refused(
            [
                Fault(
                    "role",
                    Text(f"“{role[:40]}”不可用；可用：{there}", f"{role[:40]!r} is not allowed; allowed: {there}"),
                )
            ]
        )
    password, name = secrets.token_urlsafe(15), name.strip()
    hashed = _hasher().hash(password)
    accounts = table(Account)
    with store.writing() as connection:
        if connection.execute(select(accounts.c.login).where(accounts.c.login == login)).first() is not None:
            raise Refused(
                [Fault("login", Text(f"登录名 {login} 已有人使用过", f"the login {login} is or was somebody's"))]
            )
        if any(name_key(each["subject"]) == name_key(login) for each in list_known(connection)):
            words = Text(f"“{login}”已是某人的标识", f"{login} is or was somebody's subject")
            raise Refused([Fault("login", words)])
        require_own_name(connection, name)
        append(
            connection,
            drafted("account", actor, {"login": login, "act": "added", "name": name, "role": role, "reason": None}),
        )
        connection.execute(insert(table(Credential)), [{"login": login, "hash": hashed, "once": True}])
    return password


def reset_password(store: Store, login: str, reason: str, by: str | Actor, *, expected: int | None = None) -> str:
    """Give a person another first password; every session ends. Returns it. Raises NotRecorded, Refused, Conflict, RecordUnavailable.

    `expected` is the last event of the account that was seen: a form sent twice does not change the password twice.
    """
    actor = acting(by)
    validate_words({"reason": reason, "by": actor.name}, required=("reason", "by"))
    password = secrets.token_urlsafe(15)
    hashed = _hasher().hash(password)
    with store.writing() as connection:
        person = _active(connection, login)
        if expected is not None and expected != read_person(connection, login)["position"]:
            raise Conflict(
                [
                    Fault(
                        "",
                        Text(
                            "该人员的账户刚有变动，未再次重置；请先查看",
                            "the account has changed since: nothing was reset; see it first",
                        ),
                    )
                ]
            )
        append(connection, drafted("account", actor, _body(person, "reset", reason)))
        append_entry(connection, "password_reset", login, origin=Origin(actor.channel), by=actor.principal)
        _set_password(connection, login, hashed, must_change=True)
    return password


def end_person(store: Store, login: str, reason: str, by: str | Actor) -> None:
    """End an account immediately, with its sessions; its password is forgotten, its decisions that wait for a second person lapse. Raises NotRecorded, Refused, RecordUnavailable."""
    actor = acting(by)
    validate_words({"reason": reason, "by": actor.name}, required=("reason", "by"))
    with store.writing() as connection:
        person = _active(connection, login)
        append(connection, drafted("account", actor, _body(person, "ended", reason)))
        for model in (Credential, Session):
            connection.execute(delete(table(model)).where(table(model).c.login == login))
        second_factor.forget(connection, login)
        # What waits for a second person was this person's to answer for.
        pending = table(PendingDecision)
        connection.execute(
            update(pending)
            .where(pending.c.login == f"person:{login}", pending.c.state == "waiting")
            .values(state="lapsed", detail=reason, ended=timestamp())
        )


class Person(TypedDict):
    """An account as callers are shown it.

    `ended` is why the account ended, None while it is in use. `must_change_password`: the first password is not changed yet;
    `once` says the same under the name that callers have known. `doubles`: the logins, subjects and keys of others who have the same
    name, recorded before names had to differ.
    """

    login: str
    name: str
    role: str
    ended: str | None
    once: bool
    must_change_password: bool
    doubles: list[str]


class PersonSeen(Person):
    """An account with the `position` of its last event."""

    position: int


class _Active(TypedDict):
    """An account that has not ended, as its last event states it."""

    login: str
    name: str
    role: str


def _body(person: _Active, act: str, reason: str) -> AccountBody:
    return {"login": person["login"], "act": act, "name": person["name"], "role": person["role"], "reason": reason}


def list_people(connection: Connection) -> list[Person]:
    """Every account, in order of login."""
    accounts, credentials = table(Account), table(Credential)
    query = (
        select(accounts, credentials.c.once)
        .outerjoin(credentials, credentials.c.login == accounts.c.login)
        .where(accounts.c.position.in_(_last()))
    )
    same = doubles(connection)
    return [_person(row, same) for row in connection.execute(query.order_by(accounts.c.login)).mappings()]


def read_person(connection: Connection, login: str) -> PersonSeen:
    """One account with the position of its last event. Raises NotRecorded."""
    accounts, credentials = table(Account), table(Credential)
    query = (
        select(accounts, credentials.c.once)
        .outerjoin(credentials, credentials.c.login == accounts.c.login)
        .where(accounts.c.login == login)
    )
    row = connection.execute(query.order_by(accounts.c.position.desc()).limit(1)).mappings().first()
    if row is None:
        raise NotRecorded([Fault("login", Text("没有这个人员", "there is no such person"))])
    return {**_person(row, doubles(connection)), "position": row["position"]}


def _person(row: Any, same: Mapping[str, list[str]]) -> Person:
    due = bool(row["once"])
    return {
        "login": row["login"],
        "name": row["name"],
        "role": row["role"],
        "ended": row["reason"] if row["act"] == "ended" else None,
        "once": due,
        "must_change_password": due,
        "doubles": same.get(row["login"], []),
    }


def _last() -> Any:
    accounts = table(Account)
    return select(func.max(accounts.c.position)).group_by(accounts.c.login)


def _find(connection: Connection, login: str) -> _Active | None:
    """The account of that login as its last event has it, unless it ended."""
    accounts = table(Account)
    query = select(accounts).where(accounts.c.login == login).order_by(accounts.c.position.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    if row is None or row["act"] == "ended":
        return None
    return {"login": row["login"], "name": row["name"], "role": row["role"]}


def _active(connection: Connection, login: str) -> _Active:
    found = _find(connection, login)
    if found is None:
        raise NotRecorded(
            [Fault("login", Text("没有这个人员，或已停用", "there is no such person, or the account has ended"))]
        )
    return found


def sign_in(
    store: Store, login: str, password: str, *, hours: float, origin: Origin | None = None, code: str = ""
) -> SignedIn | None:
    """Open a session; None where login or password is wrong, which takes as long for a login that there is not.

    Either stands in the audit log, as does the right password without a code (`code_needed`). `code` is of the second factor, or a recovery code. Raises Refused where the password is right and
    the code lacks, is wrong or cannot be checked, RecordUnavailable.
    """
    with store.reading() as connection:
        credentials = table(Credential)
        row = connection.execute(select(credentials).where(credentials.c.login == login)).mappings().first()
    good = _matches(row["hash"] if row else _nobody(), password)
    if row is None or not good:
        _failed(store, login, origin)
        return None
    with store.writing() as connection:
        if connection.execute(select(credentials.c.hash).where(credentials.c.login == login)).scalar() != row["hash"]:
            count_attempts(connection, _attempt(login, origin))
            return None
        asked = second_factor.is_on(connection, login)
        readable = not asked or second_factor.is_readable(connection, login)
        if not asked or (readable and code and second_factor.counts(connection, login, code, origin or Origin())):
            return _opened(connection, login, hours, origin, must_change=row["once"])
        count_attempts(connection, _attempt(login, origin, "sign_in_failed" if code else "code_needed"))
    if not readable:
        raise Refused([second_factor.unreadable()])
    raise Refused([second_factor.wrong() if code else second_factor.needed()])


def open_again(store: Store, login: str, *, hours: float, origin: Origin) -> SignedIn:
    """A new session of somebody who has just changed the password within another, which ended with it. Raises NotRecorded, RecordUnavailable."""
    with store.writing() as connection:
        _active(connection, login)
        return _opened(connection, login, hours, origin, must_change=False)


def _opened(connection: Connection, login: str, hours: float, origin: Origin | None, *, must_change: bool) -> SignedIn:
    number, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    made, expires = timestamp(), timestamp(hours * 3600)
    sessions = table(Session)
    connection.execute(delete(sessions).where(sessions.c.expires <= made))
    entry = {"id": number, "login": login, "secret": digest(secret), "made": made, "expires": expires}
    connection.execute(insert(sessions), [entry])
    append_entry(connection, "signed_in", login, session=number, origin=origin or Origin())
    return SignedIn(f"{_PREFIX}.{number}.{secret}", expires, must_change)


def _failed(store: Store, login: str, origin: Origin | None) -> None:
    with store.writing() as connection:
        count_attempts(connection, _attempt(login, origin))


def _attempt(login: str, origin: Origin | None, kind: AttemptKind = "sign_in_failed") -> dict[Attempt, int]:
    return {attempt(kind, origin.address if origin else None, login_hash(login)): 1}


def session_of(connection: Connection, presented: str) -> Principal | None:
    """The person whose session token this is; None where it is malformed, unknown or has ended."""
    number, secret = _parts(presented)
    sessions, credentials = table(Session), table(Credential)
    query = (
        select(sessions, credentials.c.once)
        .join(credentials, credentials.c.login == sessions.c.login)
        .where(sessions.c.id == number)
    )
    row = connection.execute(query).mappings().first() if number else None
    same = hmac.compare_digest(row["secret"] if row else digest(""), digest(secret))
    person = _find(connection, row["login"]) if row and same and row["expires"] > timestamp() else None
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
    sessions = table(Session)
    with store.writing() as connection:
        login = connection.execute(select(sessions.c.login).where(sessions.c.id == number)).scalar()
        if login is not None:
            connection.execute(delete(sessions).where(sessions.c.id == number))
            append_entry(connection, "signed_out", login, session=number, origin=origin or Origin())


def change_password(store: Store, login: str, current: str, new: str, *, origin: Origin | None = None) -> None:
    """Change one's own password; every session ends, this one too. Raises Refused where the current one is wrong or the new one is weak."""
    old, credentials = require_password(store, login, current, origin=origin), table(Credential)
    with store.reading() as connection:
        person, office = _find(connection, login), office_words(connection)
    _validate_password(login, current, new)
    if (weak := weakness(new, (login, person["name"] if person else ""), office)) is not None:
        raise Refused([weak])
    hashed = _hasher().hash(new)
    with store.writing() as connection:
        if connection.execute(select(credentials.c.hash).where(credentials.c.login == login)).scalar() != old:
            raise Refused([Fault("current", Text("密码刚被更改", "the password was changed just now"))])
        _set_password(connection, login, hashed, must_change=False)
        append_entry(connection, "password_changed", login, origin=origin or Origin())


def require_password(
    store: Store, login: str, current: str, *, origin: Origin | None = None, where: str = "current"
) -> str:
    """The stored hash of a login whose password that is. Raises Refused, at the field `where`; the attempt is in the audit log then."""
    with store.reading() as connection:
        credentials = table(Credential)
        stored = connection.execute(select(credentials.c.hash).where(credentials.c.login == login)).scalar()
    if stored is None or not _matches(stored, current):
        _failed(store, login, origin)
        raise Refused([Fault(where, Text("当前密码不正确", "is not the current password"))])
    return str(stored)


def _validate_password(login: str, current: str, new: str) -> None:
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


def _set_password(connection: Connection, login: str, hashed: str, *, must_change: bool) -> None:
    connection.execute(
        update(table(Credential)).where(table(Credential).c.login == login).values(hash=hashed, once=must_change)
    )
    connection.execute(delete(table(Session)).where(table(Session).c.login == login))


def _parts(presented: str) -> tuple[str, str]:
    prefix, _, rest = presented.partition(".")
    number, _, secret = rest.partition(".")
    usable = prefix == _PREFIX and len(number) == 16 and number.isascii() and number.isalnum()
    return (number if usable else "", secret)


def _matches(hashed: str, password: str) -> bool:
    try:
        return _hasher().verify(hashed, password[: LONGEST_PASSWORD + 1].encode("utf-8", "surrogatepass"))
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash that no password has, to take as long for a login that there is not."""
    return _hasher().hash(secrets.token_bytes(32))
