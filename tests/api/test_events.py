"""The feed of events: each seen exactly once by a consumer that is killed and resumed, and nothing in it that other systems must not see."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from review.record.access.addresses import set_address
from review.record.access.known_people import know_person
from review.record.cases.notes import MOST_NOTES, Noted, write_note
from review.record.storage import chain
from review.record.storage.actors import CHANNELS, Actor
from review.record.storage.store import open_store
from review.record.views.logs import ENTRY_WORDS, EVENT_WORDS
from review.record.work.webhooks import message
from tests.api.conftest import document, serving
from tests.api.event_consumer import consume
from tests.api.test_api import problem
from tests.commands import FORKING
from tests.record.projects import project, recorded, some_of_everything

pytestmark = pytest.mark.server
WRITERS = 2
CLERK = Actor("经办（示例）", "person:jingban", "api", None)


def run_until_killed(arguments: tuple[Any, ...], kills: random.Random) -> bool:
    """Start the consumer and kill it after a few of its pages; whether it came to its end before that."""
    told, telling = FORKING.Pipe(duplex=False)
    process = FORKING.Process(target=consume, args=(*arguments, telling))
    process.start()
    telling.close()
    pages = kills.randint(0, 6)
    try:
        for _ in range(pages):
            told.recv()
        process.kill()
    except EOFError:
        pass
    told.close()
    process.join()
    code = process.exitcode
    process.close()
    assert code in (0, -9), "the consumer met an event that it had seen before, or an answer that is none"
    return code == 0


# `make soak` asks for thousands.
EVENTS = int(os.environ.get("SOAK_EVENTS", "150"))


def test_a_consumer_that_is_killed_and_resumed_sees_each_event_once(url: str, tmp_path: Path) -> None:
    events = EVENTS
    file = str(tmp_path / "consumer.sqlite")
    with sqlite3.connect(file) as stored:
        stored.execute("CREATE TABLE seen (position INTEGER PRIMARY KEY, previous TEXT, digest TEXT)")
        stored.execute("CREATE TABLE cursor (after INTEGER)")
        stored.execute("INSERT INTO cursor VALUES (0)")
    kills = random.Random(events)
    # Whoever waits for the writer waits for as long as it takes.
    with serving(url, busy_seconds="600") as server:
        store = open_store(url, busy_seconds=600)
        projects = [recorded(store, project(f"FEED-{number}")).project for number in range(1 + events // MOST_NOTES)]
        with store.reading() as connection:
            before = len(chain_of(connection))
        failed = threading.Event()

        def write(number: int) -> None:
            try:
                write_note(store, Noted(project=projects[number // MOST_NOTES]), f"备注 {number}（示例）", CLERK)
            except BaseException:
                failed.set()
                raise

        with ThreadPoolExecutor(WRITERS) as pool:
            written = [pool.submit(write, number) for number in range(events)]
            done, rounds = False, 0
            while not done and not failed.is_set():
                arguments = (
                    server.url,
                    server.keys["system"],
                    file,
                    kills.randrange(2**32),
                    before + events,
                    events // 15,
                )
                done, rounds = run_until_killed(arguments, kills), rounds + 1
            for each in written:
                each.result()
        with store.reading() as connection:
            chain_now = chain_of(connection)
        store.close()
    assert rounds > 3, "it was never killed: that proves nothing"
    with sqlite3.connect(file) as stored:
        seen = stored.execute("SELECT position, previous, digest FROM seen ORDER BY position").fetchall()
    assert seen == chain_now and len(seen) == before + events
    assert [previous for _, previous, _ in seen] == [chain.START, *(digest for _, _, digest in seen[:-1])]


def chain_of(connection: Any) -> list[tuple[int, str, str]]:
    rows = connection.exec_driver_sql("SELECT position, previous, digest FROM event ORDER BY position")
    return [tuple(row) for row in rows]


def test_numbers_are_seen_without_gaps_while_several_write(url: str) -> None:
    """No event becomes visible below one that was served: each page goes on at the very next number."""
    with serving(url) as server:
        store = open_store(url)
        with ThreadPoolExecutor(WRITERS) as pool:
            for number in range(120):
                pool.submit(know_person, store, f"subject-{number}", f"人员{number}（示例）", "test")
            with server.client("auditor") as asking:
                after, last = 0, 0
                while last < 120:
                    page = asking.get("/api/v1/events", params={"after": after, "limit": 7}).json()
                    assert [each["position"] for each in page["items"]] == list(
                        range(after + 1, after + 1 + len(page["items"]))
                    )
                    after = page["after"]
                    last = sum(1 for each in page["items"] if each["kind"] == "person") + last
        store.close()


def test_other_systems_see_what_hooks_are_told_and_nothing_besides(url: str) -> None:
    with serving(url) as server:
        store = open_store(url)
        some_of_everything(store)
        know_person(store, "fuhe.bing", "复核岗丙", "test")
        set_address(store, "fuhe.bing", "secret.person@office.example", CLERK)
        review = recorded(store, project("FEED-1"))
        write_note(store, Noted(project=review.project), "只供内部的备注（示例）", CLERK)
        found = server.request("GET", "/api/v1/events", "system", params={"limit": 500}).json()
        whole = server.request("GET", "/api/v1/events", "auditor", params={"limit": 500}).json()
        kinds = {each["kind"] for each in found["items"]}
        assert {"review", "decision", "step", "source", "key", "account", "setting", "note"} <= kinds
        text = json.dumps(found, ensure_ascii=False)
        assert "secret.person@office.example" not in text and "只供内部的备注" not in text and "hmac-sha256" not in text
        for each in found["items"]:
            for name in ("body", "principal", "channel", "session", "second_session", "product"):
                assert each[name] is None
        assert [each["digest"] for each in found["items"]] == [each["digest"] for each in whole["items"]]
        assert all(each["body"] for each in whole["items"])
        with store.reading() as connection:
            for each in found["items"]:
                if each["kind"] in ("review", "decision", "step", "source"):
                    assert json.loads(message(connection, each["position"]))["data"] == each["said"]
        for name in ("who", "session", "channel"):
            refused = problem(server.request("GET", "/api/v1/events", "system", params={name: "x"}), 422)
            assert refused["errors"][0]["detail"]
        problem(server.request("GET", "/api/v1/events", "officer"), 403)
        store.close()


def test_where_to_go_on_is_told_of_filtered_events_too(url: str) -> None:
    with serving(url) as server:
        store = open_store(url)
        first = recorded(store, project("FEED-1"))
        second = recorded(store, project("FEED-2"))
        know_person(store, "fuhe.yi", "复核岗乙", "test")
        asked = {"kind": "review", "limit": 1}
        page = server.request("GET", "/api/v1/events", "system", params=asked).json()
        assert [each["said"]["id"] for each in page["items"]] == [str(first.id)] and page["next"] == page[
            "after"
        ] == first.id
        page = server.request("GET", "/api/v1/events", "system", params={**asked, "after": page["after"]}).json()
        assert [each["position"] for each in page["items"]] == [second.id] and page["next"] is None
        assert page["after"] == second.id + 1
        again = server.request("GET", "/api/v1/events", "system", params={**asked, "after": page["after"]}).json()
        assert again == {"items": [], "next": None, "after": page["after"]}
        mine = {"project": first.project}
        page = server.request("GET", "/api/v1/events", "system", params=mine).json()
        assert [each["project"] for each in page["items"]] == [first.project]
        store.close()


def test_a_number_beyond_the_record_is_refused(url: str) -> None:
    with serving(url) as server:
        last = server.request("GET", "/api/v1/events", "system").json()["after"]
        at_the_end = server.request("GET", "/api/v1/events", "system", params={"after": last})
        assert at_the_end.json() == {"items": [], "next": None, "after": last}
        for after in (last + 1, 2**63 - 1):
            beyond = problem(server.request("GET", "/api/v1/events", "system", params={"after": after}), 409)
            assert beyond["code"] == "feed-beyond" and str(last) in beyond["detail"]
            assert beyond["errors"][0]["parameter"] == "after"


def test_a_kind_that_there_is_not_is_refused(url: str) -> None:
    with serving(url) as server:
        for path, kind in (("events", "review"), ("audit-log", "signed_in")):
            refused = problem(server.request("GET", f"/api/v1/{path}", "auditor", params={"kind": "reviews"}), 422)
            assert refused["errors"][0]["parameter"] == "kind" and kind in refused["detail"]
            assert server.request("GET", f"/api/v1/{path}", "auditor", params={"kind": kind}).status_code == 200
            both = problem(
                server.request("GET", f"/api/v1/{path}", "auditor", params={"kind": "x", "channel": "y"}), 422
            )
            assert [each["parameter"] for each in both["errors"]] == ["kind", "channel"]


def test_the_kinds_and_channels_that_there_are_stand_in_the_document() -> None:
    for path, kinds in (("events", EVENT_WORDS), ("audit-log", ENTRY_WORDS)):
        for each in (f"/api/v1/{path}", f"/api/v1/{path}:export"):
            stated = {one["name"]: one["schema"] for one in document()["paths"][each]["get"]["parameters"]}
            assert stated["kind"]["anyOf"][0] == {"type": "string", "enum": [*kinds]}
            assert stated["channel"]["anyOf"][0]["enum"] == [*CHANNELS]
