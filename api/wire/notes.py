"""Notes on the wire."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.wire.reading import read, refuse, with_whole_number
from api.wire.reviews import Number
from review.record.cases.notes import Noted


class NoteRequest(BaseModel):
    """A note on one of project and review; beside a review `rule` and `subject` name a finding, or `path` a figure of its sheet."""

    model_config = ConfigDict(extra="forbid", strict=True)
    project: int | None = Field(None, ge=1, le=2**63 - 1, description="项目编号 / the project's number", examples=[17])
    review: Number | None = Field(None, max_length=19, description="审查编号 / the review's number")
    rule: str | None = Field(None, max_length=100, description="条目的规则 / the rule of a finding")
    subject: str | None = Field(None, max_length=200, description="条目所属 / what that finding is about")
    path: str | None = Field(None, max_length=200, description="该审查项目表的字段 / a field of its sheet")
    text: str = Field(max_length=2000, examples=["现场核实，管网已接通（示例）"])


class NoteEndShown(BaseModel):
    """That a note was withdrawn; its text stays."""

    id: Number
    at: str
    by: str
    reason: str


class Note(BaseModel):
    """A note as it was written, and its end, if it has one."""

    id: Number
    at: str
    by: str
    project: int
    review: Number | None
    rule: str | None
    subject: str | None
    path: str | None
    text: str
    withdrawn: NoteEndShown | None


class NotesPage(BaseModel):
    """Notes, the newest first; `next` is the cursor of the next page, null at the end."""

    items: list[Note]
    next: int | None


class NoteMade(BaseModel):
    """What was recorded: the number of the event."""

    id: Number


def note_from(content: Any) -> tuple[Noted, str]:
    """What a note is about, and its text. Raises Refused."""
    asked = read(NoteRequest, with_whole_number(content, "project"))
    if (asked.rule is None) is not (asked.subject is None):
        refuse("rule", "rule 与 subject 应同写", "rule and subject stand together")
    finding = (asked.rule, asked.subject) if asked.rule is not None and asked.subject is not None else None
    review = None if asked.review is None else int(asked.review)
    return Noted(asked.project, review, finding, asked.path), asked.text
