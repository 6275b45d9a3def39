"""Problems: a code that stays, words at its type, and the place of each fault: in the body, or the parameter."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from fastapi.routing import APIRoute

from api.app import ROUTERS
from api.parameters import parameters_of, reads_json
from api.problem_codes import BY_STATUS, CODES
from tests.api.conftest import Server, document
from tests.api.test_api import HEAD, made, named, problem

ROUTES = [each for router in ROUTERS for each in router.routes if isinstance(each, APIRoute)]
# What a problem is, does not depend on the database.
pytestmark = [pytest.mark.record, pytest.mark.parametrize("server", ["sqlite"], indirect=True)]


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "place"),
    [
        ("GET", "/worklist", {"params": {"cursor": "x"}}, 422, ("cursor", "query")),
        ("GET", "/worklist", {"params": {"updated_since": "yesterday"}}, 422, ("updated_since", "query")),
        ("GET", "/worklist", {"params": {"colour": "red"}}, 422, ("colour", "query")),
        ("GET", "/worklist", {"params": [("stage", "a"), ("stage", "b")]}, 422, ("stage", "query")),
        ("GET", "/reviews/999999", {}, 404, ("number", "path")),
        ("GET", "/reviews/0", {}, 422, ("number", "path")),
        ("GET", "/rulesets/nowhere", {}, 404, ("name", "path")),
        ("GET", "/attachments/999999", {}, 404, ("attachment", "path")),
        ("POST", "/check?as_of=20250301", {"json": {"project": {"name": "x"}}}, 422, ("as_of", "query")),
        ("POST", "/check?ruleset=nowhere@1", {"json": {"project": {"name": "x"}}}, 422, ("ruleset", "query")),
        ("POST", "/check", {"json": {"project": {"name": "x", "colour": "x"}}}, 422, "/project/colour"),
        ("POST", "/check", {"json": {"project": {"name": "x"}, "a/b~c": 1}}, 422, "/a~1b~0c"),
        ("POST", "/check", {"content": b"{", "headers": HEAD}, 422, ""),
        ("POST", "/check", {"content": b"{", "headers": {"Content-Type": "text/plain"}}, 415, ("Content-Type", "header")),
        ("POST", "/reviews", {"json": named("PLACE-1"), "headers": {"Idempotency-Key": "x" * 200}}, 422, ("Idempotency-Key", "header")),
        ("POST", "/projects/999999/holder", {"json": {"holder": "x"}}, 404, ("project", "path")),
        ("POST", "/notes", {"json": {"project": 999999, "text": "x"}}, 404, "/project"),
        ("POST", "/notes", {"json": {"project": 999999, "text": " "}}, 422, "/text"),
        ("POST", "/notes", {"json": {"project": 999999, "text": "x", "colour": 1}}, 422, "/colour"),
        ("POST", "/notes", {"json": {"text": "x"}}, 422, ""),
        ("POST", "/reviews/999999/pending", {"json": {"outcome": "approve"}}, 422, ("Authorization", "header")),
        ("POST", "/reviews/999999/sign-off", {"json": {"outcome": "approve"}}, 422, ("Authorization", "header")),
        ("POST", "/check?as_of=1999-01-01", {"json": {"project": {"name": "x"}}}, 422, ("as_of", "query")),
        ("POST", "/reviews?as_of=1999-01-01", {"json": {"project": {"name": "x"}}}, 422, ("as_of", "query")),
        ("POST", "/reviews", {"content": b'{"project": {"name": "x"}, "products": [{}, {"name": "x", "name": "y"}]}', "headers": HEAD}, 422, "/products/1/name"),
        ("POST", "/notes", {"content": b'{"project": 1, "text": "x", "text": "y"}', "headers": HEAD}, 422, "/text"),
        ("POST", "/notes", {"content": b'{"project": 1, "project": 2, x', "headers": HEAD}, 422, ""),
    ],
)  # fmt: skip
def test_each_fault_says_where_it_lies(
    server: Server, method: str, path: str, sent: dict[str, Any], status: int, place: Any
) -> None:
    answer = server.request(method, f"/api/v1{path}", **sent)
    found = problem(answer, status)
    assert found["type"] == f"/problems/{found['code']}"
    [error] = found["errors"][:1]
    if isinstance(place, tuple):
        assert (error["parameter"], error["in"]) == place and "pointer" not in error
    else:
        assert error["pointer"] == place and "parameter" not in error


def test_a_key_used_again_and_no_key_name_their_headers(server: Server) -> None:
    headers = {"Idempotency-Key": "same"}
    assert made(server, named("PLACE-2"), headers=headers).status_code == 201
    again = problem(made(server, named("PLACE-3"), headers=headers), 409)
    assert [(each["parameter"], each["in"]) for each in again["errors"]] == [("Idempotency-Key", "header")]
    nobody = problem(server.request("GET", "/api/v1/me", None), 401)
    assert nobody["code"] == "key-needed" and nobody["errors"][0]["parameter"] == "Authorization"


def test_the_words_of_every_code_are_at_its_type(server: Server) -> None:
    whole = server.request("GET", "/problems", None).text
    for each in CODES.values():
        page = server.request("GET", f"/problems/{each.code}", None)
        assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
        assert each.words.zh in page.text and each.words.en in unescape(page.text) and each.words.zh in whole
    for status in BY_STATUS:
        assert BY_STATUS[status].code in server.request("GET", f"/problems/{status}", None).text
    assert problem(server.request("GET", "/problems/nothing", None), 404)["code"] == "not-found"


def test_no_parameter_is_called_as_a_field_of_the_same_call_s_body(server: Server) -> None:
    """Else it could not be told where a fault lies."""
    shapes = document()["components"]["schemas"]
    for route in ROUTES:
        if not reads_json(route) or route.openapi_extra is None:
            continue
        for sent in route.openapi_extra["requestBody"]["content"].values():
            shape = sent.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
            fields = set(shapes.get(shape, {}).get("properties", {}))
            assert not fields & set(parameters_of(route)), route.path


def test_every_code_of_a_status_is_that_status_s(server: Server) -> None:
    assert [each.status for each in BY_STATUS.values()] == list(BY_STATUS)
    assert all(each.status in BY_STATUS for each in CODES.values())
