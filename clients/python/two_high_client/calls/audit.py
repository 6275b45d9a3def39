"""What auditors look through: events, the audit log, decisions, corrected figures. Exports are CSV as bytes."""

from __future__ import annotations

from datetime import date
from typing import TypedDict, Unpack

from two_high_client.answers.audit import (  # fmt: skip
    CorrectedFigure,
    DecisionShown,
    DecisionsPage,
    DecisionStatistics,
    EntryShown,
    EventShown,
    EventsPage,
)
from two_high_client.declarations import content, of, one, pages
from two_high_client.operations import Asked
from two_high_client.words import Channel, EntryKind, EventKind
from two_high_client.writing import stated


class Span(TypedDict, total=False):
    """The days that something is of, both included."""

    since: date | None
    until: date | None


class LogFilters(Span, total=False):
    """What an entry of either log has: who it is about, the session and the channel."""

    who: str | None
    session: str | None
    channel: Channel | None


class EventFilters(LogFilters, total=False):
    """What an event has."""

    kind: EventKind | None
    project: int | None


class EntryFilters(LogFilters, total=False):
    """What an entry of the audit log has."""

    kind: EntryKind | None
    address: str | None


class DecisionFilters(Span, total=False):
    """What a decision has; `upto`: recorded no later than this event."""

    officer: str | None
    second: str | None
    reference: str | None
    outcome: str | None
    departs: bool | None
    last: bool | None
    rule: str | None
    industry: str | None
    park: str | None
    project: int | None
    upto: int | None


class AuditCalls:
    """Calls about the record and its logs."""

    @pages("/events", EventShown, cursor="after", limit=500)
    def events(self, after: int = 0, **filters: Unpack[EventFilters]) -> Asked:
        """The events of the record after that one, in order, to the last that is there.

        To go on later, even in another process: ask for those after the `position` of the last one that was dealt with.
        """
        return Asked(query={"after": after, **filters})

    @one("GET", "/events", of(EventsPage))
    def events_page(self, after: int = 0, *, limit: int = 100, **filters: Unpack[EventFilters]) -> Asked:
        """A page of those events. Its `after` is where to go on from, also where none was found."""
        return Asked(query={"after": after, "limit": limit, **filters})

    @one("GET", "/events:export", content)
    def export_events(self, **filters: Unpack[EventFilters]) -> Asked:
        """The events of the record."""
        return Asked(query=stated(**filters))

    @pages("/audit-log", EntryShown, cursor="after")
    def audit_log(self, after: int = 0, **filters: Unpack[EntryFilters]) -> Asked:
        """The entries of the audit log after that one, in order."""
        return Asked(query={"after": after, **filters})

    @one("GET", "/audit-log:export", content)
    def export_audit_log(self, **filters: Unpack[EntryFilters]) -> Asked:
        """The entries of the audit log."""
        return Asked(query=stated(**filters))

    @pages("/corrected-figures", CorrectedFigure, cursor="after")
    def corrected_figures(self, **filters: Unpack[Span]) -> Asked:
        """Approvals that rest on a figure since corrected, in order of their decisions."""
        return Asked(query=stated(**filters))

    @one("GET", "/corrected-figures:export", content)
    def export_corrected_figures(self, **filters: Unpack[Span]) -> Asked:
        """Approvals that rest on a figure since corrected."""
        return Asked(query=stated(**filters))

    @pages("/decisions", DecisionShown, cursor="after")
    def decisions(self, **filters: Unpack[DecisionFilters]) -> Asked:
        """Decisions in the order of the record."""
        return Asked(query=stated(**filters))

    @one("GET", "/decisions", of(DecisionsPage))
    def draw_decisions(self, sample: int, *, seed: str | None = None, **filters: Unpack[DecisionFilters]) -> Asked:
        """A random sample of that many decisions; with the same `seed` and `upto` the same one."""
        return Asked(query={"sample": sample, "seed": seed, **filters})

    @one("GET", "/decisions:export", content)
    def export_decisions(self, **filters: Unpack[DecisionFilters]) -> Asked:
        """Decisions in the order of the record."""
        return Asked(query=stated(**filters))

    @one("GET", "/decisions:statistics", of(DecisionStatistics))
    def count_decisions(self, **filters: Unpack[DecisionFilters]) -> Asked:
        """Decisions counted by officer, industry, park and month, and departures by rule."""
        return Asked(query=stated(**filters))
