"""The log: every request has its line, whichever worker took it; what is not available says why; nothing that was typed stands in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from api.logs import hashed
from review.record.storage.store import open_store
from review.record.work.jobs import note_backup
from tests.api.conftest import Server, eventually, serving, start, stop

pytestmark = [pytest.mark.record, pytest.mark.server]


def lines(printed: list[str]) -> list[dict[str, Any]]:
    """The lines that are JSON: what is said before the service listens is for a person."""
    return [json.loads(each) for each in "".join(printed).splitlines() if each.startswith("{")]


def access(printed: list[str], *awaited: str) -> dict[str, dict[str, Any]]:
    """The access lines by request; a line is written when its answer has been sent, so that some are awaited."""

    def found() -> dict[str, dict[str, Any]]:
        return {each["request"]: each for each in lines(list(printed)) if each["logger"] == "api.access"}

    eventually(lambda: set(awaited) <= set(found()))
    return found()


def test_with_two_workers_every_request_has_its_access_line(tmp_path: Path) -> None:
    server = start(f"sqlite:///{tmp_path / 'record.sqlite'}", workers="2")
    asked = [f"asked-{each}" for each in range(40)]
    for each in asked:
        # A connection of its own for each, so that both workers are asked.
        assert server.request("GET", "/api/v1/me", headers={"X-Request-Id": each}).status_code == 200
    stop(server)
    found = access(server.printed)
    assert set(asked) <= set(found)
    line = found[asked[0]]
    assert (line["method"], line["route"], line["status"], line["level"]) == ("GET", "/api/v1/me", 200, "INFO")
    assert line["address"] == "127.0.0.1" and line["key"]
    assert line["at"].endswith("Z") and datetime.fromisoformat(line["at"]).utcoffset() is not None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(f"sqlite:///{tmp_path / 'record.sqlite'}", free_disk_bytes="0") as server:
        yield server


def test_a_line_says_the_number_and_a_failed_login_hashed(server: Server) -> None:
    server.request("GET", "/api/v1/reviews/17", headers={"X-Request-Id": "numbered"})
    typed = {"login": "a-password-by-mistake", "password": "wrong"}
    server.request("POST", "/api/v1/sessions", None, json=typed, headers={"X-Request-Id": "failed"})
    found = access(server.printed, "numbered", "failed")
    assert found["numbered"]["numbers"] == {"number": "17"} and found["numbered"]["status"] == 404
    assert found["failed"]["failed_login"] == hashed("a-password-by-mistake") and found["failed"]["key"] is None
    assert "a-password-by-mistake" not in "".join(server.printed)


def test_what_is_not_available_says_why_in_the_log(tmp_path: Path) -> None:
    with serving(f"sqlite:///{tmp_path / 'record.sqlite'}", free_disk_bytes=str(10**18)) as server:
        answer = server.request("GET", "/readyz", None, headers={"X-Request-Id": "full"})
        assert answer.status_code == 503 and "腾出空间" in answer.json()["detail"]
        assert "fewer than" in access(server.printed, "full")["full"]["cause"]


def test_background_work_that_waits_says_why_once_and_when_it_goes_on(tmp_path: Path) -> None:
    file, away = tmp_path / "record.sqlite", tmp_path / "away.sqlite"
    with serving(f"sqlite:///{file}", poll_seconds="0.02") as server:

        def said(words: str) -> list[dict[str, Any]]:
            return [each for each in lines(list(server.printed)) if words in each.get("message", "")]

        file.rename(away)
        eventually(lambda: bool(said("background work waits")))
        answer = server.request("GET", "/readyz", None)
        assert answer.status_code == 503
        file.unlink(missing_ok=True)
        away.rename(file)
        eventually(lambda: bool(said("background work goes on")))
        found = said("background work waits")
        # Whether it is moved or cannot be opened depends on who looks, and each is said once.
        assert len(found) == len({each["message"] for each in found})
        assert all("the database file" in each["message"] for each in found)


def test_readiness_tries_a_write(server: Server, tmp_path: Path) -> None:
    assert server.request("GET", "/readyz", None).status_code == 200
    store = open_store(server.database)
    with store.writing(), serving(server.database, server.keys, busy_seconds="0.1", free_disk_bytes="0") as beside:
        answer = beside.request("GET", "/readyz", None, headers={"X-Request-Id": "busy"})
        assert answer.status_code == 503 and "database is locked" in access(beside.printed, "busy")["busy"]["cause"]
    store.close()


def test_meters_know_the_record_the_disk_and_the_last_backup(server: Server) -> None:
    before = server.request("GET", "/metrics", "admin").text
    assert "two_high_record_bytes " in before and "two_high_disk_free_bytes " in before
    assert "two_high_last_backup_timestamp_seconds" not in before and "two_high_queue_depth" in before
    store = open_store(server.database)
    note_backup(store, "test")
    store.close()
    found = dict(
        line.rsplit(" ", 1) for line in server.request("GET", "/metrics", "admin").text.splitlines() if line[:1] != "#"
    )
    assert float(found["two_high_last_backup_timestamp_seconds"]) > 1.7e9
    assert float(found["two_high_record_bytes"]) > 10_000
