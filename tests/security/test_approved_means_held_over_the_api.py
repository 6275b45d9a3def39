"""What is held by an approval, over the JSON API, on the command line and on the pages."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from review.record.storage.store import open_store
from tests.api.conftest import Server, serving
from tests.api.test_api import RECORDED, made, named, problem
from tests.commands import two_high
from tests.record.projects import project, recorded

pytestmark = pytest.mark.record


@pytest.fixture
def server(url: str) -> Iterator[Server]:
    with serving(url) as running:
        yield running


def decided(server: Server, number: str, key: str | None = None, **headers: str) -> httpx.Response:
    sent = {**headers, **({"Idempotency-Key": key} if key else {})}
    body = {"outcome": "supplement", "on_behalf_of": "审查岗（示例）"}
    return server.request("POST", f"/api/v1/reviews/{number}/decision", "system", json=body, headers=sent)


def coded(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["code"])


def test_a_decided_review_asks_what_was_seen(server: Server) -> None:
    number = made(server, named("HELD-1")).json()["id"]
    first = decided(server, number, "d-1")
    assert first.status_code == 201 and "Idempotent-Replayed" not in first.headers
    assert coded(decided(server, number), 428) == "decided-already"
    again = decided(server, number, "d-1")
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert again.headers["Idempotent-Replayed"] == "true"
    tag = server.request("GET", f"/api/v1/reviews/{number}").headers["etag"]
    assert decided(server, number, **{"If-Match": tag}).status_code == 201
    problem(decided(server, number, **{"If-Match": tag}), 412)


def test_of_two_who_decide_at_once_one_is_told(server: Server) -> None:
    number = made(server, named("HELD-2")).json()["id"]
    with ThreadPoolExecutor(4) as pool:
        found = sorted(answer.status_code for answer in pool.map(lambda _: decided(server, number), range(4)))
    assert found == [201, 428, 428, 428]


def submitted(server: Server, key: str | None = None, **query: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return server.request(
        "POST", "/api/v1/reviews", "system", json=named("HELD-3"), params={**RECORDED, **query}, headers=headers
    )


def test_a_repeat_says_so_and_covers_every_parameter(server: Server) -> None:
    first = submitted(server, "s-1")
    assert first.status_code == 201 and "Idempotent-Replayed" not in first.headers
    again = submitted(server, "s-1")
    assert again.json() == first.json() and again.headers["Idempotent-Replayed"] == "true"
    for other in (
        {"as_of": "2025-03-02"},
        {"ruleset": "fuqing@2022"},
        {"reason": "另一理由"},
        {"replaces": first.json()["id"]},
    ):
        assert submitted(server, "s-1", **other).status_code == 409
    assert coded(submitted(server, reason=""), 422) == "reason-needed"
    entry = {"source": "S-9", "verified_t": "1", "document": "示例"}
    headers = {"Idempotency-Key": "o-1"}
    for expected in (None, "true"):
        answer = server.request("POST", "/api/v1/offsets", "officer", json=entry, headers=headers)
        assert (answer.status_code, answer.headers.get("Idempotent-Replayed")) == (201, expected)


def test_a_batch_that_comes_again_says_so_of_each(server: Server) -> None:
    sheets = [named("BATCH-1"), named("BATCH-2")]
    for expected in (None, True):
        answer = server.request(
            "POST", "/api/v1/reviews:batch", "system", json=sheets, params=RECORDED, headers={"Idempotency-Key": "b-1"}
        )
        assert [each.get("replayed") for each in answer.json()["items"]] == [expected, expected]
    other = {**RECORDED, "reason": "另一理由"}
    answer = server.request(
        "POST", "/api/v1/reviews:batch", "system", json=sheets, params=other, headers={"Idempotency-Key": "b-1"}
    )
    assert [each["status"] for each in answer.json()["items"]] == [409, 409]


def test_another_project_is_refused_over_the_api_and_on_the_command_line(server: Server) -> None:
    number = made(server, named("HELD-4", project__name="甲项目（虚构）")).json()["id"]
    server.request(
        "POST", f"/api/v1/reviews/{number}/decision", "officer",
        json={"outcome": "approve", "reason": "理由（示例）", "clause": "3.10-7"},
    )  # fmt: skip
    stranger = named("HELD-4", project__name="乙项目（虚构）")
    assert coded(made(server, stranger), 409) == "project-differs"
    shown = server.request("GET", "/api/v1/worklist").json()["items"][0]
    assert shown["approval"]["review"] == int(number)
    answer = server.request("POST", "/api/v1/reviews", "system", json=stranger, params={**RECORDED, "replaces": number})
    assert answer.status_code == 201 and answer.json()["version"] == 2


def test_the_command_line_asks_for_a_reason_and_splits_off(url: str) -> None:
    common = ("--database", url, "--officer", "审查岗甲")
    sheet = "fixtures/sheets/pvc.json"
    done = two_high("submit", sheet, "--as-of", "2025-03-01", *common)
    assert done.returncode == 2 and "reason" in done.stderr
    done = two_high("submit", sheet, "--as-of", "2025-03-01", "--reason", "补录（示例）", *common)
    assert done.returncode == 1, done.stderr
    store = open_store(url)
    first, second = recorded(store, project("A-1")), recorded(store, project("A-1"))
    store.close()
    assert second.project == first.project
    done = two_high("step", first.project, "split", "--reason", "代码误填（示例）", *common)
    assert done.returncode == 0, done.stderr
    assert "误并另立" in two_high("project", first.project, "--database", url).stdout
    assert two_high("verify", "--database", url).returncode == 0
    assert two_high("replay", "--database", url).returncode == 0
