"""Mail of inboxes (收件箱的邮件): each thing that enters a person's inbox is put into one mail to that person, which waits to be sent.

What was mailed is recorded, so that it is mailed once. A mail has the same id however often it is sent. Sending is another's work.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from sqlalchemy import Connection, insert, select

from review.canonical_json import canonical
from review.clock import timestamp
from review.record.access.addresses import Addressed, address_of
from review.record.access.known_people import is_officer, person_of
from review.record.storage.journal import table
from review.record.storage.lease_queue import LeaseQueue, next_try
from review.record.storage.operations import Mail, Told
from review.record.storage.store import Store
from review.record.views.inbox import Item, inbox, item_address
from review.terms import INBOX_WORDS
from review.verdict.document import Wording

WAITING, SENT, DEAD = "waiting", "sent", "dead"
_QUEUE = LeaseQueue(table(Mail), (WAITING,), ("due", "id"), due="due")
# A mail that lists more is read by nobody; how many there are is said.
_MOST_LISTED = 20


class Line(TypedDict):
    """A thing in a mail: what is to be done in words, the project's name (None of a proposal), and the path of its page."""

    words: Wording
    name: str | None
    path: str


@dataclass(frozen=True)
class WaitingMail:
    """A mail to be sent: its id, to whom, what it lists and how many things there are, how often it was tried.

    `address` is where the person gets mail now; None where that was taken out, or the person is known no longer.
    """

    id: str
    address: str | None
    lines: tuple[Line, ...]
    many: int
    attempts: int


def gather(store: Store, addressed: Addressed) -> bool:
    """Put what is new in a person's inbox into a mail; whether there was anything. Raises RecordUnavailable."""
    subject = addressed.person.subject
    with store.reading() as connection:
        officer = is_officer(connection, subject)
        told = _told(connection, subject)
        items = [each for each in inbox(connection, subject, officer=officer)["items"] if each["key"] not in told]
    if not items:
        return False
    with store.writing() as connection:
        # Another process may have told of some meanwhile.
        told = _told(connection, subject)
        return _put(connection, subject, [each for each in items if each["key"] not in told])


def _told(connection: Connection, subject: str) -> set[str]:
    rows = table(Told)
    return set(connection.execute(select(rows.c.item).where(rows.c.person == subject)).scalars())


def _put(connection: Connection, subject: str, items: Sequence[Item]) -> bool:
    keys = dict.fromkeys(each["key"] for each in items)
    if not keys:
        return False
    now = timestamp()
    lines = [_line(each) for each in items[:_MOST_LISTED]]
    connection.execute(insert(table(Told)), [{"person": subject, "item": key, "at": now} for key in keys])
    row = {
        "id": secrets.token_hex(16), "person": subject, "lines": canonical(lines).decode(), "many": len(items), "state": WAITING,
        "attempts": 0, "due": now, "leased": "", "detail": None, "last": None,
    }  # fmt: skip
    connection.execute(insert(table(Mail)), [row])
    return True


def _line(item: Item) -> Line:
    return {"words": INBOX_WORDS[item["kind"]].as_json(), "name": item["name"], "path": item_address(item)}


def anything_due(connection: Connection) -> bool:
    """Whether there is a mail to lease."""
    return _QUEUE.anything_free(connection)


def lease(connection: Connection, most: int, seconds: float) -> list[WaitingMail]:
    """Take up to so many mails that are due, for so long. For the writer alone: no other process gets them meanwhile."""
    rows, _ = _QUEUE.lease(connection, most, seconds)
    return [
        WaitingMail(
            row["id"],
            _address(connection, row["person"]),
            tuple(json.loads(row["lines"])),
            row["many"],
            row["attempts"],
        )
        for row in rows
    ]


def _address(connection: Connection, subject: str) -> str | None:
    return address_of(connection, subject) if person_of(connection, subject) is not None else None


def settle(
    connection: Connection, mail: WaitingMail, fault: str | None, *, final: bool, attempts: int, wait_seconds: float
) -> str:
    """Note how an attempt went: without a fault it is sent; else it is tried again later, unless that is `final` or the attempts are used up.

    `fault` holds no address. Returns the state it is in now.
    """
    made = mail.attempts + 1
    state = SENT if fault is None else DEAD if final or made >= attempts else WAITING
    values: dict[str, Any] = {
        "state": state, "attempts": made, "due": next_try(mail.attempts, wait_seconds), "leased": "", "detail": fault, "last": timestamp(),
    }  # fmt: skip
    _QUEUE.change(connection, mail.id, values)
    return state


def depths(connection: Connection) -> dict[str, int]:
    """How many mails are in each state but `sent`."""
    return _QUEUE.depths(connection, (WAITING, DEAD))
