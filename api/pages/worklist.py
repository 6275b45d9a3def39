"""`/worklist`: the work list with its filters, counts and exports; projects that look split."""

from __future__ import annotations

from itertools import islice
from typing import Any

from fastapi import APIRouter, Request, Response

from api.attached import disposition_in
from api.deps import StateNeeded, edition
from api.pages.listing import Asked, asked_of
from api.received import WORKBOOK
from api.web.rendering import page
from api.web.session import Viewer, Visitor, language
from review.clock import today
from review.errors import Fault, Refused, Text
from review.law.place import names_of_rows
from review.record.storage.contents import rulesets_in_use
from review.record.views.split_projects import WINDOW_DAYS, split_projects
from review.record.views.worklist import counts, each_line
from review.record.views.worklist import page as lines_page
from review.record.views.worklist_export import as_csv, as_xlsx, code_names

router = APIRouter(include_in_schema=False)
MOST_EXPORTED = 50_000
_PAGE = 50
_SPLITS = 50


@router.get("/worklist")
def worklist(request: Request, caller: Viewer, app_state: StateNeeded) -> Response:
    asked = asked_of(request, today(), caller.principal.key)
    cursor = request.query_params.get("cursor", "")[:40] or None
    if asked.faults:
        return _shown(request, app_state, asked, asked.faults, status=422)
    try:
        with app_state.store.reading() as connection:
            found = lines_page(connection, asked.filters, cursor=cursor, limit=_PAGE, by_due=asked.by_due)
            tallies = {name: counts(connection, asked.filters, name) for name in ("recommendation", "stage")}
    except Refused as error:
        return _shown(request, app_state, asked, error.faults, status=422)
    return _shown(request, app_state, asked, (), found.lines, found.cursor, tallies, bool(cursor))


def _shown(
    request: Request, app_state: StateNeeded, asked: Asked, faults: Any, lines: Any = (), cursor: str | None = None, tallies: Any = None, later: bool = False,
    status: int = 200,
) -> Response:  # fmt: skip
    with app_state.store.reading() as connection:
        used = rulesets_in_use(connection)
    return page(
        request, "worklist.html", status, asked=asked, typed=asked.typed, faults=faults, lines=lines, cursor=cursor, tallies=tallies,
        later=later, sectors=names_of_rows("sectors", used), parks=names_of_rows("parks", used),
    )  # fmt: skip


@router.get("/worklist.csv")
def worklist_csv(request: Request, caller: Viewer, app_state: StateNeeded) -> Response:
    return _exported(request, caller, app_state, as_csv, "text/csv; charset=utf-8", "csv")


@router.get("/worklist.xlsx")
def worklist_xlsx(request: Request, caller: Viewer, app_state: StateNeeded) -> Response:
    return _exported(request, caller, app_state, as_xlsx, WORKBOOK, "xlsx")


def _exported(
    request: Request, caller: Visitor, app_state: StateNeeded, written: Any, media: str, ending: str
) -> Response:
    """The filtered list as a file. Raises Refused where that is more than one answer should hold."""
    day = today()
    asked = asked_of(request, day, caller.principal.key)
    if asked.faults:
        raise Refused(asked.faults)
    with app_state.store.reading() as connection:
        many = counts(connection, asked.filters)[None]
        if many > MOST_EXPORTED:
            words = Text(
                f"共 {many} 个项目，一次最多导出 {MOST_EXPORTED} 个：请加筛选，或用命令 two-high worklist show --out",
                f"{many} projects, at most {MOST_EXPORTED} in a file: filter further, or use the command two-high worklist show --out",
            )
            raise Refused([Fault("", words)])
        content = written(
            islice(each_line(connection, asked.filters, by_due=asked.by_due), MOST_EXPORTED), code_names(connection)
        )
    name, plain = f"工作清单-{day.isoformat()}.{ending}", f"worklist-{day.isoformat()}.{ending}"
    headers = {"Content-Disposition": disposition_in(language(request), name, plain)}
    return Response(content, media_type=media, headers=headers)


@router.get("/worklist/split")
def split(request: Request, caller: Viewer, app_state: StateNeeded) -> Response:
    """Projects that only together reach a threshold."""
    ruleset, day = edition(app_state, None, None)
    with app_state.store.reading() as connection:
        found, used = split_projects(connection, ruleset, day), rulesets_in_use(connection)
    start = _start(request, len(found))
    parks = names_of_rows("parks", used)
    return page(
        request, "split.html", splits=[(each.shared(ruleset, parks), each.as_json()) for each in found[start : start + _SPLITS]], start=start,
        all=len(found), step=_SPLITS, years=WINDOW_DAYS,
    )  # fmt: skip


def _start(request: Request, many: int) -> int:
    asked = request.query_params.get("start", "")[:9]
    return min(int(asked), many) if asked.isascii() and asked.isdigit() else 0
