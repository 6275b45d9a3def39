"""People sign in with a password, or by single sign-on; who they are is in the record."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from review.record.access.names import person_key
from tests.api.conftest import Server, serving
from tests.api.test_api import made, named, problem

pytestmark = pytest.mark.record

GOOD = "Longtian-Harbour-26"


def added(server: Server, login: str, name: str, role: str = "officer") -> str:
    found = server.request("POST", "/api/v1/people", "admin", json={"login": login, "name": name, "role": role})
    assert found.status_code == 201, found.text
    return str(found.json()["password"])


def session(server: Server, login: str, password: str) -> httpx.Response:
    return server.request("POST", "/api/v1/sessions", None, json={"login": login, "password": password})


def call(server: Server, token: str, method: str, path: str, **options: Any) -> httpx.Response:
    return server.request(method, f"/api/v1/{path}", None, headers={"Authorization": f"Bearer {token}"}, **options)


def accounts(server: Server) -> dict[str, Any]:
    """Every account by its login."""
    return {each["login"]: each for each in server.request("GET", "/api/v1/people", "admin").json()}


def test_a_first_password_opens_nothing_but_its_change(server: Server) -> None:
    first = added(server, "lin", "示例人员林")
    signed = session(server, "lin", first).json()
    assert signed["once"] is True and signed["must_change_password"] is True
    assert accounts(server)["lin"]["must_change_password"] is accounts(server)["lin"]["once"] is True
    assert call(server, signed["token"], "GET", "me").json() == {
        "key": "person:lin",
        "name": "示例人员林",
        "role": "officer",
        "once": True,
        "must_change_password": True,
        "second_factor_due": False,
    }
    assert "首次密码" in problem(call(server, signed["token"], "GET", "rulesets"), 403)["detail"]
    problem(call(server, signed["token"], "POST", "password", json={"current": first, "new": "short"}), 422)
    assert call(server, signed["token"], "POST", "password", json={"current": first, "new": GOOD}).status_code == 204
    problem(call(server, signed["token"], "GET", "me"), 401)
    assert accounts(server)["lin"]["must_change_password"] is accounts(server)["lin"]["once"] is False
    token = session(server, " LIN ", GOOD).json()["token"]
    assert call(server, token, "GET", "rulesets").status_code == 200
    number = made(server, named("SIGN-1")).json()["id"]
    decided = call(server, token, "POST", f"reviews/{number}/decision", json={"outcome": "supplement"})
    assert decided.status_code == 201, decided.text
    project = server.request("GET", f"/api/v1/reviews/{number}").json()["project"]
    events = server.request("GET", f"/api/v1/projects/{project}").json()["events"]
    assert events[-1]["actor"] == "示例人员林"
    assert call(server, token, "DELETE", "sessions").status_code == 204
    problem(call(server, token, "GET", "me"), 401)


def test_a_person_names_no_second_person(server: Server) -> None:
    first = added(server, "zheng", "示例人员郑")
    token = session(server, "zheng", first).json()["token"]
    assert call(server, token, "POST", "password", json={"current": first, "new": GOOD}).status_code == 204
    token = session(server, "zheng", GOOD).json()["token"]
    number = made(server, named("SIGN-2", eia__laws__conforms=False)).json()["id"]
    ruling = {"outcome": "approve", "reason": "理由（示例）", "clause": "3.10-7", "second": "并不存在的人（虚构）"}
    path = f"reviews/{number}/decision"
    for content in (
        ruling,
        {**ruling, "second": None},
        {**ruling, "second": " "},
        {"outcome": "reject", "second": "某人（虚构）"},
    ):
        body = problem(call(server, token, "POST", path, json=content), 422)
        assert [each["path"] for each in body["errors"]] == ["second"]
    assert call(server, token, "POST", path, json={"outcome": "reject"}).status_code == 201
    assert (
        call(
            server, token, "POST", path, json={**ruling, "second": {"subject": "x", "name": "某人（虚构）"}}
        ).status_code
        == 422
    )


def test_what_is_wrong_is_not_told_apart(server: Server) -> None:
    added(server, "wu", "示例人员吴")
    known, unknown = (problem(session(server, login, "wrong-password-1"), 401) for login in ("wu", "nobody"))
    assert {**known, "instance": None} == {**unknown, "instance": None}
    bodies: tuple[Any, ...] = (
        {},
        [],
        {"login": "wu"},
        {"login": 1, "password": "x"},
        {"login": "wu", "password": "x", "role": "admin"},
    )
    for bad in bodies:
        assert server.request("POST", "/api/v1/sessions", None, json=bad).status_code == 422


def test_guessing_is_stopped(server: Server) -> None:
    first = added(server, "tang", "示例人员唐")
    codes = [session(server, "tang", f"guess-{number}").status_code for number in range(10)]
    assert codes == [401] * 10
    assert problem(session(server, "tang", first), 429)["title"]
    assert session(server, "nobody-else", "x").status_code == 401, "others are not kept out"


def test_an_administrator_resets_and_ends(server: Server) -> None:
    first = added(server, "guo", "示例人员郭")
    token = session(server, "guo", first).json()["token"]
    again = server.request("POST", "/api/v1/people/guo/password", "admin", json={"reason": "忘记（示例）"}).json()[
        "password"
    ]
    problem(call(server, token, "GET", "me"), 401)
    assert session(server, "guo", again).status_code == 201
    assert server.request("DELETE", "/api/v1/people/guo", "admin", params={"reason": "调离（示例）"}).status_code == 204
    problem(session(server, "guo", again), 401)
    problem(server.request("DELETE", "/api/v1/people/guo", "admin"), 404)
    found = {each["login"]: each for each in server.request("GET", "/api/v1/people", "admin").json()}
    assert found["guo"]["ended"] == "调离（示例）"
    problem(
        server.request(
            "POST", "/api/v1/people", "admin", json={"login": "guo", "name": "另一人（示例）", "role": "officer"}
        ),
        422,
    )


def test_a_key_has_no_password_and_no_session(server: Server) -> None:
    problem(server.request("POST", "/api/v1/password", json={"current": "x", "new": GOOD}), 422)
    problem(server.request("DELETE", "/api/v1/sessions"), 422)
    assert server.request("GET", "/api/v1/me", "auditor").json()["role"] == "auditor"


class IdentityProvider:
    """An OpenID Connect provider on loopback, with an RSA and an EC key."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.keys: dict[str, Any] = {
            "rsa": rsa.generate_private_key(65537, 2048),
            "ec": ec.generate_private_key(ec.SECP256R1()),
        }

    def published(self) -> dict[str, Any]:
        rows = [
            {
                **RSAAlgorithm.to_jwk(self.keys["rsa"].public_key(), as_dict=True),
                "kid": "rsa",
                "use": "sig",
                "alg": "RS256",
            },
            {
                **ECAlgorithm.to_jwk(self.keys["ec"].public_key(), as_dict=True),
                "kid": "ec",
                "use": "sig",
                "alg": "ES256",
            },
        ]
        return {"keys": rows}

    def token(self, key: str = "rsa", sign_with: Any = None, algorithm: str | None = None, **changes: Any) -> str:
        now = datetime.now(UTC)
        claims = {
            "iss": self.url, "aud": "two-high", "sub": "subject-7", "name": "示例单点登录人员", "roles": ["officer", "something-else"],
            "iat": now, "exp": now + timedelta(minutes=5), **changes,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(
            claims, sign_with or self.keys[key], algorithm or {"rsa": "RS256", "ec": "ES256"}[key], headers={"kid": key}
        )


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            discovery = {"issuer": provider.url, "jwks_uri": f"{provider.url}/keys"}
            body = json.dumps(provider.published() if self.path == "/keys" else discovery).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is said of a request."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = IdentityProvider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, IdentityProvider]]:
    with identity_provider() as provider:
        database = f"sqlite:///{tmp_path_factory.mktemp('oidc') / 'record.sqlite'}"
        with serving(
            database, oidc_issuer=provider.url, oidc_audience="two-high", requests_per_minute="100000"
        ) as server:
            yield server, provider


@pytest.mark.record
@pytest.mark.server
@pytest.mark.parametrize("key", ["rsa", "ec"])
def test_a_token_of_the_provider_is_somebody(single: tuple[Server, IdentityProvider], key: str) -> None:
    server, provider = single
    found = call(server, provider.token(key), "GET", "me").json()
    assert (found["name"], found["role"], found["once"]) == ("示例单点登录人员 <subject-7>", "officer", False)
    assert found["key"].startswith("oidc:")
    assert server.request("GET", "/api/v1/me", "auditor").status_code == 200, "keys go on working"


@pytest.mark.record
@pytest.mark.server
def test_what_is_no_good_token_is_nobody(single: tuple[Server, IdentityProvider]) -> None:
    server, provider = single
    past = datetime.now(UTC) - timedelta(hours=1)
    other = rsa.generate_private_key(65537, 2048)
    tokens = {
        "expired": provider.token(exp=past), "another's audience": provider.token(aud="another"), "no audience": provider.token(aud=None),
        "no end": provider.token(exp=None), "no subject": provider.token(sub=None), "not yet": provider.token(nbf=datetime.now(UTC) + timedelta(hours=1)),
        "another's key": provider.token(sign_with=other), "another issuer": provider.token(iss="https://elsewhere.example"),
        "unknown key": jwt.encode({"iss": provider.url, "aud": "two-high", "sub": "x", "exp": 9999999999, "roles": "admin"}, other, "RS256", headers={"kid": "new"}),
        "no role": provider.token(roles=None), "two roles": provider.token(roles=["officer", "admin"]), "role of ours not": provider.token(roles=["root"]),
        "role of another kind": provider.token(roles={"admin": True}), "spoilt": provider.token()[:-3] + "AAA",
        "a secret in place of a key": provider.token(sign_with="x" * 32, algorithm="HS256"),
        "unsigned": jwt.encode({"iss": provider.url, "aud": "two-high", "sub": "x", "exp": 9999999999, "roles": "admin"}, "", "none"),
    }  # fmt: skip
    for name, token in tokens.items():
        assert call(server, token, "GET", "me").status_code == 401, name


@pytest.mark.record
@pytest.mark.server
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "王", "sub": "x> <y"}, {"name": "王 <x>", "sub": "y"}),
        ({"name": "王" * 80, "sub": "x" * 200 + "1"}, {"name": "王" * 80, "sub": "x" * 200 + "2"}),
        ({"name": "王", "sub": "x"}, {"name": "王", "sub": "x "}),
        ({"name": "王", "sub": "x"}, {"name": "王", "sub": "x\u200b"}),
    ],
)
def test_no_two_persons_of_the_provider_have_one_name(
    single: tuple[Server, IdentityProvider], one: dict[str, str], other: dict[str, str]
) -> None:
    server, provider = single
    mine, theirs = (call(server, provider.token(**each), "GET", "me").json() for each in (one, other))
    assert mine["key"] != theirs["key"] and mine["name"] != theirs["name"], (mine, theirs)
    for each in (mine, theirs):
        assert len(each["name"]) <= 200 and person_key(each["name"]).startswith("王") and each["name"].isprintable()


@pytest.mark.record
@pytest.mark.server
def test_an_ordinary_subject_stands_in_the_name_as_it_is(single: tuple[Server, IdentityProvider]) -> None:
    server, provider = single
    for sub in ("subject-7", "a:b", "auth0|12", "zhang san@office.example", "8f" * 50):
        found = call(server, provider.token(sub=sub, name="王"), "GET", "me").json()
        assert found["name"] == f"王 <{sub}>"
    feigned = call(server, provider.token(sub=found["key"], name="王"), "GET", "me").json()
    assert found["key"] not in feigned["name"]


@pytest.mark.record
@pytest.mark.server
def test_a_provider_that_is_away_is_said_so(tmp_path: Path) -> None:
    with identity_provider() as provider:
        token = provider.token()
    with serving(
        f"sqlite:///{tmp_path / 'record.sqlite'}", oidc_issuer=provider.url, oidc_audience="two-high"
    ) as server:
        for _ in range(2):
            assert "单点登录" in problem(call(server, token, "GET", "me"), 503)["detail"]
        assert server.request("GET", "/api/v1/me", "auditor").status_code == 200
