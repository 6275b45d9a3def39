"""A key that is revoked, or a session that ends, once its request was let in: nothing is recorded by it, whichever route records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from api.deps import State
from review.record.access.keys import create_key, revoke_key
from review.record.access.people import add_person, change_password, end_person
from review.record.access.sessions import sign_out
from review.record.cases.second_person import waiting
from review.record.storage.store import Store, open_store
from tests.api.conftest import Server, client
from tests.api.test_api import RECORDED, made, named, problem
from tests.api.test_without_pages import APPROVAL, call, failing
from tests.api.test_without_pages import officers as officers
from tests.web.conftest import PASSWORD
from tests.web.sessions import opened_session

pytestmark = pytest.mark.record

SOURCE = {"source": "E-1", "verified_t": "1.5", "document": "核定（示例）"}
DECISION = {"outcome": "supplement", "reason": "材料不全（示例）", "on_behalf_of": "林审查（示例）"}
ROUTES: tuple[tuple[str, str, str, Any], ...] = (
    ("system", "POST", "/reviews", named("ENDED-1")),
    ("system", "POST", "/reviews/{review}/decision", DECISION),
    ("officer", "POST", "/offsets", SOURCE),
    ("officer", "POST", "/projects/{project}/steps", {"step": "received", "day": "2026-01-05"}),
    ("officer", "POST", "/notes", {"project": "{project}", "text": "查看（示例）"}),
    ("admin", "POST", "/keys", {"name": "再一密钥（示例）", "role": "system"}),
    ("admin", "POST", "/people", {"login": "late", "name": "晚来（示例）", "role": "officer"}),
    ("admin", "PUT", "/office", {"name": "某局（示例）"}),
    ("admin", "POST", "/webhooks", {"url": "https://hooks.example.invalid/", "kinds": ["review"]}),
)


@contextmanager
def opened(server: Server) -> Iterator[Store]:
    store = open_store(server.database)
    yield store
    store.close()


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[Store], None]], None]]:
    """Has something done in between: after a caller was let in, before the route is called."""

    def let(act: Callable[[Store], None]) -> None:
        counted = State.require_within_quota

        def and_act(state: State, *arguments: Any) -> None:
            counted(state, *arguments)
            act(state.store)

        monkeypatch.setattr(State, "require_within_quota", and_act)

    yield let


def events(store: Store) -> list[str]:
    with store.reading() as connection:
        return list(connection.execute(text("SELECT kind FROM event ORDER BY position")).scalars())


def sent(server: Server, token: str, method: str, path: str, body: Any) -> Any:
    params = RECORDED if path == "/reviews" else {}
    with client(base_url=server.url, headers={"Authorization": f"Bearer {token}"}) as caller:
        return caller.request(method, f"/api/v1{path}", json=body, params=params)


@pytest.mark.parametrize("role, method, path, body", ROUTES, ids=[each[2] for each in ROUTES])
def test_a_key_that_is_revoked_meanwhile_records_nothing(
    server: Server, ended: Callable[[Callable[[Store], None]], None], role: str, method: str, path: str, body: Any
) -> None:
    review = made(server, named(f"FOR{path.replace('/', '-').replace('{', '').replace('}', '').upper()[:18]}")).json()
    there = {"review": review["id"], "project": review["project"]}
    body = {name: there["project"] if value == "{project}" else value for name, value in body.items()}
    with opened(server) as store:
        key = create_key(store, f"先停{path}（示例）", role, "test")
        ended(lambda store: revoke_key(store, key.split(".")[1], "停用（示例）", "test"))
        before = events(store)
        assert problem(sent(server, key, method, path.format(**there), body), 401)["code"] == "key-needed"
        assert events(store) == [*before, "key_end"]


def test_what_is_not_of_the_history_goes_on(server: Server, ended: Callable[[Callable[[Store], None]], None]) -> None:
    with opened(server) as store:
        key = create_key(store, "先停草稿（示例）", "officer", "test")
        ended(lambda store: revoke_key(store, key.split(".")[1], "停用（示例）", "test"))
        before = events(store)
        assert sent(server, key, "POST", "/drafts", {"values": {}}).status_code == 201
        assert events(store) == [*before, "key_end"]


@pytest.mark.parametrize("how", ["signed out", "account ended"])
def test_a_session_that_ends_meanwhile_records_nothing(
    server: Server, ended: Callable[[Callable[[Store], None]], None], how: str
) -> None:
    login = f"late-{how[0]}"
    with opened(server) as store:
        change_password(store, login, add_person(store, login, f"晚来{how}（示例）", "officer", "test"), PASSWORD)
        token = opened_session(store, login)
        if how == "signed out":
            ended(lambda store: sign_out(store, token))
        else:
            ended(lambda store: end_person(store, login, "离职（示例）", "test"))
        before = len(events(store))
        problem(sent(server, token, "POST", "/reviews", named(f"LATE-{how[0].upper()}")), 401)
        assert events(store)[before:] == ([] if how == "signed out" else ["account"])


@pytest.mark.parametrize("act", ["confirm", "return"])
def test_a_decision_that_waits_is_not_ended_by_whom_was_signed_out_meanwhile(
    server: Server, officers: dict[str, str], ended: Callable[[Callable[[Store], None]], None], act: str
) -> None:
    at = f"/reviews/{failing(server)}/pending"
    pending = call(server, officers["jia"], "POST", at, json=APPROVAL).json()["pending"]["id"]
    to_see = call(server, officers["yi"], "GET", at).json()["to_see"]
    seen = [{"rule": each["rule"], "subject": each["subject"]} for each in to_see]
    body = {"seen": seen} if act == "confirm" else {"reason": "请补充（示例）"}
    with opened(server) as store:
        token = opened_session(store, "yi")
        ended(lambda store: sign_out(store, token))
        before = events(store)
        problem(sent(server, token, "POST", f"{at}/{pending}/{act}", body), 401)
        with store.reading() as connection:
            assert pending in [each.id for each in waiting(connection)]
        assert events(store) == before
