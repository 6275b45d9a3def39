"""Who came in and went, and who could not, stands in a log of its own, chained; decisions name their sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from review import clock
from review.errors import Refused
from review.record.access.keys import create_key, ended_key, revoke_key
from review.record.access.people import add_person, change_password, reset_password
from review.record.access.sessions import sign_in, sign_out
from review.record.storage import audit_log
from review.record.storage.actors import Actor
from review.record.storage.audit_log import OTHERS, Origin, attempt, count_attempts, login_hash, seal_attempts
from review.record.storage.journal import table
from review.record.storage.operations import FailedAttempt
from review.record.storage.store import Store
from review.record.storage.tables import Event
from review.record.views.logs import (
    Filters,
    each_entry,
    each_event,
    entries_as_csv,
    events_as_csv,
    list_entries,
    list_events,
)
from tests.record.projects import OFFICER, project, recorded

pytestmark = pytest.mark.record

GOOD = "Kept-in-the-log-7"
PAGE = Origin("page", "10.0.0.8")


@pytest.fixture
def person(store: Store) -> str:
    """An officer who has changed the first password; the login."""
    first = add_person(store, "chen", "陈审查（示例）", "officer", "test")
    change_password(store, "chen", first, GOOD, origin=PAGE)
    return "chen"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Lets so many seconds pass; by itself the clock stands."""
    passed, now = [0], clock.utc_now()
    for module in (clock, audit_log):
        monkeypatch.setattr(module, "utc_now", lambda: now + timedelta(seconds=passed[0]))

    def go_on(seconds: int) -> None:
        passed[0] += seconds

    yield go_on


def entries(store: Store) -> list[tuple[Any, ...]]:
    """Kind, who, session, address and count of each entry."""
    with store.reading() as connection:
        found = each_entry(connection, Filters())
        return [tuple(each[name] for name in ("kind", "who", "session", "address", "count")) for each in found]


def many(store: Store, model: Any) -> int:
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table(model))).scalar_one())


def test_signing_in_and_out_is_entered_with_the_session_and_the_address(store: Store, person: str) -> None:
    made = sign_in(store, person, GOOD, hours=1, origin=PAGE)
    assert made
    session = made.token.split(".")[1]
    sign_out(store, made.token, origin=PAGE)
    assert entries(store) == [
        ("password_changed", "chen", None, "10.0.0.8", 1),
        ("signed_in", "chen", session, "10.0.0.8", 1),
        ("signed_out", "chen", session, "10.0.0.8", 1),
    ]


def test_the_record_s_own_chain_says_nothing_of_it(store: Store, person: str) -> None:
    before = many(store, Event)
    made = sign_in(store, person, GOOD, hours=1)
    assert made
    sign_out(store, made.token)
    sign_in(store, person, "wrong", hours=1)
    assert many(store, Event) == before


def test_a_reset_is_entered_with_who_did_it(store: Store, person: str) -> None:
    reset_password(store, person, "忘记（示例）", Actor("管理员（示例）", "person:zhou", "page"))
    with store.reading() as connection:
        last = list_entries(connection, Filters(), 1)[0]
    assert (last["kind"], last["who"], last["by"], last["channel"]) == ("password_reset", "chen", "person:zhou", "page")


def test_failures_are_counted_by_address_login_and_minute(
    store: Store, person: str, later: Callable[[int], None]
) -> None:
    later(60)
    before = len(entries(store))
    for login, address in (("chen", "a"), ("chen", "a"), ("CHEN ", "a"), ("chen", "b"), ("no.such", "a")):
        assert sign_in(store, login, "wrong", hours=1, origin=Origin("page", address)) is None
    later(60)
    assert sign_in(store, "chen", GOOD, hours=1, origin=PAGE)
    found = entries(store)[before:]
    chen, nobody = login_hash("chen"), login_hash("no.such")
    assert sorted(found[:-1]) == sorted(
        [
            ("sign_in_failed", chen, None, "a", 3),
            ("sign_in_failed", chen, None, "b", 1),
            ("sign_in_failed", nobody, None, "a", 1),
        ]
    )
    assert found[-1][:2] == ("signed_in", "chen")
    assert many(store, FailedAttempt) == 0


def test_what_was_typed_as_a_login_is_not_readable(store: Store, later: Callable[[int], None]) -> None:
    sign_in(store, "My-Secret-Password-1", "x", hours=1)
    later(60)
    with store.writing() as connection:
        seal_attempts(connection)
    with store.reading() as connection:
        shown = entries_as_csv(each_entry(connection, Filters())).decode()
    assert "登录失败" in shown and "secret" not in shown.lower()


def test_a_wrong_current_password_is_a_failure_too(store: Store, person: str) -> None:
    with pytest.raises(Refused):
        change_password(store, person, "wrong", "Another-good-one-8", origin=PAGE)
    with store.reading() as connection:
        row = connection.execute(select(table(FailedAttempt))).mappings().one()
    assert (row["who"], row["address"], row["count"]) == (login_hash("chen"), "10.0.0.8", 1)


def test_however_many_fail_the_rows_are_bounded(
    store: Store, later: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "MOST_A_MINUTE", 10)
    monkeypatch.setattr(audit_log, "MOST_AN_HOUR", 30)
    for _ in range(6):
        with store.writing() as connection:
            for number in range(40):
                count_attempts(connection, {attempt("sign_in_failed", f"10.0.0.{number}", login_hash(str(number))): 2})
        later(60)
    with store.writing() as connection:
        seal_attempts(connection)
    found = entries(store)
    # Every attempt is counted; ten a minute are told apart and thirty an hour, one row a minute has the rest.
    assert sum(each[4] for each in found) == 6 * 40 * 2
    assert len(found) <= 30 + 6
    assert [each[4] for each in found if each[3] == OTHERS][-2:] == [80, 80]


def test_a_key_that_ended_is_recognised_by_its_own_secret_alone(store: Store, later: Callable[[int], None]) -> None:
    expiring = create_key(store, "期限密钥（示例）", "system", "test", days=1)
    good, revoked = (create_key(store, f"密钥{n}（示例）", "system", "test") for n in range(2))
    revoke_key(store, revoked.split(".")[1], "示例", "test")
    later(2 * 86_400)
    with store.reading() as connection:
        assert ended_key(connection, expiring) == ("key_expired", expiring.split(".")[1])
        assert ended_key(connection, revoked) == ("key_revoked", revoked.split(".")[1])
        for other in (good, expiring[:-1] + "~", "two-high." + expiring.split(".")[1] + ".", "", "x.y.z"):
            assert ended_key(connection, other) is None


def test_the_log_refuses_change(store: Store, person: str) -> None:
    from review.errors import RecordUnavailable

    for statement in (
        "UPDATE audit_entry SET who = 'x'",
        "DELETE FROM audit_entry",
        "INSERT INTO audit_entry SELECT * FROM audit_entry",
    ):
        with pytest.raises(RecordUnavailable), store.writing() as connection:
            connection.exec_driver_sql(statement)


def test_both_logs_are_listed_filtered_and_exported(store: Store, person: str) -> None:
    made = sign_in(store, person, GOOD, hours=1, origin=PAGE)
    assert made
    session = made.token.split(".")[1]
    signed_in = Actor("陈审查（示例）", "person:chen", "page", session)
    first = recorded(store, project("A-1"))
    from review.record.cases.submissions import submit

    second = submit(store, project("B-1"), signed_in)
    with store.reading() as connection:
        by_session = list_events(connection, Filters(session=session), 10)
        assert [(each["position"], each["principal"], each["channel"]) for each in by_session] == [
            (second.id, "person:chen", "page")
        ]
        for wanted, expected in (
            (Filters(kind="review"), [first.id, second.id]),
            (Filters(who="person:chen"), [second.id]),
            (Filters(who="陈审查"), [second.id]),
            (Filters(channel="page"), [second.id]),
            (Filters(project=first.project), [first.id]),
            (Filters(kind="review", since=clock.today(), until=clock.today()), [first.id, second.id]),
            (Filters(kind="review", until=clock.today() - timedelta(days=1)), []),
            (Filters(who='"principal":"person:chen"'), []),
        ):
            assert [each["position"] for each in each_event(connection, wanted)] == expected, wanted
        newest = list_events(connection, Filters(), 2)
        assert [each["position"] for each in newest] == [second.id, first.id]
        assert list_events(connection, Filters(), 1, before=second.id)[0]["position"] == first.id
        assert [each["kind"] for each in each_entry(connection, Filters(who="chen"))] == [
            "password_changed",
            "signed_in",
        ]
        assert [each["session"] for each in each_entry(connection, Filters(session=session))] == [session]
        text = events_as_csv(each_event(connection, Filters())).decode("utf-8-sig")
    assert text.splitlines()[0].startswith("编号,时间（UTC）,事件,经办人") and OFFICER in text and "网页" in text
