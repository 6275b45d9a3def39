"""People (人员) who sign in with a password. Making, resetting and ending an account are events; of a password only argon2's hash is stored.

A first password is made by this module, shown a single time, and must be changed before anything else can be done with it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any, TypedDict

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from review.clock import timestamp
from review.errors import Conflict, Fault, NotRecorded, Refused, Text
from review.record.access import second_factor
from review.record.access.accounts import Active, active_person, find_active
from review.record.access.keys import ROLES
from review.record.access.known_people import list_known
from review.record.access.names import doubles, name_key, require_no_subject, require_own_name
from review.record.access.passwords import hash_of, require_password, set_password, validate_password
from review.record.access.weak_passwords import office_words, weakness
from review.record.storage.actors import Actor, acting
from review.record.storage.audit_log import (
    Origin,
    append_entry,
)
from review.record.storage.journal import append, drafted, table
from review.record.storage.office_bodies import AccountBody
from review.record.storage.operations import Credential, PendingDecision, Session
from review.record.storage.store import Store
from review.record.storage.tables import Account
from review.record.storage.text_limits import LONGEST_KEY, validate_words
from review.terms import ROLE_WORDS, not_among

_OF_LOGIN = select(table(Account).c.login).where(table(Account).c.login == bindparam("login")).limit(1)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")


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
        raise Refused([Fault("role", not_among(role, ROLE_WORDS))])
    password, name = secrets.token_urlsafe(15), name.strip()
    hashed = hash_of(password)
    with store.writing() as connection:
        if connection.execute(_OF_LOGIN, {"login": login}).first() is not None:
            raise Refused(
                [Fault("login", Text(f"登录名 {login} 已有人使用过", f"the login {login} is or was somebody's"))]
            )
        if any(name_key(each["subject"]) == name_key(login) for each in list_known(connection)):
            words = Text(f"“{login}”已是某人的标识", f"{login} is or was somebody's subject")
            raise Refused([Fault("login", words)])
        require_own_name(connection, name)
        require_no_subject(name)
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
    hashed = hash_of(password)
    with store.writing() as connection:
        person = active_person(connection, login)
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
        set_password(connection, login, hashed, must_change=True)
    return password


def end_person(store: Store, login: str, reason: str, by: str | Actor) -> None:
    """End an account immediately, with its sessions; its password is forgotten, its decisions that wait for a second person lapse. Raises NotRecorded, Refused, RecordUnavailable."""
    actor = acting(by)
    validate_words({"reason": reason, "by": actor.name}, required=("reason", "by"))
    with store.writing() as connection:
        person = active_person(connection, login)
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


def _body(person: Active, act: str, reason: str) -> AccountBody:
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


def change_password(store: Store, login: str, current: str, new: str, *, origin: Origin | None = None) -> None:
    """Change one's own password; every session ends, this one too. Raises Refused where the current one is wrong or the new one is weak."""
    old, credentials = require_password(store, login, current, origin=origin), table(Credential)
    with store.reading() as connection:
        person, office = find_active(connection, login), office_words(connection)
    validate_password(login, current, new)
    if (weak := weakness(new, (login, person["name"] if person else ""), office)) is not None:
        raise Refused([weak])
    hashed = hash_of(new)
    with store.writing() as connection:
        if connection.execute(select(credentials.c.hash).where(credentials.c.login == login)).scalar() != old:
            raise Refused([Fault("current", Text("密码刚被更改", "the password was changed just now"))])
        set_password(connection, login, hashed, must_change=False)
        append_entry(connection, "password_changed", login, origin=origin or Origin())
