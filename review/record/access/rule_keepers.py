"""Rule keepers (规则管理人): persons known to the office who may confirm a change of the rules. The right is given and taken by events."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from review.errors import Fault, NotRecorded, Refused, Text
from review.record.access.accounts import active_person
from review.record.access.known_people import Known, person_named, person_of, same_subject
from review.record.access.names import name_key
from review.record.storage.actors import Actor, acting
from review.record.storage.journal import append, drafted, table
from review.record.storage.store import Store
from review.record.storage.tables import Account, KnownPerson
from review.record.storage.text_limits import validate_words

GIVEN, TAKEN = "rule_keeper", "rule_keeper_ended"
_ACCOUNT = "person:"
# The last giving or taking of the right.
_OF_SUBJECT, _OF_LOGIN = (
    select(rows.c.act)
    .where(rows.c[name] == bindparam("of"), rows.c.act.in_((GIVEN, TAKEN)))
    .order_by(rows.c.position.desc())
    .limit(1)
    for rows, name in ((table(KnownPerson), "subject"), (table(Account), "login"))
)


def set_rule_keeper(store: Store, subject: str, on: bool, reason: str, by: str | Actor) -> int | None:
    """Give a known person the right to confirm changes of the rules, or take it. Returns the event's number; None where it is so already.

    `subject` is a login or what another system calls the person. Raises NotRecorded, Refused, RecordUnavailable.
    """
    actor = acting(by)
    validate_words({"reason": reason, "by": actor.name}, required=("reason", "by"))
    with store.writing() as connection:
        person = person_of(connection, subject)
        if person is None:
            raise NotRecorded([Fault("subject", Text("没有这个已知人员", "there is no such known person"))])
        if actor.principal == person.subject:
            raise Refused([Fault("subject", Text("不能给自己授权", "nobody gives a right to themselves"))])
        if is_rule_keeper(connection, person.subject) == on:
            return None
        act = GIVEN if on else TAKEN
        login = person.subject.removeprefix(_ACCOUNT)
        if login == person.subject:
            return append(
                connection,
                drafted(
                    "person", actor, {"subject": person.subject, "act": act, "name": person.name, "reason": reason}
                ),
            )
        role = active_person(connection, login)["role"]
        return append(
            connection,
            drafted(
                "account", actor, {"login": login, "act": act, "name": person.name, "role": role, "reason": reason}
            ),
        )


def is_rule_keeper(connection: Connection, subject: str) -> bool:
    """Whether a person known to the office has the right now: `person:LOGIN` of an account, or a subject made known."""
    person = person_of(connection, subject)
    if person is None:
        return False
    login = person.subject.removeprefix(_ACCOUNT)
    act = connection.execute(_OF_SUBJECT if login == person.subject else _OF_LOGIN, {"of": login}).scalar()
    return bool(act == GIVEN)


def keeper_named(connection: Connection, named: str) -> Known | None:
    """The known person of a subject or name who has the right; None where there is none."""
    person = person_of(connection, named) or person_named(connection, named)
    return person if person is not None and is_rule_keeper(connection, person.subject) else None


def same_person(one: Known, other: Known) -> bool:
    """Whether two are one person, by subject or by folded name."""
    return same_subject(one.subject, other.subject) or name_key(one.name) == name_key(other.name)
