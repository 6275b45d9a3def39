"""Decisions: at once, after a second person, or by several signatures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypedDict, Unpack

from two_high_client.answers.pending import DecidedOrWaiting, PendingOnReview, PendingShown
from two_high_client.answers.reviews import DecisionMade
from two_high_client.answers.sign_offs import SignatureMade, SigningRulesShown, SignOffs
from two_high_client.declarations import new_key, nothing, of, one
from two_high_client.operations import Asked
from two_high_client.words import Outcome
from two_high_client.writing import Named, body


class Ruling(TypedDict, total=False):
    """What is stated of a decision. Reason and clause are asked for where the outcome departs; a condition has `zh` and `en`."""

    reason: str | None
    clause: str | None
    on_behalf_of: Named | None
    responsible: str | None
    due: date | str | None
    conditions: Sequence[Mapping[str, str]] | None


def _seen(if_match: str | None) -> dict[str, str]:
    """The header that says which state of the review was seen."""
    return {"If-Match": if_match} if if_match else {}


class DecisionCalls:
    """Calls about decisions. `if_match`: the `etag` of the review as it was seen; numbers and `last` are text."""

    @one("POST", "/reviews/{number}/decision", of(DecisionMade))
    def decide(
        self,
        number: str | int,
        outcome: Outcome,
        *,
        second: Named | None = None,
        if_match: str | None = None,
        key: str | None = None,
        **ruling: Unpack[Ruling],
    ) -> Asked:
        """Decide on a review. `second`: the second person, whom a system's key vouches for."""
        said = body(outcome=outcome, second=second, **ruling)
        return Asked({"number": number}, body=said, key=key or new_key(), headers=_seen(if_match))

    @one("POST", "/reviews/{number}/pending", of(DecidedOrWaiting))
    def decide_or_wait(
        self,
        number: str | int,
        outcome: Outcome,
        *,
        if_match: str | None = None,
        key: str | None = None,
        **ruling: Unpack[Ruling],
    ) -> Asked:
        """Decide as a person who is signed in; what needs a second person waits for one."""
        said = body(outcome=outcome, **ruling)
        return Asked({"number": number}, body=said, key=key or new_key(), headers=_seen(if_match))

    @one("GET", "/pending-decisions", of(list[PendingShown]))
    def pending_decisions(self) -> Asked:
        """The decisions that wait for a second person, the oldest first."""
        return Asked()

    @one("GET", "/reviews/{number}/pending", of(PendingOnReview))
    def pending_decision(self, number: str | int) -> Asked:
        """What waits on a review, and what is to be looked at to confirm it."""
        return Asked({"number": number})

    @one("POST", "/reviews/{number}/pending/{pending}/confirm", of(DecisionMade), again=True)
    def confirm_decision(self, number: str | int, pending: str, seen: Sequence[Mapping[str, str]] = ()) -> Asked:
        """Confirm a waiting decision as the second person; `seen`: what was looked at, each with rule and subject."""
        return Asked({"number": number, "pending": pending}, body=body(seen=[*seen]))

    @one("POST", "/reviews/{number}/pending/{pending}/return", of(PendingShown))
    def return_decision(self, number: str | int, pending: str, reason: str) -> Asked:
        """Send a waiting decision back."""
        return Asked({"number": number, "pending": pending}, body=body(reason=reason))

    @one("POST", "/reviews/{number}/pending/{pending}/withdraw", of(PendingShown))
    def withdraw_pending_decision(self, number: str | int, pending: str) -> Asked:
        """Take back a waiting decision of one's own."""
        return Asked({"number": number, "pending": pending})

    @one("GET", "/reviews/{number}/sign-off", of(SignOffs))
    def sign_offs(self, number: str | int) -> Asked:
        """The decision on a review that waits to be signed, and what became of those before."""
        return Asked({"number": number})

    @one("POST", "/reviews/{number}/sign-off", of(SignatureMade))
    def propose_decision(
        self,
        number: str | int,
        outcome: Outcome,
        *,
        if_match: str | None = None,
        key: str | None = None,
        **ruling: Unpack[Ruling],
    ) -> Asked:
        """Propose a decision that goes through several signatures."""
        said = body(outcome=outcome, **ruling)
        return Asked({"number": number}, body=said, key=key or new_key(), headers=_seen(if_match))

    @one("POST", "/reviews/{number}/sign-off/signatures", of(SignatureMade))
    def sign_decision(
        self,
        number: str | int,
        last: str | int,
        content: str,
        *,
        opinion: str | None = None,
        seen: Sequence[Mapping[str, str]] = (),
        key: str | None = None,
    ) -> Asked:
        """Sign the step that waits. `last` and `content` as they were seen; `seen`: what was looked at, each with rule and subject."""
        said = body(act="sign", last=str(last), content=content, seen=[*seen], opinion=opinion)
        return Asked({"number": number}, body=said, key=key or new_key())

    @one("POST", "/reviews/{number}/sign-off/signatures", of(SignatureMade))
    def send_decision_back(self, number: str | int, last: str | int, opinion: str, *, key: str | None = None) -> Asked:
        """Send a decision back to its drafter, with an opinion."""
        said = body(act="return", last=str(last), opinion=opinion)
        return Asked({"number": number}, body=said, key=key or new_key())

    @one("POST", "/reviews/{number}/sign-off/signatures", of(SignatureMade))
    def withdraw_decision(self, number: str | int, last: str | int, *, key: str | None = None) -> Asked:
        """Take back a decision that one proposed."""
        return Asked({"number": number}, body=body(act="withdraw", last=str(last)), key=key or new_key())

    @one("GET", "/sign-off-rules", of(SigningRulesShown))
    def signing_rules(self) -> Asked:
        """How decisions are signed."""
        return Asked()

    @one("PUT", "/sign-off-rules", nothing)
    def set_signing_rules(
        self,
        steps: int,
        reason: str,
        *,
        matters: Mapping[str, int] | None = None,
        signers: Mapping[str, Sequence[str]] | None = None,
    ) -> Asked:
        """Set how decisions are signed: `steps` of the office, of `matters` by outcome or `departs`, and who may sign step 2 or 3."""
        return Asked(body=body(steps=steps, reason=reason, matters=matters, signers=signers))
