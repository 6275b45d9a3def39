"""Both logs over the JSON API, on the pages and on the command line: what an outsider tries stands in them, and auditors read them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from review import clock
from review.record.access.keys import create_key
from review.record.access.people import add_person, change_password
from review.record.storage import audit_log
from review.record.storage.audit_log import login_hash
from review.record.storage.journal import table
from review.record.storage.operations import Credential, FailedAttempt
from review.record.storage.store import open_store
from tests.api.conftest import Server, client, eventually, serving
from tests.api.test_api import made, named
from tests.commands import two_high
from tests.web.sessions import opened_session

pytestmark = pytest.mark.record

PASSWORD = "Read-by-auditors-5"


@pytest.fixture
def server(url: str) -> Iterator[Server]:
    """A server with an auditor who has an account."""
    with serving(url) as running:
        store = open_store(url)
        first = add_person(store, "huang", "黄审计（示例）", "auditor", "test")
        change_password(store, "huang", first, PASSWORD)
        store.close()
        yield running


def log(server: Server, **filters: str) -> list[dict[str, Any]]:
    answer = server.request("GET", "/api/v1/audit-log", "auditor", params=filters)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def signing_in(server: Server, login: str, password: str) -> int:
    with client(base_url=server.url) as visitor:
        return visitor.post("/api/v1/sessions", json={"login": login, "password": password}).status_code


def attempts_of_the_minute(server: Server) -> int:
    """Attempts that were counted within minutes that are not over."""
    store = open_store(server.database)
    try:
        with store.reading() as connection:
            return int(connection.execute(select(func.sum(table(FailedAttempt).c.count))).scalar() or 0)
    finally:
        store.close()


def test_what_an_outsider_tries_is_counted(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    passed, now = [timedelta()], clock.utc_now()
    for module in (clock, audit_log):
        monkeypatch.setattr(module, "utc_now", lambda: now + passed[0])
    store = open_store(server.database)
    key = create_key(store, "期限密钥（示例）", "system", "test", days=1)
    store.close()
    # Ten attempts are looked at; what comes after them is refused without looking.
    assert [signing_in(server, "huang", "wrong") for _ in range(13)] == [401] * 10 + [429] * 3
    assert signing_in(server, "no.such.login", "wrong") == 401
    # What is refused without looking is counted in the background.
    eventually(lambda: attempts_of_the_minute(server) == 10 + 3 + 1)
    passed[0] = timedelta(days=2)
    for _ in range(4):
        with client(base_url=server.url, headers={"Authorization": f"Bearer {key}"}) as system:
            assert system.get("/api/v1/reviews").status_code == 401
    eventually(lambda: attempts_of_the_minute(server) == 4)
    passed[0] += timedelta(minutes=1)
    counted = {
        (each["kind"], each["who"]): each["count"] for each in log(server, address="127.0.0.1") if each["minute"]
    }
    assert counted == {
        ("sign_in_failed", login_hash("huang")): 10,
        ("sign_in_refused", login_hash("huang")): 3,
        ("sign_in_failed", login_hash("no.such.login")): 1,
        ("key_expired", key.split(".")[1]): 4,
    }
    assert sum(each["count"] for each in log(server, who="huang") if each["kind"].startswith("sign_in_")) == 13


def test_a_decision_names_its_session_and_the_session_is_found(server: Server) -> None:
    number = made(server, named("LOG-1")).json()["id"]
    store = open_store(server.database)
    first = add_person(store, "chen", "陈审查（示例）", "officer", "test")
    change_password(store, "chen", first, PASSWORD)
    store.close()
    with client(base_url=server.url) as officer:
        token = officer.post("/api/v1/sessions", json={"login": "chen", "password": PASSWORD}).json()["token"]
        officer.headers["Authorization"] = f"Bearer {token}"
        ruling = {"outcome": "supplement", "reason": "理由（示例）", "clause": "3.10-7"}
        answer = officer.post(f"/api/v1/reviews/{number}/decision", json=ruling)
        assert answer.status_code == 201, answer.text
        assert officer.delete("/api/v1/sessions").status_code == 204
    found = server.request("GET", "/api/v1/events", "auditor", params={"kind": "decision"}).json()["items"]
    assert [(each["principal"], each["channel"]) for each in found] == [("person:chen", "api")]
    session = found[0]["session"]
    assert [each["kind"] for each in log(server, session=session)] == ["signed_in", "signed_out"]
    assert two_high("verify", "--database", server.database).returncode == 0


def test_pages_of_both_logs_are_read_in_order_and_exported(server: Server) -> None:
    for number in range(3):
        made(server, named(f"PAGE-{number}"))
    seen, after = [], 0
    while True:
        answer = server.request("GET", "/api/v1/events", "admin", params={"after": after, "limit": 2}).json()
        seen += [each["position"] for each in answer["items"]]
        if answer["next"] is None:
            break
        after = answer["next"]
    assert seen == list(range(1, len(seen) + 1)) and len(seen) >= 7
    for name, heading in (("events", "经办人"), ("audit-log", "来源地址")):
        answer = server.request("GET", f"/api/v1/{name}:export", "auditor")
        assert answer.headers["content-type"].startswith("text/csv") and heading in answer.text.splitlines()[0]
        assert "attachment" in answer.headers["content-disposition"]
    none = server.request("GET", "/api/v1/events", "auditor", params={"since": "2999-01-01"}).json()
    assert none == {"items": [], "next": None, "after": len(seen)}


def test_the_pages_are_for_auditors_and_administrators(server: Server) -> None:
    store = open_store(server.database)
    add_person(store, "lin", "林审查（示例）", "officer", "test")
    tokens = {login: opened_session(store, login) for login in ("huang", "lin")}
    with store.writing() as connection:
        connection.execute(update(table(Credential)).values(once=False))
    store.close()
    made(server, named("SEEN-1"))
    for login, status in (("huang", 200), ("lin", 403)):
        with client(base_url=server.url, headers={"Accept": "text/html"}) as visitor:
            visitor.cookies.set("two-high-session", tokens[login])
            for path in ("/audit/events", "/audit/log", "/audit/events.csv", "/audit/log.csv"):
                assert visitor.get(path).status_code == status, (login, path)
            if status == 200:
                assert tokens[login].split(".")[1] in visitor.get("/audit/log", params={"who": "huang"}).text
                assert visitor.get("/audit/events", params={"since": "yesterday"}).status_code == 422


def test_the_command_line_lists_filters_and_exports(server: Server, tmp_path: Path) -> None:
    made(server, named("CLI-1"))
    done = two_high("audit", "events", "--kind", "review", "--format", "json", "--database", server.database)
    assert done.returncode == 0 and [each["channel"] for each in json.loads(done.stdout)] == ["api"]
    done = two_high("audit", "log", "--who", "huang", "--database", server.database)
    assert done.returncode == 0 and "更改密码 password changed" in done.stdout
    for name in ("events", "log"):
        file = tmp_path / f"{name}.csv"
        assert two_high("audit", name, "--out", str(file), "--database", server.database).returncode == 0
        assert file.read_text(encoding="utf-8-sig").startswith("编号,")
    assert two_high("audit", "log", "--out", str(tmp_path / "x.pdf"), "--database", server.database).returncode == 2
