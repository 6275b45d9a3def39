"""Single sign-on: ID or access tokens of any OpenID Connect provider, by its discovery document and published keys; its endpoints for the pages."""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import jwt

from review.errors import Fault, SignInUnavailable, Text
from review.record.access.callers import Principal
from review.record.access.keys import ROLES, digest
from review.record.storage.text_limits import LONGEST_KEY
from review.sheet.characters import is_printable

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
_SECONDS, _LEEWAY, _COOLDOWN = 5, 30, 20.0
# What a caller by single sign-on is recognised by begins so.
_KEY = "oidc:"
_NEEDED = ("iss", "aud", "sub", "exp")


@dataclass(frozen=True)
class Endpoints:
    """Where a provider signs people in, and where it gives tokens for codes; empty where it says nothing of it."""

    authorization: str
    token: str


class Provider:
    """A provider: its keys are fetched when a token first needs them, and again when they age or a key is new."""

    def __init__(self, issuer: str, audience: str | None, claim: str) -> None:
        self.issuer, self.audience, self.claim = issuer, audience, claim
        self._lock = threading.Lock()
        self._keys: jwt.PyJWKClient | None = None
        self._endpoints: Endpoints | None = None
        self._failed = -_COOLDOWN

    def is_ours(self, token: str) -> bool:
        """Whether a token claims to come from this provider; claims are not proof."""
        try:
            found = jwt.decode(token, options={"verify_signature": False})
        except (jwt.PyJWTError, ValueError):
            return False
        return found.get("iss") == self.issuer

    def principal(self, token: str) -> Principal | None:
        """Who presents a token to the API; None where signature, audience, times or role are not as they should be. Raises SignInUnavailable."""
        claims = self._claims(token, self.audience) if self.audience else None
        return self._who(claims) if claims is not None else None

    def signed_in(self, token: str, client: str, nonce: str) -> Principal | None:
        """Who signed in on the pages, by the ID token for that client; None where anything of it is not as it should be, or it is
        another sign-in's (`nonce`). Raises SignInUnavailable."""
        claims = self._claims(token, client)
        if claims is None or not hmac.compare_digest(str(claims.get("nonce") or "").encode(), nonce.encode()):
            return None
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        return None if claims.get("azp", None if several else client) != client else self._who(claims)

    def endpoints(self) -> Endpoints:
        """Where the pages send people to sign in. Raises SignInUnavailable."""
        with self._lock:
            self._ask()
            assert self._endpoints is not None
            return self._endpoints

    def _claims(self, token: str, audience: str) -> Mapping[str, Any] | None:
        try:
            found: Mapping[str, Any] = jwt.decode(
                token, self._key(token), algorithms=_ALGORITHMS, audience=audience, issuer=self.issuer, leeway=_LEEWAY,
                options={"require": list(_NEEDED)},
            )  # fmt: skip
        except (jwt.PyJWTError, ValueError):
            return None
        return found

    def _who(self, claims: Mapping[str, Any]) -> Principal | None:
        role = self._role(claims)
        if role is None:
            return None
        key = f"{_KEY}{digest(self.issuer + ' ' + claims['sub'])[7:39]}"
        return Principal(key, _name(claims, key), role)

    def _key(self, token: str) -> Any:
        """The provider's key that a token names. One caller at a time asks the provider, and none for a while after it failed."""
        with self._lock:
            keys = self._ask()
            try:
                return keys.get_signing_key_from_jwt(token).key
            except jwt.PyJWKClientConnectionError as error:
                self._failed = time.monotonic()
                raise _unavailable() from error

    def _ask(self) -> jwt.PyJWKClient:
        """The provider's keys, once its document was read; none asks it for a while after it failed. Raises SignInUnavailable."""
        if time.monotonic() - self._failed < _COOLDOWN:
            raise _unavailable()
        try:
            self._keys = self._keys or self._discovered()
            return self._keys
        except (httpx.HTTPError, KeyError, TypeError, ValueError) as error:
            self._failed = time.monotonic()
            raise _unavailable() from error

    def _discovered(self) -> jwt.PyJWKClient:
        answer = httpx.get(
            f"{self.issuer.rstrip('/')}/.well-known/openid-configuration", timeout=_SECONDS, trust_env=False
        )
        found = answer.raise_for_status().json()
        if found["issuer"] != self.issuer:
            raise KeyError("issuer")
        self._endpoints = Endpoints(str(found.get("authorization_endpoint", "")), str(found.get("token_endpoint", "")))
        return jwt.PyJWKClient(str(found["jwks_uri"]), timeout=_SECONDS)

    def _role(self, claims: Mapping[str, Any]) -> str | None:
        """The one role that the claim names; several, or none of ours, is no role: nobody is given more than was meant."""
        stated: Any = claims
        for step in self.claim.split("."):
            stated = stated.get(step) if isinstance(stated, Mapping) else None
        names = [stated] if isinstance(stated, str) else stated if isinstance(stated, list) else []
        known = {name for name in names if isinstance(name, str) and name in ROLES}
        return known.pop() if len(known) == 1 else None


def _name(claims: Mapping[str, Any], key: str) -> str:
    """The name for the record, with what tells this person from every other: the subject, or the caller's key where the subject would not."""
    name = next((claims[each] for each in ("name", "preferred_username") if isinstance(claims.get(each), str)), "")
    shown = "".join(c for c in name if is_printable(c)).strip()[:80]
    whole = f"{shown} <{claims['sub']}>".strip()
    return whole if _tells_apart(claims["sub"]) and len(whole) <= LONGEST_KEY else f"{shown} <{key}>".strip()


def _tells_apart(subject: str) -> bool:
    """Whether a subject is nobody else's wherever it stands between angle brackets, and can be seen whole."""
    plain = all(is_printable(c) and c not in "<>" for c in subject)
    return plain and subject == subject.strip() and not subject.startswith(_KEY)


def _unavailable() -> SignInUnavailable:
    words = Text(
        "单点登录服务暂时无法访问，请稍后重试，或用其他方式登录",
        "the single sign-on provider cannot be reached: try again later, or sign in another way",
    )
    return SignInUnavailable([Fault("", words)])
