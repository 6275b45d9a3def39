"""The visitor of a page: the session in a cookie, the forms' tokens against forgery, the language."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from api.deps import READERS, State, StateNeeded
from api.problems import Problem
from api.signing import VISIT
from review.errors import Fault, Text
from review.record.access.callers import Principal
from review.record.access.sessions import is_session
from review.record.access.sign_in_attempts import PLACE_DAYS
from review.record.access.single_sessions import is_single_session
from review.record.storage.actors import Actor
from review.terms import ROLE_WORDS

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
_SESSION, _VISIT, _LANGUAGE = "two-high-session", VISIT, "two-high-language"
_BEGUN, _MINUTES = "two-high-single", 600
_PLACE, _YEAR = PLACE_DAYS * 86400, 366 * 86400


class SignInNeeded(Exception):
    """Nobody is signed in, or no longer: the way in is shown, and what was typed goes on after it."""


class PasswordDue(Exception):
    """The first password is to be changed before anything else."""


class SecondFactorDue(Exception):
    """A second factor is to be set up before anything else."""


@dataclass(frozen=True)
class Visitor:
    """A person who looks at a page, with the token of the session."""

    principal: Principal
    token: str

    @property
    def name(self) -> str:
        return self.principal.name

    @property
    def role(self) -> str:
        return self.principal.role

    def acting(self) -> Actor:
        """The visitor, as the record names the person who acts."""
        return self.principal.acting("page")

    def may(self, *roles: str) -> bool:
        return self.principal.role in roles


def visitor(*roles: str, first: bool = False) -> Callable[..., Visitor]:
    """A dependency: the visitor who is signed in, if the role is one of these. Raises SignInNeeded, PasswordDue, SecondFactorDue, Problem 403, 429.

    `first`: also somebody who has yet to change the first password, or to set up a second factor.
    """

    def identify(request: Request, app_state: StateNeeded) -> Visitor:
        found = signed_in(request, app_state)
        if found is None:
            raise SignInNeeded
        app_state.require_within_quota(request.scope, found.principal.key)
        if found.role not in roles:
            there_zh, there_en = (
                "、".join(ROLE_WORDS[role].zh for role in roles),
                ", ".join(ROLE_WORDS[role].en for role in roles),
            )
            raise Problem(403, Fault("", Text(f"本页供以下角色使用：{there_zh}", f"this page is for: {there_en}")))
        if found.principal.must_change_password and not first:
            raise PasswordDue
        if found.principal.second_factor_due and not first:
            raise SecondFactorDue
        if request.method == "GET" and found.may("officer", "admin"):
            request.scope["inbox_items"] = app_state.inboxes.of(
                found.principal.key, found.principal.name, administrator=found.may("admin")
            )["items"]
        return found

    identify.__dict__["roles"] = roles
    return identify


def signed_in(request: Request, app_state: State) -> Visitor | None:
    """The visitor who is signed in; None for nobody. Only sessions of people are let in by cookie, never keys. Raises RecordUnavailable."""
    token = request.cookies.get(_SESSION, "")
    person = is_session(token) or is_single_session(token)
    principal = app_state.identities.principal(app_state.store, token) if person else None
    if principal is None:
        return None
    request.scope["principal"] = principal
    found = Visitor(principal, token)
    request.scope["visitor"] = found
    return found


Viewer = Annotated[Visitor, Depends(visitor(*READERS))]
Newcomer = Annotated[Visitor, Depends(visitor(*READERS, first=True))]
OfficerVisitor = Annotated[Visitor, Depends(visitor("officer"))]
AuditorVisitor = Annotated[Visitor, Depends(visitor("officer", "auditor", "admin"))]
LogVisitor = Annotated[Visitor, Depends(visitor("auditor", "admin"))]
AdminVisitor = Annotated[Visitor, Depends(visitor("admin"))]


def start_session(request: Request, response: Response, token: str, hours: float) -> None:
    """Give the session to the browser. Its token is new with every sign-in, so none can have been planted before."""
    _cookie(request, response, _SESSION, token, int(hours * 3600))
    if visit := request.cookies.get(_VISIT):
        # As long as a place is known, a browser can show that it is one.
        _cookie(request, response, _VISIT, visit, _PLACE)


def give_begun(request: Request, response: Response, text: str) -> None:
    """Have the browser alone remember a sign-in by single sign-on for some minutes; nothing: it is over."""
    if text:
        _cookie(request, response, _BEGUN, text, _MINUTES)
    else:
        response.delete_cookie(_BEGUN, path="/", secure=_secure(request), httponly=True, samesite="lax")


def take_begun(request: Request) -> str:
    """What the browser remembers of a sign-in that it began; empty for nothing."""
    return request.cookies.get(_BEGUN, "")[:4000]


def end_session(request: Request, response: Response) -> None:
    """Take the session from the browser."""
    response.delete_cookie(_SESSION, path="/", secure=_secure(request), httponly=True, samesite="lax")


def language(request: Request) -> Language:
    """Chinese, unless the visitor switched."""
    return "en" if request.cookies.get(_LANGUAGE) == "en" else "zh"


def store_language(request: Request, response: Response, wanted: Language) -> None:
    _cookie(request, response, _LANGUAGE, wanted, _YEAR)


def local(address: str) -> str:
    """An address on this site to go on to, or the first page: nobody is sent elsewhere by a link of ours."""
    plain = address.isascii() and address.isprintable() and "\\" not in address
    return address if plain and address.startswith("/") and address[1:2] != "/" else "/"


def form_token(request: Request) -> str:
    """A token for the forms of a page, other each time, bound to the session (or the visit, before there is one).

    Its last part shows, when the session is over, that this browser was given the form, and who was signed in.
    """
    nonce = secrets.token_hex(8)
    found: Visitor | None = request.scope.get("visitor")
    return f"{nonce}.{_mac(_secret(request), nonce)}.{_given(request, nonce, found)}"


def require_token(request: Request, token: str) -> None:
    """Raises Problem 403 unless a form of ours, of this session, was sent from this site."""
    nonce, mac, _ = _parts(token)
    good = nonce.isascii() and hmac.compare_digest(
        mac.encode("utf-8", "replace"), _mac(_secret(request), nonce).encode()
    )
    if not (good and sent_from_this_site(request)):
        words = Text(
            "表单已过期或不是本网站的；请返回重新打开该页后再提交，已填内容请先复制",
            "the form is out of date or not of this site: go back, open the page anew and send it again",
        )
        raise Problem(403, Fault("", words))


def was_given(request: Request, token: str, found: Visitor) -> bool:
    """Whether this browser was given the form that the token is of, while the same person was signed in."""
    nonce, _, proof = _parts(token)
    return bool(request.cookies.get(_VISIT)) and hmac.compare_digest(
        proof.encode("utf-8", "replace"), _given(request, nonce, found).encode()
    )


def visiting(request: Request, response: Response) -> None:
    """See to it that the browser has a secret of its own, from before it signs in and beyond."""
    if made := request.scope.get("two-high-visit"):
        _cookie(request, response, _VISIT, made, _PLACE)


def sent_from_this_site(request: Request) -> bool:
    """By what the browser says of where the form came from; of a browser that says nothing the token alone is required."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
    except ValueError:
        return False


def _parts(token: str) -> tuple[str, str, str]:
    nonce, _, rest = token.partition(".")
    mac, _, proof = rest.partition(".")
    return nonce, mac, proof


def _given(request: Request, nonce: str, found: Visitor | None) -> str:
    return _mac(_visit(request), f"{nonce} {found.principal.key if found else ''}")


def _visit(request: Request) -> str:
    """What this browser alone has, signed in or not; made when it is first needed."""
    return str(request.cookies.get(_VISIT) or request.scope.setdefault("two-high-visit", secrets.token_urlsafe(24)))


def _secret(request: Request) -> str:
    """What the forms are bound to: the session, else the visit."""
    found: Visitor | None = request.scope.get("visitor")
    return found.token if found else _visit(request)


def _mac(secret: str, nonce: str) -> str:
    return hmac.new(secret.encode("utf-8", "replace"), nonce.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[
        :32
    ]


def _cookie(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(name, value, max_age=seconds, path="/", secure=_secure(request), httponly=True, samesite="lax")


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"
