"""Single sign-on on the pages: the code flow of OpenID Connect, with state, nonce and PKCE (S256), each of one sign-in alone."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import httpx

from api.settings import Settings
from review.errors import Fault, Refused, SignInUnavailable, Text
from review.record.access.callers import Principal

if TYPE_CHECKING:
    # Of the extra `oidc`, which a service without single sign-on goes without.
    from api.oidc import Provider

BACK = "/sign-in/single/back"
_SECONDS, _LARGEST = 5, 100_000


@dataclass(frozen=True)
class Begun:
    """A sign-in that was begun: what the browser alone has until it comes back, and where it goes on to then."""

    state: str
    nonce: str
    verifier: str
    next: str

    @classmethod
    def anew(cls, next: str) -> Begun:
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), next)

    def written(self) -> str:
        """As the text of a cookie."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()

    @classmethod
    def read(cls, text: str) -> Begun | None:
        """Of the text of a cookie; None where it is none of ours."""
        try:
            return cls(**{name: str(value) for name, value in json.loads(base64.urlsafe_b64decode(text)).items()})
        except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
            return None


class SingleSignOn:
    """The provider as the pages use it."""

    def __init__(self, provider: Provider, settings: Settings) -> None:
        self.provider, self.client = provider, settings.oidc_client or ""
        self._secret = settings.oidc_client_secret
        self._back = f"{(settings.public_url or '').rstrip('/')}{BACK}"

    def address(self, begun: Begun) -> str:
        """Where the browser goes to sign in. Raises SignInUnavailable."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": self.client, "redirect_uri": self._back, "scope": "openid profile",
            "state": begun.state, "nonce": begun.nonce, "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        endpoint = self.provider.endpoints().authorization
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def came_back(self, begun: Begun | None, code: str, state: str, issuer: str) -> Principal:
        """Who signed in, of what the browser came back with. Raises Refused where it is not as it was begun, SignInUnavailable."""
        if begun is None or not hmac.compare_digest(
            begun.state.encode("utf-8", "replace"), state.encode("utf-8", "replace")
        ):
            raise _refused(
                "登录已过期，或不是从本浏览器发起的；请重新登录",
                "the sign-in is out of date, or was not begun in this browser: sign in again",
            )
        if issuer and issuer != self.provider.issuer:
            raise _refused("答复来自另一签发者", "the answer comes from another issuer")
        if not code:
            raise _refused("签发者没有同意登录", "the provider did not sign you in")
        principal = self.provider.signed_in(self._token(begun, code), self.client, begun.nonce)
        if principal is None:
            raise _refused(
                "签发者的答复不可用，或没有给您本系统的一个角色",
                "the provider's answer cannot be used, or gives you none, or more than one, of the roles here",
            )
        return principal

    def _token(self, begun: Begun, code: str) -> str:
        """The ID token that the provider gives for a code, which it takes once."""
        asked = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self._back, "code_verifier": begun.verifier,
            "client_id": self.client,
        }  # fmt: skip
        secret = self._secret.get_secret_value() if self._secret is not None else None
        try:
            answer = httpx.post(
                self.provider.endpoints().token,
                data=asked,
                auth=(self.client, secret) if secret is not None else None,
                timeout=_SECONDS,
                trust_env=False,
            )
            if answer.is_server_error or len(answer.content) > _LARGEST:
                raise _unavailable()
            return str(answer.json()["id_token"]) if answer.is_success else ""
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _unavailable() from error
        except (ValueError, KeyError, TypeError):
            return ""


def _refused(zh: str, en: str) -> Refused:
    return Refused([Fault("", Text(zh, en))])


def _unavailable() -> SignInUnavailable:
    words = Text(
        "单点登录服务暂时无法访问，请稍后重试或用密码登录",
        "the single sign-on provider cannot be reached: try again later, or sign in with a password",
    )
    return SignInUnavailable([Fault("", words)])
