"""Signing in with login, password and second factor, the same for pages and API: attempts, right or wrong, are counted before a password is checked."""

from __future__ import annotations

from fastapi import Request

from api.deps import State, address_of
from api.logs import hashed
from api.problems import Problem
from review.errors import Fault, Refused, Text
from review.record.access.callers import Principal
from review.record.access.passwords import require_password
from review.record.access.people import change_password
from review.record.access.second_factor import Enrolment, begin, end
from review.record.access.sessions import SignedIn, sign_in
from review.record.access.sign_in_attempts import Place, admit, admit_within, came_in, wrong_code
from review.record.storage.actors import Channel
from review.record.storage.audit_log import Origin

# What a browser alone has from before it signs in and beyond: by it a place is known again.
VISIT = "two-high-visit"


def open_session(
    request: Request, app_state: State, login: str, password: str, code: str, channel: Channel
) -> SignedIn:
    """A session for that login; in the audit log, like every attempt that failed.

    Raises Problem 401 where login, password or code is wrong, or a code is needed, 429 after too many attempts.
    """
    login = login.strip().lower()
    address = address_of(request) or ""
    place = Place(address, request.cookies.get(VISIT, "")[:200])
    if wait := admit(app_state.store, login, place):
        app_state.attempts.refused(login, address)
        request.scope["failed_login"] = hashed(login)
        raise too_many("login", wait)
    origin = Origin(channel, address_of(request))
    hours = app_state.settings.session_hours
    try:
        made = sign_in(app_state.store, login, password, hours=hours, origin=origin, code=code.strip())
    except Refused as error:
        request.scope["failed_login"] = hashed(login)
        if code.strip():
            wrong_code(app_state.store, login)
        raise Problem(401, *error.faults, headers={"WWW-Authenticate": "Bearer"}) from None
    if made is None:
        request.scope["failed_login"] = hashed(login)
        raise Problem(
            401,
            Fault("", Text("登录名或密码不正确", "login or password is wrong")),
            headers={"WWW-Authenticate": "Bearer"},
        )
    came_in(app_state.store, login, place)
    return made


def too_many(where: str, wait: int) -> Problem:
    """That there were too many attempts, and for how many seconds none is looked at."""
    words = Text(f"尝试过多，请 {wait} 秒后再试", f"too many attempts: try again in {wait} seconds")
    return Problem(429, Fault(where, words), headers={"Retry-After": str(wait)})


def login_of(caller: Principal) -> str:
    """The login of a caller who signed in with a password. Raises Refused."""
    kind, _, login = caller.key.partition(":")
    if kind != "person":
        raise Refused([Fault("", Text("只有登录的人员有密码", "only a person who signed in has a password"))])
    return login


def set_password(app_state: State, caller: Principal, current: str, new: str, origin: Origin) -> None:
    """Change the caller's own password; every session of theirs ends. Raises Refused, Problem 429."""
    login = login_of(caller)
    if wait := admit_within(app_state.store, "password", login):
        raise too_many("current", wait)
    change_password(app_state.store, login, current, new, origin=origin)


def begin_second_factor(app_state: State, caller: Principal, password: str, origin: Origin) -> Enrolment:
    """Begin to set up the caller's own second factor, which takes the password: a session alone may be another's. Raises Refused, Problem 429."""
    login = login_of(caller)
    if wait := admit_within(app_state.store, "password", login):
        raise too_many("password", wait)
    require_password(app_state.store, login, password, origin=origin, where="password")
    return begin(app_state.store, login)


def end_second_factor(app_state: State, caller: Principal, code: str, origin: Origin) -> None:
    """End the caller's own second factor. Raises Refused, Problem 429."""
    login = login_of(caller)
    if wait := admit_within(app_state.store, "code", login):
        raise too_many("code", wait)
    end(app_state.store, login, caller.role, code, origin)
