"""Decisions that go through several signatures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from two_high_client.answers.cases import PersonShown
from two_high_client.answers.document import Both


@dataclass(frozen=True, kw_only=True)
class SigningRulesShown:
    """How decisions are signed."""

    steps: int
    matters: Mapping[str, int]
    signers: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class SignatureShown:
    """A step of a sign-off as it was recorded."""

    id: str
    at: str
    act: str
    step: int
    role: Both
    by: PersonShown
    deputy_for: PersonShown | None
    opinion: str | None


@dataclass(frozen=True, kw_only=True)
class RulingShown:
    """The decision that is proposed."""

    outcome: str
    reason: str | None
    clause: str | None
    responsible: str | None
    on_behalf_of: Any
    due: str | None
    conditions: tuple[Both, ...]


@dataclass(frozen=True, kw_only=True)
class MovedShown:
    """What moved since it was proposed: nobody can sign it."""

    code: str
    words: Both


@dataclass(frozen=True, kw_only=True)
class UnsignableShown:
    """A step that nobody can sign by now: why, and what to do about it."""

    step: int
    words: Both


@dataclass(frozen=True, kw_only=True)
class SignOffShown:
    """A sign-off. `due_step` is the step that waits, null where none does; `content` what is signed now, null where it does not wait."""

    proposal: str
    state: str
    steps: int
    due_step: int | None
    ruling: RulingShown
    signatures: tuple[SignatureShown, ...]
    last: str
    content: str | None
    moved: tuple[MovedShown, ...]
    unsignable: tuple[UnsignableShown, ...]


@dataclass(frozen=True, kw_only=True)
class SignOffs:
    """The decision on a review that waits to be signed, and what became of those before, newest first."""

    open: SignOffShown | None
    past: tuple[SignOffShown, ...]


@dataclass(frozen=True, kw_only=True)
class SignatureMade:
    """A recorded step; `decision` is the number of the decision where it was the last."""

    id: str
    proposal: str
    act: str
    step: int
    steps: int
    decision: str | None
