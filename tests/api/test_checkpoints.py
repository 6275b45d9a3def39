"""Checkpoints over the API: page by page, and of a record that was rewritten told as what it is."""

from __future__ import annotations

from pathlib import Path

from review.record.cases.notes import Noted, write_note
from review.record.storage.actors import Actor
from review.record.storage.store import open_store
from tests.api.conftest import serving
from tests.api.test_api import made, named, problem
from tests.record.projects import project, recorded
from tests.record.tampering import tamper

AT = "/api/v1/checkpoints"
CLERK = Actor("经办（示例）", "person:jingban", "api", None)


def test_a_record_that_was_changed_is_told_as_damaged(tmp_path: Path) -> None:
    with serving(f"sqlite:///{tmp_path / 'record.sqlite'}") as server:
        store = open_store(server.database)
        case = recorded(store, project("CHECK-1")).project
        positions = []
        for number in range(3):
            write_note(store, Noted(project=case), f"备注 {number}（示例）", CLERK)
            positions.append(server.request("POST", AT, "auditor").json()["position"])
        first = server.request("GET", AT, "auditor", params={"limit": 1}).json()["items"]
        then = server.request("GET", AT, "auditor", params={"limit": 1, "after": first[0]["position"]}).json()["items"]
        assert [each["position"] for each in first + then] == positions[:2]

        tamper(store, f"UPDATE signed_checkpoint SET content = '[]' WHERE position = {positions[1]}")
        assert len(server.request("GET", AT, "auditor", params={"limit": 1}).json()["items"]) == 1
        damaged = problem(server.request("GET", AT, "auditor"), 500)
        assert damaged["code"] == "record-damaged" and str(positions[1]) in damaged["errors"][0]["path"]

        swapped = f"(SELECT content FROM signed_checkpoint WHERE position = {positions[0]})"
        root = f"json_set(content, '$.root', json_extract({swapped}, '$.root'))"
        tamper(store, f"UPDATE signed_checkpoint SET content = {root} WHERE position = {positions[2]}")
        write_note(store, Noted(project=case), "又一条（示例）", CLERK)
        refused = problem(server.request("POST", AT, "auditor"), 500)
        assert refused["code"] == "record-damaged" and str(positions[2]) in refused["detail"]
        assert refused["instance"]
        store.close()


def test_an_id_with_a_sign_that_no_id_has_is_refused(tmp_path: Path) -> None:
    with serving(f"sqlite:///{tmp_path / 'record.sqlite'}") as server:
        number = made(server, named("CHECK-2")).json()["id"]
        for path, role in (
            (f"reviews/{number}/pending/%00/withdraw", "officer"),
            ("verifications/a%00/cancel", "auditor"),
        ):
            problem(server.request("POST", f"/api/v1/{path}", role), 422)
