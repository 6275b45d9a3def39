"""Rules changed over the API: proposed and confirmed by two people who are signed in; a key is no person; every worker sees it at once."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from review.record.access.people import add_person, change_password
from review.record.access.rule_keepers import set_rule_keeper
from review.record.storage.store import open_store
from tests.api.conftest import Server, client
from tests.web.sessions import opened_session

pytestmark = pytest.mark.record

CHANGE: dict[str, Any] = {
    "from": "2027-01-01", "reason": "按通知修改（示例）",
    "changes": [
        {
            "parameter": "offset_ratio", "set": {"value": "1.5"}, "kind": "law", "reason": "倍量提高（示例）",
            "document": {"title": "通知（示例）", "number": "示〔2026〕1 号", "date": "2026-11-01", "page": "3"},
        }
    ],
}  # fmt: skip
SEEN = {"seen": ["2026-o1 parameter offset_ratio"]}
SHEET = {"project": {"name": "虚构项目"}}


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem that an answer is."""
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture(scope="module")
def people(server: Server) -> Iterator[dict[str, httpx.Client]]:
    """Two officers who are signed in; the second may confirm."""
    store = open_store(server.database)
    made = {}
    for login, name in (("jia", "规则员甲"), ("yi", "规则员乙")):
        change_password(store, login, add_person(store, login, name, "officer", "test"), "Rules-of-2026-示例")
        made[login] = client(base_url=server.url, headers={"Authorization": f"Bearer {opened_session(store, login)}"})
    set_rule_keeper(store, "yi", True, "授权（示例）", "test")
    store.close()
    yield made
    for each in made.values():
        each.close()


def test_two_people_change_a_figure_and_the_server_judges_by_it_at_once(
    server: Server, people: dict[str, httpx.Client]
) -> None:
    made = people["jia"].post("/api/v1/proposals", json=CHANGE)
    assert made.status_code == 201, made.text
    address = f"/api/v1/proposals/{made.json()['id']}"
    found = server.request("GET", address, "auditor").json()
    assert (found["state"], found["proposer"]) == ("proposed", {"name": "规则员甲", "subject": "person:jia"})
    (edition,) = found["editions"]
    assert (edition["name"], edition["before"], edition["from"]) == ("fuqing@2026-o1", "fuqing@2026", "2027-01-01")
    assert {cell["column"]: (cell["then"], cell["now"]) for cell in edition["changes"][0]["cells"]}["value"] == ("1.2", "1.5")  # fmt: skip
    assert problem(people["jia"].post(f"{address}/confirm", json=SEEN), 422)["code"] == "not-rule-keeper"
    assert problem(people["yi"].post(f"{address}/confirm", json={"seen": []}), 422)
    assert people["yi"].post(f"{address}/confirm", json=SEEN).status_code == 201
    assert problem(people["yi"].post(f"{address}/confirm", json=SEEN), 422)["code"] == "proposal-ended"
    for day, name in (("2026-12-31", "2026"), ("2027-01-01", "2026-o1")):
        judged = server.request("POST", f"/api/v1/check?as_of={day}", "officer", json=SHEET)
        assert judged.json()["ruleset"]["edition"] == name
    listed = {each["name"]: each for each in server.request("GET", "/api/v1/rulesets", "officer").json()}
    assert (listed["fuqing@2026"]["until"], listed["fuqing@2026-o1"]["from"]) == ("2026-12-31", "2027-01-01")
    assert server.request("GET", "/readyz", None).json() == {"status": "ok", "waiting": []}


def test_a_key_is_no_person(server: Server) -> None:
    asked = {**CHANGE, "changes": [{**CHANGE["changes"][0], "set": {"value": "1.6"}}]}
    answer = server.request("POST", "/api/v1/proposals", "officer", json=asked, headers={"Accept-Language": "en"})
    assert "a key cannot make one" in answer.text


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"set": {"value": "1.5x"}}, None),
        ({"parameter": "offset_rato"}, "/changes/0"),
        ({"document": None}, "/changes/0"),
        ({"kind": "whim"}, "/changes/0/kind"),
        ({"set": {"value": 1.5}}, "/changes/0/set/value"),
    ],
)
def test_what_cannot_be_proposed(people: dict[str, httpx.Client], change: dict[str, Any], pointer: str | None) -> None:
    asked = {**CHANGE, "changes": [{**CHANGE["changes"][0], **change}]}
    found = problem(people["jia"].post("/api/v1/proposals", json=asked), 422)
    assert pointer is None or found["errors"][0]["pointer"] == pointer


def test_a_proposal_that_is_not_there(server: Server) -> None:
    assert problem(server.request("GET", "/api/v1/proposals/99", "officer"), 404)
    assert problem(server.request("GET", "/api/v1/proposals/99/preview", "officer"), 404)


SCAN = {"name": "通知（示例）.pdf", "content": b64encode(b"%PDF-1.7 fictional notice").decode()}


def with_file(file: dict[str, Any], value: str = "1.7") -> dict[str, Any]:
    change = CHANGE["changes"][0]
    return {
        **CHANGE,
        "changes": [{**change, "set": {"value": value}, "document": {**change["document"], "file": file}}],
    }


def test_a_scan_is_sent_in_base64_named_by_digest_after_and_comes_back_as_an_attachment(
    server: Server, people: dict[str, httpx.Client]
) -> None:
    made = people["jia"].post("/api/v1/proposals", json=with_file(SCAN))
    assert made.status_code == 201, made.text
    address = f"/api/v1/proposals/{made.json()['id']}"
    (file,) = server.request("GET", address, "auditor").json()["files"]
    assert (file["name"], file["media"], file["bytes"]) == (SCAN["name"], "application/pdf", 25)
    answer = server.request("GET", f"{address}/files/{file['digest']}", "auditor")
    assert answer.content == b"%PDF-1.7 fictional notice" and answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment") and "sandbox" in answer.headers["Content-Security-Policy"]  # fmt: skip
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert problem(server.request("GET", f"{address}/files/sha256:0", "auditor"), 404)
    again = people["jia"].post("/api/v1/proposals", json=with_file({"digest": file["digest"]}, "1.8"))
    assert again.status_code == 201, again.text
    assert server.request("GET", f"/api/v1/proposals/{again.json()['id']}", "auditor").json()["files"] == [file]


@pytest.mark.parametrize(
    ("file", "pointer"),
    [
        ({"name": "通知.pdf"}, "/changes/0/document/file"),
        ({**SCAN, "digest": "sha256:" + "0" * 64}, "/changes/0/document/file"),
        ({**SCAN, "content": "%%%"}, "/changes/0/document/file/content"),
        ({**SCAN, "name": "通知.exe"}, "/changes/0/document/file"),
        ({"name": "通知.html", "content": b64encode(b"<html>").decode()}, "/changes/0/document/file"),
        ({"digest": "sha256:" + "0" * 64}, "/changes"),
    ],
)
def test_a_scan_that_cannot_be_taken(people: dict[str, httpx.Client], file: dict[str, Any], pointer: str) -> None:
    found = problem(people["jia"].post("/api/v1/proposals", json=with_file(file)), 422)
    assert [each["pointer"] for each in found["errors"]] == [pointer]
