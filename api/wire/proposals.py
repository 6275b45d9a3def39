"""Proposals of changes of the rules on the wire."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.wire.document import Both, Digest
from api.wire.files import AttachedFile, FileShown, file_from
from api.wire.reading import Words, read
from review.law.amendments import Amended, amendments_of
from review.record.storage.files import Scan

_ASKED = ConfigDict(extra="forbid", strict=True)


class Paper(BaseModel):
    """The official document that a figure rests on."""

    model_config = _ASKED
    title: str = Field(min_length=1, max_length=500, examples=["关于加强倍量替代的通知（示例）"])
    number: str = Field("", max_length=200, description="文号 / its number", examples=["闽环〔2026〕1 号（示例）"])
    date: str = Field(max_length=10, description="文件日期 / its date", examples=["2026-11-01"])
    page: str = Field(min_length=1, max_length=50, description="页 / the page", examples=["3"])
    file: AttachedFile | None = Field(None, description="扫描件 / its scan")


class FigureChange(BaseModel):
    """A change of one row: of the parameters by name, or of a table by the columns that name the row."""

    model_config = _ASKED
    parameter: str | None = Field(None, max_length=100, examples=["offset_ratio"])
    table: str | None = Field(None, max_length=100, examples=["benchmark_levels"])
    row: dict[str, str] | None = Field(None, description="行的名称列 / the columns that name the row", examples=[{"id": "cement-clinker"}])  # fmt: skip
    act: Literal["change", "add", "remove"] = Field(
        "change", description="改动一行、新增、删除 / a row changes, comes in, or goes"
    )
    set: dict[str, str] | None = Field(
        None,
        description="新的单元格；经文件核对而不变的、删除的不写 / the new cells; none of a row that goes, or is as its document says",
        examples=[{"value": "1.5"}],
    )
    kind: Literal["law", "error", "evidence", "setting"] = Field(
        description="为何：法规变化、更正错误、经文件核对、本单位设定 / why it changes", examples=["law"]
    )
    reason: str = Field(min_length=1, max_length=2000, examples=["倍量提高（示例）"])
    document: Paper | None = Field(None, description="setting 以外必填 / asked for but of a setting")


class ProposalRequest(BaseModel):
    """Changes of figures in force from a day; another person confirms them."""

    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)
    first: str = Field(alias="from", max_length=10, description="施行首日 / the first day", examples=["2027-01-01"])
    reason: str = Field(min_length=1, max_length=2000, examples=["按通知修改（示例）"])
    changes: list[FigureChange] = Field(min_length=1, max_length=500)
    title: Words | None = Field(None, description="版本名称 / the edition's title")


class Confirmation(BaseModel):
    """The changes that were compared with their documents, each as `EDITION CHANGE`: all of them are."""

    model_config = _ASKED
    seen: list[str] = Field(max_length=10_000, examples=[["2026-o1 parameter offset_ratio"]])


class Person(BaseModel):
    """A person as the record names one."""

    name: str
    subject: str


class EditionProposed(BaseModel):
    """A proposed edition, and what it changes of the one `before` it."""

    name: str = Field(examples=["city@2026-o1"])
    digest: Digest
    from_: str = Field(alias="from", examples=["2027-01-01"])
    until: str | None
    title: Both
    changes: list[dict[str, Any]] = Field(
        description="各项改动：原值 → 新值、原因、文件 / each with then, now, why and document"
    )
    before: str | None = Field(examples=["city@2026"])
    conflicts: list[str] = Field(
        description="本单位的改动与之冲突、未带入的 / changes of the office that were not carried onto it"
    )


class Proposal(BaseModel):
    """A proposal as it stands; its end with who ended it and why."""

    id: str
    at: str
    proposer: Person
    reason: str
    state: Literal["proposed", "adopted", "returned", "withdrawn"]
    ended: str | None
    by: str | None
    ending: str | None
    files: list[FileShown]
    editions: list[EditionProposed]


class ProposalMade(BaseModel):
    """What was recorded: the number of the event."""

    id: str


class Preview(BaseModel):
    """A preview in the background, with its counts."""

    id: str
    made: str
    actor: str
    state: str
    done: int
    total: int
    ended: str | None
    detail: str | None
    proposal: int
    summary: dict[str, Any]


class PreviewedProjects(BaseModel):
    """The preview of a proposal, and the projects that it tells something of, in order of review."""

    preview: Preview
    items: list[dict[str, Any]]
    next: int | None


def proposal_from(content: Any) -> tuple[Amended, str, list[Scan]]:
    """The changes that a body asks for, why, and the scans that it brings. Raises Refused, RulesetError."""
    asked = read(ProposalRequest, content)
    values = asked.model_dump(by_alias=True, exclude_none=True, exclude={"reason"})
    scans: dict[str, Scan] = {}
    for place, change in enumerate(asked.changes):
        if change.document is not None and change.document.file is not None:
            digest, sent = file_from(change.document.file, f"changes[{place}].document.file")
            values["changes"][place]["document"]["file"] = digest
            scans |= {digest: sent} if sent else {}
    return amendments_of(values, _at), asked.reason, list(scans.values())


def confirmation_from(content: Any) -> list[str]:
    """The changes that were seen. Raises Refused."""
    return read(Confirmation, content).seen


def _at(*path: str | int) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
