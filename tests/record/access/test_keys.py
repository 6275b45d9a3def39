"""Keys: made once, shown once, ended by time or by hand, and all of it in the record."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from review.errors import Conflict, NotRecorded, Refused
from review.record.access.keys import ROLES, KeyLine, Principal, authenticate, create_key, list_keys, revoke_key
from review.record.cases.decisions import Ruling, decide
from review.record.proof.verification import verify
from review.record.storage.store import Store
from tests.record.projects import OFFICER, project, recorded, registered
from tests.record.tampering import tamper

pytestmark = pytest.mark.record


def who(store: Store, key: str) -> Principal | None:
    with store.reading() as connection:
        return authenticate(connection, key)


@pytest.mark.parametrize("role", ROLES)
def test_a_key_says_who_and_in_which_role(store: Store, role: str) -> None:
    key = create_key(store, "审批系统（示例）", role, OFFICER)
    found = who(store, key)
    assert found is not None and (found.name, found.role) == ("审批系统（示例）", role)
    assert key.split(".")[2] not in str(list_all(store))
    with store.reading() as connection:
        assert verify(connection).breaks == ()
        bodies = connection.execute(text("SELECT body FROM event")).scalars().all()
    assert not any(key.split(".")[2] in body for body in bodies), "the secret is nowhere in the record"


def list_all(store: Store) -> list[KeyLine]:
    with store.reading() as connection:
        return list_keys(connection)


def test_a_revoked_key_ends_at_once(store: Store) -> None:
    key, other = create_key(store, "甲", "officer", OFFICER), create_key(store, "乙", "officer", OFFICER)
    number = key.split(".")[1]
    revoke_key(store, number, "人员调离", OFFICER)
    assert who(store, key) is None and who(store, other) is not None
    with pytest.raises(Refused, match="revoked already"):
        revoke_key(store, number, "再次", OFFICER)
    with pytest.raises(NotRecorded):
        revoke_key(store, "none", "没有", OFFICER)
    assert [each["revoked"] for each in list_all(store)] == ["人员调离", None]


def test_an_expired_key_ends_by_itself(store: Store) -> None:
    key = create_key(store, "甲", "officer", OFFICER, days=1)
    assert who(store, key) is not None
    tamper(store, "UPDATE access_key SET expires = '2020-01-01T00:00:00+00:00'")
    assert who(store, key) is None
    with store.reading() as connection:
        assert [(each.table, each.text.en) for each in verify(connection).breaks] == [
            ("access_key", "the row was edited: expires")
        ]


def test_what_is_not_the_key_is_nobody(store: Store) -> None:
    key = create_key(store, "甲", "officer", OFFICER)
    prefix, number, secret = key.split(".")
    wrong = ["", "x", key[:-1], key + "x", f"{prefix}.{number}.", f"{prefix}..{secret}", f"other.{number}.{secret}", f"{prefix}.{number}.{'A' * 43}",
             f"{prefix}.' OR 1=1 --.{secret}", f"{prefix}.{'0' * 16}.{secret}", "\ud800", "a\x00b", key.upper()]  # fmt: skip
    assert [each for each in wrong if who(store, each) is not None] == []


@pytest.mark.parametrize(
    ("name", "role", "days"),
    [
        ("", "officer", None),
        ("甲", "root", None),
        ("甲", "officer", 0),
        ("甲", "officer", 10**9),
        ("x" * 201, "admin", 1),
    ],
)
def test_a_key_that_cannot_be_made_is_refused(store: Store, name: str, role: str, days: int | None) -> None:
    with pytest.raises(Refused):
        create_key(store, name, role, OFFICER, days=days)
    assert list_all(store) == []


def test_a_decision_with_a_key_is_recorded_once(store: Store) -> None:
    review = recorded(store, project("A-1"))
    first = decide(store, review.id, Ruling("supplement"), OFFICER, expected=0, request="k")
    again = decide(store, review.id, Ruling("supplement"), OFFICER, expected=0, request="k")
    assert (again.id, again.again) == (first.id, True)
    with pytest.raises(Conflict, match="with another content"):
        decide(store, review.id, Ruling("supplement", reason="别的"), OFFICER, request="k")


def test_a_source_with_a_key_is_registered_once(store: Store) -> None:
    from decimal import Decimal

    from review.record.register.entries import SourceEntry, register_source
    from tests.record.projects import DOCUMENT

    entry = SourceEntry("S-1", "fuqing", Decimal("10.0"), DOCUMENT)
    first = register_source(store, entry, OFFICER, request="k")
    again = register_source(store, SourceEntry("S-1", "fuqing", Decimal("10"), DOCUMENT), OFFICER, request="k")
    assert (again.id, again.again) == (first.id, True)
    with pytest.raises(Conflict, match="with another content"):
        register_source(store, SourceEntry("S-1", "fuqing", Decimal("11"), DOCUMENT), OFFICER, request="k")
    assert registered(store, "11", reason="更正（示例）").id == 2
