"""Absences: whoever is away has a deputy who is there, in whatever order absences are recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from review.clock import today
from review.errors import Refused
from review.record.access.absences import absent_for, end_absence, record_absence
from review.record.access.people import add_person
from review.record.storage.store import Store

pytestmark = pytest.mark.record

BY = "管理员（示例）"


def away(store: Store, person: str, deputy: str, first: int, last: int) -> int:
    day = today()
    return record_absence(store, person, deputy, day + timedelta(days=first), day + timedelta(days=last), BY)


def refusal(store: Store, person: str, deputy: str, first: int, last: int) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        away(store, person, deputy, first, last)
    return [(each.where, each.text.zh) for each in refused.value.faults]


def test_a_deputy_is_not_away_whichever_absence_is_recorded_first(store: Store) -> None:
    for login, name in (("jia", "甲"), ("yi", "乙"), ("bing", "丙")):
        add_person(store, login, name, "officer", BY)
    first = away(store, "jia", "yi", 1, 3)
    [(where, words)] = refusal(store, "yi", "bing", 3, 5)
    assert where == "begins" and "代办 甲 的事项；请先结束那项委托" in words
    second = away(store, "yi", "bing", 4, 5)
    assert [where for where, _ in refusal(store, "bing", "yi", 5, 6)] == ["deputy", "begins"]
    end_absence(store, first, BY)
    third = away(store, "jia", "bing", 1, 3)
    assert [where for where, _ in refusal(store, "jia", "yi", 4, 5)] == ["deputy"]
    with store.reading() as connection:
        whose = [[each.name for each in absent_for(connection, "bing", today() + timedelta(days=n))] for n in (3, 4, 6)]
    assert whose == [["甲"], ["乙"], []] and first < second < third
