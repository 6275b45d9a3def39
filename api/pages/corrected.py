"""`/audit/figures`: approvals that rest on a figure since corrected, page by page, and as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection

from api.deps import StateNeeded
from api.pages.rules import shared
from api.routes.logs import exported, limited
from api.web.rendering import page
from api.web.session import AuditorVisitor, language
from review.errors import Fault, Refused, SheetError, Text
from review.law.edition import Ruleset
from review.readers.written.answers import placed
from review.readers.written.days import written_day
from review.record.editions.in_force import Law, edition_named
from review.record.views.corrected_figures import (
    CorrectedFigure,
    CorrectedPage,
    Period,
    corrected_as_csv,
    each_corrected,
    list_corrected,
    value_cells,
)

router = APIRouter(include_in_schema=False)
_PAGE = 25
_DAYS = ("since", "until")


@router.get("/audit/figures")
def corrected(
    request: Request, caller: AuditorVisitor, app_state: StateNeeded, after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0
) -> Response:  # fmt: skip
    typed = _typed(request)
    faults: tuple[Fault, ...] = ()
    with app_state.store.reading() as connection:
        law = app_state.law.seen_by(connection)
        found: CorrectedPage = {"items": [], "next": None}
        try:
            found = list_corrected(connection, _period(typed), after=after, limit=_PAGE)
        except Refused as error:
            faults = error.faults
        editions = _judged_by(connection, law, found["items"])
    asked = {name: value for name, value in typed.items() if value}
    more = f"/audit/figures?{urlencode({**asked, 'after': found['next']})}" if found["next"] else None
    return page(
        request, "audit-figures.html", 422 if faults else 200, typed=typed, lines=found["items"], faults=faults, more=more, later=after > 0,
        export=f"/audit/figures.csv{'?' if asked else ''}{urlencode(asked)}", narrowed=bool(asked), title_of=partial(_title, editions), value_cells=value_cells,
        **shared(law),
    )  # fmt: skip


@router.get("/audit/figures.csv")
def corrected_csv(request: Request, caller: AuditorVisitor, app_state: StateNeeded) -> Response:
    period = _period(_typed(request))
    with app_state.store.reading() as connection:
        return exported(
            "corrected-figures",
            corrected_as_csv(limited(each_corrected(connection, period))),
            "更正的数值",
            language(request),
        )


def _judged_by(connection: Connection, law: Law, lines: Iterable[CorrectedFigure]) -> Mapping[str, Ruleset]:
    """The editions that the reviews were judged by, by the names that they have today."""
    return {name: edition_named(connection, law, name) for name in {each["ruleset"] for each in lines}}


def _title(editions: Mapping[str, Ruleset], name: str, rule: str) -> Text | None:
    """A rule's title by the edition of a review."""
    found = editions[name].rule(rule)
    return found.title if found else None


def _typed(request: Request) -> dict[str, str]:
    return {name: request.query_params.get(name, "").strip()[:60] for name in _DAYS}


def _period(typed: Mapping[str, str]) -> Period:
    """The period as typed. Raises Refused, naming every field that cannot be read."""
    faults: list[Fault] = []
    days = {}
    for name in _DAYS:
        try:
            days[name] = written_day(typed[name]) if typed[name] else None
        except SheetError as error:
            faults += placed(error, name)
    if faults:
        raise Refused(faults)
    return Period(**days)
