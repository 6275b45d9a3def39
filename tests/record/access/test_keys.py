"""Keys: made once, shown once, ended by time or by hand, and all of it in the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from review import clock
from review.errors import Conflict, NotRecorded, Refused
from review.record.access import callers, keys
from review.record.access.callers import Principal
from review.record.access.keys import (
    ROLES,
    KeyLine,
    KnownKeys,
    authenticate,
    create_key,
    list_keys,
    revoke_key,
)
from review.record.cases.decisions import decide
from review.record.cases.rulings import Ruling
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


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys that are looked up in the record, as they come."""
    found, look_up = list[str](), callers.key_row

    def looked_up(connection: Connection, number: str) -> Mapping[str, Any] | None:
        found.append(number)
        return look_up(connection, number)

    monkeypatch.setattr(keys, "key_row", looked_up)
    return found


def test_a_look_up_holds_until_something_is_recorded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other = create_key(store, "甲", "officer", OFFICER), create_key(store, "乙", "system", OFFICER)
    known, looked_up = KnownKeys(store), counted(monkeypatch)
    first = [known.authenticate(each) for each in (mine, other, mine, other)]
    assert first == [who(store, each) for each in (mine, other, mine, other)] and None not in first
    number, another = mine.split(".")[1], other.split(".")[1]
    assert looked_up == [number, another, *(number, another) * 2]
    del looked_up[:]
    revoke_key(store, number, "示例", OFFICER)
    assert known.authenticate(mine) is None and known.authenticate(other) == first[1]
    assert known.authenticate(mine) is None
    assert looked_up == [number, another]


def test_every_worker_refuses_a_revoked_key_at_once(url: str, opened: Callable[..., Store]) -> None:
    """Each has a store of its own, as workers have, and has seen the key before."""
    stores = [opened(url) for _ in range(3)]
    key = create_key(stores[0], "甲", "officer", OFFICER)
    workers = [KnownKeys(each) for each in stores]
    assert all(each.authenticate(key) for each in workers * 2)
    revoke_key(stores[2], key.split(".")[1], "示例", OFFICER)
    assert [each.authenticate(key) for each in workers] == [None] * 3


def test_what_is_known_of_a_key_opens_nothing_without_its_secret(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    key, known = create_key(store, "甲", "officer", OFFICER), KnownKeys(store)
    assert known.authenticate(key)
    looked_up = counted(monkeypatch)
    for presented in (f"{key[:-1]}~", key[:24], key[:25], f"{key}.", "", "two-high", f"two-high.{'0' * 16}.x"):
        assert known.authenticate(presented) is None
    assert looked_up == ["0" * 16], "an id that is there is not looked up again"


def test_time_ends_a_key_of_which_nothing_is_recorded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.utc_now()
    key, known = create_key(store, "甲", "officer", OFFICER, days=1), KnownKeys(store)
    assert known.authenticate(key)
    looked_up = counted(monkeypatch)
    for hours, good in ((23, True), (25, False), (1, True)):
        monkeypatch.setattr(clock, "utc_now", lambda: now + timedelta(hours=hours))  # noqa: B023
        assert (known.authenticate(key) is not None) == good
    assert looked_up == []


def test_while_no_mark_can_be_told_every_key_is_looked_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    key, known = create_key(store, "甲", "officer", OFFICER), KnownKeys(store)
    assert known.authenticate(key)
    monkeypatch.setattr(Store, "mark", lambda _: None)
    looked_up = counted(monkeypatch)
    assert known.authenticate(key) and known.authenticate(key) and len(looked_up) == 2


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


def test_a_key_is_replaced_under_a_name_that_is_given_to_none_any_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "审批系统<sub-1>"
    with pytest.raises(Refused, match="cannot end in"):
        create_key(store, name, "system", OFFICER)
    with monkeypatch.context() as patch:
        # As a version made keys that did not refuse such names.
        patch.setattr("review.record.access.keys.require_no_subject", lambda name: None)
        old = create_key(store, name, "system", OFFICER)
    create_key(store, name, "system", OFFICER)
    revoke_key(store, old.split(".")[1], "更换（示例）", OFFICER)
    create_key(store, name, "system", OFFICER)
    assert [each["name"] for each in list_all(store)] == [name] * 3
    with pytest.raises(Refused, match="cannot end in"):
        create_key(store, "审批系统<sub-2>", "system", OFFICER)


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
