"""Decisions: at once, or by several signatures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from two_high_client.answers.reviews import DecisionMade
from two_high_client.answers.sign_offs import SignatureMade, SigningRulesShown, SignOffs
from two_high_client.declarations import new_key, nothing, of, one
from two_high_client.operations import Asked
from two_high_client.words import Outcome
from two_high_client.writing import Named, body


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
        reason: str | None = None,
        clause: str | None = None,
        on_behalf_of: Named | None = None,
        second: Named | None = None,
        responsible: str | None = None,
        due: date | str | None = None,
        conditions: Sequence[Mapping[str, str]] | None = None,
        if_match: str | None = None,
        key: str | None = None,
    ) -> Asked:
        """Decide on a review. Reason and clause are asked for where the outcome departs; a condition has `zh` and `en`."""
        ruling = body(
            outcome=outcome, reason=reason, clause=clause, on_behalf_of=on_behalf_of, second=second, responsible=responsible, due=due, conditions=conditions,
        )  # fmt: skip
        return Asked({"number": number}, body=ruling, key=key or new_key(), headers=_seen(if_match))

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
        reason: str | None = None,
        clause: str | None = None,
        on_behalf_of: Named | None = None,
        responsible: str | None = None,
        due: date | str | None = None,
        conditions: Sequence[Mapping[str, str]] | None = None,
        if_match: str | None = None,
        key: str | None = None,
    ) -> Asked:
        """Propose a decision that goes through several signatures: stated as of `decide`, without a second person."""
        ruling = body(
            outcome=outcome, reason=reason, clause=clause, on_behalf_of=on_behalf_of, responsible=responsible, due=due, conditions=conditions
        )  # fmt: skip
        return Asked({"number": number}, body=ruling, key=key or new_key(), headers=_seen(if_match))

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
