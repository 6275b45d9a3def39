"""One-time codes beside the password: each counts once, over all workers; recovery codes; roles that must have them; nothing of the secret elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest
from sqlalchemy import text

from review import clock
from review.errors import Refused
from review.record.access.office import Office, set_office
from review.record.access.people import change_password
from review.record.access.second_factor import begin, confirm, end, required_roles, set_required_roles, take_away
from review.record.access.sessions import sign_in
from review.record.proof.verification import verify
from review.record.storage.actors import Actor, acting
from review.record.storage.audit_log import Origin
from review.record.storage.backup import backup
from review.record.storage.store import Store, open_store
from review.record.views.logs import ENTRY_WORDS
from tests.api.conftest import Server, serving
from tests.api.test_api import problem
from tests.api.test_sign_in import GOOD, added, call, session
from tests.databases import Databases
from tests.record.projects import OFFICER
from tests.web.conftest import PASSWORD, with_people

HERE = Origin("library")


@pytest.fixture
def store(databases: Databases, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A record with people who have changed their first password."""
    store = open_store(databases.copy("sqlite", tmp_path, with_people)[0])
    yield store
    store.close()


def coded(response: httpx.Response, status: int) -> str:
    """The code of a problem."""
    assert response.status_code == status, response.text
    return str(response.json()["code"])


def code_of(secret: str, steps: int = 0) -> str:
    """The code of now, or of so many steps of half a minute later."""
    return pyotp.TOTP(secret).at(clock.utc_now() + timedelta(seconds=30 * steps))


def set_up(store: Store, login: str = "officer") -> tuple[str, list[str]]:
    secret = begin(store, login).secret
    return secret, confirm(store, login, code_of(secret, -1), HERE)


def comes_in(store: Store, code: str, login: str = "officer", password: str = PASSWORD) -> bool:
    try:
        return sign_in(store, login, password, hours=1, code=code) is not None
    except Refused:
        return False


def test_the_codes_are_those_of_rfc_6238() -> None:
    """Appendix B, by SHA-1, eight figures there and the last six here."""
    made = pyotp.TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    for seconds, expected in (
        (59, "94287082"),
        (1111111109, "07081804"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
    ):
        assert made.at(seconds) == expected[-6:]


def test_without_the_code_the_right_password_opens_nothing(store: Store) -> None:
    secret, _ = set_up(store)
    with pytest.raises(Refused) as needed:
        sign_in(store, "officer", PASSWORD, hours=1)
    assert [each.code for each in needed.value.faults] == ["second-factor-needed"]
    with pytest.raises(Refused) as wrong:
        sign_in(store, "officer", PASSWORD, hours=1, code="000000" if code_of(secret) != "000000" else "111111")
    assert [each.code for each in wrong.value.faults] == ["second-factor-wrong"]
    with store.reading() as connection:
        rows = connection.execute(text("SELECT kind, count FROM failed_attempt")).all()
        counted = {row.kind: int(row[1]) for row in rows}
    assert counted == {"code_needed": 1, "sign_in_failed": 1} and set(counted) <= set(ENTRY_WORDS)
    assert sign_in(store, "officer", "not this one", hours=1, code=code_of(secret)) is None, (
        "a wrong password takes no code"
    )
    assert comes_in(store, code_of(secret)) and not comes_in(store, code_of(secret), "auditor", "x")


@pytest.mark.parametrize(("steps", "expected"), [(-2, False), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_a_step_beside_ours(store: Store, steps: int, expected: bool) -> None:
    secret = begin(store, "officer").secret
    now = clock.utc_now()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clock, "utc_now", lambda: now - timedelta(minutes=10))
        confirm(store, "officer", code_of(secret), HERE)
    assert comes_in(store, code_of(secret, steps)) is expected


def test_a_code_counts_once_and_none_before_it_counts_later(store: Store) -> None:
    secret, _ = set_up(store)
    assert comes_in(store, code_of(secret, 1))
    assert not comes_in(store, code_of(secret, 1)) and not comes_in(store, code_of(secret))


def test_of_many_at_the_same_moment_one_comes_in(store: Store) -> None:
    """Each with a store of its own, as workers have."""
    secret, _ = set_up(store)
    code, came = code_of(secret), []
    start = threading.Barrier(6)

    def worker() -> None:
        own = open_store(store.url)
        start.wait()
        came.append(comes_in(own, code))
        own.close()

    threads = [threading.Thread(target=worker) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(came) == [False] * 5 + [True]


def test_a_recovery_code_counts_once(store: Store) -> None:
    _, codes = set_up(store)
    assert len(set(codes)) == 10
    assert comes_in(store, codes[0].upper().replace("-", " ")) and not comes_in(store, codes[0])
    assert comes_in(store, codes[1])
    with store.reading() as connection:
        kinds = list(connection.execute(text("SELECT kind FROM audit_entry ORDER BY number")).scalars())
    assert kinds.count("recovery_code_used") == 2 and set(kinds) <= set(ENTRY_WORDS)


def test_the_secret_is_in_no_event_and_in_a_backup_encrypted(store: Store, tmp_path: Path) -> None:
    secret, codes = set_up(store)
    take_away(store, "officer", "手机遗失（示例）", acting(OFFICER))
    second, _ = set_up(store)
    backup(store, tmp_path / "backup.sqlite")
    content = (tmp_path / "backup.sqlite").read_bytes()
    assert all(each.encode() not in content for each in (secret, second, *codes))
    with store.reading() as connection:
        bodies = "".join(connection.execute(text("SELECT body FROM event")).scalars())
        assert secret not in bodies and '"act": "second_factor_ended"'.replace(" ", "") in bodies.replace(" ", "")
        assert verify(connection).breaks == ()


def test_who_lost_it_comes_in_by_the_password_until_it_is_set_up_anew(store: Store) -> None:
    set_up(store)
    take_away(store, "officer", "手机遗失（示例）", acting(OFFICER))
    assert comes_in(store, "")
    for login in ("officer", "nobody"):
        with pytest.raises(Exception, match="没有动态口令"):
            take_away(store, login, "x", acting(OFFICER))


def test_where_the_key_file_is_lost_it_says_so_and_not_that_the_code_is_wrong(store: Store, tmp_path: Path) -> None:
    secret, codes = set_up(store)
    store = open_store(store.url, key_file=str(tmp_path / "another.keys"))
    with store.writing() as connection:
        store.key_file.replace(connection, "磁盘损坏（示例）")
    for code in ("", code_of(secret), codes[0]):
        with pytest.raises(Refused) as refused:
            sign_in(store, "officer", PASSWORD, hours=1, code=code)
        assert [each.code for each in refused.value.faults] == ["second-factor-unreadable"]
    with pytest.raises(Refused) as refused:
        end(store, "officer", "officer", code_of(secret), HERE)
    assert [each.code for each in refused.value.faults] == ["second-factor-unreadable"]
    take_away(store, "officer", "密钥文件丢失（示例）", acting(OFFICER))
    assert comes_in(store, "")
    set_up(store)
    store.close()


def test_nobody_takes_the_own_away_without_a_code(store: Store) -> None:
    set_up(store)
    with pytest.raises(Refused, match="另一位管理员"):
        take_away(store, "officer", "遗失（示例）", Actor("审批岗（示例）", "person:officer", "api"))
    assert not comes_in(store, "")


def test_roles_that_must_have_it_are_a_setting_with_a_reason(store: Store) -> None:
    for roles, reason in ((["king"], "x"), (["admin"], "")):
        with pytest.raises(Refused):
            set_required_roles(store, roles, acting(OFFICER), reason)
    assert set_required_roles(store, ["admin", "officer"], acting(OFFICER), "内部规定（示例）")
    assert not set_required_roles(store, ["officer", "admin"], acting(OFFICER), "内部规定（示例）")
    with store.reading() as connection:
        assert required_roles(connection) == ("officer", "admin") and verify(connection).breaks == ()


@pytest.mark.parametrize(
    "weak", ["password-password", "1234567890abc", "qwertyuiop[]", "aaaabbbbcccc", "Lianggao-2026!", "林审查林审查林审查林审查啊", "20260101-20261231"]
)  # fmt: skip
def test_a_password_that_is_guessed_soon_is_refused(store: Store, weak: str) -> None:
    with pytest.raises(Refused) as refused:
        change_password(store, "officer", PASSWORD, weak)
    assert [each.where for each in refused.value.faults] == ["new"]


def test_the_words_of_the_office_make_no_good_password(store: Store) -> None:
    good = "Longtian-Harbour-26"
    change_password(store, "officer", PASSWORD, good)
    set_office(store, Office(name="Longtian Harbour"), acting(OFFICER))
    with pytest.raises(Refused) as refused:
        change_password(store, "auditor", PASSWORD, good)
    assert [each.code for each in refused.value.faults] == ["password-weak"]


def test_over_the_api_from_setting_it_up_to_its_end(server: Server) -> None:
    first = added(server, "factor", "示例人员口令")
    token = session(server, "factor", first).json()["token"]
    assert call(server, token, "POST", "password", json={"current": first, "new": GOOD}).status_code == 204
    token = session(server, "factor", GOOD).json()["token"]
    other = session(server, "factor", GOOD).json()["token"]
    wrong = call(server, token, "POST", "second-factor", json={"password": first})
    problem(wrong, 422)
    assert wrong.json()["errors"][0]["pointer"] == "/password"
    begun = call(server, token, "POST", "second-factor", json={"password": GOOD}).json()
    assert begun["address"].startswith("otpauth://totp/") and begun["secret"] in begun["address"]
    assert (
        coded(call(server, token, "POST", "second-factor/confirm", json={"code": "no"}), 422) == "second-factor-wrong"
    )
    codes = call(server, token, "POST", "second-factor/confirm", json={"code": code_of(begun["secret"])}).json()
    assert call(server, token, "GET", "me").status_code == 200, "the session that it was set up in goes on"
    problem(call(server, other, "GET", "me"), 401)
    assert coded(session(server, "factor", GOOD), 401) == "second-factor-needed"
    body = {"login": "factor", "password": GOOD, "code": codes["recovery_codes"][0]}
    token = server.request("POST", "/api/v1/sessions", None, json=body).json()["token"]
    assert coded(server.request("POST", "/api/v1/sessions", None, json=body), 401) == "second-factor-wrong"
    problem(call(server, token, "POST", "second-factor", json={"password": GOOD}), 422)
    assert (
        call(server, token, "POST", "second-factor/end", json={"code": codes["recovery_codes"][1]}).status_code == 204
    )
    assert session(server, "factor", GOOD).status_code == 201
    problem(server.request("POST", "/api/v1/second-factor", "officer", json={"password": GOOD}), 422)
    assert begun["secret"] not in "".join(server.printed)
    problem(server.request("DELETE", "/api/v1/people/factor/second-factor", "admin"), 422)
    gone = server.request("DELETE", "/api/v1/people/factor/second-factor", "admin", params={"reason": "x"})
    problem(gone, 404)


@pytest.mark.record
@pytest.mark.server
def test_a_role_that_must_have_it_does_nothing_before(databases: Databases, tmp_path: Path) -> None:
    with serving(*databases.copy("sqlite", tmp_path, with_people)) as server:
        asked: dict[str, Any] = {"second_factor_roles": ["auditor"], "reason": "内部规定（示例）"}
        assert server.request("PUT", "/api/v1/sign-in-rules", "admin", json=asked).status_code == 200
        assert server.request("GET", "/api/v1/sign-in-rules", "admin").json() == {"second_factor_roles": ["auditor"]}
        made = session(server, "auditor", PASSWORD).json()
        assert made["second_factor_due"] is True
        assert coded(call(server, made["token"], "GET", "rulesets"), 403) == "second-factor-due"
        assert server.request("GET", "/api/v1/rulesets", "auditor").status_code == 200, "keys are not concerned"
        secret = call(server, made["token"], "POST", "second-factor", json={"password": PASSWORD}).json()["secret"]
        done = call(server, made["token"], "POST", "second-factor/confirm", json={"code": code_of(secret)})
        assert done.status_code == 200 and call(server, made["token"], "GET", "rulesets").status_code == 200
        problem(call(server, made["token"], "POST", "second-factor/end", json={"code": code_of(secret, 1)}), 422)
