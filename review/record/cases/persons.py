"""The decider and the second person (决定人与复核人): over a mandatory failure or a short source, two persons known to the office.

Whoever is signed in is a person by that; another system asserts its persons by the subjects that an administrator made known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from review.errors import Fault, Text
from review.record.access.known_people import Known, person_named, person_of, same_subject
from review.record.access.names import name_key, person_key
from review.record.storage.actors import Actor


@dataclass(frozen=True)
class Person:
    """A person as a decision names one: the subject that the office knows, and the name where it is stated too."""

    subject: str
    name: str | None = None


Named = str | Person | None


def name_of(named: Named) -> str | None:
    """The name that identifies a person; the subject where no name is stated."""
    return (named.name or named.subject) if isinstance(named, Person) else named


def subject_of(named: Named) -> str | None:
    return named.subject if isinstance(named, Person) else None


@dataclass(frozen=True)
class Pair:
    """The persons of a decision that needs two: on whose behalf it is (None: the officer's own), and who looked again."""

    on_behalf_of: Known | None
    second: Known | None


def pair_of(
    connection: Connection, on_behalf_of: Named, second: Named, officer: Actor, confirmed_by: Actor | None
) -> tuple[Pair, list[Fault]]:
    """Both persons of a decision that needs two, and what is wrong with them. `confirmed_by`: who is signed in and confirms it."""
    faults: list[Fault] = []
    behalf = _found(connection, "on_behalf_of", on_behalf_of, officer, faults)
    if not name_of(on_behalf_of) and officer.for_another:
        faults.append(
            _unknown("on_behalf_of", "须写明代表的审批人员：{subject, name}", "give on whose behalf: {subject, name}")
        )
    if confirmed_by is not None:
        other: Known | None = Known(confirmed_by.principal, confirmed_by.name)
    elif not (name_of(second) or "").strip():
        other = None
        words = Text(
            "推翻强制性条款的不符合结论，须有另一人复核",
            "approving over a mandatory failure needs a second person, other than the officer",
        )
        faults.append(Fault("second", words))
    else:
        other = _found(connection, "second", second, officer, faults)
    if other is not None and any(is_same(other, each) for each in _deciding(behalf, officer)):
        words = Text(
            "复核人与作出决定的人是同一人，须由另一人复核", "is who decides: a second person is another person"
        )
        faults.append(Fault("second", words, "second-same"))
    return Pair(behalf, other), faults


def asserted(connection: Connection, where: str, named: Named, faults: list[Fault]) -> tuple[str | None, str | None]:
    """Name and subject to record where one person is enough: as they are stated. A subject without a name must be known."""
    if not isinstance(named, Person):
        return named, None
    found = person_of(connection, named.subject)
    if found is None and named.name is None:
        faults.append(_nobody(where, named.subject))
    if found is not None and (named.name is None or name_key(named.name) == name_key(found.name)):
        return found.name, found.subject
    return named.name, named.subject


def _deciding(behalf: Known | None, officer: Actor) -> Iterator[Known]:
    yield Known(officer.principal, officer.name)
    if behalf is not None:
        yield behalf


def is_same(one: Known, other: Known, key: Callable[[str], str] = person_key) -> bool:
    """Whether two are one person, by subject or by name. `key`: what names of one person share."""
    return bool(one.subject and same_subject(one.subject, other.subject)) or key(one.name) == key(other.name)


def _found(connection: Connection, where: str, named: Named, officer: Actor, faults: list[Fault]) -> Known | None:
    """The known person that is meant. Another system states subject and name; beside it a subject or a name of its own is enough."""
    if not (name_of(named) or "").strip():
        return None
    if isinstance(named, Person):
        found = person_of(connection, named.subject)
        if found is not None and named.name is not None and name_key(named.name) != name_key(found.name):
            faults.append(
                _unknown(
                    where,
                    f"“{named.subject}”登记的姓名是“{found.name}”",
                    f"{named.subject} is known by the name {found.name}",
                )
            )
            return None
    else:
        text = named or ""
        by_word = officer.channel in ("page", "cli")
        found = (person_of(connection, text) or person_named(connection, text)) if by_word else None
    if found is None:
        shown = subject_of(named) or name_of(named) or ""
        faults.append(_nobody(where, shown, by_word=officer.channel in ("page", "cli")))
    return found


def _nobody(where: str, shown: str, *, by_word: bool = False) -> Fault:
    """Somebody nobody knows; `by_word`: a person says who, not a program."""
    if by_word:
        return _unknown(
            where,
            f"“{shown[:80]}”不是本单位已知的人员；请写登录名或姓名，或由管理员先登记",
            f"“{shown[:80]}” is no person known to the office: give a login or a name, or have an administrator make the person known",
        )
    return _unknown(
        where,
        f"“{shown[:80]}”不是本单位已知的人员；须写明 {{subject, name}}，由管理员先用 people know 登记",
        f"“{shown[:80]}” is no person known to the office: give {{subject, name}}; an administrator makes one known by people know",
    )


def _unknown(where: str, zh: str, en: str) -> Fault:
    return Fault(where, Text(zh, en), "second-unknown")


def is_stated(named: Named, name: str | None, subject: str | None) -> bool:
    """Whether a recorded name and subject are what a repeated decision states."""
    if named is None or name is None:
        return named is None and name is None
    if isinstance(named, Person):
        same_name = named.name is None or name_key(named.name) == name_key(name)
        return subject is not None and same_subject(named.subject, subject) and same_name
    if subject is None:
        return named == name
    return name_key(named) == name_key(name) or same_subject(named, subject)
