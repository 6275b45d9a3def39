"""What each kind of event states (事件内容): the bodies in the chain, by kind. Decimals and days are text; keys and values are recorded as they are.

A body is written by the module that appends the event, and read back from canonical JSON; `verify` examines each value for itself.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from review.record.storage.event_marks import FileNamed, FindingNamed, Held, Marked, ProjectNamed
from review.record.storage.office_bodies import (
    AbsenceBody,
    AccountBody,
    EditionBody,
    HookBody,
    KeyBody,
    KeyEndBody,
    PersonBody,
    PlanBody,
    SettingBody,
)
from review.record.storage.signing_bodies import SignatureBody, SignedOff
from review.verdict.document import Wording


class Interval(TypedDict):
    """A figure that is not settled: its ends, None where it is unbounded."""

    low: str | None
    high: str | None


Figure = str | Interval | None


class ListedProduct(TypedDict):
    """A product of a profile: `row` is its row of the benchmark table, `band` its level of energy efficiency, `unit` that of its capacity.

    Profiles of before say nothing of the unit.
    """

    row: str | None
    name: str | None
    capacity: str | None
    band: str | None
    unit: NotRequired[str | None]


class Approvals(TypedDict):
    """Which approvals a project has: None where the sheet does not say."""

    filing: bool | None
    eia: bool | None
    permit: bool | None
    acceptance: bool | None
    energy_review: bool | None


class ProfileReview(TypedDict):
    """What the latest review found, by matter; `supplement` are the sheet paths to be supplied."""

    as_of: str
    ruleset: str
    recommendation: str
    provisional: bool
    matters: dict[str, str]
    supplement: list[str]


class SheetProfile(TypedDict):
    """The part of a profile that the sheet states by itself."""

    code: str | None
    name: str
    applicant: str | None
    uscc: str | None
    industry: str | None
    nature: str | None
    stage: str | None
    received: str | None
    park: str | None
    products: list[ListedProduct]
    approvals: Approvals
    guidance_recorded: bool


class Profile(SheetProfile):
    """A project's profile (项目概况): what the work list and the indicators know of its latest sheet and review.

    `energy_tce` is in tce/a, `voc_t` in t/a; `review` is None for a project that is listed and not reviewed.
    """

    sector: str | None
    two_high: bool | None
    energy_tce: Figure
    voc_t: Figure
    band: str | None
    guidance_required: bool | None
    review: ProfileReview | None


class Movement(TypedDict):
    """A movement on a source: what a project asks of it, what it holds after it, and what all projects hold together, in t/a."""

    source: str
    project: int
    kind: str
    asked_t: str
    held_t: str
    drawn_t: str


class Stated(TypedDict):
    """The options of a submission as they were stated: None where one was left to the product."""

    as_of: str | None
    ruleset: str | None
    replaces: int | None
    reason: str | None


class ReviewBody(Held):
    """A review: digests of sheet, edition and the review's bytes, and what it reserves.

    `reason` is why it is as of another day, or takes the place of another project; `asked`: what a sender stated under a key of its own;
    `split_from`: the review from which it was split off.
    """

    project: ProjectNamed
    version: int
    replaces: int | None
    sheet: str
    ruleset: str
    as_of: str
    recommendation: str
    request: str | None
    digest: str
    profile: Profile
    draws: list[Movement]
    reason: NotRequired[str | None]
    asked: NotRequired[Stated]
    split_from: NotRequired[int]


class DecisionBody(Held):
    """A decision on a review; `previous` is the decision on it before this one, `edition` the digest of the review's edition.

    `second` and `on_behalf_of` are names; `…_subject` what those persons are known by, `second_session` the session that confirmed.
    `sign_off` is of a decision that went through several steps: its second person is who signed the second.
    `balances` is the event before it: what the city might still add by then stands on its paper.
    """

    project: ProjectNamed
    review: int
    previous: int | None
    outcome: str
    departs: bool
    reason: str | None
    clause: str | None
    officer: str
    on_behalf_of: str | None
    second: str | None
    decided_on: str
    responsible: str | None
    due: str | None
    conditions: list[Wording]
    request: str | None
    draws: list[Movement]
    edition: NotRequired[str]
    balances: NotRequired[int]
    second_subject: NotRequired[str | None]
    second_session: NotRequired[str | None]
    on_behalf_of_subject: NotRequired[str | None]
    sign_off: NotRequired[SignedOff]


class DecisionTaken(TypedDict):
    """The last decision on a project: its `position`, the `review` that it is on, and what it states."""

    position: int
    review: int
    outcome: str
    departs: bool
    officer: str
    on_behalf_of: str | None
    second: str | None
    decided_on: str
    reason: str | None
    clause: str | None
    on_behalf_of_subject: NotRequired[str | None]
    second_subject: NotRequired[str | None]


class DispositionTaken(TypedDict):
    """What a project must do by a day (处置意见), and whether that is closed (销号)."""

    kind: str
    responsible: str | None
    due: str | None
    closed: bool


class CaseClock(TypedDict):
    """The days of a case (办理日期): received (收件), accepted (受理), one-time notice sent (一次性告知), supplement arrived; None where not recorded."""

    received: str | None
    accepted: str | None
    noticed: str | None
    resumed: str | None


class Restored(TypedDict):
    """How a project stood before a review that is split off from it; `clock` where it had one."""

    review: int | None
    decision: DecisionTaken | None
    conditions: list[Wording]
    disposition: DispositionTaken | None
    state: str
    unlisted: bool
    approval: DecisionTaken | None
    clock: NotRequired[CaseClock]


class StepBody(Held):
    """A step of a project; one that lists it brings a sheet and a profile, one that splits a review off how the project stood before.

    `day` is when it happened, of `condition_due` by when the condition is to be met; `resumed` of a notice that was recorded after the
    version that answered it: when that arrived.
    """

    project: ProjectNamed
    step: str
    sheet: str | None
    condition: str | None
    document: str | None
    reason: str | None
    request: str | None
    profile: Profile | None
    draws: list[Movement]
    split: NotRequired[int]
    restored: NotRequired[Restored]
    day: NotRequired[str]
    resumed: NotRequired[str]


class SourceBody(Marked):
    """An entry of the register, or its amendment, with the holdings it changes; `enterprise` and `line` are of a retired line."""

    source: str
    name: str | None
    area: str
    pollutant: str
    verified_t: str
    document: str
    completed: str | None
    reason: str | None
    request: str | None
    draws: list[Movement]
    enterprise: NotRequired[str]
    line: NotRequired[str | None]


class AttachmentBody(Marked):
    """A file that is attached to a part of the record (`act`: `added`), or taken back (`withdrawn`); the file itself stays.

    It is attached to a project, to a review, to a figure of a review's sheet (`path`), to a decision on a review, or to a source of the
    register, which is of no project. `files` is the one file that an `added` one names, `page` and `place` where in it to look. `added`
    is the position of the event that is taken back, for a `reason`.
    """

    act: str
    added: int | None
    project: ProjectNamed | None
    review: int | None
    decision: int | None
    path: str | None
    source: str | None
    request: str | None
    files: NotRequired[list[FileNamed]]
    page: NotRequired[str | None]
    place: NotRequired[str | None]
    note: NotRequired[str | None]
    reason: NotRequired[str]


class AnswerBody(Marked):
    """What an officer says of a finding: `agreed`, `doubted` or `overruled` (`answer`). It alters neither the finding nor the review.

    `reason` is asked of the latter two, `clause` of the last; `attachment` is the position of the event that attached the file it rests
    on, `page` where in it. A later answer to the same finding takes its place.
    """

    project: ProjectNamed
    review: int
    finding: FindingNamed
    answer: str
    reason: str | None
    clause: str | None
    attachment: int | None
    page: str | None
    request: str | None


class NoteBody(Marked):
    """A note on a project (`act`: `written`), or its withdrawal (`withdrawn`) for a `reason`; the text stays.

    It can be tied to a review, to a `finding` of it, or to a figure of its sheet (`path`). `added` is the position of the event that is
    withdrawn, None of one that writes.
    """

    act: str
    added: int | None
    project: ProjectNamed
    review: int | None
    finding: FindingNamed | None
    path: str | None
    note: str | None
    reason: str | None
    request: str | None


class ConsultationBody(Held):
    """A consultation of units (`act`: `asked`), a unit's reply (`replied`), its end (`closed`), or that it is taken back (`withdrawn`).

    `asked` is the position of the event that asked, None of that one itself. `day` is when it was sent, or when the reply was received.
    What asks states `units` with the `contacts` of each, the `question`, the day by which replies are `due`, and the `working_days` that
    it was counted by, where it was. A reply states its `unit`, the `opinion` (a key of REPLY_WORDS) with `words`, and the `attachment`
    that holds it; a later reply of one unit takes the place of this one, for a `reason`.
    """

    act: str
    asked: int | None
    project: ProjectNamed
    day: NotRequired[str]
    units: list[str] | None
    contacts: list[str | None] | None
    question: str | None
    due: str | None
    working_days: int | None
    unit: str | None
    opinion: str | None
    words: str | None
    attachment: int | None
    reason: str | None
    request: str | None


# Events that change how projects stand, and all of them.
ProjectBody = ReviewBody | DecisionBody | StepBody | SourceBody | ConsultationBody
Body = (
    ProjectBody | KeyBody | KeyEndBody | HookBody | AccountBody | PersonBody | SettingBody | AbsenceBody | PlanBody | EditionBody | AttachmentBody | AnswerBody | SignatureBody | NoteBody
)  # fmt: skip
