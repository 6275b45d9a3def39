"""`/calendar`: working days by year, and the term of review. Everybody looks at them, administrators enter them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import StateNeeded
from api.web.forms import Sent
from api.web.rendering import page
from api.web.session import AdminVisitor, Viewer
from review.clock import today
from review.errors import Fault, Refused, Text
from review.record.calendar.settings import (
    REVIEW_DAYS,
    TERM_SOURCE,
    read_calendar,
    read_review_days,
    set_review_days,
    set_year,
)
from review.record.calendar.working_days import year_days
from review.record.calendar.written import read_days

router = APIRouter(include_in_schema=False)
_TYPED = ("year", "holidays", "workdays", "review_days")


@router.get("/calendar")
def calendar(
    request: Request, caller: Viewer, app_state: StateNeeded, said: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    return _calendar(request, app_state, dict.fromkeys(_TYPED, ""), said=said)


@router.post("/calendar/year")
def year_entered(request: Request, caller: AdminVisitor, form: Sent, app_state: StateNeeded) -> Response:
    """Enter the days of a year."""
    typed = {name: form.get(name) for name in _TYPED}
    try:
        holidays, workdays = (read_days(typed[name], name) for name in ("holidays", "workdays"))
        set_year(
            app_state.store,
            year_days(_number(typed["year"], "year"), holidays, workdays),
            caller.acting(),
            replaces=form.get("replace") == "yes",
        )
    except Refused as error:
        return _calendar(request, app_state, typed, error.faults, 422)
    return RedirectResponse("/calendar?said=saved", 303)


@router.post("/calendar/term")
def term_entered(request: Request, caller: AdminVisitor, form: Sent, app_state: StateNeeded) -> Response:
    """Set the term of review."""
    typed = {name: form.get(name) for name in _TYPED}
    try:
        set_review_days(app_state.store, _number(typed["review_days"], "review_days"), caller.acting())
    except Refused as error:
        return _calendar(request, app_state, typed, error.faults, 422)
    return RedirectResponse("/calendar?said=saved", 303)


def _calendar(
    request: Request, app_state: StateNeeded, typed: dict[str, str], faults: Any = (), status: int = 200, said: str = ""
) -> Response:
    with app_state.store.reading() as connection:
        found, review_days = read_calendar(connection), read_review_days(connection)
    return page(
        request, "calendar.html", status, years=found.years[::-1], entered={each.year for each in found.years}, this_year=today().year,
        review_days=review_days, default_days=REVIEW_DAYS, term_source=TERM_SOURCE, typed=typed, faults=faults, said=said,
    )  # fmt: skip


def _number(text: str, where: str) -> int:
    """The whole number that is typed. Raises Refused."""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Refused(
            [
                Fault(
                    where,
                    Text("应为正整数，用数字 0 至 9 填写", "should be a whole number above zero, in the digits 0 to 9"),
                )
            ]
        )
    return int(text)
