"""The event log, the audit log, decisions and corrected figures as auditors look through them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from two_high_client.answers.rulesets import Adopted, ChangeShown


@dataclass(frozen=True, kw_only=True)
class EventShown:
    """An event of the record; `body` is its canonical JSON, over which its digest is."""

    position: int  # the event's number
    at: str  # UTC
    kind: str
    actor: str  # the name of who acted
    principal: str | None  # what who acted was recognised by
    channel: str | None  # page, api, cli, import or library
    session: str | None  # the session, found in the audit log
    second_session: str | None  # the session of who confirmed
    product: str | None  # version of the product
    project: int | None
    review: int | None
    said: Mapping[str, Any] | None  # as the data of a webhook; null where the body is damaged
    body: str | None  # null for a key of the role system
    previous: str  # digest of the event before
    digest: str


@dataclass(frozen=True, kw_only=True)
class EventsPage:
    """Events in order. `next`: the `after` of the next page, null where nothing follows by now; `after`: where to go on from in any case."""

    items: tuple[EventShown, ...]
    next: int | None
    after: int


@dataclass(frozen=True, kw_only=True)
class EntryShown:
    """An entry of the audit log. Failed attempts of a minute are one entry with their `count`."""

    number: int
    at: str  # UTC
    kind: str  # such as signed_in, sign_in_failed, key_revoked
    who: str  # login or key; of a failed sign-in a hash of the login that was typed
    session: str | None
    address: str | None  # where it came from
    channel: str | None
    by: str | None  # who did it, where that is another
    minute: str | None  # UTC
    count: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class FlipShown:
    """A finding that the corrected figure would flip."""

    rule: str
    subject: str
    then: str
    now: str


@dataclass(frozen=True, kw_only=True)
class OutcomesShown:
    """The recommendation as recorded, and by the corrected figure."""

    then: str
    now: str


@dataclass(frozen=True, kw_only=True)
class CorrectedFigure:
    """An approval and one figure, since corrected, that it rests on."""

    review: str
    project: int
    version: int
    code: str | None
    name: str
    as_of: str
    decision: str
    decided_on: str
    officer: str
    ruleset: str  # the edition that the review was judged by
    edition: str  # the edition that corrects it
    begins: str  # the first day of that edition
    adopted: Adopted
    change: ChangeShown
    rests: tuple[str, ...]  # rules whose findings rest on it and stay
    flips: tuple[FlipShown, ...]
    recommendation: OutcomesShown | None
    error: str | None = None  # why it could not be judged by the corrected figure


@dataclass(frozen=True, kw_only=True)
class DecisionShown:
    """A decision with the project as it stood then; `fails` are the rules by which its review has a failing finding."""

    decision: str
    at: str  # recorded at, UTC
    decided_on: str
    officer: str
    on_behalf_of: str | None
    second: str | None
    recommendation: str
    outcome: str
    departs: bool  # otherwise than recommended
    reason: str | None
    clause: str | None
    last: bool  # the project's last decision
    project: str
    code: str | None
    name: str
    applicant: str | None
    industry: str | None
    sector: str | None
    park: str | None
    review: str
    version: int
    as_of: str
    reference: str | None  # reference of an imported case
    fails: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DecisionsPage:
    """A page of decisions in order; of a sample all that were drawn."""

    items: tuple[DecisionShown, ...]
    next: int | None  # `after` of the next page; null at the end
    upto: int | None  # the last event when a sample was drawn: with it the same one is drawn again


@dataclass(frozen=True, kw_only=True)
class TallyShown:
    """How often: all decisions, those that depart, and by outcome."""

    decisions: int
    departs: int
    outcomes: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class DecisionStatistics:
    """Decisions counted; what no sheet states is counted under an empty name. `overruled`: approvals that depart, by failing rule."""

    all: TallyShown
    officers: Mapping[str, TallyShown]
    industries: Mapping[str, TallyShown]
    parks: Mapping[str, TallyShown]
    months: Mapping[str, TallyShown]
    overruled: Mapping[str, int]
