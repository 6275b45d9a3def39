"""Consultations and notes over the API: by whom, once a key, what cannot be recorded, and word of them to hooks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from review.clock import today
from tests.api.conftest import Server
from tests.api.test_api import made, named

pytestmark = pytest.mark.record

UNITS = [{"name": "市生态环境局（示例）", "contact": "示例科 0591-0000000"}, {"name": "市水利局（示例）"}]


@pytest.fixture(scope="module")
def review(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = made(server, named("CON-1"), "officer").json()
    return found


def asked(server: Server, project: int, key: str = "", role: str = "officer", **asked: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    body = {"project": project, "units": UNITS, "question": "总量是否落实（示例）", "working_days": 10, **asked}
    return server.request("POST", "/api/v1/consultations", role, json=body, headers=headers)


def test_a_consultation_from_question_to_its_end(server: Server, review: dict[str, Any]) -> None:
    first, again = (asked(server, review["project"], "c-1") for _ in range(2))
    assert first.status_code == 201 and first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert asked(server, review["project"], "c-1", question="另问").status_code == 409
    at = f"/api/v1/consultations/{first.json()['id']}"
    found = server.request("GET", at, "auditor").json()
    assert (found["state"], found["units"][0], found["awaited"], found["overdue"]) == (
        "open", UNITS[0], [each["name"] for each in UNITS], False,
    )  # fmt: skip
    reply = {"unit": UNITS[0]["name"], "opinion": "object", "words": "总量不足（示例）"}
    for role in ("auditor", "admin"):
        assert server.request("POST", f"{at}/replies", role, json=reply).status_code == 403
    assert server.request("POST", f"{at}/replies", "system", json=reply).status_code == 201
    line = server.request("GET", f"/api/v1/projects/{review['project']}").json()["standing"]
    [due] = [each for each in line["deadlines"] if each["kind"] == "consultation"]
    assert (due["about"]["zh"], due["due"]) == (UNITS[1]["name"], found["due"])
    assert server.request("POST", f"{at}/close", json={}).json()["errors"][0]["pointer"] == "/reason"
    assert server.request("POST", f"{at}/close", json={"reason": "电话确认（示例）"}).status_code == 201
    [whole] = server.request("GET", "/api/v1/consultations", params={"project": review["project"]}).json()[
        "consultations"
    ]
    assert (whole["state"], whole["ending"]["reason"], whole["replies"][0]["stands"]) == (
        "closed",
        "电话确认（示例）",
        True,
    )
    assert server.request("GET", f"/api/v1/reviews/{review['id']}").json()["review"] == review["review"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"units": []}, "/units"),
        ({"units": [UNITS[0], UNITS[0]]}, "/units"),
        ({"units": [{"name": " "}]}, "/units"),
        ({"question": ""}, "/question"),
        ({"working_days": None}, "/due"),
        ({"due": "2030-01-01"}, "/due"),
        ({"working_days": 0}, "/working_days"),
        ({"working_days": 1.5}, "/working_days"),
        ({"working_days": None, "due": "2020-01-01"}, "/due"),
        ({"working_days": None, "due": "01/02/2030"}, "/due"),
        ({"day": (today() + timedelta(days=2)).isoformat()}, "/day"),
        ({"more": 1}, "/more"),
    ],
)
def test_what_cannot_be_asked(server: Server, review: dict[str, Any], changes: dict[str, Any], pointer: str) -> None:
    answer = asked(server, review["project"], **changes)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_nothing_is_asked_or_replied_where_there_is_none(server: Server) -> None:
    assert asked(server, 999999).status_code == 404
    for act, body in (("replies", {"unit": "x", "opinion": "agree"}), ("close", {}), ("withdraw", {"reason": "x"})):
        assert server.request("POST", f"/api/v1/consultations/999999/{act}", json=body).status_code == 404


def test_notes_are_written_listed_and_withdrawn(server: Server, review: dict[str, Any]) -> None:
    finding = {name: review["review"]["findings"][0][name] for name in ("rule", "subject")}
    bodies: list[dict[str, Any]] = [
        {"project": review["project"], "text": "项目备注（示例）"},
        {"review": review["id"], **finding, "text": "条目备注（示例）"},
        {"review": review["id"], "path": "project.name", "text": "名称备注（示例）"},
    ]
    numbers = [server.request("POST", "/api/v1/notes", json=each).json()["id"] for each in bodies]
    listed = server.request("GET", "/api/v1/notes", "auditor", params={"project": review["project"]}).json()
    assert [each["id"] for each in listed["items"]] == numbers[::-1] and listed["next"] is None
    first = server.request("GET", "/api/v1/notes", params={"project": review["project"], "limit": 2}).json()
    rest = server.request("GET", "/api/v1/notes", params={"project": review["project"], "before": first["next"]}).json()
    assert [each["id"] for each in (*first["items"], *rest["items"])] == numbers[::-1]
    of_review = server.request("GET", "/api/v1/notes", params={"review": review["id"]}).json()["items"]
    assert [each["text"] for each in of_review] == ["名称备注（示例）", "条目备注（示例）"]
    at = f"/api/v1/notes/{numbers[0]}/withdraw"
    assert server.request("POST", at, json={"reason": "写错（示例）"}).status_code == 201
    assert server.request("POST", at, json={"reason": "写错（示例）"}).status_code == 422
    [gone] = [each for each in server.request("GET", "/api/v1/notes", params={"project": review["project"]}).json()["items"] if each["withdrawn"]]  # fmt: skip
    assert (gone["text"], gone["withdrawn"]["reason"]) == ("项目备注（示例）", "写错（示例）")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 422),
        ({"text": " "}, 422),
        ({"review": "1", "project": 1}, 422),
        ({"rule": "voc-offset"}, 422),
        ({"project": 1, "path": "project.name"}, 422),
        ({"project": 999999}, 404),
    ],
)
def test_what_cannot_be_noted(server: Server, changes: dict[str, Any], status: int) -> None:
    assert server.request("POST", "/api/v1/notes", json={"text": "x", **changes}).status_code == status
