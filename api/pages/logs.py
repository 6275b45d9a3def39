"""`/audit/events`, `/audit/log`: both logs page by page, filtered, and as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from api.deps import StateNeeded
from api.routes.logs import exported, limited
from api.web.rendering import page
from api.web.session import LogVisitor, language
from review.errors import Fault, Refused, SheetError, Text
from review.readers.written.answers import placed
from review.readers.written.days import written_day
from review.record.storage.text_limits import validate_words
from review.record.views.logs import (
    CHANNEL_WORDS,
    ENTRY_WORDS,
    EVENT_WORDS,
    Filters,
    each_entry,
    each_event,
    entries_as_csv,
    event_words,
    events_as_csv,
    list_entries,
    list_events,
)

router = APIRouter(include_in_schema=False)
_PAGE = 50
_EVENTS = ("kind", "who", "channel", "session", "project", "since", "until")
_ENTRIES = ("kind", "who", "channel", "session", "address", "since", "until")
Before = Annotated[int | None, Query(ge=1, le=2**63 - 1)]


@router.get("/audit/events")
def events(request: Request, caller: LogVisitor, app_state: StateNeeded, before: Before = None) -> Response:
    typed = _typed(request, _EVENTS)
    try:
        filters = _filters(typed)
    except Refused as error:
        return _shown(request, "events", typed, [], before, error.faults)
    with app_state.store.reading() as connection:
        found = list_events(connection, filters, _PAGE + 1, before=before)
    return _shown(request, "events", typed, found, before)


@router.get("/audit/events.csv")
def events_csv(request: Request, caller: LogVisitor, app_state: StateNeeded) -> Response:
    filters = _filters(_typed(request, _EVENTS))
    with app_state.store.reading() as connection:
        return exported("events", events_as_csv(limited(each_event(connection, filters))), "事件", language(request))


@router.get("/audit/log")
def log(request: Request, caller: LogVisitor, app_state: StateNeeded, before: Before = None) -> Response:
    typed = _typed(request, _ENTRIES)
    try:
        filters = _filters(typed)
    except Refused as error:
        return _shown(request, "log", typed, [], before, error.faults)
    app_state.attempts.count()
    with app_state.store.reading() as connection:
        found = list_entries(connection, filters, _PAGE + 1, before=before)
    return _shown(request, "log", typed, found, before)


@router.get("/audit/log.csv")
def log_csv(request: Request, caller: LogVisitor, app_state: StateNeeded) -> Response:
    filters = _filters(_typed(request, _ENTRIES))
    app_state.attempts.count()
    with app_state.store.reading() as connection:
        return exported(
            "audit-log", entries_as_csv(limited(each_entry(connection, filters))), "审计日志", language(request)
        )


def _typed(request: Request, names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.query_params.get(name, "").strip()[:201] for name in names}


def _filters(typed: Mapping[str, str]) -> Filters:
    """The filters as typed. Raises Refused."""
    validate_words({**typed}, longest=200)
    wanted: dict[str, Any] = {name: value for name, value in typed.items() if value}
    for name in {"since", "until"} & wanted.keys():
        wanted[name] = _day(name, typed[name])
    if "project" in wanted:
        wanted["project"] = _number("project", typed["project"])
    return Filters(**wanted)


def _day(name: str, text: str) -> date:
    try:
        return written_day(text)
    except SheetError as error:
        raise Refused(placed(error, name)) from None


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refused([Fault(name, Text("应为项目编号", "should be the number of a project"))])
    return int(text)


def _shown(
    request: Request, log: str, typed: Mapping[str, str], found: list[Any], before: int | None, faults: tuple[Fault, ...] = ()
) -> Response:  # fmt: skip
    lines = found[:_PAGE]
    key = "position" if log == "events" else "number"
    asked = {name: value for name, value in typed.items() if value}
    more = f"/audit/{log}?{urlencode({**asked, 'before': lines[-1][key]})}" if len(found) > _PAGE else None
    return page(
        request, f"audit-{log}.html", 422 if faults else 200, typed=typed, lines=lines, faults=faults, more=more, later=before is not None,
        export=f"/audit/{log}.csv{'?' if asked else ''}{urlencode(asked)}", narrowed=bool(asked),
        kinds=EVENT_WORDS if log == "events" else ENTRY_WORDS, channels=CHANNEL_WORDS, event_words=event_words,
    )  # fmt: skip
