"""A server that is killed while it works: nothing that was acknowledged is lost, and every message comes, once by its id."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from two_high_client import CallError, Client

from review.record.proof.verification import verify
from review.record.storage import outbox
from review.record.storage.contents import Span, each_review
from review.record.storage.store import open_store
from review.record.work.webhooks import add_hook
from tests.api.conftest import Server, eventually, forked, stop
from tests.api.receiver import receiving
from tests.api.test_api import named
from tests.record.projects import OFFICER

pytestmark = pytest.mark.server

CALLERS, ENOUGH = 4, 25
FAST = {"webhook_private": "true", "poll_seconds": "0.05", "webhook_wait_seconds": "0.05"}


class Callers:
    """Submit until the server is gone; what it acknowledged, by number."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.acknowledged: dict[str, str] = {}
        self.enough = threading.Event()
        self.threads = [threading.Thread(target=self.work, args=(number,)) for number in range(CALLERS)]
        for each in self.threads:
            each.start()

    def work(self, number: int) -> None:
        with Client(self.server.url, self.server.keys["system"], retries=0) as client:
            for place in range(10_000):
                try:
                    made = client.submit(named(f"K-{number}-{place}"), as_of=date(2025, 3, 1), reason="补录（示例）")
                except CallError:
                    return
                self.acknowledged[made.id] = made.digest
                if len(self.acknowledged) >= ENOUGH:
                    self.enough.set()

    def end(self) -> dict[str, str]:
        for each in self.threads:
            each.join()
        return self.acknowledged


def test_a_killed_server_loses_nothing_and_sends_every_message(url: str) -> None:
    with receiving() as receiver:
        store = open_store(url)
        add_hook(store, receiver.url, ("review",), OFFICER)
        server = forked(url, **FAST)
        callers = Callers(server)
        assert callers.enough.wait(120)
        server.process.kill()
        stop(server)
        acknowledged = callers.end()
        # What was leased by the dead server waits until its lease ends; here it is ended at once.
        with store.writing() as connection:
            connection.execute(outbox._DELIVERIES.update().values(leased=""))
        server = forked(url, **FAST)
        with store.reading() as connection:
            kept = {str(each.id): each.digest for each, _ in each_review(connection, Span())}
            assert verify(connection).breaks == ()
        eventually(lambda: {number.split("_")[1] for number in receiver.ids()} == kept.keys())

        def nothing_waits() -> bool:
            with store.reading() as connection:
                return outbox.depths(connection) == {"waiting": 0, "dead": 0}

        eventually(nothing_waits)
        stop(server)
        store.close()
    assert acknowledged.items() <= kept.items() and len(acknowledged) >= ENOUGH
    # What was sent as the server died may come again, with the same id: by id, each came once.
    assert len(set(receiver.ids())) == len(kept)
