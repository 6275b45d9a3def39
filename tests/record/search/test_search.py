"""The index of search: what is in it, that it goes on where it was, pages, folding."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from review.errors import Fault, RecordDamaged, RecordUnavailable, Refused, Text
from review.record.proof.verification import verify
from review.record.search import index
from review.record.search.folding import folded, words_of
from review.record.search.index import behind, bring_up
from review.record.search.searching import Hits, kinds_for, search
from review.record.storage.journal import table
from review.record.storage.operations import SearchText
from review.record.storage.store import Store
from tests.record.projects import OFFICER, decide, overruled, project, recorded, some_of_everything
from tests.record.tampering import tamper


def found(store: Store, typed: str, **options: Any) -> Hits:
    while bring_up(store):
        pass
    with store.reading() as connection:
        return search(connection, typed, **options)


def ids(hits: Hits) -> list[str]:
    return [each["id"] for each in hits["items"]]


@given(st.text(), st.text())
def test_what_is_typed_stands_in_what_holds_it(text_typed: str, around: str) -> None:
    assert folded(text_typed) in folded(text_typed + around) or unicodedata.normalize("NFKC", text_typed + around) != (
        unicodedata.normalize("NFKC", text_typed) + unicodedata.normalize("NFKC", around)
    )


@given(st.text())
def test_folding_again_changes_nothing(typed: str) -> None:
    assert folded(folded(typed)) == folded(typed)
    assert all(each == folded(each) for each in words_of(typed))


def test_every_kind_of_event_is_indexed_once(filled: Store) -> None:
    while bring_up(filled, most=3):
        pass
    with filled.reading() as connection:
        rows = table(SearchText)
        positions = connection.execute(select(rows.c.position).order_by(rows.c.position)).scalars().all()
        assert positions == list(range(1, len(positions) + 1))
        assert behind(connection) == 0
    assert not bring_up(filled)


def test_the_index_says_how_far_behind_it_is(store: Store) -> None:
    recorded(store, project("A"))
    with store.reading() as connection:
        assert search(connection, "甲")["behind"] == behind(connection) > 0
    assert found(store, "甲")["behind"] == 0


def test_a_version_that_says_the_same_adds_nothing(store: Store) -> None:
    recorded(store, project("A"))
    recorded(store, project("A", {"voc.emission_t": "3"}))
    while bring_up(store):
        pass
    with store.reading() as connection:
        rows = table(SearchText)
        query = select(rows.c.folded).where(rows.c.kind == "project").order_by(rows.c.position)
        first, second = connection.execute(query).scalars().all()
    assert "测试项目" in first
    assert second == ""


def test_pages_go_through_all_hits_without_one_twice(store: Store) -> None:
    for number in range(7):
        recorded(store, project(f"P-{number}"))
    recorded(store, project("P-0", {"project.applicant": "测试建设单位（虚构）"}))
    seen: list[str] = []
    after = None
    while True:
        hits = found(store, "测试", after=after, limit=2)
        seen += ids(hits)
        after = hits["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 7
    assert seen[0] == ids(found(store, "P0"))[0], "what was recorded last comes first"


@pytest.mark.parametrize("after", ["x", "-1", "1.2", "9" * 30, "１"])
def test_a_page_that_no_search_gave_is_refused(filled: Store, after: str) -> None:
    with filled.reading() as connection, pytest.raises(Refused, match="after"):
        search(connection, "测试", after=after)


def test_events_of_the_office_are_found_by_those_who_may_read_them(filled: Store) -> None:
    assert found(filled, "示例人员甲", kinds=kinds_for(False))["items"] == []
    hits = found(filled, "示例人员甲", kinds=kinds_for(True))
    assert [each["kind"] for each in hits["items"]] == ["absence", "account"]


def test_a_secret_is_never_indexed(filled: Store) -> None:
    with filled.reading() as connection:
        secrets = connection.execute(text("SELECT secret FROM access_key")).scalars().all()
    assert secrets
    for each in secrets:
        assert found(filled, each, kinds=kinds_for(True))["items"] == []


def test_a_damaged_sheet_does_not_stop_the_index(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(content: bytes) -> bytes:
        raise RecordDamaged([Fault("--database", Text("已损坏", "damaged"))])

    with monkeypatch.context() as patch:
        patch.setattr(index, "unpacked", damaged)
        patch.setattr(index, "_known", lambda connection, subject: set())
        while bring_up(filled):
            pass
    assert found(filled, OFFICER)["items"]


def test_a_record_with_an_index_verifies(filled: Store) -> None:
    found(filled, "测试")
    with filled.reading() as connection:
        assert verify(connection).breaks == ()


def test_a_record_of_before_is_found_after_it_is_brought_up(store: Store) -> None:
    some_of_everything(store)
    assert len(found(store, "D-1")["items"]) == 1


def test_digests_are_not_searched(store: Store) -> None:
    """The two characters of a code stand in many a digest: nobody looks for those."""
    first = recorded(store, project("A-1"))
    decide(store, first.id, overruled("reject"), OFFICER)
    with store.reading() as connection:
        (edition,) = {
            json.loads(body)["edition"].partition(":")[2]
            for body in connection.execute(text("SELECT body FROM event WHERE kind = 'decision'")).scalars()
        }
    assert found(store, edition)["items"] == [] == found(store, edition[:12])["items"]


def test_an_index_of_before_is_made_anew(new_url: str, opened: Callable[..., Store]) -> None:
    """It had digests, which no event says any more."""
    store = opened(new_url)
    first = recorded(store, project("A-1"))
    while bring_up(store):
        pass
    tamper(store, "UPDATE search_text SET folded = 'sha256d1'")
    assert ids(found(store, "D-1")) == [str(first.project)]
    tamper(store, "DROP INDEX source_one")
    for index_name in ("draw_source", "draw_last"):
        tamper(store, f"DROP INDEX {index_name}")
    tamper(store, "CREATE INDEX draw_source ON draw (source, project, position)")
    tamper(store, "CREATE INDEX draw_last ON draw (source, position, ordinal)")
    tamper(store, "UPDATE alembic_version SET version_num = '0021'")
    store.close()
    again = opened(new_url)
    assert found(again, "D-1")["items"] == []
    assert ids(found(again, "A-1")) == [str(first.project)]


def test_a_damaged_event_does_not_stop_the_index(filled: Store) -> None:
    tamper(filled, "UPDATE event SET body = '{' WHERE position = 2")
    hits = found(filled, OFFICER)
    assert hits["items"] and hits["behind"] == 0
    tamper(filled, ("UPDATE search_text SET stated = ? WHERE position = 1", (b"no longer packed",)))
    assert found(filled, OFFICER)["items"]


@pytest.mark.parametrize("typed", ["一 二 三 四 五 六 七 八 九", "长" * 201])
def test_what_is_too_much_to_look_for_is_refused(filled: Store, typed: str) -> None:
    with filled.reading() as connection, pytest.raises(Refused, match="8"):
        search(connection, typed)


def test_by_which_account_something_was_sent_is_not_found(store: Store) -> None:
    recorded(store, project("A-1"), request="person:wang.example:f00d")
    assert found(store, "wangexample")["items"] == [] == found(store, "f00d")["items"]


def test_a_record_that_cannot_be_written_is_searched_as_far_as_it_is_indexed(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwritable(store: Store) -> bool:
        raise RecordUnavailable([Fault("--database", Text("数据库不可写", "the database cannot be written"))])

    monkeypatch.setattr(index, "bring_up", unwritable)
    index.bring_up_if_possible(filled)
    with filled.reading() as connection:
        assert search(connection, OFFICER)["behind"] == behind(connection) > 0
