"""`/rules/proposals…`: changes of the rules as they were proposed, with their documents; previewed, confirmed by another person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.attached import sent
from api.deps import State, StateNeeded
from api.pages.audit import refresh
from api.pages.rules import shared
from api.web.forms import Sent
from api.web.rendering import page
from api.web.session import OfficerVisitor, Viewer, Visitor
from review.errors import Conflict, Fault, Refused
from review.record.access.rule_keepers import is_rule_keeper
from review.record.editions.drawing_up import proposal_of_shipped
from review.record.editions.proposals import (
    STATE_WORDS,
    confirm,
    list_proposals,
    proposal_file,
    propose,
    read_proposal,
    send_back,
    withdraw,
)
from review.record.work.jobs import OPEN
from review.record.work.preview_jobs import preview_items, preview_of, start_preview

router = APIRouter(include_in_schema=False)
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
SHOWN = 50


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
    seen: tuple[str, ...] = (),
) -> Response:
    with app_state.store.reading() as connection:
        law = app_state.law.seen_by(connection)
        found = read_proposal(connection, number)
        preview = preview_of(connection, number)
        items = preview_items(connection, preview["id"], after=after, limit=SHOWN + 1) if preview else []
        keeper = is_rule_keeper(connection, caller.principal.key)
    running = preview is not None and preview["state"] in OPEN
    mine = caller.principal.key == found.proposer["subject"]
    return page(
        request, "proposal.html", status, refresh(running), proposal=found, changed=found.drawn.differences(), states=STATE_WORDS, preview=preview, running=running,
        items=items[:SHOWN], more=items[SHOWN - 1]["review"] if len(items) > SHOWN else None, keeper=keeper, mine=mine, said=said, faults=faults,
        reason=reason, seen=seen, edition=found.pairs[-1].edition, **shared(law),
    )  # fmt: skip


@router.get("/rules/proposals/{number}/files/{digest}")
def attached(caller: Viewer, app_state: StateNeeded, number: Number, digest: str) -> Response:
    """The scan of a document that a proposal rests on."""
    with app_state.store.reading() as connection:
        return sent(*proposal_file(connection, number, digest))


@router.post("/rules/proposals/{number}/confirm")
def confirmed(request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded, number: Number) -> Response:
    def act() -> None:
        confirm(app_state.store, number, caller.acting(), seen=form.all("seen"))

    return _acted(request, caller, app_state, number, act, "adopted", seen=form.all("seen"))


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
    seen: tuple[str, ...] = (),
) -> Response:
    try:
        act()
    except (Refused, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        return _proposal(
            request, caller, app_state, number, faults=error.faults, status=status, reason=reason, seen=seen
        )
    return RedirectResponse(f"/rules/proposals/{number}?said={said}", 303)
