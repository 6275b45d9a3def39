"""Answers to findings on the wire."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.wire.reading import read
from api.wire.reviews import Number
from review.record.cases.answers import FindingKey, Stand

AnswerCode = Literal["agreed", "doubted", "overruled"]


class AnswerRequest(BaseModel):
    """What an officer says of a finding: a reason is asked where it is doubted or overruled, a clause where it is overruled."""

    model_config = ConfigDict(extra="forbid", strict=True)
    rule: str = Field(max_length=100, examples=["voc-offset"])
    subject: str = Field(max_length=200, description="条目所属 / what the finding is about", examples=["voc"])
    answer: AnswerCode = Field(description="认可、存疑、不予采纳", examples=["doubted"])
    reason: str | None = Field(None, max_length=2000, examples=["检测报告未盖章（示例）"])
    clause: str | None = Field(None, max_length=2000, examples=["3.10-7"])
    attachment: Number | None = Field(None, max_length=19, description="所依据的附件 / the file that it rests on")
    page: str | None = Field(None, max_length=50, description="页 / the page", examples=["3"])


class Answer(BaseModel):
    """An answer as it was recorded; the last one to a finding stands."""

    id: Number
    at: str
    by: str
    rule: str
    subject: str
    answer: AnswerCode
    reason: str | None
    clause: str | None
    attachment: Number | None
    page: str | None


class FindingNamed(BaseModel):
    """A finding by its rule and what it is about."""

    rule: str
    subject: str


class ReviewAnswers(BaseModel):
    """Every answer to findings of a review, in order; findings that fail, are missing or to be looked at and have none; those in doubt."""

    answers: list[Answer]
    unanswered: list[FindingNamed]
    doubted: list[FindingNamed]


class AnswerMade(BaseModel):
    """What was recorded: the number of the event."""

    id: Number


def answer_from(content: Any) -> tuple[FindingKey, Stand]:
    """The finding and what is said of it. Raises Refused."""
    asked = read(AnswerRequest, content)
    attachment = None if asked.attachment is None else int(asked.attachment)
    return (asked.rule, asked.subject), Stand(asked.answer, asked.reason, asked.clause, attachment, asked.page)
