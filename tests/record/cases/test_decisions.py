"""Decisions: appended, never changed; departures need reason and clause, overriding a mandatory failure a second person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from review.errors import Conflict, NotRecorded, Refused, Text
from review.record.cases.listings import list_project
from review.record.cases.persons import Person
from review.record.cases.rulings import Ruling
from review.record.cases.steps import take_step
from review.record.projects.standing import latest
from review.record.projects.state import Disposition, ProjectState
from review.record.storage.contents import read_review
from review.record.storage.store import Store
from review.record.views.timeline import timeline
from review.sheet import Voc
from tests.record.projects import OFFICER, SECOND, decide, drawing, overruled, project, recorded, registered

pytestmark = pytest.mark.record

DUE = date(2026, 6, 30)
FAILING = {"voc.emission_t": "10", "voc.offsets": []}


def standing(store: Store, number: int) -> ProjectState:
    with store.reading() as connection:
        found = latest(connection, number)
    assert found
    return found


def disposition(store: Store, number: int) -> Disposition:
    found = standing(store, number)["disposition"]
    assert found
    return found


def refused(store: Store, review: int, ruling: Ruling, **options: Any) -> set[str]:
    """The fields a refused decision complains of."""
    with store.reading() as connection:
        number = read_review(connection, review).project
    before = standing(store, number)
    with pytest.raises(Refused) as caught:
        decide(store, review, ruling, OFFICER, **options)
    assert standing(store, number) == before
    return {fault.where for fault in caught.value.faults}


def test_following_the_recommendation_needs_no_reason(store: Store) -> None:
    review = recorded(store, project("A-1", FAILING))
    assert review.recommendation == "reject"
    assert not decide(store, review.id, Ruling("reject"), OFFICER).departs


@pytest.mark.parametrize("outcome", ["approve", "supplement", "defer"])
def test_a_departure_needs_reason_and_clause(store: Store, outcome: str) -> None:
    review = recorded(store, project("A-1", FAILING))
    assert refused(store, review.id, Ruling(outcome)) >= {"reason", "clause"}
    assert refused(store, review.id, replace(overruled(outcome), clause=None)) == {"clause"}
    assert decide(store, review.id, overruled(outcome), OFFICER).departs


def test_approving_over_a_mandatory_failure_needs_another_person(store: Store) -> None:
    review = recorded(store, project("A-1", FAILING))
    ruling = overruled("approve")
    assert refused(store, review.id, replace(ruling, second=None)) == {"second"}
    assert refused(store, review.id, replace(ruling, second=Person("x", f" {OFFICER} "))) == {"second"}
    assert decide(store, review.id, replace(ruling, second=None), OFFICER, second_person=False).departs
    assert decide(store, review.id, ruling, OFFICER)


def test_approving_what_is_only_missing_needs_no_second_person(store: Store) -> None:
    review = recorded(store, project("A-1"))
    assert review.recommendation == "supplement"
    assert decide(store, review.id, replace(overruled("approve"), second=None), OFFICER)


def test_the_clause_relied_on_is_one_of_the_plan_or_a_law(store: Store) -> None:
    review = recorded(store, project("A-1", FAILING))
    assert refused(store, review.id, replace(overruled("defer"), clause="9.9-9")) == {"clause"}
    assert decide(store, review.id, replace(overruled("defer"), clause="节约能源法第十五条"), OFFICER)


@pytest.mark.parametrize("outcome", ["rectify", "suspend", "phase_out"])
def test_a_disposition_names_who_and_by_when(store: Store, outcome: str) -> None:
    review = recorded(store, project("A-1", {"project.stage": "existing"}))
    assert refused(store, review.id, overruled(outcome)) == {"responsible", "due"}
    decide(store, review.id, overruled(outcome, responsible="虚构企业", due=DUE), OFFICER)
    assert standing(store, review.project)["disposition"] == {
        "kind": outcome,
        "responsible": "虚构企业",
        "due": "2026-06-30",
        "closed": False,
    }
    take_step(store, review.project, "disposition_closed", OFFICER, reason="整改完成（示例）")
    assert disposition(store, review.project)["closed"]
    with pytest.raises(Refused, match="no open disposition"):
        take_step(store, review.project, "disposition_closed", OFFICER, reason="再来一次")


def test_a_proposed_project_has_no_disposition(store: Store) -> None:
    review = recorded(store, project("A-1"))
    assert refused(store, review.id, overruled("suspend", responsible="虚构企业", due=DUE)) == {"outcome"}


def test_conditions_stay_open_until_met(store: Store) -> None:
    sheet = drawing("A-1", "12", emission="10")
    assert isinstance(sheet.voc, Voc)
    monitored = sheet.model_copy(
        update={"voc": sheet.voc.model_copy(update={"online_monitoring": True, "ecocloud": True})}
    )
    review = recorded(store, monitored)
    ruling = overruled("approve", conditions=(Text("半年内完成清洁生产审核", "audit within half a year"),))
    decided = decide(store, review.id, ruling, OFFICER)
    words = [each["zh"] for each in decided.conditions]
    assert len(words) == 2 and words[-1] == "半年内完成清洁生产审核"
    with pytest.raises(Refused, match="no such open condition"):
        take_step(store, review.project, "condition_met", OFFICER, condition="3", document="x")
    with pytest.raises(Refused, match="the document that shows it"):
        take_step(store, review.project, "condition_met", OFFICER, condition="2")
    take_step(store, review.project, "condition_met", OFFICER, condition="2", document="验收意见（示例）")
    assert [each["zh"] for each in standing(store, review.project)["conditions"]] == words[:1]
    decide(store, review.id, ruling, OFFICER)
    assert [each["zh"] for each in standing(store, review.project)["conditions"]] == words[:1], "what is met stays met"
    take_step(store, review.project, "condition_met", OFFICER, condition=words[0], document="联网证明（示例）")
    assert standing(store, review.project)["conditions"] == []


def test_a_decision_is_corrected_by_a_later_one_and_both_stay(store: Store) -> None:
    review = recorded(store, project("A-1"))
    first = decide(store, review.id, Ruling("supplement"), OFFICER)
    second = decide(store, review.id, overruled("reject"), OFFICER, expected=first.id)
    with store.reading() as connection:
        events = timeline(connection, review.project)["events"]
    assert [each["position"] for each in events] == [review.id, first.id, second.id]
    decision = standing(store, review.project)["decision"]
    assert decision is not None and decision["outcome"] == "reject"


def test_two_officers_do_not_decide_past_each_other(store: Store) -> None:
    review = recorded(store, project("A-1"))
    first = decide(store, review.id, Ruling("supplement"), OFFICER, expected=0)
    with pytest.raises(Conflict, match=f"another decision, {first.id}"):
        decide(store, review.id, Ruling("supplement"), SECOND, expected=0)


def test_a_replaced_version_cannot_be_decided(store: Store) -> None:
    old = recorded(store, project("A-1"))
    new = recorded(store, project("A-1", {"voc.emission_t": "1"}))
    with pytest.raises(Conflict, match=f"replaced by {new.id}"):
        decide(store, old.id, Ruling("supplement"), OFFICER)


@pytest.mark.parametrize(
    ("ruling", "field"),
    [
        (Ruling("maybe"), "outcome"), (Ruling("supplement", reason="x" * 2001), "reason"), (Ruling("supplement", reason="a\x07b"), "reason"),
        (Ruling("supplement", conditions=(Text("条件", "condition"),)), "conditions"), (Ruling("supplement", clause="\u202e"), "clause"),
    ],
)  # fmt: skip
def test_a_decision_that_cannot_be_kept_is_refused(store: Store, ruling: Ruling, field: str) -> None:
    review = recorded(store, project("A-1"))
    assert refused(store, review.id, ruling) == {field}


def test_what_is_not_recorded_cannot_be_decided(store: Store) -> None:
    review = recorded(store, project("A-1"))
    with pytest.raises(NotRecorded):
        decide(store, 99, Ruling("supplement"), OFFICER)
    with pytest.raises(NotRecorded):
        take_step(store, 99, "withdrawn", OFFICER, reason="理由")
    with pytest.raises(Refused, match="is required"):
        decide(store, review.id, Ruling("supplement"), "  ")


@pytest.mark.parametrize(
    ("kind", "words"), [("reopened", "has not ended"), ("vanish", "is not a step"), ("withdrawn", "is required")]
)
def test_a_step_that_does_not_fit_is_refused(store: Store, kind: str, words: str) -> None:
    review = recorded(store, project("A-1"))
    with pytest.raises(Refused, match=words):
        take_step(store, review.project, kind, OFFICER)


def test_an_ended_project_is_not_decided_or_listed_and_takes_no_offsets(store: Store) -> None:
    registered(store, "10")
    review = recorded(store, drawing("A-1", "6"))
    take_step(store, review.project, "withdrawn", OFFICER, reason="撤回（示例）")
    with pytest.raises(Refused, match="reopen it first"):
        decide(store, review.id, overruled("approve"), OFFICER)
    with pytest.raises(Refused, match="reopen it first"):
        list_project(store, project("A-1"), OFFICER, "存量")
    assert standing(store, review.project)["holdings"] == {}


def test_a_refused_project_that_is_reopened_takes_no_offsets(store: Store) -> None:
    registered(store, "10")
    review = recorded(store, drawing("A-1", "6"))
    decide(store, review.id, overruled("reject"), OFFICER)
    take_step(store, review.project, "withdrawn", OFFICER, reason="撤回（示例）")
    take_step(store, review.project, "reopened", OFFICER, reason="恢复（示例）")
    assert standing(store, review.project)["holdings"] == {}
    decide(store, review.id, overruled("approve"), OFFICER)
    assert standing(store, review.project)["holdings"] == {"S-1": {"asked_t": "6", "held_t": "6"}}


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**40])
def test_a_number_that_no_record_can_have(store: Store, number: int) -> None:
    with pytest.raises(NotRecorded):
        decide(store, number, Ruling("supplement"), OFFICER)
    with pytest.raises(NotRecorded):
        take_step(store, number, "withdrawn", OFFICER, reason="理由")
    with pytest.raises(NotRecorded):
        recorded(store, project("A-1"), replaces=number)


def test_the_work_of_an_ended_project_goes_on_when_it_is_reopened(store: Store) -> None:
    review = recorded(store, project("A-1"))
    take_step(store, review.project, "withdrawn", OFFICER, reason="撤回（示例）")
    with pytest.raises(Refused, match="already"):
        take_step(store, review.project, "lapsed", OFFICER, reason="失效（示例）")
    take_step(store, review.project, "reopened", OFFICER, reason="恢复（示例）")
    assert standing(store, review.project)["list"]["why"] == "two-high"


def test_an_open_disposition_is_not_ended_by_another_decision(store: Store) -> None:
    review = recorded(store, project("A-1", {"project.stage": "existing"}))
    decide(store, review.id, overruled("rectify", responsible="虚构企业", due=DUE), OFFICER)
    decide(store, review.id, overruled("defer"), OFFICER)
    assert disposition(store, review.project)["closed"] is False


@pytest.mark.parametrize("words", ["同意　补充", "一\r\n二", "a\u00a0b"])
def test_spaces_and_lines_of_chinese_writing_are_words(store: Store, words: str) -> None:
    review = recorded(store, project("A-1"))
    assert decide(store, review.id, Ruling("supplement", reason=words), OFFICER)


def test_approving_over_a_source_that_was_cut_since_is_a_departure(store: Store) -> None:
    review = recorded(store, drawing("A-1", "6"))
    registered(store, "10")
    registered(store, "1", reason="核减")
    assert refused(store, review.id, Ruling("approve")) == {"reason", "clause", "second"}
    assert refused(store, review.id, replace(overruled("approve"), second=None)) == {"second"}
    with pytest.raises(Refused, match="less is left of source “S-1”"):
        decide(store, review.id, Ruling("approve"), OFFICER)
    decided = decide(store, review.id, overruled("approve"), OFFICER)
    assert decided.departs and decided.short == ("S-1",)
    assert standing(store, review.project)["holdings"] == {"S-1": {"asked_t": "6", "held_t": "1"}}


def test_a_source_that_is_not_registered_is_judged_on_the_sheet_alone(store: Store) -> None:
    review = recorded(store, drawing("A-1", "6"))
    assert decide(store, review.id, replace(overruled("approve"), second=None), OFFICER)
    decide(store, review.id, overruled("reject"), OFFICER)
    assert decide(store, review.id, replace(overruled("approve"), second=None), OFFICER)


def test_rejecting_a_project_whose_source_was_cut_needs_no_second_person(store: Store) -> None:
    registered(store, "10")
    review = recorded(store, drawing("A-1", "6"))
    registered(store, "1", reason="核减")
    assert decide(store, review.id, replace(overruled("reject"), second=None), OFFICER)


@pytest.mark.parametrize(
    "other",
    [
        {"conditions": ()}, {"conditions": (Text("条件一", "one"), Text("条件二", "two"))}, {"conditions": (Text("条件一", "another"),)},
        {"decided_on": DUE + timedelta(days=1)}, {"outcome": "reject", "conditions": ()}, {"reason": "另一理由"},
    ],
)  # fmt: skip
def test_a_key_that_comes_again_with_another_content_is_told(store: Store, other: dict[str, Any]) -> None:
    review = recorded(store, project("A-1"))
    ruling = overruled("approve", conditions=(Text("条件一", "one"),), decided_on=DUE)
    first = decide(store, review.id, ruling, OFFICER, request="k")
    with pytest.raises(Conflict, match="with another content"):
        decide(store, review.id, replace(ruling, **other), OFFICER, request="k")
    again = decide(store, review.id, ruling, OFFICER, request="k")
    assert again.again and again.id == first.id


def test_a_key_that_comes_again_counts_the_conditions_of_the_review(store: Store) -> None:
    sheet = drawing("A-1", "12", emission="10")
    assert isinstance(sheet.voc, Voc)
    monitored = sheet.model_copy(
        update={"voc": sheet.voc.model_copy(update={"online_monitoring": True, "ecocloud": True})}
    )
    review = recorded(store, monitored)
    first = decide(store, review.id, overruled("approve"), OFFICER, request="k")
    assert len(first.conditions) == 1
    assert decide(store, review.id, overruled("approve"), OFFICER, request="k").id == first.id
