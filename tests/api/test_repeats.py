"""What is sent again under the same key is answered as before, and the answer says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import httpx
import pytest

from review.clock import today
from review.record.access.keys import authenticate
from review.record.cases.submissions import submit
from review.record.storage.store import open_store
from review.sheet import parse_sheet
from tests.api.conftest import Server
from tests.api.test_api import RECORDED, made, named, problem
from tests.api.test_batches import batch
from tests.api.test_without_pages import APPROVAL, call, failing, officers

pytestmark = pytest.mark.record
__all__ = ["officers"]

Send = Callable[[], httpx.Response]


def answered_again(send: Send) -> httpx.Response:
    """The second answer to the same call, which says that it is the second."""
    first, again = send(), send()
    assert first.is_success and first.status_code == again.status_code, (first.text, again.text)
    assert "Idempotent-Replayed" not in first.headers and again.headers["Idempotent-Replayed"] == "true"
    assert first.json()["id"] == again.json()["id"]
    return again


def test_a_draft_that_is_begun_or_saved_again_is_said_to_be(server: Server) -> None:
    values = {"project": {"name": "REPEAT-1"}}
    once = {"Idempotency-Key": "repeat-1"}
    begun = answered_again(
        lambda: server.request("POST", "/api/v1/drafts", json={"values": values}, headers=once)
    ).json()
    at, content = f"/api/v1/drafts/{begun['id']}", {"version": 1, "values": named("REPEAT-1")}
    saved = answered_again(lambda: server.request("PUT", at, json=content, headers=once))
    assert saved.json()["shown"] == 2
    assert server.request("PUT", at, json={"version": 2, "values": named("REPEAT-2")}).json()["shown"] == 3
    late = server.request("PUT", at, json=content, headers=once)
    assert late.headers["Idempotent-Replayed"] == "true"
    assert (late.json()["shown"], late.json()["version"]) == (2, 3), "what was saved then, not what another saved since"
    late = server.request("POST", "/api/v1/drafts", json={"values": values}, headers=once)
    assert (late.json()["id"], late.json()["shown"], late.json()["values"]) == (begun["id"], 1, begun["values"])
    other = server.request("POST", "/api/v1/drafts", json={"values": {}}, headers=once)
    assert problem(other, 409)["errors"][0]["parameter"] == "Idempotency-Key"
    other = server.request("PUT", at, json={"version": 3, "values": {}}, headers=once)
    assert problem(other, 409)["errors"][0]["parameter"] == "Idempotency-Key"


def test_a_replay_and_a_verification_that_are_asked_for_again_are_said_to_be(server: Server) -> None:
    made(server, named("REPEAT-3"))
    for path, content in (("replays", {"since": today().isoformat()}), ("verifications", {"quick": True})):
        once = {"Idempotency-Key": f"repeat-{path}"}

        def send(path: str = path, content: object = content, once: dict[str, str] = once) -> httpx.Response:
            return server.request("POST", f"/api/v1/{path}", "auditor", json=content, headers=once)

        assert answered_again(send).status_code == 202


def test_a_case_that_is_handed_over_again_is_said_to_be(server: Server, officers: dict[str, str]) -> None:
    project = made(server, named("REPEAT-4")).json()["project"]
    at, once = f"/api/v1/projects/{project}", {"Idempotency-Key": "repeat-4"}
    answered_again(lambda: server.request("POST", f"{at}/holder", json={"holder": "jia"}, headers=once))
    once = {"Idempotency-Key": "repeat-5"}
    day = {"step": "received", "day": today().isoformat()}
    answered_again(lambda: server.request("POST", f"{at}/steps", json=day, headers=once))


def test_who_confirms_again_gets_the_decision_and_nobody_else_does(server: Server, officers: dict[str, str]) -> None:
    number, (first, second) = failing(server), officers.values()
    at = f"/reviews/{number}/pending"
    waits = call(server, first, "POST", at, json=APPROVAL).json()["pending"]["id"]
    to_see = call(server, second, "GET", at).json()["to_see"]
    seen = {"seen": [{"rule": each["rule"], "subject": each["subject"]} for each in to_see]}
    answered_again(lambda: call(server, second, "POST", f"{at}/{waits}/confirm", json=seen))
    problem(call(server, first, "POST", f"{at}/{waits}/confirm", json=seen), 409)


def test_a_key_of_one_sheet_is_none_that_a_sheet_of_a_batch_has(server: Server) -> None:
    def key(text: str) -> dict[str, str]:
        return {"Idempotency-Key": text}

    first = batch(server, "reviews", [named("NB-0"), named("NB-1")], **key("nb")).json()["items"]
    refused = problem(made(server, named("NB-2"), headers=key("nb2#1")), 422)["errors"][0]
    assert (refused["parameter"], refused["in"]) == ("Idempotency-Key", "header")
    second = batch(server, "reviews", [named("NB-3"), named("NB-4")], **key("nb2")).json()["items"]
    again = batch(server, "reviews", [named("NB-0"), named("NB-1")], **key("nb")).json()["items"]
    assert [each["status"] for each in (*first, *second, *again)] == [201] * 6
    assert [each["id"] for each in again] == [each["id"] for each in first]
    for other in ("nb#", "nb#1a", "#1#", "nb-1"):
        assert made(server, named(f"NB-{other}"), headers=key(other)).status_code == 201


def test_a_sheet_that_was_recorded_under_such_a_key_before_is_answered_as_before(server: Server) -> None:
    store, sender = open_store(server.database), server.keys["system"].split(".")[1]
    with store.reading() as connection:
        caller = authenticate(connection, server.keys["system"])
    assert caller is not None
    content, day = parse_sheet(named("NB-9")), date.fromisoformat(RECORDED["as_of"])
    before = submit(store, content, caller.acting("api"), as_of=day, reason=RECORDED["reason"], request=f"{sender}:old#1")  # fmt: skip
    store.close()
    again = made(server, named("NB-9"), headers={"Idempotency-Key": "old#1"})
    assert (again.status_code, again.json()["id"]) == (201, str(before.id))
    assert again.headers["Idempotent-Replayed"] == "true"
    problem(made(server, named("NB-10"), headers={"Idempotency-Key": "old#1"}), 409)
