"""Hooks, deliveries and replay jobs on the wire."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.wire.document import Both
from api.wire.reading import read, with_whole_number
from api.wire.reviews import Number, Replayed, ReplayTarget
from review.record.work.webhooks import LONGEST_URL


class HookRequest(BaseModel):
    """Where word of events is to be sent."""

    model_config = ConfigDict(extra="forbid", strict=True)
    url: str = Field(max_length=LONGEST_URL, examples=["https://approval.example/two-high"])
    kinds: list[
        Literal[
            "review", "decision", "signature", "attachment", "checkpoint", "step", "source", "edition", "consultation"
        ]
    ] = Field(["review", "decision"], min_length=1, max_length=9)


class HookQueue(BaseModel):
    """How a hook's queue stands."""

    waiting: int = Field(description="待发送 / messages that wait")
    dead: int = Field(description="不再自动重发 / messages that were given up")
    arrived: str | None = Field(description="最近一次送达 / when one last arrived, UTC")
    failed: str | None = Field(description="最近一次未送达 / when one last failed, UTC")
    error: str | None = Field(description="其原因 / why it failed", examples=["HTTP 500"])


class Hook(BaseModel):
    """A hook without its secret."""

    hook: str = Field(examples=["0123456789abcdef"])
    url: str
    kinds: list[str]
    both_until: str | None = Field(
        description="此前新旧两个密文同时签名 / until when messages are signed with the old secret too, UTC"
    )
    queue: HookQueue


class SecretRotation(BaseModel):
    """Why a hook gets another secret, and for how many hours the old one signs beside it."""

    model_config = ConfigDict(extra="forbid", strict=True)
    reason: str = Field(min_length=1, max_length=2000, examples=["定期更换（示例）"])
    hours: int = Field(24, ge=0, le=168, description="0 为旧密文立即停用 / 0: the old one signs nothing more")


class DeadSentAgain(BaseModel):
    """How many dead messages were put back."""

    messages: int


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
    position: Number = Field(
        description="事件编号；测试通知为该回调最近一次变动的编号 / the event's number; of a test that of the hook's last event"
    )
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


def rotation_from(content: Any) -> SecretRotation:
    """Raises Refused."""
    return read(SecretRotation, with_whole_number(content, "hours"))


def replay_from(content: Any) -> ReplayRequest:
    """Raises Refused."""
    return read(ReplayRequest, with_whole_number(content, "project"))
