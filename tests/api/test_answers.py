"""Findings answered over the API: by officers alone, once a key, counted, and the review as it was."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import httpx
import pytest

from tests.api.conftest import Server
from tests.api.test_api import made, named

pytestmark = pytest.mark.record


@pytest.fixture(scope="module")
def review(server: Server) -> dict[str, Any]:
    """A review with a file, and the first of its findings that fails."""
    found: dict[str, Any] = made(server, named("ANS-1"), "officer").json()
    file = {"name": "报告（示例）.pdf", "content": b64encode(b"%PDF-1.7 fictional").decode()}
    sent = server.request("POST", "/api/v1/attachments", json={"to": {"review": found["id"]}, "file": file})
    failing = next(each for each in found["review"]["findings"] if each["status"] != "not_applicable")
    return {**found, "file": sent.json()["id"], "finding": {name: failing[name] for name in ("rule", "subject")}}


def answered(
    server: Server, review: dict[str, Any], key: str = "", role: str = "officer", **asked: Any
) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    body = {**review["finding"], **asked}
    return server.request("POST", f"/api/v1/reviews/{review['id']}/answers", role, json=body, headers=headers)


def test_an_answer_is_recorded_counted_and_leaves_the_review(server: Server, review: dict[str, Any]) -> None:
    address = f"/api/v1/reviews/{review['id']}/answers"
    before = server.request("GET", address, "auditor").json()
    asked = {
        "answer": "overruled",
        "reason": "另有文件（示例）",
        "clause": "3.10-7",
        "attachment": review["file"],
        "page": "3",
    }
    first, again = answered(server, review, "a-1", **asked), answered(server, review, "a-1", **asked)
    assert first.status_code == 201 and first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert answered(server, review, "a-1", answer="agreed").status_code == 409
    found = server.request("GET", address, "system").json()
    [answer] = found["answers"]
    assert {name: answer[name] for name in (*asked, *review["finding"])} == {**asked, **review["finding"]}
    assert [each for each in before["unanswered"] if each != review["finding"]] == found["unanswered"]
    assert answered(server, review, answer="doubted", reason="未盖章（示例）").status_code == 201
    assert server.request("GET", address).json()["doubted"] == [review["finding"]]
    assert server.request("GET", f"/api/v1/reviews/{review['id']}").json()["review"] == review["review"]


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"answer": "doubted"}, 422, "/reason"),
        ({"answer": "overruled", "reason": "x"}, 422, "/clause"),
        ({"answer": "overruled", "reason": "x", "clause": "9.9-9"}, 422, "/clause"),
        ({"answer": "maybe"}, 422, "/answer"),
        ({"answer": "agreed", "attachment": "x"}, 422, "/attachment"),
        ({"answer": "agreed", "page": "3"}, 422, "/attachment"),
        ({"answer": "agreed", "attachment": "999999"}, 404, None),
        ({"answer": "agreed", "rule": "no-rule"}, 404, None),
        ({"answer": "agreed", "more": 1}, 422, "/more"),
    ],
)
def test_what_cannot_be_said(
    server: Server, review: dict[str, Any], changes: dict[str, Any], status: int, pointer: str | None
) -> None:
    answer = answered(server, review, **changes)
    assert answer.status_code == status, answer.text
    assert pointer is None or answer.json()["errors"][0]["pointer"] == pointer


def test_only_officers_say_what_they_think(server: Server, review: dict[str, Any]) -> None:
    for role in ("system", "auditor", "admin"):
        assert answered(server, review, role=role, answer="agreed").status_code == 403
    assert server.request("GET", "/api/v1/reviews/999999/answers").status_code == 404
