"""`/second-factor`, `/people/sign-in`: one-time codes beside the password, and which roles must have them."""

from __future__ import annotations

import io
from typing import Annotated

import segno
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from api.deps import StateNeeded, address_of
from api.problems import Problem
from api.signing import begin_second_factor, end_second_factor, login_of
from api.web.forms import Sent
from api.web.rendering import page
from api.web.session import AdminVisitor, Newcomer
from review.errors import Fault, Refused
from review.record.access.second_factor import (
    begun,
    confirm,
    is_on,
    required_roles,
    set_required_roles,
)
from review.record.storage.audit_log import Origin
from review.terms import ROLE_WORDS

router = APIRouter(include_in_schema=False)
Said = Annotated[str, Query(max_length=40)]


def _origin(request: Request) -> Origin:
    return Origin("page", address_of(request))


def drawn(text: str) -> Markup:
    """A QR code as an SVG drawing, with nothing that a page's policy forbids."""
    written = io.BytesIO()
    segno.make(text, error="m").save(
        written,
        kind="svg",
        scale=5,
        xmldecl=False,
        svgns=True,
        svgclass="qr",
        lineclass=None,
        dark="#000",
        light="#fff",
    )
    return Markup(written.getvalue().decode())


@router.get("/second-factor")
def second_factor(request: Request, caller: Newcomer, app_state: StateNeeded, said: Said = "") -> Response:
    return _shown(request, caller, app_state, said=said)


def _shown(
    request: Request,
    caller: Newcomer,
    app_state: StateNeeded,
    faults: tuple[Fault, ...] = (),
    status: int = 200,
    said: str = "",
) -> Response:
    login = login_of(caller.principal)
    with app_state.store.reading() as connection:
        on, waiting = is_on(connection, login), begun(connection, login)
        required = caller.role in required_roles(connection)
    code = drawn(waiting.address) if waiting is not None else None
    return page(
        request, "second-factor.html", status, on=on, waiting=waiting, drawn=code, required=required, faults=faults, said=said,
    )  # fmt: skip


@router.post("/second-factor")
def begun_anew(request: Request, caller: Newcomer, form: Sent, app_state: StateNeeded) -> Response:
    try:
        begin_second_factor(app_state, caller.principal, form.get("password"), _origin(request))
    except Refused as error:
        return _shown(request, caller, app_state, error.faults, 422)
    except Problem as error:
        return _shown(request, caller, app_state, error.faults, error.status)
    return RedirectResponse("/second-factor", 303)


@router.post("/second-factor/confirm")
def confirmed(request: Request, caller: Newcomer, form: Sent, app_state: StateNeeded) -> Response:
    """Have it asked for from now on; the recovery codes are in this answer alone."""
    try:
        login, mine = login_of(caller.principal), caller.principal.session
        codes = confirm(app_state.store, login, form.get("code"), _origin(request), mine)
    except Refused as error:
        return _shown(request, caller, app_state, error.faults, 422)
    return page(request, "recovery-codes.html", codes=codes)


@router.post("/second-factor/end")
def ended(request: Request, caller: Newcomer, form: Sent, app_state: StateNeeded) -> Response:
    try:
        end_second_factor(app_state, caller.principal, form.get("code"), _origin(request))
    except Refused as error:
        return _shown(request, caller, app_state, error.faults, 422)
    except Problem as error:
        return _shown(request, caller, app_state, error.faults, error.status)
    return RedirectResponse("/second-factor?said=factor-ended", 303)


@router.get("/people/sign-in")
def sign_in_rules(request: Request, caller: AdminVisitor, app_state: StateNeeded, said: Said = "") -> Response:
    with app_state.store.reading() as connection:
        roles = required_roles(connection)
    return page(request, "sign-in-rules.html", roles=roles, reason="", faults=(), said=said, all_roles=ROLE_WORDS)


@router.post("/people/sign-in")
def changed_rules(request: Request, caller: AdminVisitor, form: Sent, app_state: StateNeeded) -> Response:
    roles, reason = form.all("roles"), form.get("reason")
    try:
        set_required_roles(app_state.store, roles, caller.acting(), reason)
    except Refused as error:
        return page(
            request, "sign-in-rules.html", 422, roles=roles, reason=reason, faults=error.faults, said="", all_roles=ROLE_WORDS
        )  # fmt: skip
    return RedirectResponse("/people/sign-in?said=saved", 303)
