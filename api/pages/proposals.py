"""`/rules/check…`, `/rules/proposals…`: figures checked against their documents; changes proposed, previewed, confirmed by another person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import State, StateNeeded
from api.pages.audit import refresh
from api.pages.rules import shared
from api.web.forms import Form, Sent
from api.web.rendering import page
from api.web.session import OfficerVisitor, Viewer, Visitor
from review.clock import today
from review.errors import Conflict, Fault, NotRecorded, Refused, RulesetError, Text
from review.law.amending import Amended, Amendment, Paper
from review.law.comparison import WHY_WORDS
from review.law.edition import Ruleset
from review.law.figures import FigureRow, figure_row, unchecked_rows
from review.law.forms import HISTORY_KINDS
from review.law.listing import differences_of
from review.record.access.rule_keepers import is_rule_keeper
from review.record.editions.proposals import (
    STATE_WORDS,
    confirm,
    list_proposals,
    proposal_for,
    proposal_of_shipped,
    propose,
    read_proposal,
    send_back,
    withdraw,
)
from review.record.work.jobs import OPEN
from review.record.work.preview_jobs import preview_items, preview_of, start_preview
from review.sheet.fields import iso_day

router = APIRouter(include_in_schema=False)
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
SHOWN = 50
_FIELDS = ("first", "kind", "reason", "title", "number", "date", "page")
_CELL = "cell:"


@router.get("/rules/check")
def figures(request: Request, caller: Viewer, app_state: StateNeeded) -> Response:
    """The figures of the edition in force that are still to be checked."""
    law = app_state.law.now()
    edition = law.choose(None, today())
    return page(request, "figures.html", edition=edition, rows=unchecked_rows(edition), **shared(law))


@router.get("/rules/check/{table}/{place}")
def figure(request: Request, caller: OfficerVisitor, app_state: StateNeeded, table: str, place: int) -> Response:
    edition, row = _row(app_state, table, place)
    typed = {"first": today().isoformat(), "kind": "evidence"} | {
        f"{_CELL}{name}": row.row[name] for name in row.columns
    }
    return _figure(request, app_state, edition, row, typed)


def _row(app_state: State, table: str, place: int) -> tuple[Ruleset, FigureRow]:
    """A row of the edition in force. Raises NotRecorded."""
    edition = app_state.law.now().choose(None, today())
    found = figure_row(edition, table, place)
    if found is None:
        raise NotRecorded([Fault("row", Text("没有这一行", "there is no such row"))])
    return edition, found


def _figure(
    request: Request,
    app_state: State,
    edition: Ruleset,
    row: FigureRow,
    typed: dict[str, str],
    *,
    faults: tuple[Fault, ...] = (),
    status: int = 200,
) -> Response:
    return page(
        request, "figure.html", status, edition=edition, row=row, typed=dict.fromkeys(_FIELDS, "") | typed, faults=faults,
        kinds={each: WHY_WORDS[each] for each in HISTORY_KINDS}, cell=_CELL, **shared(app_state.law.now()),
    )  # fmt: skip


@router.post("/rules/check/{table}/{place}")
def checked(
    request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded, table: str, place: int
) -> Response:
    """Propose what the official document says of a row."""
    edition, row = _row(app_state, table, place)
    typed = {name: form.get(name) for name in (*_FIELDS, *(f"{_CELL}{each}" for each in row.columns))}
    try:
        if form.get("edition") != edition.digest:
            words = Text(
                "规则版本在此期间有变动，请按现行版本重新核对",
                "the edition has changed meanwhile: check the figure by the one in force",
            )
            raise Conflict([Fault("", words, "law-changed")])
        drawn = proposal_for(app_state.store, _asked(form, row))
        number = propose(app_state.store, drawn, form.get("reason"), caller.acting())
    except (Refused, RulesetError, Conflict) as error:
        return _figure(request, app_state, edition, row, typed, faults=error.faults, status=422)
    return RedirectResponse(f"/rules/proposals/{number}?said=proposed", 303)


def _asked(form: Form, row: FigureRow) -> Amended:
    """What the form asks for. Raises Refused, naming every field that cannot be read."""
    first = iso_day(form.get("first"))
    faults = [Fault("first", Text("应写成 2027-01-01", "should be a date such as 2027-01-01"))] if first is None else []
    if form.get("kind") not in HISTORY_KINDS:
        faults.append(Fault("kind", Text("请选择原因", "choose why")))
    if not form.get("reason"):
        faults.append(Fault("reason", Text("必须填写", "is required")))
    if faults or first is None:
        raise Refused(faults)
    cells = {name: form.get(f"{_CELL}{name}") for name in row.columns if form.has(f"{_CELL}{name}")}
    changed = {name: value for name, value in cells.items() if value != row.row[name]}
    stated = {name: form.get(name) for name in ("title", "number", "date", "page")}
    paper = Paper(**stated) if any(stated.values()) else None
    return Amended(first, (Amendment(row.table, row.key, changed, form.get("kind"), form.get("reason"), paper),))


@router.get("/rules/proposals")
def proposals(request: Request, caller: Viewer, app_state: StateNeeded) -> Response:
    law = app_state.law.now()
    with app_state.store.reading() as connection:
        found = list_proposals(connection)
    return page(request, "proposals.html", proposals=found, waiting=law.waiting(), states=STATE_WORDS, faults=())


@router.post("/rules/proposals")
def propose_shipped(request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded) -> Response:
    """Propose the editions that the product ships and that wait."""
    try:
        drawn = proposal_of_shipped(app_state.store)
        number = propose(app_state.store, drawn, form.get("reason"), caller.acting())
    except (Refused, Conflict) as error:
        with app_state.store.reading() as connection:
            found = list_proposals(connection)
        waiting = app_state.law.now().waiting()
        return page(
            request, "proposals.html", 422, proposals=found, waiting=waiting, states=STATE_WORDS, faults=error.faults
        )
    return RedirectResponse(f"/rules/proposals/{number}?said=proposed", 303)


@router.get("/rules/proposals/{number}")
def proposal(
    request: Request,
    caller: Viewer,
    app_state: StateNeeded,
    number: Number,
    said: Annotated[str, Query(max_length=40)] = "",
    after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
) -> Response:
    return _proposal(request, caller, app_state, number, said=said, after=after)


def _proposal(
    request: Request,
    caller: Visitor,
    app_state: State,
    number: int,
    *,
    said: str = "",
    after: int = 0,
    faults: tuple[Fault, ...] = (),
    status: int = 200,
    reason: str = "",
) -> Response:
    with app_state.store.reading() as connection:
        law = app_state.law.seen_by(connection)
        found = read_proposal(connection, number)
        preview = preview_of(connection, number)
        items = preview_items(connection, preview["id"], after=after, limit=SHOWN + 1) if preview else []
        keeper = is_rule_keeper(connection, caller.principal.key)
    running = preview is not None and preview["state"] in OPEN
    mine = caller.principal.key == found.proposer["subject"]
    changed = [(each, differences_of(each.before, each.edition)) for each in found.pairs]
    return page(
        request, "proposal.html", status, refresh(running), proposal=found, changed=changed, states=STATE_WORDS, preview=preview, running=running,
        items=items[:SHOWN], more=items[SHOWN - 1]["review"] if len(items) > SHOWN else None, keeper=keeper, mine=mine, said=said, faults=faults,
        reason=reason, edition=found.pairs[-1].edition, **shared(law),
    )  # fmt: skip


@router.post("/rules/proposals/{number}/confirm")
def confirmed(request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded, number: Number) -> Response:
    def act() -> None:
        confirm(app_state.store, number, caller.acting(), seen=form.all("seen"))

    return _acted(request, caller, app_state, number, act, "adopted")


@router.post("/rules/proposals/{number}/return")
def returned(request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded, number: Number) -> Response:
    def act() -> None:
        send_back(app_state.store, number, form.get("reason"), caller.acting())

    return _acted(request, caller, app_state, number, act, "returned", form.get("reason"))


@router.post("/rules/proposals/{number}/withdraw")
def withdrawn(request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded, number: Number) -> Response:
    def act() -> None:
        withdraw(app_state.store, number, form.get("reason"), caller.acting())

    return _acted(request, caller, app_state, number, act, "taken-back", form.get("reason"))


@router.post("/rules/proposals/{number}/preview")
def previewed(request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded, number: Number) -> Response:
    def act() -> None:
        start_preview(app_state.store, number, caller.name, request=f"{caller.principal.key}:{form.get('once')[:60]}")

    return _acted(request, caller, app_state, number, act, "preview")


def _acted(
    request: Request,
    caller: Visitor,
    app_state: State,
    number: int,
    act: Callable[[], Any],
    said: str,
    reason: str = "",
) -> Response:
    try:
        act()
    except (Refused, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        return _proposal(request, caller, app_state, number, faults=error.faults, status=status, reason=reason)
    return RedirectResponse(f"/rules/proposals/{number}?said={said}", 303)
