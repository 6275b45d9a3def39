"""A project's state (项目状态): what is known of it after an event."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from review.record.storage.bodies import CaseClock, DecisionTaken, DispositionTaken, Profile
from review.record.storage.event_marks import PersonNamed
from review.verdict.document import Wording

# The commitments that an approval is on condition of.
Conditions = list[Wording]
LastDecision = DecisionTaken
Disposition = DispositionTaken


class Holding(TypedDict):
    """What a project asks of a source and holds of it, in t/a."""

    asked_t: str
    held_t: str


class Listing(TypedDict):
    """Whether a project is on the work list, why (a key of LIST_WORDS), since when (UTC) and by which event."""

    on: bool
    why: str
    since: str
    position: int


class Awaited(TypedDict):
    """A consultation to which units have yet to reply: by when it is due, and which units."""

    due: str
    units: list[str]


class ProjectState(TypedDict):
    """A project's state after an event.

    `review` is the latest review, `version` its version (0: listed only); `conditions` are open and `met` fulfilled; `listed` and
    `unlisted`: put on the list by hand, taken off by hand; `holdings` are by source. `approval` is the approval of an earlier version,
    in force while a newer one awaits its decision. `clock` are the days of the case, `due` by when open conditions are to be met, by their
    Chinese words, `holder` whose the case is, `consultations` those to which replies are awaited, by the number of the event that asked;
    each where it was recorded.
    """

    project: int
    profile: Profile
    review: int | None
    version: int
    decision: LastDecision | None
    conditions: Conditions
    met: Conditions
    disposition: Disposition | None
    state: str
    listed: bool
    unlisted: bool
    holdings: dict[str, Holding]
    list: Listing
    approval: NotRequired[LastDecision]
    clock: NotRequired[CaseClock]
    due: NotRequired[dict[str, str]]
    holder: NotRequired[PersonNamed]
    consultations: NotRequired[dict[str, Awaited]]
