"""`/sign-in`, `/sign-out`, `/password`, `/language`: signing in and out, the password, the language."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import State, StateNeeded, address_of
from api.problems import Problem
from api.signing import login_of, open_session, set_password
from api.web.carried import carried_words
from api.web.failures import secret_page, stored_fields
from api.web.forms import TOKEN, Form, Sent
from api.web.rendering import page
from api.web.session import Newcomer, Visitor, end_session, local, start_session, store_language, was_given
from review.errors import Fault, Refused, Text
from review.record.access.known_people import everyone_known
from review.record.access.sessions import SignedIn, open_again, sign_out
from review.record.access.single_sessions import end_single_session, is_single_session
from review.record.storage.audit_log import Origin

router = APIRouter(include_in_schema=False)
_SHOWN = 60


def _origin(request: Request) -> Origin:
    return Origin("page", address_of(request))


@router.get("/sign-in")
def sign_in_page(request: Request, next: Annotated[str, Query(max_length=2000)] = "/") -> Response:
    return _sign_in(request, local(next))


def _sign_in(
    request: Request,
    next: str,
    status: int = 200,
    login: str = "",
    stored_form: str = "",
    faults: tuple[Fault, ...] = (),
) -> Response:
    return page(
        request,
        "sign-in.html",
        status,
        next=next,
        login=login,
        stored_form=stored_form,
        faults=faults,
        lost_files=False,
        too_large=False,
        secret=False,
    )


@router.post("/sign-in")
def sign_in(request: Request, form: Sent, app_state: StateNeeded) -> Response:
    """Open a session; a form whose sender was no longer signed in goes on after it."""
    next, login = local(form.get("next", "/")), form.get("login")[:200]
    stored_form = "" if secret_page(next) else form.get("kept")
    try:
        made = open_session(request, app_state, login, form.get("password"), form.get("code"), "page")
    except Problem as error:
        return _sign_in(request, next, error.status, login, stored_form, error.faults)
    fields = stored_fields(stored_form)
    response = (
        _resume(request, app_state, made, next, Form(tuple(fields)))
        if fields and not made.must_change_password and not _second_factor_due(app_state, made)
        else RedirectResponse(next, 303)
    )
    start_session(request, response, made.token, app_state.settings.session_hours)
    return response


def _second_factor_due(app_state: State, made: SignedIn) -> bool:
    principal = app_state.identities.principal(app_state.store, made.token)
    return principal is not None and principal.second_factor_due


def _resume(request: Request, app_state: StateNeeded, made: SignedIn, next: str, form: Form) -> Response:
    """Show what was typed before the session ended, to be sent on; only to whom the form was given, in the browser it was given to."""
    principal = app_state.identities.principal(app_state.store, made.token)
    if principal is None:
        return RedirectResponse("/sign-in", 303)
    visitor = Visitor(principal, made.token)
    if not was_given(request, form.get(TOKEN), visitor):
        return RedirectResponse("/?said=not-kept", 303)
    request.scope["visitor"] = visitor
    fields = [pair for pair in form.fields if pair[0] != TOKEN]
    with app_state.store.reading() as connection:
        people = {each.subject: each.name for each in everyone_known(connection)}
    shown = list(islice(carried_words(next, fields, people), _SHOWN))
    return page(request, "resume.html", next=next, fields=fields, shown=shown)


@router.post("/sign-out")
def leave(request: Request, caller: Newcomer, form: Sent, app_state: StateNeeded) -> Response:
    end = end_single_session if is_single_session(caller.token) else sign_out
    end(app_state.store, caller.token, origin=_origin(request))
    response = RedirectResponse("/sign-in", 303)
    end_session(request, response)
    return response


@router.get("/password")
def password_page(request: Request, caller: Newcomer) -> Response:
    return page(request, "password.html", faults=(), first=caller.principal.must_change_password)


@router.post("/password")
def password(request: Request, caller: Newcomer, form: Sent, app_state: StateNeeded) -> Response:
    """Change one's password; every session ends, so a new one is opened."""
    new = form.get("new")
    try:
        if new != form.get("again"):
            raise Refused(
                [Fault("again", Text("两次填写的新密码不同", "the new password was typed differently the second time"))]
            )
        set_password(app_state, caller.principal, form.get("current"), new, _origin(request))
    except Refused as error:
        return page(request, "password.html", 422, faults=error.faults, first=caller.principal.must_change_password)
    # The password was looked at just now: this is no attempt to be counted.
    made = open_again(
        app_state.store, login_of(caller.principal), hours=app_state.settings.session_hours, origin=_origin(request)
    )
    response = RedirectResponse("/?said=password", 303)
    start_session(request, response, made.token, app_state.settings.session_hours)
    return response


@router.get("/language/{wanted}")
def switch(request: Request, wanted: str, next: Annotated[str, Query(max_length=2000)] = "/") -> Response:
    response = RedirectResponse(local(next), 303)
    store_language(request, response, "en" if wanted == "en" else "zh")
    return response
