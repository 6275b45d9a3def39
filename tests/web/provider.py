"""An OpenID Connect provider on loopback, made with Authlib: it asks who one is, gives codes that count once, and checks PKCE and nonce."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Error, OAuth2Request, grants
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from joserfc.jwk import RSAKey

CLIENT, SECRET = "two-high-pages", "the secret of the client"


@dataclass
class Provider:
    """What it was asked, and what it says of whoever signs in; `changes` are claims that it gets wrong on purpose."""

    url: str = ""
    back: str = ""
    claims: dict[str, Any] = field(
        default_factory=lambda: {"sub": "subject-7", "name": "示例单点登录人员", "roles": ["officer"]}
    )
    changes: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}))


class _Client:
    """The one client: confidential, of one address to come back to."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.provider.back

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, uri: str) -> bool:
        return uri == self.provider.back

    def check_client_secret(self, secret: str) -> bool:
        return secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class _Code(dict[str, Any]):
    """A code that was given, as Authlib asks for it."""

    def get_redirect_uri(self) -> str:
        return str(self["redirect_uri"])

    def get_scope(self) -> str:
        return str(self["scope"])

    def get_nonce(self) -> str:
        return str(self["nonce"])

    def get_auth_time(self) -> int:
        return int(self["auth_time"])

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None

    @property
    def code_challenge(self) -> str:
        return str(self["code_challenge"])

    @property
    def code_challenge_method(self) -> str:
        return str(self["code_challenge_method"])


class _Asked(OAuth2Request):  # type: ignore[misc]
    """What was sent, in the address and the form alike."""

    @property
    def args(self) -> Any:
        return self.payload.data

    form = args


def _server(provider: Provider) -> Any:
    class CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

        def save_authorization_code(self, code: str, request: Any) -> None:
            data = request.payload.data
            kept = ("redirect_uri", "scope", "nonce", "code_challenge", "code_challenge_method")
            provider.codes[code] = _Code({name: data[name] for name in kept}, auth_time=int(time.time()))

        def query_authorization_code(self, code: str, client: Any) -> Any:
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code: Any) -> None:
            provider.codes = {name: each for name, each in provider.codes.items() if each is not authorization_code}

        def authenticate_user(self, authorization_code: Any) -> Any:
            return provider.claims

    class Claims(OpenIDCode):  # type: ignore[misc]
        def resolve_client_private_key(self, client: Any) -> Any:
            return provider.key

        def get_client_algorithm(self, client: Any) -> str:
            return "RS256"

        def get_client_claims(self, client: Any) -> dict[str, Any]:
            now = int(time.time())
            return {"iss": provider.url, "aud": CLIENT, "iat": now, "exp": now + 300}

        def get_encode_header(self, client: Any) -> dict[str, Any]:
            return {"alg": "RS256", "kid": "one"}

        def get_compatible_claims(self, request: Any) -> dict[str, Any]:
            return self.get_client_claims(request.client)

        def get_authorization_code_claims(self, authorization_code: Any) -> dict[str, Any]:
            return {**super().get_authorization_code_claims(authorization_code), **provider.changes}

        def exists_nonce(self, nonce: str, request: Any) -> bool:
            return any(each["nonce"] == nonce for each in provider.codes.values())

        def generate_user_info(self, user: Any, scope: str) -> Any:
            return user

    class Server(AuthorizationServer):  # type: ignore[misc]
        def query_client(self, client_id: str) -> Any:
            return _Client(provider) if client_id == CLIENT else None

        def save_token(self, token: Any, request: Any) -> None:
            """Nothing is done with access tokens."""

        def send_signal(self, name: str, *args: Any, **values: Any) -> None:
            """Nobody listens."""

        def create_oauth2_request(self, request: Any) -> Any:
            method, path, data, headers = request
            # It asks for TLS, which loopback does without.
            made = _Asked(method, f"https://provider.example{path}", headers=headers)
            made.payload = BasicOAuth2Payload(data)
            return made

        def handle_response(self, status: int, body: Any, headers: Any) -> Any:
            return status, body, dict(headers)

    def tokens(**_: Any) -> dict[str, Any]:
        return {"token_type": "Bearer", "access_token": "not used", "expires_in": 300, "scope": "openid profile"}

    server = Server()
    server.register_token_generator("default", tokens)
    server.register_grant(CodeGrant, [CodeChallenge(required=True), Claims(require_nonce=True)])
    return server


@contextmanager
def providing() -> Iterator[Provider]:
    """A provider that is asked over HTTP."""
    provider = Provider()
    server = _server(provider)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, dict(parse_qsl(urlsplit(self.path).query))
            if path == "/.well-known/openid-configuration":
                found = {"issuer": provider.url, "jwks_uri": f"{provider.url}/keys", "authorization_endpoint": f"{provider.url}/authorize", "token_endpoint": f"{provider.url}/token"}  # fmt: skip
                self._say(200, json.dumps(found))
            elif path == "/keys":
                self._say(200, json.dumps({"keys": [provider.key.as_dict(private=False)]}))
            else:
                provider.asked.append(query)
                # Who signs in has a page of the provider's own to do so.
                self._say(200, f'<form method="post" action="/authorize?{urlencode(query).replace("&", "&amp;")}"><button>Sign in</button></form>', "text/html")  # fmt: skip

        def do_POST(self) -> None:
            split = urlsplit(self.path)
            sent = dict(parse_qsl(self.rfile.read(int(self.headers.get("content-length") or 0)).decode()))
            data = {**dict(parse_qsl(split.query)), **sent}
            asked = ("POST", self.path, data, {name: value for name, value in self.headers.items()})
            if split.path == "/token":
                status, body, headers = server.create_token_response(asked)
            else:
                try:
                    grant = server.get_consent_grant(asked, provider.claims)
                    status, body, headers = server.create_authorization_response(
                        asked, grant_user=provider.claims, grant=grant
                    )
                except OAuth2Error as error:
                    status, body, headers = error.status_code, dict(error.get_body()), {}
            self._say(status, body if isinstance(body, str) else json.dumps(body), "application/json", dict(headers))

        def _say(
            self, status: int, body: str, media: str = "application/json", headers: dict[str, str] | None = None
        ) -> None:
            content = body.encode()
            self.send_response(status)
            for name, value in {**(headers or {}), "Content-Type": media, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is said of a request."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()
