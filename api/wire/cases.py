"""Days of cases, holders, absences, the office's calendar and a person's inbox on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.wire.document import Both
from api.wire.reading import day_from, read, refuse, with_whole_number
from review.record.access.absences import Away
from review.record.calendar.settings import TERM_SOURCE
from review.record.calendar.working_days import Calendar, YearDays, year_days


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class CaseStep(_Asked):
    """A step of a project. `day` is required of `received`, `accepted`, `noticed` and `condition_due`, and of no other."""

    step: Literal[
        "received", "accepted", "noticed", "condition_due", "condition_met", "disposition_closed", "withdrawn", "lapsed",
        "closed", "unlisted", "reopened", "split",
    ] = Field(examples=["accepted"])  # fmt: skip
    day: str | None = Field(
        None, description="收件、受理、告知之日，或条件落实的期限 / the day", examples=["2026-11-26"]
    )
    condition: str | None = Field(None, max_length=2000, description="条件原文或序号 / its words or number")
    document: str | None = Field(None, max_length=2000, description="证明文号 / the document that shows it")
    reason: str | None = Field(None, max_length=2000, description="理由，更正时必填 / the reason")


class HandOver(_Asked):
    """To whom a case is given: a login, or the subject of a known person."""

    holder: str = Field(min_length=1, max_length=200, examples=["shenchagang"])
    note: str | None = Field(None, max_length=2000, examples=["调岗（示例）"])


class AbsenceRequest(_Asked):
    """An absence with a deputy, both days included; persons by login or subject."""

    person: str = Field(min_length=1, max_length=200, examples=["shenchagang"])
    deputy: str = Field(min_length=1, max_length=200, examples=["fuhegang"])
    begins: str = Field(examples=["2026-12-01"])
    ends: str = Field(examples=["2026-12-05"])
    reason: str | None = Field(None, max_length=2000)


class CalendarYear(_Asked):
    """The days of a year that are no weekend's: holidays, and Saturdays and Sundays that are worked."""

    holidays: list[str] = Field(max_length=366, examples=[["2026-10-01", "2026-10-02"]])
    workdays: list[str] = Field([], max_length=104, description="调休上班日", examples=[["2026-10-10"]])


class Terms(_Asked):
    """The office's term of review."""

    review_days: int = Field(description="审查期限，工作日 / in working days", examples=[20])


class StepMade(BaseModel):
    """The number of a recorded step."""

    id: str


class PersonShown(BaseModel):
    """A person: name, and the subject that the office knows."""

    name: str
    subject: str


class DeadlineShown(BaseModel):
    """Something that is due. 未写明的既不是零也不是逾期 / what is not stated is neither zero nor overdue."""

    kind: Literal["notice", "review", "condition", "disposition", "consultation"]
    about: Both | None = Field(description="条件，或未答复的单位 / the condition, or the units that have not replied")
    due: str | None = Field(description="到期日；未写明或停止计时为 null")
    state: Literal["running", "stopped", "not_stated"]
    working_days_left: int | None = Field(description="剩余工作日，0 为最后一天；逾期或未写明为 null")
    overdue: bool
    days_overdue: int = Field(description="逾期的日历天数 / days of the calendar")
    deemed: bool = Field(description="逾期未告知，自收到之日起即为受理 / counted from receipt")
    not_entered: list[int] = Field(description="涉及而未录入假日的年份 / years of which no holidays were entered")


class CaseDays(BaseModel):
    """The days of a case as they were recorded; null where not."""

    received: str | None
    accepted: str | None
    noticed: str | None
    resumed: str | None = Field(description="补正到达之日 / when the supplement arrived")


class InboxItem(BaseModel):
    """Something that asks for the caller."""

    kind: Literal[
        "overdue", "returned", "replied", "confirm", "sign", "unsignable", "signers", "decide", "cut", "edition"
    ]
    project: int | None
    review: int | None
    proposal: int | None
    consultation: int | None
    name: str | None
    words: Both
    deputy_for: PersonShown | None = Field(description="代谁办理 / whose it is, where the caller is a deputy")


class InboxWhole(BaseModel):
    """The caller's inbox, what is most urgent first."""

    items: list[InboxItem]
    counts: dict[str, int]
    deputy_for: list[PersonShown]


class AbsenceShown(BaseModel):
    """An absence, both days included."""

    id: str
    person: PersonShown
    deputy: PersonShown
    begins: str
    ends: str
    reason: str | None


class CalendarYearShown(CalendarYear):
    """A year as it was entered."""

    year: int


class CalendarWhole(BaseModel):
    """The office's calendar and its term of review. Of a year that is not here weekends alone are off."""

    years: list[CalendarYearShown]
    review_days: int
    review_days_source: Both = Field(description="默认期限的依据 / what the default rests on")


def step_from(content: Any) -> tuple[CaseStep, date | None]:
    """The step that JSON values ask for, and its day. Raises Refused."""
    found = read(CaseStep, content)
    return found, day_from("day", found.day)


def hand_over_from(content: Any) -> HandOver:
    """Raises Refused."""
    return read(HandOver, content)


def absence_from(content: Any) -> tuple[AbsenceRequest, date, date]:
    """The absence that JSON values ask for, its first and its last day. Raises Refused."""
    found = read(AbsenceRequest, content)
    return found, _day("begins", found.begins), _day("ends", found.ends)


def calendar_from(year: int, content: Any) -> YearDays:
    """The calendar of a year that JSON values state. Raises Refused."""
    found = read(CalendarYear, content)
    holidays, workdays = (
        [_day(f"{name}[{i}]", each) for i, each in enumerate(days)]
        for name, days in (("holidays", found.holidays), ("workdays", found.workdays))
    )
    return year_days(year, holidays, workdays)


def terms_from(content: Any) -> int:
    """The term of review that JSON values state, in working days. Raises Refused."""
    return read(Terms, with_whole_number(content, "review_days")).review_days


def calendar_json(calendar: Calendar, review_days: int) -> dict[str, Any]:
    """Calendar and term as JSON values."""
    return {
        "years": [
            {"year": each.year, "holidays": _written(each.holidays), "workdays": _written(each.workdays)}
            for each in calendar.years
        ],
        "review_days": review_days, "review_days_source": TERM_SOURCE.as_json(),
    }  # fmt: skip


def absence_json(found: Away) -> Mapping[str, Any]:
    """An absence as JSON values."""
    return {
        "id": str(found.id), "person": {"name": found.person.name, "subject": found.person.subject},
        "deputy": {"name": found.deputy.name, "subject": found.deputy.subject}, "begins": found.begins.isoformat(), "ends": found.ends.isoformat(),
        "reason": found.reason,
    }  # fmt: skip


def _day(where: str, text: str) -> date:
    day = day_from(where, text)
    if day is None:
        refuse(where, "必须填写", "is required")
    return day


def _written(days: frozenset[date]) -> list[str]:
    return [each.isoformat() for each in sorted(days)]
