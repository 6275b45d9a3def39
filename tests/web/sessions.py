"""Sessions of people for tests, without the second that checking a password takes on purpose."""

from __future__ import annotations

import secrets

from sqlalchemy import insert

from review.clock import timestamp
from review.record.access.keys import digest
from review.record.storage.actors import Actor
from review.record.storage.audit_log import Origin, append_entry
from review.record.storage.journal import table
from review.record.storage.operations import Session
from review.record.storage.store import Store

_SECONDS = 3600


def opened_session(store: Store, login: str) -> str:
    """The token of a new session, as signing in gives it."""
    number, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    entry = {
        "id": number,
        "login": login,
        "secret": digest(secret),
        "made": timestamp(),
        "expires": timestamp(_SECONDS),
    }
    with store.writing() as connection:
        connection.execute(insert(table(Session)), [entry])
        append_entry(connection, "signed_in", login, session=number, origin=Origin("page"))
    return f"two-high-session.{number}.{secret}"


def at_pages(store: Store, name: str, login: str) -> Actor:
    """Somebody who has signed in on the pages just now."""
    return Actor(name, f"person:{login}", "page", opened_session(store, login).split(".")[1])
