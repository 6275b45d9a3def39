"""A second person over the JSON API and on the command line, as the approval system and an administrator meet it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from review.record.storage.journal import table
from review.record.storage.store import open_store
from review.record.storage.tables import Event
from tests.api.conftest import Server, serving
from tests.api.test_api import made, named
from tests.commands import two_high
from tests.record.projects import project, recorded

pytestmark = pytest.mark.record

JIA = {"subject": "jia@approval", "name": "张甲"}
YI = {"subject": "yi@approval", "name": "李乙"}
OVER = {"outcome": "approve", "reason": "理由（示例）", "clause": "3.10-7"}


@pytest.fixture
def server(url: str) -> Iterator[Server]:
    with serving(url) as running:
        yield running


def failing(server: Server, code: str) -> str:
    return str(made(server, named(code, eia__laws__conforms=False)).json()["id"])


def decided(server: Server, number: str, role: str = "system", **ruling: Any) -> httpx.Response:
    return server.request("POST", f"/api/v1/reviews/{number}/decision", role, json={**OVER, **ruling})


def codes(answer: httpx.Response) -> list[tuple[str, str | None]]:
    assert answer.status_code == 422, answer.text
    body = answer.json()
    assert body["code"] == next(each["code"] for each in body["errors"] if "code" in each)
    return [(each["pointer"], each.get("code")) for each in body["errors"]]


def last_event(database: str) -> dict[str, Any]:
    store, rows = open_store(database), table(Event)
    with store.reading() as connection:
        row = connection.execute(select(rows).order_by(rows.c.position.desc()).limit(1)).mappings().one()
    store.close()
    return {**row, "body": json.loads(row["body"])}


def test_the_approval_system_asserts_two_known_persons(server: Server) -> None:
    number = failing(server, "TWO-1")
    assert codes(decided(server, number, on_behalf_of="张甲", second="李乙")) == [
        ("/on_behalf_of", "second-unknown"),
        ("/second", "second-unknown"),
    ]
    assert codes(decided(server, number, on_behalf_of=JIA, second=YI))[1] == ("/second", "second-unknown")
    for each in (JIA, YI):
        assert server.request("POST", "/api/v1/known-people", "admin", json=each).status_code == 201
    assert server.request("POST", "/api/v1/known-people", "admin", json=YI).status_code == 422
    assert codes(decided(server, number, on_behalf_of=JIA, second={**JIA, "name": "张 甲"})) == [
        ("/second", "second-same")
    ]
    assert codes(decided(server, number, "officer", second=YI)) == [("/on_behalf_of", "second-unknown")]
    answer = decided(server, number, on_behalf_of=JIA, second=YI)
    assert answer.status_code == 201, answer.text
    event = last_event(server.database)
    assert event["body"]["by"] == {"principal": server.keys["system"].split(".")[1], "channel": "api"}
    assert (event["body"]["second"], event["body"]["second_subject"]) == ("李乙", "yi@approval")
    listed = server.request("GET", "/api/v1/worklist").json()["items"][0]["decision"]
    assert (listed["on_behalf_of"], listed["on_behalf_of_subject"]) == ("张甲", "jia@approval")
    assert server.request("GET", "/api/v1/known-people", "admin").json()[1] == {**YI, "ended": None}
    gone = server.request("DELETE", "/api/v1/known-people/yi@approval", "admin", params={"reason": "调离"})
    assert gone.status_code == 204
    assert codes(decided(server, failing(server, "TWO-2"), on_behalf_of=JIA, second=YI)) == [
        ("/second", "second-unknown")
    ]


@pytest.mark.parametrize("second", [{"subject": "x"}, {"subject": "x", "name": "y", "role": "z"}, 7, ["x"], {}])
def test_a_person_of_another_shape_is_refused_at_its_place(server: Server, second: Any) -> None:
    answer = decided(server, "1", on_behalf_of=JIA, second=second)
    assert answer.status_code == 422
    assert {each["pointer"].split("/")[1] for each in answer.json()["errors"]} == {"second"}


def test_a_setting_that_weakens_is_an_event_when_the_service_starts(url: str) -> None:
    with serving(url, second_person="false") as server:
        event = last_event(server.database)
        assert (event["kind"], event["body"]["setting"], event["body"]["value"]) == (
            "setting",
            "no_second_person",
            "on",
        )
        assert event["body"]["by"]["principal"].startswith("cli:")
        decided(server, failing(server, "ALONE-1"), on_behalf_of="张甲")
        assert last_event(server.database)["kind"] == "decision"
    with serving(url, server.keys) as server:
        assert last_event(server.database)["body"]["value"] == "off"


def test_the_command_line_takes_a_known_subject(url: str) -> None:
    store = open_store(url)
    review = recorded(store, project("A-1", {"eia.laws.conforms": False}))
    store.close()
    common = ("--database", url, "--officer", "孙丙")
    decide = ("decide", review.id, "approve", "--reason", "理由（示例）", "--clause", "3.10-7", *common, "--second")
    for nobody in ("李乙", "yi@approval", "孙丙"):
        done = two_high(*decide, nobody)
        assert done.returncode == 2 and "second:" in done.stderr, done.stderr
    assert two_high("people", "know", "yi@approval", "李乙", *common).returncode == 0
    assert two_high("people", "know", "sun@approval", "孙 丙", *common).returncode == 0
    done = two_high(*decide, "sun@approval")
    assert done.returncode == 2 and "another person" in done.stderr
    assert "yi@approval  李乙" in two_high("people", "known", "--database", url).stdout
    done = two_high(*decide, "yi@approval")
    assert done.returncode == 0, done.stderr
    body = last_event(url)["body"]
    assert body["by"]["channel"] == "cli" and body["by"]["principal"].startswith("cli:")
    assert (body["officer"], body["second"], body["second_subject"]) == ("孙丙", "李乙", "yi@approval")
    assert two_high("people", "forget", "yi@approval", "--reason", "调离", *common).returncode == 0
    assert two_high("verify", "--database", url).returncode == 0
