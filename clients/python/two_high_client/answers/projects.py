"""The work list, its ledger, and single projects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from two_high_client.answers.cases import PersonShown
from two_high_client.answers.document import Both


@dataclass(frozen=True, kw_only=True)
class DeadlineShown:
    """Something that is due; what is not stated is neither zero nor overdue."""

    kind: str
    about: Both | None  # the condition, or the units that have not replied
    due: str | None
    state: str
    working_days_left: int | None
    overdue: bool
    days_overdue: int  # days of the calendar
    deemed: bool  # counted from receipt
    not_entered: tuple[int, ...]  # years of which no holidays were entered


@dataclass(frozen=True, kw_only=True)
class CaseDays:
    """The days of a case as they were recorded; null where not."""

    received: str | None
    accepted: str | None
    noticed: str | None
    resumed: str | None  # when the supplement arrived


@dataclass(frozen=True, kw_only=True)
class WorklistLine:
    """How a project stands."""

    project: int
    code: str | None
    name: str
    applicant: str | None
    uscc: str | None
    industry: str | None
    sector: str | None
    park: str | None
    stage: str | None
    nature: str | None
    two_high: bool | None
    energy_tce: str | Mapping[str, str | None] | None  # a figure or an interval
    voc_t: str | Mapping[str, str | None] | None  # VOCs t/a
    band: str | None
    approvals: Mapping[str, bool | None]
    guidance: Mapping[str, bool | None]
    review: int | None
    version: int | None
    as_of: str | None
    ruleset: str | None
    recommendation: str | None
    provisional: bool | None
    outcome: str | None  # decided on the latest review
    decision: Mapping[str, Any] | None
    approval: Mapping[str, Any] | None  # the approval in force, until a newer version is decided
    disposition: Mapping[str, Any] | None
    open_conditions: tuple[Both, ...]
    open_supplements: tuple[str, ...]
    offsets_short: tuple[str, ...]
    state: str
    on_list: bool
    why: Mapping[str, str]
    since: str
    clock: CaseDays | None  # the days of the case
    holder: PersonShown | None  # whose the case is
    deadlines: tuple[DeadlineShown, ...]  # what is due, overdue first
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class WorklistPage:
    """A page of the work list; `next` is the cursor of the next one, `recorded_until` when the last event was recorded that it takes in (UTC)."""

    items: tuple[WorklistLine, ...]
    next: str | None
    recorded_until: str | None


@dataclass(frozen=True, kw_only=True)
class LedgerPeriod:
    """A month, a quarter or a year; both days are of it."""

    code: str
    first: str
    last: str


@dataclass(frozen=True, kw_only=True)
class LedgerFigures:
    """The period in figures, of projects that were not settled to be something else than two-high."""

    listed: int  # projects of the ledger
    running_before: int  # awaiting a decision when the period began
    came: int  # projects first recorded in the period
    submissions: int  # versions recorded, of earlier projects too
    decided: Mapping[str, int]  # decisions by outcome
    departs: int  # of these, departing from the recommendation
    running_after: int  # awaiting a decision at the end


@dataclass(frozen=True, kw_only=True)
class LedgerDecided:
    """A decision of the period."""

    decision: int
    outcome: str
    decided_on: str
    officer: str
    second: str | None
    departs: bool
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class LedgerItem:
    """A project of the ledger."""

    first: str  # the local day of its first entry in the record
    submissions: int  # versions recorded in the period
    decisions: tuple[LedgerDecided, ...]
    stood: WorklistLine  # its line of the work list at the end of the period


@dataclass(frozen=True, kw_only=True)
class LedgerWhole:
    """A page of the ledger; `next` asks for the next one as `after`, null at the end."""

    period: LedgerPeriod
    upto: int  # the last event of the period
    totals: LedgerFigures
    items: tuple[LedgerItem, ...]
    next: int | None


@dataclass(frozen=True, kw_only=True)
class ProjectEvent:
    """Something that concerned the project."""

    position: int
    at: str
    actor: str
    kind: str
    summary: Both
    draws: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class ProjectWhole:
    """How a project stands, and all that happened to it."""

    project: int
    standing: WorklistLine
    events: tuple[ProjectEvent, ...]
