"""Signing in with login and password: attempts, right or wrong, are counted before a password is checked."""

from __future__ import annotations

from fastapi import Request

from api.deps import State, address_of
from api.logs import hashed
from api.problems import Problem
from review.errors import Fault, Refused, Text
from review.record.access.keys import Principal
from review.record.access.people import SignedIn, change_password, sign_in
from review.record.storage.actors import Channel
from review.record.storage.audit_log import Origin

# For a login from an address, for a login from everywhere, and from an address for every login.
_NEAR, _EVERYWHERE, _ALL = "10/15 minute", "100/15 minute", "60/minute"


def open_session(request: Request, app_state: State, login: str, password: str, channel: Channel) -> SignedIn:
    """A session for that login; in the audit log, like every attempt that failed. Raises Problem 401 where login or password is wrong, 429 after too many attempts."""
    login = login.strip().lower()
    address = address_of(request) or ""
    within = (
        app_state.hit(_ALL, "sign-in from", address)
        and app_state.hit(_NEAR, "sign-in", login, address)
        and app_state.hit(_EVERYWHERE, "sign-in", login)
    )
    if not within:
        app_state.attempts.refused(login, address)
        request.scope["failed_login"] = hashed(login)
        raise Problem(
            429,
            Fault("login", Text("尝试过多，请 15 分钟后再试", "too many attempts: try again in 15 minutes")),
            headers={"Retry-After": "900"},
        )
    made = sign_in(
        app_state.store,
        login,
        password,
        hours=app_state.settings.session_hours,
        origin=Origin(channel, address_of(request)),
    )
    if made is None:
        request.scope["failed_login"] = hashed(login)
        raise Problem(
            401,
            Fault("", Text("登录名或密码不正确", "login or password is wrong")),
            headers={"WWW-Authenticate": "Bearer"},
        )
    return made


def set_password(app_state: State, caller: Principal, current: str, new: str, origin: Origin) -> None:
    """Change the caller's own password; every session of theirs ends. Raises Refused, Problem 429."""
    kind, _, login = caller.key.partition(":")
    if kind != "person":
        raise Refused([Fault("", Text("只有登录的人员有密码", "only a person who signed in has a password"))])
    if not app_state.hit(_NEAR, "password", login):
        raise Problem(429, headers={"Retry-After": "900"})
    change_password(app_state.store, login, current, new, origin=origin)
