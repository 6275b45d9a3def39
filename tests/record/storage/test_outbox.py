"""The outbox: word of every review and decision, put there with it, leased by one sender, tried again, never lost."""

from __future__ import annotations

import json
import random

import pytest
from sqlalchemy import text

from review.errors import NotRecorded, Refused
from review.record.cases.decisions import decide
from review.record.cases.rulings import Ruling
from review.record.storage import lease_queue, outbox
from review.record.storage.outbox import Waiting
from review.record.storage.store import Store
from review.record.work import webhooks
from tests.record.projects import OFFICER, project, recorded

pytestmark = pytest.mark.record

URL = "https://approval.example/hook"


def hooked(store: Store, *kinds: str, url: str = URL) -> dict[str, str]:
    return webhooks.add_hook(store, url, kinds or ("review", "decision"), OFFICER)


def leased(store: Store, most: int = 8, seconds: float = 60) -> list[Waiting]:
    """Up to so many messages of each hook."""
    with store.writing() as connection:
        hooks = outbox.hooks_due(connection)
        return [each for hook in hooks for each in outbox.lease(connection, hook, most, seconds)]


def settled(store: Store, message: Waiting, status: int | None, attempts: int = 9, wait: float = 0) -> str:
    with store.writing() as connection:
        return outbox.settle(connection, message, status, None, attempts=attempts, wait_seconds=wait)


def test_word_goes_out_with_the_event_to_whoever_asked_for_its_kind(store: Store) -> None:
    recorded(store, project("BEFORE"))
    both, only = hooked(store)["hook"], hooked(store, "decision")["hook"]
    review = recorded(store, project("A-1"))
    decision = decide(store, review.id, Ruling("supplement", reason="x", clause="3.10-7"), OFFICER)
    waiting = leased(store)
    assert {(each.position, each.hook) for each in waiting} == {
        (review.id, both),
        (decision.id, both),
        (decision.id, only),
    }
    with store.reading() as connection:
        message = json.loads(webhooks.message(connection, decision.id))
    assert message["type"] == "decision.recorded"
    assert (message["data"]["id"], message["data"]["review"], message["data"]["outcome"]) == (
        str(decision.id),
        str(review.id),
        "supplement",
    )


def test_what_is_not_recorded_is_not_put_out(store: Store) -> None:
    hooked(store)
    with pytest.raises(Refused):
        decide(store, recorded(store, project("A-1")).id, Ruling("approve"), OFFICER)
    assert len(leased(store)) == 1


def test_a_message_is_leased_once_until_the_lease_ends(store: Store) -> None:
    hooked(store)
    recorded(store, project("A-1"))
    first = leased(store, seconds=60)
    assert len(first) == 1 and leased(store) == []
    assert settled(store, first[0], 503) == "waiting"
    again = leased(store, seconds=0)
    assert again[0].id == first[0].id and again[0].attempts == 1
    assert leased(store)[0].id == first[0].id, "its sender died: another takes it, with the same id"


@pytest.mark.parametrize(
    ("status", "state"),
    [(200, "delivered"), (204, "delivered"), (410, "dead"), (500, "waiting"), (301, "waiting"), (None, "waiting")],
)
def test_how_an_attempt_went(store: Store, status: int | None, state: str) -> None:
    hooked(store)
    recorded(store, project("A-1"))
    assert settled(store, leased(store)[0], status) == state


def test_a_message_that_fails_too_often_is_dead_and_can_be_sent_again(store: Store) -> None:
    hooked(store)
    recorded(store, project("A-1"))
    states = [settled(store, leased(store)[0], 500, attempts=3) for _ in range(3)]
    assert states == ["waiting", "waiting", "dead"]
    with store.reading() as connection:
        found = outbox.deliveries(connection, state="dead", before=None, limit=10)["items"]
        assert outbox.depths(connection) == {"waiting": 0, "dead": 1}
    with store.writing() as connection:
        outbox.send_again(connection, found[0]["id"])
        with pytest.raises(Refused, match="is waiting"):
            outbox.send_again(connection, found[0]["id"])
        with pytest.raises(NotRecorded):
            outbox.send_again(connection, "msg_none")
    assert leased(store)[0].id == found[0]["id"]


def test_a_failed_attempt_waits_longer_each_time(store: Store) -> None:
    hooked(store)
    recorded(store, project("A-1"))
    settled(store, leased(store)[0], 500, wait=5)
    assert leased(store) == []


def test_further_attempts_are_spread_and_leave_the_shared_generator_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_queue, "timestamp", lambda seconds: seconds)
    before = random.getstate()
    waits = {float(lease_queue.next_try(2, 5.0)) for _ in range(20)}
    assert random.getstate() == before and len(waits) == 20
    assert all(80 * 0.8 <= each <= 80 * 1.2 for each in waits)
    assert float(lease_queue.next_try(49, 5.0)) <= 86_400 * 1.2


def test_a_removed_hook_gets_nothing_more(store: Store) -> None:
    made = hooked(store)
    recorded(store, project("A-1"))
    webhooks.remove_hook(store, made["hook"], "停用（示例）", OFFICER)
    recorded(store, project("B-1"))
    assert leased(store) == []
    with store.reading() as connection:
        assert webhooks.target_of(connection, made["hook"]) is None and webhooks.list_hooks(connection) == []
        assert connection.execute(text("SELECT count(*) FROM hook_secret")).scalar() == 0
    with pytest.raises(NotRecorded):
        webhooks.remove_hook(store, made["hook"], "x", OFFICER)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://x/",
        "http://",
        "http://a:b@c/",
        "http://x/#y",
        "x",
        "http://x/ y",
        "http://x:0/",
        "http://x:99999/",
        "http://例/",
    ],
)
def test_an_address_that_cannot_be_a_hook(store: Store, address: str) -> None:
    with pytest.raises(Refused, match="should be an http"):
        hooked(store, url=address)


def test_an_address_of_more_than_500_characters_is_told_that_limit(store: Store) -> None:
    hooked(store, url=f"http://x/{'y' * 491}")
    with pytest.raises(Refused, match="500"):
        hooked(store, url=f"http://x/{'y' * 492}")


def test_pages_hold_every_message_once(store: Store) -> None:
    for _ in range(3):
        hooked(store)
    for place in range(4):
        recorded(store, project(f"P-{place}"))
    seen: list[str] = []
    before: int | None = None
    while True:
        with store.reading() as connection:
            page = outbox.deliveries(connection, state=None, before=before, limit=5)
        seen += [each["id"] for each in page["items"]]
        before = page["next"]
        if before is None:
            break
    assert len(seen) == len(set(seen)) == 12


def test_messages_of_one_event_are_not_left_out_where_a_page_is_shorter(store: Store) -> None:
    for number in range(5):
        hooked(store, "review", url=f"{URL}/{number}")
    for number in range(2):
        recorded(store, project(f"M-{number}"))
    seen: list[str] = []
    before: int | None = None
    with store.reading() as connection:
        while True:
            found = outbox.deliveries(connection, state=None, before=before, limit=3)
            seen += [each["id"] for each in found["items"]]
            if (before := found["next"]) is None:
                break
    assert len(seen) == len(set(seen)) == 10
