"""Persons known to the office (已知人员): who has an account, and whom an administrator made known by the subject that another system calls them.

A decision that needs two people names both by such a subject. Making a person known, and the end of it, are events.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import Connection, bindparam, func, select

from review.errors import Fault, NotRecorded, Refused, Text
from review.record.access.accounts import find_active
from review.record.access.names import name_key, require_own_name
from review.record.storage.actors import Actor, acting
from review.record.storage.journal import append, drafted, table
from review.record.storage.store import Store
from review.record.storage.tables import Account, KnownPerson
from review.record.storage.text_limits import LONGEST_KEY, validate_words

_ACCOUNT = "person:"
_ROWS, _ACCOUNTS = table(KnownPerson), table(Account)
_LAST = (
    select(_ROWS)
    .where(_ROWS.c.position.in_(select(func.max(_ROWS.c.position)).group_by(_ROWS.c.subject)))
    .order_by(_ROWS.c.subject)
)
_ALL_LOGINS = select(_ACCOUNTS.c.login).distinct().order_by(_ACCOUNTS.c.login)
_ROLE = (
    select(_ACCOUNTS.c.role)
    .where(_ACCOUNTS.c.login == bindparam("login"))
    .order_by(_ACCOUNTS.c.position.desc())
    .limit(1)
)


@dataclass(frozen=True)
class Known:
    """A person known to the office, by a subject that is the same however it was written: `person:LOGIN` of an account."""

    subject: str
    name: str


class KnownLine(TypedDict):
    """A person made known; `ended` is why that ended, None while it is so."""

    subject: str
    name: str
    ended: str | None


def know_person(store: Store, subject: str, name: str, by: str | Actor) -> int:
    """Make a person known by a subject. Returns the event's number. Raises Refused, RecordUnavailable.

    A subject belongs to one person for ever and is no login: a person with an account is known by the login.
    """
    actor, subject, name = acting(by), subject.strip(), name.strip()
    validate_words({"subject": subject, "name": name, "by": actor.name}, ("subject", "name", "by"), LONGEST_KEY)
    with store.writing() as connection:
        taken = [each["subject"] for each in list_known(connection)] + _logins(connection)
        bare = subject.removeprefix(_ACCOUNT)
        if any(name_key(each) in (name_key(subject), name_key(bare)) for each in taken):
            words = Text(
                f"“{subject}”已是某人的标识或登录名", f"{subject} is or was somebody's subject or login already"
            )
            raise Refused([Fault("subject", words)])
        if subject.startswith(_ACCOUNT):
            words = Text(
                "以 person: 开头的是本系统的登录名；没有这个人员",
                "what begins with person: is a login, and nobody has it",
            )
            raise Refused([Fault("subject", words)])
        require_own_name(connection, name)
        return append(
            connection, drafted("person", actor, {"subject": subject, "act": "known", "name": name, "reason": None})
        )


def forget_person(store: Store, subject: str, reason: str, by: str | Actor) -> None:
    """End that a person is known; decisions made before stay as they are. Raises NotRecorded, Refused, RecordUnavailable."""
    actor = acting(by)
    validate_words({"reason": reason, "by": actor.name}, required=("reason", "by"))
    with store.writing() as connection:
        key = name_key(subject)
        found = next((each for each in list_known(connection) if name_key(each["subject"]) == key), None)
        if found is None or found["ended"] is not None:
            raise NotRecorded([Fault("subject", Text("没有这个已知人员", "there is no such known person"))])
        append(
            connection,
            drafted(
                "person",
                actor,
                {"subject": found["subject"], "act": "ended", "name": found["name"], "reason": reason},
            ),
        )


def list_known(connection: Connection) -> list[KnownLine]:
    """Everybody who was made known, in order of subject."""
    return [
        {
            "subject": row["subject"],
            "name": row["name"],
            "ended": row["reason"] if row["act"] == "ended" else None,
        }
        for row in connection.execute(_LAST).mappings()
    ]


def person_of(connection: Connection, subject: str) -> Known | None:
    """Who is known by that subject: an account that has not ended, by `person:LOGIN` or its login, or somebody made known."""
    key = name_key(subject)
    for each in list_known(connection):
        if name_key(each["subject"]) == key:
            return None if each["ended"] is not None else Known(each["subject"], each["name"])
    login = next((each for each in _logins(connection) if key in (each, f"{_ACCOUNT}{each}")), None)
    return _account(connection, login) if login else None


def person_named(connection: Connection, name: str) -> Known | None:
    """Who is known by that name, where one person is; None where nobody is, or several were before names had to differ."""
    key = name_key(name)
    everyone = [
        *(person_of(connection, each["subject"]) for each in list_known(connection)),
        *(_account(connection, each) for each in _logins(connection)),
    ]
    found = [each for each in everyone if each and name_key(each.name) == key]
    return found[0] if len(found) == 1 else None


def everyone_known(connection: Connection) -> list[Known]:
    """Everybody who can be named: accounts that have not ended, then persons made known, each in order of subject."""
    found = [
        person_of(connection, each)
        for each in (*sorted(_logins(connection)), *(each["subject"] for each in list_known(connection)))
    ]
    return [each for each in found if each is not None]


def name_known(connection: Connection, subject: str) -> str:
    """The name that somebody has or had by that subject, though the account has ended or who was made known is so no more; the subject where nobody had it."""
    if (found := person_of(connection, subject)) is not None:
        return found.name
    key, accounts = name_key(subject), table(Account)
    known = next((each["name"] for each in list_known(connection) if name_key(each["subject"]) == key), None)
    query = select(accounts.c.name).where(accounts.c.login == key.removeprefix(_ACCOUNT))
    name: str | None = known or connection.execute(query.order_by(accounts.c.position.desc()).limit(1)).scalar()
    return name or subject


def has_ended(connection: Connection, principal: str) -> bool:
    """Whether that is an account's principal and the account has ended; of single sign-on that is not known here."""
    login = principal.removeprefix(_ACCOUNT)
    return principal != login and login in _logins(connection) and _account(connection, login) is None


def role_of(connection: Connection, subject: str) -> str | None:
    """The role of the account that a subject is of, by `person:LOGIN` or its login; None of somebody made known, or nobody."""
    key = name_key(subject).removeprefix(_ACCOUNT)
    found: str | None = connection.execute(_ROLE, {"login": key}).scalar()
    return found


def is_officer(connection: Connection, subject: str) -> bool:
    """Whether cases can be given to that person: an account of an officer, or somebody made known, who has no role here."""
    return role_of(connection, subject) in (None, "officer")


def officers_known(connection: Connection) -> list[Known]:
    """Those of everybody known to whom cases can be given."""
    return [each for each in everyone_known(connection) if is_officer(connection, each.subject)]


def same_subject(one: str, other: str) -> bool:
    """Whether two subjects are one person's: a login is the same with and without `person:`."""
    first, second = (name_key(each).removeprefix(_ACCOUNT) for each in (one, other))
    return first == second


def _account(connection: Connection, login: str) -> Known | None:
    found = find_active(connection, login)
    return None if found is None else Known(f"{_ACCOUNT}{login}", found["name"])


def _logins(connection: Connection) -> list[str]:
    return list(connection.execute(_ALL_LOGINS).scalars())
