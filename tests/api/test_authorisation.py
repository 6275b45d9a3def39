"""Who may do what: the table that the routes themselves make, held against this one, and tried cell by cell."""

from __future__ import annotations

import hmac
from datetime import timedelta
from unittest import mock

import pytest

from api.app import ROUTERS
from api.openapi import authorised
from review import clock
from review.record.access.keys import ROLES, authenticate, create_key
from review.record.storage.store import open_store
from tests.api.conftest import Server
from tests.api.test_api import HEAD, made, named, problem

ALL = "system officer auditor admin"
TABLE = {
    ("POST", "/api/v1/check"): ALL,
    ("POST", "/api/v1/check:batch"): ALL,
    ("POST", "/api/v1/reviews"): "system officer",
    ("POST", "/api/v1/reviews:batch"): "system officer",
    ("GET", "/api/v1/reviews"): ALL,
    ("GET", "/api/v1/reviews/{number}"): ALL,
    ("POST", "/api/v1/reviews/{number}/decision"): "system officer",
    ("POST", "/api/v1/reviews/{number}/replay"): "officer auditor admin",
    ("POST", "/api/v1/replays"): "officer auditor admin",
    ("GET", "/api/v1/replays"): "officer auditor admin",
    ("GET", "/api/v1/replays/{replay}"): "officer auditor admin",
    ("GET", "/api/v1/replays/{replay}/differences"): "officer auditor admin",
    ("POST", "/api/v1/replays/{replay}/cancel"): "officer auditor admin",
    ("GET", "/api/v1/rulesets"): ALL,
    ("GET", "/api/v1/rulesets/{name}"): ALL,
    ("GET", "/api/v1/rulesets/{name}/rules/{rule}"): ALL,
    ("GET", "/api/v1/balances"): ALL,
    ("GET", "/api/v1/balances/{medium}/not-stated"): ALL,
    ("PUT", "/api/v1/quotas"): "admin",
    ("GET", "/api/v1/offsets"): ALL,
    ("POST", "/api/v1/offsets"): "officer",
    ("GET", "/api/v1/offsets:claims"): ALL,
    ("GET", "/api/v1/worklist"): ALL,
    ("GET", "/api/v1/ledger"): ALL,
    ("GET", "/api/v1/projects/{project}"): ALL,
    ("POST", "/api/v1/projects/{project}/steps"): "officer",
    ("POST", "/api/v1/projects/{project}/holder"): "officer",
    ("GET", "/api/v1/inbox"): ALL,
    ("GET", "/api/v1/absences"): ALL,
    ("POST", "/api/v1/absences"): "officer admin",
    ("DELETE", "/api/v1/absences/{absence}"): "officer admin",
    ("GET", "/api/v1/calendar"): ALL,
    ("PUT", "/api/v1/calendar/{year}"): "admin",
    ("PUT", "/api/v1/terms"): "admin",
    ("GET", "/api/v1/webhooks"): "admin",
    ("POST", "/api/v1/webhooks"): "admin",
    ("DELETE", "/api/v1/webhooks/{hook}"): "admin",
    ("POST", "/api/v1/webhooks/{hook}/secret"): "admin",
    ("POST", "/api/v1/webhooks/{hook}/test"): "admin",
    ("POST", "/api/v1/webhooks/{hook}/resend"): "admin",
    ("GET", "/api/v1/deliveries"): "admin",
    ("POST", "/api/v1/deliveries/{delivery}/resend"): "admin",
    ("POST", "/api/v1/sessions"): "",
    ("DELETE", "/api/v1/sessions"): ALL,
    ("GET", "/api/v1/me"): ALL,
    ("POST", "/api/v1/password"): ALL,
    ("GET", "/api/v1/people"): "admin",
    ("POST", "/api/v1/people"): "admin",
    ("POST", "/api/v1/people/{login}/password"): "admin",
    ("DELETE", "/api/v1/people/{login}"): "admin",
    ("DELETE", "/api/v1/people/{login}/second-factor"): "admin",
    ("POST", "/api/v1/second-factor"): ALL,
    ("POST", "/api/v1/second-factor/confirm"): ALL,
    ("POST", "/api/v1/second-factor/end"): ALL,
    ("GET", "/api/v1/sign-in-rules"): "admin",
    ("PUT", "/api/v1/sign-in-rules"): "admin",
    ("GET", "/api/v1/known-people"): "admin",
    ("POST", "/api/v1/known-people"): "admin",
    ("DELETE", "/api/v1/known-people/{subject}"): "admin",
    ("GET", "/api/v1/keys"): "admin",
    ("POST", "/api/v1/keys"): "admin",
    ("DELETE", "/api/v1/keys/{key}"): "admin",
    ("GET", "/api/v1/events"): "system auditor admin",
    ("GET", "/api/v1/events:export"): "auditor admin",
    ("GET", "/api/v1/audit-log"): "auditor admin",
    ("GET", "/api/v1/audit-log:export"): "auditor admin",
    ("GET", "/api/v1/corrected-figures"): "officer auditor admin",
    ("GET", "/api/v1/corrected-figures:export"): "officer auditor admin",
    ("GET", "/api/v1/search"): ALL,
    ("GET", "/api/v1/decisions"): "officer auditor admin",
    ("GET", "/api/v1/decisions:export"): "officer auditor admin",
    ("GET", "/api/v1/decisions:statistics"): "officer auditor admin",
    ("GET", "/api/v1/proposals"): ALL,
    ("POST", "/api/v1/proposals"): "officer",
    ("GET", "/api/v1/proposals/{proposal}"): ALL,
    ("GET", "/api/v1/proposals/{proposal}/files/{digest}"): ALL,
    ("POST", "/api/v1/proposals/{proposal}/confirm"): "officer",
    ("POST", "/api/v1/proposals/{proposal}/return"): "officer",
    ("POST", "/api/v1/proposals/{proposal}/withdraw"): "officer",
    ("POST", "/api/v1/proposals/{proposal}/preview"): "officer",
    ("GET", "/api/v1/proposals/{proposal}/preview"): ALL,
    ("GET", "/api/v1/attachments"): ALL,
    ("POST", "/api/v1/attachments"): "system officer",
    ("GET", "/api/v1/attachments/{attachment}"): ALL,
    ("GET", "/api/v1/attachments/{attachment}/file"): ALL,
    ("POST", "/api/v1/attachments/{attachment}/withdraw"): "officer",
    ("GET", "/api/v1/reviews/{number}/supplement"): ALL,
    ("GET", "/api/v1/reviews/{number}/answers"): ALL,
    ("POST", "/api/v1/reviews/{number}/answers"): "officer",
    ("GET", "/api/v1/reviews/{number}/sign-off"): ALL,
    ("POST", "/api/v1/reviews/{number}/sign-off"): "officer",
    ("POST", "/api/v1/reviews/{number}/sign-off/signatures"): "officer",
    ("GET", "/api/v1/sign-off-rules"): ALL,
    ("PUT", "/api/v1/sign-off-rules"): "admin",
    ("GET", "/api/v1/notes"): ALL,
    ("POST", "/api/v1/notes"): "officer",
    ("POST", "/api/v1/notes/{note}/withdraw"): "officer",
    ("GET", "/api/v1/consultations"): ALL,
    ("POST", "/api/v1/consultations"): "officer",
    ("GET", "/api/v1/consultations/{consultation}"): ALL,
    ("POST", "/api/v1/consultations/{consultation}/replies"): "system officer",
    ("POST", "/api/v1/consultations/{consultation}/close"): "officer",
    ("POST", "/api/v1/consultations/{consultation}/withdraw"): "officer",
    ("GET", "/api/v1/reviews/{number}/papers/{kind}"): ALL,
    ("GET", "/api/v1/papers/{code}"): "officer auditor admin",
    ("GET", "/api/v1/reviews/{number}/sheet"): ALL,
    ("GET", "/api/v1/pending-decisions"): ALL,
    ("GET", "/api/v1/reviews/{number}/pending"): ALL,
    ("POST", "/api/v1/reviews/{number}/pending"): "officer",
    ("POST", "/api/v1/reviews/{number}/pending/{pending}/confirm"): "officer",
    ("POST", "/api/v1/reviews/{number}/pending/{pending}/return"): "officer",
    ("POST", "/api/v1/reviews/{number}/pending/{pending}/withdraw"): "officer",
    ("GET", "/api/v1/reviews/{number}/receipt"): ALL,
    ("GET", "/api/v1/checkpoints"): "officer auditor admin",
    ("GET", "/api/v1/checkpoints/last"): "officer auditor admin",
    ("POST", "/api/v1/checkpoints"): "officer auditor admin",
    ("POST", "/api/v1/verifications"): "officer auditor admin",
    ("GET", "/api/v1/verifications"): "officer auditor admin",
    ("GET", "/api/v1/verifications/{verification}"): "officer auditor admin",
    ("POST", "/api/v1/verifications/{verification}/cancel"): "officer auditor admin",
    ("GET", "/api/v1/drafts"): "officer",
    ("POST", "/api/v1/drafts"): "officer",
    ("GET", "/api/v1/drafts/{draft}"): "officer",
    ("PUT", "/api/v1/drafts/{draft}"): "officer",
    ("GET", "/api/v1/drafts/{draft}/versions"): "officer",
    ("POST", "/api/v1/drafts/{draft}/submit"): "officer",
    ("POST", "/api/v1/drafts/{draft}/put-away"): "officer",
    ("POST", "/api/v1/drafts/{draft}/take-back"): "officer",
    ("GET", "/api/v1/indicators"): ALL,
    ("GET", "/api/v1/indicators/projects"): ALL,
    ("GET", "/api/v1/worklist:split"): ALL,
    ("GET", "/api/v1/projects/{project}/versions"): ALL,
    ("GET", "/api/v1/projects/{project}/differences"): ALL,
    ("GET", "/api/v1/offsets:history"): ALL,
    ("GET", "/api/v1/rulesets/{name}/clauses"): ALL,
    ("GET", "/api/v1/office"): ALL,
    ("PUT", "/api/v1/office"): "admin",
    ("PUT", "/api/v1/known-people/{subject}/rule-keeper"): "admin",
    ("PUT", "/api/v1/known-people/{subject}/address"): "admin",
    ("GET", "/healthz"): "",
    ("GET", "/readyz"): "",
    ("GET", "/metrics"): "",
    ("GET", "/docs"): "",
    ("GET", "/problems"): "",
    ("GET", "/problems/{code}"): "",
}
FOUND = authorised(ROUTERS)
CONCRETE = {
    "absence": "999999",
    "year": "2026",
    "number": "999999",
    "project": "999999",
    "proposal": "999999",
    "attachment": "999999",
    "note": "999999",
    "consultation": "999999",
    "name": "fuqing@2023",
    "rule": "voc-offset",
    "code": "unusable",
    "kind": "opinion",
    "draft": "999999",
}
NOBODY = ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer two-high.0000000000000000.x", "Bearer " + "x" * 5000, "Bearer two-high-session.0000000000000000.x", "Bearer a.b.c"]  # fmt: skip


def concrete(path: str) -> str:
    for name in (
        "absence",
        "year",
        "number",
        "project",
        "proposal",
        "attachment",
        "note",
        "consultation",
        "name",
        "rule",
        "replay",
        "hook",
        "delivery",
        "login",
        "subject",
        "key",
        "code",
        "kind",
        "draft",
        "pending",
        "verification",
    ):
        path = path.replace(f"{{{name}}}", CONCRETE.get(name, "none"))
    return path


def test_the_routes_ask_for_what_the_table_says() -> None:
    assert {endpoint: set(roles) for endpoint, roles in FOUND.items()} == {
        endpoint: set(roles.split()) for endpoint, roles in TABLE.items()
    }


@pytest.mark.parametrize("role", [*ROLES, None])
@pytest.mark.parametrize("endpoint", FOUND, ids=" ".join)
def test_each_role_may_do_what_the_table_says(server: Server, endpoint: tuple[str, str], role: str | None) -> None:
    method, path = endpoint
    response = server.request(method, concrete(path), role, content=b"{}", headers=HEAD)
    allowed = TABLE[endpoint].split()
    if not allowed:
        assert response.status_code in (200, 422)
    elif role is None:
        problem(response, 401)
    elif role in allowed:
        assert response.status_code not in (401, 403)
    else:
        problem(response, 403)


@pytest.mark.parametrize("presented", NOBODY, ids=range(len(NOBODY)))
def test_without_a_good_key_nothing_is_told(server: Server, presented: str) -> None:
    for method, path in (("GET", "/api/v1/rulesets"), ("POST", "/api/v1/check"), ("GET", "/api/v1/reviews/1")):
        response = server.request(method, path, None, headers={"Authorization": presented} if presented else {})
        problem(response, 401)
        assert response.headers["www-authenticate"] == "Bearer"


def test_who_calls_is_settled_before_the_body_is_looked_at(server: Server) -> None:
    for content in (b"{", b"x" * 2_000_000):
        problem(server.request("POST", "/api/v1/reviews", None, content=content, headers=HEAD), 401)
        problem(server.request("POST", "/api/v1/reviews", "auditor", content=content, headers=HEAD), 403)


def test_a_sender_s_key_is_that_sender_s_alone(server: Server) -> None:
    """The same Idempotency-Key from another caller is another request."""
    headers = {"Idempotency-Key": "mine"}
    first = made(server, named("OWN-1"), "system", headers=headers)
    other = made(server, named("OWN-2"), "officer", headers=headers)
    assert first.status_code == other.status_code == 201 and first.json()["id"] != other.json()["id"]


def test_a_key_that_is_another_s_in_part_is_nobody(server: Server) -> None:
    mine, other = server.keys["officer"].split("."), server.keys["admin"].split(".")
    for parts in (
        (mine[0], other[1], mine[2]),
        (mine[0], mine[1], other[2]),
        (mine[0], mine[1], mine[2][:-1]),
        (mine[0], mine[1], ""),
    ):
        problem(
            server.request("GET", "/api/v1/keys", None, headers={"Authorization": "Bearer " + ".".join(parts)}), 401
        )


def test_an_expired_and_a_revoked_key_are_nobody(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.utc_now()
    store = open_store(server.database)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "utc_now", lambda: now - timedelta(days=2))
        expired = create_key(store, "过期密钥（示例）", "admin", "test", days=1)
    store.close()
    problem(server.request("GET", "/api/v1/keys", None, headers={"Authorization": f"Bearer {expired}"}), 401)
    revoked = server.request("POST", "/api/v1/keys", "admin", json={"name": "x（示例）", "role": "admin"}).json()["key"]
    assert server.request("DELETE", f"/api/v1/keys/{revoked.split('.')[1]}", "admin").status_code == 204
    problem(server.request("GET", "/api/v1/keys", None, headers={"Authorization": f"Bearer {revoked}"}), 401)


def test_comparing_a_secret_takes_as_long_whatever_is_presented(server: Server) -> None:
    """Digests of one length are compared, in constant time, for every key that there is or is not."""
    store = open_store(server.database)
    key = server.keys["officer"]
    prefix, number, secret = key.split(".")
    presented = (f"{prefix}.{number}.~{secret[1:]}", f"{key[:-1]}~", f"{prefix}.{'0' * 16}.{secret}", "x", "")
    with store.reading() as connection, mock.patch("hmac.compare_digest", wraps=hmac.compare_digest) as compared:
        assert [authenticate(connection, each) for each in presented] == [None] * len(presented)
    store.close()
    lengths = {len(side) for call in compared.call_args_list for side in call.args}
    assert (compared.call_count, lengths) == (len(presented), {len("hmac-sha256:") + 64})
