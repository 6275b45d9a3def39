"""Addresses (电子邮箱) that persons known to the office get mail at: recorded as settings, each change an event; the last of each counts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Connection, select

from review.errors import Fault, NotRecorded, Refused, Text
from review.record.access.known_people import Known, person_of
from review.record.storage.actors import Actor
from review.record.storage.journal import append, drafted, table
from review.record.storage.store import Store
from review.record.storage.stored_settings import last_setting
from review.record.storage.tables import WeakeningSetting

PREFIX = "mail."
LONGEST_ADDRESS, _LONGEST_LOCAL = 254, 64
# Plain addresses alone: no quoted names, no comments, nothing that a header could be broken with.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@{_LABEL}(?:\.{_LABEL})+", re.ASCII)


@dataclass(frozen=True)
class Addressed:
    """A person known to the office, and where that person gets mail."""

    person: Known
    address: str


def is_address(text: str) -> bool:
    """Whether that is a plain address: ASCII, a domain of two names or more, of the lengths that mail servers take."""
    found = _ADDRESS.fullmatch(text)
    return found is not None and len(text) <= LONGEST_ADDRESS and len(found["local"]) <= _LONGEST_LOCAL


def set_address(store: Store, subject: str, address: str | None, actor: Actor) -> int | None:
    """Record where a known person gets mail, or that it is nowhere. Returns the event's number; None where it is so already.

    `subject` is a login or what another system calls the person. Raises NotRecorded, Refused, RecordUnavailable.
    """
    stated = (address or "").strip()
    if stated and not is_address(stated):
        words = Text(
            "不是可用的邮箱地址，应如 name@office.example",
            "is no address that can be used: write it as name@office.example",
        )
        raise Refused([Fault("address", words)])
    with store.writing() as connection:
        person = person_of(connection, subject)
        if person is None:
            raise NotRecorded([Fault("subject", Text("没有这个已知人员", "there is no such known person"))])
        if (address_of(connection, person.subject) or "") == stated:
            return None
        return append(connection, drafted("setting", actor, {"setting": PREFIX + person.subject, "value": stated}))


def address_is_sound(name: str, value: str) -> bool:
    """Whether a recorded address is one that could have been entered; other settings are not for here to say."""
    return not name.startswith(PREFIX) or not value or is_address(value)


def address_of(connection: Connection, subject: str) -> str | None:
    """Where the person of a subject, as the office knows it, gets mail; None where that was not entered, or was taken out."""
    return last_setting(connection, PREFIX + subject) or None


def list_addressed(connection: Connection) -> list[Addressed]:
    """Everybody known to the office who gets mail, in order of subject."""
    rows = table(WeakeningSetting)
    names = select(rows.c.setting).where(rows.c.setting.startswith(PREFIX, autoescape=True)).distinct()
    found = []
    for name in connection.execute(names.order_by(rows.c.setting)).scalars():
        subject = name.removeprefix(PREFIX)
        person, address = person_of(connection, subject), address_of(connection, subject)
        if person is not None and address is not None:
            found.append(Addressed(person, address))
    return found
