"""People who sign in with a password: their accounts are events, their passwords are not in the record."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from review.errors import NotRecorded, Refused
from review.record.access import passwords
from review.record.access.keys import create_key
from review.record.access.people import add_person, change_password, end_person, list_people, reset_password
from review.record.access.sessions import session_of, sign_in, sign_out
from review.record.proof.verification import verify
from review.record.storage.store import Store

pytestmark = pytest.mark.record

GOOD = "平潭-Longtian-2026"
# The product's own, before the tests have their quicker one.
OWN = passwords.hasher


def person(store: Store, login: str = "chen", name: str = "示例人员陈") -> str:
    return add_person(store, login, name, "officer", "管理员（示例）")


def test_a_first_password_is_changed_and_then_used(store: Store) -> None:
    first = person(store)
    found = sign_in(store, "chen", first, hours=8)
    assert found and found.must_change_password
    with store.reading() as connection:
        who = session_of(connection, found.token)
    assert who and (who.key, who.name, who.role, who.must_change_password) == (
        "person:chen",
        "示例人员陈",
        "officer",
        True,
    )
    change_password(store, "chen", first, GOOD)
    assert sign_in(store, "chen", first, hours=8) is None
    again = sign_in(store, "chen", GOOD, hours=8)
    assert again and not again.must_change_password
    with store.reading() as connection:
        assert session_of(connection, found.token) is None, "every session of before has ended"
        assert session_of(connection, again.token)
    sign_out(store, again.token)
    with store.reading() as connection:
        assert session_of(connection, again.token) is None


@pytest.mark.parametrize(
    ("new", "words"),
    [("short", "12 to 200"), ("a" * 30, "5 different"), ("x" * 201, "12 to 200"), ("chen-chen-2026", "hold the login")],
)
def test_a_weak_password_is_refused(store: Store, new: str, words: str) -> None:
    first = person(store)
    with pytest.raises(Refused, match=words):
        change_password(store, "chen", first, new)
    with pytest.raises(Refused, match="not the current password"):
        change_password(store, "chen", "wrong", GOOD)
    with pytest.raises(Refused, match="be the current one"):
        change_password(store, "chen", first, first)
    assert sign_in(store, "chen", first, hours=8)


def test_a_session_ends_with_its_hours(store: Store) -> None:
    found = sign_in(store, "chen", person(store), hours=-1)
    assert found
    with store.reading() as connection:
        assert session_of(connection, found.token) is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t[:-1],
        lambda t: t + "x",
        lambda t: "two-high-session.0000000000000000.x",
        lambda t: "",
        lambda t: t[4:],
    ],
)
def test_another_token_is_nobody(store: Store, spoil: object) -> None:
    found = sign_in(store, "chen", person(store), hours=8)
    assert found and callable(spoil)
    with store.reading() as connection:
        assert session_of(connection, spoil(found.token)) is None


def test_an_ended_account_is_nobody_at_once(store: Store) -> None:
    first = person(store)
    found = sign_in(store, "chen", first, hours=8)
    assert found
    end_person(store, "chen", "调离（示例）", "管理员（示例）")
    with store.reading() as connection:
        assert session_of(connection, found.token) is None
        assert [(each["login"], each["ended"]) for each in list_people(connection)] == [("chen", "调离（示例）")]
    assert sign_in(store, "chen", first, hours=8) is None
    with pytest.raises(NotRecorded, match="has ended"):
        reset_password(store, "chen", "x", "y")
    with pytest.raises(Refused, match="is or was"):
        person(store)


def test_a_reset_gives_another_first_password(store: Store) -> None:
    first = person(store)
    change_password(store, "chen", first, GOOD)
    again = reset_password(store, "chen", "忘记密码（示例）", "管理员（示例）")
    assert sign_in(store, "chen", GOOD, hours=8) is None
    found = sign_in(store, "chen", again, hours=8)
    assert found and found.must_change_password


def test_names_that_sign_decisions_are_told_apart(store: Store) -> None:
    person(store)
    with pytest.raises(Refused, match="another's or a key's"):
        person(store, "chen2")
    with pytest.raises(Refused, match="another's or a key's"):
        create_key(store, "示例人员陈", "system", "x")
    create_key(store, "审批系统（示例）", "system", "x")
    with pytest.raises(Refused, match="another's or a key's"):
        person(store, "system", "审批系统（示例）")
    for login in ("Chen", "a", "a b", "x" * 61, "陈", "-a"):
        with pytest.raises(Refused, match="2 to 32"):
            person(store, login, "另一人（示例）")


def test_the_record_holds_no_password_and_stays_intact(store: Store) -> None:
    first = person(store)
    found = sign_in(store, "chen", first, hours=8)
    with store.reading() as connection:
        assert verify(connection).breaks == ()
        everything = "".join(
            str(row)
            for name in ("event", "account", "credential", "session")
            for row in connection.execute(text(f'SELECT * FROM "{name}"'))
        )
    assert found and first not in everything and found.token.split(".")[2] not in everything
    assert "$argon2id$" in everything


def test_a_password_is_hashed_as_rfc_9106_says(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the product's own argon2, in 64 MiB and three passes; other tests have a quicker one."""
    monkeypatch.setattr(passwords, "hasher", OWN)
    first = person(store)
    with store.reading() as connection:
        hashed = str(connection.execute(text("SELECT hash FROM credential")).scalar_one())
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert sign_in(store, "chen", first, hours=8) and sign_in(store, "chen", f"{first}x", hours=8) is None
