"""What the pages of the office ask of the record: counts, versions and what differs, sources over time, steps and keys sent twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from review.errors import Conflict, NotRecorded, Refused, Text
from review.record.access.keys import create_key, list_keys
from review.record.access.people import add_person, read_person, reset_password
from review.record.cases.listings import list_project
from review.record.cases.rulings import Ruling
from review.record.cases.second_person import (
    SHORT,
    Pending,
    confirm,
    decide_or_wait,
    give_back,
    overridden,
    waiting_on,
    withdraw,
)
from review.record.cases.steps import open_steps, take_step
from review.record.projects.standing import latest
from review.record.register.entries import SourceEntry, register_source
from review.record.register.history import (
    amendment_effects,
    preview_source,
    source_entries,
    source_line,
    source_movements,
)
from review.record.register.lines import register_lines
from review.record.storage.actors import Actor
from review.record.storage.contents import read_review
from review.record.storage.store import Store
from review.record.views.indicators import counted
from review.record.views.timeline import timeline
from review.record.views.versions import compare_versions, versions
from review.record.views.worklist import Filters, counts, waiting
from review.sheet.comparison import differences
from tests.record.projects import DOCUMENT, OFFICER, decide, drawing, overruled, project, recorded, registered

DAY = date(2026, 1, 1)


def approved(store: Store, code: str = "A-1") -> int:
    made = recorded(store, drawing(code, "6"))
    decide(store, made.id, overruled("approve", conditions=(Text("条件一", "one"), Text("条件二", "two"))), OFFICER)
    return made.project


def test_counts_follow_the_filters(store: Store) -> None:
    approved(store)
    recorded(store, project("B-1", {"project.stage": "existing"}))
    gone = recorded(store, project("C-1"))
    take_step(store, gone.project, "withdrawn", OFFICER, reason="撤回")
    with store.reading() as connection:
        assert counts(connection) == {None: 2}
        assert counts(connection, by="stage") == {"proposed": 1, "existing": 1}
        assert counts(connection, Filters(on_list=None), "stage") == {"proposed": 2, "existing": 1}
        assert counts(connection, Filters(text="B-1")) == {None: 1}
        assert sum(counts(connection, by="recommendation").values()) == 2
    with store.reading() as connection, pytest.raises(Refused):
        counts(connection, Filters(text="\x00"))


def test_what_waits(store: Store) -> None:
    approved(store)
    plant = recorded(store, project("B-1", {"project.stage": "existing"}))
    recorded(store, project("C-1"))
    list_project(store, project("D-1", {"project.stage": "existing"}), OFFICER, "存量")
    decide(store, plant.id, overruled("rectify", responsible="虚构企业", due=date(2025, 12, 31)), OFFICER)
    with store.reading() as connection:
        found = {name: counts(connection, filters)[None] for name, filters in waiting(DAY).items()}
        the_day_itself = counts(connection, waiting(date(2025, 12, 31))["overdue"])[None]
    # What was listed without a review awaits no decision.
    assert found == {"pending": 1, "supplements": found["supplements"], "conditions": 1, "overdue": 1}
    assert the_day_itself == 0


def test_versions_newest_first_with_their_decisions(store: Store) -> None:
    number = approved(store)
    recorded(store, drawing("A-1", "4"))
    other = recorded(store, project("B-1"))
    with store.reading() as connection:
        found = versions(connection, number)
        assert [(each["version"], [one["outcome"] for one in each["decisions"]]) for each in found] == [
            (2, []),
            (1, ["approve"]),
        ]
        assert [each["version"] for each in versions(connection, number, before=2)] == [1]
        assert [each["review"] for each in versions(connection, other.project)] == [other.id]
        changed = compare_versions(connection, number, 1, 2)
        assert [(each.path, each.before.zh, each.after.zh, each.unit) for each in changed] == [
            ("voc.offsets[0].allocated_t", "6", "4", "t/a")
        ]
        assert compare_versions(connection, number, 2, 2) == ()
    with store.reading() as connection, pytest.raises(NotRecorded):
        compare_versions(connection, number, 1, 3)


def test_what_differs_is_said_as_people_read_it() -> None:
    before = project("A-1", {"project.stage": "proposed", "energy.total_tce": "60000", "voc": "none"})
    after = project("A-1", {"project.stage": "existing", "energy.total_tce": "60000.0", "voc.emission_t": "5"})
    found = {each.path: (each.before.en, each.after.en) for each in differences(before, after)}
    assert found == {
        "project.stage": ("proposed", "existing"),
        "voc": ("none", "not stated"),
        "voc.emission_t": ("not stated", "5"),
    }
    assert differences(before, before) == ()


def test_a_step_sent_twice_is_recorded_once(store: Store) -> None:
    number = approved(store)
    once = {"document": DOCUMENT, "condition": "条件一", "request": "person:a:1"}
    first = take_step(store, number, "condition_met", OFFICER, **once)
    assert take_step(store, number, "condition_met", OFFICER, **once) == replace(first, again=True)
    with store.reading() as connection:
        standing = latest(connection, number)
        assert standing is not None and [each["zh"] for each in standing["conditions"]] == ["条件二"]
        steps = [each for each in timeline(connection, number)["events"] if each["kind"] == "step"]
    assert len(steps) == 1
    with pytest.raises(Conflict):
        take_step(store, number, "condition_met", OFFICER, **{**once, "condition": "条件二"})


def test_a_condition_named_by_its_number_is_not_met_twice_over(store: Store) -> None:
    number = approved(store)
    first = take_step(store, number, "condition_met", OFFICER, document=DOCUMENT, condition="1", request="k")
    assert take_step(store, number, "condition_met", OFFICER, document=DOCUMENT, condition="1", request="k") == replace(
        first, again=True
    )


def test_an_identical_step_without_a_key_is_refused_by_its_own_rules(store: Store) -> None:
    number = recorded(store, project("A-1")).project
    take_step(store, number, "withdrawn", OFFICER, reason="撤回")
    with pytest.raises(Refused):
        take_step(store, number, "withdrawn", OFFICER, reason="撤回")


def test_the_steps_a_project_could_take(store: Store) -> None:
    number = approved(store)
    gone = recorded(store, project("G-1")).project
    take_step(store, gone, "closed", OFFICER, reason="销号")
    with store.reading() as connection:
        assert open_steps(connection, number) == ("condition_met", "withdrawn", "lapsed", "closed", "unlisted")
        assert open_steps(connection, gone) == ("reopened",)
        with pytest.raises(NotRecorded):
            open_steps(connection, 99)


def test_every_amendment_of_a_source_is_told(store: Store) -> None:
    for number in range(55):
        registered(store, str(100 + number), reason="更正（示例）")
    with store.reading() as connection:
        found = source_entries(connection, "S-1")
    assert [each["verified_t"] for each in found] == [str(154 - number) for number in range(55)]


def test_a_source_over_time(store: Store) -> None:
    registered(store, "10", name="一号")
    holder = approved(store)
    late = recorded(store, drawing("B-1", "4")).project
    registered(store, "7", reason="核减")
    with store.reading() as connection:
        line = source_line(connection, "s-1")
        assert (line["verified_t"], line["drawn_t"], line["free_t"]) == ("7", "7", "0")
        assert [(each["verified_t"], each["reason"], each["actor"]) for each in source_entries(connection, "S-1")] == [
            ("7", "核减", OFFICER), ("10", None, OFFICER),
        ]  # fmt: skip
        moves = source_movements(connection, "S-1")
        assert (moves[0]["kind"], moves[0]["project"], moves[0]["held_t"]) == ("cut", late, "1")
        assert {each["project"] for each in moves} == {holder, late}
        newest = source_movements(connection, "S-1", limit=1)
        assert {each["position"] for each in newest} == {moves[0]["position"]}
        rest = source_movements(connection, "S-1", before=moves[0]["position"])
        assert len(rest) == len(moves) - len(newest)
        with pytest.raises(NotRecorded):
            source_line(connection, "nowhere")


def test_the_register_is_searched(store: Store) -> None:
    registered(store, "10", name="涂装线（示例）")
    registered(store, "5", "S_2")
    with store.reading() as connection:
        assert [each["source"] for each in register_lines(connection, text="涂装")] == ["S-1"]
        # A wildcard of the database is a letter like any other.
        assert [each["source"] for each in register_lines(connection, text="_")] == ["S_2"]
        assert register_lines(connection, text="%") == []


def test_an_amendment_is_shown_before_it_is_made(store: Store) -> None:
    registered(store, "10")
    approved(store)
    late = recorded(store, drawing("B-1", "4")).project
    with store.reading() as connection:
        found = amendment_effects(connection, "s-1", Decimal(7), "voc")
        assert [(each["project"], each["before_t"], each["held_t"], each["kind"]) for each in found] == [
            (late, "4", "1", "cut")
        ]
        entry = SourceEntry("S-1", "fuqing", Decimal(7), DOCUMENT, reason="核减")
        preview = preview_source(connection, entry, OFFICER)
        assert preview.amends and list(preview.changes) == found
        with pytest.raises(Refused) as refused:
            preview_source(connection, SourceEntry("S-1", "fuqing", Decimal(7), DOCUMENT), OFFICER)
        assert [each.where for each in refused.value.faults] == ["reason"]
    recorded(store, drawing("C-1", "1"))
    with pytest.raises(Conflict):
        register_source(store, entry, OFFICER, expected=preview.position)
    with store.reading() as connection:
        assert source_line(connection, "S-1")["verified_t"] == "10"
        preview = preview_source(connection, entry, OFFICER)
    made = register_source(store, entry, OFFICER, request="k", expected=preview.position)
    assert [(each["project"], each["held_t"]) for each in made.changed] == [
        (each["project"], each["held_t"]) for each in preview.changes
    ]
    assert register_source(store, entry, OFFICER, request="k", expected=preview.position).again


def test_the_projects_that_are_counted(store: Store) -> None:
    number = approved(store)
    refused = recorded(store, project("R-1"))
    decide(store, refused.id, overruled("reject"), OFFICER)
    with store.reading() as connection:
        first = counted(connection, "fuqing", limit=1)
        assert first.lines == () and first.cursor
        assert [each["project"] for each in counted(connection, "fuqing", cursor=first.cursor).lines] == [number]


def test_a_password_is_reset_once_for_what_was_seen(store: Store) -> None:
    add_person(store, "one", "甲（示例）", "officer", "test")
    with store.reading() as connection:
        seen = read_person(connection, "one")
        with pytest.raises(NotRecorded):
            read_person(connection, "two")
    assert (seen["role"], seen["ended"], seen["once"]) == ("officer", None, True)
    reset_password(store, "one", "忘记", "test", expected=seen["position"])
    with pytest.raises(Conflict):
        reset_password(store, "one", "忘记", "test", expected=seen["position"])


def test_a_key_of_that_number_is_made_once(store: Store) -> None:
    number = "0123456789abcdef"
    assert create_key(store, "系统（示例）", "system", "test", number=number).split(".")[1] == number
    with pytest.raises(Conflict):
        create_key(store, "系统（示例）", "system", "test", number=number)
    with pytest.raises(Refused):
        create_key(store, "系统（示例）", "system", "test", number="../x")
    with store.reading() as connection:
        assert len(list_keys(connection)) == 1


FIRST, OTHER = Actor("甲（示例）", "person:a", "page"), Actor("乙（示例）", "person:b", "page")
OVERRULE = Ruling("approve", reason="理由（示例）", clause="3.10-7")


def waits(store: Store, review: int, ruling: Ruling = OVERRULE, expected: int = 0, request: str = "a:1") -> Pending:
    made = decide_or_wait(store, review, ruling, FIRST, expected=expected, second_person=True, request=request)
    assert isinstance(made, Pending)
    return made


def failures(store: Store, review: int) -> frozenset[tuple[str, str]]:
    with store.reading() as connection:
        return frozenset(
            (each["rule"], each["subject"]) for each in overridden(read_review(connection, review).document())
        )


def test_a_source_that_is_short_is_ticked_like_a_failure(store: Store) -> None:
    registered(store, "10")
    review = recorded(store, drawing("A-1", "6"))
    registered(store, "5", reason="核减")
    made = waits(store, review.id)
    assert failures(store, review.id) == frozenset()
    with pytest.raises(Refused, match="S-1") as caught:
        confirm(store, made.id, OTHER, frozenset())
    assert [each.where for each in caught.value.faults] == ["seen"]
    decided = confirm(store, made.id, OTHER, frozenset({(SHORT, "S-1")}))
    assert decided.departs and decided.short == ("S-1",)


def test_a_source_that_is_cut_while_a_decision_waits_is_told_at_its_confirmation(store: Store) -> None:
    registered(store, "10")
    offset = {"source": "S-1", "area": "fuqing", "reduction_t": "100", "allocated_t": "6", "document": DOCUMENT}
    review = recorded(
        store, project("A-1", {"voc.emission_t": "5", "voc.offsets": [offset], "eia.laws.conforms": False})
    )
    made, seen = waits(store, review.id), failures(store, review.id)
    assert seen
    registered(store, "1", reason="核减")
    with pytest.raises(Refused, match="S-1"):
        confirm(store, made.id, OTHER, seen)
    with store.reading() as connection:
        assert waiting_on(connection, review.id) is not None
    assert confirm(store, made.id, OTHER, seen | {(SHORT, "S-1")}).departs


def test_a_form_that_waits_is_not_taken_for_another_with_its_number(store: Store) -> None:
    review, other = (recorded(store, project(code, {"eia.laws.conforms": False})) for code in ("A-1", "B-1"))
    made = waits(store, review.id)
    assert waits(store, review.id).again
    for ruling in (Ruling("reject"), Ruling("approve", reason="另一理由", clause="3.10-7")):
        with pytest.raises(Conflict, match="another content"):
            waits(store, review.id, ruling)
    with pytest.raises(Conflict, match="another content"):
        waits(store, other.id)
    with pytest.raises(Conflict, match="another content"):
        waits(store, review.id, expected=7)
    with store.reading() as connection:
        found = waiting_on(connection, review.id)
    assert found is not None and (found.id, found.ruling) == (made.id, OVERRULE)


def test_a_form_whose_decision_waits_no_longer_is_not_said_to_wait(store: Store) -> None:
    review = recorded(store, project("A-1", {"eia.laws.conforms": False}))
    withdraw(store, waits(store, review.id).id, FIRST)
    with pytest.raises(Conflict, match="withdrawn"):
        waits(store, review.id)
    give_back(store, waits(store, review.id, request="a:2").id, OTHER, "未见论证意见（示例）")
    with pytest.raises(Conflict, match="returned"):
        waits(store, review.id, request="a:2")
