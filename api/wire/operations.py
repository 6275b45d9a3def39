"""Hooks, deliveries and replay jobs on the wire."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.wire.document import Both
from api.wire.reading import read, with_whole_number
from api.wire.reviews import Number, Replayed, ReplayTarget


class HookRequest(BaseModel):
    """Where word of events is to be sent."""

    model_config = ConfigDict(extra="forbid", strict=True)
    url: str = Field(max_length=500, examples=["https://approval.example/two-high"])
    kinds: list[
        Literal[
            "review", "decision", "signature", "attachment", "checkpoint", "step", "source", "edition", "consultation"
        ]
    ] = Field(["review", "decision"], min_length=1, max_length=9)


class Hook(BaseModel):
    """A hook without its secret."""

    hook: str = Field(examples=["0123456789abcdef"])
    url: str
    kinds: list[str]


class HookMade(BaseModel):
    """A new hook; the secret that its messages are signed with is shown this once."""

    hook: str
    secret: str = Field(description="Standard Webhooks", examples=["whsec_…"])


class Delivery(BaseModel):
    """Word of an event to a hook."""

    id: str = Field(
        description="webhook-id，重发不变 / the same however often it is sent", examples=["msg_17_0123456789abcdef"]
    )
    hook: str
    position: Number = Field(description="事件编号 / the event's number")
    state: Literal["waiting", "delivered", "dead"]
    attempts: int
    due: str
    status: int | None = Field(description="对方最后的 HTTP 状态 / what was answered last")
    detail: str | None = Field(description="为何未送达 / why it did not arrive")
    last: str | None = Field(description="最后一次发送 / the last attempt")


class DeliveriesPage(BaseModel):
    """A page of deliveries, newest event first."""

    items: list[Delivery]
    next: int | None


class ReplayRequest(ReplayTarget):
    """Which reviews to replay, against what."""

    since: str | None = Field(
        None, max_length=40, description="审查日不早于 / as of this day or later", examples=["2024-01-01"]
    )
    until: str | None = Field(
        None, max_length=40, description="审查日不晚于 / as of this day or earlier", examples=["2026-12-31"]
    )
    project: int | None = Field(None, ge=1, le=2**53 - 1, description="只重放该项目 / this project alone")


class ReplaySummary(BaseModel):
    """Counts over a replay."""

    reviews: int
    identical: int
    errors: int
    layers: dict[str, int]
    flipped_reviews: int
    flips: int
    by_rule: dict[str, dict[str, int]]
    by_cause: dict[str, int]
    by_kind: dict[str, int]
    recommendations: dict[str, int]


class ReplayJob(BaseModel):
    """A replay of many reviews, under way or over."""

    id: str = Field(examples=["0123456789abcdef"])
    made: str
    actor: str
    asked: ReplayRequest
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    done: int = Field(description="已重放 / reviews replayed")
    total: int = Field(description="共 / of how many")
    summary: ReplaySummary
    ended: str | None
    detail: str | None = Field(description="失败的原因 / why it failed")


class ReplayReach(BaseModel):
    """What a replay compares; where it compares nothing, or by supposition, `notes` say so."""

    reviews: int = Field(description="范围内的审查 / reviews of the span")
    same: int = Field(
        description="原来就按该版本、同一审查日作出的 / judged by that very edition as of that day: nothing is compared"
    )
    outside: int = Field(
        description="审查日不在所指版本施行期间内的 / with a day of review that the edition's period does not touch"
    )
    notes: list[Both]


class ReplayRead(ReplayJob):
    """A replay of many reviews with what it compares; `reach` is null where its edition is not in the record."""

    reach: ReplayReach | None


class ReplaysPage(BaseModel):
    """Replay jobs, newest first."""

    items: list[ReplayJob]


class DifferencesPage(BaseModel):
    """The reviews that differ, in order of number; `next` is the cursor of the next page."""

    items: list[Replayed]
    next: int | None


def hook_from(content: Any) -> HookRequest:
    """Raises Refused."""
    return read(HookRequest, content)


def replay_from(content: Any) -> ReplayRequest:
    """Raises Refused."""
    return read(ReplayRequest, with_whole_number(content, "project"))
