"""Days, holders and absences that the product would have refused, in a history told anew with every digest in order: verification names them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from review.clock import today
from review.record.access.absences import record_absence
from review.record.access.people import add_person
from review.record.cases.case_days import hand_over, record_day
from review.record.proof.verification import verify
from review.record.storage.store import Store
from tests.record.projects import OFFICER, project, recorded
from tests.security.rewriting import History, rewrite
from tests.web.sessions import at_pages

pytestmark = pytest.mark.record

LATER = (today() + timedelta(days=400)).isoformat()


@pytest.fixture
def office(store: Store) -> Store:
    """A case that was received, accepted, noticed and handed over, and an absence."""
    for login in ("jia", "yi"):
        add_person(store, login, f"示例人员{login}", "officer", OFFICER)
    officer = at_pages(store, "示例人员jia", "jia")
    case = recorded(store, project("A"))
    day = today() - timedelta(days=3)
    for kind in ("received", "accepted", "noticed"):
        record_day(store, case.project, kind, day, officer)
    hand_over(store, case.project, "yi", officer)
    record_absence(store, "jia", "yi", today(), today() + timedelta(days=1), officer)
    return store


def _of(history: History, step: str) -> Any:
    return next(each for each in history if each.body.get("step") == step).body


def _day(step: str, day: str) -> Callable[[History], None]:
    return lambda history: _of(history, step).update(day=day)


def _holder(step: str, subject: str) -> Callable[[History], None]:
    return lambda history: _of(history, step).update(holder={"subject": subject, "name": "示例"})


def _away(**changes: str) -> Callable[[History], None]:
    return lambda history: history[-1].body.update(changes)


FORGED = {
    "ahead of its event": (_day("accepted", LATER), "不能晚于今天"),
    "before receipt": (_day("accepted", "2020-01-01"), "先后颠倒"),
    "to nobody": (_holder("handed_over", "person:bing"), "不是本单位已知的人员"),
    "another's": (_holder("received", "person:yi"), "不是办理的人"),
    "twice": (_holder("noticed", "person:jia"), "已有经办人"),
    "unknown deputy": (_away(deputy="person:bing"), "不是本单位已知的人员"),
    "own deputy": (_away(deputy="person:jia", deputy_name="示例人员jia"), "代办人就是外出的人"),
    "backwards": (_away(begins=LATER), "结束早于开始"),
}


def test_what_was_recorded_meets_the_rules(office: Store) -> None:
    rewrite(office, lambda history: None)
    with office.reading() as connection:
        assert verify(connection, jobs=1).breaks == ()


@pytest.mark.parametrize("name", FORGED)
def test_a_forgery_is_named(office: Store, name: str) -> None:
    edit, words = FORGED[name]
    rewrite(office, edit)
    with office.reading() as connection:
        found = verify(connection, jobs=1)
    assert [each.text.zh for each in found.breaks if words in each.text.zh]
