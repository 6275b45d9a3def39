"""Consultations of units on the wire."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.wire.reading import day_from, read, refuse, with_whole_number
from api.wire.reviews import Number
from review.record.cases.consultations import UnitAsked
from review.record.cases.consulting import Asking, Replied

OpinionCode = Literal["agree", "agree_with_conditions", "object", "no_opinion"]
_ASKED = ConfigDict(extra="forbid", strict=True)


class UnitRequest(BaseModel):
    """A unit that is asked, and the contact person at the unit."""

    model_config = _ASKED
    name: str = Field(max_length=200, examples=["市生态环境局（示例）"])
    contact: str | None = Field(
        None, max_length=200, description="联系人，不发往回调 / is sent to no hook", examples=["示例科"]
    )


class ConsultationRequest(BaseModel):
    """Units that are asked for their opinion: `due` is a day, or `working_days` after the day it was sent; one of the two."""

    model_config = _ASKED
    project: int = Field(ge=1, le=2**63 - 1, description="项目编号 / the project's number", examples=[17])
    units: list[UnitRequest] = Field(min_length=1, max_length=20)
    question: str = Field(max_length=2000, examples=["总量指标是否落实（示例）"])
    due: str | None = Field(None, max_length=40, description="答复期限 / replies due by", examples=["2026-12-10"])
    working_days: int | None = Field(None, description="答复期限，工作日 / in working days instead")
    day: str | None = Field(None, max_length=40, description="发出之日，默认今天 / when it was sent, today by default")


class ReplyRequest(BaseModel):
    """What a unit replied. `words` are needed for conditions and objections, a `reason` where the unit replied before."""

    model_config = _ASKED
    unit: str = Field(max_length=200, examples=["市生态环境局（示例）"])
    opinion: OpinionCode = Field(description="同意、有条件同意、不同意、无意见", examples=["agree"])
    words: str | None = Field(None, max_length=2000, examples=["同意，投产前落实削减替代（示例）"])
    day: str | None = Field(None, max_length=40, description="收到之日，默认今天 / when it was received")
    attachment: Number | None = Field(None, max_length=19, description="答复的附件 / the file that holds it")
    reason: str | None = Field(None, max_length=2000, description="取代先前答复的理由 / why another takes its place")


class ClosingRequest(BaseModel):
    """The end of a consultation; a reason is needed where a unit has not replied."""

    model_config = _ASKED
    reason: str | None = Field(None, max_length=2000, examples=["电话确认无意见（示例）"])


class UnitShown(BaseModel):
    """A unit that was asked."""

    name: str
    contact: str | None


class ReplyShown(BaseModel):
    """A reply as it was recorded; `stands`: no later reply of the unit has taken its place."""

    id: Number
    at: str
    by: str
    unit: str
    day: str
    opinion: OpinionCode
    words: str | None
    attachment: Number | None
    reason: str | None
    stands: bool


class EndingShown(BaseModel):
    """The end of a consultation."""

    id: Number
    act: Literal["closed", "withdrawn"]
    at: str
    by: str
    reason: str | None


class ConsultationShown(BaseModel):
    """A consultation with all replies; `awaited` are the units that have not replied."""

    id: Number
    at: str
    by: str
    project: int
    day: str
    units: list[UnitShown]
    question: str
    due: str
    working_days: int | None
    state: Literal["open", "closed", "withdrawn"]
    awaited: list[str]
    overdue: bool = Field(description="未办结而逾期未答复 / open, and a reply was due before today")
    replies: list[ReplyShown]
    ending: EndingShown | None


class ProjectConsultations(BaseModel):
    """The consultations on a project, in order."""

    consultations: list[ConsultationShown]


class ConsultationMade(BaseModel):
    """What was recorded: the number of the event."""

    id: Number


def asking_from(content: Any) -> tuple[int, Asking]:
    """The project, and what units are asked. Raises Refused."""
    asked = read(ConsultationRequest, with_whole_number(with_whole_number(content, "project"), "working_days"))
    if (asked.due is None) is (asked.working_days is None):
        refuse("due", "应写明 due、working_days 之一", "should be one of due and working_days")
    day, due = day_from("day", asked.day), day_from("due", asked.due)
    units = [UnitAsked(each.name, each.contact) for each in asked.units]
    return asked.project, Asking(units, asked.question, due if due is not None else asked.working_days or 0, day)


def reply_from(content: Any) -> Replied:
    """What a unit replied. Raises Refused."""
    asked = read(ReplyRequest, content)
    attachment = None if asked.attachment is None else int(asked.attachment)
    return Replied(asked.unit, asked.opinion, asked.words, day_from("day", asked.day), attachment, asked.reason)


def closing_from(content: Any) -> str | None:
    """Why a consultation is closed, if that is said. Raises Refused."""
    return read(ClosingRequest, content).reason
