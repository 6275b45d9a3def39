"""What intake refuses today and the record has from before is read, verified, replayed and looked at as it was recorded."""

from __future__ import annotations

from typing import Any

import pytest

from review import Review, SheetError, choose, judge, parse_sheet
from review.law.loading import load_builtin
from review.portfolio.recorded import recorded_facts
from review.record.cases.submissions import Recorded, record_review
from review.record.proof.rejudging import rejudge, tasks
from review.record.proof.verification import verify
from review.record.storage.actors import acting
from review.record.storage.contents import Span, read_review, read_sheet_bytes
from review.record.storage.store import Store
from review.replay.recorded import sheet_from
from review.replay.replaying import Target
from review.sheet import canonical_sheet, recorded_sheet
from review.verdict.what_if import what_if
from tests.record.projects import OFFICER
from tests.sheets import AS_OF, sheet

EDITION = load_builtin()[-1]
RAW: dict[str, Any] = sheet(
    {
        "project.code": "OLD\u200b-1",
        "voc.added_t": "20",
        "voc.emission_t": "3",
        "voc.offsets[0]": {"source": "S-1\u200b", "document": "文号\u00ad", "area": "fuqing", "allocated_t": "4"},
    }
)


def before(store: Store) -> tuple[Recorded, Review]:
    """The sheet as a version recorded it that refused none of this."""
    found = recorded_sheet(RAW)
    review = judge(found, choose(None, AS_OF), AS_OF)
    with store.writing() as connection:
        return record_review(connection, review, acting(OFFICER)), review


def test_intake_refuses_it() -> None:
    with pytest.raises(SheetError) as error:
        parse_sheet(RAW)
    assert {fault.where for fault in error.value.faults} == {
        "project.code", "voc.offsets[0].source", "voc.offsets[0].document",
    }  # fmt: skip
    found: dict[str, Any] = {
        **RAW,
        "project": {**RAW["project"], "code": "OLD-1"},
        "voc": {**RAW["voc"], "offsets": []},
    }
    with pytest.raises(SheetError) as error:
        parse_sheet(found)
    assert {fault.where for fault in error.value.faults} == {"voc.added_t", "voc.emission_t"}


def test_it_is_read_back_as_it_was_recorded(store: Store) -> None:
    recorded, review = before(store)
    with store.reading() as connection:
        kept = read_review(connection, recorded.id)
        assert sheet_from(read_sheet_bytes(connection, kept.sheet)) == review.case.sheet
    assert canonical_sheet(review.case.sheet)["voc"]["offsets"][0]["source"] == "S-1\u200b"


def test_it_verifies_and_replays_to_the_same_bytes(store: Store) -> None:
    before(store)
    with store.reading() as connection:
        assert verify(connection).breaks == ()
        assert [each["difference"] for each in rejudge(tasks(connection, Span()), Target())] == [None]
        named = Target(EDITION.id, (EDITION.canonical,), EDITION.edition)
        assert len(list(rejudge(tasks(connection, Span()), named))) == 1


def test_its_facts_are_derived(store: Store) -> None:
    before(store)
    with store.reading() as connection:
        (derived,) = recorded_facts(connection, Span(), (EDITION,))
    assert [len(each) for each in derived.facts] == [1] and derived.damaged == ()


def test_what_if_judges_it_with_other_figures(store: Store) -> None:
    _, review = before(store)
    assert what_if(review, {"project.water_m3": "5"}).changes[0].path == "project.water_m3"
