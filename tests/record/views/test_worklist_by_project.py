"""The work list by number of project: nothing is lost or told twice while projects change between two pages."""

from __future__ import annotations

import pytest

from review import clock
from review.errors import Refused
from review.record.cases.steps import take_step
from review.record.storage.store import Store
from review.record.views.worklist import Filters
from review.record.views.worklist import page as newest_page
from review.record.views.worklist_by_project import page_by_project
from tests.record.projects import OFFICER, project, recorded

pytestmark = pytest.mark.record


def pages(store: Store, filters: Filters | None = None, changing: int | None = None) -> list[str | None]:
    """The codes of all pages of two, a project changed after each page."""
    found: list[str | None] = []
    cursor = None
    while True:
        with store.reading() as connection:
            listed = page_by_project(connection, filters or Filters(), cursor=cursor, limit=2)
        found += [each["code"] for each in listed.page.lines]
        if changing is not None:
            take_step(store, changing, "withdrawn", OFFICER, reason="理由（示例）")
            take_step(store, changing, "reopened", OFFICER, reason="理由（示例）")
        cursor = listed.page.cursor
        if cursor is None:
            return found


def test_a_project_that_changes_while_one_pages_is_told_once(store: Store) -> None:
    every = [recorded(store, project(f"P-{number}")) for number in range(5)]
    codes = [f"P-{number}" for number in range(5)]
    for each in every:
        assert pages(store, changing=each.project) == codes
    with store.reading() as connection:
        first = newest_page(connection, limit=2)
    recorded(store, project("P-0"))
    with store.reading() as connection:
        second = newest_page(connection, cursor=first.cursor, limit=10)
    newest = [each["code"] for each in (*first.lines, *second.lines)]
    assert "P-0" not in newest, "the newest first loses it: that is what the order by number is for"


def test_only_what_was_recorded_since(store: Store) -> None:
    first, second = recorded(store, project("P-1")), recorded(store, project("P-2"))
    with store.reading() as connection:
        until = page_by_project(connection, Filters()).recorded_until
    assert until is not None
    # What was recorded at the very time is told again; what came before is not.
    assert pages(store, Filters(changed_since=until)) == ["P-2"]
    assert pages(store, Filters(changed_since=clock.timestamp(3600))) == []
    assert pages(store, Filters(changed_since="")) == ["P-1", "P-2"]
    take_step(store, first.project, "withdrawn", OFFICER, reason="理由（示例）")
    assert pages(store, Filters(changed_since=until)) == ["P-2"]
    assert pages(store, Filters(changed_since=until, on_list=None)) == ["P-1", "P-2"]
    assert second.project > first.project


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1.2", "１", "9" * 19])
def test_a_cursor_of_another_list_is_refused(store: Store, cursor: str) -> None:
    with store.reading() as connection, pytest.raises(Refused):
        page_by_project(connection, Filters(), cursor=cursor)


def test_an_empty_record_has_no_time(store: Store) -> None:
    with store.reading() as connection:
        listed = page_by_project(connection, Filters())
    assert (listed.page.lines, listed.page.cursor) == ((), None)
