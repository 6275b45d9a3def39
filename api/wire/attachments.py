"""Attachments on the wire: files on a project, a review, a figure of its sheet, a decision or a source."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.wire.files import AttachedFile, FileShown, file_from
from api.wire.reading import read, with_whole_number
from api.wire.reviews import Number
from review.record.cases.attaching import Looked
from review.record.cases.attachments import AttachedTo
from review.record.storage.files import Scan

_ASKED = ConfigDict(extra="forbid", strict=True)


class Attachable(BaseModel):
    """What a file is attached to: exactly one of project, review, decision and source; `path` stands beside `review` alone."""

    model_config = _ASKED
    project: int | None = Field(None, ge=1, le=2**63 - 1, description="项目编号 / the project's number", examples=[17])
    review: Number | None = Field(None, max_length=19, description="审查编号 / the review's number")
    path: str | None = Field(
        None, max_length=200, description="该审查项目表的字段 / a field of its sheet", examples=["voc.emission_t"]
    )
    decision: Number | None = Field(None, max_length=19, description="决定编号 / the decision's number")
    source: str | None = Field(None, max_length=400, description="登记的减排来源 / a registered source", examples=["S-2024-001"])  # fmt: skip


class AttachmentRequest(BaseModel):
    """A file to be attached, and where in it to look."""

    model_config = _ASKED
    to: Attachable
    file: AttachedFile
    page: str | None = Field(None, max_length=50, description="页 / the page", examples=["3"])
    place: str | None = Field(None, max_length=500, description="位置 / where on the page", examples=["表 1 第 4 行"])
    note: str | None = Field(None, max_length=2000, description="说明 / a note", examples=["检测报告（示例）"])


class AttachedToShown(BaseModel):
    """What a file is attached to. Of a figure and a decision the review is named too; of each but a source the project."""

    project: int | None
    review: Number | None
    path: str | None
    decision: Number | None
    source: str | None


class WithdrawalShown(BaseModel):
    """The end of an attachment; the file stays in the record."""

    id: Number
    at: str
    by: str
    reason: str


class Attachment(BaseModel):
    """A file as it was attached, and its end, if it has one."""

    id: Number
    at: str
    by: str
    to: AttachedToShown
    file: FileShown
    page: str | None
    place: str | None
    note: str | None
    withdrawn: WithdrawalShown | None


class AttachmentsPage(BaseModel):
    """Attachments in order; `next` is the cursor of the next page, null at the end."""

    items: list[Attachment]
    next: int | None


class AttachmentMade(BaseModel):
    """What was recorded: the number of the event."""

    id: Number


def attachment_from(content: Any) -> tuple[AttachedTo, Scan | str, Looked]:
    """What is to be attached to what: the file, or the digest of one that the record has. Raises Refused."""
    if isinstance(content, dict):
        content = {**content, "to": with_whole_number(content.get("to"), "project")}
    asked = read(AttachmentRequest, content)
    digest, sent = file_from(asked.file, "file")
    to = asked.to
    named = AttachedTo(to.project, _position(to.review), to.path, _position(to.decision), to.source)
    return named, sent or digest, Looked(asked.page, asked.place, asked.note)


def _position(number: str | None) -> int | None:
    return None if number is None else int(number)
