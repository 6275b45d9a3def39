"""`/rules/check…`: figures checked against their documents, row by row or a whole table; questions that the law leaves open."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import State, StateNeeded
from api.pages.reviews import download
from api.pages.rules import shared
from api.web.forms import Form, SentScan
from api.web.rendering import page
from api.web.session import OfficerVisitor, Viewer, Visitor
from review.clock import today
from review.errors import Conflict, Fault, NotRecorded, Refused, RulesetError, SheetError, Text
from review.law.amending import NO_SETTING
from review.law.amendments import SETTING, Amendment, Paper
from review.law.comparison import WHY_WORDS
from review.law.edition import Ruleset
from review.law.figures import FigureRow, choices_of_cell, figure_row, unchecked_rows
from review.law.forms import HISTORY_KINDS
from review.law.questions import open_questions
from review.law.row_cells import cell_faults, is_changed
from review.law.uploading import Reasons, table_file, tables_of, uploaded
from review.readers.law_table import read_law_table
from review.readers.written.days import written_day
from review.record.editions.gathering import Gathered, gather, gathered
from review.record.storage.files import Scan, scan

router = APIRouter(include_in_schema=False)
_DOCUMENT = ("title", "number", "date", "page")
_FIELDS = ("kind", "reason", "scan", *_DOCUMENT)
_TICKS = ("whole", "checked")
_CELL = "cell:"
_CSV = "text/csv; charset=utf-8"


@router.get("/rules/check")
def figures(request: Request, caller: Viewer, app_state: StateNeeded) -> Response:
    """The figures of the edition in force that are still to be checked."""
    law = app_state.law.now()
    edition = law.choose(None, today())
    return page(
        request, "figures.html", edition=edition, rows=unchecked_rows(edition), tables=tables_of(edition),
        draft=_gathered(app_state, caller), **shared(law),
    )  # fmt: skip


@router.get("/rules/questions")
def questions(request: Request, caller: Viewer, app_state: StateNeeded) -> Response:
    """What the law leaves open and the office has decided, or has not."""
    law = app_state.law.now()
    edition = law.choose(None, today())
    return page(
        request, "questions.html", edition=edition, questions=open_questions(edition, law.of(edition.id)), choices=choices_of_cell,
        draft=_gathered(app_state, caller), **shared(law),
    )  # fmt: skip


def _gathered(app_state: State, caller: Visitor) -> Gathered:
    with app_state.store.reading() as connection:
        return gathered(connection, caller.principal.key)


@router.get("/rules/check/{table}/file.csv")
def table_as_file(caller: Viewer, app_state: StateNeeded, table: str) -> Response:
    edition = _with_table(app_state, table)
    name = f"{edition.id}-{edition.edition}-{table}.csv"
    return download(table_file(edition, table), _CSV, name)


@router.get("/rules/check/{table}/file")
def table_page(request: Request, caller: OfficerVisitor, app_state: StateNeeded, table: str) -> Response:
    edition = _with_table(app_state, table)
    return _table(request, caller, app_state, edition, table, {})


@router.post("/rules/check/{table}/file")
def table_uploaded(
    request: Request, caller: OfficerVisitor, form: SentScan, app_state: StateNeeded, table: str
) -> Response:
    """Gather what a file changes of a table, row by row."""
    edition = _with_table(app_state, table)
    typed = {name: form.get(name) for name in (*_FIELDS, *_TICKS)}
    try:
        file = form.file("table")
        if file is None:
            raise Refused([Fault("table", Text("请选择文件", "choose a file"))])
        paper, scans = _paper(form, _gathered(app_state, caller))
        why = Reasons(_kind(form), _reason(form), paper, whole=form.has("whole"), checked=form.has("checked"))
        found = uploaded(edition, table, read_law_table(file.name, file.content), why)
        gather(app_state.store, caller.principal.key, found, scans)
    except (Refused, RulesetError) as error:
        return _table(request, caller, app_state, edition, table, typed, faults=error.faults, status=422)
    return RedirectResponse("/rules/draft?said=gathered", 303)


def _with_table(app_state: State, table: str) -> Ruleset:
    """The edition in force, which has that table. Raises NotRecorded."""
    edition = app_state.law.now().choose(None, today())
    if table not in tables_of(edition):
        raise NotRecorded([Fault("table", Text("没有这张表", "there is no such table"))])
    return edition


def _table(
    request: Request, caller: Visitor, app_state: State, edition: Ruleset, table: str, typed: dict[str, str], *,
    faults: tuple[Fault, ...] = (), status: int = 200,
) -> Response:  # fmt: skip
    draft = _gathered(app_state, caller)
    return page(
        request, "rules-upload.html", status, edition=edition, table=table, typed=_typed(draft, typed), faults=faults, kinds=_kinds(),
        draft=draft, **shared(app_state.law.now()),
    )  # fmt: skip


@router.get("/rules/check/{table}/{place}")
def figure(
    request: Request, caller: OfficerVisitor, app_state: StateNeeded, table: str, place: int,
    kind: Annotated[str, Query(max_length=20)] = "evidence",
) -> Response:  # fmt: skip
    edition, row = _row(app_state, table, place)
    typed = {"kind": kind} | {f"{_CELL}{name}": row.row[name] for name in row.columns}
    return _figure(request, caller, app_state, edition, row, typed)


@router.post("/rules/check/{table}/{place}")
def checked(
    request: Request, caller: OfficerVisitor, form: SentScan, app_state: StateNeeded, table: str, place: int
) -> Response:
    """Gather what the official document says of a row."""
    edition, row = _row(app_state, table, place)
    typed = {name: form.get(name) for name in (*_FIELDS, *(f"{_CELL}{each}" for each in row.columns))}
    try:
        if form.get("edition") != edition.digest:
            words = Text(
                "规则版本在此期间有变动，请按现行版本重新核对",
                "the edition has changed meanwhile: check the figure by the one in force",
            )
            raise Conflict([Fault("", words, "law-changed")])
        paper, scans = _paper(form, _gathered(app_state, caller))
        gather(app_state.store, caller.principal.key, [_amendment(form, row, paper)], scans)
    except (Refused, RulesetError, Conflict) as error:
        return _figure(request, caller, app_state, edition, row, typed, faults=error.faults, status=422)
    return RedirectResponse("/rules/draft?said=gathered", 303)


def _row(app_state: State, table: str, place: int) -> tuple[Ruleset, FigureRow]:
    """A row of the edition in force. Raises NotRecorded."""
    edition = app_state.law.now().choose(None, today())
    found = figure_row(edition, table, place)
    if found is None:
        raise NotRecorded([Fault("row", Text("没有这一行", "there is no such row"))])
    return edition, found


def _figure(
    request: Request, caller: Visitor, app_state: State, edition: Ruleset, row: FigureRow, typed: dict[str, str], *,
    faults: tuple[Fault, ...] = (), status: int = 200,
) -> Response:  # fmt: skip
    draft = _gathered(app_state, caller)
    choices = {name: found for name in row.columns if (found := choices_of_cell(row, name))}
    return page(
        request, "figure.html", status, edition=edition, row=row, typed=_typed(draft, typed), faults=faults, kinds=_kinds(), cell=_CELL,
        draft=draft, choices=choices, cells={f"{_CELL}{name}": f"f-{_CELL}{name}" for name in row.columns}, **shared(app_state.law.now()),
    )  # fmt: skip


def _kinds() -> dict[str, Text]:
    return {each: WHY_WORDS[each] for each in HISTORY_KINDS}


def _typed(draft: Gathered, typed: dict[str, str]) -> dict[str, str]:
    """What a form shows: what was typed, else the document of the change that was gathered last."""
    last = draft.amendments[-1] if draft.amendments else None
    shown = dict.fromkeys((*_FIELDS, *_TICKS), "") | {"kind": "evidence"}
    if last is not None and last.paper is not None:
        shown |= {name: getattr(last.paper, name) for name in _DOCUMENT} | {"scan": last.paper.file or ""}
        shown |= {"kind": last.kind, "reason": last.reason}
    return shown | typed


def _kind(form: Form) -> str:
    if form.get("kind") not in HISTORY_KINDS:
        raise Refused([Fault("kind", Text("请选择原因", "choose why"))])
    return form.get("kind")


def _reason(form: Form) -> str:
    if not form.get("reason"):
        raise Refused([Fault("reason", Text("必须填写", "is required"))])
    return form.get("reason")


def _paper(form: Form, draft: Gathered) -> tuple[Paper | None, list[Scan]]:
    """The document that the form names, and its scan where one is sent; another change's scan can be named. Raises Refused."""
    stated = {name: form.get(name) for name in _DOCUMENT}
    sent = form.file("file")
    scans = [scan(sent.name, sent.content)] if sent is not None else []
    named = scans[0].digest if scans else form.get("scan")
    if named and not scans and named not in {each["digest"] for each in draft.files}:
        raise Refused(
            [Fault("scan", Text("草稿中没有这个扫描件，请重新选择", "no such scan is gathered: choose again"))]
        )
    if not any(stated.values()):
        if named and sent is not None:
            raise Refused(
                [Fault("title", Text("附了扫描件，须写明是什么文件", "a scan is attached: say which document it is"))]
            )
        return None, []
    if stated["date"]:
        stated["date"] = _day(stated["date"], "date")
    return Paper(**stated, file=named or None), scans


def _day(text: str, where: str) -> str:
    """A day as people write it. Raises Refused."""
    try:
        return written_day(text).isoformat()
    except SheetError as error:
        raise Refused([Fault(where, each.text) for each in error.faults]) from error


def _amendment(form: Form, row: FigureRow, paper: Paper | None) -> Amendment:
    """What the form asks for. Raises Refused."""
    cells = {name: form.get(f"{_CELL}{name}") for name in row.columns if form.has(f"{_CELL}{name}")}
    changed = {name: value for name, value in cells.items() if is_changed(row.table, row.row, name, value)}
    kind, reason = _kind(form), _reason(form)
    if kind == SETTING and row.row["evidence"] != SETTING:
        raise Refused([Fault("kind", NO_SETTING, "document-needed")])
    if paper is None and kind != SETTING:
        raise Refused([Fault("title", Text("须写明所依据的文件", "should name the document it rests on"), "document-needed")])  # fmt: skip
    wrong = [Fault(f"{_CELL}{name}", text) for name, text in cell_faults(row.table, {**row.row, **changed}, changed)]
    if wrong:
        raise Refused(wrong)
    if not changed and paper is None:
        raise Refused([Fault("", Text("没有改动任何数值", "no figure is changed"))])
    return Amendment(row.table, row.key, changed, kind, reason, paper)
