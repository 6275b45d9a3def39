"""A proposal previewed: which projects would flip and by which change, which approvals rest on a changed figure, what the law has changed since."""

from __future__ import annotations

import pytest

from review.errors import Refused
from review.record.editions.proposals import read_proposal, withdraw
from review.record.storage.store import Store
from review.record.work import jobs
from review.record.work.preview_jobs import (
    drafts_of,
    latest_reviews,
    preview_batch,
    preview_items,
    preview_now,
    preview_of,
    read_preview,
    start_preview,
    store_batch,
)
from review.replay.previewing import Previewed, PreviewSummary
from tests.record.offices import PROPOSER, proposed, staffed
from tests.record.projects import OFFICER, decide, drawing, overruled, project, recorded

pytestmark = pytest.mark.record

CHANGE = "parameter offset_ratio"


@pytest.fixture
def proposal(store: Store) -> tuple[Store, int]:
    """Three projects: just enough is offset; amply, and approved; nothing to offset. Then a proposal that more be offset."""
    staffed(store)
    recorded(store, drawing("TIGHT", "1", emission="1"))
    recorded(store, drawing("TIGHT", "12", emission="10"))
    ample = recorded(store, drawing("AMPLE", "15", emission="10"))
    decide(store, ample.id, overruled("approve"), OFFICER)
    recorded(store, project("WITHOUT", {"voc": "none"}))
    return store, proposed(store, "1.5")


def previewed(store: Store, number: int) -> dict[str, Previewed]:
    with store.reading() as connection:
        return {each["name"].split()[1]: each for each in preview_now(connection, read_proposal(connection, number))}


def test_what_flips_is_told_with_project_decision_and_cause(proposal: tuple[Store, int]) -> None:
    found = previewed(*proposal)
    assert list(found) == ["TIGHT（虚构）", "AMPLE（虚构）", "WITHOUT（虚构）"]
    tight = found["TIGHT（虚构）"]
    assert tight["flips"] == [
        {"rule": "voc-offset", "subject": "voc", "then": "pass", "now": "fail", "causes": [CHANGE]}
    ]
    assert (tight["version"], tight["against"], tight["decision"], tight["error"]) == (2, "fuqing@2026-o1", None, None)


def test_an_approval_that_rests_on_the_changed_figure_without_flipping_is_listed(proposal: tuple[Store, int]) -> None:
    found = previewed(*proposal)
    ample, none = found["AMPLE（虚构）"], found["WITHOUT（虚构）"]
    assert (ample["flips"], ample["rests"], ample["decision"]) == ([], ["voc-offset"], "approve")
    assert (none["flips"], none["rests"]) == ([], [])


def test_what_the_law_has_changed_since_is_told_apart(proposal: tuple[Store, int]) -> None:
    """The reviews were recorded by the edition of 2024; what that of 2026 says otherwise is none of the proposal's doing."""
    for each in previewed(*proposal).values():
        assert "eia-five-years-proposed" in each["apart"]
        assert "voc-offset" not in each["apart"]
        assert "eia-five-years-proposed" not in [flip["rule"] for flip in each["flips"]]


def test_a_preview_in_the_background_counts_and_stores_the_same(proposal: tuple[Store, int]) -> None:
    store, number = proposal
    made = start_preview(store, number, OFFICER, request="a")
    assert start_preview(store, number, OFFICER, request="a")["id"] == made["id"]
    assert (made["state"], made["total"]) == ("queued", 3)
    recorded(store, project("LATER"))
    going = jobs.take(store, 60)
    assert going is not None
    while going is not None:
        with store.reading() as connection:
            batch = latest_reviews(connection, going.after, going.upto, 2)
            drafts = drafts_of(connection, going.editions)
        going = store_batch(store, going, preview_batch(batch, drafts) if batch else [], 60)
    expected = PreviewSummary()
    found = list(previewed(store, number).values())[:3]
    for each in found:
        expected.add(each)
    with store.reading() as connection:
        done, stored = read_preview(connection, made["id"]), preview_items(connection, made["id"])
        again = preview_of(connection, number)
    assert (done["state"], done["done"], done["summary"]) == ("done", 3, expected.as_json())
    assert stored == found and again == done
    counts = done["summary"]
    assert (counts["flipped"], counts["by_rule"], counts["by_cause"]) == (1, {"voc-offset": 1}, {CHANGE: 1})
    assert (counts["by_industry"], counts["by_park"]) == ({"3011": 1}, {"-": 1})
    assert (counts["approvals_flipped"], counts["approvals_resting"], counts["apart"]) == (0, 1, 3)


def test_a_proposal_that_is_over_is_not_previewed_in_the_background(proposal: tuple[Store, int]) -> None:
    store, number = proposal
    withdraw(store, number, "重新拟制（示例）", PROPOSER)
    with pytest.raises(Refused, match="is over"):
        start_preview(store, number, OFFICER)
