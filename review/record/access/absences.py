"""Absences (外出委托): the deputy for the cases of a person who is away, from one day to another. An absence is an event, and so is its early end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, select

from review.clock import today
from review.errors import Fault, NotRecorded, Refused, Text
from review.record.access.known_people import Known, is_officer, person_of, role_of, same_subject
from review.record.storage.actors import Actor, acting
from review.record.storage.journal import append, drafted, table
from review.record.storage.office_bodies import AbsenceBody
from review.record.storage.store import Store
from review.record.storage.tables import Absence
from review.record.storage.text_limits import validate_words
from review.terms import ROLE_WORDS

LONGEST_DAYS = 366
_LONGEST = timedelta(days=LONGEST_DAYS)


@dataclass(frozen=True)
class Away:
    """An absence: its event's number, who is away, the deputy, the first and last day, and why. `ended`: the day on which it ended before that."""

    id: int
    person: Known
    deputy: Known
    begins: date
    ends: date
    reason: str | None

    def on(self, day: date) -> bool:
        return self.begins <= day <= self.ends


def record_absence(
    store: Store, person: str, deputy: str, begins: date, ends: date, by: str | Actor, *, reason: str | None = None
) -> int:
    """Record that a person is away with a deputy, both days included. Returns the event's number.

    Raises Refused where either is not known, they are the same, the person is an officer and the deputy is none, the days are in the wrong
    order or over, the person is away then already or the deputy of another, or the deputy is away.
    """
    actor = acting(by)
    words = {"person": person, "deputy": deputy, "reason": reason, "by": actor.name}
    validate_words(words, required=("person", "deputy", "by"))
    with store.writing() as connection:
        absent, other = (_known(connection, name, words[name] or "") for name in ("person", "deputy"))
        faults = [
            *_role_faults(connection, absent, other),
            *_faults(list_absences(connection), absent, other, begins, ends),
        ]
        if faults:
            raise Refused(faults)
        return append(
            connection, drafted("absence", actor, _body("recorded", None, absent, other, (begins, ends), reason))
        )


def end_absence(store: Store, absence: int, by: str | Actor, *, reason: str | None = None) -> int:
    """End an absence now. Returns the event's number. Raises NotRecorded where there is none that is not over, Refused, RecordUnavailable."""
    actor = acting(by)
    validate_words({"reason": reason, "by": actor.name}, required=("by",))
    with store.writing() as connection:
        found = next((each for each in list_absences(connection) if each.id == absence and each.ends >= today()), None)
        if found is None:
            raise NotRecorded(
                [Fault("absence", Text("没有这项未结束的委托", "there is no such absence that is not over"))]
            )
        body = _body("ended", absence, found.person, found.deputy, (found.begins, found.ends), reason)
        return append(connection, drafted("absence", actor, body))


def list_absences(connection: Connection) -> list[Away]:
    """The absences that were not ended early, newest first; those that are over included."""
    rows = table(Absence)
    ended = select(rows.c.absence).where(rows.c.absence.is_not(None))
    query = select(rows).where(rows.c.act == "recorded", rows.c.position.not_in(ended)).order_by(rows.c.position.desc())
    return [
        Away(
            row["position"], Known(row["person"], row["person_name"]), Known(row["deputy"], row["deputy_name"]),
            date.fromisoformat(row["begins"]), date.fromisoformat(row["ends"]), row["reason"],
        )
        for row in connection.execute(query).mappings()
    ]  # fmt: skip


def absent_for(connection: Connection, deputy: str, day: date) -> list[Known]:
    """Whose deputy that subject is on that day."""
    return [
        each.person for each in list_absences(connection) if each.on(day) and same_subject(each.deputy.subject, deputy)
    ]


def _known(connection: Connection, where: str, subject: str) -> Known:
    found = person_of(connection, subject)
    if found is None:
        words = Text(f"“{subject[:80]}”不是本单位已知的人员", f"“{subject[:80]}” is no person known to the office")
        raise Refused([Fault(where, words)])
    return found


def _role_faults(connection: Connection, person: Known, deputy: Known) -> Iterator[Fault]:
    """What waits for an officer can be done by officers alone."""
    if is_officer(connection, person.subject) and not is_officer(connection, deputy.subject):
        role = ROLE_WORDS[role_of(connection, deputy.subject) or ""]
        words = Text(
            f"{deputy.name} 的角色是{role.zh}，不能代办经办人的事项",
            f"{deputy.name} is {role.en} and cannot act for an officer: name an officer",
        )
        yield Fault("deputy", words)


def _faults(absences: list[Away], person: Known, deputy: Known, begins: date, ends: date) -> Iterator[Fault]:
    if same_subject(person.subject, deputy.subject):
        yield Fault("deputy", Text("代办人须为另一人", "the deputy is another person"))
    if ends < begins:
        yield Fault("ends", Text("不能早于开始之日", "may not be before the first day"))
    elif ends < today():
        yield Fault("ends", Text("已经过去", "is over"))
    elif ends - begins > _LONGEST:
        yield Fault("ends", Text(f"最长 {LONGEST_DAYS} 天", f"at most {LONGEST_DAYS} days"))
    for each in absences:
        if each.begins > ends or each.ends < begins:
            continue
        period = f"{each.begins}–{each.ends}"
        if same_subject(each.person.subject, person.subject):
            yield Fault(
                "begins", Text(f"{person.name} 在 {period} 已有委托", f"{person.name} is away {period} already")
            )
        if same_subject(each.person.subject, deputy.subject):
            yield Fault("deputy", Text(f"{deputy.name} 在 {period} 也外出", f"{deputy.name} is away {period} too"))
        if same_subject(each.deputy.subject, person.subject):
            # A deputy has no deputy for what is another's: whose it is would be told of to nobody.
            words = Text(
                f"{person.name} 在 {period} 代办 {each.person.name} 的事项；请先结束那项委托，为 {each.person.name} 另定代办人",
                f"{person.name} is the deputy of {each.person.name} {period}: end that absence first, and name another deputy",
            )
            yield Fault("begins", words)


def _body(
    act: str, absence: int | None, person: Known, deputy: Known, days: tuple[date, date], reason: str | None
) -> AbsenceBody:
    return {
        "act": act, "absence": absence, "person": person.subject, "person_name": person.name, "deputy": deputy.subject,
        "deputy_name": deputy.name, "begins": days[0].isoformat(), "ends": days[1].isoformat(), "reason": reason,
    }  # fmt: skip
