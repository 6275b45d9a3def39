"""The audit log (审计日志) verified: its chain, its times, and that every session which acted on the record began in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from review.record.proof.breaks import Break, broken, raw
from review.record.storage import chain
from review.record.storage.audit_log import COLUMNS, entry_digest
from review.record.storage.audit_tables import AuditEntry
from review.record.storage.journal import table
from review.record.storage.tables import Event

BATCH = 500
_ROWS = table(AuditEntry)
_LAST = select(func.max(_ROWS.c.number))
_ENTRIES = raw(_ROWS).where(_ROWS.c.number > bindparam("last")).order_by(_ROWS.c.number).limit(BATCH)
_BEGINS = ("signed_in", "carried")
# The ways in of somebody who signs in with a password.
_SIGNED_IN = ("page", "api")


class Entries:
    """The audit log beside the walk over the events; `number` is that of its last entry."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.number = connection.execute(_LAST).scalar() or 0
        self._began: dict[str, tuple[str, str] | None] = {}

    def sessions(self, event: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[Break]:
        """The sessions that an event names: who acted, and who confirmed. An event from before they were recorded names none."""
        by = body.get("by")
        if by is None:
            return
        if by["principal"].startswith("person:") and by["channel"] in _SIGNED_IN:
            yield from self._session(event, by.get("session"), by["principal"])
        second = body.get("second_subject")
        if body.get("second_session") is not None and second is not None:
            yield from self._session(event, body["second_session"], second)

    def breaks(self, position: int) -> Iterator[Break]:
        """The log's own chain; `position` is that of the last event."""
        number, head, at = 0, chain.START, ""
        while batch := self.connection.execute(_ENTRIES, {"last": number}).mappings().all():
            for row in map(dict, batch):
                yield from _entry(position, row, number, head, at)
                number, head, at = row["number"], row["digest"], row["at"]

    def _session(self, event: Mapping[str, Any], session: str | None, principal: str) -> Iterator[Break]:
        position = event["position"]
        if session is None:
            yield broken(position, Event, position, f"{principal} 经办，而没有登录编号", f"was done by {principal} and names no session")  # fmt: skip
            return
        began = self._began_as(session)
        if began is None:
            yield broken(
                position,
                Event,
                position,
                f"登录编号 {session} 不在审计日志中",
                f"its session {session} is not in the audit log",
            )
        elif principal not in (f"person:{began[0]}", began[0]):
            yield broken(
                position,
                Event,
                position,
                f"登录编号 {session} 是 {began[0]} 的，而记录写的是 {principal}",
                f"its session {session} is of {began[0]}, and it says {principal}",
            )
        elif began[1] > event["at"]:
            yield broken(
                position,
                Event,
                position,
                f"登录编号 {session} 在此之后才登录",
                f"its session {session} began after it",
            )

    def _began_as(self, session: str) -> tuple[str, str] | None:
        """Who began a session, and when; None where nobody did."""
        if session not in self._began:
            entries = table(AuditEntry)
            query = select(entries.c.who, entries.c.at).where(entries.c.session == session, entries.c.kind.in_(_BEGINS))
            found = self.connection.execute(query.order_by(entries.c.number).limit(1)).first()
            self._began[session] = None if found is None else (found.who, found.at)
        return self._began[session]


def _entry(position: int, row: Mapping[str, Any], before: int, head: str, at: str) -> Iterator[Break]:
    number = row["number"]
    if number != before + 1:
        gone = before + 1
        upto = "" if number - gone == 1 else f"–{number - 1}"
        yield broken(position, AuditEntry, gone, f"审计日志缺少第 {gone}{upto} 条", f"entry {gone}{upto} of the audit log is missing")  # fmt: skip
    elif any(isinstance(row[name], bytes) for name in COLUMNS) or entry_digest(row) != row["digest"]:
        yield broken(
            position,
            AuditEntry,
            number,
            "审计日志的这一条被改动：与其摘要不符",
            "the entry was edited: it does not have its digest",
        )
    elif row["previous"] != head:
        yield broken(
            position,
            AuditEntry,
            number,
            "与前一条不衔接：其前有条目被改动或替换",
            "does not join the entry before it: one before was edited or replaced",
        )
    elif row["at"] < at:
        yield broken(position, AuditEntry, number, f"时间早于前一条的 {at}", f"its time is before that of the entry before it, {at}")  # fmt: skip
