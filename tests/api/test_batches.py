"""Batches: each sheet answered for itself, exactly as alone; one that is bad spoils no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.routes import batches
from review.errors import SheetError
from review.record.access.keys import revoke_key
from review.record.cases.submissions import Recorded, submit
from review.record.storage.store import Store
from tests.api.conftest import Server, client, serving
from tests.api.test_api import AS_OF, RECORDED, named, problem

NDJSON = "application/x-ndjson"
GOOD, BAD = named("B-1"), {"project": {"name": "x"}, "colour": 1}


def batch(
    server: Server, path: str, content: Any, media: str = "application/json", role: str = "system", **headers: str
) -> httpx.Response:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return server.request(
        "POST",
        f"/api/v1/{path}:batch",
        role,
        content=data,
        params=AS_OF if path == "check" else RECORDED,
        headers={"Content-Type": media, **headers},
    )


def test_each_sheet_is_answered_as_alone(server: Server) -> None:
    found = batch(server, "check", [GOOD, BAD, 7, "x", GOOD])
    assert found.status_code == 200 and found.headers["content-type"] == "application/json"
    items = found.json()["items"]
    assert [each["status"] for each in items] == [200, 422, 422, 422, 200]
    assert [each["index"] for each in items] == list(range(5))
    alone = server.request("POST", "/api/v1/check", json=GOOD, params=AS_OF)
    assert items[0]["review"] == alone.json() and alone.content.rstrip() in found.content
    assert items[1]["problem"]["errors"][0]["pointer"] == "/colour"


def test_a_key_that_is_revoked_meanwhile_records_nothing_more(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    made = server.request(
        "POST", "/api/v1/keys", "admin", json={"name": f"批量 {server.url}（示例）", "role": "system"}
    )
    key = made.json()["key"]

    def and_revoke(store: Store, *arguments: Any, **stated: Any) -> Recorded:
        recorded = submit(store, *arguments, **stated)
        revoke_key(store, key.split(".")[1], "停用（示例）", "test")
        return recorded

    monkeypatch.setattr(batches, "submit", and_revoke)
    content = json.dumps([named(f"MID-{i}") for i in range(3)]).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    with client(base_url=server.url, headers=headers) as revoked:
        items = revoked.post("/api/v1/reviews:batch", content=content, params=RECORDED).json()["items"]
    assert [each["status"] for each in items] == [201, 401, 401]
    assert items[1]["problem"]["code"] == "key-needed"
    found = server.request("GET", "/api/v1/worklist", params={"text": "MID-", "every": "true"}).json()["items"]
    assert len(found) == 1


def test_lines_are_answered_line_by_line(server: Server) -> None:
    content = b"\n".join(
        [json.dumps(GOOD).encode(), b"", b"{not json", b'{"project": {"name": "\xff"}}', json.dumps(GOOD).encode(), b""]
    )
    found = batch(server, "check", content, NDJSON)
    assert found.headers["content-type"].startswith(NDJSON)
    lines = [json.loads(line) for line in found.text.splitlines()]
    assert [each["status"] for each in lines] == [200, 422, 422, 200]
    brief = server.request("POST", "/api/v1/check:batch", json=[GOOD], params={**AS_OF, "brief": "true"}).json()[
        "items"
    ][0]
    assert brief == {"index": 0, "status": 200, "recommendation": lines[0]["review"]["recommendation"]}


def test_a_batch_is_recorded_once_with_a_key(server: Server) -> None:
    sheets = [named("BATCH-1"), BAD, named("BATCH-2")]
    first = batch(server, "reviews", sheets, **{"Idempotency-Key": "batch"}).json()["items"]
    assert [each["status"] for each in first] == [201, 422, 201]
    again = batch(server, "reviews", sheets, **{"Idempotency-Key": "batch"}).json()["items"]
    assert [each.get("id") for each in again] == [each.get("id") for each in first]
    whole = server.request("GET", f"/api/v1/reviews/{first[0]['id']}").json()
    assert {**whole, "index": 0, "status": 201} == first[0]
    other = batch(server, "reviews", [named("BATCH-3")], **{"Idempotency-Key": "batch"}).json()["items"]
    assert other[0]["status"] == 409


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"[{}",
        b"[{},]",
        b"[{}] x",
        b"[{} {}]",
        b"[,]",
        b"nothing",
        b"[" * 100_000,
        b"\xff",
        b'[{"a": tru}]',
    ],
)
def test_an_array_that_breaks_off_is_refused_whole(server: Server, content: bytes) -> None:
    for path in ("check", "reviews"):
        problem(batch(server, path, content), 422)


def test_a_sheet_too_large_spoils_no_other(server: Server) -> None:
    large = {"project": {"name": "x" * 1_000_001}}
    assert [each["status"] for each in batch(server, "check", [large, GOOD]).json()["items"]] == [413, 200]


def test_another_media_type_and_a_bad_edition_are_refused(server: Server) -> None:
    problem(batch(server, "check", [GOOD], "text/plain"), 415)
    problem(server.request("POST", "/api/v1/check:batch", json=[GOOD], params={"ruleset": "nowhere"}), 422)


@pytest.mark.record
@pytest.mark.server
def test_limits_of_a_batch(tmp_path: Path) -> None:
    with serving(f"sqlite:///{tmp_path / 'record.sqlite'}", batch_bytes="10000", batch_sheets="2") as server:
        problem(batch(server, "check", [GOOD, GOOD, GOOD]), 422)
        problem(batch(server, "check", b'{"project": {"name": "x"}}\n' * 3, NDJSON), 422)
        problem(batch(server, "check", b" " * 10_001), 413)
        assert len(batch(server, "check", [GOOD, GOOD]).json()["items"]) == 2


@given(
    st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
            max_leaves=8,
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([None, 1]),
)
def test_an_array_is_taken_apart_into_the_texts_of_its_items(values: list[Any], indent: int | None) -> None:
    content = json.dumps(values, indent=indent).encode()
    assert [json.loads(each) for each in batches.array(content, 5)] == values
    with pytest.raises(SheetError, match="at most"):
        batches.array(json.dumps([*values, *values, *values, *values, *values, 1]).encode(), 5)


@given(st.binary(max_size=40) | st.text(alphabet='[]{},:" 1\\', max_size=20).map(str.encode))
def test_no_bytes_break_the_splitting(content: bytes) -> None:
    try:
        found = batches.array(content, 5)
    except SheetError:
        return
    assert json.loads(content) == [json.loads(each) for each in found]
