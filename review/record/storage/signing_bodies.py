"""What the signatures of a decision state (签批的事件内容), and what the decision then says of them."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from review.record.storage.event_marks import FindingNamed, Marked, PersonNamed, ProjectNamed
from review.verdict.document import Wording


class SignatureNamed(TypedDict):
    """A signature as the decision names it: its step, the event at its `position`, when (UTC), by whom, for whom as a deputy, with which opinion."""

    step: int
    position: int
    at: str
    name: str
    subject: str
    deputy_for: PersonNamed | None
    opinion: str | None


class SignedOff(TypedDict):
    """The sign-off by which a decision was made: the event that proposed it, and the signatures in the order of their steps."""

    proposal: int
    signatures: list[SignatureNamed]


class RulingStated(TypedDict):
    """A decision as it is proposed; `on_behalf_of` is a name, or a subject with the name where it is stated."""

    outcome: str
    reason: str | None
    clause: str | None
    responsible: str | None
    on_behalf_of: str | dict[str, str | None] | None
    due: str | None
    conditions: list[Wording]


class SignedContent(TypedDict):
    """What a signature is given to: digests of the review, its edition, the edition in force on that day (None: none is), all that
    stands beside the review, the number of the last decision on it (0: none), and the sources of which the project would hold less than it asks.
    """

    review: str
    edition: str
    in_force: str | None
    beside: str
    decision: int
    short: list[str]


class SignatureBody(Marked):
    """A step of a decision's sign-off: `proposed` by the drafter, `agreed` by who signs on the way, `issued` by who signs last, `returned`, `withdrawn` (`act`).

    `proposal` is the position of the event that proposed it, None of that event, which states the `ruling`. `step` is the step that is signed or returned, `steps` how many are needed by then; `seen` are the failures and short
    sources that the signer looked at, each by rule and subject.
    """

    act: str
    project: ProjectNamed
    review: int
    proposal: int | None
    step: int
    steps: int
    drafter: PersonNamed
    deputy_for: PersonNamed | None
    opinion: str | None
    content: SignedContent
    request: str | None
    ruling: NotRequired[RulingStated]
    seen: NotRequired[list[FindingNamed]]
