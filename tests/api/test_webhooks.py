"""Word of reviews and decisions reaches the approval system: signed, once each by id, tried again, never to where it must not go."""

from __future__ import annotations

import asyncio
import ipaddress
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from api.delivery import Sender
from api.destinations import public
from api.settings import Settings
from review.errors import Refused
from review.record.cases.decisions import decide
from review.record.cases.past_decisions import import_history
from review.record.cases.rulings import Ruling
from review.record.storage.outbox import deliveries
from review.record.storage.store import Store, open_store
from review.record.work import webhooks
from review.record.work.webhooks import add_hook
from tests.api.conftest import Server, eventually, serving
from tests.api.receiver import Receiver, receiving
from tests.record.projects import OFFICER, project, recorded

PAST = Path(__file__).resolve().parents[2] / "fixtures" / "decisions" / "past.jsonl"
FAST = {"webhook_private": "true", "webhook_wait_seconds": "0.01", "poll_seconds": "0.05", "webhook_attempts": "3"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def database(url: str, receiver: Receiver) -> Iterator[tuple[str, Store, str]]:
    """A record with a hook: its address, the store, the hook's secret."""
    store = open_store(url)
    yield url, store, add_hook(store, receiver.url, ("review", "decision"), OFFICER)["secret"]
    store.close()


def states(store: Store) -> list[tuple[str, int]]:
    with store.reading() as connection:
        return [
            (each["state"], each["attempts"])
            for each in deliveries(connection, state=None, before=None, limit=50)["items"]
        ]


def test_a_review_and_its_decision_arrive_signed(database: tuple[str, Store, str], receiver: Receiver) -> None:
    address, store, secret = database
    with serving(address, **FAST):
        review = recorded(store, project("A-1"))
        decide(store, review.id, Ruling("supplement", reason="x", clause="3.10-7"), OFFICER)
        found = receiver.wait(2)
    bodies = []
    for headers, body in found:
        bodies.append(Webhook(secret).verify(body, headers))
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body.replace(b"A", b"B") + b" ", headers)
    assert {each["type"] for each in bodies} == {"review.recorded", "decision.recorded"}
    told = next(each for each in bodies if each["type"] == "review.recorded")["data"]
    assert (told["id"], told["recommendation"], told["digest"]) == (
        str(review.id),
        review.recommendation,
        review.digest,
    )
    assert [state for state, _ in states(store)] == ["delivered", "delivered"]


def test_what_fails_is_tried_again_with_its_id_and_then_dead_and_sent_again_by_hand(
    database: tuple[str, Store, str], receiver: Receiver
) -> None:
    address, store, _ = database
    receiver.status = 302
    with serving(address, **FAST) as server:
        recorded(store, project("A-1"))
        receiver.wait(3)
        eventually(lambda: states(store) == [("dead", 3)])
        assert len(set(receiver.ids())) == 1, "a redirect is not followed"
        page = server.request("GET", "/api/v1/deliveries", "admin", params={"state": "dead"}).json()
        assert page["items"][0]["status"] == 302
        text = server.request("GET", "/metrics", None).text
        assert 'two_high_queue_depth{queue="webhooks",state="dead"} 1.0' in text
        receiver.status = 200
        number = page["items"][0]["id"]
        assert server.request("POST", f"/api/v1/deliveries/{number}/resend", "admin").status_code == 202
        receiver.wait(4)
        eventually(lambda: states(store) == [("delivered", 1)])
        assert server.request("POST", "/api/v1/deliveries/none/resend", "admin").status_code == 404


def test_nothing_goes_to_a_private_address_unless_allowed(url: str, receiver: Receiver) -> None:
    store = open_store(url)
    port = receiver.url.split(":")[2].split("/")[0]
    for host in (
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "2130706433",
        "169.254.169.254",
        "10.0.0.1",
    ):
        add_hook(store, f"http://{host}:{port}/hook", ("review",), OFFICER)
    with serving(url, **{**FAST, "webhook_private": "false", "webhook_attempts": "1"}) as server:
        recorded(store, project("A-1"))
        eventually(lambda: {state for state, _ in states(store)} == {"dead"})
        page = server.request("GET", "/api/v1/deliveries", "admin").json()
        assert {each["detail"] for each in page["items"]} == {"address not allowed"} and receiver.messages == []
    store.close()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True), ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("255.255.255.255", False), ("2606:4700::1111", True), ("::1", False),
        ("fe80::1", False), ("fec0::1", False), ("feff:ffff::1", False), ("fd00::1", False), ("::ffff:10.0.0.1", False), ("::ffff:8.8.8.8", True), ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False), ("64:ff9b::808:808", True), ("ff02::1", False), ("::", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, expected: bool) -> None:
    assert public(ipaddress.ip_address(address)) is expected


def test_a_hook_is_made_and_removed_by_an_administrator(server: Server) -> None:
    made = server.request(
        "POST", "/api/v1/webhooks", "admin", json={"url": "https://approval.example/x", "kinds": ["decision"]}
    ).json()
    assert made["secret"].startswith("whsec_")
    listed = server.request("GET", "/api/v1/webhooks", "admin")
    assert made["secret"] not in listed.text and listed.json()[-1] == {
        "hook": made["hook"],
        "url": "https://approval.example/x",
        "kinds": ["decision"],
        "both_until": None,
        "queue": {"waiting": 0, "dead": 0, "arrived": None, "failed": None, "error": None},
    }
    assert server.request("DELETE", f"/api/v1/webhooks/{made['hook']}", "admin").status_code == 204
    assert server.request("DELETE", f"/api/v1/webhooks/{made['hook']}", "admin").status_code == 404
    bodies: tuple[Any, ...] = (
        {"url": "ftp://x"},
        {"url": "https://x", "kinds": []},
        {"url": "https://x", "kinds": ["key"]},
        {},
        [],
        {"url": 1},
    )
    for bad in bodies:
        assert server.request("POST", "/api/v1/webhooks", "admin", json=bad).status_code == 422


def test_past_decisions_are_imported_without_a_word(database: tuple[str, Store, str]) -> None:
    _, store, _ = database
    assert import_history(store, PAST, OFFICER).added
    assert states(store) == []


def test_a_server_that_was_down_sends_what_was_recorded_meanwhile(
    database: tuple[str, Store, str], receiver: Receiver
) -> None:
    address, store, secret = database
    review = recorded(store, project("A-1"))
    with pytest.raises(Refused):
        decide(store, review.id, Ruling("approve"), OFFICER)
    with serving(address, **FAST):
        headers, body = receiver.wait(1)[0]
    assert json.loads(body) == Webhook(secret).verify(body, headers)
    assert len(receiver.messages) == 1


def test_a_message_that_cannot_be_made_keeps_no_other_back(
    database: tuple[str, Store, str], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, store, _ = database
    review = recorded(store, project("A-1"))
    decide(store, review.id, Ruling("supplement", reason="x", clause="3.10-7"), OFFICER)
    monkeypatch.setitem(webhooks._SAID, "review", ("of no event",))
    settings = Settings(database=store.url, webhook_private=True, webhook_attempts=1)

    async def one_round() -> None:
        async with Sender(store, settings) as sender:
            assert await sender.round()
            await sender.idle()

    asyncio.run(one_round())
    ((_, body),) = receiver.wait(1)
    assert json.loads(body)["type"] == "decision.recorded"
    with store.reading() as connection:
        found = deliveries(connection, state=None, before=None, limit=50)["items"]
    assert [(each["state"], each["detail"]) for each in found] == [
        ("delivered", None),
        ("dead", "could not be made: see the log"),
    ]
