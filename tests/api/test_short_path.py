"""The short path of `POST /check`: what it answers is what the whole path answers, and a key that is revoked opens it no more."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.dependencies.utils import solve_dependencies

import api.routes.reviews
from api.deps import bearer, known_query, state
from api.parameters import within
from api.received import SentSheet, sheet, upload
from api.routes.reviews import check_sheet
from api.short_path import _LARGE, _Asked
from review.record.access.keys import create_key, revoke_key
from review.record.storage.store import open_store
from review.sheet import ProjectSheet
from review.verdict.judging import Review, judge
from tests.api.conftest import Server, client, forked, serving, stop
from tests.api.test_api import AS_OF, HEAD
from tests.sheets import NEW_TWO_HIGH

PATH = "/api/v1/check"
GOOD = json.dumps(NEW_TWO_HIGH).encode()
# What alone differs between two answers to the same request.
OF_THE_MOMENT = ("date", "ratelimit")


@pytest.mark.parametrize(
    ("content", "query", "headers"),
    [
        (GOOD, {}, {}), (GOOD, AS_OF, {}), (GOOD + b" " * _LARGE, AS_OF, {}), (b"[" * 20_000, AS_OF, {}), (GOOD, {**AS_OF, "ruleset": "fuqing"}, {}), (GOOD, AS_OF, {"Accept-Encoding": "gzip"}),
        (GOOD, AS_OF, {"Content-Type": "application/json; charset=utf-8"}), (GOOD, {"as_of": "2025-3-1"}, {}), (GOOD, {"as_of": ""}, {}),
        (GOOD, {"as_of": ["2025-03-01", "2025-03-01"]}, {}), (GOOD, {"as_off": "2025-03-01"}, {}), (GOOD, {"ruleset": "x" * 101}, {}),
        (GOOD, {"ruleset": "nowhere"}, {"Accept-Language": "en"}), (GOOD, {"ruleset": "/etc"}, {}), (GOOD, {"as_of": "1999-01-01"}, {}),
        (b"{", AS_OF, {}), (b"", {}, {}), (b"{}", {"as_of": "x"}, {}), (b" " * 1_000_001, {}, {}), (GOOD, AS_OF, {"Content-Type": "text/plain"}),
        (b"PK", AS_OF, {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}),
        (GOOD, AS_OF, {"Authorization": "Bearer two-high.0000000000000000.x"}), (GOOD, {"x": "1"}, {"Authorization": ""}),
        (b'{"project": {"name": "x"}, "colour": 1}', AS_OF, {"Accept-Language": "en"}), (GOOD, AS_OF, {"X-Request-Id": "mine"}),
    ],
)  # fmt: skip
def test_it_answers_what_the_whole_path_answers(
    server: Server, monkeypatch: pytest.MonkeyPatch, content: bytes, query: Any, headers: Mapping[str, str]
) -> None:
    def answer() -> tuple[int, dict[str, str], bytes]:
        found = server.request(
            "POST", PATH, content=content, params=query, headers={**HEAD, "X-Request-Id": "same", **headers}
        )
        told = {name: value for name, value in found.headers.items() if name not in OF_THE_MOMENT}
        return found.status_code, told, found.content

    short = answer()
    monkeypatch.setattr(_Asked, "query", lambda *_: None)
    assert short == answer()


def test_a_usual_request_takes_it_and_is_judged_in_the_one_thread(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[str] = set()

    def noted(sheet: ProjectSheet, *rest: Any) -> Review:
        threads.add(threading.current_thread().name)
        return judge(sheet, *rest)

    async def unasked(**_: object) -> None:
        raise AssertionError("the whole path")

    monkeypatch.setattr(api.routes.reviews, "judge", noted)
    monkeypatch.setattr("fastapi.routing.solve_dependencies", unasked)
    came: list[int] = []

    def ask() -> None:
        came.append(server.request("POST", PATH, content=GOOD, params=AS_OF, headers=HEAD).status_code)

    callers = [threading.Thread(target=ask) for _ in range(6)]
    for each in callers:
        each.start()
    for each in callers:
        each.join()
    assert came == [200] * 6 and threads == {"judging_0"}


def test_it_calls_all_that_the_whole_path_depends_on(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dependency that is added, in `api.app` or to the route, is to be added to the short path and then here."""
    calls: list[Any] = []

    async def noted(**given: Any) -> Any:
        calls.extend(each.call for each in within(given["dependant"]))
        return await solve_dependencies(**given)

    monkeypatch.setattr(_Asked, "query", lambda *_: None)
    monkeypatch.setattr("fastapi.routing.solve_dependencies", noted)
    assert server.request("POST", PATH, content=GOOD, params=AS_OF, headers=HEAD).status_code == 200
    signing_in = {each for each in calls if "roles" in vars(each)}
    assert len(signing_in) == 1
    assert {*calls} - signing_in == {check_sheet, known_query, state, bearer, upload, sheet}


def test_a_large_sheet_keeps_nobody_from_being_judged(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, judged = threading.Event(), threading.Event()
    threads: dict[bool, str] = {}

    def noted(content: tuple[bytes, str]) -> SentSheet:
        large = len(content[0]) > _LARGE
        threads[large] = threading.current_thread().name
        if large:
            begun.set()
            assert judged.wait(60)
        return sheet(content)

    monkeypatch.setattr("api.short_path.sheet", noted)
    came: list[int] = []

    def ask(content: bytes) -> None:
        came.append(server.request("POST", PATH, content=content, params=AS_OF, headers=HEAD).status_code)

    waits = threading.Thread(target=ask, args=(GOOD + b" " * _LARGE,))
    waits.start()
    try:
        assert begun.wait(60)
        ask(GOOD)
    finally:
        judged.set()
        waits.join()
    assert came == [200, 200] and threads[False] == "judging_0" != threads[True]


def test_each_request_is_counted_and_logged_once(server: Server) -> None:
    def counted() -> float:
        text = server.request("GET", "/metrics", None).text
        name = 'two_high_requests_total{method="POST",route="/api/v1/check",status="200"} '
        return float(next((line.removeprefix(name) for line in text.splitlines() if line.startswith(name)), "0"))

    before = counted()
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {**HEAD, "X-Request-Id": "short-1", "Traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    answer = server.request("POST", PATH, content=GOOD, params=AS_OF, headers=headers)
    assert answer.headers["x-request-id"] == "short-1" and answer.headers["ratelimit"].startswith('"key";r=')
    assert counted() == before + 1
    (line,) = [json.loads(each) for each in server.printed if '"short-1"' in each]
    key = server.keys["officer"].split(".")[1]
    assert (line["route"], line["key"], line["trace"], line["status"]) == (PATH, key, trace, 200)


def test_a_quota_holds(tmp_path: Path) -> None:
    with serving(f"sqlite:///{tmp_path / 'record.sqlite'}", requests_per_minute="3") as server, server.client() as line:
        came = [line.post(PATH, content=GOOD, params=AS_OF, headers=HEAD).status_code for _ in range(5)]
        assert came == [200] * 3 + [429] * 2


@pytest.mark.record
@pytest.mark.server
def test_a_revoked_key_is_refused_at_the_next_request_of_every_worker(tmp_path: Path) -> None:
    """Connections that stay open, enough of them that both workers have some, and have seen the key."""
    server = forked(f"sqlite:///{tmp_path / 'record.sqlite'}", workers="2", requests_per_minute="100000")
    store = open_store(server.database)
    key = create_key(store, "将撤销（示例）", "officer", "test")
    lines: list[httpx.Client] = []
    try:
        lines = [client(base_url=server.url, headers={"Authorization": f"Bearer {key}", **HEAD}) for _ in range(16)]
        for _ in range(2):
            assert {each.post(PATH, content=GOOD, params=AS_OF).status_code for each in lines} == {200}
        revoke_key(store, key.split(".")[1], "示例", "test")
        assert [each.post(PATH, content=GOOD, params=AS_OF).status_code for each in lines] == [401] * 16
    finally:
        for each in lines:
            each.close()
        store.close()
        stop(server)
