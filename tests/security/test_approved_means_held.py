"""An approval is in force until it is decided otherwise: by no new version, no other project's sheet, no repeated call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from review.clock import today
from review.errors import Conflict, Refused
from review.record.cases.rulings import Ruling
from review.record.cases.steps import open_steps, take_step
from review.record.cases.submissions import Recorded, submit
from review.record.projects.standing import approval_of, latest
from review.record.projects.state import ProjectState
from review.record.proof.verification import verify
from review.record.storage.contents import read_review, reason_of
from review.record.storage.store import Store
from tests.record.projects import EDITIONS, OFFICER, decide, drawing, overruled, project, recorded, registered
from tests.sheets import AS_OF

pytestmark = pytest.mark.record

NAMED = {"project.name": "甲项目（虚构）", "project.applicant": "甲公司（虚构）", "project.uscc": "91350181MA00000000"}


def standing(store: Store, number: int) -> ProjectState:
    with store.reading() as connection:
        found = latest(connection, number)
        assert found is not None and verify(connection).breaks == ()
    return found


def held(store: Store, number: int) -> dict[str, str]:
    return {source: each["held_t"] for source, each in standing(store, number)["holdings"].items()}


def approval(store: Store) -> Recorded:
    """An approved project that holds 6 t of a source of 10 t."""
    registered(store, "10")
    review = recorded(store, drawing("A-1", "6"))
    decide(store, review.id, overruled("approve"), OFFICER)
    assert held(store, review.project) == {"S-1": "6"}
    return review


FILLS = {"approved": approval}


@pytest.fixture
def store(begun: tuple[Store, Any]) -> Store:
    return begun[0]


@pytest.fixture
def approved(begun: tuple[Store, Recorded]) -> Recorded:
    return begun[1]


def test_a_new_version_frees_nothing_and_voids_nothing(store: Store, approved: Recorded) -> None:
    newer = recorded(store, drawing("A-1", "1"))
    assert newer.project == approved.project
    found = standing(store, approved.project)
    approval = approval_of(found)
    assert approval is not None and approval["review"] == approved.id
    assert held(store, approved.project) == {"S-1": "6"}
    # Another project gets what is free besides.
    other = recorded(store, drawing("B-1", "6"))
    assert held(store, other.project) == {"S-1": "4"}
    recorded(store, project("A-1"))
    assert held(store, approved.project) == {"S-1": "6"}


@pytest.mark.parametrize("outcome", ["supplement", "defer"])
def test_what_only_asks_or_puts_off_leaves_the_approval(store: Store, approved: Recorded, outcome: str) -> None:
    newer = recorded(store, drawing("A-1", "1"))
    decide(store, newer.id, overruled(outcome), OFFICER)
    approval = approval_of(standing(store, approved.project))
    assert approval is not None and approval["review"] == approved.id
    assert held(store, approved.project) == {"S-1": "6"}
    recorded(store, drawing("A-1", "2"))
    assert held(store, approved.project) == {"S-1": "6"}


@pytest.mark.parametrize(("outcome", "left"), [("approve", {"S-1": "1"}), ("reject", {})])
def test_a_decision_on_the_new_version_takes_its_place(
    store: Store, approved: Recorded, outcome: str, left: dict[str, str]
) -> None:
    newer = recorded(store, drawing("A-1", "1"))
    decide(store, newer.id, overruled(outcome), OFFICER)
    assert held(store, approved.project) == left
    approval = approval_of(standing(store, approved.project))
    assert (approval["review"] if approval else None) == (newer.id if outcome == "approve" else None)


def test_a_larger_version_asks_for_more_and_holds_no_less(store: Store, approved: Recorded) -> None:
    recorded(store, drawing("B-1", "3"))
    recorded(store, drawing("A-1", "9"))
    assert held(store, approved.project) == {"S-1": "7"}


def test_what_ended_is_not_held_and_is_held_again_when_reopened(store: Store, approved: Recorded) -> None:
    recorded(store, drawing("A-1", "1"))
    take_step(store, approved.project, "withdrawn", OFFICER, reason="示例")
    assert held(store, approved.project) == {} and approval_of(standing(store, approved.project)) is None
    take_step(store, approved.project, "reopened", OFFICER, reason="示例")
    assert held(store, approved.project) == {"S-1": "6"}
    assert approval_of(standing(store, approved.project)) is not None


def test_a_project_that_is_not_approved_gives_back_as_ever(store: Store) -> None:
    registered(store, "10")
    first = recorded(store, drawing("A-1", "6"))
    recorded(store, drawing("A-1", "1"))
    assert held(store, first.project) == {"S-1": "1"} and "approval" not in standing(store, first.project)


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        ({"project.name": "乙项目（虚构）"}, "乙项目"), ({"project.applicant": "乙公司（虚构）"}, "乙公司"), ({"project.uscc": "91350181MA00000001"}, "0001"),
    ],
)  # fmt: skip
def test_another_project_does_not_come_in_by_the_code(store: Store, other: dict[str, Any], differs: str) -> None:
    first = recorded(store, project("A-1", NAMED))
    recorded(store, project("A-1", {**NAMED, **other}))
    again = recorded(store, project("A-1", NAMED))
    decide(store, again.id, overruled("approve"), OFFICER)
    stranger = project("A-1", {**NAMED, **other})
    with pytest.raises(Conflict, match=differs) as caught:
        recorded(store, stranger)
    assert [(each.where, each.code) for each in caught.value.faults] == [("project.code", "project-differs")]
    with pytest.raises(Refused) as refused:
        submit(store, stranger, OFFICER, replaces=first.id)
    assert [(each.where, each.code) for each in refused.value.faults] == [("reason", "reason-needed")]
    assert standing(store, first.project)["review"] == again.id
    made = submit(store, stranger, OFFICER, replaces=first.id, reason="更名批复（示例）")
    with store.reading() as connection:
        assert made.project == first.project and reason_of(connection, made.id) == "更名批复（示例）"
    assert recorded(store, project("A-1", {"project.name": " 甲项目 （虚构）", **other})).project == first.project


def test_the_same_name_otherwise_written_is_the_same_project(store: Store) -> None:
    first = recorded(store, project("A-1", NAMED))
    decide(store, first.id, overruled("approve"), OFFICER)
    same = {"project.name": "甲项目 (虚构)", "project.applicant": None, "project.uscc": None}
    assert recorded(store, project("A-1", same)).project == first.project


def test_another_day_asks_for_a_reason(store: Store) -> None:
    sheet = project("A-1")
    for as_of in (AS_OF, today() - timedelta(days=1), today() + timedelta(days=1)):
        for reason in (None, " "):
            with pytest.raises(Refused) as caught:
                submit(store, sheet, OFFICER, as_of=as_of, reason=reason, request="k")
            assert [(each.where, each.code) for each in caught.value.faults] == [("reason", "reason-needed")]
    made = submit(store, sheet, OFFICER, as_of=AS_OF, reason="补录纸质案卷（示例）", request="k")
    assert "补录" not in made.content.decode()
    with store.reading() as connection:
        assert reason_of(connection, made.id) == "补录纸质案卷（示例）"
    assert submit(store, sheet, OFFICER, as_of=today()).version == 2
    assert submit(store, sheet, OFFICER).version == 3


@pytest.mark.parametrize(
    "other",
    [
        {"as_of": AS_OF + timedelta(days=1)}, {"as_of": None}, {"ruleset": EDITIONS[0]}, {"ruleset": None}, {"reason": "另一理由"},
        {"reason": None}, {"replaces": 1},
    ],
)  # fmt: skip
def test_a_key_covers_every_parameter(store: Store, other: dict[str, Any]) -> None:
    before = recorded(store, project("A-1"))
    stated: dict[str, Any] = {"as_of": AS_OF, "ruleset": EDITIONS[-1], "reason": "补录（示例）", "request": "k"}
    first = submit(store, project("A-1"), OFFICER, **stated)
    again = submit(store, project("A-1"), OFFICER, **stated)
    assert again.again and again.id == first.id
    options = {**stated, **other}
    if "replaces" in other:
        options["replaces"] = before.id
    with pytest.raises(Conflict, match=next(iter(other))):
        submit(store, project("A-1"), OFFICER, **options)


def test_a_decision_under_a_key_covers_what_was_seen(store: Store) -> None:
    review = recorded(store, project("A-1"))
    first = decide(store, review.id, Ruling("supplement"), OFFICER, request="k", expected=0)
    assert decide(store, review.id, Ruling("supplement"), OFFICER, request="k", expected=0).id == first.id
    with pytest.raises(Conflict):
        decide(store, review.id, Ruling("supplement"), OFFICER, request="k", expected=first.id)


def test_a_decided_review_is_decided_again_by_who_has_seen_it(store: Store) -> None:
    review = recorded(store, project("A-1"))
    first = decide(store, review.id, Ruling("supplement"), OFFICER, seen=False)
    with pytest.raises(Conflict) as caught:
        decide(store, review.id, Ruling("supplement"), OFFICER, seen=False)
    assert [each.where for each in caught.value.faults] == ["seen"]
    assert decide(store, review.id, Ruling("supplement"), OFFICER, seen=False, expected=first.id)


def test_a_review_merged_by_mistake_is_split_off(store: Store, approved: Recorded) -> None:
    before = standing(store, approved.project)
    merged = recorded(store, drawing("A-1", "9"))
    decide(store, merged.id, overruled("reject"), OFFICER)
    assert held(store, approved.project) == {}
    with store.reading() as connection:
        assert "split" in open_steps(connection, approved.project)
    with pytest.raises(Refused):
        take_step(store, approved.project, "split", OFFICER)
    made = take_step(store, approved.project, "split", OFFICER, reason="代码误填（示例）", request="k")
    again = take_step(store, approved.project, "split", OFFICER, reason="代码误填（示例）", request="k")
    assert again == replace(made, again=True)
    step = made.id
    after = standing(store, approved.project)
    assert {**after, "version": 1, "list": before["list"]} == before
    assert held(store, approved.project) == {"S-1": "6"}
    apart = standing(store, step + 1)
    assert (apart["project"], apart["review"], apart["version"]) == (step + 1, step + 1, 1)
    assert held(store, step + 1) == {"S-1": "4"}
    with store.reading() as connection:
        found = read_review(connection, step + 1)
        assert (found.as_of, found.ruleset) == (AS_OF, read_review(connection, merged.id).ruleset)
    with pytest.raises(Conflict):
        decide(store, merged.id, Ruling("reject"), OFFICER)
    # The code is that of the project it was merged into.
    assert recorded(store, drawing("A-1", "6")).version == 3
    assert recorded(store, project("A-9"), replaces=step + 1).project == step + 1


def test_what_cannot_be_split_off_is_told(store: Store) -> None:
    only = recorded(store, project("A-1"))
    with pytest.raises(Refused, match="one version"):
        take_step(store, only.project, "split", OFFICER, reason="示例")
    recorded(store, project("A-1"))
    take_step(store, only.project, "unlisted", OFFICER, reason="示例")
    with pytest.raises(Refused, match="too late"):
        take_step(store, only.project, "split", OFFICER, reason="示例")
