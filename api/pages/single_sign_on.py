"""`/sign-in/single…`: to the provider of single sign-on and back, with a session that is new."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import State, StateNeeded, address_of
from api.problems import Problem
from api.single_sign_on import BACK, Begun, SingleSignOn
from api.web.rendering import page
from api.web.session import give_begun, local, start_session, take_begun
from review.errors import Fault, Refused, SignInUnavailable, Text
from review.record.access.single_sessions import open_single_session
from review.record.storage.audit_log import Origin

router = APIRouter(include_in_schema=False)
Short = Annotated[str, Query(max_length=4000)]


def _single(app_state: State) -> SingleSignOn:
    """Raises Problem 404 where the office has none on the pages."""
    provider = app_state.identities.provider
    if provider is None or not app_state.settings.oidc_client:
        raise Problem(404, Fault("", Text("网页未设单点登录", "there is no single sign-on on the pages")))
    return SingleSignOn(provider, app_state.settings)


@router.get("/sign-in/single")
def begin(request: Request, app_state: StateNeeded, next: Annotated[str, Query(max_length=2000)] = "/") -> Response:
    begun = Begun.anew(local(next))
    try:
        address = _single(app_state).address(begun)
    except SignInUnavailable as error:
        return _again(request, app_state, error.faults, 503)
    response = RedirectResponse(address, 303)
    give_begun(request, response, begun.written())
    return response


@router.get(BACK)
def back(request: Request, app_state: StateNeeded, code: Short = "", state: Short = "", iss: Short = "") -> Response:
    """Open a session for whom the provider vouches for; what was begun is over whatever comes of it."""
    single, begun = _single(app_state), Begun.read(take_begun(request))
    try:
        principal = single.came_back(begun, code, state, iss)
    except (Refused, SignInUnavailable) as error:
        response = _again(request, app_state, error.faults, 401 if isinstance(error, Refused) else 503)
        give_begun(request, response, "")
        return response
    hours = app_state.settings.session_hours
    token = open_single_session(app_state.store, principal, hours=hours, origin=Origin("page", address_of(request)))
    response = RedirectResponse(local(begun.next if begun is not None else "/"), 303)
    start_session(request, response, token, hours)
    give_begun(request, response, "")
    return response


def _again(request: Request, app_state: State, faults: tuple[Fault, ...], status: int) -> Response:
    return page(
        request, "sign-in.html", status, next="/", login="", stored_form="", faults=faults, lost_files=False, too_large=False, secret=False,
    )  # fmt: skip
