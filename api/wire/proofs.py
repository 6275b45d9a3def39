"""Receipts, checkpoints and verifications of the record, on the wire."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.wire.document import Both
from api.wire.reading import read


class VerificationRequest(BaseModel):
    """How deeply to verify: `quick` passes over judging every review again."""

    model_config = ConfigDict(extra="forbid", strict=True)
    quick: bool = Field(False, description="不重新判断审查 / digests, links and rows alone", examples=[True])


class BreakFound(BaseModel):
    """Where the record is broken, or what is to be looked at."""

    position: int
    table: str
    key: str
    message: Both


class ComparedCheckpoint(BaseModel):
    """A checkpoint from outside, and whether the record agrees with it."""

    position: int
    head: str
    agrees: bool


class AnchorsFound(BaseModel):
    """How many checkpoints were compared, and the event of the newest."""

    checkpoints: int
    newest: int


class VerificationFound(BaseModel):
    """What a verification found; `remarks` break nothing."""

    model_config = ConfigDict(extra="allow")
    events: int
    reviews: int
    checkpoints: int
    head: str
    intact: bool
    breaks: list[BreakFound]
    remarks: list[BreakFound]
    entries: int
    compared: list[ComparedCheckpoint]
    anchors: AnchorsFound


class VerificationShown(BaseModel):
    """A verification, under way or over; `found` is null until it is over."""

    id: str = Field(examples=["0123456789abcdef"])
    made: str
    actor: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    done: int
    total: int
    ended: str | None
    detail: str | None
    quick: bool
    found: VerificationFound | None


class Verifications(BaseModel):
    """Verifications, newest first."""

    items: list[VerificationShown]


class CheckpointShown(BaseModel):
    """The head of the chain at `position`, and the root of the tree over all digests up to it; signed, where there is a `signature`."""

    model_config = ConfigDict(extra="allow")
    position: int
    head: str
    root: str
    peaks: list[str] | None = None
    schema_: str | None = Field(None, alias="schema", examples=["two-high/checkpoint/1"])
    at: str | None = Field(None, description="签名时间（UTC） / when it was signed, UTC")
    key: str | None = Field(None, description="Ed25519 公钥 / public key")
    signature: str | None = None
    cosignatures: list[dict[str, Any]] | None = None
    consistency: dict[str, Any] | None = None


class CheckpointsPage(BaseModel):
    """Signed checkpoints in order."""

    items: list[CheckpointShown]


class ReceiptShown(BaseModel):
    """A review with what proves it, to be examined by itself: see the guide to proofs."""

    schema_: str = Field(alias="schema", examples=["two-high/receipt/1"])
    review: int
    sheet: dict[str, Any]
    document: str = Field(description="审查结果原文 / the review's very bytes")
    entries: list[dict[str, Any]] = Field(description="事件及其到根的路径 / events, each with its path to the root")
    checkpoint: CheckpointShown
    head_path: list[str]


def verification_from(content: Any) -> bool:
    """Whether it is to be quick. Raises Refused."""
    return read(VerificationRequest, content).quick
