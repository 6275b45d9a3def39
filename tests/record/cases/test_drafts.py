"""Drafts: every save a version of its own, nothing overwritten, changes to different places go together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from review.drafting.typed import Left, Typed, own, rows, typed, with_own, with_row
from review.errors import Conflict, NotRecorded, Refused, Text
from review.record.cases import drafts
from review.record.cases.drafts import (
    Author,
    create_draft,
    follow_row,
    last_saved_drafts,
    list_versions,
    page_of_drafts,
    put_away,
    read_draft,
    restore_version,
    save_draft,
    submit_draft,
)
from review.record.cases.submissions import Recorded, submit
from review.record.proof.verification import verify
from review.record.storage.store import Store
from review.sheet import parse_sheet
from tests.record.projects import EDITIONS
from tests.sheets import AS_OF

pytestmark = pytest.mark.record

LIN, CHEN = Author("person:lin", "林审查（示例）"), Author("person:chen", "陈复核（示例）")


def named(name: str) -> Typed:
    return typed({"project": {"name": name}})


def set_own(store: Store, draft: int, by: Author, base: int, section: str, block: Any) -> int:
    saved = save_draft(
        store, draft, by, lambda last: Typed(with_own(last.values, section, block), last.left, last.cells), base=base,
        block=lambda values: own(values, section),
    )  # fmt: skip
    return saved.version


def submitted(store: Store, draft: int, version: int) -> Recorded:
    return submit_draft(store, draft, version, LIN.name, ruleset=EDITIONS[-1], as_of=AS_OF, reason="补录（示例）")


def reviews(store: Store) -> int:
    with store.reading() as connection:
        return verify(connection).reviews


def latest(store: Store, draft: int) -> drafts.SavedDraft:
    with store.reading() as connection:
        return read_draft(connection, draft)


def test_every_save_is_a_version_and_none_is_overwritten(store: Store) -> None:
    draft = create_draft(store, LIN, named("甲（虚构）")).id
    save_draft(store, draft, CHEN, lambda _: named("乙（虚构）"))
    with store.reading() as connection:
        first, last = read_draft(connection, draft, 1), read_draft(connection, draft)
        listed = list_versions(connection, draft)
    assert (first.typed, first.by) == (named("甲（虚构）"), LIN.name)
    assert (last.typed, last.by, last.version, last.head["title"]) == (named("乙（虚构）"), CHEN.name, 2, "乙（虚构）")
    assert [each["version"] for each in listed] == [2, 1]


def test_what_is_typed_comes_back_as_it_was(store: Store) -> None:
    content = Typed({"project": {"name": " 全角　\u0000\ud7ff x"}, "energy": {"items": [{}, {"quantity": "00.10"}]}, "voc": "none", "products": []},
                    (Left("能源!G2", "=1", Text("公式", "a formula")),), {"energy.total_tce": "能源!G2"})  # fmt: skip
    assert latest(store, create_draft(store, LIN, content).id).typed == content


def test_a_save_that_changes_nothing_adds_no_version(store: Store) -> None:
    draft = create_draft(store, LIN, named("甲（虚构）")).id
    assert save_draft(store, draft, CHEN, lambda last: last).version == 1
    assert latest(store, draft).by == LIN.name


def test_changes_to_different_sections_go_together(store: Store) -> None:
    draft = create_draft(store, LIN, named("甲（虚构）")).id
    assert set_own(store, draft, LIN, 1, "site", {"address": "江阴"}) == 2
    assert set_own(store, draft, CHEN, 1, "management", {"key_discharger": False}) == 3
    assert latest(store, draft).typed.values == {
        "project": {"name": "甲（虚构）"},
        "site": {"address": "江阴"},
        "management": {"key_discharger": False},
    }


def test_a_change_to_what_changed_meanwhile_is_a_conflict(store: Store) -> None:
    draft = create_draft(store, LIN, named("甲（虚构）")).id
    set_own(store, draft, LIN, 1, "site", {"address": "江阴"})
    with pytest.raises(Conflict):
        set_own(store, draft, CHEN, 1, "site", {"address": "三山"})
    assert latest(store, draft).typed.values["site"] == {"address": "江阴"}


def test_that_there_are_none_does_not_drop_rows(store: Store) -> None:
    draft = create_draft(store, LIN, typed({"coal": {"boilers": [{"name": "一号"}]}, "products": [{}]})).id
    for section, block in (("coal", "none"), ("coal", {"boilers": []}), ("products", [])):
        with pytest.raises(Conflict):
            set_own(store, draft, LIN, 1, section, block)
    set_own(store, draft, LIN, 1, "coal", {"kilns": []})
    assert latest(store, draft).typed.values["coal"] == {"boilers": [{"name": "一号"}], "kilns": []}


def test_an_earlier_version_is_restored_as_a_new_one(store: Store) -> None:
    draft = create_draft(store, LIN, named("甲（虚构）")).id
    save_draft(store, draft, LIN, lambda _: named("乙（虚构）"))
    saved = restore_version(store, draft, 1, CHEN)
    assert (saved.version, saved.how, saved.typed) == (3, "restored", named("甲（虚构）"))


def test_the_same_request_begins_one_draft(store: Store) -> None:
    first = create_draft(store, LIN, named("甲（虚构）"), request="x")
    assert create_draft(store, LIN, named("甲（虚构）"), request="x") == replace(first, again=True)


def test_the_same_request_with_another_content_is_told(store: Store) -> None:
    create_draft(store, LIN, named("甲（虚构）"), request="x")
    with pytest.raises(Conflict):
        create_draft(store, LIN, named("乙（虚构）"), request="x")
    with pytest.raises(Conflict):
        create_draft(store, LIN, named("甲（虚构）"), replaces=1, request="x")


def add(store: Store, draft: int, name: str, request: str | None = None, by: Author = LIN) -> drafts.SavedDraft:
    return save_draft(
        store,
        draft,
        by,
        lambda last: Typed(with_row(last.values, "products", None, {"name": name}), last.left, last.cells),
        request=request,
    )


def test_a_row_sent_twice_is_added_once(store: Store) -> None:
    draft = create_draft(store, LIN, Typed()).id
    assert add(store, draft, "甲", "x").version == 2
    add(store, draft, "乙")
    assert add(store, draft, "甲", "x").version == 2
    with pytest.raises(Conflict):
        add(store, draft, "丙", "x")
    # The same row by another form is one more: two products may be alike.
    add(store, draft, "甲", "y")
    assert [row["name"] for row in rows(latest(store, draft).typed.values, "products")] == ["甲", "乙", "甲"]


def put(store: Store, draft: int, index: int, row: dict[str, Any] | None) -> None:
    save_draft(
        store, draft, CHEN, lambda last: Typed(with_row(last.values, "products", index, row), last.left, last.cells)
    )


def test_a_row_is_followed_to_where_it_stands_now(store: Store) -> None:
    draft = create_draft(store, LIN, typed({"products": [{"name": name} for name in "甲乙丙"]})).id

    def now_at() -> list[int | None]:
        with store.reading() as connection:
            return [follow_row(connection, draft, "products", index, 1) for index in range(4)]

    assert now_at() == [0, 1, 2, None]
    add(store, draft, "丁")
    put(store, draft, 1, {"name": "乙", "capacity": "2"})
    assert now_at() == [0, 1, 2, None]
    put(store, draft, 0, None)
    assert now_at() == [None, 0, 1, None]
    # Removed, and another in its place: not the row that was seen.
    put(store, draft, 2, None)
    put(store, draft, 1, None)
    add(store, draft, "戊")
    assert now_at() == [None, 0, None, None]
    # What an import brings is the same row only where its content is.
    products = [{"name": "己"}, {"name": "乙", "capacity": "2"}]
    save_draft(store, draft, CHEN, lambda _: typed({"products": products}), "json")
    assert now_at() == [None, 1, None, None]
    save_draft(store, draft, CHEN, lambda _: typed({"products": [products[0], {"name": "庚"}]}), "json")
    assert now_at() == [None, None, None, None]


def test_what_was_saved_meanwhile_is_not_left_out_of_a_review(store: Store) -> None:
    draft = create_draft(store, LIN, named("甲（虚构）")).id
    save_draft(store, draft, CHEN, lambda _: named("乙（虚构）"))
    before = reviews(store)
    with pytest.raises(Conflict):
        submitted(store, draft, 1)
    assert reviews(store) == before and latest(store, draft).head["submitted"] is None
    made = submitted(store, draft, 2)
    assert latest(store, draft).head["submitted"] == made.id and reviews(store) == before + 1
    with pytest.raises(Refused):
        save_draft(store, draft, CHEN, lambda _: named("丙（虚构）"))
    again = submitted(store, draft, 2)
    assert (again.id, again.again) == (made.id, True) and reviews(store) == before + 1


def test_a_draft_is_closed_by_the_review_that_is_found_again(store: Store) -> None:
    draft = create_draft(store, LIN, named("甲（虚构）")).id
    made = submit(
        store,
        parse_sheet(named("甲（虚构）").values),
        LIN.name,
        ruleset=EDITIONS[-1],
        as_of=AS_OF,
        reason="补录（示例）",
        request=f"draft:{draft}",
    )
    assert (submitted(store, draft, 1).id, latest(store, draft).head["submitted"]) == (made.id, made.id)


def test_what_breaks_off_the_closing_records_nothing(store: Store) -> None:
    def broken(connection: Any, review: int) -> None:
        raise Conflict([])

    before = reviews(store)
    with pytest.raises(Conflict):
        submit(
            store,
            parse_sheet(named("甲（虚构）").values),
            LIN.name,
            ruleset=EDITIONS[-1],
            as_of=AS_OF,
            reason="补录（示例）",
            within=broken,
        )
    assert reviews(store) == before


def test_ones_own_come_first_and_what_is_away_or_submitted_is_not_listed(store: Store) -> None:
    mine, theirs, away, gone = (create_draft(store, by, named(str(i))).id for i, by in enumerate((LIN, CHEN, LIN, LIN)))
    put_away(store, away, True)
    number = submitted(store, gone, 1).id
    with store.reading() as connection:
        assert [each["id"] for each in page_of_drafts(connection, LIN.key)] == [mine, theirs]
        assert [each["id"] for each in page_of_drafts(connection, CHEN.key)] == [theirs, mine]
        assert [each["id"] for each in page_of_drafts(connection, LIN.key, away=True)] == [away]
        assert [each["id"] for each in last_saved_drafts(connection, LIN.key, 5)] == [mine]
    with pytest.raises(Refused, match=str(number)):
        save_draft(store, gone, LIN, lambda _: named("改"))


def test_the_first_page_has_ones_own_drafts_last_saved_first(store: Store) -> None:
    first, _, third = (create_draft(store, LIN, named(str(i))).id for i in range(3))
    save_draft(store, first, CHEN, lambda _: named("改"))
    with store.reading() as connection:
        assert [each["id"] for each in last_saved_drafts(connection, LIN.key, 2)] == [first, third]


def test_a_draft_does_not_grow_without_bound(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = create_draft(store, LIN, named("0")).id
    monkeypatch.setattr(drafts, "MOST_VERSIONS", 2)
    save_draft(store, draft, LIN, lambda _: named("1"))
    with pytest.raises(Refused):
        save_draft(store, draft, LIN, lambda _: named("2"))
    with pytest.raises(Refused):
        create_draft(store, LIN, typed({"project": {"name": "长" * drafts.LARGEST}}))


@pytest.mark.parametrize("number", [0, -1, 5, 2**70])
def test_what_is_not_there_is_told(store: Store, number: int) -> None:
    create_draft(store, LIN, named("甲（虚构）"))
    with store.reading() as connection:
        with pytest.raises(NotRecorded):
            read_draft(connection, number)
        with pytest.raises(NotRecorded):
            read_draft(connection, 1, number)


def test_drafts_are_beside_the_record(store: Store) -> None:
    create_draft(store, LIN, named("甲（虚构）"))
    with store.reading() as connection:
        assert verify(connection).breaks == ()


def test_pages_of_drafts_miss_none_and_show_none_twice_whatever_is_saved_meanwhile(store: Store) -> None:
    mine = [create_draft(store, LIN, named(f"甲{i}")).id for i in range(3)]
    theirs = [create_draft(store, CHEN, named(f"乙{i}")).id for i in range(3)]
    wanted, seen, after = [*reversed(mine), *reversed(theirs)], list[int](), None
    for moved in (mine[0], theirs[2], mine[2], theirs[0], mine[1], theirs[1]):
        with store.reading() as connection:
            page = page_of_drafts(connection, LIN.key, after=after, limit=1)
        seen.append(page[0]["id"])
        assert len(page) == (2 if len(seen) < 6 else 1)
        after = page[0]["id"]
        save_draft(store, moved, CHEN, lambda _, moved=moved: named(f"改{moved}"))  # type: ignore[misc]
    assert seen == wanted
    with store.reading() as connection:
        # What was put away or submitted meanwhile is still a place to go on from.
        assert page_of_drafts(connection, LIN.key, after=theirs[0]) == []
        for other in (99, 2**70):
            with pytest.raises(Refused, match="cursor"):
                page_of_drafts(connection, LIN.key, after=other)


def test_pages_of_versions_show_none_twice_though_one_is_added_meanwhile(store: Store) -> None:
    draft = create_draft(store, LIN, named("0")).id
    for i in range(1, 4):
        save_draft(store, draft, LIN, lambda _, i=i: named(str(i)))  # type: ignore[misc]
    with store.reading() as connection:
        first = list_versions(connection, draft, limit=2)
    save_draft(store, draft, LIN, lambda _: named("9"))
    with store.reading() as connection:
        rest = list_versions(connection, draft, before=first[1]["version"], limit=2)
    assert [each["version"] for each in (*first[:2], *rest)] == [4, 3, 2, 1]
