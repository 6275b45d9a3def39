"""What HTTP asks of a server, and what a careless or hostile sender makes of it."""

from __future__ import annotations

import gzip
import json

import httpx
import pytest

from tests.api.conftest import Server
from tests.api.test_api import HEAD, made, named, problem

pytestmark = [pytest.mark.record, pytest.mark.parametrize("server", ["sqlite"], indirect=True)]


@pytest.mark.parametrize("name", ["Idempotency-Key", "If-Match"])
def test_a_header_that_is_there_twice_is_refused(server: Server, name: str) -> None:
    number = made(server, named("TWICE")).json()["id"]
    ruling = {"outcome": "supplement", "reason": "x", "clause": "3.10-7"}
    with server.client("officer") as client:
        twice = [(name, f'"{number}-0"'), (name, f'"{number}-1"')]
        refused = problem(client.post(f"/api/v1/reviews/{number}/decision", json=ruling, headers=twice), 422)
    assert [(each["parameter"], each["in"]) for each in refused["errors"]] == [(name, "header")]


def test_any_of_several_tags_may_be_the_one_that_was_seen(server: Server) -> None:
    number, other = (made(server, named(f"TAGS-{i}")).json()["id"] for i in range(2))

    def decide(tags: str, which: str) -> httpx.Response:
        ruling = {"outcome": "supplement", "reason": which, "clause": "3.10-7"}
        path = f"/api/v1/reviews/{number}/decision"
        headers = {"If-Match": tags, "Idempotency-Key": which}
        return server.request("POST", path, json=ruling, headers=headers)

    first = decide(f'"{other}-0" , ,"{number}-0", "x"', "first")
    assert first.status_code == 201, first.text
    # The answer was lost: sent again as it was, though no tag is that of the review by now.
    assert decide(f'"{other}-0" , ,"{number}-0", "x"', "first").json() == first.json()
    for none in (f'"{number}-0", "{number}-1"', f'"{other}-0","x"', f'"{other}-{first.json()["id"]}"', '""', ","):
        problem(decide(none, "second"), 412)
    assert decide(f'"{number}-0", "{number}-{first.json()["id"]}"', "second").status_code == 201
    problem(decide("x" * 1001, "third"), 422)


@pytest.mark.parametrize(("method", "path"), [("GET", "me"), ("POST", "check"), ("POST", "reviews:batch")])
def test_two_keys_are_refused_whichever_of_them_is_good(server: Server, method: str, path: str) -> None:
    good, other = (
        ("Authorization", f"Bearer {key}") for key in (server.keys["officer"], "two-high.0000000000000000.x")
    )
    content = b'{"project": {"name": "x"}}' if method == "POST" else None
    with server.client(None) as client:
        for twice in ([good, other], [other, good], [good, good]):
            answer = client.request(method, f"/api/v1/{path}", headers=[*twice, *HEAD.items()], content=content)
            [wrong] = problem(answer, 422)["errors"]
            assert (wrong["parameter"], wrong["in"], wrong["path"]) == ("Authorization", "header", "Authorization")


def test_a_number_is_written_by_its_digits(server: Server) -> None:
    number = made(server, named("DIGITS")).json()["id"]
    assert server.request("GET", f"/api/v1/reviews/{number}").status_code == 200
    for written in (f"+{number}", f"{number}.0", f"%20{number}", f"{number}_0", "1_0"):
        refused = problem(server.request("GET", f"/api/v1/reviews/{written}"), 422)
        assert [(each["parameter"], each["in"]) for each in refused["errors"]] == [("number", "path")], written
    for name, written in (("limit", "5.0"), ("cursor", "1_0"), ("project", " 5")):
        refused = problem(server.request("GET", "/api/v1/reviews", params={name: written}), 422)
        assert [(each["parameter"], each["in"]) for each in refused["errors"]] == [(name, "query")]


@pytest.mark.parametrize(
    ("path", "sent"),
    [("check", "application/json"), ("check:batch", "application/x-ndjson"), ("notes", "application/json")],
)
def test_a_compressed_body_is_refused_as_such(server: Server, path: str, sent: str) -> None:
    content = gzip.compress(json.dumps(named("GZIP")).encode())
    headers = {"Content-Type": sent, "Content-Encoding": "gzip"}
    answer = server.request("POST", f"/api/v1/{path}", content=content, headers=headers)
    refused = problem(answer, 415)
    assert refused["errors"][0]["parameter"] == "Content-Encoding" and answer.headers["Accept-Encoding"] == "identity"


def test_a_body_that_is_said_to_be_as_it_is_is_read(server: Server) -> None:
    headers = {**HEAD, "Content-Encoding": "identity"}
    content = json.dumps(named("PLAIN")).encode()
    assert server.request("POST", "/api/v1/check", content=content, headers=headers).status_code == 200


def test_any_state_of_a_review_matches_an_asterisk(server: Server) -> None:
    number = made(server, named("ANY")).json()["id"]
    assert server.request("GET", f"/api/v1/reviews/{number}", headers={"If-None-Match": "*"}).status_code == 304


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/healthz", "/api/v1/reviews", "/problems"])
def test_a_method_that_a_path_has_not_is_told_by_those_that_it_has(server: Server, path: str) -> None:
    answer = server.request("PATCH", path)
    problem(answer, 405)
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("written", ["true", '"1"', "1.5", "[1]"])
def test_a_number_of_a_body_is_a_whole_number_of_json(server: Server, written: str) -> None:
    begun = server.request("POST", "/api/v1/drafts", json={"values": {}}).json()["id"]
    at, quota = (
        f"/api/v1/drafts/{begun}",
        '"last_year": 2030, "medium": "voc", "amount": "1", "document": "x", "reason": "x"',
    )
    for method, path, content, name, role in (
        ("PUT", at, f'{{"values": {{}}, "version": {written}}}', "version", "officer"),
        ("POST", f"{at}/submit", f'{{"version": {written}}}', "version", "officer"),
        ("PUT", "/api/v1/quotas", f'{{"first_year": {written}, {quota}}}', "first_year", "admin"),
    ):
        refused = problem(server.request(method, path, role, content=content.encode(), headers=HEAD), 422)
        assert [each["pointer"] for each in refused["errors"]] == [f"/{name}"], path
    saved = server.request("PUT", at, content=b'{"values": {"project": {"name": "x"}}, "version": 1.0}', headers=HEAD)
    assert saved.json()["version"] == 2


@pytest.mark.parametrize("written", ["\uff16", "\u0661", "6.0", " 6"])
def test_a_number_that_is_text_is_written_by_ascii_digits(server: Server, written: str) -> None:
    refused = problem(server.request("POST", "/api/v1/notes", json={"review": written, "text": "x"}), 422)
    assert refused["errors"][0]["pointer"] == "/review"
