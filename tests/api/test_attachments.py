"""Files attached over the API: to each part of the record, listed, sent out as attachments that run nothing, withdrawn."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import httpx
import pytest

from review.facts.register_keys import LONGEST_SOURCE
from tests.api.conftest import Server
from tests.api.test_api import made, named

pytestmark = pytest.mark.record

CONTENT = b"%PDF-1.7 fictional report"
FILE = {"name": "检测报告（示例）.pdf", "content": b64encode(CONTENT).decode()}
SOURCE = {"source": "S-ATT", "verified_t": "9", "document": "示环〔2026〕1 号（示例）", "area": "fuqing"}


@pytest.fixture(scope="module")
def review(server: Server) -> dict[str, Any]:
    """A review, a decision on it and a source to attach to."""
    found: dict[str, Any] = made(server, named("ATT-1"), "officer").json()
    decided = server.request("POST", f"/api/v1/reviews/{found['id']}/decision", "officer", json={"outcome": "defer", "reason": "待核（示例）", "clause": "3.10-7"})  # fmt: skip
    assert decided.status_code == 201, decided.text
    assert server.request("POST", "/api/v1/offsets", "officer", json=SOURCE).status_code == 201
    return {**found, "decision": decided.json()["id"]}


def attached(server: Server, to: dict[str, Any], role: str = "officer", key: str = "", **more: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return server.request("POST", "/api/v1/attachments", role, json={"to": to, "file": FILE, **more}, headers=headers)


def listed(server: Server, query: str, role: str = "auditor") -> list[dict[str, Any]]:
    answer = server.request("GET", f"/api/v1/attachments?{query}", role)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_a_file_is_attached_to_each_part_of_the_record(server: Server, review: dict[str, Any]) -> None:
    number, project, decision = review["id"], review["project"], review["decision"]
    for to in (
        {"project": project},
        {"review": number},
        {"review": number, "path": "project.investment_wan"},
        {"decision": decision},
        {"source": "S-ATT"},
    ):
        answer = attached(server, to, page="3", place="表 1", note="说明（示例）")
        assert answer.status_code == 201, answer.text
        found = server.request("GET", f"/api/v1/attachments/{answer.json()['id']}", "auditor").json()
        assert {name: value for name, value in found["to"].items() if name in to} == to
        assert (found["page"], found["place"], found["note"], found["withdrawn"]) == ("3", "表 1", "说明（示例）", None)
        assert found["file"]["name"] == FILE["name"] and found["file"]["bytes"] == len(CONTENT)
    shown = [each["to"] for each in listed(server, f"project={project}")]
    assert [(each["review"], each["path"], each["decision"]) for each in shown] == [
        (None, None, None), (number, None, None), (number, "project.investment_wan", None), (number, None, decision)
    ]  # fmt: skip
    assert [each["to"] for each in listed(server, f"review={number}", "system")] == shown[1:]
    assert [each["to"]["source"] for each in listed(server, "source=S-ATT")] == ["S-ATT"]
    page = server.request("GET", f"/api/v1/attachments?project={project}&limit=3", "officer").json()
    rest = server.request("GET", f"/api/v1/attachments?project={project}&after={page['next']}", "officer").json()
    assert [each["to"] for each in page["items"] + rest["items"]] == shown and rest["next"] is None
    assert server.request("GET", f"/api/v1/reviews/{number}", "officer").json()["review"] == review["review"]


def test_it_comes_back_as_an_attachment_also_once_it_is_withdrawn(server: Server, review: dict[str, Any]) -> None:
    number = attached(server, {"review": review["id"]}).json()["id"]
    address = f"/api/v1/attachments/{number}"
    withdrawn = server.request("POST", f"{address}/withdraw", "officer", json={"reason": "附错（示例）"})
    assert withdrawn.status_code == 201
    found = server.request("GET", address, "auditor").json()["withdrawn"]
    assert (found["id"], found["reason"]) == (withdrawn.json()["id"], "附错（示例）")
    answer = server.request("GET", f"{address}/file", "auditor")
    assert answer.content == CONTENT and answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = server.request("POST", f"{address}/withdraw", "officer", json={"reason": "附错（示例）"})
    assert again.status_code == 422 and again.json()["code"] == "attachment-withdrawn"
    assert server.request("POST", f"{address}/withdraw", "officer", json={"reason": ""}).status_code == 422
    assert server.request("GET", f"/api/v1/attachments/{withdrawn.json()['id']}", "auditor").status_code == 404


def test_the_approval_system_attaches_and_does_not_withdraw(server: Server, review: dict[str, Any]) -> None:
    number = attached(server, {"project": review["project"]}, "system").json()["id"]
    assert attached(server, {"project": review["project"]}, "auditor").status_code == 403
    refused = server.request("POST", f"/api/v1/attachments/{number}/withdraw", "system", json={"reason": "（示例）"})
    assert refused.status_code == 403


def test_the_same_key_attaches_once_and_a_file_that_is_there_is_named_by_its_digest(server: Server, review: dict[str, Any]) -> None:  # fmt: skip
    to = {"review": review["id"]}
    first, again = attached(server, to, key="att-1"), attached(server, to, key="att-1")
    assert first.json() == again.json() and again.headers["Idempotent-Replayed"] == "true"
    assert attached(server, to, key="att-1", page="9").status_code == 409
    digest = server.request("GET", f"/api/v1/attachments/{first.json()['id']}", "officer").json()["file"]["digest"]
    named_again = server.request("POST", "/api/v1/attachments", "officer", json={"to": to, "file": {"digest": digest}})
    assert named_again.status_code == 201, named_again.text


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"to": {}}, "/to"),
        ({"to": {"project": 1, "review": "1"}}, "/to"),
        ({"to": {"path": "voc.emission_t"}}, "/to"),
        ({"to": {"project": 1, "path": "voc.emission_t"}}, "/to"),
        ({"to": {"project": "1"}}, "/to/project"),
        ({"to": {"review": "x"}}, "/to/review"),
        ({"to": 7}, "/to"),
        ({"file": {"name": "x.pdf"}}, "/file"),
        ({"file": {"digest": "sha256:" + "0" * 64}}, "/file/digest"),
        ({"file": {**FILE, "content": "%%%"}}, "/file/content"),
        ({"file": {**FILE, "content": ""}}, "/file"),
        ({"file": {**FILE, "name": "检测报告.exe"}}, "/file"),
        ({"file": {**FILE, "name": "\u202efdp.exe"}}, "/file"),
        ({"file": {"name": "a.html", "content": b64encode(b"<script>").decode()}}, "/file"),
        ({"file": {"name": "a.svg", "content": b64encode(b"<svg onload=alert(1)>").decode()}}, "/file"),
        ({"file": {"name": "x" * 197 + ".pdf", "content": FILE["content"]}}, "/file/name"),
        ({"page": "x" * 51}, "/page"),
        ({"place": "x" * 501}, "/place"),
        ({"note": "\u0000"}, "/note"),
        ({"more": 1}, "/more"),
    ],
)
def test_what_cannot_be_attached(server: Server, review: dict[str, Any], changes: dict[str, Any], pointer: str) -> None:
    asked = {"to": {"review": review["id"]}, "file": FILE, **changes}
    answer = server.request("POST", "/api/v1/attachments", "officer", json=asked)
    assert answer.status_code == 422, answer.text
    assert [each["pointer"] for each in answer.json()["errors"]][:1] == [pointer]


def test_the_name_of_a_file_is_no_path(server: Server, review: dict[str, Any]) -> None:
    for name in ("../../etc/报告.pdf", "C:\\windows\\报告.pdf"):
        made = attached(server, {"review": review["id"]}, file={**FILE, "name": name})
        found = server.request("GET", f"/api/v1/attachments/{made.json()['id']}", "officer").json()
        assert found["file"]["name"] == "报告.pdf"


@pytest.mark.parametrize(
    "query", ["", "project=1&review=1", "project=x", "review=99999", "source=S-NONE", "project=99999"]
)
def test_what_is_listed_is_named(server: Server, query: str) -> None:
    assert server.request("GET", f"/api/v1/attachments?{query}", "officer").status_code in (404, 422)


def test_the_longest_id_of_a_kind_is_a_key_of_every_call(server: Server) -> None:
    """Where two kinds have the same id, the later one has its kind before it."""
    for kind in ("voc", "carbon"):
        source = {**SOURCE, "source": "C" * LONGEST_SOURCE, "pollutant": kind}
        assert server.request("POST", "/api/v1/offsets", "officer", json=source).status_code == 201
    key = server.request("GET", "/api/v1/offsets", params={"pollutant": "carbon"}).json()[-1]["source"]
    assert len(key) > LONGEST_SOURCE
    assert attached(server, {"source": key}).status_code == 201
    assert [each["to"]["source"] for each in listed(server, f"source={key}")] == [key]
    assert server.request("GET", "/api/v1/offsets", params={"after": key}).status_code == 200
