"""Replay jobs: many reviews judged again in the background; they survive a killed server, and can be cancelled."""

from __future__ import annotations

import json
from typing import Any

import pytest

from review.record.proof.rejudging import replay_all
from review.record.storage.store import Store
from review.record.work import jobs, replay_jobs
from review.replay.replaying import Target
from tests.api.conftest import Server, eventually, forked, serving, stop
from tests.conftest import Filled
from tests.record.projects import project, recorded

pytestmark = pytest.mark.server

MANY = 70


def many_reviews(store: Store) -> None:
    """Fill a record with more reviews than a batch has."""
    for number in range(MANY):
        recorded(store, project(f"P-{number}"))


@pytest.fixture
def filled(filled_by: Filled) -> tuple[str, Store]:
    store, _ = filled_by(many_reviews)
    return store.full_url, store


def asked(server: Server, **body: Any) -> dict[str, Any]:
    found = server.request("POST", "/api/v1/replays", "auditor", json=body)
    assert found.status_code == 202, found.text
    made: dict[str, Any] = found.json()
    return made


def seen(server: Server, number: str) -> dict[str, Any]:
    found: dict[str, Any] = server.request("GET", f"/api/v1/replays/{number}", "auditor").json()
    return found


def ended(server: Server, number: str) -> dict[str, Any]:
    eventually(lambda: seen(server, number)["ended"] is not None, 120)
    return seen(server, number)


def test_a_replay_goes_over_every_review_and_finds_what_differs(filled: tuple[str, Store]) -> None:
    url, _ = filled
    with serving(url, poll_seconds="0.05") as server:
        same = asked(server)
        other = asked(server, against="fuqing@2022", as_of="2022-09-01")
        found = ended(server, same["id"])
        assert (found["state"], found["done"], found["total"], found["summary"]["identical"]) == (
            "done",
            MANY,
            MANY,
            MANY,
        )
        assert server.request("GET", f"/api/v1/replays/{same['id']}/differences", "auditor").json() == {
            "items": [],
            "next": None,
        }
        found = ended(server, other["id"])
        differing = MANY - found["summary"]["identical"]
        pages, cursor = [], 0
        while cursor is not None:
            page = server.request(
                "GET", f"/api/v1/replays/{other['id']}/differences", "auditor", params={"cursor": cursor, "limit": 50}
            ).json()
            pages += page["items"]
            cursor = page["next"]
        assert len(pages) == len({each["review"] for each in pages}) == differing
        listed = server.request("GET", "/api/v1/replays", "auditor").json()["items"]
        assert [each["id"] for each in listed] == [other["id"], same["id"]]


def test_a_replay_survives_a_killed_server(filled: tuple[str, Store]) -> None:
    url, store = filled
    server = forked(url, poll_seconds="0.05")
    number = asked(server)["id"]
    eventually(lambda: seen(server, number)["done"] > 0)
    server.process.kill()
    stop(server)
    with store.reading() as connection:
        left = replay_jobs.read_job(connection, number)
    assert left["state"] in ("running", "done")
    # Its lease would end by itself; here it is ended at once.
    with store.writing() as connection:
        connection.execute(jobs.JOBS.update().values(leased=""))
    server = forked(url, poll_seconds="0.05")
    try:
        found = ended(server, number)
        assert (found["state"], found["done"], found["summary"]["reviews"], found["summary"]["identical"]) == (
            "done",
            MANY,
            MANY,
            MANY,
        )
    finally:
        stop(server)


def test_a_replay_is_let_go_by_a_server_that_stops(filled: tuple[str, Store]) -> None:
    url, store = filled
    server = forked(url, poll_seconds="0.05")
    number = asked(server)["id"]
    eventually(lambda: seen(server, number)["state"] == "running")
    stop(server)
    with store.reading() as connection:
        row = connection.execute(jobs.JOBS.select()).mappings().one()
    assert row["state"] == "done" or row["leased"] == ""
    assert row["done"] == json.loads(row["summary"])["reviews"]


def asking(against: str | None = None) -> replay_jobs.Asked:
    return {"against": against, "as_of": None, "since": None, "until": None, "project": None}


def worked(store: Store, job: jobs.Taken) -> jobs.Taken | None:
    with store.reading() as connection:
        batch = replay_jobs.batch_of(connection, job)
    return replay_jobs.store_batch(store, job, replay_all(batch, Target()), 60)


def test_a_cancelled_replay_stops_and_keeps_what_it_found(filled: tuple[str, Store]) -> None:
    _, store = filled
    number = replay_jobs.start_job(store, asking(), [], "审计岗（示例）").job["id"]
    job = jobs.take(store, 60)
    assert job and jobs.take(store, 60) is None, "another process does not take it too"
    job = worked(store, job)
    assert job
    assert (
        replay_jobs.cancel_job(store, number)["state"] == replay_jobs.cancel_job(store, number)["state"] == "cancelled"
    )
    assert worked(store, job) is None
    with store.reading() as connection:
        found = replay_jobs.read_job(connection, number)
        assert not jobs.anything_to_do(connection)
    assert (found["state"], found["done"], found["summary"]["reviews"]) == ("cancelled", 50, 50)


def test_a_process_that_lost_its_lease_keeps_nothing(filled: tuple[str, Store]) -> None:
    _, store = filled
    number = replay_jobs.start_job(store, asking(), [], "审计岗（示例）").job["id"]
    slow = jobs.take(store, -1)
    other = jobs.take(store, 60)
    assert slow and other and slow.id == other.id
    assert worked(store, slow) is None
    going: jobs.Taken | None = other
    while going:
        going = worked(store, going)
    with store.reading() as connection:
        found = replay_jobs.read_job(connection, number)
    assert (found["state"], found["done"], found["summary"]["identical"]) == ("done", MANY, MANY)


def test_a_replay_is_asked_for_once_with_a_key_and_only_over_what_was_there(filled: tuple[str, Store]) -> None:
    url, store = filled
    with serving(url, poll_seconds="3600") as server:
        one = recorded(store, project("LATER"))
        headers = {"Idempotency-Key": "replay"}
        first, again = (
            server.request("POST", "/api/v1/replays", "auditor", json={"project": one.project}, headers=headers)
            for _ in range(2)
        )
        assert first.json() == again.json() and first.json()["total"] == 1
        assert server.request("POST", "/api/v1/replays", "auditor", json={}, headers=headers).status_code == 409
        bodies: tuple[Any, ...] = (
            {"against": "nowhere"},
            {"since": "x"},
            {"since": "2025-02-01", "until": "2025-01-31"},
            {"project": 0},
            {"project": "1"},
            {"colour": 1},
            [],
            {"against": 7},
        )
        for bad in bodies:
            assert server.request("POST", "/api/v1/replays", "auditor", json=bad).status_code == 422, bad
        for _ in range(jobs.MOST_OPEN - 1):
            asked(server)
        assert server.request("POST", "/api/v1/replays", "auditor", json={}).status_code == 422


def test_a_replay_whose_editions_are_no_longer_the_same_fails(filled: tuple[str, Store]) -> None:
    url, store = filled
    number = replay_jobs.start_job(store, asking(against="fuqing@2022"), ["sha256:" + "0" * 64], "审计岗（示例）").job[
        "id"
    ]
    with serving(url, poll_seconds="0.05") as server:
        found = ended(server, number)
        assert found["state"] == "failed" and "the record has no such edition" in found["detail"]
        assert server.request("POST", f"/api/v1/replays/{number}/cancel", "auditor").status_code == 422
