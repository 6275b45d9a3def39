"""Every hook has a queue of its own: a receiver that hangs or fails delays nobody else, and nothing of it is lost or sent for good twice."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from standardwebhooks import Webhook, WebhookVerificationError

from api.delivery import Sender
from api.destinations import Destinations
from api.settings import Settings, read_settings
from review import clock
from review.errors import Conflict, NotRecorded, Refused
from review.record.storage import outbox
from review.record.storage.outbox import deliveries
from review.record.storage.store import Store, open_store
from review.record.work.webhooks import add_hook, read_hook, rotate_secret, target_of
from tests.api.conftest import Server, eventually, serving
from tests.api.receiver import Receiver, receiving
from tests.api.test_webhooks import FAST, states
from tests.record.projects import OFFICER, project, recorded


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = open_store(url)
    yield store
    store.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def hooked(store: Store, receiver: Receiver) -> dict[str, str]:
    return add_hook(store, receiver.url, ("review",), OFFICER)


def rounds(store: Store, **settings: object) -> None:
    """Send all that is due."""

    async def one_round() -> None:
        async with Sender(store, Settings(database=store.url, webhook_private=True, **settings)) as sender:  # type: ignore[arg-type]
            await sender.round()
            await sender.idle()

    asyncio.run(one_round())


def test_who_has_nothing_to_send_reads_no_certificates(store: Store) -> None:
    async def one_round() -> None:
        async with Sender(store, Settings(database=store.url)) as sender:
            assert not await sender.round()
            assert "client" not in vars(sender)

    asyncio.run(one_round())


def test_a_receiver_that_hangs_delays_no_other(store: Store) -> None:
    with contextlib.ExitStack() as stack:
        hanging, *others = (stack.enter_context(receiving()) for _ in range(4))
        hanging.answers.clear()
        for each in (hanging, *others):
            hooked(store, each)
        # One attempt may take longer than this test waits for anything.
        with serving(store.url, **FAST, webhook_timeout_seconds="600"):
            made = [recorded(store, project(f"A-{number}")).id for number in range(5)]
            for other in others:
                found = other.wait(5)
                assert [int(json.loads(body)["data"]["id"]) for _, body in found] == made, "in the order of the events"
            assert hanging.messages == [] and hanging.asked == 1, "it is asked once, and not again beside that"
            hanging.answers.set()
            assert [int(json.loads(body)["data"]["id"]) for _, body in hanging.wait(5)] == made
            eventually(lambda: [state for state, _ in states(store)] == ["delivered"] * 20)
        assert [len(each.messages) for each in (hanging, *others)] == [5] * 4


def test_a_receiver_that_fails_for_a_day_gets_everything_after_it(
    store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the waits of the product itself; the day passes as the clock is put on to when something is due."""
    hooked(store, receiver)
    receiver.status = 500
    made = [recorded(store, project(f"A-{number}")).id for number in range(3)]
    begun = now = clock.utc_now()
    monkeypatch.setattr(clock, "utc_now", lambda: now)
    while now < begun + timedelta(days=1):
        rounds(store)
        now += timedelta(minutes=20)
        if now > begun + timedelta(hours=2):
            now += timedelta(hours=2)
    assert {state for state, _ in states(store)} == {"waiting"}, "nothing is given up within a day"
    failed = len(receiver.messages)
    receiver.status = 204
    while [state for state, _ in states(store)] != ["delivered"] * 3:
        now += timedelta(hours=6)
        rounds(store)
    arrived = [int(json.loads(body)["data"]["id"]) for _, body in receiver.messages[failed:]]
    assert sorted(arrived) == made, "each arrived, and once"


def test_one_process_alone_sends_to_a_hook(store: Store, receiver: Receiver) -> None:
    mine, other = hooked(store, receiver)["hook"], hooked(store, receiver)["hook"]
    for number in range(3):
        recorded(store, project(f"A-{number}"))
    with store.writing() as connection:
        [first] = outbox.lease(connection, mine, 1, 60)
        assert outbox.lease(connection, mine, 5, 60) == [], "two more wait, and nobody else may have them"
        assert outbox.hooks_due(connection) == [other]
        outbox.release(connection, [first])
        assert next(each.id for each in outbox.lease(connection, mine, 5, 0)) == first.id, (
            "what was given back is first"
        )
        assert len(outbox.lease(connection, mine, 5, 60)) == 3, "its sender died: another takes all"


def test_a_message_of_another_hook_is_not_sent_again_from_the_page_of_this(store: Store, receiver: Receiver) -> None:
    mine, other = hooked(store, receiver)["hook"], hooked(store, receiver)["hook"]
    recorded(store, project("A-1"))
    rounds(store)
    with store.writing() as connection:
        [sent] = outbox.deliveries(connection, state=None, before=None, limit=5, hook=mine)["items"]
        with pytest.raises(NotRecorded):
            outbox.send_again(connection, sent["id"], hook=other)
        outbox.send_again(connection, sent["id"], hook=mine)


def test_with_another_secret_both_sign_for_a_while_and_then_the_new_one_alone(
    store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = hooked(store, receiver)
    new = rotate_secret(store, made["hook"], "定期更换（示例）", OFFICER, hours=2)
    recorded(store, project("A-1"))
    rounds(store)
    ((headers, body),) = receiver.wait(1)
    for secret in (made["secret"], new):
        assert Webhook(secret).verify(body, headers)
    after = clock.utc_now() + timedelta(hours=2, seconds=1)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "utc_now", lambda: after)
        recorded(store, project("A-2"))
        rounds(store)
    headers, body = receiver.wait(2)[1]
    assert len(headers["webhook-signature"].split()) == 1
    with store.reading() as connection:
        assert connection.execute(text("SELECT previous FROM hook_secret")).scalars().all() == [None], "it is forgotten"
        body_of = json.loads(connection.execute(text("SELECT body FROM event WHERE kind = 'hook' ORDER BY position DESC LIMIT 1")).scalar_one())  # fmt: skip
    assert (body_of["act"], body_of["reason"]) == ("rotated", "定期更换（示例）") and new not in str(body_of)


@pytest.mark.parametrize(("later", "first_signs"), [(7199, True), (7200, False)])
def test_the_secret_that_a_receiver_has_signs_on_where_another_is_made_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch, later: int, first_signs: bool
) -> None:
    made = add_hook(store, "https://approval.example/hook", ["review"], OFFICER)
    begun = clock.utc_now()
    monkeypatch.setattr(clock, "utc_now", lambda: begun)
    second = rotate_secret(store, made["hook"], "定期更换（示例）", OFFICER, hours=2)
    monkeypatch.setattr(clock, "utc_now", lambda: begun + timedelta(seconds=later))
    third = rotate_secret(store, made["hook"], "误操作（示例）", OFFICER, hours=1)
    with store.reading() as connection:
        target = target_of(connection, made["hook"])
    assert target is not None and target.secrets == (third, made["secret"] if first_signs else second)
    last = rotate_secret(store, made["hook"], "泄露（示例）", OFFICER, hours=0)
    with store.reading() as connection:
        target = target_of(connection, made["hook"])
    assert target is not None and target.secrets == (last,)


def test_a_secret_that_was_seen_by_others_ends_at_once(store: Store, receiver: Receiver) -> None:
    made = hooked(store, receiver)
    with store.reading() as connection:
        seen = read_hook(connection, made["hook"])["position"]
    new = rotate_secret(store, made["hook"], "泄露（示例）", OFFICER, hours=0, expected=seen)
    with pytest.raises(Conflict):
        rotate_secret(store, made["hook"], "泄露（示例）", OFFICER, hours=0, expected=seen)
    for hours in (-1, 169):
        with pytest.raises(Refused):
            rotate_secret(store, made["hook"], "x", OFFICER, hours=hours)
    recorded(store, project("A-1"))
    rounds(store)
    ((headers, body),) = receiver.wait(1)
    assert Webhook(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(made["secret"]).verify(body, headers)


def test_a_test_message_is_tried_one_time_and_says_how_it_went(store: Store, receiver: Receiver) -> None:
    made = hooked(store, receiver)
    with serving(store.url, **FAST) as server:
        path = f"/api/v1/webhooks/{made['hook']}"
        number = server.request("POST", f"{path}/test", "admin").json()["id"]
        headers, body = receiver.wait(1)[0]
        told = Webhook(made["secret"]).verify(body, headers)
        assert (told["type"], told["data"], headers["webhook-id"]) == ("hook.test", {"hook": made["hook"]}, number)
        receiver.status = 500
        server.request("POST", f"{path}/test", "admin")
        eventually(lambda: sorted(states(store)) == [("dead", 1), ("delivered", 1)])
        assert server.request("POST", "/api/v1/webhooks/none/test", "admin").status_code == 404
        [hook] = server.request("GET", "/api/v1/webhooks", "admin").json()
        assert (hook["queue"]["dead"], hook["queue"]["error"]) == (1, "HTTP 500")
        page = server.request("GET", "/api/v1/deliveries", "admin", params={"hook": "none"}).json()
        assert page == {"items": [], "next": None}
        receiver.status = 204
        assert server.request("POST", f"{path}/resend", "admin").json() == {"messages": 1}
        eventually(lambda: [state for state, _ in states(store)] == ["delivered"] * 2)


def test_a_secret_is_replaced_over_the_api(server: Server) -> None:
    asked = {"url": "https://approval.example/rotated", "kinds": ["decision"]}
    made = server.request("POST", "/api/v1/webhooks", "admin", json=asked).json()
    path = f"/api/v1/webhooks/{made['hook']}/secret"
    found = server.request("POST", path, "admin", json={"reason": "定期更换（示例）", "hours": 1})
    assert found.status_code == 200 and found.json()["secret"] not in ("", made["secret"])
    hooks = server.request("GET", "/api/v1/webhooks", "admin")
    assert next(each for each in hooks.json() if each["hook"] == made["hook"])["both_until"] is not None
    assert found.json()["secret"] not in hooks.text
    for bad in ({}, {"reason": "x", "hours": 169}, {"reason": "", "hours": 1}, {"reason": "x", "hours": 1.5}):
        assert server.request("POST", path, "admin", json=bad).status_code == 422


@pytest.mark.parametrize(
    ("networks", "address", "expected"),
    [
        ("10.20.0.0/16", "10.20.255.255", True), ("10.20.0.0/16", "10.21.0.0", False), ("", "10.20.0.1", False), ("10.20.0.0/16, 192.168.5.7/32", "192.168.5.7", True),
        ("10.20.0.0/16", "::ffff:10.20.0.1", True), ("fd00:20::/32", "fd00:20::1", True), ("fd00:20::/32", "fd00:21::1", False), ("10.20.0.0/16", "8.8.8.8", True),
        ("10.20.0.0/16", "127.0.0.1", False),
    ],
)  # fmt: skip
def test_messages_go_to_the_private_networks_that_are_allowed(networks: str, address: str, expected: bool) -> None:

    allowed = Destinations.of(Settings(webhook_networks=networks))
    assert allowed.allows(ipaddress.ip_address(address)) is expected


@pytest.mark.parametrize("networks", ["10.20.0.0/33", "10.20.1.0/16", "office", "10.20.0.0/16;10.21.0.0/16"])
def test_what_is_no_network_is_refused_at_the_start(networks: str) -> None:
    with pytest.raises(Refused, match="webhook_networks"):
        read_settings(webhook_networks=networks)


def test_what_arrived_is_not_sent_again_after_a_restart(store: Store, receiver: Receiver) -> None:
    hooked(store, receiver)
    for number in range(4):
        recorded(store, project(f"A-{number}"))
        rounds(store)
    rounds(store)
    assert len(receiver.wait(4)) == 4 == len(set(receiver.ids()))
    with store.reading() as connection:
        assert deliveries(connection, state="waiting", before=None, limit=5)["items"] == []
