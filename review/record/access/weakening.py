"""Settings that weaken a safeguard (放宽的设定): turning one on, and off again, is an event, recorded before anything is done by it."""

from __future__ import annotations

from sqlalchemy import Connection

from review.record.storage.actors import Actor
from review.record.storage.journal import append, drafted
from review.record.storage.store import Store
from review.record.storage.stored_settings import last_setting

# Approving over a mandatory failure, or a source that is short, without a second person.
NO_SECOND_PERSON = "no_second_person"


def is_weakened(connection: Connection, setting: str) -> bool:
    """Whether the setting is on, as the record has it; off where it speaks of none."""
    return last_setting(connection, setting) == "on"


def set_weakened(connection: Connection, setting: str, on: bool, actor: Actor) -> None:
    """Record that the setting is on, or off; nothing where the record has it so."""
    if is_weakened(connection, setting) != on:
        append(connection, drafted("setting", actor, {"setting": setting, "value": "on" if on else "off"}))


def record_settings(store: Store, *, second_person: bool, actor: Actor) -> None:
    """Record what the office's settings weaken, where that is not what the record has. Raises RecordUnavailable."""
    with store.reading() as connection:
        same = is_weakened(connection, NO_SECOND_PERSON) != second_person
    if not same:
        with store.writing() as connection:
            set_weakened(connection, NO_SECOND_PERSON, not second_person, actor)
