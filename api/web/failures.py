"""Failures as pages: what went wrong, where, and what to do. A caller whose session ended signs in and continues from the same page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from api.problem_codes import code_of
from api.problems import HEADERS, Problem, answer
from api.web.forms import BEFORE_SIGN_IN, Form, read_form
from api.web.rendering import page
from api.web.session import PasswordDue, SecondFactorDue, SignInNeeded, sent_from_this_site
from review.errors import AccessEnded, Fault

# The largest form that is carried along while its sender signs in again, in characters: it comes back within the form of signing in.
LONGEST_KEPT = BEFORE_SIGN_IN * 3 // 10
# The pages whose forms hold passwords and one-time codes, sent there or below: nothing of these is carried along or shown.
_SECRET_PAGES = ("/password", "/second-factor")


def wants_page(request: Request) -> bool:
    """Whether a failure is answered with a page: a browser asks, and not the API."""
    path = request.scope["path"]
    return not path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def failure_page(
    request: Request, status: int, faults: Sequence[Fault], headers: Mapping[str, str] | None, reference: str | None
) -> Response:
    """A failure as a page."""
    title = code_of(status, None).words
    return page(request, "failure.html", status, headers, title=title, code=status, faults=faults, reference=reference)


def install(app: FastAPI) -> None:
    """Send a caller who is not signed in to the sign-in page."""

    @app.exception_handler(SignInNeeded)
    async def sign_in_first(request: Request, error: SignInNeeded) -> Response:
        if request.method in ("GET", "HEAD"):
            path = request.scope["path"]
            whole = f"{path}?{request.url.query}" if request.url.query else path
            return RedirectResponse("/sign-in" if path == "/" else f"/sign-in?next={quote(whole)}", 303)
        return await _sign_in_again(request)

    @app.exception_handler(AccessEnded)
    async def ended_meanwhile(request: Request, error: AccessEnded) -> Response:
        if not wants_page(request):
            return answer(request, 401, error.faults, HEADERS[401])
        # The page that follows is one of nobody's: its form is bound to the visit, as the session is over.
        request.scope.pop("visitor", None)
        return await sign_in_first(request, SignInNeeded())

    @app.exception_handler(PasswordDue)
    async def password_first(request: Request, error: PasswordDue) -> Response:
        return RedirectResponse("/password", 303)

    @app.exception_handler(SecondFactorDue)
    async def second_factor_first(request: Request, error: SecondFactorDue) -> Response:
        return RedirectResponse("/second-factor", 303)


def secret_page(address: str) -> str | None:
    """The page of a form that is sent to this address and has a password or a one-time code in it; None of any other form."""
    return next((each for each in _SECRET_PAGES if re.match(rf"{each}(?![^/?#])", address)), None)


async def _sign_in_again(request: Request) -> Response:
    """The sign-in page, carrying what was typed: after signing in it can be sent on.

    What comes from another site is not carried, nor a form with a password in it: its page is opened anew.
    """
    if secret := secret_page(request.scope["path"]):
        return page(
            request, "sign-in.html", 401, next=secret, stored_form="", faults=(), login="", lost_files=False, too_large=False, secret=True
        )  # fmt: skip
    headers: Mapping[str, str] | None = None
    form, too_large = Form(()), False
    try:
        if sent_from_this_site(request):
            form = request.scope.get("form") or await read_form(request, request.app.state.two_high)
    except Problem as error:
        if error.status != 413:
            return failure_page(request, error.status, error.faults, error.headers, request.scope.get("request_id"))
        headers, too_large = error.headers, True
    stored_form = form_as_text(form) if form.fields else ""
    if len(stored_form) > LONGEST_KEPT:
        stored_form, too_large = "", True
    return page(
        request, "sign-in.html", 401, headers, next=request.scope["path"], stored_form=stored_form, faults=(), login="",
        lost_files=bool(form.files), too_large=too_large, secret=False,
    )  # fmt: skip


def form_as_text(form: Form) -> str:
    """A form's fields as one text."""
    return json.dumps(form.fields, ensure_ascii=True)


def stored_fields(text: str) -> list[tuple[str, str]]:
    """The fields that such a text holds; none where it is not one."""
    try:
        found = [(str(name), str(value)) for name, value in json.loads(text)] if text else []
        "".join(each for pair in found for each in pair).encode()
    except (ValueError, TypeError, RecursionError):
        return []
    return found
