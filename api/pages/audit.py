"""`/audit…`: an auditor's first page: replay, verify the record, record checkpoints, look up a code."""

from __future__ import annotations

import json
import secrets
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import StateNeeded
from api.web.forms import Sent
from api.web.rendering import page
from api.web.session import AuditorVisitor
from review.errors import Fault, NotRecorded, Refused, Text
from review.record.proof.checkpoints import last_signed, sign
from review.record.proof.paper_code import look_up
from review.record.storage.journal import checkpoint
from review.record.work.jobs import OPEN
from review.record.work.replay_jobs import list_jobs
from review.record.work.verification_jobs import cancel_check, last_checkpoint, list_checks, read_check, start_check

router = APIRouter(include_in_schema=False)
LISTED = 10
REFRESH_SECONDS = 3


@router.get("/audit")
def start(
    request: Request, caller: AuditorVisitor, app_state: StateNeeded, said: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    return audit_page(request, app_state, said=said)


def audit_page(
    request: Request, app_state: StateNeeded, status: int = 200, said: str = "", faults: tuple[Fault, ...] = (), typed: dict[str, str] | None = None
) -> Response:  # fmt: skip
    """The auditors' first page, with a replay's form as it was typed."""
    with app_state.store.reading() as connection:
        replays, checks, last = (
            list_jobs(connection, LISTED),
            list_checks(connection, LISTED),
            last_checkpoint(connection),
        )
    return page(
        request, "audit.html", status, said=said, faults=faults, typed=typed or {}, editions=app_state.law.now().every, replays=replays, checks=checks,
        checkpoint=last, form_key=secrets.token_hex(8),
    )  # fmt: skip


@router.post("/audit/checks")
def verify(request: Request, caller: AuditorVisitor, form: Sent, app_state: StateNeeded) -> Response:
    """Ask for a verification of the record."""
    try:
        made = start_check(
            app_state.store,
            caller.name,
            quick=form.get("depth") == "quick",
            request=f"{caller.principal.key}:{form.get('once')[:60]}",
        )
    except Refused as error:
        return audit_page(request, app_state, 422, faults=error.faults)
    return RedirectResponse(f"/audit/checks/{made.job['id']}", 303)


@router.get("/audit/checks/{check}")
def checked(request: Request, caller: AuditorVisitor, app_state: StateNeeded, check: str) -> Response:
    with app_state.store.reading() as connection:
        found, last = read_check(connection, check[:40]), last_checkpoint(connection)
    running = found["state"] in OPEN
    return page(request, "check.html", 200, refresh(running), check=found, running=running, checkpoint=last)


@router.post("/audit/checks/{check}/cancel")
def cancelled(request: Request, caller: AuditorVisitor, form: Sent, app_state: StateNeeded, check: str) -> Response:
    cancel_check(app_state.store, check[:40])
    return RedirectResponse(f"/audit/checks/{check[:40]}", 303)


@router.post("/audit/checkpoint")
def record_checkpoint(request: Request, caller: AuditorVisitor, form: Sent, app_state: StateNeeded) -> Response:
    """Record and sign a checkpoint of the chain as it stands."""
    with app_state.store.writing() as connection:
        found = checkpoint(connection)
        sign(connection)
    if found is None:
        return audit_page(request, app_state, 422, faults=(Fault("", Text("记录是空的", "the record is empty")),))
    return RedirectResponse("/audit?said=checkpoint#checkpoint", 303)


@router.get("/audit/checkpoint.json")
def download_checkpoint(caller: AuditorVisitor, app_state: StateNeeded) -> Response:
    """The last checkpoint, signed; as it is where one recorded since is not signed yet."""
    with app_state.store.reading() as connection:
        found, signed = last_checkpoint(connection), last_signed(connection)
    if signed is not None and found is not None and signed["position"] == found["position"]:
        found = signed
    if found is None:
        raise NotRecorded([Fault("checkpoint", Text("还没有检查点", "there is no checkpoint yet"))])
    headers = {"Content-Disposition": f'attachment; filename="checkpoint-{found["position"]}.json"'}
    return Response(json.dumps(found) + "\n", media_type="application/json", headers=headers)


@router.get("/audit/code")
def code(
    request: Request, caller: AuditorVisitor, app_state: StateNeeded, code: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """What the verification code on a printed paper belongs to."""
    with app_state.store.reading() as connection:
        found = look_up(connection, code) if code.strip() else None
    return page(request, "code.html", code=code.strip(), found=found)


def refresh(running: bool) -> dict[str, str]:
    """The header that has a browser look again while something is under way."""
    return {"Refresh": str(REFRESH_SECONDS)} if running else {}
