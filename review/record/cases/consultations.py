"""Consultations (征求意见): units asked for their opinion on a project by a day, and what each replied, as the record has them; none is ever gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypedDict

from sqlalchemy import Connection, exists, func, or_, select

from review.errors import Fault, NotRecorded, Text
from review.record.access.names import name_key
from review.record.storage.beside_tables import StoredConsultation
from review.record.storage.bodies import ConsultationBody
from review.record.storage.journal import body_of, table
from review.record.storage.tables import Event
from review.record.storage.text_limits import LARGEST_NUMBER

ASKED, REPLIED, CLOSED, WITHDRAWN = "asked", "replied", "closed", "withdrawn"
OPEN = "open"
# Fewer than the numbers that a statement of either database can bind.
_AT_ONCE = 500
_ROWS = table(StoredConsultation)
_LATER = _ROWS.alias("later")
_UNREAD = (
    select(_ROWS.c.asked)
    .where(
        _ROWS.c.act == REPLIED,
        ~exists(
            select(1).where(
                _LATER.c.asked == _ROWS.c.asked,
                _LATER.c.act.in_((CLOSED, WITHDRAWN)),
                _LATER.c.position > _ROWS.c.position,
            )
        ),
    )
    .distinct()
    .order_by(_ROWS.c.asked)
)


@dataclass(frozen=True)
class UnitAsked:
    """A unit that is asked for its opinion, by its name, and the contact person at the unit."""

    name: str
    contact: str | None = None


def unit_written(text: str) -> UnitAsked:
    """A unit as people write it: its name, and after a colon the contact person."""
    name, _, contact = text.replace("：", ":").partition(":")
    return UnitAsked(name.strip(), contact.strip() or None)


@dataclass(frozen=True)
class Reply:
    """A reply as it was recorded: its number, when (UTC) and by whom; of which unit, the day it was received, what it says.

    `opinion` is a key of REPLY_WORDS, `attachment` the number of the file that holds it, `reason` why it takes the place of an earlier one.
    """

    id: int
    at: str
    by: str
    principal: str
    unit: str
    day: date
    opinion: str
    words: str | None
    attachment: int | None
    reason: str | None


@dataclass(frozen=True)
class Ending:
    """The end of a consultation: by which event, whether `closed` or `withdrawn`, when (UTC), by whom and why."""

    id: int
    act: str
    at: str
    by: str
    reason: str | None


@dataclass(frozen=True)
class Consultation:
    """A consultation as it stands: when (UTC) and by whom it was recorded, whom it asks what, since when and until when.

    `working_days` is what `due` was counted by, where it was. `replies` are all, in order; `ending` is the last end, if there is one.
    """

    id: int
    at: str
    by: str
    project: int
    day: date
    units: tuple[UnitAsked, ...]
    question: str
    due: date
    working_days: int | None
    replies: tuple[Reply, ...] = ()
    ending: Ending | None = None

    @property
    def state(self) -> str:
        """`open`, `closed` or `withdrawn`."""
        return OPEN if self.ending is None else self.ending.act

    @property
    def standing(self) -> dict[str, Reply]:
        """The reply of each unit that counts, by its name: the last one."""
        return {each.unit: each for each in self.replies}

    @property
    def awaited(self) -> tuple[str, ...]:
        """The units that have not replied."""
        replied = self.standing
        return tuple(each.name for each in self.units if each.name not in replied)

    @property
    def unread(self) -> tuple[Reply, ...]:
        """The replies that came since it was last closed, all of one that is open; none of one that is withdrawn."""
        if self.state == WITHDRAWN:
            return ()
        since = self.ending.id if self.ending else 0
        return tuple(each for each in self.replies if each.id > since)

    def is_overdue(self, on: date) -> bool:
        """Whether replies are awaited and were due before that day."""
        return self.state == OPEN and bool(self.awaited) and self.due < on

    def unit(self, name: str) -> str | None:
        """A unit that was asked, as it is named there, by its name in whatever width, case and spaces; None for another."""
        return next((each.name for each in self.units if name_key(each.name) == name_key(name)), None)


class UnitShown(TypedDict):
    """A unit that was asked, as JSON values."""

    name: str
    contact: str | None


class ReplyShown(TypedDict):
    """A reply as JSON values; numbers of events are text, `at` is UTC."""

    id: str
    at: str
    by: str
    unit: str
    day: str
    opinion: str
    words: str | None
    attachment: str | None
    reason: str | None
    stands: bool


class EndingShown(TypedDict):
    """The end of a consultation as JSON values."""

    id: str
    act: str
    at: str
    by: str
    reason: str | None


class ConsultationShown(TypedDict):
    """A consultation as JSON values; numbers of events are text, `at` is UTC."""

    id: str
    at: str
    by: str
    project: int
    day: str
    units: list[UnitShown]
    question: str
    due: str
    working_days: int | None
    state: str
    awaited: list[str]
    overdue: bool
    replies: list[ReplyShown]
    ending: EndingShown | None


def consultation_json(each: Consultation, on: date) -> ConsultationShown:
    """A consultation as JSON values, as it stands on a day."""
    end, standing = each.ending, {reply.id for reply in each.standing.values()}
    return {
        "id": str(each.id), "at": each.at, "by": each.by, "project": each.project, "day": each.day.isoformat(),
        "units": [{"name": unit.name, "contact": unit.contact} for unit in each.units], "question": each.question, "due": each.due.isoformat(),
        "working_days": each.working_days, "state": each.state, "awaited": list(each.awaited), "overdue": each.is_overdue(on),
        "replies": [
            {
                "id": str(reply.id), "at": reply.at, "by": reply.by, "unit": reply.unit, "day": reply.day.isoformat(), "opinion": reply.opinion,
                "words": reply.words, "attachment": None if reply.attachment is None else str(reply.attachment), "reason": reply.reason,
                "stands": reply.id in standing,
            }
            for reply in each.replies
        ],
        "ending": {"id": str(end.id), "act": end.act, "at": end.at, "by": end.by, "reason": end.reason} if end else None,
    }  # fmt: skip


def list_consultations(connection: Connection, project: int, upto: int = LARGEST_NUMBER) -> list[Consultation]:
    """The consultations on a project in order, as they stood once the event `upto` was recorded."""
    rows = table(StoredConsultation)
    query = select(rows.c.position).where(rows.c.project == project, rows.c.act == ASKED, rows.c.position <= upto)
    return read_consultations(connection, connection.execute(query.order_by(rows.c.position)).scalars(), upto)


def read_consultation(connection: Connection, number: int, upto: int = LARGEST_NUMBER) -> Consultation:
    """A consultation by its number, as it stood once the event `upto` was recorded. Raises NotRecorded."""
    rows = table(StoredConsultation)
    query = select(rows.c.position).where(rows.c.position == number, rows.c.act == ASKED, rows.c.position <= upto)
    there = connection.execute(query).scalars() if 0 < number <= LARGEST_NUMBER else ()
    found = read_consultations(connection, there, upto)
    if not found:
        words = Text(f"没有征求意见 {number}", f"there is no consultation {number}")
        raise NotRecorded([Fault("consultation", words)])
    return found[0]


def with_unread_replies(connection: Connection) -> list[Consultation]:
    """The consultations with replies that came since they were last closed, in order."""
    return read_consultations(connection, connection.execute(_UNREAD).scalars())


def count_consultations(connection: Connection, project: int) -> int:
    """How many consultations on a project were recorded, closed and withdrawn ones included."""
    rows = table(StoredConsultation)
    query = select(func.count()).where(rows.c.project == project, rows.c.act == ASKED)
    return int(connection.execute(query).scalar_one())


def read_consultations(
    connection: Connection, numbers: Iterable[int], upto: int = LARGEST_NUMBER
) -> list[Consultation]:
    """The consultations of those numbers, in order, as they stood once the event `upto` was recorded."""
    rows, events, wanted = table(StoredConsultation), table(Event), list(numbers)
    found: dict[int, Consultation] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        query = select(events).join(rows, rows.c.position == events.c.position).where(rows.c.position <= upto)
        query = query.where(or_(rows.c.position.in_(some), rows.c.asked.in_(some))).order_by(rows.c.position)
        for row in map(dict, connection.execute(query).mappings()):
            _follow(found, row, body_of(row))
    return [found[each] for each in wanted if each in found]


def _follow(found: dict[int, Consultation], row: Mapping[str, Any], body: ConsultationBody) -> None:
    """Add what an event says to the consultations that are known so far."""
    position, act, asked = row["position"], body["act"], body["asked"] or 0
    if act == ASKED:
        units = tuple(map(UnitAsked, body["units"] or (), body["contacts"] or ()))
        found[position] = Consultation(
            position, row["at"], row["actor"], body["project"]["id"], date.fromisoformat(body["day"]), units, body["question"] or "",
            date.fromisoformat(body["due"] or ""), body["working_days"],
        )  # fmt: skip
    elif act == REPLIED:
        reply = Reply(
            position, row["at"], row["actor"], body["by"]["principal"], body["unit"] or "", date.fromisoformat(body["day"]), body["opinion"] or "",
            body["words"], body["attachment"], body["reason"],
        )  # fmt: skip
        found[asked] = replace(found[asked], replies=(*found[asked].replies, reply))
    else:
        ending = Ending(position, act, row["at"], row["actor"], body["reason"])
        found[asked] = replace(found[asked], ending=ending)
