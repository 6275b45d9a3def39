"""The inbox that every page counts: memoised while nothing changes, and never of yesterday."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from review import clock
from review.record.access.people import add_person
from review.record.access.signing_rules import SigningRules, set_signing_rules
from review.record.cases.rulings import Ruling
from review.record.cases.second_person import Pending, decide_or_wait, give_back
from review.record.cases.signing import propose
from review.record.cases.steps import take_step
from review.record.storage.actors import Actor
from review.record.storage.store import Store
from review.record.views import inbox as inbox_module
from review.record.views.inbox import Inbox, Inboxes, inbox
from tests.record.projects import project, recorded

pytestmark = pytest.mark.record
FIRST, SECOND = Actor("林审查（示例）", "person:first"), Actor("陈复核（示例）", "person:second")
DEPARTS = Ruling("approve", reason="理由（示例）", clause="3.10-7")


def read(store: Store, subject: str) -> Inbox:
    with store.reading() as connection:
        return inbox(connection, subject, officer=True)


def test_whatever_changes_shows_at_once(store: Store) -> None:
    inboxes = Inboxes(store)
    for login in ("first", "second"):
        add_person(store, login, f"{login}（示例）", "officer", "test")

    def seen() -> list[dict[str, int]]:
        found = [inboxes.of(each.principal) for each in (FIRST, SECOND)]
        assert found == [read(store, each.principal) for each in (FIRST, SECOND)]
        return [each["counts"] for each in found]

    before = seen()
    made = recorded(store, project("P-1", {"eia.laws.conforms": False}))
    assert seen() == before
    waits = decide_or_wait(store, made.id, DEPARTS, FIRST, expected=0, second_person=True, request="a:1")
    assert isinstance(waits, Pending)
    assert [each["confirm"] for each in seen()] == [0, 1]
    # None of these is an event.
    give_back(store, waits.id, SECOND, "请补充理由（示例）")
    assert [(each["confirm"], each["returned"]) for each in seen()] == [(0, 1), (0, 0)]
    take_step(store, made.project, "withdrawn", FIRST.name, reason="申请人撤回（示例）")
    assert [each["returned"] for each in seen()] == [0, 0]


def test_nobody_is_asked_to_confirm_or_sign_what_is_their_own_by_another_way_in(store: Store) -> None:
    """Who has a login too is one person by single sign-on, which appends a subject to the name."""
    add_person(store, "first", FIRST.name, "officer", "test")
    mine, other = (f"{FIRST.name} <0f3c>", "oidc:0f3c"), ("别人（示例） <0f3d>", "oidc:0f3d")

    def asked(kind: str) -> list[int]:
        found = [Inboxes(store).of(subject, name) for name, subject in (mine, other)]
        with store.reading() as connection:
            assert found == [inbox(connection, subject, officer=True, name=name) for name, subject in (mine, other)]
        return [each["counts"][kind] for each in found]

    made = recorded(store, project("P-1", {"eia.laws.conforms": False}))
    decide_or_wait(store, made.id, DEPARTS, FIRST, expected=0, second_person=True, request="a:1")
    assert asked("confirm") == [0, 1]
    set_signing_rules(store, SigningRules(2), FIRST, "内部规定（示例）")
    propose(store, recorded(store, project("P-2")).id, Ruling("supplement"), FIRST)
    assert asked("sign") == [0, 1]


def test_a_decision_that_nobody_confirmed_in_time_is_not_asked_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for login in ("first", "second"):
        add_person(store, login, f"{login}（示例）", "officer", "test")
    now = [datetime(2026, 11, 2, 1, 0, tzinfo=UTC)]
    monkeypatch.setattr(clock, "utc_now", lambda: now[0])
    made = recorded(store, project("P-1", {"eia.laws.conforms": False}))
    waits = decide_or_wait(store, made.id, DEPARTS, FIRST, expected=0, second_person=True, request="a:1")
    assert isinstance(waits, Pending)
    inboxes = Inboxes(store)
    counts = []
    # The day is the same, and nothing is recorded in between.
    for minutes in (-1, 1):
        now[0] = datetime.fromisoformat(waits.expires) + timedelta(minutes=minutes)
        counts.append(inboxes.of(SECOND.principal)["counts"]["confirm"])
    assert counts == [1, 0]


def test_it_is_read_again_when_the_day_is_over(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    inboxes, day = Inboxes(store), clock.today()
    read_on: list[date] = []

    def reading(*arguments: Any, **options: Any) -> Inbox:
        read_on.append(inbox_module.__dict__["today"]())
        return inbox(*arguments, **options)

    monkeypatch.setattr(inbox_module, "inbox", reading)
    for later in (0, 0, 1, 1):
        monkeypatch.setattr(inbox_module, "today", lambda later=later: day + timedelta(later))
        inboxes.of(FIRST.principal)
    tomorrow = day + timedelta(1)
    assert read_on == ([day, tomorrow] if store.is_sqlite else [day, day, tomorrow, tomorrow])
