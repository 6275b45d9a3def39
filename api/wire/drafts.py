"""Drafts of sheets on the wire: what is filled in so far, its versions, and how one is submitted."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.wire.document import Both
from api.wire.reading import day_from, read, with_whole_number
from api.wire.reviews import Number
from review.record.cases.drafts import DraftHead, SavedDraft


class DraftContent(BaseModel):
    """What is filled in: the values of a sheet, which need not be whole yet; `version` is the one that was seen, of a draft that is there."""

    model_config = ConfigDict(extra="forbid", strict=True)
    values: dict[str, Any] = Field(
        description="项目表的内容，可不完整 / as of a sheet, as far as it is known",
        examples=[{"project": {"name": "虚构化工项目"}}],
    )
    replaces: Number | None = Field(
        None,
        max_length=19,
        description="所替代的审查，仅新建时 / the review that it is the next version of; of a new draft alone",
    )
    version: int | None = Field(None, ge=1, le=1_000_000, description="所见的版本 / the version that was seen")


class DraftSubmission(BaseModel):
    """The version that is submitted, and as of which day by which edition it is judged."""

    model_config = ConfigDict(extra="forbid", strict=True)
    version: int = Field(ge=1, le=1_000_000, description="核对过的版本 / the version that was looked at", examples=[1])
    ruleset: str | None = Field(None, max_length=100, examples=["city@2023"])
    as_of: str | None = Field(None, max_length=40, examples=["2026-11-26"])
    reason: str | None = Field(None, max_length=2000, examples=["补录纸质案卷（示例）"])


class DraftShown(BaseModel):
    """A draft without its content; times are UTC. `submitted` is the review that it became; `away`: put away."""

    id: int
    title: str
    made: str
    made_by: str
    saved: str
    saved_by: str
    version: int
    replaces: Number | None
    submitted: Number | None
    away: bool


class DraftFault(BaseModel):
    """What is wrong with what is filled in, and where."""

    path: str
    detail: Both


class DraftWhole(DraftShown):
    """A draft at one of its versions (`shown`), with what is wrong with it, and what was sent that found no place in a sheet."""

    shown: int
    at: str
    by: str
    values: dict[str, Any]
    faults: list[DraftFault]
    left: list[DraftFault]


class DraftsPage(BaseModel):
    """Drafts, one's own first; `next` is the `after` of the next page, null at the end."""

    items: list[DraftShown]
    next: int | None


class DraftVersionLine(BaseModel):
    """A version of a draft: when (UTC), by whom, and how it came about."""

    version: int
    at: str
    by: str
    how: str


class DraftVersionsPage(BaseModel):
    """Versions, the last first; `next` is the `after` of the next page, null at the end."""

    items: list[DraftVersionLine]
    next: int | None


def draft_from(content: Any) -> DraftContent:
    """Raises Refused."""
    return read(DraftContent, with_whole_number(content, "version"))


def submission_from(content: Any) -> DraftSubmission:
    """Raises Refused."""
    found = read(DraftSubmission, with_whole_number(content, "version"))
    day_from("as_of", found.as_of)
    return found


def draft_json(head: DraftHead) -> dict[str, Any]:
    """A draft's head as JSON values, without whose key and which form made it."""
    names = ("id", "title", "made", "made_by", "saved", "saved_by", "version")
    shown: dict[str, Any] = {name: value for name, value in head.items() if name in names}
    for name, number in (("replaces", head["replaces"]), ("submitted", head["submitted"])):
        shown[name] = None if number is None else str(number)
    return {**shown, "away": bool(head["away"])}


def saved_json(saved: SavedDraft, faults: list[dict[str, Any]]) -> dict[str, Any]:
    """A draft at one of its versions as JSON values."""
    left = [{"path": each.where, "detail": each.text.as_json()} for each in saved.typed.left]
    return {
        **draft_json(saved.head),
        "shown": saved.version,
        "at": saved.at,
        "by": saved.by,
        "values": saved.typed.values,
        "faults": faults,
        "left": left,
    }
