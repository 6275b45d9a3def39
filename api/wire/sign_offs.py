"""Sign-offs of decisions on the wire: proposed, signed, sent back; and the office's rules for them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.wire.document import Both
from api.wire.reading import Words, read, with_whole_number
from api.wire.reviews import Number
from review.errors import Text
from review.record.access.known_people import Known
from review.record.access.signing_rules import SIGNER_WORDS, SigningRules
from review.record.cases.sign_offs import Signature, SignOff, named, ruling_written
from review.record.cases.signed_content import CONTENT_WORDS, content_digest, moved
from review.record.storage.event_marks import PersonNamed
from review.record.storage.signing_bodies import SignedContent

Act = Literal["proposed", "agreed", "issued", "returned", "withdrawn"]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Ticked(_Asked):
    """A failure by its rule and subject, or a short source: rule `source`, subject its id."""

    rule: str = Field(max_length=100, examples=["eia-laws"])
    subject: str = Field(max_length=200, examples=["eia"])


class SignatureRequest(_Asked):
    """What is done with the step that waits: `sign`, `return` (with an opinion), or `withdraw` by its drafter."""

    act: Literal["sign", "return", "withdraw"] = Field(examples=["sign"])
    last: Number = Field(max_length=19, description="所见的最后一步的编号 / the last step that was seen")
    content: str | None = Field(
        None, max_length=100, description="所见内容的摘要，签批时必填 / `content` as it was seen; required to sign"
    )
    opinion: str | None = Field(
        None, max_length=2000, description="意见；退回、与建议不同或不予批准时必填", examples=["同意（示例）"]
    )
    seen: list[Ticked] = Field(
        [], max_length=500, description="已逐项查看的不符合和不足 / failures and short sources that were looked at"
    )


class SigningRulesRequest(_Asked):
    """How decisions are signed; what is left out of `matters` goes by the office's steps, of `signers` is for any officer."""

    steps: int = Field(description="本单位的步数，1 至 3 / steps of the office", examples=[2])
    matters: dict[str, int] = Field(
        {},
        max_length=20,
        description="按决定，或 departs（与建议不同） / by outcome, or `departs`",
        examples=[{"departs": 3}],
    )
    signers: dict[Literal["2", "3"], list[str]] = Field(
        {}, description="各步的签批人，登录名或标识 / who may sign each step", examples=[{"3": ["shenchagang"]}]
    )
    reason: str = Field(max_length=2000, examples=["内部规定（示例）"])


class SigningRulesShown(BaseModel):
    """How decisions are signed."""

    steps: int
    matters: dict[str, int]
    signers: dict[str, list[str]]


class PersonSigning(BaseModel):
    """A person: name, and the subject that the office knows."""

    name: str
    subject: str


class SignatureShown(BaseModel):
    """A step of a sign-off as it was recorded."""

    id: Number
    at: str
    act: Act
    step: int
    role: Both
    by: PersonSigning
    deputy_for: PersonSigning | None
    opinion: str | None


class RulingShown(BaseModel):
    """The decision that is proposed."""

    outcome: str
    reason: str | None
    clause: str | None
    responsible: str | None
    on_behalf_of: Any
    due: str | None
    conditions: list[Words]


class MovedShown(BaseModel):
    """What moved since it was proposed: nobody can sign it."""

    code: str
    words: Both


class UnsignableShown(BaseModel):
    """A step that nobody can sign by now: why, and what to do about it."""

    step: int
    words: Both


class SignOffShown(BaseModel):
    """A sign-off. `due_step` is the step that waits, null where none does; `content` what is signed now, null where it does not wait."""

    proposal: Number
    state: Act
    steps: int
    due_step: int | None
    ruling: RulingShown
    signatures: list[SignatureShown]
    last: Number
    content: str | None
    moved: list[MovedShown]
    unsignable: list[UnsignableShown]


class SignOffs(BaseModel):
    """The decision on a review that waits to be signed, and what became of those before, newest first."""

    open: SignOffShown | None
    past: list[SignOffShown]


class SignatureMade(BaseModel):
    """A recorded step; `decision` is the number of the decision where it was the last."""

    id: Number
    proposal: Number
    act: Act
    step: int
    steps: int
    decision: Number | None


def signature_from(content: Any) -> SignatureRequest:
    """Raises Refused."""
    return read(SignatureRequest, content)


def signing_rules_from(content: Any) -> tuple[SigningRules, str]:
    """The rules that JSON values state, and why. Raises Refused."""
    whole = with_whole_number(content, "steps")
    if isinstance(whole, dict) and isinstance(whole.get("matters"), dict):
        whole = {**whole, "matters": {name: _whole(value) for name, value in whole["matters"].items()}}
    asked = read(SigningRulesRequest, whole)
    signers = {int(step): tuple(each) for step, each in asked.signers.items()}
    return SigningRules(asked.steps, asked.matters, signers), asked.reason


def _whole(value: Any) -> Any:
    """A whole number as a Python int, read as an exact decimal."""
    return (
        int(value) if isinstance(value, Decimal) and value == value.to_integral_value() and abs(value) < 10 else value
    )


def signing_rules_json(rules: SigningRules) -> dict[str, Any]:
    """The rules as JSON values."""
    return {
        "steps": rules.steps, "matters": dict(rules.matters), "signers": {str(step): [*each] for step, each in rules.signers.items() if each},
    }  # fmt: skip


def sign_off_json(
    found: SignOff, now: SignedContent | None = None, unsignable: Mapping[int, Text] = MappingProxyType({})
) -> dict[str, Any]:
    """A sign-off as JSON values; of one that waits `now`: what is signed now, and `unsignable`: the steps that nobody can sign, with why."""
    others = moved(found.content, now) if now is not None else []
    return {
        "proposal": str(found.id), "state": found.last.act, "steps": found.steps, "due_step": found.due_step if found.is_open else None,
        "ruling": ruling_written(found.ruling), "signatures": [_signature(each) for each in found.signatures], "last": str(found.last.id),
        "content": content_digest(now) if now is not None else None,
        "moved": [{"code": each, "words": CONTENT_WORDS[each].as_json()} for each in others],
        "unsignable": [{"step": step, "words": words.as_json()} for step, words in unsignable.items()],
    }  # fmt: skip


def _signature(each: Signature) -> Mapping[str, Any]:
    return {
        "id": str(each.id), "at": each.at, "act": each.act, "step": each.step, "role": SIGNER_WORDS[each.step].as_json(), "by": _person(each.by),
        "deputy_for": _person(each.deputy_for) if each.deputy_for else None, "opinion": each.opinion,
    }  # fmt: skip


def _person(person: Known) -> PersonNamed:
    return named(person)
