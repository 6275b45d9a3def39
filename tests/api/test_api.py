"""The JSON API as the approval system calls it: over loopback, on both databases."""

from __future__ import annotations

import io
import json
import socket
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from openpyxl import load_workbook

from api.app import create_app
from api.received import PASSED_OVER, WORKBOOK
from api.settings import Settings
from review import choose, clock, judge, read_sheet
from review.errors import EngineDisagreement
from review.law.loading import load_builtin
from review.readers.workbook_template import fill_template
from review.record.access.keys import create_key
from review.record.proof.verification import verify
from review.record.storage.store import open_store
from tests.api.conftest import Server, administrator_key, forked, serving, stop
from tests.sheets import NEW_TWO_HIGH, sheet

pytestmark = pytest.mark.record

SHEETS = Path(__file__).resolve().parents[2] / "fixtures" / "sheets"
AS_OF = {"as_of": "2025-03-01"}
RECORDED = {**AS_OF, "reason": "补录（示例）"}


def made(server: Server, content: Any, role: str = "system", **options: Any) -> httpx.Response:
    return server.request("POST", "/api/v1/reviews", role, json=content, params=RECORDED, **options)


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    """The problem a response is; every failure has this one shape."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body.keys() == {"type", "title", "status", "detail", "instance", "code", "errors"}
    assert body["status"] == status and "Traceback" not in response.text
    return body


def named(code: str, **changes: Any) -> dict[str, Any]:
    return sheet(
        {"project.code": code, **{name.replace("__", "."): value for name, value in changes.items()}}, NEW_TWO_HIGH
    )


def test_check_gives_the_very_bytes_of_the_library_and_stores_nothing(server: Server) -> None:
    for path in sorted(SHEETS.glob("*.json")):
        content = path.read_bytes()
        response = server.request(
            "POST", "/api/v1/check", content=content, params=AS_OF, headers={"Content-Type": "application/json"}
        )
        day = date(2025, 3, 1)
        assert response.content == judge(read_sheet(content, "json"), choose(None, day), day).to_bytes(), path
    assert all("check" not in each["id"] for each in server.request("GET", "/api/v1/reviews").json()["items"])


def test_decimals_are_exact_on_the_wire(server: Server) -> None:
    content = '{"project": {"name": "x", "investment_wan": 11.9999999999999999999}}'
    body = problem(
        server.request("POST", "/api/v1/check", content=content, headers={"Content-Type": "application/json"}), 422
    )
    assert body["errors"][0]["pointer"] == "/project/investment_wan"


def test_a_session_of_an_approval_system(server: Server) -> None:
    first = made(server, named("API-1"), headers={"Idempotency-Key": "one"})
    assert first.status_code == 201
    again = made(server, named("API-1"), headers={"Idempotency-Key": "one"})
    assert (again.status_code, again.content) == (201, first.content)
    assert (
        "with another sheet"
        in problem(
            made(
                server, named("API-1", voc__emission_t="1"), headers={"Idempotency-Key": "one", "Accept-Language": "en"}
            ),
            409,
        )["detail"]
    )
    number = first.json()["id"]
    assert first.headers["location"] == f"/api/v1/reviews/{number}"
    shown = server.request("GET", f"/api/v1/reviews/{number}")
    assert shown.json() == first.json()
    path = f"/api/v1/reviews/{number}/decision"
    body = problem(server.request("POST", path, "system", json={"outcome": "supplement"}), 422)
    assert body["errors"][0]["path"] == "on_behalf_of"
    ruling = {"outcome": "supplement", "on_behalf_of": "审查岗（示例）"}
    tag = shown.headers["etag"]
    decided = server.request("POST", path, "system", json=ruling, headers={"If-Match": tag, "Idempotency-Key": "two"})
    assert decided.status_code == 201 and decided.json()["departs"] is False
    assert (
        server.request("POST", path, "system", json=ruling, headers={"If-Match": tag, "Idempotency-Key": "two"}).json()[
            "id"
        ]
        == decided.json()["id"]
    )
    problem(server.request("POST", path, "system", json=ruling, headers={"If-Match": tag}), 412)
    assert server.request("GET", f"/api/v1/reviews/{number}").headers["etag"] != tag
    lines = server.request("GET", "/api/v1/worklist", params={"text": "API-1"}).json()["items"]
    assert [(each["review"], each["outcome"]) for each in lines] == [(int(number), "supplement")]
    same = server.request("POST", f"/api/v1/reviews/{number}/replay", "auditor", json={}).json()
    assert same["difference"] is None
    other = server.request("POST", f"/api/v1/reviews/{number}/replay", "auditor", json={"against": "fuqing@2022"})
    assert other.status_code == 200
    events = server.request("GET", f"/api/v1/projects/{first.json()['project']}").json()["events"]
    assert [each["kind"] for each in events] == ["review", "decision"]
    assert events[1]["actor"] == "system（示例）"


def test_pages_of_reviews_and_sources(server: Server) -> None:
    for place in range(5):
        assert made(server, named(f"PAGE-{place}")).status_code == 201
        entry = {"source": f"P-{place}", "verified_t": "1.5", "document": "核定（示例）"}
        assert server.request("POST", "/api/v1/offsets", json=entry).status_code == 201
    seen: list[str] = []
    cursor: int | None = None
    while True:
        params = {"limit": "2", **({"cursor": str(cursor)} if cursor else {})}
        page = server.request("GET", "/api/v1/reviews", "auditor", params=params).json()
        seen += [each["id"] for each in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) >= 5 and seen == sorted(seen, key=int, reverse=True)
    names = [
        each["source"]
        for each in server.request("GET", "/api/v1/offsets", params={"after": "P-1", "limit": "2"}).json()
    ]
    assert names == ["P-2", "P-3"]


def test_rulesets_and_rules(server: Server) -> None:
    assert [each["name"] for each in server.request("GET", "/api/v1/rulesets").json()] == [
        each.name for each in load_builtin()
    ]
    edition = server.request("GET", "/api/v1/rulesets/fuqing@2023").json()
    assert edition["parameters"]["offset_ratio"]["value"] == "1.2" and edition["rules"]
    rule = server.request("GET", "/api/v1/rulesets/fuqing@2023/rules/voc-offset").json()
    assert rule["citations"][0]["clause"] == "3.10-7"
    for path in ("fuqing@1900", "../etc@x", "fuqing", "fuqing@2023/rules/none", "%2e%2e%2f@x"):
        problem(server.request("GET", f"/api/v1/rulesets/{path}"), 404)


def test_keys_are_made_and_revoked_by_an_administrator(server: Server) -> None:
    key = server.request(
        "POST", "/api/v1/keys", "admin", json={"name": "新系统（示例）", "role": "system", "days": 30}
    ).json()["key"]
    headers = {"Authorization": f"Bearer {key}"}
    assert server.request("GET", "/api/v1/rulesets", None, headers=headers).status_code == 200
    number = key.split(".")[1]
    assert server.request("DELETE", f"/api/v1/keys/{number}", "admin", params={"reason": "示例"}).status_code == 204
    problem(server.request("GET", "/api/v1/rulesets", None, headers=headers), 401)
    listed = {each["key"]: each for each in server.request("GET", "/api/v1/keys", "admin").json()}
    assert listed[number]["revoked"] == "示例" and "secret" not in listed[number]
    problem(server.request("DELETE", "/api/v1/keys/none", "admin"), 404)


@pytest.mark.parametrize(
    "presented", ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer two-high.0000000000000000.x", "Bearer " + "x" * 5000]
)
def test_without_a_good_key_nothing_is_told(server: Server, presented: str) -> None:
    response = server.request(
        "GET", "/api/v1/rulesets", None, headers={"Authorization": presented} if presented else {}
    )
    problem(response, 401)
    assert response.headers["www-authenticate"] == "Bearer"


HEAD = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("content", "headers", "status", "where"),
    [
        (b"{", HEAD, 422, ""), (b"", HEAD, 422, ""), (b"[]", HEAD, 422, ""), (b'{"project": {"name": NaN}}', HEAD, 422, ""),
        (b'{"project": {"name": "x", "name": "y"}}', HEAD, 422, "/project/name"), (b'{"project": {"name": "x"}, "colour": 1}', HEAD, 422, "/colour"),
        (b'{"project": {"name": "x"}, "voc": {"offsets": [{"area": "moon"}]}}', HEAD, 422, "/voc/offsets/0/area"),
        (b'{"project": {"name": "x", "water_m3": ' + b"9" * 500 + b"}}", HEAD, 422, ""), (b"[" * 100_000, HEAD, 422, ""), (b"\xff\xfe\x00", HEAD, 422, ""),
        (b'{"project": {"name": "x"}, "site": {"park": "atlantis"}}', HEAD, 422, "/site/park"), (b"{}", {"Content-Type": "text/plain"}, 415, ""),
        (b"{}", {"Content-Type": ""}, 415, ""), (b" " * 1_000_001, HEAD, 413, ""), (b'{"project": {"name": "\\ud800"}}', HEAD, 422, "/project/name"),
        (b'{"project": {"name": "x"}, "voc": {"offsets": [{"source": "S\\u200b1"}]}}', HEAD, 422, "/voc/offsets/0/source"),
        (b'{"project": {"name": "x"}, "voc": {"added_t": 20, "emission_t": 3}}', HEAD, 422, "/voc/added_t"),
    ],
    ids=range(17),
)  # fmt: skip
def test_a_bad_body_is_a_clear_problem(
    server: Server, content: bytes, headers: dict[str, str], status: int, where: str
) -> None:
    for path in ("check", "reviews"):
        body = problem(server.request("POST", f"/api/v1/{path}", "system", content=content, headers=headers), status)
        assert not where or body["errors"][0]["pointer"] == where
    assert server.request("GET", "/healthz", None).json() == {"status": "ok"}


def test_worksheets_that_are_passed_over_are_said_in_a_header(server: Server) -> None:
    book = load_workbook(io.BytesIO(fill_template({"project": {"name": "甲（虚构）"}})))
    for said in (None, "%E8%8D%89%E7%A8%BF"):
        content = io.BytesIO()
        book.save(content)
        for path, status in (("check", 200), ("reviews", 201)):
            headers = {"Content-Type": WORKBOOK}
            answer = server.request("POST", f"/api/v1/{path}", content=content.getvalue(), headers=headers)
            assert (answer.status_code, answer.headers.get(PASSED_OVER)) == (status, said)
        book.create_sheet("草稿")


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/api/v1/nothing", {}, 404), ("PUT", "/api/v1/check", {}, 405), ("GET", "/api/v1/reviews/0", {}, 422), ("GET", "/api/v1/reviews/x", {}, 422),
        ("GET", "/api/v1/reviews/999999", {}, 404), ("GET", "/api/v1/reviews/9223372036854775808", {}, 422), ("GET", "/api/v1/projects/424242", {}, 404),
        ("GET", "/api/v1/reviews", {"params": {"limit": "0"}}, 422), ("GET", "/api/v1/reviews", {"params": {"since": "yesterday"}}, 422),
        ("GET", "/api/v1/worklist", {"params": {"updated_since": "2026-11-26"}}, 422), ("GET", "/api/v1/worklist", {"params": {"sort": "project", "cursor": "1.2"}}, 422),
        ("GET", "/api/v1/worklist", {"params": {"cursor": "x"}}, 422), ("GET", "/api/v1/worklist", {"params": {"energy_from": "lots"}}, 422),
        ("GET", "/api/v1/worklist", {"params": {"text": "a\x00b"}}, 422), ("GET", "/api/v1/offsets", {"params": {"after": "\x00"}}, 422),
        ("POST", "/api/v1/offsets", {"json": {"source": "S", "verified_t": "ten", "document": "x"}}, 422),
        ("POST", "/api/v1/offsets", {"json": {"source": "S", "verified_t": -1, "document": "x"}}, 422), ("POST", "/api/v1/offsets", {"json": []}, 422),
        ("POST", "/api/v1/reviews/999999/decision", {"json": {"outcome": "approve", "on_behalf_of": "x"}}, 404),
        ("POST", "/api/v1/reviews/999999/decision", {"json": {"outcome": "perhaps"}}, 422),
        ("POST", "/api/v1/reviews/999999/replay", {"json": {"against": "../x"}}, 422), ("POST", "/api/v1/reviews/999999/replay", {"json": {"as_of": "x"}}, 422),
        ("POST", "/api/v1/check", {"json": {"project": {"name": "x"}}, "params": {"ruleset": "/etc"}}, 422),
        ("POST", "/api/v1/check", {"json": {"project": {"name": "x"}}, "params": {"as_of": "1999-01-01"}}, 422),
    ],
)  # fmt: skip
def test_every_failure_is_a_problem(
    server: Server, method: str, path: str, options: dict[str, Any], status: int
) -> None:
    problem(server.request(method, path, "officer", **options), status)


@pytest.mark.parametrize(
    ("accepted", "words"),
    [
        ("en", "no such thing"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "没有"),
        ("en-GB;q=0.9, zh;q=0.5", "no such"),
        ("fr", "没有"),
        ("zh;q=x", "没有"),
        ("*", "没有"),
    ],
)
def test_problems_are_told_in_the_language_asked_for(server: Server, accepted: str, words: str) -> None:
    response = server.request("GET", "/api/v1/nothing", headers={"Accept-Language": accepted})
    assert words in problem(response, 404)["title"]


def test_every_answer_has_an_id_and_safe_headers(server: Server) -> None:
    response = server.request("GET", "/api/v1/rulesets", headers={"X-Request-Id": "mine-1"})
    assert response.headers["x-request-id"] == "mine-1"
    assert response.headers["x-content-type-options"] == "nosniff"
    forged = server.request("GET", "/api/v1/rulesets", headers={"X-Request-Id": "a b<script>"}).headers["x-request-id"]
    assert forged.isalnum()


def test_the_log_holds_no_content_and_no_key(server: Server) -> None:
    made(server, sheet({"project.name": "秘密工程四七一一"}, NEW_TWO_HIGH))
    server.request("POST", "/api/v1/check", content=b'{"secretword": ', headers=HEAD)
    printed = "".join(server.printed)
    assert '"route": "/api/v1/reviews"' in printed
    # Words no random request id can hold: such an id is hexadecimal.
    assert "秘密工程" not in printed and "secretword" not in printed
    assert not any(key.split(".")[2] in printed for key in server.keys.values())


def test_metrics_and_readiness(server: Server) -> None:
    assert server.request("GET", "/readyz", None).json() == {"status": "ok", "waiting": []}
    text = server.request("GET", "/metrics", None).text
    assert 'two_high_requests_total{method="GET",route="/readyz",status="200"}' in text


def test_a_record_ahead_of_the_clock_is_told(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.utc_now
    monkeypatch.setattr(clock, "utc_now", lambda: now() - timedelta(hours=3))
    found = server.request("GET", "/readyz", None).json()
    assert found["status"] == "ok" and found["ahead"] > now().isoformat()[:10]


def within(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> tuple[httpx.Response, str]:
    """What an application of this process answers to a check that fails so, and what it has counted then."""

    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("api.routes.reviews.judge", broken)
    database = f"sqlite:///{tmp_path / 'record.sqlite'}"
    store = open_store(database)
    key = create_key(store, "x", "officer", "test")
    store.close()
    app = create_app(Settings(database=database))

    async def call() -> tuple[httpx.Response, str]:
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client,
        ):
            answer = await client.post(
                "/api/v1/check", json=NEW_TWO_HIGH, params=AS_OF, headers={"Authorization": f"Bearer {key}"}
            )
            return answer, (await client.get("/metrics")).text

    return anyio.run(call)


@pytest.mark.record
def test_an_error_nobody_foresaw_is_a_problem_and_its_words_are_not_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    response, _ = within(tmp_path, monkeypatch, ZeroDivisionError("秘密工程四七一一"))
    body = problem(response, 500)
    assert body["instance"] in caplog.text and "ZeroDivisionError" in caplog.text
    assert "四七一一" not in caplog.text + str(body)


@pytest.mark.record
def test_evaluators_that_differ_give_no_verdict_and_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    error = EngineDisagreement("voc-offset", "voc", "met", "unmet", {"voc.emission_t": "四七一一"})
    response, counted = within(tmp_path, monkeypatch, error)
    body = problem(response, 500)
    assert (
        body["instance"] in caplog.text
        and "voc-offset" in caplog.text
        and body["errors"][0]["path"] == "voc-offset [voc]"
    )
    assert "四七一一" not in caplog.text + str(body)
    assert "two_high_disagreements_total 1.0" in counted


def test_documentation_needs_nothing_from_elsewhere(server: Server) -> None:
    page = server.request("GET", "/docs", None).text
    assert "/api/v1/reviews/{number}/decision" in page and "<script" not in page
    assert "http://" not in page and "https://" not in page
    document = server.request("GET", "/openapi.json", None).json()
    fields = document["components"]["schemas"]["ProjectSheet"]["properties"]
    assert "energy" in fields
    text = json.dumps(document)
    assert "#/$defs/" not in text
    for reference in set(part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]):
        assert reference in document["components"]["schemas"], reference


def test_the_record_is_intact_after_all_that(server: Server) -> None:
    store = open_store(server.database, create=False)
    with store.reading() as connection:
        assert verify(connection).breaks == ()
    store.close()


@pytest.mark.record
@pytest.mark.server
def test_too_many_requests_are_turned_away_and_the_first_start_shows_a_key(tmp_path: Path) -> None:
    server = forked(f"sqlite:///{tmp_path / 'record.sqlite'}", requests_per_minute="3")
    try:
        codes = [server.request("GET", "/api/v1/rulesets").status_code for _ in range(4)]
        assert codes == [200, 200, 200, 429]
        assert server.request("GET", "/api/v1/rulesets", "auditor").status_code == 200, "each key has its own"
        assert administrator_key(server.printed) is None, "there is an administrator already"
    finally:
        stop(server)


@pytest.mark.record
@pytest.mark.server
def test_a_slow_body_is_given_up(tmp_path: Path) -> None:
    with serving(f"sqlite:///{tmp_path / 'record.sqlite'}", receive_seconds="0.5") as server:
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=30) as line:
            head = f"POST /api/v1/check HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.keys['officer']}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
            line.sendall(head.encode())
            answer = line.recv(65536)
        assert answer.startswith(b"HTTP/1.1 408")
