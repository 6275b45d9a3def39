"""What pages and command line can do, a program can do: papers, the second person, drafts, proofs, indicators, the office."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pypdf import PdfReader

from review.papers.papers import paper_page
from review.record.access.people import add_person, change_password
from review.record.proof.receipts import receipt
from review.record.storage.store import open_store
from tests.api.conftest import Server, client, eventually
from tests.api.test_api import made, named, problem

pytestmark = pytest.mark.record

SHEETS = Path(__file__).resolve().parents[2] / "fixtures" / "sheets"
PASSWORD = "Without-the-pages-5"
APPROVAL = {"outcome": "approve", "reason": "理由（示例）", "clause": "3.10-7"}


@pytest.fixture
def officers(server: Server) -> dict[str, str]:
    """The tokens of two officers who are signed in."""
    store = open_store(server.database)
    tokens = {}
    for login, name in (("jia", "审查甲（示例）"), ("yi", "审查乙（示例）")):
        with store.reading() as connection:
            there = connection.exec_driver_sql(f"SELECT 1 FROM account WHERE login = '{login}'").first()
        if there is None:
            change_password(store, login, add_person(store, login, name, "officer", "test"), PASSWORD)
        answer = server.request("POST", "/api/v1/sessions", None, json={"login": login, "password": PASSWORD})
        tokens[login] = answer.json()["token"]
    store.close()
    return tokens


def call(server: Server, token: str, method: str, path: str, **options: Any) -> Any:
    with client(base_url=server.url, headers={"Authorization": f"Bearer {token}"}) as person:
        return person.request(method, f"/api/v1{path}", **options)


def failing(server: Server) -> str:
    """The number of a review with mandatory failures."""
    content = (SHEETS / "pvc.json").read_bytes()
    answer = server.request(
        "POST", "/api/v1/reviews", content=content, params={"as_of": "2025-03-01", "reason": "补录（示例）"},
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_paper_is_printed_and_found_by_its_code(server: Server) -> None:
    number = made(server, named("PAPER-1")).json()["id"]
    at = f"/api/v1/reviews/{number}"
    html = server.request("GET", f"{at}/papers/opinion", "system", params={"form": "html"})
    store = open_store(server.database)
    with store.reading() as connection:
        assert html.content == paper_page(connection, int(number))
    store.close()
    pdf = server.request("GET", f"{at}/papers/opinion", "system")
    assert pdf.headers["content-type"] == "application/pdf"
    saved = quote(f"对照审查表-审查{number}.pdf")
    assert (
        pdf.headers["content-disposition"] == f"attachment; filename=\"opinion-{number}.pdf\"; filename*=UTF-8''{saved}"
    )
    text = "".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf.content)).pages)
    assert "PAPER-1" in text
    word = server.request("GET", f"{at}/papers/notice", params={"form": "docx", "language": "en"})
    assert word.headers["content-disposition"] == f'attachment; filename="notice-{number}.docx"'
    assert word.content[:2] == b"PK" and word.headers["content-type"].endswith("wordprocessingml.document")
    code = next(each for each in html.text.replace("<", " ").replace(">", " ").split() if each.startswith(f"{number}D"))
    found = server.request("GET", f"/api/v1/papers/{code}", "auditor").json()
    assert (found["review"], found["decision"], found["later_review"]) == (number, None, None)
    assert problem(server.request("GET", f"/api/v1/papers/{code[:-1]}0X"), 404)["errors"][0]["parameter"] == "code"
    problem(server.request("GET", f"{at}/papers/letter"), 422)
    problem(server.request("GET", "/api/v1/reviews/999999/papers/opinion"), 404)


def test_the_sheet_of_a_review_is_read_back_and_reviewed_again(server: Server) -> None:
    number = made(server, named("SHEET-1")).json()["id"]
    at = f"/api/v1/reviews/{number}/sheet"
    sheet = server.request("GET", at, "system").json()
    assert sheet["project"]["code"] == "SHEET-1"
    again = server.request("POST", "/api/v1/check", json=sheet, params={"as_of": "2025-03-01"}).json()
    assert again["sheet_digest"] == server.request("GET", f"/api/v1/reviews/{number}").json()["review"]["sheet_digest"]
    assert server.request("GET", at, params={"form": "xlsx"}).content[:2] == b"PK"


def test_a_decision_over_a_failure_waits_and_is_confirmed_by_another(server: Server, officers: dict[str, str]) -> None:
    number, (first, second) = failing(server), officers.values()
    at = f"/reviews/{number}/pending"
    headers = {"Idempotency-Key": f"pending-{number}"}
    waits = call(server, first, "POST", at, json=APPROVAL, headers=headers)
    assert waits.status_code == 201 and waits.json()["decision"] is None, waits.text
    again = call(server, first, "POST", at, json=APPROVAL, headers=headers)
    assert again.json() == waits.json() and again.headers["idempotent-replayed"] == "true"
    pending = waits.json()["pending"]["id"]
    assert pending in [each["id"] for each in server.request("GET", "/api/v1/pending-decisions", "auditor").json()]
    shown = call(server, second, "GET", at).json()
    assert shown["pending"]["id"] == pending and shown["pending"]["ruling"]["outcome"] == "approve" and shown["to_see"]
    seen = [{"rule": each["rule"], "subject": each["subject"]} for each in shown["to_see"]]
    unseen = problem(call(server, second, "POST", f"{at}/{pending}/confirm", json={"seen": seen[1:]}), 422)
    assert unseen["errors"][0]["pointer"] == "/seen"
    same = problem(call(server, first, "POST", f"{at}/{pending}/confirm", json={"seen": seen}), 422)
    assert same["code"] == "second-same"
    # Who decided cannot confirm, whatever is sent.
    assert "pointer" not in same["errors"][0] and same["errors"][0]["parameter"] == "Authorization"
    problem(call(server, second, "POST", f"/reviews/{number}9/pending/{pending}/confirm", json={"seen": seen}), 404)
    decided = call(server, second, "POST", f"{at}/{pending}/confirm", json={"seen": seen})
    assert decided.status_code == 201, decided.text
    events = server.request("GET", "/api/v1/events", "auditor", params={"kind": "decision", "limit": 500}).json()[
        "items"
    ]
    assert events[-1]["position"] == int(decided.json()["id"]) and '"second":"审查乙（示例）"' in events[-1]["body"]
    problem(call(server, first, "POST", at, json=APPROVAL), 428)
    assert problem(server.request("POST", f"/api/v1{at}", json=APPROVAL), 422)["code"] == "person-needed"


def test_a_waiting_decision_is_sent_back_or_withdrawn(server: Server, officers: dict[str, str]) -> None:
    number, (first, second) = failing(server), officers.values()
    at = f"/reviews/{number}/pending"

    def wait() -> str:
        tag = server.request("GET", f"/api/v1/reviews/{number}").headers["etag"]
        made = call(server, first, "POST", at, json=APPROVAL, headers={"If-Match": tag})
        return str(made.json()["pending"]["id"])

    pending = wait()
    problem(call(server, second, "POST", f"{at}/{pending}/withdraw"), 422)
    problem(call(server, first, "POST", f"{at}/{pending}/return", json={"reason": "x"}), 422)
    back = call(server, second, "POST", f"{at}/{pending}/return", json={"reason": "请补充（示例）"})
    assert back.status_code == 200, back.text
    assert call(server, first, "GET", at).json()["returned"]["detail"] == "请补充（示例）"
    problem(call(server, second, "POST", f"{at}/{pending}/return", json={"reason": "x"}), 409)
    assert call(server, first, "POST", f"{at}/{wait()}/withdraw").status_code == 200
    assert call(server, first, "GET", at).json()["pending"] is None
    supplement = {"outcome": "supplement", "reason": "理由（示例）", "clause": "3.10-7"}
    headers = {"Idempotency-Key": f"at-once-{number}"}
    done = call(server, first, "POST", at, json=supplement, headers=headers)
    assert done.status_code == 201 and done.json()["pending"] is None and done.json()["decision"]["review"] == number
    # Whoever lost the answer asks again with the same key, and has seen no ETag since.
    again = call(server, first, "POST", at, json=supplement, headers=headers)
    assert again.status_code == 201 and again.json()["decision"]["id"] == done.json()["decision"]["id"], again.text
    assert again.headers["idempotent-replayed"] == "true"
    assert problem(call(server, first, "POST", at, json=supplement), 428)["code"] == "decided-already"


def test_a_draft_is_the_next_version_of_a_review_that_is_there(server: Server) -> None:
    number = made(server, named("DRAFT-OF")).json()["id"]
    for replaces in ("9" * 19, "0", str(int(number) + 1)):
        answer = server.request("POST", "/api/v1/drafts", json={"values": {}, "replaces": replaces})
        assert answer.status_code in (404, 422), answer.text
        assert problem(answer, answer.status_code)["errors"][0]["pointer"] == "/replaces"
    begun = server.request("POST", "/api/v1/drafts", json={"values": {}, "replaces": number})
    assert begun.status_code == 201, begun.text


def test_a_draft_is_saved_by_versions_and_submitted_once(server: Server) -> None:
    begun = server.request("POST", "/api/v1/drafts", json={"values": {"project": {"code": "DRAFT-1"}}})
    assert begun.status_code == 201, begun.text
    draft = begun.json()["id"]
    at = f"/api/v1/drafts/{draft}"
    assert begun.headers["location"] == at and begun.json()["faults"]
    saved = server.request("PUT", at, json={"version": 1, "values": named("DRAFT-1")}).json()
    assert (saved["version"], saved["shown"], saved["faults"], saved["left"]) == (2, 2, [], [])
    problem(server.request("PUT", at, json={"version": 1, "values": {"project": {"name": "x"}}}), 409)
    problem(server.request("PUT", at, json={"values": {}}), 422)
    assert server.request("GET", at, params={"version": 1}).json()["values"] == {"project": {"code": "DRAFT-1"}}
    versions = server.request("GET", f"{at}/versions").json()
    assert [each["version"] for each in versions["items"]] == [2, 1] and versions["next"] is None
    assert draft in [each["id"] for each in server.request("GET", "/api/v1/drafts").json()["items"]]
    unfit = problem(server.request("POST", f"{at}/submit", json={"version": 1}), 422)
    # It is the draft that lacks it, not what was sent.
    assert unfit["errors"][0]["path"] == "project.name" and "pointer" not in unfit["errors"][0]
    done = server.request("POST", f"{at}/submit", json={"version": 2})
    assert done.status_code == 201, done.text
    number = done.json()["id"]
    assert server.request("POST", f"{at}/submit", json={"version": 2}).json()["id"] == number
    assert server.request("GET", at).json()["submitted"] == number
    assert server.request("GET", done.headers["location"]).json()["id"] == number


def test_a_draft_is_put_away_and_taken_back(server: Server) -> None:
    draft = server.request(
        "POST", "/api/v1/drafts", json={"values": {"project": {"name": "甲"}, "colour": "red"}}
    ).json()
    assert [each["path"] for each in draft["left"]] == ["colour"]
    at = f"/api/v1/drafts/{draft['id']}"
    assert "colour" in problem(server.request("POST", f"{at}/submit", json={"version": 1}), 422)["errors"][0]["path"]
    assert server.request("POST", f"{at}/put-away").status_code == 204
    away = server.request("GET", "/api/v1/drafts", params={"away": "true"}).json()["items"]
    assert draft["id"] in [each["id"] for each in away]
    assert server.request("POST", f"{at}/take-back").status_code == 204
    assert not server.request("GET", at).json()["away"]


def test_drafts_and_their_versions_are_paged_though_they_are_saved_meanwhile(server: Server) -> None:
    begun = [
        server.request("POST", "/api/v1/drafts", json={"values": {"project": {"name": str(i)}}}).json()["id"]
        for i in range(3)
    ]
    seen, after = list[int](), 0
    while after is not None:
        page = server.request("GET", "/api/v1/drafts", params={"limit": 1, "after": after}).json()
        seen += [each["id"] for each in page["items"]]
        after = page["next"]
        for each in (begun[0], seen[-1]):
            there = server.request("GET", f"/api/v1/drafts/{each}").json()
            changed = {"version": there["version"], "values": {"project": {"name": f"{there['version']}"}}}
            assert server.request("PUT", f"/api/v1/drafts/{each}", json=changed).is_success
    assert set(begun) <= set(seen) and len(seen) == len(set(seen))
    at, first = f"/api/v1/drafts/{begun[0]}", server.request("GET", f"/api/v1/drafts/{begun[0]}").json()
    page = server.request("GET", f"{at}/versions", params={"limit": 1}).json()
    server.request("PUT", at, json={"version": first["version"], "values": {}})
    rest = server.request("GET", f"{at}/versions", params={"limit": 1, "after": page["next"]}).json()
    assert rest["items"][0]["version"] == page["items"][0]["version"] - 1
    refused = problem(server.request("GET", "/api/v1/drafts", params={"after": 999_999}), 422)
    assert refused["errors"][0]["parameter"] == "after"


def test_a_receipt_and_checkpoints_prove_the_record(server: Server) -> None:
    number = made(server, named("PROOF-1")).json()["id"]
    found = server.request("GET", f"/api/v1/reviews/{number}/receipt", "system").json()
    store = open_store(server.database)
    with store.reading() as connection:
        assert found == receipt(connection, int(number))
    store.close()
    signed = server.request("POST", "/api/v1/checkpoints", "auditor")
    assert signed.status_code == 201 and signed.json()["signature"], signed.text
    assert server.request("GET", "/api/v1/checkpoints/last", "auditor").json() == signed.json()
    listed = server.request("GET", "/api/v1/checkpoints", "auditor", params={"limit": 200}).json()["items"]
    assert listed[-1] == signed.json()


def test_the_record_is_verified_in_the_background(server: Server) -> None:
    made(server, named("PROOF-2"))
    started = server.request("POST", "/api/v1/verifications", "auditor", json={"quick": True})
    assert started.status_code == 202, started.text
    at = started.headers["location"]
    eventually(lambda: server.request("GET", at, "auditor").json()["state"] not in ("queued", "running"))
    found = server.request("GET", at, "auditor").json()
    assert found["state"] == "done" and found["found"]["intact"] and found["quick"]
    assert found["id"] in [
        each["id"] for each in server.request("GET", "/api/v1/verifications", "auditor").json()["items"]
    ]
    assert server.request("POST", f"{at}/cancel", "auditor").json()["state"] == "done"
    problem(server.request("GET", "/api/v1/verifications/none", "auditor"), 404)


def test_what_pages_list_is_there_for_programs(server: Server) -> None:
    first = made(server, named("LIST-1")).json()
    made(server, named("LIST-1", energy__total_tce="60000"))
    at = f"/api/v1/projects/{first['project']}"
    versions = server.request("GET", f"{at}/versions", params={"limit": 1}).json()
    assert [each["version"] for each in versions["items"]] == [2] and versions["next"] == 2
    older = server.request("GET", f"{at}/versions", params={"before": 2}).json()
    assert [each["version"] for each in older["items"]] == [1] and older["next"] is None
    differences = server.request("GET", f"{at}/differences", params={"from": 1, "to": 2}).json()
    assert "energy.total_tce" in [each["path"] for each in differences]
    problem(server.request("GET", f"{at}/differences", params={"from": 1, "to": 9}), 404)
    problem(server.request("GET", "/api/v1/projects/999999/versions"), 404)
    indicators = server.request("GET", "/api/v1/indicators", "system").json()
    assert indicators["schema"] == "two-high/indicators/1" and indicators["added"]["pending"]["projects"] >= 1
    assert server.request("GET", "/api/v1/indicators/projects").json()["next"] is None
    assert isinstance(server.request("GET", "/api/v1/worklist:split").json(), list)
    clauses = server.request("GET", "/api/v1/rulesets/fuqing@2023/clauses").json()
    assert "voc-offset" in next(each for each in clauses if each["number"] == "3.10-7")["rules"]
    entry = {"source": "S-HISTORY", "verified_t": "5", "document": "示环〔2024〕5号（示例）"}
    assert server.request("POST", "/api/v1/offsets", json=entry).status_code == 201
    history = server.request("GET", "/api/v1/offsets:history", params={"source": "S-HISTORY"}).json()
    assert len(history["entries"]) == 1 and history["movements"] == [] and history["next"] is None
    problem(server.request("GET", "/api/v1/offsets:history", params={"source": "nowhere"}), 404)


def test_the_office_rights_and_addresses_are_entered(server: Server, officers: dict[str, str]) -> None:
    office = {"name": "示例局", "series": "示审", "contact": "甲", "telephone": "1", "address": "示例路 1 号"}
    assert server.request("PUT", "/api/v1/office", "admin", json=office).status_code == 204
    assert server.request("GET", "/api/v1/office").json() == office
    at = "/api/v1/known-people/jia"
    given = server.request("PUT", f"{at}/rule-keeper", "admin", json={"on": True, "reason": "分工（示例）"})
    assert given.json()["id"]
    again = server.request("PUT", f"{at}/rule-keeper", "admin", json={"on": True, "reason": "分工（示例）"})
    assert again.json() == {"id": None}
    assert server.request("PUT", f"{at}/address", "admin", json={"address": "jia@office.example"}).json()["id"]
    wrong = problem(server.request("PUT", f"{at}/address", "admin", json={"address": "jia"}), 422)
    assert wrong["errors"][0]["pointer"] == "/address"
    assert server.request("PUT", f"{at}/address", "admin", json={"address": None}).json()["id"]
    problem(server.request("PUT", "/api/v1/known-people/nobody/address", "admin", json={"address": None}), 404)
