"""`/events`, `/audit-log`: both logs as auditors read them: the events of the record, and the audit log of sign-ins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Response
from pydantic import WithJsonSchema

from api.attached import disposition_in
from api.deps import PREFIX, Day, LogReader, Number, StateNeeded, caller
from api.openapi import answers
from api.wire.logs import EntriesPage, EventsPage
from api.wire.reading import refuse
from review.errors import Fault, Refused, Text
from review.papers.blocks import Language
from review.record.access.callers import Principal
from review.record.storage.text_limits import validate_words
from review.record.views.logs import (
    CHANNEL_WORDS,
    ENTRY_WORDS,
    EVENT_WORDS,
    Filters,
    each_entry,
    each_event,
    entries_as_csv,
    events_as_csv,
    list_entries,
)
from review.record.work.event_feed import feed
from review.terms import not_among

Line = TypeVar("Line")
router = APIRouter(prefix=PREFIX, tags=["logs"])
MOST_EXPORTED = 50_000
CSV = "text/csv; charset=utf-8"
After = Annotated[int, Query(ge=0, le=2**63 - 1, description="上一页的 next / `next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200)]
FeedLimit = Annotated[int, Query(ge=1, le=500)]
FeedReader = Annotated[Principal, Depends(caller("system", "auditor", "admin"))]
Session = Annotated[str | None, Query(max_length=60, description="登录编号 / number of a session")]
Since = Annotated[Day | None, Query(description="不早于这一天（上海） / on this day or later, Shanghai")]
Until = Annotated[Day | None, Query(description="不晚于这一天（上海） / on this day or earlier, Shanghai")]


def _one_of(words: Mapping[str, Text]) -> WithJsonSchema:
    """What the document says of a filter that takes one of these words; `_require_known` sees to it."""
    return WithJsonSchema({"type": "string", "enum": [*words]})


EventKind = Annotated[Annotated[str, _one_of(EVENT_WORDS)] | None, Query(description="事件种类 / kind of event")]
EntryKind = Annotated[Annotated[str, _one_of(ENTRY_WORDS)] | None, Query(description="事项 / kind of entry")]
Channel = Annotated[Annotated[str, _one_of(CHANNEL_WORDS)] | None, Query(description="经由 / the way in that it came")]


def of_events(
    kind: EventKind = None,
    who: Annotated[str | None, Query(max_length=200, description="姓名的一部分或身份 / part of the name, or the principal")] = None,
    session: Session = None,
    channel: Channel = None,
    project: Number | None = None,
    since: Since = None,
    until: Until = None,
) -> Filters:  # fmt: skip
    """The filters of events. Raises Refused."""
    validate_words({"who": who, "session": session})
    _require_known({"kind": (kind, EVENT_WORDS), "channel": (channel, CHANNEL_WORDS)})
    return Filters(kind, who, session, channel, project=project, since=since, until=until)


def of_entries(
    kind: EntryKind = None,
    who: Annotated[str | None, Query(max_length=200, description="登录名、密钥编号或摘要 / login, key's id or hash")] = None,
    session: Session = None,
    channel: Channel = None,
    address: Annotated[str | None, Query(max_length=100, description="来源地址 / where it came from")] = None,
    since: Since = None,
    until: Until = None,
) -> Filters:  # fmt: skip
    """The filters of entries of the audit log. Raises Refused."""
    validate_words({"who": who, "session": session, "address": address})
    _require_known({"kind": (kind, ENTRY_WORDS), "channel": (channel, CHANNEL_WORDS)})
    return Filters(kind, who, session, channel, address, since=since, until=until)


def _require_known(filters: Mapping[str, tuple[str | None, Mapping[str, Text]]]) -> None:
    """Raises Refused for a word that there is not: a feed narrowed by it would pass over everything."""
    unknown = [
        Fault(name, not_among(word, there))
        for name, (word, there) in filters.items()
        if word is not None and word not in there
    ]
    if unknown:
        raise Refused(unknown)


OfEvents = Annotated[Filters, Depends(of_events)]
OfEntries = Annotated[Filters, Depends(of_entries)]


@router.get(
    "/events",
    operation_id="list_events",
    response_model=EventsPage,
    responses=answers(409),
    summary="记录的全部事件，按编号顺序，一件不漏 / the feed: every event of the record in order of its number, none missed",
)
def read_events(
    caller: FeedReader, app_state: StateNeeded, filters: OfEvents, after: After = 0, limit: FeedLimit = 100
) -> Any:
    whole = caller.role != "system"
    if not whole and filters != replace(filters, who=None, session=None, channel=None):
        refuse(
            "who",
            "who、session、channel 仅供审计人员和管理员筛选",
            "who, session and channel are filters for auditors and administrators",
        )
    with app_state.store.reading() as connection:
        found = feed(connection, filters, after=after, limit=limit, whole=whole)
    return {"items": found.events, "next": found.after if found.more else None, "after": found.after}


@router.get(
    "/events:export",
    operation_id="export_events",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    summary="导出事件（CSV） / events as CSV",
)
def export_events(caller: LogReader, app_state: StateNeeded, filters: OfEvents) -> Response:
    with app_state.store.reading() as connection:
        return exported("events", events_as_csv(limited(each_event(connection, filters))))


@router.get(
    "/audit-log",
    operation_id="list_audit_log",
    response_model=EntriesPage,
    summary="审计日志：登录、退出、失败，按顺序 / the audit log in order: sign-ins, sign-outs and failures",
)
def read_audit_log(
    caller: LogReader, app_state: StateNeeded, filters: OfEntries, after: After = 0, limit: Limit = 100
) -> Any:
    app_state.attempts.count()
    with app_state.store.reading() as connection:
        found = list_entries(connection, filters, limit, after=after)
    return {"items": found, "next": found[-1]["number"] if len(found) == limit else None}


@router.get(
    "/audit-log:export",
    operation_id="export_audit_log",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    summary="导出审计日志（CSV） / the audit log as CSV",
)
def export_audit_log(caller: LogReader, app_state: StateNeeded, filters: OfEntries) -> Response:
    app_state.attempts.count()
    with app_state.store.reading() as connection:
        return exported("audit-log", entries_as_csv(limited(each_entry(connection, filters))))


def limited(lines: Iterator[Line]) -> Iterator[Line]:
    """The lines, if they are no more than one answer should hold. Raises Refused."""
    found = list(islice(lines, MOST_EXPORTED + 1))
    if len(found) > MOST_EXPORTED:
        words = Text(
            f"多于 {MOST_EXPORTED} 条，请缩小日期范围，或用命令 two-high audit 加 --out",
            f"more than {MOST_EXPORTED}: narrow the days, or use the command two-high audit with --out",
        )
        raise Refused([Fault("since", words)])
    return iter(found)


def exported(plain: str, content: bytes, name: str = "", language: Language = "en") -> Response:
    """A log as a file to be taken away; `name` is what it is called in Chinese."""
    headers = {"Content-Disposition": disposition_in(language, f"{name}.csv", f"{plain}.csv")}
    return Response(content, media_type=CSV, headers=headers)
