"""Messages to hooks as the documentation shows them: what is sent of each kind of event. Never built: the record makes them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.wire.document import Both, Digest, Recommendation
from api.wire.enumerated import OutcomeCode, StepCode
from api.wire.proofs import CheckpointShown
from api.wire.reviews import Number


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: Number = Field(description="事件编号 / the event's number")
    by: str = Field(description="经办人姓名 / the name of who acted")


class _OfProject(_Said):
    project: int | None


class PersonSaid(BaseModel):
    """A person: name, and the subject that the office knows."""

    name: str
    subject: str


class ReviewSaid(_OfProject):
    """A review that was recorded."""

    version: int
    as_of: str
    recommendation: Recommendation
    sheet: Digest
    ruleset: Digest
    digest: Digest


class DecisionSaid(_OfProject):
    """A decision that was recorded."""

    review: Number
    outcome: OutcomeCode
    departs: bool
    officer: str
    on_behalf_of: str | None
    decided_on: str
    conditions: list[Both]


class StepSaid(_OfProject):
    """A step of a project; `day` of steps that have one, `holder` of a hand-over."""

    step: StepCode
    condition: str | None
    document: str | None
    reason: str | None
    day: str | None = None
    holder: PersonSaid | None = None


class SourceSaid(_Said):
    """An entry of the register, with the holdings that it changed."""

    source: str
    verified_t: str
    draws: list[dict[str, Any]]


class EditionSaid(_Said):
    """A step of the law."""

    act: str = Field(description="proposed、adopted、returned、withdrawn", examples=["adopted"])
    proposal: Number | None


class SignatureSaid(_OfProject):
    """A decision that was proposed, agreed to, issued, returned or withdrawn; `ruling` of a proposal."""

    act: str
    review: Number
    proposal: Number | None
    step: int
    steps: int
    drafter: PersonSaid
    deputy_for: PersonSaid | None
    opinion: str | None
    ruling: dict[str, Any] | None = None


class AttachmentSaid(_OfProject):
    """A file that was attached or withdrawn."""

    act: str
    added: Number | None
    review: Number | None
    decision: Number | None
    path: str | None
    source: str | None
    file: dict[str, Any] | None = None


class ConsultationSaid(_OfProject):
    """A consultation that was asked, replied to, closed or withdrawn; without contacts and words."""

    act: str
    asked: Number | None
    units: Any
    unit: str | None
    opinion: str | None
    due: str | None


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid")
    timestamp: str = Field(description="UTC", examples=["2026-11-24T09:00:00.000000Z"])


class ReviewRecordedMessage(_Message):
    """`review.recorded`"""

    type: Literal["review.recorded"]
    data: ReviewSaid


class DecisionRecordedMessage(_Message):
    """`decision.recorded`"""

    type: Literal["decision.recorded"]
    data: DecisionSaid


class StepRecordedMessage(_Message):
    """`step.recorded`"""

    type: Literal["step.recorded"]
    data: StepSaid


class SourceRecordedMessage(_Message):
    """`source.recorded`"""

    type: Literal["source.recorded"]
    data: SourceSaid


class EditionRecordedMessage(_Message):
    """`edition.recorded`"""

    type: Literal["edition.recorded"]
    data: EditionSaid


class SignatureRecordedMessage(_Message):
    """`signature.recorded`"""

    type: Literal["signature.recorded"]
    data: SignatureSaid


class AttachmentRecordedMessage(_Message):
    """`attachment.recorded`"""

    type: Literal["attachment.recorded"]
    data: AttachmentSaid


class ConsultationRecordedMessage(_Message):
    """`consultation.recorded`"""

    type: Literal["consultation.recorded"]
    data: ConsultationSaid


class CheckpointSignedMessage(_Message):
    """`checkpoint.signed`"""

    type: Literal["checkpoint.signed"]
    data: CheckpointShown


class HookTestSaid(BaseModel):
    """The hook that is tested."""

    model_config = ConfigDict(extra="forbid")
    hook: str


class HookTestMessage(_Message):
    """`hook.test`, which an administrator asks for"""

    type: Literal["hook.test"]
    data: HookTestSaid


MESSAGES: dict[str, type[BaseModel]] = {
    "review": ReviewRecordedMessage,
    "decision": DecisionRecordedMessage,
    "signature": SignatureRecordedMessage,
    "attachment": AttachmentRecordedMessage,
    "checkpoint": CheckpointSignedMessage,
    "step": StepRecordedMessage,
    "source": SourceRecordedMessage,
    "edition": EditionRecordedMessage,
    "consultation": ConsultationRecordedMessage,
}
# Every message by its type: of the kinds of events, and the one of none.
BY_TYPE: dict[str, type[BaseModel]] = {
    **{f"{kind}.{'signed' if kind == 'checkpoint' else 'recorded'}": each for kind, each in MESSAGES.items()},
    "hook.test": HookTestMessage,
}
