"""What verifying asks of settings of the calendar and of the end of an absence: an event that could not have been entered is told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from review.clock import today
from review.record.access.absences import end_absence, record_absence
from review.record.access.people import add_person
from review.record.calendar.settings import set_review_days, set_year
from review.record.calendar.working_days import year_days
from review.record.proof.verification import verify
from review.record.storage.actors import acting
from review.record.storage.journal import append, drafted
from review.record.storage.store import Store

pytestmark = pytest.mark.record

BY = acting("管理员（示例）")


def found(store: Store) -> list[str]:
    with store.reading() as connection:
        return [str(each.text.zh) for each in verify(connection, jobs=1).breaks]


def add(store: Store, kind: str, body: Any) -> None:
    """Append an event past the product's own checks."""
    with store.writing() as connection:
        append(connection, drafted(kind, BY, body))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("term.review", "0"), ("term.review", "-5"), ("term.review", "020"), ("term.review", "9999"), ("term.review", "many"),
        ("calendar.2026", '{"holidays":[],"workdays":[]}'), ("calendar.2026", '{"holidays":["2025-10-01"],"workdays":[]}'),
        ("calendar.2026", '{"holidays":["2026-10-01"],"workdays":["2026-10-08"]}'), ("calendar.2026", "[]"), ("calendar.1999", '{"holidays":["1999-10-01"],"workdays":[]}'),
        ("sign_off.steps", "0"), ("sign_off.steps", "one"), ("sign_off.steps.gold", "2"), ("sign_off.signers.2", "{}"), ("quota.energy_tce.2026-2030", '{"amount":"NaN"}'),
        ("quota.gold.2026-2026", "{}"), ("quota.energy_tce.2030-2026", '{"amount":"5","document":"文号（示例）","reason":"示例"}'), ("mail.person:yi", "a@b.example\r\nBcc: c@d.example"),
        ("calendar.next", '{"holidays":["2026-10-01"],"workdays":[]}'),
    ],
)  # fmt: skip
def test_a_setting_that_could_not_be_entered_is_told(store: Store, setting: str, value: str) -> None:
    set_review_days(store, 15, BY)
    set_year(store, year_days(2026, [date(2026, 10, 1)], [date(2026, 10, 10)]), BY)
    assert found(store) == []
    add(store, "setting", {"setting": setting, "value": value})
    assert found(store) == ["所设的值不是可以录入的"]


@pytest.mark.parametrize("forged", ["twice", "another"])
def test_an_end_of_no_open_absence_is_told(store: Store, forged: str) -> None:
    for login in ("jia", "yi", "bing"):
        add_person(store, login, f"{login}（示例）", "officer", BY)
    first = record_absence(store, "jia", "yi", today(), today() + timedelta(days=3), BY)
    second = record_absence(store, "bing", "yi", today(), today() + timedelta(days=3), BY)
    end_absence(store, first, BY)
    assert found(store) == []
    of = first if forged == "twice" else second
    body = {
        "act": "ended", "absence": of, "person": "person:jia", "person_name": "jia（示例）", "deputy": "person:yi", "deputy_name": "yi（示例）",
        "begins": today().isoformat(), "ends": (today() + timedelta(days=3)).isoformat(), "reason": None,
    }  # fmt: skip
    add(store, "absence", body)
    words = "它所写的不是它结束的那项委托" if forged == "another" else "它结束的不是一项未结束的委托"
    assert found(store) == [f"不符合办理规则：{words}"]
