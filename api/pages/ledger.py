"""`/ledger`: the ledger of two-high projects of a month, a quarter or a year, and its files."""

from __future__ import annotations

from itertools import islice
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from api.attached import disposition_in
from api.deps import StateNeeded
from api.pages.worklist import MOST_EXPORTED
from api.received import WORKBOOK
from api.web.rendering import page
from api.web.session import Viewer, language
from review.clock import today
from review.errors import Fault, Refused, SheetError, Text
from review.law.place import names_of_rows
from review.readers.written.answers import placed
from review.readers.written.periods import CalendarPeriod, month_of, quarter_of, read_period, year_of
from review.record.storage.contents import rulesets_in_use
from review.record.views.ledger import bounds_of, each_ledger_line, ledger_page, ledger_totals
from review.record.views.ledger_export import ledger_as_csv, ledger_as_xlsx
from review.record.views.worklist_export import code_names

router = APIRouter(include_in_schema=False)
_PAGE = 50
_LONGEST = 40


@router.get("/ledger")
def ledger(request: Request, caller: Viewer, app_state: StateNeeded) -> Response:
    day, typed = today(), _typed(request)
    choices = (month_of(day), month_of(day).before, quarter_of(day), quarter_of(day).before, year_of(day))
    with app_state.store.reading() as connection:
        parks = names_of_rows("parks", rulesets_in_use(connection))
        try:
            period = _period(typed)
        except Refused as error:
            return page(
                request, "ledger.html", 422, typed=typed, faults=error.faults, period=None, choices=choices, parks=parks
            )
        bounds = bounds_of(connection, period)
        after = _after(request)
        found = ledger_page(connection, bounds, after=after, limit=_PAGE)
        totals = ledger_totals(connection, bounds, period)
    more = f"/ledger?{urlencode({'period': period.code, 'after': found.next})}" if found.next else None
    return page(
        request, "ledger.html", typed=typed or period.code, faults=(), period=period, choices=choices, bounds=bounds, found=found.lines,
        totals=totals, more=more, later=bool(after), over=period.last < day, parks=parks,
    )  # fmt: skip


@router.get("/ledger.csv")
def ledger_csv(request: Request, caller: Viewer, app_state: StateNeeded) -> Response:
    return _exported(request, app_state, ledger_as_csv, "text/csv; charset=utf-8", "csv")


@router.get("/ledger.xlsx")
def ledger_xlsx(request: Request, caller: Viewer, app_state: StateNeeded) -> Response:
    return _exported(request, app_state, ledger_as_xlsx, WORKBOOK, "xlsx")


def _exported(request: Request, app_state: StateNeeded, written: Any, media: str, ending: str) -> Response:
    """The ledger as a file. Raises Refused where that is more than one answer should hold."""
    period = _period(_typed(request))
    with app_state.store.reading() as connection:
        bounds = bounds_of(connection, period)
        lines = list(islice(each_ledger_line(connection, bounds), MOST_EXPORTED + 1))
        if len(lines) > MOST_EXPORTED:
            words = Text(
                f"台账超过 {MOST_EXPORTED} 行：请用命令 two-high worklist ledger --out",
                f"the ledger has more than {MOST_EXPORTED} lines: use the command two-high worklist ledger --out",
            )
            raise Refused([Fault("period", words)])
        content = written(iter(lines), code_names(connection))
    name, plain = f"台账-{period.code}.{ending}", f"ledger-{period.code}.{ending}"
    headers = {"Content-Disposition": disposition_in(language(request), name, plain)}
    return Response(content, media_type=media, headers=headers)


def _typed(request: Request) -> str:
    return request.query_params.get("period", "").strip()[: _LONGEST + 1]


def _period(typed: str) -> CalendarPeriod:
    """The period that is asked for, this month where none is. Raises Refused."""
    try:
        return read_period(typed) if typed else month_of(today())
    except SheetError as error:
        raise Refused(placed(error, "period", Text("期间", "period"))) from None


def _after(request: Request) -> int:
    asked = request.query_params.get("after", "")[:19]
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0
