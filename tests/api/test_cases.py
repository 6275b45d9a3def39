"""Days of cases, holders, absences, the calendar and the inbox over the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from two_high_client import Client

from review.clock import today
from review.record.access.people import add_person
from review.record.storage.store import open_store
from tests.api.conftest import Server
from tests.api.test_api import made, named, problem

pytestmark = pytest.mark.record


def standing(server: Server, project: str) -> dict[str, Any]:
    found: dict[str, Any] = server.request("GET", f"/api/v1/projects/{project}", "auditor").json()["standing"]
    return found


def deadline(server: Server, project: str, kind: str) -> dict[str, Any]:
    return next(each for each in standing(server, project)["deadlines"] if each["kind"] == kind)


def person(server: Server, login: str, role: str = "officer") -> None:
    store = open_store(server.database)
    add_person(store, login, f"{login}（虚构）", role, "test")
    store.close()


def step(server: Server, project: str, role: str = "officer", headers: Any = None, **body: Any) -> Any:
    return server.request("POST", f"/api/v1/projects/{project}/steps", role, json=body, headers=headers or {})


def test_days_are_recorded_and_counted(server: Server) -> None:
    project = str(made(server, named("DAYS-1")).json()["project"])
    unknown = deadline(server, project, "review")
    assert (unknown["state"], unknown["due"], unknown["working_days_left"], unknown["overdue"]) == (
        "not_stated",
        None,
        None,
        False,
    )
    once = {"Idempotency-Key": "received"}
    first = step(server, project, headers=once, step="received", day=today().isoformat())
    again = step(server, project, headers=once, step="received", day=today().isoformat())
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert "Idempotent-Replayed" not in first.headers and again.headers["Idempotent-Replayed"] == "true"
    problem(step(server, project, headers=once, step="accepted", day=today().isoformat()), 409)
    assert deadline(server, project, "notice")["working_days_left"] == 5
    assert step(server, project, step="accepted", day=today().isoformat()).status_code == 201
    assert deadline(server, project, "review")["working_days_left"] == 20
    assert standing(server, project)["clock"]["accepted"] == today().isoformat()
    assert step(server, project, step="withdrawn", reason="撤回（示例）").status_code == 201
    assert standing(server, project)["deadlines"] == []


def test_a_step_that_cannot_be_is_told_with_its_field(server: Server) -> None:
    project = str(made(server, named("DAYS-2")).json()["project"])
    tomorrow = (today() + timedelta(days=1)).isoformat()
    for body, where in (
        ({"step": "accepted"}, "/day"),
        ({"step": "accepted", "day": tomorrow}, "/day"),
        ({"step": "accepted", "day": "20261126"}, "/day"),
        ({"step": "withdrawn", "day": tomorrow, "reason": "撤回"}, "/day"),
        ({"step": "condition_due", "day": tomorrow, "condition": "1"}, "/condition"),
        ({"step": "listed"}, "/step"),
    ):
        assert [each["pointer"] for each in problem(step(server, project, **body), 422)["errors"]] == [where], body
    problem(step(server, "999999", step="accepted", day=today().isoformat()), 404)
    problem(step(server, project, "system", step="accepted", day=today().isoformat()), 403)


def test_what_is_overdue_comes_first_and_is_counted(server: Server) -> None:
    project = str(made(server, named("DAYS-3")).json()["project"])
    made(server, named("DAYS-4"))
    step(server, project, step="received", day=(today() - timedelta(days=60)).isoformat())
    late = server.request("GET", "/api/v1/worklist", params={"late": "true"}).json()["items"]
    assert project in {str(each["project"]) for each in late} and all(each["overdue"] for each in late)
    both = server.request("GET", "/api/v1/worklist", params={"late": "true", "sort": "due"}).json()["items"]
    assert {each["project"] for each in both} == {each["project"] for each in late}
    first = server.request("GET", "/api/v1/worklist", params={"sort": "due", "limit": 1}).json()
    assert str(first["items"][0]["project"]) == project and first["next"]
    rest, cursor = [], first["next"]
    while cursor:
        page = server.request("GET", "/api/v1/worklist", params={"sort": "due", "limit": 1, "cursor": cursor}).json()
        rest += [each["project"] for each in page["items"]]
        cursor = page["next"]
    every = server.request("GET", "/api/v1/worklist", params={"limit": 200}).json()["items"]
    assert sorted([first["items"][0]["project"], *rest]) == sorted(each["project"] for each in every)
    assert deadline(server, project, "review")["deemed"]
    assert 'two_high_overdue{kind="review"}' in server.request("GET", "/metrics", None).text


def test_a_case_is_handed_over_and_found_by_its_holder(server: Server) -> None:
    person(server, "jieshou")
    project = str(made(server, named("DAYS-5")).json()["project"])
    assert standing(server, project)["holder"] is None
    give: dict[str, Any] = {"json": {"holder": "jieshou", "note": "分办（示例）"}}
    assert server.request("POST", f"/api/v1/projects/{project}/holder", **give).status_code == 201
    assert standing(server, project)["holder"] == {"name": "jieshou（虚构）", "subject": "person:jieshou"}
    problem(server.request("POST", f"/api/v1/projects/{project}/holder", **give), 422)
    for asked in ("jieshou", "person:jieshou"):
        found = server.request("GET", "/api/v1/worklist", params={"holder": asked}).json()["items"]
        assert [str(each["project"]) for each in found] == [project]
    assert server.request("GET", "/api/v1/worklist", params={"holder": "me"}).json()["items"] == []
    assert server.request("GET", "/api/v1/inbox").json()["deputy_for"] == []


def test_absences_and_the_calendar(server: Server) -> None:
    for login in ("waichu", "daiban"):
        person(server, login)
    days = {"begins": today().isoformat(), "ends": today().isoformat()}
    body = {"person": "waichu", "deputy": "daiban", **days}
    number = server.request("POST", "/api/v1/absences", "admin", json=body).json()["id"]
    problem(server.request("POST", "/api/v1/absences", json=body), 422)
    problem(server.request("POST", "/api/v1/absences", json={**body, "deputy": "waichu"}), 422)
    person(server, "shenji", "auditor")
    away = {**body, "person": "daiban", "deputy": "shenji"}
    wrong, deputy_of = problem(server.request("POST", "/api/v1/absences", json=away), 422)["errors"]
    assert (wrong["pointer"], "不能代办经办人的事项" in str(wrong)) == ("/deputy", True)
    assert (deputy_of["pointer"], "代办 waichu（虚构） 的事项" in str(deputy_of)) == ("/begins", True)
    assert [each["id"] for each in server.request("GET", "/api/v1/absences", "auditor").json()] == [number]
    assert server.request("DELETE", f"/api/v1/absences/{number}").status_code == 204
    problem(server.request("DELETE", f"/api/v1/absences/{number}"), 404)
    year = {"holidays": ["2026-10-01"], "workdays": ["2026-10-10"]}
    assert server.request("PUT", "/api/v1/calendar/2026", "admin", json=year).status_code == 204
    problem(server.request("PUT", "/api/v1/calendar/2027", "admin", json=year), 422)
    assert server.request("PUT", "/api/v1/terms", "admin", json={"review_days": 30}).status_code == 204
    problem(server.request("PUT", "/api/v1/terms", "admin", json={"review_days": 251}), 422)
    found = server.request("GET", "/api/v1/calendar", "system").json()
    assert (found["years"], found["review_days"]) == ([{"year": 2026, **year}], 30)


def test_the_client_knows_the_calls(server: Server) -> None:
    person(server, "kehuduan")
    project = made(server, named("DAYS-6")).json()["project"]
    with Client(server.url, server.keys["officer"]) as client:
        first = client.take_step(project, "received", day=today().isoformat(), key="k")
        assert client.take_step(project, "received", day=today().isoformat(), key="k") == first
        client.hand_over(project, "kehuduan", note="分办（示例）")
        [line] = client.worklist(holder="kehuduan", sort="due")
        assert (line.project, line.deadlines[0].working_days_left) == (int(project), 5)
        assert client.inbox().counts["overdue"] == 0
