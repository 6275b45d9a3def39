"""The office (审查机关) as its papers name it: recorded as settings, each change an event; the last of each counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from review.errors import Text
from review.record.storage.actors import Actor
from review.record.storage.journal import append, drafted
from review.record.storage.store import Store
from review.record.storage.stored_settings import settings_like
from review.record.storage.text_limits import validate_words

LONGEST = 200
_PREFIX = "office."
OFFICE_WORDS: Mapping[str, Text] = {
    "name": Text("机关名称", "name of the office"),
    "series": Text("文号代字", "series of its document numbers"),
    "contact": Text("联系人", "contact"),
    "telephone": Text("联系电话", "telephone"),
    "address": Text("地址", "address"),
}


@dataclass(frozen=True)
class Office:
    """The office: its name, the series of its document numbers (文号代字, such as 融发改两高审), and how it is reached. Empty where not entered."""

    name: str = ""
    series: str = ""
    contact: str = ""
    telephone: str = ""
    address: str = ""


def read_office(connection: Connection) -> Office:
    """The office as the record has it last."""
    stated = settings_like(connection, f"{_PREFIX}%")
    found = {setting.removeprefix(_PREFIX): value for setting, value in stated.items()}
    return Office(**{name: found[name] for name in OFFICE_WORDS if name in found})


def set_office(store: Store, office: Office, actor: Actor) -> None:
    """Record what is new about the office, an event for each; nothing where nothing is. White space is one space. Raises Refused, RecordUnavailable."""
    stated = {name: " ".join(str(value).split()) for name, value in asdict(office).items()}
    validate_words(stated, longest=LONGEST)
    with store.writing() as connection:
        before = asdict(read_office(connection))
        for name, value in stated.items():
            if before[name] != value:
                append(connection, drafted("setting", actor, {"setting": _PREFIX + name, "value": value}))
