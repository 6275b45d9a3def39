"""Decisions signed over the API: by persons alone, in order, one at a time, and by what they saw."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zlib import crc32

import httpx
import pytest
from two_high_client import Client

from tests.api.conftest import Server
from tests.api.test_api import made, named, problem
from tests.api.test_sign_in import GOOD, added, call, session

pytestmark = pytest.mark.record

_UNSIGNABLE = ("unsignable", "signers")
NAMES = {"qian": "示例人员钱", "sun": "示例人员孙", "li4": "示例人员李"}


@pytest.fixture(scope="module")
def tokens(server: Server) -> dict[str, str]:
    """A session for each person, by login; decisions of this server go through three steps."""
    found = {}
    for login, name in NAMES.items():
        first = added(server, login, name)
        token = session(server, login, first).json()["token"]
        assert call(server, token, "POST", "password", json={"current": first, "new": GOOD}).status_code == 204
        found[login] = session(server, login, GOOD).json()["token"]
    rules = {"steps": 3, "reason": "内部规定（示例）"}
    assert server.request("PUT", "/api/v1/sign-off-rules", "admin", json=rules).status_code == 204
    return found


@pytest.fixture
def review(server: Server, request: pytest.FixtureRequest) -> str:
    code = f"SO-{crc32(request.node.name.encode())}"
    return str(made(server, named(code)).json()["id"])


def code(answer: httpx.Response, status: int) -> str:
    """The code of the problem that an answer is."""
    assert answer.status_code == status, answer.text
    return str(answer.json()["code"])


def sign_off(server: Server, review: str) -> Any:
    return server.request("GET", f"/api/v1/reviews/{review}/sign-off", "auditor").json()


def propose(server: Server, token: str, review: str, key: str = "") -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
    return server.request(
        "POST", f"/api/v1/reviews/{review}/sign-off", None, json={"outcome": "supplement"}, headers=headers
    )


def act(server: Server, token: str, review: str, act: str = "sign", **asked: Any) -> httpx.Response:
    waits = sign_off(server, review)["open"]
    body = {"act": act, "last": waits["last"] if waits else "1", "opinion": "同意（示例）", **asked}
    if act == "sign" and "content" not in body and waits:
        body["content"] = waits["content"]
    return call(server, token, "POST", f"reviews/{review}/sign-off/signatures", json=body)


def test_three_sign_and_the_last_signature_is_the_decision(server: Server, tokens: dict[str, str], review: str) -> None:
    assert (
        code(call(server, tokens["qian"], "POST", f"reviews/{review}/decision", json={"outcome": "supplement"}), 422)
        == "signatures-needed"
    )
    first, again = (propose(server, tokens["qian"], review, "so-1") for _ in range(2))
    assert first.status_code == 201 and first.json() == again.json() and again.headers["Idempotent-Replayed"] == "true"
    assert (first.json()["act"], first.json()["steps"], first.json()["decision"]) == ("proposed", 3, None)
    waits = sign_off(server, review)["open"]
    assert (waits["due_step"], waits["state"], waits["moved"], waits["ruling"]["outcome"]) == (
        2,
        "proposed",
        [],
        "supplement",
    )
    assert [
        each["kind"]
        for each in call(server, tokens["sun"], "GET", "inbox").json()["items"]
        if each["review"] == int(review)
    ] == ["sign"]
    second = act(server, tokens["sun"], review)
    assert (second.status_code, second.json()["act"], second.json()["step"]) == (201, "agreed", 2)
    last = act(server, tokens["li4"], review).json()
    assert last["act"] == "issued" and last["decision"] is not None
    found = sign_off(server, review)
    assert found["open"] is None and [each["by"]["name"] for each in found["past"][0]["signatures"]] == [
        *NAMES.values()
    ]
    assert [each["role"]["zh"] for each in found["past"][0]["signatures"]] == ["经办人", "审核人", "签发人"]
    [decision] = server.request(
        "GET", "/api/v1/decisions", "auditor", params={"officer": NAMES["qian"], "limit": 200}
    ).json()["items"][-1:]
    assert (decision["decision"], decision["officer"], decision["second"]) == (
        last["decision"],
        NAMES["qian"],
        NAMES["sun"],
    )


def test_nobody_signs_twice_or_what_somebody_else_signed(server: Server, tokens: dict[str, str], review: str) -> None:
    propose(server, tokens["qian"], review)
    stale = sign_off(server, review)["open"]
    assert code(act(server, tokens["qian"], review), 422) == "signed-already"
    with ThreadPoolExecutor(2) as threads:
        answers = list(
            threads.map(
                lambda who: act(server, tokens[who], review, last=stale["last"], content=stale["content"]),
                ("sun", "li4"),
            )
        )
    assert sorted(each.status_code for each in answers) == [201, 409]
    [lost] = [each for each in answers if each.status_code == 409]
    assert code(lost, 409) == "signed-meanwhile"


def test_a_key_is_nobody_who_signs(server: Server, tokens: dict[str, str], review: str) -> None:
    by_key = server.request("POST", f"/api/v1/reviews/{review}/sign-off", "officer", json={"outcome": "supplement"})
    assert code(by_key, 422) == "person-needed"
    propose(server, tokens["qian"], review)
    waits = sign_off(server, review)["open"]
    body = {"act": "sign", "last": waits["last"], "content": waits["content"]}
    signed = server.request("POST", f"/api/v1/reviews/{review}/sign-off/signatures", "officer", json=body)
    assert code(signed, 422) == "person-needed"


def test_sent_back_and_withdrawn(server: Server, tokens: dict[str, str], review: str) -> None:
    propose(server, tokens["qian"], review)
    problem(act(server, tokens["sun"], review, "return", opinion=None), 422)
    assert act(server, tokens["sun"], review, "return", opinion="请补正（示例）").json()["act"] == "returned"
    mine = call(server, tokens["qian"], "GET", "inbox").json()["items"]
    assert any(each["kind"] == "returned" and "请补正（示例）" in each["words"]["zh"] for each in mine)
    problem(act(server, tokens["li4"], review, last="1", content="sha256:0"), 404)
    propose(server, tokens["qian"], review)
    problem(act(server, tokens["sun"], review, "withdraw"), 422)
    assert act(server, tokens["qian"], review, "withdraw").json()["act"] == "withdrawn"
    assert [each["state"] for each in sign_off(server, review)["past"]] == ["withdrawn", "returned"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"steps": 4}, "/steps"), ({"steps": 0}, "/steps"), ({"matters": {"departs": 4}}, "/matters/departs"), ({"matters": {"nothing": 2}}, "/matters"),
        ({"signers": {"2": ["nobody"]}}, "/signers/2"), ({"signers": {"1": ["sun"]}}, "/signers/1/key"), ({"reason": " "}, "/reason"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be(server: Server, tokens: dict[str, str], changes: dict[str, Any], pointer: str) -> None:
    before = server.request("GET", "/api/v1/sign-off-rules").json()
    sent = {"steps": 2, "reason": "内部规定（示例）", **changes}
    found = problem(server.request("PUT", "/api/v1/sign-off-rules", "admin", json=sent), 422)
    assert pointer in [each["pointer"] for each in found["errors"]]
    assert server.request("GET", "/api/v1/sign-off-rules").json() == before


def test_the_client_signs(server: Server, tokens: dict[str, str], review: str) -> None:
    with Client(server.url, tokens["qian"]) as drafter, Client(server.url, tokens["sun"]) as other:
        drafter.propose_decision(review, "supplement")
        waits = other.sign_offs(review).open
        assert waits is not None and waits.content is not None
        made = other.sign_decision(review, waits.last, waits.content, opinion="同意（示例）")
        assert (made.act, made.step) == ("agreed", 2)
        drafter.withdraw_decision(review, made.id)
        assert drafter.sign_offs(review).open is None


def test_steps_that_nobody_can_sign_are_told_with_why(server: Server, tokens: dict[str, str], review: str) -> None:
    added(server, "zhou", "示例人员周")
    rules = {"steps": 3, "signers": {"2": ["sun"], "3": ["zhou"]}, "reason": "内部规定（示例）"}
    assert server.request("PUT", "/api/v1/sign-off-rules", "admin", json=rules).status_code == 204
    propose(server, tokens["qian"], review)
    assert sign_off(server, review)["open"]["unsignable"] == []
    assert server.request("DELETE", "/api/v1/people/zhou", "admin", json={"reason": "调离（示例）"}).status_code == 204
    with Client(server.url, tokens["qian"]) as drafter:
        waits = drafter.sign_offs(review).open
    assert waits is not None
    [step] = waits.unsignable
    assert step.step == 3 and step.words.zh.startswith("第 3 步（签发人）无人可签：示例人员周（已停用）；请由经办人")
    inboxes = {login: call(server, token, "GET", "inbox").json() for login, token in tokens.items()}
    inboxes["admin"] = server.request("GET", "/api/v1/inbox", "admin").json()
    about = {
        login: [(each["kind"], each["words"]) for each in box["items"] if each["kind"] in _UNSIGNABLE and str(each["review"]) == review]
        for login, box in inboxes.items()
    }  # fmt: skip
    words = {"zh": step.words.zh, "en": step.words.en}
    assert {login: found for login, found in about.items() if found} == {
        "qian": [("unsignable", words)],
        "admin": [("signers", words)],
    }
    assert inboxes["qian"]["counts"]["unsignable"] and inboxes["admin"]["counts"]["signers"]
    assert act(server, tokens["qian"], review, "withdraw").status_code == 201
    rules = {"steps": 3, "reason": "恢复（示例）"}
    assert server.request("PUT", "/api/v1/sign-off-rules", "admin", json=rules).status_code == 204
    assert [each["unsignable"] for each in sign_off(server, review)["past"]] == [[]]
